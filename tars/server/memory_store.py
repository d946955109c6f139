"""The stores of a server in memory, for tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import replace

from tars.runtime import clock
from tars.server.pairings import Pairing
from tars.server.schema import rename_device
from tars.server.state_folder import DeviceKey, Saved, already_has_key, no_such_device
from tars.server.store.sql_rows import SqlRows


class MemoryStore(SqlRows):
    """The stores of a server for keys, a pairing and sessions, in memory."""

    is_older_than_encryption = False

    def __init__(self) -> None:
        self._saving: tuple[str, float] | None = None
        self._sessions: dict[str, bytes] = {}
        self._keys: dict[str, tuple[DeviceKey, float]] = {}
        self._pairing: Pairing | None = None
        self._closed = False
        self._tables = sqlite3.connect(":memory:", check_same_thread=False)
        self._authorities: dict[str, str] = {}

    def save(self, epoch: str, sessions: Mapping[str, bytes], kept: Set[str] = frozenset()) -> None:
        """Replace what was saved before, but for the sessions of `kept`."""
        self._sessions = {device: state for device, state in self._sessions.items() if device in kept} | dict(sessions)
        self._saving = epoch, clock.wall()

    def take(self) -> Saved | None:
        """What was saved; None if nothing was, or it was taken already."""
        saving, self._saving = self._saving, None
        return None if saving is None else Saved(saving[0], max(0.0, clock.wall() - saving[1]), list(self._sessions))

    def session(self, device: str) -> bytes | None:
        """The session of a device."""
        return self._sessions.get(device)

    def drop_taken(self) -> None:
        """Delete the sessions, unless they were saved since."""
        if self._saving is None:
            self._sessions = {}

    def add_key(self, name: str, digest: str) -> None:
        """Add the key of a device that has none. Raises ConfigError if it has one."""
        if name in self._keys:
            raise already_has_key(name)
        self._keys[name] = DeviceKey(digest, name, name), clock.wall()
        self._closed = True

    def remove_key(self, name: str) -> bool:
        """Remove the key of a device. Returns whether it had one."""
        self._authorities.pop(name, None)
        return self._keys.pop(name, None) is not None

    def withdraw_key(self, name: str) -> None:
        """Remove a key that nobody has seen. The first one closes the store no more."""
        del self._keys[name]
        self._closed = bool(self._keys)

    def rename_key(self, old: str, new: str) -> None:
        """The key stays, and so does all that is kept of the device."""
        if old not in self._keys:
            raise no_such_device(old)
        if new in self._keys:
            raise already_has_key(new)
        key, added = self._keys.pop(old)
        self._keys[new] = replace(key, name=new), added
        self._authorities[new] = self._authorities.pop(old, "")
        if old in self._sessions:
            self._sessions[new] = self._sessions.pop(old)
        with self.transaction() as db:
            rename_device(db, old, new)

    def list_keys(self) -> list[tuple[str, float]]:
        """Each device with the time at which its key was added, sorted by name."""
        return sorted((name, added) for name, (_, added) in self._keys.items())

    def note_authorities(self, trusted: Mapping[str, str]) -> None:
        """What devices with a key have said."""
        self._authorities |= {name: said for name, said in trusted.items() if name in self._keys}

    def trusted_authorities(self) -> dict[str, str]:
        """Device -> what it has said last."""
        return {name: self._authorities.get(name, "") for name in self._keys}

    def owners(self) -> dict[str, DeviceKey] | None:
        """The keys, once there was one."""
        return {key.digest: key for key, _ in self._keys.values()} if self._closed else None

    def being_forgotten(self) -> set[tuple[str, float]]:
        """No command reaches this store."""
        return set()

    def pairing(self) -> Pairing | None:
        """The one that was opened last."""
        return self._pairing

    def change_pairing(self, change: Callable[[Pairing | None], Pairing | None]) -> Pairing | None:
        """What it is now."""
        self._pairing = change(self._pairing)
        return self._pairing

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A database in memory."""
        with self._tables:
            yield self._tables

    @property
    def version(self) -> object:
        """The keys and the pairing themselves."""
        return *self._keys.items(), self._pairing, self._tables.total_changes

    @property
    def needs_keys(self) -> bool:
        """Whether there was one."""
        return self._closed
