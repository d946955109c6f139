from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from tars.runtime import clock, growing_file
from tars.runtime.growing_file import GrowingFile, day_of, names_aside, put_aside


def opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


class Clock:
    """The time of day, for a file that is written in a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at("2026-11-30 23:59:59")
        monkeypatch.setattr(clock, "wall", lambda: self.moment)

    def at(self, said: str) -> None:
        self.moment = datetime.fromisoformat(said).timestamp()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def write(file: GrowingFile, text: str, time: Clock) -> None:
    os.write(file.descriptor, text.encode())
    if file.path.is_file():
        os.utime(file.path, (time.moment, time.moment))


def test_each_day_has_files_of_its_own(tmp_path: Path, time: Clock) -> None:
    file = GrowingFile(tmp_path / "trace.jsonl", opened)
    write(file, "a", time)
    write(file, "b", time)
    time.at("2026-12-01 00:00:00")
    write(file, "c", time)
    time.at("2026-12-03 08:00:00")
    write(file, "d", time)
    file.close()
    assert texts(tmp_path) == {"trace.2026-11-30.jsonl": "ab", "trace.2026-12-01.jsonl": "c", "trace.jsonl": "d"}


def test_a_large_file_is_put_aside_within_its_day(tmp_path: Path, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_file, "FILE_BYTES", 3)
    file = GrowingFile(tmp_path / "log", opened)
    for text in ("1", "23", "4", "567", "8"):
        write(file, text, time)
    file.close()
    assert texts(tmp_path) == {"log.2026-11-30": "123", "log.2026-11-30.2": "4567", "log": "8"}


def test_a_program_that_starts_goes_on_with_the_file_of_this_day_and_puts_an_earlier_one_aside(tmp_path: Path, time: Clock) -> None:
    for said, text in (("2026-11-29 08:00", "a"), ("2026-11-29 09:00", "b"), ("2026-11-30 10:00", "c")):
        time.at(said)
        file = GrowingFile(tmp_path / "trace.jsonl", opened)
        write(file, text, time)
        file.close()
    assert texts(tmp_path) == {"trace.2026-11-29.jsonl": "ab", "trace.jsonl": "c"}


def test_an_empty_file_is_never_put_aside_and_has_the_day_of_its_first_line(tmp_path: Path, time: Clock) -> None:
    """Nothing happened on the day on which it was opened."""
    file = GrowingFile(tmp_path / "trace.jsonl", opened)
    time.at("2026-12-01 08:00")
    write(file, "a", time)
    write(file, "b", time)
    assert texts(tmp_path) == {"trace.jsonl": "ab"}
    time.at("2026-12-02 08:00")
    write(file, "c", time)
    file.close()
    assert texts(tmp_path) == {"trace.2026-12-01.jsonl": "ab", "trace.jsonl": "c"}


@pytest.mark.parametrize("gone", ["renamed", "deleted", "replaced"])
def test_a_file_that_is_gone_is_opened_again(tmp_path: Path, time: Clock, gone: str) -> None:
    path = tmp_path / "trace.jsonl"
    file = GrowingFile(path, opened)
    write(file, "before", time)
    path.rename(tmp_path / "other") if gone != "deleted" else path.unlink()
    if gone == "replaced":
        path.write_text("foreign ")
    write(file, "after", time)
    file.close()
    assert path.read_text() == ("foreign after" if gone == "replaced" else "after")


def test_a_device_is_no_file_to_put_aside(time: Clock) -> None:
    file = GrowingFile(Path("/dev/null"), opened)
    write(file, "a", time)
    time.at("2026-12-01 08:00")
    write(file, "b", time)
    file.close()
    assert Path("/dev/null").is_char_device()


def test_where_no_new_file_can_begin_the_old_one_grows_and_that_is_said_once_a_day(
    tmp_path: Path, time: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: Path, __: date) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(growing_file, "put_aside", refuse)
    file = GrowingFile(tmp_path / "trace.jsonl", opened)
    write(file, "a", time)
    for text in "bcd":
        time.at("2026-12-01 08:00")
        write(file, text, time)
    file.close()
    assert texts(tmp_path) == {"trace.jsonl": "abcd"}
    assert caplog.messages == ["cannot begin a new file, the old one grows"]


def test_only_names_that_it_gives_itself_are_its_own(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.touch()
    names = names_aside(path)
    given = put_aside(path, date(2026, 11, 30)).name
    matched = names.fullmatch(given)
    assert matched
    assert matched["day"] == "2026-11-30"
    for name in ("trace.jsonl", "trace.jsonl.1", "trace.2026-11-30.jsonl.gz", "my-trace.2026-11-30.jsonl", "trace.2026-11-30.x.jsonl"):
        assert not names.fullmatch(name), name


def test_the_day_is_that_where_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    moment = datetime.fromisoformat("2026-11-30T23:30:00+00:00").timestamp()
    for zone, day in (("UTC", 30), ("CET-1", 1)):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert day_of(moment).day == day
    monkeypatch.undo()
    time.tzset()
