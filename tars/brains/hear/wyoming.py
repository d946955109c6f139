"""The part `wyoming` that hears: silero on this machine tells speech from silence, a Wyoming service recognises the words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from tars.brains import BrainSettings
from tars.brains.hear.silero import Silero, SileroModel
from tars.brains.hear.transcript import words
from tars.brains.wyoming_service import Service
from tars.errors import BrainError, ReplyError
from tars.samples import RATE, WIDTH, Samples, to_pcm

CHUNK = RATE // 10 * WIDTH
"""Bytes in an event: 0.1 s."""

FAILED = "My speech recognition does not work."


class Wyoming:
    """Each utterance is a request of its own, as a whole. The service need not be there when TARS starts."""

    def __init__(self, settings: BrainSettings, activity: SileroModel | None = None) -> None:
        """`activity`: the loaded model of silero; None: `warm` loads it."""
        self._service = Service(settings.wyoming.hear, "wyoming.hear", settings.wyoming.timeout)
        self._language = settings.wyoming.language or None
        self._activity = activity

    async def warm(self) -> None:
        """Load silero, in a thread. The service is not asked. Raises ConfigError."""
        if self._activity is None:
            self._activity = await asyncio.to_thread(SileroModel)

    def detector(self) -> Silero:
        """Silero, with the state of one utterance."""
        if self._activity is None:
            raise BrainError("the model of silero is not loaded")
        return Silero(self._activity)

    async def recognise(self, device: str, speech: Samples) -> str:
        """The words. Raises ReplyError: the user hears that it does not work."""
        if not len(speech):
            return ""
        try:
            async with self._service.asked(self._events(to_pcm(speech))) as read:
                return words(Transcript.from_event(await read("transcript")).text)
        except BrainError as error:
            raise ReplyError(str(error), FAILED) from error

    async def close(self) -> None:
        """It has nothing to end."""

    def _events(self, pcm: bytes) -> Iterator[Event]:
        yield Transcribe(language=self._language).event()
        yield AudioStart(rate=RATE, width=WIDTH, channels=1).event()
        for at in range(0, len(pcm), CHUNK):
            yield AudioChunk(rate=RATE, width=WIDTH, channels=1, audio=pcm[at : at + CHUNK]).event()
        yield AudioStop().event()
