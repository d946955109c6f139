"""What can be said about the wake words as configured: for `tars-pi doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tars.device.wake.engines import load
from tars.device.wake.words import Word
from tars.runtime.doctor import Check, checked


def check(words: Sequence[Word]) -> list[Check]:
    """What the doctor says about the wake words as configured; loads each."""
    if not words:
        return [Check("wake word", True, "none: push-to-talk only")]
    return [checked("wake word", partial(_describe, word)) for word in words]


def _describe(word: Word) -> str:
    (threshold,) = load([word]).thresholds.values()
    return f"{word.name}, by {word.engine.value}{f', {word.path}' if word.path else ''}, from a score of {threshold:g}"
