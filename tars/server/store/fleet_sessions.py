"""The sessions of all servers that share a Redis: who is greeted by a device takes its lease, and goes on with its record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol
from weakref import WeakValueDictionary

from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.generated.server import events
from tars.runtime.log import log
from tars.runtime.trace import Trace
from tars.server.authentication import RefusedError
from tars.server.runner import Owner, ServerDeviceRunner
from tars.server.store.leases import Leases, Record, Taken, Written
from tars.server.store.recorded_runner import RecordedRunner
from tars.server.store.redis_store import RedisStore

AWAY = "this server does not have the device, and its store is away: it cannot know who has; try again"
TAKEN_AGAIN = "another server has taken the device meanwhile; try again"


class Registry(Owner, Protocol):
    """What is needed of the devices of this server."""

    runners: dict[str, ServerDeviceRunner]

    def go_on(self, device: str, taken: Taken) -> None:
        """Continue the session of another server. Raises KeyError, TypeError or ValueError for a record that is damaged."""

    async def take_over(self, device: str) -> None:
        """Timers and counts of this device are the business of this server from now on."""

    def leave(self, device: str) -> None:
        """They are the business of another one."""


class FleetSessions:
    """As `SavedSessions`, of several servers. There is nothing to restore before a device comes."""

    def __init__(self, store: RedisStore, tasks: asyncio.TaskGroup, registry: Registry, trace: Trace, *, grace: float) -> None:
        self._store, self._tasks, self._registry, self._trace = store, tasks, registry, trace
        self._leases = Leases(store.url, store.server, tasks, grace=grace)
        self._leases.back, self._leases.taken = self._record_all, self._lose
        self._fences: dict[str, int] = {}
        """The leases that this server has, as far as it knows."""
        self._greetings: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Held while the session of a device is taken: a second greeting of it finds what the first one has taken."""

    def begin(self, grace: float) -> str | None:
        """Nothing is taken over without a device."""

    def close(self) -> None:
        """The server stops: records stay for the next one."""

    def holds(self, device: str) -> bool:
        """Whether somebody must be asked before this device is served: always."""
        return True

    async def restored(self, device: str, token: str = "", is_gone: Callable[[], bool] = lambda: False) -> None:
        """Take the device, and go on with what another server has recorded. Raises RefusedError.

        `token`: what the device shows to resume. While Redis is away, only one that this server gave to it last is served.
        `is_gone`: whether the connection of the greeting is over. Then the device may be with another server, and nothing is taken.
        """
        async with self._greetings.setdefault(device, asyncio.Lock()):
            if not is_gone():
                await self._take(device, token)

    async def _take(self, device: str, token: str) -> None:
        runners = self._registry.runners
        try:
            taken = await self._leases.take(device, self._fences.get(device, 0))
        except ConfigError:
            if (runner := runners.get(device)) and runner.core.resume_tokens.admits(token):
                return  # its session goes on here: another server would have given it another token
            raise RefusedError("store away", AWAY) from None
        if not taken.changed:
            self._check_lease(device, taken.fence)
            return
        self._fences[device] = taken.fence
        if (runner := runners.get(device)) and not taken.from_other:  # a Redis that has lost everything: nobody else has had it
            if isinstance(runner, RecordedRunner):
                runner.recorder.fence = taken.fence
            return
        if runner is not None:
            runner.post(events.Fenced())
            runner.take_events()
        await self._registry.take_over(device)
        self._check_lease(device, taken.fence)
        if taken.state is not None and device not in runners:
            try:
                self._registry.go_on(device, taken)
            except (KeyError, TypeError, ValueError) as error:
                log.warning("what another server has recorded is damaged; the device starts anew", device=device, reason=repr(error))

    def _check_lease(self, device: str, fence: int) -> None:
        """Another server may have taken the device since the store has answered. Raises RefusedError then."""
        if self._fences.get(device) != fence:
            raise RefusedError("taken", TAKEN_AGAIN)

    def _lose(self, device: str, fence: int) -> None:
        """Another server has taken this device."""
        if self._fences.get(device, fence) >= fence:
            return  # and this one has taken it back
        del self._fences[device]
        self._registry.leave(device)
        if runner := self._registry.runners.get(device):
            runner.post(events.Fenced())

    def runner(self, core: ServerEndpoint) -> ServerDeviceRunner:
        """A runner for this device, recorded if this server has its lease."""
        fence = self._fences.get(core.device)
        if fence is None or not core.limits.server_grace:
            return ServerDeviceRunner(core, self._trace, self._registry)
        return RecordedRunner(core, self._trace, self._registry, self._leases, fence, self._tasks)

    async def save(self, epoch: str, sessions: Mapping[str, bytes]) -> int:
        """The last records of a server that stops; how many were written. What is still to be said to devices leaves before."""
        for runner in self._recorded():
            await runner.recorder.flush()
        last = {device: Record(state) for device, state in sessions.items() if device in self._fences}
        try:
            done = await asyncio.gather(*(self._leases.write(device, self._fences[device], record) for device, record in last.items()))
        finally:
            await self._leases.close()
        return done.count(Written.WRITTEN)

    async def watch(self) -> None:
        """Look at the store, and say that this server is alive, until this is cancelled."""
        await asyncio.gather(self._store.watch(), self._leases.watch())

    def _recorded(self) -> list[RecordedRunner]:
        return [runner for runner in self._registry.runners.values() if isinstance(runner, RecordedRunner)]

    def _record_all(self) -> None:
        """Redis is back: what has happened meanwhile is recorded, and who has lost a device hears it."""
        for runner in self._recorded():
            runner.recorder.check()
