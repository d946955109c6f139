"""Thousands of sentences that are no command of TARS: of other assistants, as we combine them, and of Debian's package `fortunes`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

FORTUNES = Path("/usr/share/games/fortunes")
"""The files of Debian's package `fortunes`: sayings and jokes, separated by lines of "%"."""

LEAST, MOST = 3, 12
"""Words of a sentence that is tried: a command has as many."""

VERBS = ("turn on", "turn off", "dim", "open", "close", "lock", "start", "stop", "find", "check", "show me", "call", "clean")
THINGS = ("lights", "lamp", "heating", "garage door", "television", "vacuum cleaner", "dishwasher", "oven", "radio", "tiger", "tinder")
WHERE = ("", "in the kitchen", "in ten minutes", "at seven", "for an hour", "please")

ASKED = ("what is", "who is", "where is", "how old is", "when was", "how much is", "tell me about", "what was", "play", "remove")
ABOUT = (
    *("the weather", "the weather tomorrow", "the capital of France", "the moon", "my mother", "the president", "the news", "the score"),
    *("the price of milk", "the next train to Paris", "a good film", "the time in Tokyo", "the longest river", "some jazz", "my calendar"),
    *("the date of the battle", "the best joke in the world", "a mile in metres", "the timer on the oven of my neighbour"),
)


def combined() -> list[str]:
    """Commands and questions for other assistants."""
    commands = (f"{verb} the {thing} {where}".strip() for verb, thing, where in product(VERBS, THINGS, WHERE))
    return [*commands, *(f"{asked} {about}" for asked, about in product(ASKED, ABOUT))]


def fortunes() -> list[str]:
    """The short sentences of the package, each once; none if it is not installed."""
    return sorted({sentence for path in sorted(FORTUNES.glob("*.u8")) for sentence in _sentences(path.read_text(encoding="utf-8"))})


def _sentences(text: str) -> Iterator[str]:
    for fortune in text.split("\n%\n"):
        said = re.sub(r"--.*", "", fortune, flags=re.DOTALL)
        for sentence in re.split(r"(?<=[.!?])\s+", " ".join(said.split())):
            words = sentence.split()
            if LEAST <= len(words) <= MOST and re.fullmatch(r"[A-Za-z0-9 ',;.!?%-]+", sentence):
                yield sentence
