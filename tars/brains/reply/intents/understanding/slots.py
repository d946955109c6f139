"""The slots of sentences: which words they match, and the values of these words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

from tars.brains.reply.intents.understanding import arithmetic, clock_times, dates, durations
from tars.brains.reply.intents.understanding.arithmetic import Number, Undefined
from tars.brains.reply.intents.understanding.clock_times import ClockTime
from tars.brains.reply.intents.understanding.labels import LABEL, MARK, TASK
from tars.brains.reply.intents.understanding.words import whole_number


class Slots(TypedDict, total=False):
    """The values that an intent is about."""

    calculation: Number | Undefined
    """The result."""
    duration: int
    """Seconds: the length of a new timer, or of the timer that is meant."""
    label: str
    """The purpose of a timer: "pasta"."""
    duration2: int
    """Seconds of a second new timer."""
    label2: str
    change: int
    """Seconds by which a timer is lengthened or shortened."""
    ordinal: int
    """Which timer is meant, counted from 0; -1: the last."""
    clock: ClockTime
    """When an alarm or a reminder is due."""
    task: str
    """What to remind of: "call mum"."""
    days: int
    """How many days away a date is: -1 yesterday, 0 today, 1 tomorrow."""
    weekday: int
    """0: Monday."""
    feast: str
    percent: int
    kind: str
    """timer, alarm or reminder, as the user said."""
    chosen: tuple[int, ...]
    """The numbers of the running timers that the answer to "Which one?" means."""
    day: str
    """A word of clock_times.DAYS without a time of day."""
    half: str
    """The half of the day: am, pm or night."""
    persona: str
    """Words that call a persona."""


ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4, "last": -1}

KINDS = {"timer": "timer", "countdown": "timer", "alarm": "alarm", "reminder": "reminder"}
KINDS |= {"wake me": "alarm", "wake me up": "alarm", "remind me": "reminder"}
"""Words for a timer, and its kind."""

PLURALS = {"timers": "timer", "alarms": "alarm", "reminders": "reminder"}


def any_of(names: Iterable[str]) -> str:
    """A pattern of marked words that matches each of the names, in plain words."""
    longest_first = sorted(names, key=len, reverse=True)
    return rf"(?:{'|'.join(''.join(f'{re.escape(word)}{MARK}? ' for word in name.split()) for name in longest_first)})"


PATTERNS: Mapping[str, str] = {
    "calculation": r"(?:\S+ ){1,40}?",
    "duration": durations.PATTERN,
    "span": durations.UNIT_PATTERN,
    "change": durations.UNIT_PATTERN,
    "label": LABEL,
    "task": TASK,
    "clock": clock_times.PATTERN,
    "moment": clock_times.SURE_PATTERN,
    "day": clock_times.DAY_PATTERN,
    "half": clock_times.HALF_PATTERN,
    "ordinal": rf"(?:{'|'.join(ORDINALS)}) ",
    "kind": rf"(?:{'|'.join(KINDS)}) ",
    "kinds": rf"(?:{'|'.join(PLURALS)}) ",
    "number": r"\d{1,2} ",
    "away": rf"(?:{'|'.join(dates.AWAY)}) ",
    "whose": rf"(?:{'|'.join(dates.AWAY)})'?s{MARK} ",
    "weekday": rf"(?:{'|'.join(dates.WEEKDAYS)}) ",
    "feast": rf"(?:{'|'.join(feast.replace(' ', f'{MARK}? ') for feast in dates.FEASTS)}){MARK}? ",
    "percent": r"(?:\S+ ){1,4}",
    "persona": any_of(["tars"]),
}
"""Slot -> pattern of the marked words that it matches. That of `persona` is replaced where there are others."""


def _clock(words: str) -> Slots:
    return {"clock": clock_times.read(words)}


def _number(words: str) -> Slots:
    return {"ordinal": int(words) - 1}


READERS: Mapping[str, Callable[[str], Slots]] = {
    "calculation": lambda words: {"calculation": arithmetic.calculate(words)},
    "duration": lambda words: {"duration": durations.seconds(words)},
    "duration2": lambda words: {"duration2": durations.seconds(words)},
    "span": lambda words: {"duration": durations.seconds(words)},
    "change": lambda words: {"change": durations.seconds(words)},
    "label": lambda words: {"label": words},
    "label2": lambda words: {"label2": words},
    "task": lambda words: {"task": words},
    "clock": _clock,
    "moment": _clock,
    "half": lambda words: {"half": clock_times.half(words)},
    "ordinal": lambda words: {"ordinal": ORDINALS[words]},
    "kind": lambda words: {"kind": KINDS[words]},
    "kinds": lambda words: {"kind": PLURALS[words]},
    "number": _number,
    "away": lambda words: {"days": dates.AWAY[words]},
    "whose": lambda words: {"days": dates.AWAY[re.sub(r"'?s$", "", words)]},
    "weekday": lambda words: {"weekday": dates.WEEKDAYS.index(words)},
    "feast": lambda words: {"feast": words},
    "percent": lambda words: {"percent": whole_number(words)},
    "persona": lambda words: {"persona": words},
}
"""Slot -> function from its words to values. ValueError: the sentence does not match after all."""


def read(filled: Mapping[str, str]) -> Slots:
    """The values of all slots of a sentence. Raises ValueError if one cannot be read, or if two contradict each other."""
    slots = Slots()
    for name, words in filled.items():
        if name != "day":
            slots |= READERS[name](words)
    if day := filled.get("day"):
        if "clock" in slots:
            slots["clock"] = slots["clock"].on(day)
        else:
            slots["day"] = day
    return slots
