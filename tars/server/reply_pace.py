"""How far a reply may be generated ahead of its playback."""

from __future__ import annotations

import asyncio

from tars.runtime import clock
from tars.samples import RATE

AHEAD = 20.0
"""Seconds of a reply that may be generated and sent before the user has heard them."""


class ReplyPace:
    """Counts the samples of one reply at a time, and makes its generator wait while too many of them are not heard."""

    def __init__(self, *, reports_heard: bool) -> None:
        """`reports_heard`: the device reports what it has played. If not, it is taken to play in real time."""
        self.sent = 0
        """Samples of the reply that were generated and sent."""
        self._reports_heard = reports_heard
        self._heard = 0
        self._began = 0.0
        self._limited = True
        self._changed = asyncio.Event()

    def begin(self) -> None:
        """A reply begins."""
        self.sent = self._heard = 0
        self._began = clock.now()

    def heard(self, samples: int) -> None:
        """The device has played so many samples of the reply."""
        self._heard = samples
        self._changed.set()

    def release(self) -> None:
        """From now on `more_wanted` waits for no report of playback: the session will be suspended."""
        self._limited = False
        self._changed.set()

    async def more_wanted(self, samples: int) -> None:
        """So many more samples were sent. Returns when the next may be generated."""
        self.sent += samples
        if not self._reports_heard:
            await clock.sleep_until(self._began + self.sent / RATE - AHEAD)
            return
        await clock.sleep_until(0)  # other tasks run, also when the generator never waits
        while self._limited and self.sent - self._heard >= AHEAD * RATE:
            self._changed.clear()
            await self._changed.wait()
