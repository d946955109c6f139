"""The closest sentence."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding.closest import Closest

CLOSEST = Closest(
    [
        "how much time is <left>",
        "(set|start) a timer for {duration}",
        "cancel all {kinds}",
        "tell me a joke",
        "call {label}",
        "who are you",
        "what day is it",
    ],
    {"left": "(left|remaining)"},
)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("how much dime is left", "how much time is left"),
        ("set a tiber for 10 minute", "set a timer for 10 minute"),
        ("cancel all tibers", "cancel all timers"),
        ("tell me joke", "tell me a joke"),
    ],
)
def test_a_word_that_sounds_alike_is_corrected(heard: str, meant: str) -> None:
    assert CLOSEST.to(heard) == meant


@pytest.mark.parametrize(
    "heard",
    [
        "don't set a timer for 10 minute",
        "never tell me a joke",
        "tell me a choir",
        "set a timer for 10 minute tomorrow",
        "set 2 timer for 10 minute",
        "open a timer for 10 minute",
        "set a timer for 10 minute and 20 minute and",
        "set a timer for a while",
        "cancel all timers but one",
        "cancel all 5",
        "how much wine is left over",
        "why is the sky blue",
        "who are shoe",
        "call mum",
        "tell me a yoke",
        "who are they",
        "cancel call timers",
        "cancel all red timers",
        "cancel timers",
        "what day is",
        "cancel all my timers",
        "set a timer for 10",
        "how much time is left le",
        "tell me a wobbly joke",
        "cancel all all timers",
        "cancel all orders",
        "tell me a",
        "how much time is",
        "",
    ],
)
def test_a_word_that_changes_the_meaning_is_not_ignored(heard: str) -> None:
    assert CLOSEST.to(heard) is None
