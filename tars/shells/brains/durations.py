"""Durations, as they are said."""

from __future__ import annotations

import re
from fractions import Fraction

from tars.shells.brains.words import digits

UNITS = {"hour": 3600, "minute": 60, "second": 1}
"""Seconds a unit, longest first."""

REWRITTEN = (
    (r"\b(hour|minute|second)s\b", r"\1"),
    (r"\b(min|mins)\b", "minute"),
    (r"\b(sec|secs)\b", "second"),
    (r"\bhalf an? (hour|minute)\b", r"0.5 \1"),
    (r"\b(?:a )?quarter of an hour\b", "15 minute"),
    (r"\bthree quarters of an hour\b", "45 minute"),
    (r"\ban? (?=hour|minute|second)", "1 "),
    (r"\ba couple (?:of )?", "2 "),
    (r"\b(\w+) (hour|minute) and a half\b", r"\1 and a half \2"),
)
"""Ways to say a duration, and the one way that is read: number and unit, in the singular."""

PART = re.compile(r"(\d+(?:\.\d+)?)( and a half)? (hour|minute|second)(?: and)?(?: |$)")


def seconds(words: str) -> int:
    """The seconds of "ten minutes", "an hour and a half", "1 minute 30 seconds". Raises ValueError for other words and for none at all."""
    duration, rest = leading_seconds(words)
    if rest:
        raise ValueError(f"{words!r} is no duration")
    return duration


def leading_seconds(words: str) -> tuple[int, str]:
    """The duration with which the words begin, and the other words: "ten minute pasta" is (600, "pasta").

    Raises ValueError if they begin with none.
    """
    text = words
    for said, read in REWRITTEN:
        text = re.sub(said, read, text)
    # "second" is an ordinal to the number reader, so it is hidden from it.
    text = digits(text.replace("second", "§")).replace("§", "second")
    total, at = Fraction(0), 0
    while part := PART.match(text, at):
        count, half, unit = part.groups()
        total += (Fraction(count) + (Fraction(1, 2) if half else 0)) * UNITS[unit]
        at = part.end()
    if round(total) < 1:
        raise ValueError(f"{words!r} does not begin with a duration")
    return round(total), text[at:]


def spoken(duration: float) -> str:
    """The duration to the nearest second: "9 minutes and 30 seconds"."""
    rest, parts = round(duration), []
    for unit, length in UNITS.items():
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts or ["0 seconds"])


def name(duration: int) -> str:
    """What a timer of so many seconds is called: "10 minute"."""
    return re.sub(r"s\b", "", spoken(duration))
