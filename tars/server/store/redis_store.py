"""The store in a Redis: several servers share keys, a pairing, announcements, timers and tokens."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.last_seen import Seen
from tars.server.pairings import Pairing, from_text, to_text
from tars.server.state_folder import DeviceKey, already_has_key, name_is_taken, no_such_device
from tars.server.store.redis_rows import REVISION, WAITING_REVISION, RedisAnnouncements, RedisTimers, RedisTokens, Use
from tars.server.store.redis_seen import RedisSeen
from tars.server.store.redis_server import ASKED, LEASE, PREFIX, SERVER, SERVERS, connect, redis_errors
from tars.server.store.servers import AboutServer, read_servers

if TYPE_CHECKING:
    from redis.client import Pipeline

Result = TypeVar("Result")

KEYS, CLOSED, PAIRING, FORGETTING = f"{PREFIX}keys", f"{PREFIX}closed", f"{PREFIX}pairing", f"{PREFIX}forgetting"
"""CLOSED is there once a key was made."""
WATCH_INTERVAL = 0.25
"""Seconds between two looks whether another server or a command has changed something."""


class RedisStore:
    """Everything but sessions, which are `Leases`. Every method may raise ConfigError."""

    is_older_than_encryption = False

    def __init__(self, url: str) -> None:
        """Raises ConfigError if Redis cannot be reached."""
        self.url = url
        self.server = secrets.token_hex(8)
        """The id of this process among those that share the Redis."""
        self._use = Use(connect(url), partial(redis_errors, url))
        self.announcements, self.timers, self.tokens = (
            RedisAnnouncements(self._use, self._is_elsewhere),
            RedisTimers(self._use, self._is_elsewhere),
            RedisTokens(self._use),
        )
        self.seen = RedisSeen(self._use, self.server)
        self._version: object = None
        self._look()

    def close(self) -> None:
        """Close the connections."""
        self._use.redis.close()

    def servers(self) -> list[AboutServer]:
        """The servers that are alive, by name."""
        with self._errors():
            known: Any = sorted(self._use.redis.smembers(SERVERS))
            texts: Any = self._use.redis.mget([SERVER + server for server in known]) if known else []
            if gone := [server for server, text in zip(known, texts, strict=True) if text is None]:
                self._use.redis.srem(SERVERS, *gone)
        return read_servers(texts)

    def last_seen(self) -> dict[str, Seen]:
        """Device -> how it was seen last, and whether it is linked now: with a server that is alive."""
        alive = {about.id for about in self.servers()}
        return {name: replace(one, linked=one.linked and one.server in alive) for name, one in self.seen.all().items()}

    def owner(self, device: str) -> str:
        """The id of the other server that is alive and has this device; empty: none."""
        with self._errors():
            server: Any = self._use.redis.hget(f"{LEASE}{device}", "server")
            return server if server not in (None, self.server) and self._use.redis.exists(f"{SERVER}{server}") else ""

    def ask(self, server: str, what: str) -> None:
        """Ask another server for something. It is forgotten if that server is gone."""
        with self._errors(), self._use.redis.pipeline() as pipe:
            pipe.rpush(ASKED + server, what)
            pipe.expire(ASKED + server, 60)
            pipe.execute()

    def hear(self) -> list[str]:
        """Be among the servers that are asked; what others have asked this one for since the last time."""
        with self._errors(), self._use.redis.pipeline() as pipe:
            pipe.sadd(SERVERS, self.server)
            pipe.lrange(ASKED + self.server, 0, -1)
            pipe.delete(ASKED + self.server)
            return list(pipe.execute()[1])

    def _is_elsewhere(self, device: str) -> bool:
        """Whether another server that is alive has this device."""
        return bool(self.owner(device))

    def _errors(self) -> AbstractContextManager[None]:
        return self._use.errors()

    # --- changes -------------------------------------------------------------------------------------------------------------

    @property
    def version(self) -> object:
        """Another value after every change of the keys or the pairing that `watch` has seen; None: they may have changed."""
        return self._version

    def _look(self) -> None:
        with self._errors():
            seen: Any = self._use.redis.mget(REVISION, WAITING_REVISION)
        self._version, self.announcements.version = (revision or "0" for revision in seen)

    def _change(self, key: str, change: Callable[[Pipeline], Result]) -> Result:
        """Change keys or the pairing; see `Use.change`."""
        try:
            return self._use.change(key, change)
        finally:
            self._version = None  # until `watch` has looked again

    async def watch(self) -> None:
        """Look again and again whether anything has changed, until this is cancelled. While Redis is away, what was read last counts."""
        while True:
            with suppress(ConfigError):  # `Leases` has said so
                await asyncio.to_thread(self._look)
            await clock.sleep_until(clock.now() + WATCH_INTERVAL)

    # --- keys ----------------------------------------------------------------------------------------------------------------

    def add_key(self, name: str, digest: str) -> None:
        """Keep the key of a device. Raises ConfigError if the device has one."""
        now = clock.wall()

        def change(pipe: Pipeline) -> None:
            if pipe.hexists(KEYS, name):
                raise already_has_key(name)
            pipe.multi()
            pipe.hset(KEYS, name, json.dumps({"digest": digest, "says": name, "added": now, "authorities": ""}))
            pipe.set(CLOSED, repr(now), nx=True)
            pipe.incr(REVISION)

        self._change(KEYS, change)

    def remove_key(self, name: str) -> bool:
        """Delete the key of a device; whether there was one."""

        def change(pipe: Pipeline) -> bool:
            known = bool(pipe.hexists(KEYS, name))
            pipe.multi()
            pipe.hdel(KEYS, name)
            pipe.incr(REVISION)
            return known

        return self._change(KEYS, change)

    def withdraw_key(self, name: str) -> None:
        """Delete a key that nobody has seen: all is as before it was added."""

        def change(pipe: Pipeline) -> None:
            row: Any = pipe.hget(KEYS, name)
            first = row is not None and pipe.get(CLOSED) == repr(json.loads(row)["added"])
            pipe.multi()
            pipe.hdel(KEYS, name)
            if first:
                pipe.delete(CLOSED)
            pipe.incr(REVISION)

        self._change(KEYS, change)

    def list_keys(self) -> list[tuple[str, float]]:
        """The names of the devices that have a key, sorted, and when it was added."""
        return sorted((name, row["added"]) for name, row in self._keys().items())

    def rename_key(self, old: str, new: str) -> None:
        """The device and all that is kept of it have another name from now on. Raises ConfigError without it, and if the name is taken."""

        def change(pipe: Pipeline) -> None:
            row: Any = pipe.hget(KEYS, old)
            if row is None:
                raise no_such_device(old)
            if pipe.hexists(KEYS, new):
                raise name_is_taken(new)
            pipe.multi()
            pipe.hset(KEYS, new, row)
            pipe.hdel(KEYS, old)
            pipe.incr(REVISION)

        self._change(KEYS, change)
        for rows in (self.announcements, self.timers, self.tokens, self.seen):
            rows.rename(old, new)

    def note_authorities(self, trusted: Mapping[str, str]) -> None:
        """Device -> the fingerprints of the authorities that it trusts, as it has said. Devices without a key are left out."""

        def change(pipe: Pipeline) -> None:
            rows = _read(pipe.hgetall(KEYS))
            pipe.multi()
            for name, said in trusted.items():
                if name in rows and rows[name]["authorities"] != said:
                    pipe.hset(KEYS, name, json.dumps(rows[name] | {"authorities": said}))

        self._change(KEYS, change)

    def trusted_authorities(self) -> dict[str, str]:
        """Device -> what was noted last; empty: nothing."""
        return {name: row["authorities"] for name, row in self._keys().items()}

    def owners(self) -> dict[str, DeviceKey] | None:
        """The keys, by their hashes. None: no key was ever made, and no device needs one."""
        with self._errors(), self._use.redis.pipeline() as pipe:
            pipe.exists(CLOSED)
            pipe.hgetall(KEYS)
            closed, saved = pipe.execute()
        return {row["digest"]: DeviceKey(row["digest"], name, row["says"]) for name, row in _read(saved).items()} if closed else None

    @property
    def needs_keys(self) -> bool:
        """Whether a device needs a key: one was made once, though it may be gone."""
        with self._errors():
            return bool(self._use.redis.exists(CLOSED))

    def _keys(self) -> dict[str, Any]:
        with self._errors():
            return _read(self._use.redis.hgetall(KEYS))

    def being_forgotten(self) -> set[tuple[str, float]]:
        """The devices that the command `forget` deletes now, and since when."""
        with self._errors():
            saved: Any = self._use.redis.hgetall(FORGETTING)
        return {(device, float(since)) for device, since in saved.items()}

    # --- pairing -------------------------------------------------------------------------------------------------------------

    def pairing(self) -> Pairing | None:
        """The one that was opened last."""
        with self._errors():
            return _pairing(self._use.redis.get(PAIRING))

    def change_pairing(self, change: Callable[[Pairing | None], Pairing | None]) -> Pairing | None:
        """Replace it by what `change` makes of it, while nobody else changes it; called again if somebody has. What it is now."""

        def write(pipe: Pipeline) -> Pairing | None:
            before = _pairing(pipe.get(PAIRING))
            after = change(before)
            pipe.multi()
            if after != before:
                pipe.delete(PAIRING) if after is None else pipe.set(PAIRING, to_text(after))
                pipe.incr(REVISION)
            return after

        return self._change(PAIRING, write)


def _read(saved: Any) -> dict[str, Any]:
    return {name: json.loads(row) for name, row in saved.items()}


def _pairing(text: Any) -> Pairing | None:
    try:
        return from_text(text) if text else None
    except (TypeError, ValueError):
        return None  # of another version: it was for five minutes only
