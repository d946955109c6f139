"""Slots: what they match, and the values of their words."""

from __future__ import annotations

import re

import pytest

from tars.brains.reply.intents.understanding.clock_times import ClockTime
from tars.brains.reply.intents.understanding.slots import PATTERNS, READERS, Slots, read


@pytest.mark.parametrize(
    ("filled", "slots"),
    [
        ({"duration": "10 minute"}, Slots(duration=600)),
        ({"span": "1 hour", "label": "pasta"}, Slots(duration=3600, label="pasta")),
        ({"duration": "1 minute", "duration2": "2 minute", "label2": "egg"}, Slots(duration=60, duration2=120, label2="egg")),
        ({"ordinal": "last"}, Slots(ordinal=-1)),
        ({"number": "2"}, Slots(ordinal=1)),
        ({"kind": "wake me up"}, Slots(kind="alarm")),
        ({"kinds": "reminders"}, Slots(kind="reminder")),
        ({"whose": "tomorrow's"}, Slots(days=1)),
        ({"weekday": "sunday"}, Slots(weekday=6)),
        ({"percent": "seventy five percent"}, Slots(percent=75)),
        ({"day": "tomorrow"}, Slots(day="tomorrow")),
        ({"clock": "7:30", "day": "tomorrow morning"}, Slots(clock=ClockTime(7, 30, days=1))),
    ],
)
def test_words_become_values(filled: dict[str, str], slots: Slots) -> None:
    assert read(filled) == slots


@pytest.mark.parametrize("filled", [{"duration": "0 second"}, {"calculation": "2 plus"}, {"clock": "15:00", "day": "this morning"}])
def test_words_without_a_value_are_refused(filled: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(filled)


def test_every_slot_has_a_pattern_and_a_reader() -> None:
    assert {name.rstrip("0123456789") for name in READERS} | {"day"} == set(PATTERNS)
    for pattern in PATTERNS.values():
        re.compile(pattern)
