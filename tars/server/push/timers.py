"""The timers of all devices, as rows of the store: they outlive a restart and a crash of the server, and ring on their own device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields
from functools import partial
from typing import TYPE_CHECKING

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.push.announcements import Tables
from tars.server.push.queue import Work
from tars.server.store.rows import Rows

if TYPE_CHECKING:
    from tars.brains.reply.timers import Timers


@dataclass(frozen=True)
class KeptTimer:
    """One timer, as the store keeps it."""

    device: str
    label: str
    kind: str
    """timer, alarm or reminder."""
    seconds: int
    """The length for which it was set."""
    due: float
    """When it rings, in seconds since 1970; in the past: it is due, and its device may not have rung."""


MOST = 100
"""Timers of one device that other programs may set."""


def new_timer(device: str, label: str, seconds: float) -> KeptTimer:
    """One that is set now."""
    return KeptTimer(device, label, "timer", round(seconds), clock.wall() + seconds)


def too_many(device: str) -> ConfigError:
    """The error for more than MOST."""
    return ConfigError(f"{MOST} timers run on {device} already; cancel one")


TABLE = """CREATE TABLE IF NOT EXISTS timers
(device TEXT NOT NULL, label TEXT NOT NULL, kind TEXT NOT NULL, seconds INTEGER NOT NULL, due REAL NOT NULL) STRICT"""
COLUMNS = ", ".join(field.name for field in fields(KeptTimer))


class TimerRows:
    """The timers in a store. Every method may raise ConfigError."""

    def __init__(self, store: Tables) -> None:
        self._store = store

    def replace(self, device: str, timers: Iterable[KeptTimer]) -> None:
        """These are all timers of the device."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            db.execute("DELETE FROM timers WHERE device = ?", (device,))
            db.executemany(f"INSERT INTO timers ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", map(astuple, timers))

    def all(self) -> list[KeptTimer]:
        """The timers of all devices, in the order of ringing."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            return [KeptTimer(*row) for row in db.execute(f"SELECT {COLUMNS} FROM timers ORDER BY rowid")]

    def of(self, device: str) -> list[KeptTimer]:
        """The timers of a device, in the order of ringing."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            return [KeptTimer(*row) for row in db.execute(f"SELECT {COLUMNS} FROM timers WHERE device = ? ORDER BY rowid", (device,))]

    def delete(self, device: str) -> None:
        """Forget the timers of that device."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM timers WHERE device = ?", (device,))


class DeviceTimers:
    """Owns the timers of the devices, and keeps what is running, and what is due and has not rung, in the store."""

    def __init__(self, store: Rows, work: Work, tasks: asyncio.TaskGroup, ring: Callable[[str, str], None]) -> None:
        """`work` runs what may wait for the store. `ring(device, label)` is called for each timer that is due."""
        self._rows = store.timers
        self._work = work
        self._tasks = tasks
        self._ring = ring
        self._timers: dict[str, Timers] = {}
        self._closed = False
        self._late: dict[str, list[str]] = {}
        """The labels of the timers that are due on a device that is away."""

    def set(self, device: str, label: str, seconds: float) -> KeptTimer:
        """Set a timer that rings on a device in so many seconds. Raises ConfigError if it has too many."""
        if len(self.of(device).running()) >= MOST:
            raise too_many(device)
        timer = new_timer(device, label, seconds)
        self.take(timer)
        return timer

    def take(self, timer: KeptTimer) -> None:
        """Ring when it is due: now, if that is over."""
        left = timer.due - clock.wall()
        if left > 0:
            self.of(timer.device).set(timer.label, left, partial(self._ring, timer.device), kind=timer.kind, length=timer.seconds)
        else:
            self._ring(timer.device, timer.label)

    async def load(self, device: str | None = None) -> None:
        """Set the timers that an earlier server kept, of this device or of all. Those that are due by now ring."""
        try:
            kept = await self._work(self._rows.all if device is None else partial(self._rows.of, device))
        except ConfigError as error:
            log.error("the timers from before cannot be read", reason=error)
            return
        for timer in kept:
            self.take(timer)

    def forget(self, device: str) -> None:
        """Another server has this device. Its timers stay in the store."""
        self._late.pop(device, None)
        if before := self._timers.pop(device, None):
            before.close()

    def of(self, device: str) -> Timers:
        """The timers of a device."""
        from tars.brains.reply.timers import Timers

        if device not in self._timers:
            self._timers[device] = Timers(partial(self._keep, device))
        return self._timers[device]

    def cancel(self, device: str, label: str) -> list[str]:
        """Cancel what runs on this device under this label; the labels of what that was."""
        found = self._timers[device].running(label) if device in self._timers else []
        if found:
            self._timers[device].cancel(found)
        return [timer.label for timer in found]

    def late(self, device: str, labels: list[str]) -> None:
        """These timers are due, and all that wait for their device."""
        self._late[device] = labels
        self._keep(device)

    def rename(self, old: str, new: str) -> None:
        """The device has another name: its timers ring under that one."""
        before = self._timers.pop(old, None)
        for timer in before.running() if before else ():
            self.of(new).set(timer.label, timer.left, partial(self._ring, new), kind=timer.kind, of=timer)
        if before:
            before.close()
        self._keep(old)  # nothing is left

    def close(self) -> None:
        """Cancel all timers. They stay in the store for the next server."""
        self._closed = True
        for timers in self._timers.values():
            timers.close()

    def running(self) -> list[KeptTimer]:
        """The timers of all devices that have not rung, those of each device in the order of ringing."""
        return [timer for device in sorted(self._timers.keys() | self._late.keys()) for timer in self._kept(device)]

    def _kept(self, device: str) -> list[KeptTimer]:
        now = clock.wall()
        running = self._timers[device].running() if device in self._timers else []
        due = [KeptTimer(device, label, "timer", 0, now) for label in self._late.get(device, ())]
        return due + [KeptTimer(device, timer.label, timer.kind, timer.seconds, now + timer.left) for timer in running]

    def _keep(self, device: str) -> None:
        if not self._closed:
            self._tasks.create_task(self._save(device, self._kept(device)))

    async def _save(self, device: str, timers: list[KeptTimer]) -> None:
        try:
            await self._work(lambda: self._rows.replace(device, timers))
        except ConfigError as error:
            log.error("timers are not kept: a restart will lose them", device=device, timers=len(timers), reason=error)
