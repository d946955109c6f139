"""Which server has a device, and what another one needs to go on with it: leases and records in a Redis.

A lease names a server and a fencing number, which only grows. Who greets a device takes its lease; whoever had it before can write nothing
of that device any more. A record is written by its number, and with it the samples that are kept: all of that, or nothing. Within a lease
the writes have numbers too: one that comes late, over a connection that was given up, changes nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.store.fleet_counts import FleetCounts
from tars.server.store.redis_server import LEASE, PREFIX, SERVER, connect_for_loop, place, redis_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from redis.commands.core import AsyncScript

MOST_AT_ONCE = 200
"""Records that are sent to Redis together."""
ALIVE_INTERVAL = 0.5
"""Seconds between two signs of life of a server."""
ALIVE = 3.0
"""Seconds after the last one, after which a server counts as gone."""

TAKEN = f"{PREFIX}taken:"
"""With a server behind it: the devices that others have taken from it, each with its new fencing number."""
RECORD, SPEECH, REPLY = (f"{PREFIX}{name}:" for name in ("record", "speech", "reply"))
"""Each with a device behind it. The last two are lists of samples, PCM16: of the utterance, and of the reply."""

TAKE = """
local lease = redis.call('HMGET', KEYS[1], 'server', 'fence')
if lease[1] == ARGV[1] and lease[2] == ARGV[4] then return {lease[2]} end
local time = redis.call('TIME')
local before = redis.call('HGET', KEYS[1], 'server')
local fence = math.max(tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') + 1, time[1] * 1000000 + time[2])
fence = string.format('%.0f', fence)
redis.call('HSET', KEYS[1], 'fence', fence, 'server', ARGV[1])
redis.call('HDEL', KEYS[1], 'write')
if before and before ~= ARGV[1] then
  redis.call('HSET', ARGV[2] .. before, ARGV[3], fence)
  redis.call('EXPIRE', ARGV[2] .. before, 86400)
end
return {fence, before, redis.call('GET', KEYS[2]), redis.call('LRANGE', KEYS[3], 0, -1), redis.call('LRANGE', KEYS[4], 0, -1)}
"""
"""The number is at least the time in microseconds: it grows also over a Redis that has lost everything."""

_MAY_WRITE = """
local lease = redis.call('HMGET', KEYS[1], 'fence', 'write')
local fence, write = tonumber(lease[1] or '0'), tonumber(lease[2] or '0')
if fence > tonumber(ARGV[1]) then return 'fenced' end
if fence == tonumber(ARGV[1]) and write >= tonumber(ARGV[2]) then return 'late' end
"""
"""ARGV begins with the fencing number and the number of the write."""

WRITE = (
    _MAY_WRITE
    + """
local reply = 9 + tonumber(ARGV[8])
for list, at in pairs({[3] = 6, [4] = reply}) do
  local known = tonumber(ARGV[at])
  if known > 0 and redis.call('LLEN', KEYS[list]) ~= known then return 'incomplete' end
end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'write', ARGV[2], 'server', ARGV[3])
for list, at in pairs({[3] = 6, [4] = reply}) do
  local known, dropped, added = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  if known == 0 then redis.call('DEL', KEYS[list]) end
  for piece = at + 3, at + 2 + added do redis.call('RPUSH', KEYS[list], ARGV[piece]) end
  if dropped > 0 then redis.call('LPOP', KEYS[list], dropped) end
  redis.call('PEXPIRE', KEYS[list], ARGV[5])
end
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
return 'written'
"""
)

LIVE = """
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for at = 3, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[at]) == ARGV[at + 1] then redis.call('HDEL', KEYS[2], ARGV[at]) end
end
return redis.call('HGETALL', KEYS[2])
"""
"""ARGV ends with what was heard last time, each device with its number: only that is deleted, for the answer may have been lost."""

DROP = (
    _MAY_WRITE
    + """
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'write', ARGV[2], 'server', ARGV[3])
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
"""
)


COMMANDS = {TAKE: "take", WRITE: "write", DROP: "drop", LIVE: "alive"}
"""The scripts, as they are counted."""


class Written(Enum):
    """What has become of a record."""

    WRITTEN = b"written"
    FENCED = b"fenced"
    """Another server has taken the lease. Nothing was written."""
    INCOMPLETE = b"incomplete"
    """Redis has lost samples that it had: all must be written again. Nothing was written."""
    LATE = b"late"
    """This write, or a later one, has come before. Nothing was written now."""


@dataclass(frozen=True)
class Samples:
    """What changes in a list of samples. A list of which nothing is `known` begins anew."""

    known: int = 0
    """Pieces that Redis has."""
    dropped: int = 0
    """How many of them, from the first, are not needed any more."""
    added: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Record:
    """What another server needs to go on with a device."""

    state: bytes
    """As `snapshots.pack` makes it, without the samples."""
    speech: Samples = Samples()
    reply: Samples = Samples()


def _arguments(samples: Samples) -> list[str | bytes]:
    return [str(samples.known), str(samples.dropped), str(len(samples.added)), *samples.added]


@dataclass(frozen=True)
class Taken:
    """A lease that this server has now."""

    fence: int
    changed: bool
    """Another server had it, or none."""
    from_other: bool = False
    state: bytes | None = None
    """What was recorded of the device; None: nothing, or this server has it anyway."""
    speech: bytes = b""
    reply: bytes = b""


@dataclass(frozen=True)
class _Call:
    """A script that is to run, and its answer."""

    script: AsyncScript
    keys: list[str]
    arguments: tuple[str | bytes, ...]
    answer: asyncio.Future[Any]


class Leases:
    """The leases of one server. Every method may raise ConfigError, at once while Redis is away."""

    def __init__(self, url: str, server: str, tasks: asyncio.TaskGroup, *, grace: float) -> None:
        """`server`: the id of this process. `grace`: seconds for which a record is kept after it was written."""
        self.url, self.server = url, server
        self._tasks = tasks
        self._waiting: list[_Call] = []
        """What is to be sent to Redis when it has answered."""
        self._sending: asyncio.Task[None] | None = None
        self.away = False
        """Redis was not reached when it was tried last."""
        self.back: Callable[[], object] = lambda: None
        """Called when Redis was away and is back."""
        self.taken: Callable[[str, int], object] = lambda *_: None
        """Called with a device that another server has taken, and the fencing number by which it has it. If true, it is called again."""
        self.about: Callable[[], str] = socket.gethostname
        """What this server says of itself."""
        self.counts = FleetCounts()
        self._heard: list[bytes] = []
        """What was heard of that last time, each device with its number: Redis may delete it."""
        self._grace = str(int(grace * 1000))
        self._writes = itertools.count(1)
        self._redis = connect_for_loop(url)
        self._scripts = {text: self._redis.register_script(text) for text in COMMANDS}

    async def take(self, device: str, fence: int = 0) -> Taken:
        """Take the device, whoever had it before. `fence`: by which this server has it, as far as it knows.

        A server that never heard by which number it has the device takes it as from another one, with its record.
        """
        answer = await self._run(TAKE, device, self.server, TAKEN, device, str(fence))
        if len(answer) == 1:
            return Taken(int(answer[0]), changed=False)
        fence, before, state, speech, reply = answer
        return Taken(int(fence), True, before is not None, state, b"".join(speech), b"".join(reply))

    async def write(self, device: str, fence: int, record: Record) -> Written:
        """Replace the record, unless another server has the device."""
        lists = [*_arguments(record.speech), *_arguments(record.reply)]
        began = clock.now()
        written = Written(await self._run(WRITE, device, *self._write_of(fence), record.state, self._grace, *lists))
        self.counts.write_seconds.add(clock.now() - began)
        self.counts.writes[written.name.lower()] += 1
        return written

    async def drop(self, device: str, fence: int) -> None:
        """Nothing is to be gone on with. If another server has the device, that is its business."""
        await self._run(DROP, device, *self._write_of(fence))

    def _write_of(self, fence: int) -> tuple[str, str, str]:
        return str(fence), str(next(self._writes)), self.server

    async def watch(self) -> None:
        """Look again and again, until this is cancelled."""
        while True:
            with suppress(ConfigError):
                await self.look()
            await clock.sleep_until(clock.now() + ALIVE_INTERVAL)

    async def look(self) -> None:
        """Say that this server is alive, and hear which devices others have taken. So a Redis that is away, or back, is noticed too."""
        keys, limit = [SERVER + self.server, TAKEN + self.server], int(ALIVE * 1000)
        with redis_errors(self.url):
            self.counts.commands[COMMANDS[LIVE]] += 1
            taken = await self._noted(self._scripts[LIVE](keys=keys, args=[self.about(), limit, *self._heard]))
        self._heard = []
        for device, fence in zip(taken[::2], taken[1::2], strict=True):
            if not self.taken(device.decode(), int(fence)):
                self._heard += [device, fence]

    async def close(self) -> None:
        """Say that this server is gone. What it still records or deletes from now on is left as it is."""
        while self._sending is not None:
            await asyncio.wait([self._sending])
        self.away = True
        with suppress(ConfigError), redis_errors(self.url):
            await self._redis.delete(SERVER + self.server)
        await self._redis.aclose()

    async def _run(self, script: str, device: str, *arguments: str | bytes) -> Any:
        if self.away:
            raise ConfigError(f"Redis at {place(self.url)} is away")
        keys = [name + device for name in (LEASE, RECORD, SPEECH, REPLY)]
        self.counts.commands[COMMANDS[script]] += 1
        call = _Call(self._scripts[script], keys, arguments, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._sending is None:
            self._sending = self._tasks.create_task(self._send())
        return await call.answer

    async def _send(self) -> None:
        """Send what waits. What comes meanwhile, for whatever devices, is sent together: the more there is, the less each costs."""
        while self._waiting:
            calls, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                with redis_errors(self.url):
                    answers = await self._noted(self._execute(calls))
            except ConfigError as error:
                failed, self._waiting = [*calls, *self._waiting], []
                for call in failed:
                    if not call.answer.done():
                        call.answer.set_exception(ConfigError(str(error)))
                continue
            for call, answer in zip(calls, answers, strict=True):
                if not call.answer.done():
                    call.answer.set_result(answer)
        self._sending = None

    async def _execute(self, calls: list[_Call]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for call in calls:
                await call.script(keys=call.keys, args=call.arguments, client=pipe)
            return await pipe.execute()

    async def _noted(self, command: Awaitable[Any]) -> Any:
        """The answer to a command. Notes whether there is one."""
        try:
            answer = await command
        except Exception as error:
            if not self.away:
                log.error("Redis is away: conversations go on, but in no other server", redis=place(self.url), reason=error)
            self.away = True
            self.counts.errors += 1
            raise
        if self.away:
            self.away = False
            log.info("Redis is back", redis=place(self.url))
            self.back()
        return answer
