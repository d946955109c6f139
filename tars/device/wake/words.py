"""What the setting `wake_word` says: which words call TARS, which engine listens for each, and how sure it must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path, PurePath

BUILT_IN = {"hey_jarvis": 0.95, "okay_nabu": 0.85, "alexa": 0.90, "hey_mycroft": 0.85}
"""The words of microWakeWord whose models come with its package -> their thresholds, chosen by docs/reports/wake-words.md."""

OURS = ("hey_tars",)
"""The words of openWakeWord whose models come with TARS. They are made by `make hey-tars`."""

FETCHED = ("hey_jarvis", "alexa", "hey_mycroft", "hey_rhasspy")
"""The words of openWakeWord whose models `tars-pi fetch-models` brings."""

OF_FETCHED = "openwakeword/"
"""What comes before the name of a word of openWakeWord."""

NONE = "none"
"""No word: push-to-talk only."""


class Engine(Enum):
    """What can listen for a word."""

    MICRO = "microWakeWord"
    OPEN = "openWakeWord"


OWN_MODELS = {".json": Engine.MICRO, ".onnx": Engine.OPEN, ".tflite": Engine.OPEN}
"""The end of the path of a model of one's own -> the engine that it is for. The .json file names a .tflite file beside it."""

FORMS = (
    f"{', '.join((*BUILT_IN, *OURS))}, {OF_FETCHED}NAME (NAME: {', '.join(FETCHED)}), "
    "or the path of a model of your own (.json for microWakeWord, .onnx or .tflite for openWakeWord)"
)


@dataclass(frozen=True)
class Word:
    """One word that calls TARS."""

    name: str
    """Such as `hey_jarvis`. Of a model of one's own: the name of its file without its end."""
    engine: Engine
    path: Path | None = None
    """The model of one's own; None for a model that comes with a package or is fetched."""
    threshold: float | None = None
    """The score from which on the word counts as said, more than 0 and at most 1. None: the model's own."""

    def __str__(self) -> str:
        """As the setting has it."""
        known = self.name if self.engine is Engine.MICRO or self.name in OURS else f"{OF_FETCHED}{self.name}"
        return f"{self.path or known}{'' if self.threshold is None else f'={self.threshold:g}'}"

    @property
    def spoken(self) -> str:
        """The word as people say it: `hey_jarvis_v0.1` is spoken "hey jarvis"."""
        return " ".join(re.sub(r"[_-]?v?\d+(\.\d+)*$", "", self.name.lower()).replace("-", "_").split("_"))


class Words(tuple[Word, ...]):
    """All words that call TARS; none of them for push-to-talk only."""

    __slots__ = ()

    def __str__(self) -> str:
        """As the setting has them."""
        return ", ".join(map(str, self)) or NONE


DEFAULT = Words([Word("hey_jarvis", Engine.MICRO)])


def read_words(text: str) -> Words:
    """The words, separated by commas; none for `none`. Whether their models are there is not looked at.

    Raises ValueError with what must be the case.
    """
    parts = [part.strip() for part in text.split(",")]
    if parts == [NONE]:
        return Words()
    if NONE in parts:
        raise ValueError(f"must be `{NONE}` alone for push-to-talk only, or words without `{NONE}`, not {text!r}")
    words = Words(_read_word(part) for part in parts)
    for word, other in _pairs(words):
        if word.spoken == other.spoken or word.name == other.name:
            raise ValueError(f"must not hold {str(word)!r} and {str(other)!r} together: both hear {other.spoken!r}; keep one of them")
    return words


def _pairs(words: Words) -> Iterator[tuple[Word, Word]]:
    for number, word in enumerate(words):
        yield from ((other, word) for other in words[:number])


def _read_word(text: str) -> Word:
    """One word, with its threshold behind the last `=` unless the text ends as a path does."""
    source, threshold = text, None
    if "=" in text and PurePath(text).suffix.lower() not in OWN_MODELS:
        source, _, number = text.rpartition("=")
        source, threshold = source.strip(), _read_threshold(text, number)
    if source in BUILT_IN:
        return Word(source, Engine.MICRO, None, threshold)
    if source in OURS:
        return Word(source, Engine.OPEN, None, threshold)
    if source.removeprefix(OF_FETCHED) in FETCHED and source.startswith(OF_FETCHED):
        return Word(source.removeprefix(OF_FETCHED), Engine.OPEN, None, threshold)
    engine = OWN_MODELS.get(PurePath(source).suffix.lower())
    if engine is None:
        raise ValueError(_no_such_word(source))
    try:
        return Word(PurePath(source).stem, engine, Path(source).expanduser(), threshold)
    except RuntimeError:
        raise ValueError(f"must hold paths that there can be; there is no such home directory: {source!r}") from None


def _read_threshold(text: str, number: str) -> float:
    try:
        threshold = float(number)
    except ValueError:
        threshold = 0.0
    if not 0 < threshold <= 1:
        raise ValueError(f"must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not {text!r}")
    return threshold


def _no_such_word(source: str) -> str:
    known = (*BUILT_IN, *OURS, *(f"{OF_FETCHED}{name}" for name in FETCHED))
    near = f"{OF_FETCHED}{source}" if source in FETCHED else next(iter(get_close_matches(source, known, n=1)), "")
    hint = f"; did you mean {near!r}?" if near else "; a comma separates words, so a path cannot hold one" if "." in source else ""
    return f"must hold words that there are: {FORMS}; or be `{NONE}`. There is no {source!r}{hint}"
