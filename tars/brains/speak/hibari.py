"""The part `hibari`: speaks with a hibari voice, on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tars.brains import BrainSettings
from tars.brains.speak.voice import Voice
from tars.errors import BrainError
from tars.samples import Samples


class Hibari:
    """Speaks each sentence in a thread, in tens of milliseconds."""

    def __init__(self, settings: BrainSettings, voice: Voice | None = None) -> None:
        """`voice`: a loaded voice; None: `warm` loads it."""
        self._settings, self._voice = settings, voice

    async def warm(self) -> None:
        """Load the voice, in a thread. Takes 2 s. Raises ConfigError."""
        if self._voice is None:
            self._voice = await asyncio.to_thread(Voice, self._settings.voice_model)

    @property
    def voice(self) -> Voice:
        """The loaded voice. Raises BrainError if there is none."""
        if self._voice is None:
            raise BrainError("the voice of hibari is not loaded")
        return self._voice

    def sentences(self, text: str) -> list[str]:
        """The sentences, as hibari splits a text."""
        return self.voice.sentences(text)

    async def say(self, sentence: str) -> AsyncIterator[Samples]:
        """All samples of the sentence at once."""
        yield await asyncio.to_thread(self.voice.say, sentence)

    async def close(self) -> None:
        """It has nothing to end."""
