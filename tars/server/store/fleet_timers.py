"""The timers of the devices of all servers that share a Redis. Those of a device run in the server that has it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.push.queue import Work
from tars.server.push.timers import MOST, DeviceTimers, KeptTimer, new_timer, too_many
from tars.server.store.redis_store import RedisStore

WATCH_INTERVAL = 0.5
"""Seconds between two looks at what other servers ask for."""
ASK_LIMIT = 3.0
"""Seconds that another server has to set or cancel a timer."""
LOOK_INTERVAL = 0.1

Kept = list[KeptTimer]


class FleetTimers:
    """What a console and other programs see, set and cancel."""

    def __init__(self, store: RedisStore, timers: DeviceTimers, work: Work, has: Callable[[str], bool]) -> None:
        """`timers`: those that run here. `has` says whether this server has a device."""
        self._store, self._timers, self._work, self._has = store, timers, work, has

    async def watch(self) -> None:
        """Do what other servers ask of this one, until this is cancelled."""
        while True:
            with suppress(ConfigError):  # `Leases` has said so
                for text in await asyncio.to_thread(self._store.hear):
                    self._do(text)
            await clock.sleep_until(clock.now() + WATCH_INTERVAL)

    def _do(self, text: str) -> None:
        """Do what another server asks. What cannot be read is left: it may be of another version."""
        try:
            self._do_asked(json.loads(text))
        except (TypeError, ValueError):
            log.warning("what another server asks cannot be read", text=text)

    def _do_asked(self, asked: object) -> None:
        """Raises TypeError or ValueError for what is nothing of this kind."""
        match asked:
            case {"cancel": [str(device), str(label)]}:
                self._timers.cancel(device, label)
            case {"set": dict(row)}:
                timer = KeptTimer(**row)
                if self._has(timer.device):  # or it has gone to another server, which nobody has asked
                    self._timers.take(timer)
            case _:
                raise ValueError(asked)

    async def running(self) -> Kept:
        """The timers of all devices that have not rung; while Redis is away, those that run here."""
        kept: Kept = []
        with suppress(ConfigError):
            kept = await self._work(self._store.timers.all)
        return sorted([*self._timers.running(), *(timer for timer in kept if not self._has(timer.device))], key=lambda timer: timer.device)

    async def set(self, device: str, label: str, seconds: float) -> KeptTimer:
        """Set a timer that rings on a device, whichever server has it. Raises ConfigError."""
        if self._has(device):
            return self._timers.set(device, label, seconds)
        if len(await self._of(device)) >= MOST:
            raise too_many(device)
        wanted = new_timer(device, label, seconds)
        await self._change(
            device,
            {"set": asdict(wanted)},
            lambda kept: sorted([*kept, wanted], key=lambda timer: timer.due),
            lambda kept: any(timer.label == label and abs(timer.due - wanted.due) < LOOK_INTERVAL for timer in kept),
        )
        return wanted

    async def cancel(self, device: str, label: str) -> list[str]:
        """Cancel the timers of a device with this label; the labels of what is cancelled. Raises ConfigError."""
        if self._has(device):
            return self._timers.cancel(device, label)
        found = [timer.label for timer in await self._of(device) if timer.label == label]
        if found:
            await self._change(
                device,
                {"cancel": [device, label]},
                lambda kept: [timer for timer in kept if timer.label != label],
                lambda kept: all(timer.label != label for timer in kept),
            )
        return found

    async def _of(self, device: str) -> Kept:
        return await self._work(lambda: self._store.timers.of(device))

    async def _change(self, device: str, asked: dict[str, Any], change: Callable[[Kept], Kept], done: Callable[[Kept], bool]) -> None:
        """Ask the server that has the device, and wait until it has `done` it. If none has it, `change` what is kept."""
        owner = await self._work(lambda: self._store.owner(device))
        if not owner:
            if not await self._work(lambda: self._store.timers.change_unowned(device, change)):
                raise ConfigError(f"a server takes {device} in this moment; its timers are as before")
            return
        await self._work(lambda: self._store.ask(owner, json.dumps(asked)))
        until = clock.now() + ASK_LIMIT
        while not done(await self._of(device)):
            if clock.now() >= until:
                raise ConfigError(f"the server that has {device} does not answer; whether it has done so is not known")
            await clock.sleep_until(clock.now() + LOOK_INTERVAL)
