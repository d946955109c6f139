"""Parts that hear on this machine: a model recognises in a thread, silero tells speech from silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tars.brains.hear.fair_queue import FairQueue
from tars.brains.hear.silero import Silero, SileroModel
from tars.errors import BrainError
from tars.samples import Samples


class LoadedModel(Protocol):
    """A model that recognises. Several threads may use it."""

    def recognise(self, speech: Samples) -> str:
        """The words, without punctuation around them. Never called on the event loop. Raises BrainError."""


@dataclass
class Models:
    """Both models, shared by all conversations."""

    activity: SileroModel
    recogniser: LoadedModel


class OnThisMachine:
    """Recognises one utterance of a device at a time; the devices take turns."""

    def __init__(self, load: Callable[[], LoadedModel], models: Models | None = None) -> None:
        """`load` takes long and may raise ConfigError. `models`: loaded models; None: `warm` loads them."""
        self._load, self._models = load, models
        self._recognitions = FairQueue()

    async def warm(self) -> None:
        """Load the models, in a thread. Raises ConfigError."""
        if self._models is None:
            self._models = await asyncio.to_thread(lambda: Models(SileroModel(), self._load()))

    @property
    def models(self) -> Models:
        """The loaded models. Raises BrainError if there are none."""
        if self._models is None:
            raise BrainError("the models that recognise speech are not loaded")
        return self._models

    def detector(self) -> Silero:
        """Silero, with the state of one utterance."""
        return Silero(self.models.activity)

    async def recognise(self, device: str, speech: Samples) -> str:
        """The words. It takes some tenths of a second for a command, in a thread."""
        recogniser = self.models.recogniser
        return await self._recognitions.run(device, lambda: recogniser.recognise(speech))

    async def close(self) -> None:
        """Cancel the recognitions that have not begun."""
        self._recognitions.close()
