"""The offline brain itself, with a recogniser that takes the time of a real one and hears the same words in everything."""

from __future__ import annotations

from collections.abc import Iterator
from time import thread_time
from types import SimpleNamespace
from typing import Any

import numpy as np

from tars.brains import Brain, BrainSettings
from tars.brains.echo import Loudness
from tars.brains.hear import recogniser, whisper
from tars.brains.registry import make_brain
from tars.brains.speak import hibari
from tars.samples import RATE, Samples
from tests.sounds import noise

RECOGNITION = 0.02
"""Seconds of CPU that a second of speech costs; and FIRST besides, as whisper has it for a short command."""
FIRST = 0.3


class BusyModel:
    """In the place of whisper: computes for as long as it does, without the interpreter's lock, and hears the time being asked for."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self._matrix = np.ones((200, 200), np.float32)

    def transcribe(self, sound: Any, **_: Any) -> tuple[Iterator[Any], None]:
        """The words."""
        end = thread_time() + FIRST + RECOGNITION * len(sound) / RATE
        while thread_time() < end:
            self._matrix @ self._matrix
        return iter([SimpleNamespace(text="What time is it?")]), None


class QuickVoice:
    """In the place of the voice: a noise as long as the words."""

    def __init__(self, *_: Any) -> None:
        pass

    def sentences(self, text: str) -> list[str]:
        """One."""
        return [text]

    def say(self, sentence: str) -> Samples:
        """A second of noise."""
        return noise(1.0, seed=len(sentence))


def make_busy(settings: BrainSettings) -> Brain:
    """The offline brain with all of its own ways, and parts that need no model."""
    vars(recogniser)["WhisperModel"] = BusyModel
    vars(whisper).update(Silero=lambda _: Loudness(), SileroModel=lambda: None)
    vars(hibari).update(Voice=QuickVoice)
    return make_brain("offline", settings)
