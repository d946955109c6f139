"""Announcements, timers and tokens in a Redis. Each kind is a hash."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tars.runtime import clock
from tars.server.push.announcements import KEPT, MOST, Announcement, new_announcement, same, too_many
from tars.server.push.timers import KeptTimer
from tars.server.store.redis_server import LEASE, PREFIX, SERVER

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import Pipeline

ANNOUNCEMENTS, ANNOUNCED = f"{PREFIX}announcements", f"{PREFIX}announced:"
"""A hash of those that wait. With an id behind it: one that has ended, which Redis deletes by itself when its day is over."""
TIMERS, TOKENS, TOKENS_DAY = f"{PREFIX}timers", f"{PREFIX}tokens", f"{PREFIX}tokens_day"
REVISION, WAITING_REVISION = f"{PREFIX}revision", f"{PREFIX}announcements_revision"
"""The first counts the changes of keys and of a pairing, the second those of the announcements that wait: running servers look at them."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Use:
    """A Redis, and what makes ConfigError of its errors."""

    redis: Redis
    errors: Callable[[], AbstractContextManager[None]]

    def change(self, key: str, change: Callable[[Pipeline], Result]) -> Result:
        """`change` reads with what it is given, calls `multi`, and writes: all of that, or nothing. It is called again if others write."""
        with self.errors():
            return cast(Result, self.redis.transaction(cast(Any, change), key, value_from_callable=True))


class RedisAnnouncements:
    """The announcements in a Redis, by id. Every method may raise ConfigError.

    Servers read what waits after each change of it. What has ended is apart from it: with many devices that is far more.
    """

    def __init__(self, use: Use, is_elsewhere: Callable[[str], bool]) -> None:
        """`is_elsewhere` says whether another server has a device."""
        self._use, self._is_elsewhere = use, is_elsewhere
        self.version: object = None
        """What `RedisStore.watch` has seen of WAITING_REVISION; None: nothing yet."""

    def add(self, device: str, text: str, seconds: float, *, asks: bool, key: str = "") -> Announcement:
        """A new one; see `Announcements.add`."""
        made = new_announcement(device, text, seconds, asks=asks, key=key)

        def change(pipe: Pipeline) -> Announcement:
            rows = _rows(pipe.hgetall(ANNOUNCEMENTS))
            waits = next((one for one, _ in rows if one.id == made.id), None)
            if key and (known := waits or _ended(pipe.get(ANNOUNCED + made.id))):
                return same(known, made)
            if sum(one.device == device and one.is_due(made.made) for one, _ in rows) >= MOST:
                raise too_many(device)
            pipe.multi()
            if old := [one.id for one, _ in rows if one.until < made.made - KEPT]:
                pipe.hdel(ANNOUNCEMENTS, *old)
            _keep(pipe, made, 1 + max((order for _, order in rows), default=0))
            return made

        return self._use.change(ANNOUNCEMENTS, change)

    def may_be_spoken(self) -> list[Announcement]:
        """Those that wait, or have expired within KEPT, the oldest first; see `Announcements.may_be_spoken`."""
        with self._use.errors():
            waiting = _rows(self._use.redis.hgetall(ANNOUNCEMENTS))
        return [one for one, _ in waiting if one.until > clock.wall() - KEPT]

    def find(self, number: str) -> Announcement | None:
        """The one with this id."""
        with self._use.errors(), self._use.redis.pipeline() as pipe:
            pipe.hget(ANNOUNCEMENTS, number)
            pipe.get(ANNOUNCED + number)
            waits, ended = pipe.execute()
        return _rows({number: waits})[0][0] if waits else _ended(ended)

    def all(self) -> list[Announcement]:
        """All rows, ended or not."""
        with self._use.errors():
            waiting = _rows(self._use.redis.hgetall(ANNOUNCEMENTS))
        return [*self._all_ended(), *(one for one, _ in waiting)]

    def _all_ended(self) -> list[Announcement]:
        with self._use.errors():
            names = list(self._use.redis.scan_iter(f"{ANNOUNCED}*", count=1000))
            rows: Any = self._use.redis.mget(names) if names else []
        return [one for row in rows if (one := _ended(row))]  # Redis may delete one meanwhile

    def delete(self, numbers: list[str]) -> None:
        """Delete these rows. A running server does not say them any more."""
        with self._use.errors(), self._use.redis.pipeline() as pipe:
            pipe.hdel(ANNOUNCEMENTS, *numbers)
            pipe.delete(*(ANNOUNCED + number for number in numbers))
            pipe.incr(WAITING_REVISION)
            pipe.execute()

    def end(self, number: str, outcome: str, answer: str = "") -> None:
        """It has come to this. What comes second changes nothing."""

        def change(pipe: Pipeline) -> None:
            row: Any = pipe.hget(ANNOUNCEMENTS, number)
            pipe.multi()
            if row is not None:
                pipe.hdel(ANNOUNCEMENTS, number)
                pipe.incr(WAITING_REVISION)
                _keep_ended(pipe, replace(_rows({number: row})[0][0], outcome=outcome, answer=answer))

        self._use.change(ANNOUNCEMENTS, change)

    def note_away(self, device: str) -> bool:
        """The device is not linked here. Whether it is noted: not if another server that is alive has the device."""
        if self._is_elsewhere(device):
            return False
        self._change_those_of(device, lambda one: replace(one, away=True))
        return True

    def rename(self, old: str, new: str) -> None:
        """The device has another name."""
        self._change_those_of(old, lambda one: replace(one, device=new))
        with self._use.errors(), self._use.redis.pipeline() as pipe:
            for one in self._all_ended():
                if one.device == old:
                    _keep_ended(pipe, replace(one, device=new))
            pipe.execute()

    def _change_those_of(self, device: str, to: Callable[[Announcement], Announcement]) -> None:
        """Change what waits for a device."""

        def change(pipe: Pipeline) -> None:
            rows = _rows(pipe.hgetall(ANNOUNCEMENTS))
            pipe.multi()
            for one, order in rows:
                if one.device == device:
                    _keep(pipe, to(one), order)

        self._use.change(ANNOUNCEMENTS, change)


def _keep(pipe: Pipeline, one: Announcement, order: int) -> None:
    """One that waits."""
    pipe.hset(ANNOUNCEMENTS, one.id, json.dumps([order, asdict(one)]))
    pipe.incr(WAITING_REVISION)


def _keep_ended(pipe: Pipeline, one: Announcement) -> None:
    pipe.set(ANNOUNCED + one.id, json.dumps(asdict(one)), exat=ceil(one.until + KEPT))


def _ended(row: Any) -> Announcement | None:
    return Announcement(**json.loads(row)) if row is not None else None


def _rows(saved: Any) -> list[tuple[Announcement, int]]:
    """What waits, with their places, the oldest first."""
    read = [json.loads(row) for row in saved.values()]
    return sorted(((Announcement(**values), order) for order, values in read), key=lambda row: (row[0].made, row[1]))


class RedisTimers:
    """The timers in a Redis, by device. Every method may raise ConfigError."""

    def __init__(self, use: Use, is_elsewhere: Callable[[str], bool]) -> None:
        """`is_elsewhere` says whether another server has a device."""
        self._use, self._is_elsewhere = use, is_elsewhere

    def replace(self, device: str, timers: Iterable[KeptTimer]) -> None:
        """These are all timers of the device. If another server has it, that knows them better."""
        if self._is_elsewhere(device):
            return
        with self._use.errors():
            _keep_timers(self._use.redis, device, timers)

    def change_unowned(self, device: str, change: Callable[[list[KeptTimer]], list[KeptTimer]]) -> bool:
        """Replace the timers of a device that no server has. False: one has it, and nothing is changed.

        Whichever server takes the device afterwards reads them.
        """

        def write(pipe: Pipeline) -> bool:
            server: Any = pipe.hget(LEASE + device, "server")
            if server is not None and pipe.exists(SERVER + server):
                return False
            row: Any = pipe.hget(TIMERS, device)
            changed = change(_timers(row) if row else [])
            pipe.multi()
            _keep_timers(pipe, device, changed)
            return True

        return self._use.change(LEASE + device, write)

    def all(self) -> list[KeptTimer]:
        """The timers of all devices, those of each in the order of ringing."""
        with self._use.errors():
            saved: Any = self._use.redis.hgetall(TIMERS)
        return [timer for device in sorted(saved) for timer in _timers(saved[device])]

    def of(self, device: str) -> list[KeptTimer]:
        """The timers of a device, in the order of ringing."""
        with self._use.errors():
            row: Any = self._use.redis.hget(TIMERS, device)
        return _timers(row) if row else []

    def delete(self, device: str) -> None:
        """Forget the timers of that device, whoever has it."""
        with self._use.errors():
            self._use.redis.hdel(TIMERS, device)

    def rename(self, old: str, new: str) -> None:
        """The device has another name."""
        self.replace(new, [replace(timer, device=new) for timer in self.of(old)])
        self.replace(old, ())


def _keep_timers(redis: Redis | Pipeline, device: str, timers: Iterable[KeptTimer]) -> None:
    """These are all timers of the device."""
    if rows := [asdict(timer) for timer in timers]:
        redis.hset(TIMERS, device, json.dumps(rows))
    else:
        redis.hdel(TIMERS, device)


def _timers(row: str) -> list[KeptTimer]:
    return [KeptTimer(**values) for values in json.loads(row)]


class RedisTokens:
    """The counts of one day in a Redis, by device. Every method may raise ConfigError."""

    def __init__(self, use: Use) -> None:
        self._use = use

    def write(self, device: str, day: date, used: int) -> None:
        """So many were used by the device on that day. Those of other days are deleted."""

        def change(pipe: Pipeline) -> None:
            other = pipe.get(TOKENS_DAY) != str(day)
            pipe.multi()
            if other:
                pipe.set(TOKENS_DAY, str(day))
                pipe.delete(TOKENS)
            pipe.hset(TOKENS, device, str(used))

        self._use.change(TOKENS_DAY, change)

    def of_day(self, day: date) -> dict[str, int]:
        """Device -> the tokens that it has used on that day."""
        with self._use.errors(), self._use.redis.pipeline() as pipe:
            pipe.get(TOKENS_DAY)
            pipe.hgetall(TOKENS)
            kept, used = pipe.execute()
        return {device: int(count) for device, count in used.items()} if kept == str(day) else {}

    def of_device(self, device: str, day: date) -> int:
        """The tokens that the device has used on that day."""
        with self._use.errors(), self._use.redis.pipeline() as pipe:
            pipe.get(TOKENS_DAY)
            pipe.hget(TOKENS, device)
            kept, used = pipe.execute()
        return int(used) if kept == str(day) and used is not None else 0

    def days(self) -> dict[str, date]:
        """Device -> the day of its count, also one that is over: it is there until tokens are counted on another day."""
        with self._use.errors(), self._use.redis.pipeline() as pipe:
            pipe.get(TOKENS_DAY)
            pipe.hkeys(TOKENS)
            kept, devices = pipe.execute()
        return {device: date.fromisoformat(kept) for device in devices}

    def delete(self, device: str) -> None:
        """Forget what that device has used."""
        with self._use.errors():
            self._use.redis.hdel(TOKENS, device)

    def rename(self, old: str, new: str) -> None:
        """The device has another name."""

        def change(pipe: Pipeline) -> None:
            used: Any = pipe.hget(TOKENS, old)
            pipe.multi()
            if used is not None:
                pipe.hset(TOKENS, new, used)
                pipe.hdel(TOKENS, old)

        self._use.change(TOKENS, change)
