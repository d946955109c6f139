"""Polite phrases, and mistakes of the recogniser."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding.wording import courteous, repaired


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        ("please set it", "set it"),
        ("could you please set it for me please", "set it"),
        ("i'd like you to set it thanks", "set it"),
        ("would you mind setting it", "set it"),
        ("um okay set it if you don't mind", "set it"),
        ("set it please for ten", "set it for ten"),
        ("set it for me for ten", "set it for ten"),
        ("set it for mercy", "set it for mercy"),
        ("not now", "not"),
        ("don't please set it", "don't set it"),
    ],
)
def test_polite_phrases_are_removed(words: str, bare: str) -> None:
    *_, last = courteous(words)
    assert last == bare


def test_the_words_as_they_are_come_first() -> None:
    assert list(courteous("thank you")) == ["thank you"]
    assert list(courteous("set it please")) == ["set it please", "set it"]


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("time for five minutes", "timer for five minutes"),
        ("start at timer for five minutes", "start a timer for five minutes"),
        ("set it past a timer for ten minutes", "set a pasta timer for ten minutes"),
        ("what is 15 percent of ad", "what is 15 percent of 80"),
        ("set a timer for one hour in 30 minutes", "set a timer for one hour and 30 minutes"),
        ("cancel the time", "cancel the timer"),
        ("what is the time", "what is the time"),
        ("what is the time in 30 minutes", "what is the time in 30 minutes"),
        ("go past a house", "go past a house"),
    ],
)
def test_known_mistakes_of_the_recogniser_are_corrected(heard: str, said: str) -> None:
    assert repaired(heard) == said
