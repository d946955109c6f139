"""A speaker, through PortAudio: what is to be played, in the rate and on the channels of the device."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from tars.device.audio import FromSpeaker
from tars.device.audio.card import NOUN, SPEAKER_RATE, form_of
from tars.device.audio.echo.played import Played
from tars.device.audio.kept import Kept
from tars.device.audio.playback import BufferedSpeaker
from tars.device.audio.stream import Stream
from tars.runtime import clock

log = logging.getLogger(__name__)

STEP_SECONDS = 0.04
"""What the speaker takes at a time. A sound is heard twice this later. PortAudio and PulseAudio spend as much on 0.02 s as on 0.04 s."""


class PortAudioSpeaker(BufferedSpeaker):
    """A speaker, open from start to close and silent in between, so that every sound begins at once. 48 kHz mono, if it can be.

    A device that goes away is opened again when it is back; what was to be played waits for it.
    """

    def __init__(self, name: str = "default", played: Played | None = None) -> None:
        """`name`: as `card.find` takes it. `played`: where everything is noted that the device is given."""
        super().__init__(SPEAKER_RATE)
        self._name, self._played = name, played
        self.late = 0
        """Times that the device had to wait for us: cracks in the sound, not gaps in a reply."""
        self._kept: Kept | None = None

    @property
    def counts(self) -> dict[str, float]:
        """Gaps in replies, and times that the device had to wait for us."""
        return super().counts | {"underruns": self.late}

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """Open the device and begin, with silence. Raises ConfigError."""
        loop = asyncio.get_running_loop()
        form = form_of("output", self._name, rate=SPEAKER_RATE)
        self.rate = form.rate

        def render(out: Any, frames: int, _time: Any, status: Any) -> None:
            at, samples = clock.now(), None
            if self.pass_silence(frames):
                out[:] = bytes(len(out))
            else:
                samples, heard = self.pull(frames)
                out[:] = np.repeat(samples, form.channels).tobytes()
                if heard:
                    loop.call_soon_threadsafe(post, heard)
            if self._played is not None:
                self._played.note(samples, frames, rate=form.rate, delay=self.delay, at=at)
            if status.output_underflow:
                self.late += 1
                if self.late.bit_count() == 1:  # 1, 2, 4, 8, ...: a machine that is too slow does not fill its log
                    loop.call_soon_threadsafe(log.warning, "speaker: this program was too slow for the device %d times so far", self.late)

        def open_it() -> Stream:
            # The same form each time: what waits to be played is in it.
            stream = Stream("output", self._name, form, round(STEP_SECONDS * form.rate), render)
            self.delay = stream.delay
            return stream

        self._kept = Kept(f"{NOUN['output']} {self._name!r}", open_it, post)

    async def close(self) -> None:
        """Release the device."""
        if self._kept:
            await self._kept.close()
