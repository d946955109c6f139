"""The state folder: hashes of device keys and, from the stop of a server to the next start, its sessions."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Protocol

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log

FILE = "server.sqlite"
"""The name of the store in the state folder."""
CLAIM = "server.lock"
"""The name of the file that a running server holds locked."""
SETTLED = 1.0
"""Seconds after which a file's time of change is that of its last change: file systems count in steps."""
LOCK_LIMIT = 1.0
"""Seconds to wait while another program writes. The commands for keys write for milliseconds."""
APPLICATION, VERSION = 0x54415253, 1
"""The application id and the schema version in the file."""
SCHEMA = (
    "CREATE TABLE keys (name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, added_at REAL NOT NULL) STRICT",
    "CREATE TABLE saving (epoch TEXT NOT NULL, saved_at REAL NOT NULL) STRICT",
    "CREATE TABLE sessions (device TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT",
    # A store without this table is older than encryption.
    "CREATE TABLE began (encryption TEXT NOT NULL) STRICT",
    "INSERT INTO began VALUES ('required')",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


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
        """The packed session of a device, as long as `save` has not replaced it. Raises ConfigError."""


class KeyStore(Protocol):
    """Keeps the hashes of keys. They may change at any time: the commands run beside a server. Every method may raise ConfigError."""

    def add_key(self, name: str, digest: str) -> None:
        """Keep the key of a device. Raises ConfigError if the device has one."""

    def remove_key(self, name: str) -> bool:
        """Delete the key of a device; whether there was one."""

    def list_keys(self) -> list[tuple[str, float]]:
        """The names of the devices that have a key, sorted, and when it was added, in seconds since 1970."""

    def owners(self) -> dict[str, str]:
        """The hash of each key, and the device whose key it is."""

    @property
    def version(self) -> object:
        """Another value after every change of the keys; None: they may have changed. Never waits and never fails."""

    @property
    def has_keys(self) -> bool:
        """Whether any device has a key."""


class Store(SessionStore, KeyStore, Protocol):
    """Both stores."""

    @property
    def is_older_than_encryption(self) -> bool:
        """Whether the store was made by a version without encryption: its devices may know no other way than to connect without."""


def open_store(folder: Path) -> SqliteStore:
    """The store of a state folder. A missing folder is made. Raises ConfigError."""
    # The file is made here and not by SQLite: the journals of SQLite get the permissions of the file.
    os.close(_private_file(folder, FILE))
    return SqliteStore(folder / FILE)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """While the context lasts, no other tars-server can use this state folder and take its sessions. Raises ConfigError.

    The kernel releases the lock when the process ends in any way. The commands for keys need no lock.
    """
    descriptor = _private_file(folder, CLAIM)
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


def _private_file(folder: Path, name: str) -> int:
    """A descriptor of a file in the state folder that only its owner may read. Missing ones are made. Raises ConfigError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise ConfigError(f"cannot keep state in {folder}: {error.strerror}; choose another --state") from None
    return descriptor


class SqliteStore:
    """Both stores in one file."""

    def __init__(self, file: Path) -> None:
        """Open the file; make the tables in an empty one. Raises ConfigError if it is damaged or belongs to another program."""
        self._file = file
        self._lock = RLock()
        with self._errors():
            # Several threads use the connection, one at a time: `_lock` ensures that.
            self._db = sqlite3.connect(file, timeout=LOCK_LIMIT, isolation_level=None, check_same_thread=False)
        try:
            with self._transaction():
                self._begin()
        except BaseException:
            self._db.close()
            raise

    def _begin(self) -> None:
        application, version = (self._db.execute(f"PRAGMA {what}").fetchone()[0] for what in ("application_id", "user_version"))
        if (application, version) == (APPLICATION, VERSION):
            return
        if self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            whose = (
                f"of version {version}, but this program knows {VERSION}" if application == APPLICATION else "not a store of tars-server"
            )
            raise ConfigError(f"{self._file} is {whose}; move it away, or choose another --state")
        for statement in SCHEMA:
            self._db.execute(statement)

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

    # --- keys ----------------------------------------------------------------------------------------------------------------

    def add_key(self, name: str, digest: str) -> None:
        """Keep the key of a device. Raises ConfigError if the device has one."""
        with self._transaction():
            if self._db.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone():
                raise already_has_key(name)
            self._db.execute("INSERT INTO keys VALUES (?, ?, ?)", (name, digest, clock.wall()))

    def remove_key(self, name: str) -> bool:
        """Delete the key of a device; whether there was one."""
        with self._transaction():
            return self._db.execute("DELETE FROM keys WHERE name = ?", (name,)).rowcount > 0

    def list_keys(self) -> list[tuple[str, float]]:
        """The names of the devices that have a key, sorted, and when it was added."""
        with self._errors():
            return self._db.execute("SELECT name, added_at FROM keys ORDER BY name").fetchall()

    def owners(self) -> dict[str, str]:
        """The hash of each key, and the device whose key it is."""
        with self._errors():
            return dict(self._db.execute("SELECT hash, name FROM keys"))

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
    def has_keys(self) -> bool:
        """Whether any device has a key."""
        with self._errors():
            return self._db.execute("SELECT 1 FROM keys LIMIT 1").fetchone() is not None

    # --- the installation ----------------------------------------------------------------------------------------------------

    @property
    def is_older_than_encryption(self) -> bool:
        """Whether the store was made by a version without encryption: its devices may know no other way than to connect without."""
        with self._errors():
            return self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'began'").fetchone() is None

    # --- SQLite --------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All statements inside take effect, or none."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

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
