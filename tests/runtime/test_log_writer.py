from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tars.runtime import clock, log_writer
from tars.runtime.log_writer import (
    BURST,
    MESSAGES,
    RATE,
    TOO_MANY,
    TOO_SLOW,
    UNWRITTEN,
    WAITING_BYTES,
    WAITING_LINES,
    FileTarget,
    LogHandler,
    Rates,
    write_all,
)


class Paper:
    """A target in memory. It writes only while `reading` is set, and fails while `full` is true."""

    def __init__(self) -> None:
        self.data = b""
        self.reading = threading.Event()
        self.reading.set()
        self.full = False
        self.closed = False

    def write(self, data: bytes) -> int:
        self.reading.wait(10)
        taken = data[: len(data) // 2] if self.full else data
        self.data += taken
        return len(taken)

    def close(self) -> None:
        self.closed = True

    @property
    def lines(self) -> list[str]:
        return self.data.decode().splitlines()


class Words(logging.Formatter):
    """The message, then the values."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join([record.getMessage(), *map(str, getattr(record, "values", {}).values())])


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def handler(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> Iterator[LogHandler]:
    monkeypatch.setattr(log_writer, "TELL_EVERY", 0.001)
    handler = LogHandler(paper)
    handler.setFormatter(Words())
    yield handler
    paper.reading.set()
    assert handler.end(10)


def record(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("tars", logging.INFO, __file__, 1, message, arguments, None)


def test_lines_are_written_in_order_and_the_target_is_closed_at_the_end(paper: Paper, handler: LogHandler) -> None:
    for number in range(3):
        handler.handle(record("line %d", number))
    assert handler.end(10)
    assert paper.lines == ["line 0", "line 1", "line 2"]
    assert paper.closed
    handler.handle(record("too late"))
    handler.flush()
    assert len(paper.lines) == 3


def test_of_the_same_message_only_some_are_written_and_the_rest_is_counted(
    paper: Paper, handler: LogHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: 5.0)
    for number in range(1000):
        handler.handle(record("refused %d", number))
    handler.handle(record("another"))
    assert handler.end(10)
    assert paper.lines[: BURST + 1] == [*(f"refused {number}" for number in range(BURST)), "another"]
    assert paper.lines[BURST + 1 :] == [f"log lines dropped {1000 - BURST} refused %d {TOO_MANY}"]


def test_what_was_dropped_is_said_soon_without_another_line(paper: Paper, handler: LogHandler) -> None:
    for _ in range(BURST):
        handler.handle(record("refused"))
    handler.flush(10)  # the thread waits for the next line
    for _ in range(50):
        handler.handle(record("refused"))
    end = clock.now() + 10
    while not any("log lines dropped" in line for line in paper.lines):
        assert clock.now() < end


def test_while_nobody_reads_nothing_waits_and_a_bounded_number_of_lines_is_kept(paper: Paper, handler: LogHandler) -> None:
    paper.reading.clear()
    for number in range(WAITING_LINES * 3):
        handler.handle(record(f"line {number % 100}"))
    assert not handler.end(0), "the end waits no longer than it is told to"
    paper.reading.set()
    assert handler.end(10)
    written = [line for line in paper.lines if line.startswith("line")]
    assert written == [f"line {number % 100}" for number in range(WAITING_LINES)]
    dropped = [re.fullmatch(rf"log lines dropped (\d+) line \d+ {TOO_SLOW}", line) for line in paper.lines if "dropped" in line]
    assert len(dropped) == 100
    assert sum(int(found[1]) for found in dropped if found) == 2 * WAITING_LINES, "each is counted"


def test_what_waits_is_bounded_in_bytes(paper: Paper, handler: LogHandler) -> None:
    paper.reading.clear()
    for number in range(200):
        handler.handle(record(f"{number}" + "x" * 10_000))
    paper.reading.set()
    assert handler.end(10)
    assert WAITING_BYTES <= sum(len(line) for line in paper.lines if "dropped" not in line) < WAITING_BYTES + 20_000


def test_a_line_that_was_written_in_part_is_ended_before_the_next_one_and_counted(paper: Paper, handler: LogHandler) -> None:
    paper.full = True
    handler.handle(record("lost"))
    handler.flush(10)
    paper.full = False
    handler.handle(record("there is room again"))
    assert handler.end(10)
    assert paper.lines[0] == "lo"
    assert "there is room again" in paper.lines
    assert [line for line in paper.lines if line.endswith(f"(all) {UNWRITTEN}")]


def test_a_rate_is_a_burst_and_then_so_many_a_second() -> None:
    rates = Rates()
    assert [rates.allow("a", 0.0) for _ in range(BURST + 5)] == [True] * BURST + [False] * 5
    assert rates.allow("b", 0.0), "another message has a rate of its own"
    seconds = 100
    allowed = sum(rates.allow("a", step / 1000) for step in range(1, seconds * 1000 + 1))
    assert allowed == pytest.approx(seconds * RATE, abs=2)
    assert sum(rates.allow("a", 1000.0) for _ in range(BURST + 5)) == BURST


def test_messages_that_are_never_the_same_share_one_rate_and_no_memory() -> None:
    rates = Rates()
    allowed = sum(rates.allow(f"message {number}", 0.0) for number in range(10_000))
    assert allowed == MESSAGES + BURST
    assert len(rates._left) == MESSAGES + 1
    assert rates.allow("another", 60.0), "those that have rested are forgotten"
    assert len(rates._left) == 1


def test_a_pipe_that_is_not_blocking_gets_everything() -> None:
    theirs, ours = os.pipe()
    os.set_blocking(ours, False)
    data, got = os.urandom(300_000), bytearray()

    def read() -> None:
        while len(got) < len(data):
            got.extend(os.read(theirs, 65_536))

    reader = threading.Thread(target=read)
    reader.start()
    assert write_all(ours, data) == len(data)
    reader.join()
    os.close(theirs)
    assert write_all(ours, b"x") == 0, "nobody will ever read it"
    os.close(ours)
    assert bytes(got) == data


def test_a_file_target_goes_on_after_it_could_not_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    target = FileTarget(folder / "log")
    (folder / "log").unlink()
    folder.rmdir()
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            target.write(b"lost\n")
    folder.mkdir()
    assert target.write(b"found\n") == 6
    target.close()
    target.close()
    assert (folder / "log").read_bytes() == b"found\n"
