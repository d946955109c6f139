"""Keeps a line open for the next conversation, so that it begins without a set-up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tars.brains.realtime.line import Line, Past
from tars.errors import ReplyError
from tars.runtime import clock
from tars.runtime.log import log

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until a line is opened again after it could not be, or did not last."""

Dial = Callable[[Past], Awaitable[Line]]
"""Opens a line. Raises ReplyError."""


class Reserve:
    """One line at a time. Whoever needs a line when there is none opens it."""

    def __init__(self, dial: Dial) -> None:
        """Nothing is opened before `start`."""
        self.dial = dial
        self._line: Line | None = None
        self._changed = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Keep a line from now on."""
        self._keeping = asyncio.create_task(self._keep())
        self._keeping.add_done_callback(_tell)

    async def opened(self) -> Line:
        """A line for a new conversation: the one that is open, or a new one. Raises ReplyError."""
        return self._take() or await self.dial(Past())

    async def close(self) -> None:
        """Close the line, and keep none any more. Safe to call more than once."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        if (line := self._take()) is not None:
            await line.close()

    def _take(self) -> Line | None:
        line, self._line = self._line, None
        self._changed.set()
        if line is None or line.lost:
            return None
        line.notify = lambda: None
        return line

    async def _keep(self) -> None:
        pause, reason = SHORTEST_PAUSE, ""
        while True:
            began = clock.now()
            try:
                self._line = line = await self.dial(Past())
            except ReplyError as error:
                if str(error) != reason:
                    reason = str(error)
                    log.warning("no connection to the realtime service", reason=reason)
            else:
                if reason:
                    log.info("connected to the realtime service")
                reason = ""
                self._changed.clear()
                line.notify = self._changed.set
                await self._changed.wait()  # it is taken, lost or due
                if self._line is not line:
                    continue
                self._line = None
                await line.close()
                if line.due or clock.now() - began >= LONGEST_PAUSE:
                    pause = SHORTEST_PAUSE
                    continue
            await clock.sleep_until(clock.now() + pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def _tell(keeping: asyncio.Task[None]) -> None:
    """Only a fault ends it. Each conversation opens its line itself from then on."""
    if not keeping.cancelled() and (error := keeping.exception()) is not None:
        log.error("no connection is kept open any more", reason=repr(error), error=error)
