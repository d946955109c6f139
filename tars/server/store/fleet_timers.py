"""The timers of the devices of all servers that share a Redis. Those of a device run in the server that has it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.push.queue import Work
from tars.server.push.timers import DeviceTimers, KeptTimer
from tars.server.store.redis_store import RedisStore

WATCH_INTERVAL = 0.5
"""Seconds between two looks at what other servers ask for."""
ASK_LIMIT = 3.0
"""Seconds that another server has to cancel a timer."""
LOOK_INTERVAL = 0.1


class FleetTimers:
    """What a console shows and cancels."""

    def __init__(self, store: RedisStore, timers: DeviceTimers, work: Work, has: Callable[[str], bool]) -> None:
        """`timers`: those that run here. `has` says whether this server has a device."""
        self._store, self._timers, self._work, self._has = store, timers, work, has

    async def watch(self) -> None:
        """Cancel what other servers ask this one to cancel, until this is cancelled."""
        while True:
            with suppress(ConfigError):  # `Leases` has said so
                for text in await asyncio.to_thread(self._store.hear):
                    self._cancel_asked(text)
            await clock.sleep_until(clock.now() + WATCH_INTERVAL)

    def _cancel_asked(self, text: str) -> None:
        """Do what another server asks. What cannot be read is left: it may be of another version."""
        try:
            device, label = json.loads(text)
        except (TypeError, ValueError):
            log.warning("what another server asks cannot be read", text=text)
        else:
            self._timers.cancel(str(device), str(label))

    async def running(self) -> list[KeptTimer]:
        """The timers of all devices that have not rung; while Redis is away, those that run here."""
        kept: list[KeptTimer] = []
        with suppress(ConfigError):
            kept = await self._work(self._store.timers.all)
        return sorted([*self._timers.running(), *(timer for timer in kept if not self._has(timer.device))], key=lambda timer: timer.device)

    async def cancel(self, device: str, label: str) -> list[str]:
        """Cancel the timers of a device with this label; the labels of what is cancelled. Raises ConfigError."""
        if self._has(device):
            return self._timers.cancel(device, label)
        kept = await self._of(device)
        found = [timer.label for timer in kept if timer.label == label]
        if not found:
            return []
        owner = await self._work(lambda: self._store.owner(device))
        if owner:
            await self._have_cancelled(owner, device, label)
        else:  # nobody has it: whoever gets it reads what is kept
            await self._work(lambda: self._store.timers.replace(device, [timer for timer in kept if timer.label != label]))
        return found

    async def _of(self, device: str) -> list[KeptTimer]:
        return await self._work(lambda: self._store.timers.of(device))

    async def _have_cancelled(self, owner: str, device: str, label: str) -> None:
        """Have that server cancel it, and wait until it has."""
        await self._work(lambda: self._store.ask(owner, json.dumps([device, label])))
        until = clock.now() + ASK_LIMIT
        while any(timer.label == label for timer in await self._of(device)):
            if clock.now() >= until:
                raise ConfigError(f"the server that has {device} does not answer; whether its timer is cancelled is not known")
            await clock.sleep_until(clock.now() + LOOK_INTERVAL)
