"""Keeps a sound device open: one that was unplugged, or whose sound server was restarted, is opened again when it is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from tars.device.audio import SoundFailed, start_part
from tars.device.audio.card import look_again, one_at_a_time
from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import hushed

log = logging.getLogger(__name__)

LOOK = 0.25
"""Seconds between two looks at a device."""
STALLED = 3.0
"""Seconds after which a device counts as gone that neither takes nor brings anything."""
RETRY = 1.0
"""Seconds between two attempts to open it again."""
HANGS = 10.0
"""Seconds that a device may take to be closed or opened, others that are at it included. After that it cannot be helped: the program has to
be started again."""


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

    def __init__(self, who: str, open_it: Callable[[], OpenStream], post: Callable[[SoundFailed], None]) -> None:
        """Open it. `open_it` raises ConfigError, also here, while the device is not there; later it is called off the event loop."""
        self._who, self._open = who, open_it
        self._why = ""
        """Why it could not be opened, as it was logged."""
        self._stream: OpenStream | None = open_it()
        self._watching = start_part(self._watch(), who, post)

    async def close(self) -> None:
        """Release it; one that hangs is left behind."""
        self._watching.cancel()
        await asyncio.wait([self._watching], timeout=HANGS)
        stream, self._stream = self._stream, None
        if stream is not None:
            await asyncio.wait([asyncio.create_task(asyncio.to_thread(stream.close))], timeout=HANGS)

    async def _watch(self) -> None:
        while True:
            await clock.sleep_until(clock.now() + LOOK)
            if self._stream is not None and not _is_gone(self._stream):
                continue
            log.warning("the %s has stopped; it is tried again until it is back", self._who)
            began = clock.now()
            while not await self._reopened():
                await clock.sleep_until(clock.now() + RETRY)
            log.warning("the %s is back after %.1f s", self._who, clock.now() - began)

    async def _reopened(self) -> bool:
        """One attempt: whether the device is open and comes. Raises ConfigError if the old stream does not let itself be closed."""
        if self._stream is not None:
            await self._let_go(self._stream)
        if not await self._is_opened():
            return False
        while (stream := self._stream) is not None and not stream.alive and not _is_gone(stream):
            await clock.sleep_until(clock.now() + LOOK)
        return stream is not None and stream.alive

    async def _let_go(self, stream: OpenStream) -> None:
        self._stream = None
        try:
            async with asyncio.timeout(HANGS):
                await asyncio.to_thread(stream.close)
        except TimeoutError:
            raise ConfigError(f"its device hangs: it could not be closed within {HANGS:g} s") from None

    def _open_quietly(self) -> OpenStream:
        """Raises ConfigError."""
        with one_at_a_time, hushed():
            try:
                return self._open()
            except ConfigError:
                look_again()
                raise

    async def _is_opened(self) -> bool:
        opening = asyncio.create_task(asyncio.to_thread(self._open_quietly))
        try:
            async with asyncio.timeout(HANGS):
                self._stream = await asyncio.shield(opening)
        except TimeoutError:
            raise ConfigError(f"its device hangs: it could not be opened within {HANGS:g} s") from None
        except asyncio.CancelledError:
            with suppress(ConfigError):
                self._stream = await opening  # to be closed by who cancels
            raise
        except ConfigError as error:
            if str(error) != self._why:
                self._why = str(error)
                log.info("%s", error)
            return False
        return True


def _is_gone(stream: OpenStream) -> bool:
    return stream.over or clock.now() - stream.called >= STALLED
