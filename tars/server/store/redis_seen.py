"""When each device had its last link, with which server, and whether it was muted: in a Redis, for all servers that share it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.generated.server.continuity import ContinuityState
from tars.runtime import clock
from tars.server.admission import LEGACY
from tars.server.browsers import KEPT, is_browser
from tars.server.last_seen import LAST_SAVE_LIMIT, SAVE_INTERVAL, Seen
from tars.server.store.redis_rows import Use
from tars.server.store.redis_server import LEASE, PREFIX

if TYPE_CHECKING:
    from tars.server.device_registry import DeviceRegistry

SEEN = f"{PREFIX}seen"
RETRY = 1.0
"""Seconds until what was not written is tried again."""

NOTE = """
for at = 3, #ARGV, 2 do
  local server = redis.call('HGET', ARGV[2] .. ARGV[at], 'server')
  if not server or server == ARGV[1] then redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
"""
"""Only the server that has a device says when it was linked. ARGV begins with that server, and what the names of leases begin with."""


class RedisSeen:
    """The hash in a Redis, by device. Every method may raise ConfigError."""

    def __init__(self, use: Use, server: str) -> None:
        """`server`: the id of this process."""
        self._use, self.server = use, server

    def note(self, seen: Mapping[str, Seen]) -> None:
        """These devices were seen so, if this server has them."""
        rows = [text for device, one in seen.items() for text in (device, _to_text(one))]
        with self._use.errors():
            self._use.redis.eval(NOTE, 1, SEEN, self.server, LEASE, *rows)

    def all(self) -> dict[str, Seen]:
        """Device -> how it was seen last."""
        with self._use.errors():
            saved: Any = self._use.redis.hgetall(SEEN)
        return {device: seen for device, text in saved.items() if (seen := _read(text)) is not None}

    def delete(self, devices: Iterable[str]) -> None:
        """Forget when they were seen."""
        if names := list(devices):
            with self._use.errors():
                self._use.redis.hdel(SEEN, *names)

    def rename(self, old: str, new: str) -> None:
        """The device has another name."""
        with self._use.errors():
            row: Any = self._use.redis.hget(SEEN, old)
            if row is not None:
                self._use.redis.hset(SEEN, new, row)
                self._use.redis.hdel(SEEN, old)


def _to_text(seen: Seen) -> str:
    return json.dumps({"at": seen.at, "muted": seen.muted, "server": seen.server, "name": seen.name, "linked": seen.linked})


def _read(text: str) -> Seen | None:
    try:
        said = json.loads(text)
        return Seen(float(said["at"]), said["muted"] is True, str(said["server"]), str(said["name"]), said["linked"] is True)
    except (KeyError, TypeError, ValueError):
        return None


class SharedSeen:
    """Writes it, for the devices of this server: when a link begins, when it ends, and each minute of those that are linked."""

    def __init__(self, seen: RedisSeen, registry: DeviceRegistry, name: str) -> None:
        """`name`: what this server is called."""
        self._seen, self._registry, self._name = seen, registry, name
        self._changed: dict[str, Seen] = {}
        """What is not written yet."""
        self._news = asyncio.Event()
        registry.observers.append(self.observe)

    def observe(self, traced: Traced, core: ServerEndpoint) -> None:
        """A step: a link may have begun or ended."""
        if traced.machine != "continuity" or traced.device.startswith(LEGACY):
            return
        before, after = (state == ContinuityState.LINKED for state in (traced.source, traced.target))
        if before != after:
            self._changed[traced.device] = self._now(traced.device, linked=after)
            self._news.set()

    def _now(self, device: str, *, linked: bool) -> Seen:
        reported = runner.reported if (runner := self._registry.runners.get(device)) else None
        return Seen(clock.wall(), reported is not None and reported.muted, self._seen.server, self._name, linked)

    def _linked(self) -> dict[str, Seen]:
        runners = self._registry.runners.items()
        return {name: self._now(name, linked=True) for name, runner in runners if runner.core.linked and not name.startswith(LEGACY)}

    async def keep(self) -> None:
        """Write what has changed, until this is cancelled. What Redis has not taken is tried again."""
        minute = clock.now() + SAVE_INTERVAL
        while True:
            due = min(minute, clock.now() + RETRY) if self._changed else minute
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, due - clock.now())):
                    await self._news.wait()
            self._news.clear()
            if clock.now() >= minute:
                minute = clock.now() + SAVE_INTERVAL
                self._changed |= self._linked()
                with suppress(ConfigError):
                    await asyncio.to_thread(self._tidy, self._registry.authenticator.names, clock.wall())
            await self._write()

    async def _write(self) -> None:
        changed, self._changed = self._changed, {}
        if not changed:
            return
        try:
            await asyncio.to_thread(self._seen.note, changed)
        except ConfigError:  # the log says that Redis is away
            self._changed = changed | self._changed

    def _tidy(self, names: set[str], now: float) -> None:
        """Keep nothing of devices without a key that are gone: anybody may have made up their names. Of browsers it is kept for a while."""
        without_key = {name: now - one.at for name, one in self._seen.all().items() if name not in names}
        self._seen.delete(name for name, age in without_key.items() if age >= (KEPT if is_browser(name) else 2 * SAVE_INTERVAL))

    async def save_at_end(self) -> None:
        """The server stops, and its links have ended. It holds up the stop for LAST_SAVE_LIMIT at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SAVE_LIMIT):
                await self._write()
