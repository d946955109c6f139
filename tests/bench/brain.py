"""The brain of the measurements: it counts samples, and answers some devices with a tone at once. So what is measured is not the brain."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np

from tars.brains import BrainSettings, Caller, Hearing, Reply, sound
from tars.samples import BLOCK, RATE, Samples

NAME = "bench"
ASKS = "ask"
"""The beginning of a device's name whose first block of each turn is a complete utterance. The utterances of others never end."""
TALKS = "talk"
"""The beginning of a device's name whose utterances are complete after UTTERANCE samples. The answer has as many as were heard."""
UTTERANCE = 25 * BLOCK
"""Samples: 2 s."""
MEMORY = "x" * 500
"""What is remembered of a conversation: the last sentences, say."""
TONE = (8000 * np.sin(2 * np.pi * 440 / RATE * np.arange(RATE // 2))).astype(np.int16)
"""The answer: half a second."""


class CountingConversation:
    """Hears and counts."""

    def __init__(self, *, answers: bool) -> None:
        """`answers`: the first block of a turn is a complete utterance."""
        self.samples = 0
        self._hearing = Hearing.COMPLETE if answers else Hearing.SPEECH

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """A turn begins."""

    def hear(self, samples: Samples) -> Hearing:
        """Count."""
        self.samples += len(samples)
        return self._hearing

    async def answer(self) -> Reply:
        """The tone."""
        return Reply(heard=f"{self.samples} samples", text="a tone", speech=sound(TONE))

    async def words(self) -> str:
        """How many samples it has."""
        return f"{self.samples} samples"

    def say(self, text: str) -> AsyncIterator[Samples]:
        """The tone."""
        return sound(TONE)

    def interrupted(self, heard: int) -> None:
        """Nothing is remembered."""

    def memory(self) -> str:
        """Nothing."""
        return ""

    async def close(self) -> None:
        """Nothing is held."""


class TalkingConversation(CountingConversation):
    """Hears for 2 s, and answers as long. What was lost of an utterance is missing in the answer."""

    def __init__(self) -> None:
        super().__init__(answers=True)

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """A turn begins."""
        self.samples = 0

    def hear(self, samples: Samples) -> Hearing:
        """Count, as long as the utterance is not complete."""
        if self.samples >= UTTERANCE:
            return Hearing.COMPLETE
        self.samples += len(samples)
        return Hearing.COMPLETE if self.samples >= UTTERANCE else Hearing.SPEECH

    async def answer(self) -> Reply:
        """A tone as long as the utterance."""
        return Reply(heard=f"{self.samples} samples", text="a tone", speech=sound(np.resize(TONE, self.samples)))

    def memory(self) -> str:
        """Some text."""
        return MEMORY


class CountingBrain:
    """Opens conversations that count."""

    def __init__(self, _settings: BrainSettings) -> None:
        """There is nothing to set."""

    async def warm(self) -> None:
        """There is nothing to load."""

    async def open(self, caller: Caller) -> CountingConversation:
        """A conversation, always."""
        if caller.device.startswith(TALKS):
            return TalkingConversation()
        return CountingConversation(answers=caller.device.startswith(ASKS))

    async def close(self) -> None:
        """There is nothing to end."""
