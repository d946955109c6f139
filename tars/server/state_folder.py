"""The state folder: hashes of device keys, an open pairing and, from the stop of a server to the next start, its sessions."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Protocol

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.state import private_file
from tars.server.pairings import Pairing, from_text, to_text
from tars.server.schema import make_tables, rename_device
from tars.server.store.rows import FORGETTING_LIMIT, BeingForgotten, Rows
from tars.server.store.sql_rows import SqlRows

FILE = "server.sqlite"
"""The name of the store in the state folder."""
CLAIM = "server.lock"
"""The name of the file that a running server holds locked."""
SETTLED = 1.0
"""Seconds after which a file's time of change is that of its last change: file systems count in steps."""
LOCK_LIMIT = 1.0
"""Seconds to wait while another program writes. The commands for keys write for milliseconds."""


@dataclass(frozen=True)
class Saved:
    """The sessions of a server that has stopped."""

    epoch: str
    age: float
    """Seconds since they were saved, by the time of day."""
    devices: list[str]
    """Whose sessions were saved. `SessionStore.session` has each."""


class SessionStore(Protocol):
    """Keeps sessions while no server runs."""

    def save(self, epoch: str, sessions: Mapping[str, bytes], kept: Set[str] = frozenset()) -> None:
        """Replace the saved sessions by these packed ones, but for those of the devices in `kept`; all or none. Raises ConfigError."""

    def take(self) -> Saved | None:
        """What was saved; None if there is nothing. Only once: after a crash the next server must not find old sessions."""

    def session(self, device: str) -> bytes | None:
        """The packed session of a device, as long as `save` or `drop_taken` has not deleted it. Raises ConfigError."""

    def drop_taken(self) -> None:
        """Delete the sessions that were taken. Those that were saved since stay. Raises ConfigError."""


@dataclass(frozen=True)
class DeviceKey:
    """A key, by its hash, and the device whose key it is."""

    digest: str
    name: str
    says: str
    """What the device calls itself: the name that it had when the key was made. `devices rename` does not reach the device."""


class KeyStore(Protocol):
    """Keeps the hashes of keys. They may change at any time: the commands run beside a server. Every method may raise ConfigError."""

    def add_key(self, name: str, digest: str) -> None:
        """Keep the key of a device. Raises ConfigError if the device has one."""

    def remove_key(self, name: str) -> bool:
        """Delete the key of a device; whether there was one."""

    def withdraw_key(self, name: str) -> None:
        """Delete a key that nobody has seen: all is as before it was added."""

    def list_keys(self) -> list[tuple[str, float]]:
        """The names of the devices that have a key, sorted, and when it was added, in seconds since 1970."""

    def rename_key(self, old: str, new: str) -> None:
        """The device and all that is kept of it have another name from now on. Raises ConfigError without it, and if the name is taken."""

    def note_authorities(self, trusted: Mapping[str, str]) -> None:
        """Device -> the fingerprints of the authorities that it trusts, as it has said. Devices without a key are left out."""

    def trusted_authorities(self) -> dict[str, str]:
        """Device -> what was noted last; empty: nothing."""

    def owners(self) -> dict[str, DeviceKey] | None:
        """The keys, by their hashes. None: no key was ever made, and no device needs one."""

    @property
    def version(self) -> object:
        """Another value after every change of the keys or the pairing; None: they may have changed. Never waits and never fails."""

    @property
    def needs_keys(self) -> bool:
        """Whether a device needs a key: one was made here once, though it may be gone."""


class PairingStore(Protocol):
    """Keeps one pairing at most. Every method may raise ConfigError."""

    def pairing(self) -> Pairing | None:
        """The one that was opened last."""

    def change_pairing(self, change: Callable[[Pairing | None], Pairing | None]) -> Pairing | None:
        """Replace it by what `change` makes of it, while nobody else reads or changes it. What it is now."""


class Store(KeyStore, PairingStore, BeingForgotten, Rows, Protocol):
    """What a server and its commands keep. A store for one server keeps sessions too."""

    @property
    def is_older_than_encryption(self) -> bool:
        """Whether the store was made by a version without encryption: its devices may know no other way than to connect without."""


class LocalStore(Store, SessionStore, Protocol):
    """The store of one server."""


def open_store(folder: Path) -> SqliteStore:
    """The store of a state folder. A missing folder is made. Raises ConfigError."""
    # The file is made here and not by SQLite: the journals of SQLite get the permissions of the file.
    os.close(private_file(folder, FILE))
    return SqliteStore(folder / FILE)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """While the context lasts, no other tars-server can use this state folder and take its sessions. Raises ConfigError.

    The kernel releases the lock when the process ends in any way. The commands for keys need no lock.
    """
    descriptor = private_file(folder, CLAIM)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"another tars-server runs with the state folder {folder}; stop it, or choose another --state") from None
        except OSError as error:
            log.warning("the state folder cannot be locked; see that no other tars-server uses it", state=folder, reason=error.strerror)
        yield
    finally:
        os.close(descriptor)


def is_served(folder: Path) -> bool:
    """Whether a tars-server runs with this state folder. Raises ConfigError."""
    descriptor = private_file(folder, CLAIM)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no locks here
        return False
    finally:
        os.close(descriptor)
    return False


def write_url(folder: Path, url: str, announced: str = "") -> None:
    """Say, in the file that the running server holds locked, where devices reach it. A full disk does not matter: it is a hint.

    `announced`: the id with which it is announced in the network; empty: it is not.
    """
    with suppress(OSError):
        (folder / CLAIM).write_text(f"{url} {announced}", encoding="utf-8")


def read_url(folder: Path) -> tuple[str, str]:
    """Where devices reach the running server, and the id with which it is announced; empty: it has not said so yet."""
    url, _, announced = (folder / CLAIM).read_text(encoding="utf-8").strip().partition(" ")
    return url, announced


class SqliteStore(SqlRows):
    """All stores in one file."""

    def __init__(self, file: Path) -> None:
        """Open the file; make the tables in an empty one. Raises ConfigError if it is damaged or belongs to another program."""
        self._file = file
        self._lock = RLock()
        with self._errors():
            # Several threads use the connection, one at a time: `_lock` ensures that.
            self._db = sqlite3.connect(file, timeout=LOCK_LIMIT, isolation_level=None, check_same_thread=False)
        try:
            with self._transaction():
                self._db.execute("PRAGMA secure_delete = ON")  # what is deleted, such as what somebody has said, is overwritten
                make_tables(self._db, file)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    # --- sessions ------------------------------------------------------------------------------------------------------------

    def save(self, epoch: str, sessions: Mapping[str, bytes], kept: Set[str] = frozenset()) -> None:
        """Replace the saved sessions by these, but for those of the devices in `kept`; all or none. Raises ConfigError."""
        with self._transaction():
            known = [device for (device,) in self._db.execute("SELECT device FROM sessions")]
            self._db.executemany("DELETE FROM sessions WHERE device = ?", [(device,) for device in known if device not in kept])
            self._db.execute("DELETE FROM saving")
            self._db.execute("INSERT INTO saving VALUES (?, ?)", (epoch, clock.wall()))
            self._db.executemany("INSERT OR REPLACE INTO sessions VALUES (?, ?)", sessions.items())

    def take(self) -> Saved | None:
        """What was saved, once. None if there is nothing, or if it cannot be read: that is logged."""
        try:
            with self._transaction():
                saving = self._db.execute("SELECT epoch, saved_at FROM saving").fetchall()
                devices = [device for (device,) in self._db.execute("SELECT device FROM sessions")]
                self._db.execute("DELETE FROM saving")
        except ConfigError as error:
            log.warning("the sessions from before cannot be read; all begin anew", reason=error)
            return None
        if len(saving) > 1:
            log.warning("the sessions from before are of several servers; all begin anew")
        if len(saving) != 1:
            return None
        ((epoch, saved_at),) = saving
        return Saved(epoch, max(0.0, clock.wall() - saved_at), devices)

    def session(self, device: str) -> bytes | None:
        """The packed session of a device, as long as `save` has not replaced it. Raises ConfigError."""
        with self._errors():
            row = self._db.execute("SELECT state FROM sessions WHERE device = ?", (device,)).fetchone()
        return None if row is None else bytes(row[0])

    def drop_taken(self) -> None:
        """Delete the sessions that were taken. Those that were saved since stay. Raises ConfigError."""
        with self._transaction():
            self._db.execute("DELETE FROM sessions WHERE NOT EXISTS (SELECT 1 FROM saving)")

    # --- keys ----------------------------------------------------------------------------------------------------------------

    def add_key(self, name: str, digest: str) -> None:
        """Keep the key of a device. Raises ConfigError if the device has one."""
        with self._transaction():
            if self._has(name):
                raise already_has_key(name)
            now = clock.wall()
            self._db.execute("INSERT INTO keys (name, hash, added_at, says) VALUES (?, ?, ?, ?)", (name, digest, now, name))
            if not self.needs_keys:
                self._db.execute("INSERT INTO closed VALUES (?)", (now,))

    def remove_key(self, name: str) -> bool:
        """Delete the key of a device; whether there was one."""
        with self._transaction():
            return self._db.execute("DELETE FROM keys WHERE name = ?", (name,)).rowcount > 0

    def withdraw_key(self, name: str) -> None:
        """Delete a key that nobody has seen: all is as before it was added."""
        with self._transaction():
            self._db.execute("DELETE FROM closed WHERE since = (SELECT added_at FROM keys WHERE name = ?)", (name,))
            self._db.execute("DELETE FROM keys WHERE name = ?", (name,))

    def rename_key(self, old: str, new: str) -> None:
        """The device and all that is kept of it have another name from now on. Raises ConfigError without it, and if the name is taken."""
        with self._transaction():
            if not self._has(old):
                raise no_such_device(old)
            if self._has(new):
                raise name_is_taken(new)
            self._db.execute("UPDATE keys SET name = ? WHERE name = ?", (new, old))
            rename_device(self._db, old, new)

    def list_keys(self) -> list[tuple[str, float]]:
        """The names of the devices that have a key, sorted, and when it was added."""
        with self._errors():
            return self._db.execute("SELECT name, added_at FROM keys ORDER BY name").fetchall()

    def note_authorities(self, trusted: Mapping[str, str]) -> None:
        """Device -> the fingerprints of the authorities that it trusts, as it has said. Devices without a key are left out."""
        with self._transaction():
            change = "UPDATE keys SET authorities = :said WHERE name = :name AND authorities <> :said"
            self._db.executemany(change, [{"name": name, "said": said} for name, said in trusted.items()])

    def trusted_authorities(self) -> dict[str, str]:
        """Device -> what was noted last; empty: nothing."""
        with self._errors():
            return dict(self._db.execute("SELECT name, authorities FROM keys").fetchall())

    def owners(self) -> dict[str, DeviceKey] | None:
        """The keys, by their hashes. None: no key was ever made, and no device needs one."""
        with self._errors():
            if not self.needs_keys:
                return None
            return {row[0]: DeviceKey(*row) for row in self._db.execute("SELECT hash, name, says FROM keys")}

    def being_forgotten(self) -> set[tuple[str, float]]:
        """The devices that the command `forget` deletes now, and since when. It makes the table."""
        with self._errors():
            made = self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'forgetting'").fetchone()
            earliest = (clock.wall() - FORGETTING_LIMIT,)
            return set(self._db.execute("SELECT device, since FROM forgetting WHERE since > ?", earliest).fetchall()) if made else set()

    def _has(self, name: str) -> bool:
        return self._db.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone() is not None

    @property
    def version(self) -> object:
        """What the file system says of the file; None: it was changed so recently that its time may not tell the next change."""
        try:
            about = self._file.stat()
        except OSError:
            return None
        settled = clock.wall() - about.st_mtime > SETTLED
        return (about.st_ino, about.st_mtime_ns, about.st_size) if settled else None

    @property
    def needs_keys(self) -> bool:
        """Whether a device needs a key: one was made here once, though it may be gone."""
        with self._errors():
            return self._db.execute("SELECT 1 FROM closed LIMIT 1").fetchone() is not None

    # --- pairing -------------------------------------------------------------------------------------------------------------

    def pairing(self) -> Pairing | None:
        """The one that was opened last."""
        with self._errors():
            row = self._db.execute("SELECT state FROM pairing").fetchone()
        try:
            return from_text(row[0]) if row else None
        except (TypeError, ValueError):
            return None  # of another version, or damaged: it was for five minutes only

    def change_pairing(self, change: Callable[[Pairing | None], Pairing | None]) -> Pairing | None:
        """Replace it by what `change` makes of it, while nobody else reads or changes it. What it is now."""
        with self._transaction():
            before = self.pairing()
            after = change(before)
            if after != before:
                self._db.execute("DELETE FROM pairing")
                if after is not None:
                    self._db.execute("INSERT INTO pairing VALUES (?)", (to_text(after),))
        return after

    # --- the installation ----------------------------------------------------------------------------------------------------

    @property
    def is_older_than_encryption(self) -> bool:
        """Whether the store was made by a version without encryption: its devices may know no other way than to connect without."""
        with self._errors():
            return self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'began'").fetchone() is None

    # --- SQLite --------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The database: all statements inside take effect, or none. Raises ConfigError."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    transaction = _transaction

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """One thread at a time. SQLite's errors become ConfigError."""
        try:
            with self._lock:
                yield
        except sqlite3.OperationalError as error:
            raise ConfigError(f"cannot use {self._file}: {error}; is it another program's, or the disk full?") from None
        except sqlite3.Error as error:
            raise ConfigError(f"{self._file} is damaged, or no store of tars-server ({error}); move it away, and make new keys") from None


def already_has_key(name: str) -> ConfigError:
    """The error for a second key of one device."""
    return ConfigError(f"{name} has a key already; `tars-server key remove {name}` first, then add the new one")


def no_such_device(name: str) -> ConfigError:
    """The error for a device that has no key."""
    return ConfigError(f"there is no device {name}; `tars-server devices` shows all")


def name_is_taken(name: str) -> ConfigError:
    """The error for a new name that another device has."""
    return ConfigError(f"there is a device {name} already; choose another name, or `tars-server devices revoke {name}` first")
