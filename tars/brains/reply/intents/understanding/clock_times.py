"""Times of day in spoken form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

HALVES = {
    "am": "am",
    "pm": "pm",
    "in the morning": "am",
    "this morning": "am",
    "in the afternoon": "pm",
    "this afternoon": "pm",
    "in the evening": "pm",
    "this evening": "pm",
    "at night": "night",
    "tonight": "night",
}
"""Words that name a half of the day. "At night" means before midnight from 6 to 11, and after midnight from 12 to 5."""

HOUR = r"(?:[01]?\d|2[0-3])"
MINUTE = r"[0-5]?\d"
HALF = rf"(?:{'|'.join(HALVES)})"

FORMS = (
    (rf"({HOUR}) o'?clock", 0),
    (rf"({HOUR})[:.]([0-5]\d)", None),
    (rf"({HOUR}) ([1-5]\d)", None),
    (rf"({HOUR}) (?:oh?|0) ?([1-9])", None),
    (rf"half past ({HOUR})", 30),
    (rf"(?:a )?quarter (?:past|after) ({HOUR})", 15),
    (rf"(?:a )?quarter (?:to|before|of) ({HOUR})", -15),
    (rf"({MINUTE}) (?:minute )?(?:past|after) ({HOUR})", "past"),
    (rf"({MINUTE}) (?:minute )?(?:to|before) ({HOUR})", "to"),
    (rf"({HOUR})", 0),
)
"""Forms of a time of day, each with its minutes past the hour: a number; None if they follow; "past" or "to" if they come first."""

NAMED = {"noon": 12, "midday": 12, "12 noon": 12, "12 midday": 12, "midnight": 0, "12 midnight": 0}


def _unnamed(pattern: str) -> str:
    return re.sub(r"\((?!\?)", "(?:", pattern)


PATTERN = rf"(?:(?:{'|'.join(NAMED)}) |(?:{'|'.join(_unnamed(form) for form, _ in FORMS)}) (?:{HALF} )?)"
"""Matches a time of day in normal words, each followed by a space."""

SURE_PATTERN = rf"(?:(?:{'|'.join(NAMED)}) |(?:{'|'.join(_unnamed(form) for form, _ in FORMS)}) {HALF} |{HOUR} o'?clock )"
"""Matches a time of day that cannot be a duration or a mere number."""

DAYS = {
    "today": (0, None),
    "tomorrow": (1, None),
    "tomorrow morning": (1, "am"),
    "tomorrow afternoon": (1, "pm"),
    "tomorrow evening": (1, "pm"),
    "tomorrow night": (1, "night"),
    "tonight": (0, "night"),
    "this morning": (0, "am"),
    "this afternoon": (0, "pm"),
    "this evening": (0, "pm"),
}
"""Words for a day: how many days away it is, and which half of the day."""

DAY_PATTERN = rf"(?:{'|'.join(sorted(DAYS, key=len, reverse=True))}) "

HALF_PATTERN = r"(?:[ap] ?m|morning|afternoon|evening|night) "


@dataclass(frozen=True)
class ClockTime:
    """A time of day."""

    hour: int
    """0 to 23; with `doubtful`, 1 to 12."""
    minute: int
    doubtful: bool = False
    """The half of the day is not known."""
    days: int | None = None
    """0: today, 1: tomorrow, None: whichever comes next."""

    def __str__(self) -> str:
        """The time as it is spoken: "7:05 AM", without the half of the day if that is not known."""
        if self.doubtful:
            return f"{self.hour}:{self.minute:02}"
        return f"{self.hour % 12 or 12}:{self.minute:02} {'AM' if self.hour < 12 else 'PM'}"

    def at(self, half: str) -> ClockTime:
        """The same time in a half of the day: am, pm or night. Raises ValueError if they contradict, such as 15:00 am."""
        if not self.doubtful:
            if half != "night" and (self.hour < 12) != (half == "am"):
                raise ValueError(f"{self} is not {half}")
            return self
        afternoon = half == "pm" or (half == "night" and 6 <= self.hour < 12)
        return replace(self, hour=self.hour % 12 + (12 if afternoon else 0), doubtful=False)

    def on(self, day: str) -> ClockTime:
        """The same time on a day of DAYS. Raises ValueError as `at` does."""
        days, half = DAYS[day]
        return replace(self.at(half) if half else self, days=days)

    def due(self, now: datetime) -> datetime:
        """The next moment of this time in the local zone: today or tomorrow. Raises ValueError if it has passed."""
        wall = datetime.combine(now.date(), time(self.hour, self.minute))
        if self.days is not None:
            wall += timedelta(days=self.days)
        elif wall <= now.replace(tzinfo=None):
            wall += timedelta(days=1)
        if wall <= now.replace(tzinfo=None):
            raise ValueError(f"{self} has passed")
        return wall.astimezone()


def read(words: str) -> ClockTime:
    """The time of day in normal words. Raises ValueError if they are none."""
    if words in NAMED:
        return ClockTime(NAMED[words], 0)
    text, half = words, None
    for said, which in HALVES.items():
        if words.endswith(f" {said}"):
            text, half = words.removesuffix(f" {said}"), which
    for form, minutes in FORMS:
        if found := re.fullmatch(form, text):
            moment = _moment([int(number) for number in found.groups()], minutes, zero=text.startswith("0"))
            return moment.at(half) if half else moment
    raise ValueError(f"{words!r} is no time of day")


def _moment(numbers: list[int], minutes: int | str | None, *, zero: bool) -> ClockTime:
    if isinstance(minutes, str):
        past, hour = numbers
        minute = past if minutes == "past" else -past
    else:
        hour, minute = numbers[0], numbers[1] if minutes is None else minutes
    if minute < 0:
        hour, minute = (hour - 1) % 24 if hour > 12 else (hour - 2) % 12 + 1, minute + 60
    if not 0 <= minute < 60:
        raise ValueError("an hour has 60 minutes")
    return ClockTime(hour, minute, doubtful=1 <= hour <= 12 and not zero)


def half(words: str) -> str:
    """The half of the day that an answer such as "evening" names: am, pm or night."""
    return {"morning": "am", "afternoon": "pm", "evening": "pm"}.get(words, words.replace(" ", ""))
