"""The part `hibari`: speaks with hibari voices, on this machine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from tars.brains import BrainSettings
from tars.brains.speak.voice import Voice, find_voice
from tars.errors import BrainError, ConfigError
from tars.samples import Samples

FORM = re.compile(r"(?P<model>.*?)\s*(?:\b(?P<pitch>\d+)\s*%)?")
"""The voice of a persona: a name or an ONNX file, a pitch in percent, or both."""

LOWEST, HIGHEST = 75, 130
"""Percent. Beyond these, words are not understood well."""


class Hibari:
    """Speaks each sentence in a thread, in tens of milliseconds."""

    languages = ("en",)

    def __init__(self, settings: BrainSettings, voice: Voice | None = None) -> None:
        """`voice`: its own voice, loaded; None: `warm` loads it."""
        self._settings, self._voice = settings, voice
        self._models: dict[Path, Voice] = {}
        self._voices: dict[str, tuple[Voice, float]] = {}
        """The voices of personas, and their pitch."""

    async def warm(self) -> None:
        """Load its own voice, in a thread. Takes 2 s. Raises ConfigError."""
        if self._voice is None:
            self._voice = await asyncio.to_thread(Voice, self._settings.voice_model)

    @property
    def voice(self) -> Voice:
        """Its own voice. Raises BrainError if it is not loaded."""
        if self._voice is None:
            raise BrainError("the voice of hibari is not loaded")
        return self._voice

    async def load(self, voice: str) -> None:
        """Load the voice of a persona, in a thread. Voices of one model share it. Raises ConfigError."""
        found = FORM.fullmatch(voice)
        assert found is not None
        pitch = int(found["pitch"] or 100)
        if not LOWEST <= pitch <= HIGHEST:
            raise ConfigError(f"voice {voice!r}: the pitch must be {LOWEST}% to {HIGHEST}%")
        self._voices[voice] = (await asyncio.to_thread(self._model, found["model"]), pitch / 100)

    def _model(self, name: str) -> Voice:
        """A model by its name or file; empty: that of its own voice."""
        if not name:
            return self.voice
        file = Path(name).expanduser() if name.endswith(".onnx") else find_voice(name)
        if file not in self._models:
            self._models[file] = Voice(file, like=self.voice)
        return self._models[file]

    def sentences(self, text: str) -> list[str]:
        """The sentences, as hibari splits a text."""
        return self.voice.sentences(text)

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """All samples of the sentence at once."""
        model, pitch = self._voices[voice] if voice else (self.voice, 1.0)
        yield await asyncio.to_thread(model.say, sentence, pitch)

    async def close(self) -> None:
        """It has nothing to end."""
