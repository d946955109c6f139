"""The echo brain: answers with exactly the samples that it heard. It needs no model; its results are the same each time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np

from tars.brains import BrainSettings, Caller, Hearing, Reply, sound
from tars.brains.end_of_speech import UtteranceToPause
from tars.samples import RATE, Samples

PAUSE = 12_800
"""Samples of silence that end an utterance: 0.8 s."""

TONE = 440
"""Hertz of the tone that stands for speech that repeats nobody."""
CHARACTER = RATE // 20
"""Samples of it for each character: 50 ms."""

LOUD = 328
"""A frame whose root mean square is above this is not silence: -40 dB of full scale."""


class Loudness:
    """Tells speech from silence by the loudness of frames of 10 ms."""

    frame = 160

    def is_speech(self, frame: Samples) -> bool:
        """Whether the frame is louder than LOUD."""
        wide = frame.astype(np.int64)
        return int(wide @ wide) > LOUD * LOUD * len(frame)


class EchoConversation:
    """Answers an utterance with its samples: all since the turn began, pre-roll included, to the end of the pause that ended it.

    The end is the last sample of the frame of 160 with which PAUSE silent samples are full, or with which the utterance is LONGEST.
    """

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """A turn begins."""
        self._utterance = UtteranceToPause(Loudness(), PAUSE, wake)

    def hear(self, samples: Samples) -> Hearing:
        """The next samples."""
        return self._utterance.hear(samples)

    async def answer(self) -> Reply:
        """The samples of the utterance; none without speech."""
        spoken = self._utterance.samples if len(self._utterance.speech) else self._utterance.speech
        text = f"{len(spoken) / RATE:.2f} s of sound" if len(spoken) else ""
        return Reply(heard=text, text=text, speech=sound(spoken))

    def overhear(self, at: int) -> None:
        """As a turn: the speech of the last answer is known."""
        self.begin(0, at)

    async def words(self) -> str:
        """How long the utterance is; empty without speech."""
        return (await self.answer()).heard

    def say(self, text: str) -> AsyncIterator[Samples]:
        """A tone that is as long as the text."""
        return sound((8000 * np.sin(2 * np.pi * TONE / RATE * np.arange(len(text) * CHARACTER))).astype(np.int16))

    def interrupted(self, heard: int) -> None:
        """No effect: the echo brain remembers nothing."""

    def memory(self) -> str:
        """Nothing."""
        return ""

    async def close(self) -> None:
        """No effect: the echo brain holds nothing."""


class EchoBrain:
    """Opens echo conversations."""

    def __init__(self, _settings: BrainSettings) -> None:
        """It has no settings."""

    async def warm(self) -> None:
        """It has nothing to load."""

    async def open(self, caller: Caller) -> EchoConversation:
        """A conversation; this never fails."""
        return EchoConversation()

    async def close(self) -> None:
        """It has nothing to end."""
