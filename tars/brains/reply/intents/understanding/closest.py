"""The sentence of the templates that is closest to words which match none: "how much dime is left" is "how much time is left".

The recogniser mistakes a word for one that sounds alike. So a sentence counts as meant if its letters are nearly the same, and if no word
was heard that would change what is meant.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from tars.brains.reply.intents.understanding import dates, durations
from tars.brains.reply.intents.understanding.labels import UNMARKED
from tars.brains.reply.intents.understanding.slots import KINDS, PLURALS
from tars.brains.reply.intents.understanding.templates import expanded

ALIKE = 0.82
"""The least similarity, 0 to 1, of the letters."""

SOUNDS_ALIKE = 0.75
"""The least similarity of a word that was heard to the one in whose place it was heard."""

CERTAIN = 2
"""Words that must be heard as they are, for each that is not. Those that are SMALL do not count."""

FORMS = 120
"""Sentences of one template that are tried, at most."""

LEAST_LETTERS = 10
"""Letters of the shortest sentence: in a shorter one, a letter is a large part."""

OPTIONAL = 0.3
"""How likely an optional part is written out."""

VALUE = "#"
"""Stands for a duration."""

WORDS: Mapping[str, Iterable[str]] = {
    **dict.fromkeys(("duration", "duration2", "span", "change"), (VALUE,)),
    "kind": KINDS,
    "kinds": PLURALS,
    "away": dates.AWAY,
    "weekday": dates.WEEKDAYS,
}
"""Slot -> the words in its place. Sentences with another slot are left out: it holds words that nobody can correct."""

LITTLE = "a an the in on at from to into onto by with of and it is are was be been am has have do does me for so"

SMALL = frozenset(LITTLE.split())
"""Words that the recogniser adds or swallows, and that change no meaning where the other words are the same."""

VALUES = re.compile(rf"(?<!\S){durations.UNIT_PATTERN}")


class Closest:
    """The sentences of some templates, for comparison."""

    def __init__(self, sentences: Iterable[str], rules: Mapping[str, str]) -> None:
        """Write them out: the same ones each time."""
        forms = {form for sentence in sentences for form in _forms(sentence, rules)}
        self._forms = sorted(form for form in forms if len(form) >= LEAST_LETTERS)
        self._counts = np.array([_counts(form) for form in self._forms])
        self._sizes = np.array([len(form) for form in self._forms])

    def to(self, words: str) -> str | None:
        """The closest sentence, with the durations of these normal words; None: none is close. Takes some milliseconds."""
        found = VALUES.findall(f"{words} ")
        text = VALUES.sub(f"{VALUE} ", f"{words} ").strip()
        if len(text) < LEAST_LETTERS:
            return None
        best, least = None, ALIKE
        # No similarity is greater than that of the letters without their order.
        greatest = 2 * np.minimum(self._counts, _counts(text)).sum(axis=1) / (self._sizes + len(text))
        matcher = SequenceMatcher(None, b=text, autojunk=False)
        for number in np.argsort(-greatest, kind="stable"):
            if greatest[number] <= least:
                break
            form = self._forms[number]
            matcher.set_seq1(form)
            if matcher.ratio() > least and _same_meaning(form, text):
                best, least = form, matcher.ratio()
        if best is None:
            return None
        values = iter(found)
        return re.sub(VALUE, lambda _: next(values).strip(), best)


def _same_meaning(form: str, heard: str) -> bool:
    """Whether each word was heard, or one in its place that sounds alike and says nothing itself: no verb, no "not", no time, no number."""
    meant, given = form.split(), heard.split()
    missing = list((Counter(meant) - Counter(given)).elements())
    strange = [word for word in (Counter(given) - Counter(meant)).elements() if word not in SMALL]
    certain = [word for word in meant if word in given and word not in SMALL]
    if (
        len(certain) < CERTAIN * len(strange)
        or any(word in UNMARKED or not word[0].isalpha() for word in strange)
        or not _sound_alike(meant[-1], given[-1])
    ):
        return False
    for word in strange:
        likely = max(missing, key=lambda other: _likeness(word, other), default="")
        if not _sound_alike(word, likely):
            return False
        missing.remove(likely)
    return all(word in SMALL for word in missing)


def _sound_alike(one: str, other: str) -> bool:
    return _likeness(one, other) >= SOUNDS_ALIKE


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _counts(text: str) -> NDArray[np.int16]:
    """How often each letter is in the text, and other characters."""
    letters = np.frombuffer(text.encode("ascii", "replace"), np.uint8) & 31
    return np.bincount(letters, minlength=32).astype(np.int16)


def _forms(sentence: str, rules: Mapping[str, str]) -> Iterator[str]:
    """Some of the sentences that a template stands for, by chance, and the same ones each time."""
    chance, pieces = random.Random(sentence), list(expanded(sentence, rules))
    for _ in range(FORMS):
        words = list(_written(iter(pieces), chance))
        if all(words):
            yield " ".join(words)


def _written(pieces: Iterator[str], chance: random.Random) -> list[str]:
    """The words of one sentence, up to the bracket that closes; an empty one for a slot that is left out."""
    alternatives: list[list[str]] = [[]]
    for piece in pieces:
        if piece in ("(", "["):
            within = _written(pieces, chance)
            alternatives[-1] += within if piece == "(" or chance.random() < OPTIONAL else []
        elif piece in (")", "]"):
            break
        elif piece == "|":
            alternatives.append([])
        elif piece.startswith("{"):
            alternatives[-1].append(chance.choice(list(WORDS.get(piece[1:-1], ("",)))))
        else:
            alternatives[-1].append(piece)
    return chance.choice(alternatives)
