"""The sessions of all servers that share a Redis: who is greeted by a device takes its lease, and goes on with its record."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from tars import __version__
from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.trace import Trace
from tars.server.authentication import RefusedError
from tars.server.last_seen import Seen
from tars.server.push.queue import Work
from tars.server.push.timers import DeviceTimers
from tars.server.runner import Owner, ServerDeviceRunner
from tars.server.store.fleet_counts import FleetCounts
from tars.server.store.fleet_timers import FleetTimers
from tars.server.store.leases import Leases, Record, Taken, Written
from tars.server.store.recorded_runner import RecordedRunner
from tars.server.store.recorder import Recorder
from tars.server.store.redis_seen import RedisSeen
from tars.server.store.redis_server import place
from tars.server.store.redis_store import RedisStore
from tars.server.store.servers import AboutServer, to_text

AWAY = "this server does not have the device, and its store is away: it cannot know who has; try again"
TAKEN_AGAIN = "another server has taken the device meanwhile; try again"


class Registry(Owner, Protocol):
    """What is needed of the devices of this server."""

    runners: dict[str, ServerDeviceRunner]
    timers: DeviceTimers

    def go_on(self, device: str, taken: Taken) -> None:
        """Continue the session of another server. Raises KeyError, TypeError or ValueError for a record that is damaged."""

    async def take_over(self, device: str) -> None:
        """Timers and counts of this device are the business of this server from now on."""

    def leave(self, device: str) -> None:
        """They are the business of another one."""


@dataclass(frozen=True)
class FleetView:
    """All servers and their devices, when it was looked last."""

    servers: list[AboutServer] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    """Device -> how it was seen last."""

    def server(self, number: str) -> AboutServer | None:
        """The server of this id, if it is alive."""
        return next((about for about in self.servers if about.id == number), None)


class FleetSessions:
    """As `SavedSessions`, of several servers. There is nothing to restore before a device comes."""

    def __init__(self, store: RedisStore, tasks: asyncio.TaskGroup, registry: Registry, trace: Trace, work: Work, *, grace: float) -> None:
        """`work` runs what may wait for the store."""
        self._store, self._tasks, self._registry, self._trace = store, tasks, registry, trace
        self._leases = Leases(store.url, store.server, tasks, grace=grace)
        self._leases.back, self._leases.taken = self._record_all, self._lose
        self.timers = FleetTimers(store, registry.timers, work, self.has)
        self.view = FleetView()
        self._fences: dict[str, int] = {}
        """The leases that this server has, as far as it knows."""
        self._greetings: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Held while the session of a device is taken: a second greeting of it finds what the first one has taken."""
        self._recorders: WeakValueDictionary[str, Recorder] = WeakValueDictionary()
        """The last one of each device. Its runner may have ended while it still deletes the record."""

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
            if is_gone():
                return
            fence = await self._take(device, token)
            if before := self._recorders.get(device):
                await before.ended()  # else it would delete what is recorded from now on, by the same lease
            self._check_lease(device, fence)

    async def _take(self, device: str, token: str) -> int | None:
        """The fencing number by which this server has the device; None: Redis is away, and what was recorded last counts."""
        runners = self._registry.runners
        try:
            taken = await self._leases.take(device, self._fences.get(device, 0))
        except ConfigError:
            if (runner := runners.get(device)) and runner.core.resume_tokens.admits(token):
                return self._fences.get(device)  # its session goes on here: another server would have given it another token
            raise RefusedError("store away", AWAY) from None
        if not taken.changed:
            return taken.fence
        self._fences[device] = taken.fence
        self.counts.taken["another server" if taken.from_other else "nobody"] += 1
        if (runner := runners.get(device)) and not taken.from_other:  # a Redis that has lost everything: nobody else has had it
            if isinstance(runner, RecordedRunner):
                runner.recorder.fence = taken.fence
            return taken.fence
        if runner is not None:
            runner.post(events.Fenced())
            runner.take_events()
        await self._registry.take_over(device)
        self._check_lease(device, taken.fence)
        if taken.state is not None and device not in runners:
            try:
                self._registry.go_on(device, taken)
                self.counts.gone_on += runners[device].core.in_session
            except (KeyError, TypeError, ValueError) as error:
                log.warning("what another server has recorded is damaged; the device starts anew", device=device, reason=repr(error))
        return taken.fence

    def _check_lease(self, device: str, fence: int | None) -> None:
        """Another server may have taken the device since the store has answered. Raises RefusedError then."""
        if self._fences.get(device) != fence:
            self._registry.leave(device)  # drops what was read for it since
            raise RefusedError("taken", TAKEN_AGAIN)

    def _lose(self, device: str, fence: int) -> bool:
        """Another server has taken this device. Whether it is to be said again: a greeting may yet take an older lease."""
        if self._fences.get(device, fence) < fence:  # else this one has taken it back
            del self._fences[device]
            self.counts.lost += 1
            if runner := self._registry.runners.get(device):
                runner.post(events.Fenced())
                runner.take_events()
            self._registry.leave(device)  # drops what the runner has handed back, too
        return device in self._greetings

    def runner(self, core: ServerEndpoint) -> ServerDeviceRunner:
        """A runner for this device, recorded if this server has its lease."""
        fence = self._fences.get(core.device)
        if fence is None or not core.limits.server_grace:
            return ServerDeviceRunner(core, self._trace, self._registry)
        runner = RecordedRunner(core, self._trace, self._registry, self._leases, fence, self._tasks)
        self._recorders[core.device] = runner.recorder
        return runner

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
        await asyncio.gather(self._store.watch(), self._leases.watch(), self.timers.watch())

    # --- what is shown -------------------------------------------------------------------------------------------------------

    @property
    def server(self) -> str:
        """The id of this server."""
        return self._store.server

    @property
    def seen(self) -> RedisSeen:
        """When each device was linked, with any server."""
        return self._store.seen

    @property
    def place(self) -> str:
        """HOST:PORT/NUMBER of the Redis."""
        return place(self._store.url)

    @property
    def reachable(self) -> bool:
        """Whether Redis has answered the last time."""
        return not self._leases.away

    @property
    def counts(self) -> FleetCounts:
        """What is counted of it."""
        return self._leases.counts

    @property
    def leases(self) -> int:
        """How many devices this server has, as far as it knows."""
        return len(self._fences)

    @property
    def held(self) -> int:
        """For how many devices something waits until what has happened is recorded."""
        return sum(runner.recorder.holds for runner in self._recorded())

    def has(self, device: str) -> bool:
        """Whether this server has the device, as far as it knows."""
        return device in self._fences

    def introduce(self, address: str, console: str) -> str:
        """Tell the other servers where devices reach this one, and where its console is. What this server is called."""
        host = socket.gethostname()
        name, since, processors = f"{host}:{urlsplit(address).port}", clock.wall(), os.cpu_count() or 1

        def about() -> str:
            # Twice a second, of perhaps 10,000 devices: nothing but attributes is asked.
            devices = sum(1 for runner in self._registry.runners.values() if runner.sockets)
            sessions = sum(1 for runner in self._registry.runners.values() if runner.brain_session)
            more = (devices, sessions, round(os.getloadavg()[0], 2), processors)
            return to_text(AboutServer(self.server, host, name, address, console, __version__, since, *more))

        self._leases.about = about
        return name

    async def look(self) -> FleetView:
        """All servers and their devices, now; while Redis is away, as they were."""
        if self.reachable:
            with suppress(ConfigError):
                self.view = FleetView(*await asyncio.to_thread(lambda: (self._store.servers(), self._store.last_seen())))
        return self.view

    def _recorded(self) -> list[RecordedRunner]:
        return [runner for runner in self._registry.runners.values() if isinstance(runner, RecordedRunner)]

    def _record_all(self) -> None:
        """Redis is back: what has happened meanwhile is recorded, and who has lost a device hears it."""
        for runner in self._recorded():
            runner.recorder.check()
