"""Durations in spoken form."""

from __future__ import annotations

import re
from fractions import Fraction

from tars.brains.reply.intents.understanding.rewriting import rewrite
from tars.brains.reply.intents.understanding.words import digits

UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
"""Seconds in a unit, longest first."""

SPOKEN_UNITS = ("hour", "minute", "second")
"""The units in which durations are spoken."""

NUMBER = r"(?:0|[1-9]\d{0,5})(?:\.\d{1,6})?"
UNIT = "hour|minute|second|day|week"

REWRITTEN = (
    (r"\b(?:hr|hrs)\b", "hour"),
    (r"\b(?:min|mins)\b", "minute"),
    (r"\b(?:sec|secs)\b", "second"),
    (rf"\b({UNIT})s\b", r"\1"),
    (rf"\b(?:a )?1 divided by 2(?= (?:of )?(?:an? )?(?:{UNIT})\b)", "half"),
    (rf"\b(\d+) and (?:a )?half ({UNIT})\b", r"\1.5 \2"),
    (rf"\b(\d+) and a quarter ({UNIT})\b", r"\1.25 \2"),
    (rf"\ban? ({UNIT}) and a half\b", r"1.5 \1"),
    (rf"\b(\d+) ({UNIT}) and a half\b", r"\1.5 \2"),
    (r"(?<!\d )\bhour and a half\b", "1.5 hour"),
    (r"\b(?:an|1) hour and a quarter\b", "1.25 hour"),
    (r"\b(?:an|1) hour and 3 quarters\b", "1.75 hour"),
    (rf"\b(?:a )?half (?:of )?(?:an? )?({UNIT})\b", r"0.5 \1"),
    (r"\b3 quarters? (?:of )?an hour\b", "0.75 hour"),
    (r"\b(?:a |1 )?quarter (?:of )?(?:an )?hour\b", "0.25 hour"),
    (rf"\b(?:a )?couple (?:of )?(?=(?:more )?(?:{UNIT})\b)", "2 "),
    (r"\b(?:an?|another) (?=(?:more )?(?:hour|minute|day|week)\b)", "1 "),
    (r"\ba second\b(?! (?:timer|alarm|reminder|one|1)\b)", "1 second"),
    (rf"\b({NUMBER}) more ({UNIT})\b", r"\1 \2 more"),
    (rf"\btimer for (\d+) and (\d+) ({UNIT})\b", r"timer for \1 \3 and \2 \3"),
    (rf"\btimers for (\d+) and (\d+) ({UNIT})\b", r"timers for \1 \3 and \2 \3"),
)
"""Other forms of a duration -> number and unit, in the singular."""

HALF_SAID = re.compile(rf"(?<![\d.])\b(\d+ )(hour|minute) (?:and )?([1-5]\d)(?! (?:{UNIT}|percent|more|past|to|am|pm)\b|[\d:.])\b")
"""Matches "one minute thirty". Not "one minute five", and not "one minute and one ...", which counts timers."""

COLONS = r"(?:\d{1,3}:[0-5]\d(?::[0-5]\d)? (?:(?:hour|minute) )?)"

UNIT_PATTERN = rf"(?:(?=\d){''.join(rf'(?:(?:and )?{NUMBER} {unit} )?' for unit in UNITS)}(?<=[a-z] ))"
"""Matches a duration with units in `normal` words, each followed by a space: longer units first, each at most once."""

PATTERN = rf"(?:{UNIT_PATTERN}|{COLONS})"
"""The same, or a duration such as 1:30."""

PART = re.compile(rf"({NUMBER}) ({UNIT})\b")


def normal(words: str) -> str:
    """The words with every number in digits and every duration as number and unit: "an hour and a half" is "1.5 hour"."""
    # alpha2digit would read "second" as an ordinal, so it is hidden.
    text = digits(words.replace("second", "§")).replace("§", "second")
    return HALF_SAID.sub(_with_smaller_unit, rewrite(text, REWRITTEN))


def _with_smaller_unit(found: re.Match[str]) -> str:
    number, unit, rest = found.groups()
    smaller = {"hour": "minute", "minute": "second"}[unit]
    return f"{number}{unit} {rest} {smaller}"


def seconds(words: str) -> int:
    """The seconds of "ten minutes", "an hour and a half", "one minute thirty", "1:30". Raises ValueError for other words and for none."""
    text = normal(words)
    if not re.fullmatch(PATTERN, f"{text} "):
        raise ValueError(f"{words!r} is no duration")
    total = _of_colons(text) if ":" in text else sum(Fraction(count) * UNITS[unit] for count, unit in PART.findall(text))
    if round(total) < 1:
        raise ValueError(f"{words!r} is no duration: it is shorter than a second")
    return round(total)


def _of_colons(text: str) -> int:
    """1:30 is a minute and thirty seconds, unless hours are named; 1:30:00 has hours."""
    clock, _, unit = text.partition(" ")
    numbers = [int(number) for number in clock.split(":")]
    if len(numbers) == 3 or unit == "hour":
        numbers += [0] * (3 - len(numbers))
        return numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]
    return numbers[0] * 60 + numbers[1]


def spoken(duration: float) -> str:
    """The duration to the nearest second: "9 minutes and 30 seconds"."""
    rest, parts = round(duration), []
    for unit in SPOKEN_UNITS:
        count, rest = divmod(rest, UNITS[unit])
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts or ["0 seconds"])


def name(duration: int) -> str:
    """The name of a timer of so many seconds: "10 minute"."""
    return re.sub(r"s\b", "", spoken(duration))
