"""What a line was sent of one utterance."""

from __future__ import annotations

from tars.brains.end_of_speech import UtteranceToPause
from tars.brains.realtime.line import Line
from tars.brains.realtime.resampling import Resampler
from tars.samples import RATE, Samples, to_pcm

LARGEST = 2 * RATE
"""Samples that are sent at once."""


class Uplink:
    """Sends an utterance as it grows. A line that comes in the middle of it is sent all of it, from its beginning."""

    def __init__(self, line: Line, utterance: UtteranceToPause) -> None:
        self.utterance = utterance
        self.complete = False
        self._line = line
        self._resampler = Resampler(RATE, line.rate)
        self._sent = 0

    async def send(self) -> None:
        """Send what was not sent yet. Nothing, while perhaps only the wake word was heard."""
        if self.complete or not self.utterance.is_of_user:
            return
        new = self.utterance.speech[self._sent :]
        self._sent += len(new)
        for at in range(0, len(new), LARGEST):
            await self._send(self._resampler.take(new[at : at + LARGEST]))

    async def end(self) -> None:
        """The utterance is over: send the rest."""
        await self.send()
        self.complete = True
        await self._send(self._resampler.end())

    async def _send(self, samples: Samples) -> None:
        if len(samples):
            await self._line.send_sound(to_pcm(samples))
