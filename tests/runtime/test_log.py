from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tars.errors import ConfigError
from tars.runtime.log import LINE, TRACEBACK, VALUE, JsonLines, TextLines, end, json_line, log, pairs, setup
from tars.runtime.log_writer import LogHandler


class Rude:
    def __str__(self) -> str:
        raise RuntimeError("no text today")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("tars")
    before = root.handlers[:], root.level, ours.level
    yield
    end()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def written() -> None:
    """Wait until the log is written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LogHandler):
            handler.flush(10)


def test_a_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "device")
    log.info("linked", server="ws://127.0.0.1:7456", attempt=2)
    written()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} device INFO  linked  server=ws://127.0.0.1:7456 attempt=2\n", captured.err)


def test_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    setup("json", "server")
    log.warning("heard", text="what's the time", device="küche", message=3)
    written()
    line = json.loads(capsys.readouterr().err)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", line.pop("time"))
    assert line == {
        "node": "server",
        "level": "warning",
        "message": "heard",
        "fields": {"text": "what's the time", "device": "küche", "message": 3},
    }


def test_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "device")
    log.debug("a detail")
    logging.getLogger("websockets").info("chatter")
    logging.getLogger("websockets").warning("handshake took %d s", 3)
    logging.getLogger("tars.device.audio").info("opened")
    written()
    assert [line.split(maxsplit=3)[2:] for line in capsys.readouterr().err.splitlines()] == [
        ["WARN", "handshake took 3 s"],
        ["INFO", "opened"],
    ]


def test_a_second_setup_replaces_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "device")
    setup("json", "device")
    log.info("once")
    written()
    assert json.loads(capsys.readouterr().err)["message"] == "once"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("", '""'),
        ('say "hi"', '"say \\"hi\\""'),
        ("a=b", '"a=b"'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31mred\x9b", '"\\u001b[31mred\\u009b"'),
        ("grüße", "grüße"),
        (0.98, "0.98"),
        (1 / 3, "0.333333"),
        (float("nan"), "nan"),
        (None, "None"),
        (b"\x00", "b'\\x00'"),
        (ValueError("bad"), '"ValueError: bad"'),
        (Rude(), "<Rude>"),
        ("\udc80", '"\\udc80"'),
    ],
)
def test_any_value_is_one_word(value: object, text: str) -> None:
    assert pairs({"value": value}) == f"value={text}"


def test_what_is_long_is_cut_and_the_line_says_so() -> None:
    assert pairs({"reason": "x" * VALUE}) == f"reason={'x' * VALUE}"
    assert pairs({"reason": "x" * (VALUE + 1)}) == f'reason="{"x" * VALUE}... (1 more)"'
    assert len(pairs({"reason": "\x85" * 60_000})) < 7 * VALUE


@pytest.mark.parametrize(
    "character", ["x", "\x85", "\N{LINE SEPARATOR}", "\N{LATIN SMALL LETTER U WITH DIAERESIS}", "\N{FIRE}", "\udc80", '"']
)
@pytest.mark.parametrize("fields", [1, 12, 200])
def test_a_line_of_any_values_is_bounded_and_one_line(character: str, fields: int) -> None:
    long = record(logging.INFO)
    long.msg = long.msg + character * 60_000
    long.values = {f"field{number}": character * 60_000 for number in range(fields)}
    text = TextLines("device", colours=False).format(long)
    assert len(text.encode(errors="backslashreplace")) <= LINE
    assert len(text.splitlines()) == 1
    line = JsonLines("device").format(long)
    assert len(line) <= LINE
    assert len(json.loads(line)["message"]) < VALUE + 40


def test_a_line_of_json_keeps_small_structures_and_cuts_large_ones(capsys: pytest.CaptureFixture[str]) -> None:
    setup("json", "server")
    log.info("status", states={"turn": "SPEAKING"}, waits=[1] * 1000)
    written()
    fields = json.loads(capsys.readouterr().err)["fields"]
    assert fields["states"] == {"turn": "SPEAKING"}
    assert re.fullmatch(r"\[1, 1, .*\.\.\. \(2600 more\)", fields["waits"])


def test_a_traceback_is_bounded_and_its_text_can_forge_no_line() -> None:
    def there(depth: int) -> None:
        back(depth)

    def back(depth: int) -> None:
        if not depth:
            raise ValueError("12:00:00.000 server INFO  all is well\x1b[2J\x85" * 5000)
        there(depth - 1)

    failed = record(logging.ERROR)
    try:
        there(50)
    except ValueError as error:
        failed.exc_info = (type(error), error, error.__traceback__)
    _, *rest = TextLines("device", colours=False).format(failed).split("\n")
    assert len(rest) == sum(TRACEBACK) + 1
    assert all(line.startswith("  ") and line.isprintable() and len(line) < VALUE + 40 for line in rest)
    assert rest[0] == "  Traceback (most recent call last):"
    assert re.fullmatch(r"  \.\.\. \(\d+ lines more\)", rest[TRACEBACK[0]])
    assert rest[-1].startswith("  ValueError: 12:00:00.000 server INFO  all is well\\u001b[2J\\u0085")
    assert json.loads(JsonLines("device").format(failed))["traceback"].startswith("Traceback")


def test_a_message_and_arguments_that_do_not_fit_lose_only_the_arguments() -> None:
    odd = logging.LogRecord("websockets", logging.WARNING, __file__, 1, "took %d s and %s", (3,), None)
    assert TextLines("device", colours=False).format(odd).endswith("WARN  took %d s and %s")


def circle() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ({"a": (1, 2)}, {"a": [1, 2]}),
        (float("inf"), "inf"),
        ({"a": float("nan")}, "{'a': nan}"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (circle(), "[[...]]"),
        (Rude(), "<Rude>"),
        ({"kitchen"}, "{'kitchen'}"),
        ("\udc80", "\udc80"),
    ],
)
def test_any_value_fits_into_json_and_spoils_no_other(value: object, seen: object) -> None:
    assert json.loads(json_line({"odd": value, "number": 3, "nothing": None})) == {"odd": seen, "number": 3, "nothing": None}


def failure() -> ValueError:
    try:
        int("no such voice")
    except ValueError as error:
        return error
    raise AssertionError


def test_an_error_brings_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "server")
    log.error("brain failed", error=failure())
    written()
    first, *rest = capsys.readouterr().err.splitlines()
    assert 'ERROR brain failed  error="ValueError: invalid' in first
    assert rest[0].startswith("  Traceback"), "indented: it cannot be taken for lines of the log"
    setup("json", "server")
    log.error("brain failed", error=failure())
    written()
    line = json.loads(capsys.readouterr().err)
    assert line["fields"]["error"].startswith("ValueError: invalid")
    assert line["traceback"].endswith(line["fields"]["error"])


def record(level: int) -> logging.LogRecord:
    return logging.LogRecord("tars", level, __file__, 1, "too late", (), None)


def test_colours_only_when_asked_for() -> None:
    assert "\x1b" not in TextLines("device", colours=False).format(record(logging.ERROR))
    assert "\x1b[31mERROR\x1b[0m too late" in TextLines("device", colours=True).format(record(logging.ERROR))
    assert "\x1b" not in JsonLines("device").format(record(logging.ERROR))


def test_a_log_file_goes_on_in_a_new_one_when_it_was_renamed_or_deleted(tmp_path: Path) -> None:
    file = tmp_path / "log"
    setup("text", "device", file)
    log.info("one")
    written()
    file.rename(tmp_path / "older")
    log.info("two")
    written()
    file.unlink()
    log.info("three")
    written()
    assert "one" in (tmp_path / "older").read_text()
    assert file.read_text().split("INFO  ")[1:] == ["three\n"]


def test_a_log_file_that_cannot_be_opened_anew_ends_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    setup("text", "device", folder / "log")
    log.info("one")
    written()
    shutil.rmtree(folder)
    log.info("lost")
    written()
    folder.mkdir()
    log.info("two")
    written()
    end()
    two, dropped = (folder / "log").read_text().splitlines()
    assert two.endswith("INFO  two")
    assert dropped.endswith('WARN  log lines dropped  lines=1 message=(all) reason="the log could not be written"')


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_ends_nothing_and_says_nothing_anywhere_else(capfd: pytest.CaptureFixture[str]) -> None:
    setup("text", "device", Path("/dev/full"))
    log.info("lost")
    assert end()
    assert capfd.readouterr().err == ""


def test_a_log_file_is_for_its_owner_and_one_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "older").touch()
    (tmp_path / "older").chmod(0o644)
    for name, mode in (("older", 0o644), ("new", 0o600)):
        setup("text", "device", tmp_path / name)
        assert (tmp_path / name).stat().st_mode & 0o777 == mode


def test_a_pipe_that_nobody_reads_is_no_log_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match=r"cannot write the log to .*pipe: No such device or address; choose another log_file"):
        setup("text", "device", tmp_path / "pipe")


def test_a_log_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot write the log to .*nowhere/log: No such file or directory; choose another log_file"):
        setup("text", "device", tmp_path / "nowhere/log")
