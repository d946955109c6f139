"""The part `whisper`: hears with whisper and silero, on this machine."""

from __future__ import annotations

import asyncio

from tars.brains import BrainSettings
from tars.brains.hear.fair_queue import FairQueue
from tars.brains.hear.recogniser import Recogniser
from tars.brains.hear.silero import Silero, SileroModel
from tars.errors import BrainError
from tars.samples import Samples


class Models:
    """Both models, shared by all conversations."""

    def __init__(self, settings: BrainSettings) -> None:
        """Load them. Takes 1 s: never call it on the event loop. Raises ConfigError."""
        self.activity = SileroModel()
        self.recogniser = Recogniser(settings.whisper_model)


class Whisper:
    """Recognises one utterance of a device at a time; the devices take turns."""

    def __init__(self, settings: BrainSettings, models: Models | None = None) -> None:
        """`models`: loaded models; None: `warm` loads them."""
        self._settings, self._models = settings, models
        self._recognitions = FairQueue()

    async def warm(self) -> None:
        """Load the models, in a thread. Raises ConfigError."""
        if self._models is None:
            self._models = await asyncio.to_thread(Models, self._settings)

    @property
    def models(self) -> Models:
        """The loaded models. Raises BrainError if there are none."""
        if self._models is None:
            raise BrainError("the models of whisper are not loaded")
        return self._models

    def detector(self) -> Silero:
        """Silero, with the state of one utterance."""
        return Silero(self.models.activity)

    async def recognise(self, device: str, speech: Samples) -> str:
        """The words. It takes about 0.5 s for a command, in a thread."""
        recogniser = self.models.recogniser
        return await self._recognitions.run(device, lambda: recogniser.recognise(speech))

    async def close(self) -> None:
        """Cancel the recognitions that have not begun."""
        self._recognitions.close()
