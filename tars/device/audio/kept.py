"""Keeps a sound device open: one that was unplugged, or whose sound server was restarted, is opened again when it is back.

It can be released for a time: then it is closed, and not opened, until it is wanted again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from tars.device.audio import SoundFailed, start_part
from tars.device.audio.apart import Call, LeftBehindError, left_behind
from tars.device.audio.card import NotThereError, StuckError, look_again
from tars.errors import ConfigError
from tars.runtime import clock

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks at a device."""
STALLED = 3.0
"""Seconds after which a device counts as gone that neither takes nor brings anything."""
RETRY = 1.0
"""Seconds between two attempts to open it again."""
CLOSING = 3.0
"""Seconds that a device may take to be closed, from when it is its turn. Then it hangs, and is left behind."""
OPENING = 10.0
"""Seconds that a device may take to be opened, from when it is its turn. Then it hangs, and is left behind."""
STOPPING = 0.6
"""Seconds that a stop waits for a device to be opened or closed, from when the stop began, also for its turn. Then it is left behind.

Both devices are closed one after the other within `tars.runtime.signals.STOP_LIMIT`.
"""
MOST = 5
"""Calls that may be left behind and hang still. With one more the program has to be started again."""


class OpenStream(Protocol):
    """What is kept open."""

    over: bool
    """It has stopped by itself."""
    alive: bool
    """It has come at least once."""
    called: float
    """When it came last, or was opened."""

    def close(self) -> None:
        """Release the device. May take its time."""


class Kept:
    """One device, from now to `close`."""

    def __init__(self, who: str, open_it: Callable[[], OpenStream], post: Callable[[SoundFailed], None], *, released: bool = False) -> None:
        """Open it, unless `released`. `open_it` raises ConfigError, also here, while the device is not there.

        Later `open_it` is called off the event loop.
        """
        self._who, self._open = who, open_it
        self._why = ""
        """Why it could not be opened, as it was logged."""
        self._failures = 0
        """Attempts to open it that have failed, one after the other."""
        self._wanted = not released
        self._changed = asyncio.Event()
        """`_wanted` may have changed."""
        self._stream: OpenStream | None = None if released else open_it()
        self._watching = start_part(self._watch(), who, post)

    def release(self) -> None:
        """Close it soon, and leave it closed until `reopen`."""
        self._wanted = False
        self._changed.set()

    def reopen(self) -> None:
        """Open it soon, or once it is there."""
        self._wanted = True
        self._changed.set()

    async def close(self) -> None:
        """Release it within STOPPING seconds; one that hangs, or waits so long for its turn, is left behind."""
        until = clock.now() + STOPPING
        self._watching.cancel()
        await asyncio.wait([self._watching])
        stream, self._stream = self._stream, None
        if stream is not None:
            closing = asyncio.create_task(Call(stream.close, closes=True).result(CLOSING))
            if await _has_ended(closing, until):
                with suppress(LeftBehindError):
                    closing.result()

    async def _watch(self) -> None:
        while True:
            if not self._wanted:
                await self._stay_closed()
            elif self._stream is None or _is_gone(self._stream):
                log.warning("the %s has stopped; it is tried again until it is back", self._who)
                began = clock.now()
                if await self._comes_back():
                    log.warning("the %s is back after %.1f s", self._who, clock.now() - began)
            else:
                await self._pause(LOOK)

    async def _stay_closed(self) -> None:
        """Close it; when it is wanted again, open it."""
        if self._stream is None or await self._let_go(self._stream):
            log.info("the %s is closed", self._who)
        while not self._wanted:
            await self._changed.wait()
            self._changed.clear()
        if await self._comes_back():
            log.info("the %s is open", self._who)

    async def _comes_back(self) -> bool:
        """Try until the device is open and comes; False: it is not wanted any more."""
        while self._wanted and not await self._reopened():
            await self._pause(RETRY)
        return self._wanted

    async def _pause(self, seconds: float) -> None:
        """Wait for so long, or until `_wanted` may have changed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()

    async def _reopened(self) -> bool:
        """One attempt: whether the device is open and comes. Raises ConfigError if too many calls hang."""
        if self._stream is not None:
            await self._let_go(self._stream)
        if not await self._is_opened():
            return False
        while self._wanted and (stream := self._stream) is not None and not stream.alive and not _is_gone(stream):
            await self._pause(LOOK)
        stream = self._stream
        return stream is not None and stream.alive

    async def _let_go(self, stream: OpenStream) -> bool:
        """Close it; False: it hangs, and is left behind. Raises ConfigError if too many calls hang."""
        self._stream = None
        limit = CLOSING
        closing = asyncio.create_task(Call(stream.close, closes=True).result(limit))
        try:
            await asyncio.shield(closing)
        except LeftBehindError:
            self._leave_behind(f"closed within {limit:g} s")
            return False
        except asyncio.CancelledError:
            await _has_ended(closing, clock.now() + STOPPING)
            raise
        return True

    def _leave_behind(self, done: str) -> None:
        """Go on without a call that hangs. Raises ConfigError if too many do."""
        if len(left_behind) > MOST:
            raise ConfigError(f"its device hangs: it could not be {done}, and {MOST} calls before hang still")
        log.warning("the %s hangs: it could not be %s; that call is left behind", self._who, done)

    def _attempt(self) -> OpenStream:
        """Raises ConfigError."""
        try:
            return self._open()
        except ConfigError as error:
            self._failures += 1
            look_again(close_others=isinstance(error, NotThereError) and _is_rare(self._failures))
            raise

    async def _is_opened(self) -> bool:
        limit = OPENING
        opening = asyncio.create_task(Call(self._attempt, closes=False, late=lambda stream: stream.close()).result(limit))
        try:
            self._stream = await asyncio.shield(opening)
        except LeftBehindError:
            self._leave_behind(f"opened within {limit:g} s")
            return False
        except asyncio.CancelledError:
            if await _has_ended(opening, clock.now() + STOPPING):
                with suppress(ConfigError, LeftBehindError):
                    self._stream = opening.result()  # to be closed by who cancels
            raise
        except StuckError:
            raise
        except ConfigError as error:
            if str(error) != self._why:
                self._why = str(error)
                log.info("%s", error)
            return False
        self._failures = 0
        return True


async def _has_ended(call: asyncio.Task[Any], until: float) -> bool:
    """Wait until a call has ended, or until this moment: then it is left behind."""
    await asyncio.wait([call], timeout=until - clock.now())
    call.cancel()
    await asyncio.wait([call])
    return not call.cancelled()


def _is_gone(stream: OpenStream) -> bool:
    return stream.over or clock.now() - stream.called >= STALLED


def _is_rare(number: int) -> bool:
    """2, 4, 8, 16, 32, 64, then every 64th: at a price for the other device, which is closed for a moment."""
    return number % 64 == 0 or (number > 1 and number.bit_count() == 1)
