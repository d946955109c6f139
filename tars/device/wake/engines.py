"""What scores sound: the engines of the configured words, each loaded once, as one scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tars.device.wake.words import Engine, Word


class Scorer(Protocol):
    """How sure models are that their words have just been said. Not for the event loop."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Each word, and the score from which on it counts as said."""

    def score(self, pcm: bytes) -> Mapping[str, float]:
        """The score of each word, 0 to 1, for 1,280 samples of PCM16 that follow those of the call before."""

    def forget(self) -> None:
        """Go back to having heard nothing but silence."""


def load(words: Sequence[Word]) -> Scorer:
    """The scorer of these words, at least one. Each engine's packages are imported only if one of its words is among them.

    Raises ConfigError.
    """
    engines: list[Scorer] = []
    if micro := [word for word in words if word.engine is Engine.MICRO]:
        from tars.device.wake.microwakeword import MicroWakeWord

        engines.append(MicroWakeWord(micro))
    if others := [word for word in words if word.engine is Engine.OPEN]:
        from tars.device.wake.openwakeword import OpenWakeWord

        engines.append(OpenWakeWord(others))
    return engines[0] if len(engines) == 1 else _Several(engines, [word.name for word in words])


class _Several:
    """Several engines, which hear the same blocks."""

    def __init__(self, engines: Sequence[Scorer], names: Sequence[str]) -> None:
        """`names`: the words in the order of the configuration."""
        self._engines = engines
        thresholds = {name: threshold for engine in engines for name, threshold in engine.thresholds.items()}
        self.thresholds = {name: thresholds[name] for name in names}

    def score(self, pcm: bytes) -> dict[str, float]:
        return {name: score for engine in self._engines for name, score in engine.score(pcm).items()}

    def forget(self) -> None:
        for engine in self._engines:
            engine.forget()
