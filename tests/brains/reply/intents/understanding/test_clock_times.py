"""Times of day."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from tars.brains.reply.intents.understanding import clock_times
from tars.brains.reply.intents.understanding.clock_times import ClockTime, read


@pytest.mark.parametrize(
    ("words", "hour", "minute", "doubtful"),
    [
        ("7", 7, 0, True),
        ("7 o'clock", 7, 0, True),
        ("7:00", 7, 0, True),
        ("7 30", 7, 30, True),
        ("5.30", 5, 30, True),
        ("9 oh 5", 9, 5, True),
        ("half past 6", 6, 30, True),
        ("quarter to 8", 7, 45, True),
        ("a quarter past 8", 8, 15, True),
        ("quarter to 1", 12, 45, True),
        ("10 to 9", 8, 50, True),
        ("5 past 12", 12, 5, True),
        ("20 minute to 13", 12, 40, True),
        ("12", 12, 0, True),
        ("07:00", 7, 0, False),
        ("0:30", 0, 30, False),
        ("19:05", 19, 5, False),
        ("noon", 12, 0, False),
        ("midnight", 0, 0, False),
        ("7 am", 7, 0, False),
        ("7 pm", 19, 0, False),
        ("12 am", 0, 0, False),
        ("12 pm", 12, 0, False),
        ("7 in the evening", 19, 0, False),
        ("3 in the afternoon", 15, 0, False),
        ("half past 6 in the morning", 6, 30, False),
        ("11 at night", 23, 0, False),
        ("2 at night", 2, 0, False),
        ("12 at night", 0, 0, False),
        ("19 in the evening", 19, 0, False),
    ],
)
def test_times_of_day(words: str, hour: int, minute: int, doubtful: bool) -> None:
    assert read(words) == ClockTime(hour, minute, doubtful)


@pytest.mark.parametrize("words", ["", "25", "7:75", "19 am", "7 in the evening morning", "seven", "half past", "pasta"])
def test_no_time_of_day(words: str) -> None:
    with pytest.raises(ValueError, match=r"is no time of day|is not am"):
        read(words)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (ClockTime(0, 5), "12:05 AM"),
        (ClockTime(12, 0), "12:00 PM"),
        (ClockTime(19, 30), "7:30 PM"),
        (ClockTime(7, 0, doubtful=True), "7:00"),
    ],
)
def test_how_a_time_is_said(clock: ClockTime, said: str) -> None:
    assert str(clock) == said


@pytest.mark.parametrize(
    ("day", "now", "due"),
    [
        (None, (2026, 11, 29, 6), (2026, 11, 29, 7)),
        (None, (2026, 11, 29, 7), (2026, 11, 30, 7)),
        (None, (2026, 11, 30, 9), (2026, 12, 1, 7)),
        ("tomorrow", (2026, 11, 29, 6), (2026, 11, 30, 7)),
        ("today", (2026, 11, 29, 6), (2026, 11, 29, 7)),
    ],
)
def test_when_it_is_that_time(day: str | None, now: tuple[int, ...], due: tuple[int, ...]) -> None:
    clock = ClockTime(7, 0) if day is None else ClockTime(7, 0).on(day)
    assert clock.due(datetime(*now)).replace(tzinfo=None) == datetime(*due)  # type: ignore[arg-type]


def test_today_has_passed() -> None:
    with pytest.raises(ValueError, match="has passed"):
        ClockTime(7, 0).on("today").due(datetime(2026, 11, 29, 7))


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(os.environ, "TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(("evening", "hours"), [((2026, 3, 28, 22), 8), ((2026, 10, 24, 22), 10), ((2026, 11, 28, 22), 9)])
def test_a_night_in_which_the_clocks_change_has_another_length(evening: tuple[int, ...], hours: int) -> None:
    now = datetime(*evening).astimezone()  # type: ignore[arg-type]
    assert (ClockTime(7, 0).due(now) - now).total_seconds() == hours * 3600


def test_the_halves_of_an_answer() -> None:
    assert [clock_times.half(words) for words in ("morning", "evening", "night", "p m")] == ["am", "pm", "night", "pm"]
