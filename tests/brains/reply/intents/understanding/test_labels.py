"""Labels of timers and tasks of reminders."""

from __future__ import annotations

import re

import pytest

from tars.brains.reply.intents.understanding.labels import LABEL, TASK, marked, singular


@pytest.mark.parametrize("label", ["pasta", "green tea", "roast chicken dinner", "mac and cheese", "cup of tea", "grandma's pie"])
def test_a_label(label: str) -> None:
    assert re.fullmatch(LABEL, marked(label))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "the pasta",
        "pasta please",
        "not pasta",
        "me",
        "pasta tomorrow",
        "five pasta",
        "5 pasta",
        "pasta timer",
        "pasta or egg",
        "a b c d",
        "and",
    ],
)
def test_no_label(words: str) -> None:
    assert not re.fullmatch(LABEL, marked(words))


@pytest.mark.parametrize("task", ["call mum", "take the cake out of the oven", "buy 2 eggs"])
def test_a_task(task: str) -> None:
    assert re.fullmatch(TASK, marked(task))


@pytest.mark.parametrize(
    "words", ["call mum at 7", "call mum tomorrow", "not call mum", "call mum when home", "drink every hour", "a " * 11]
)
def test_no_task(words: str) -> None:
    assert not re.fullmatch(TASK, marked(words))


def test_singular_and_plural_are_one_label() -> None:
    assert singular("eggs") == singular("egg")
    assert singular("green teas") == singular("green tea")
    assert singular("glass") == "glass"
    assert singular("gas") == "gas"
