"""What is to be said to a device, or asked there: rows of the store, which outlive a restart and a crash of the server.

The command and the running server are two processes. The command adds a row; the server notes what has become of it.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, fields
from hashlib import sha256
from typing import Protocol

from tars.errors import ConfigError
from tars.runtime import clock

MOST = 100
"""Announcements that may wait for one device."""
KEPT = 24 * 3600.0
"""Seconds for which a row is kept after its end, so that a command can still read what has become of it."""
DIGITS = 8
"""Hexadecimal digits of the id of an announcement. The id of its session has four more, which tell one attempt from the next."""

WAITS, WITHDRAWN, IMPOSSIBLE, FAILED = "", "withdrawn", "impossible", "failed"
"""What has become of an announcement, besides SPOKEN, ANSWERED and UNANSWERED, which the machines decide. IMPOSSIBLE: the device cannot be
spoken to. FAILED: it could not be spoken; the log says why.
"""
TURN = 1
"""The turn in which the server speaks first."""


@dataclass(frozen=True)
class Announcement:
    """One announcement, as the store keeps it."""

    id: str
    device: str
    text: str
    asks: bool
    """The user has the floor after it, and is waited for."""
    made: float
    """Seconds since 1970."""
    until: float
    """It is not spoken any more from then on; seconds since 1970."""
    outcome: str = WAITS
    answer: str = ""
    """The words that were recognised."""
    away: bool = False
    """The server has seen it while the device was not linked."""

    def is_due(self, now: float) -> bool:
        """Whether it is still to be spoken."""
        return self.outcome == WAITS and now < self.until


class KeyUsedError(ConfigError):
    """The key by which an announcement is known belongs to another one."""


class Tables(Protocol):
    """A store in which other tables can be kept."""

    @property
    def version(self) -> object:
        """Another value after every change of the store; None: it may have changed. Never waits and never fails."""

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """The database, in a transaction: all statements inside take effect, or none. Raises ConfigError."""


TABLE = """CREATE TABLE IF NOT EXISTS announcements (id TEXT PRIMARY KEY, device TEXT NOT NULL, text TEXT NOT NULL, asks INTEGER NOT NULL,
made REAL NOT NULL, until REAL NOT NULL, outcome TEXT NOT NULL, answer TEXT NOT NULL, away INTEGER NOT NULL) STRICT"""
COLUMNS = ", ".join(field.name for field in fields(Announcement))


class Announcements:
    """The announcements in a store. Every method may raise ConfigError."""

    def __init__(self, store: Tables) -> None:
        self._store = store

    @property
    def version(self) -> object:
        """That of the whole store."""
        return self._store.version

    def add(self, device: str, text: str, seconds: float, *, asks: bool, key: str = "") -> Announcement:
        """A new one, which waits for so many seconds. What has ended long ago is deleted. Raises ConfigError if too many wait.

        With a key that was given before, nothing is added: it is the one from then. Raises KeyUsedError if that one says something else.
        """
        made = new_announcement(device, text, seconds, asks=asks, key=key)
        now, number = made.made, made.id
        with self._store.transaction() as db:
            db.execute(TABLE)
            db.execute("DELETE FROM announcements WHERE until < ?", (now - KEPT,))
            if key and (row := db.execute(f"SELECT {COLUMNS} FROM announcements WHERE id = ?", (number,)).fetchone()):
                return same(_from_row(row), made)
            waiting = "SELECT count(*) FROM announcements WHERE device = ? AND outcome = ? AND until > ?"
            if db.execute(waiting, (device, WAITS, now)).fetchone()[0] >= MOST:
                raise too_many(device)
            db.execute(f"INSERT INTO announcements ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(made))
        return made

    def may_be_spoken(self) -> list[Announcement]:
        """Those that wait, or have expired within KEPT, the oldest first.

        What is spoken when it expires is spoken to its end, and its answer awaited.
        """
        with self._store.transaction() as db:
            db.execute(TABLE)
            rows = db.execute(
                f"SELECT {COLUMNS} FROM announcements WHERE outcome = ? AND until > ? ORDER BY made, rowid", (WAITS, clock.wall() - KEPT)
            )
            return [_from_row(row) for row in rows]

    def find(self, number: str) -> Announcement | None:
        """The one with this id."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            row = db.execute(f"SELECT {COLUMNS} FROM announcements WHERE id = ?", (number,)).fetchone()
        return _from_row(row) if row else None

    def all(self) -> list[Announcement]:
        """All rows, ended or not."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            return [_from_row(row) for row in db.execute(f"SELECT {COLUMNS} FROM announcements")]

    def delete(self, numbers: list[str]) -> None:
        """Delete these rows. A running server does not say them any more."""
        with self._store.transaction() as db:
            db.executemany("DELETE FROM announcements WHERE id = ?", [(number,) for number in numbers])

    def end(self, number: str, outcome: str, answer: str = "") -> None:
        """It has come to this. What comes second changes nothing."""
        with self._store.transaction() as db:
            db.execute("UPDATE announcements SET outcome = ?, answer = ? WHERE id = ? AND outcome = ?", (outcome, answer, number, WAITS))

    def note_away(self, device: str) -> bool:
        """The device is not linked. There is no other server."""
        with self._store.transaction() as db:
            db.execute("UPDATE announcements SET away = 1 WHERE device = ? AND outcome = ?", (device, WAITS))
        return True


def new_announcement(device: str, text: str, seconds: float, *, asks: bool, key: str) -> Announcement:
    """One that waits for so many seconds. Its id is made of the key, if there is one."""
    number = sha256(key.encode()).hexdigest()[:DIGITS] if key else secrets.token_hex(DIGITS // 2)
    now = clock.wall()
    return Announcement(number, device, text, asks, now, now + seconds)


def too_many(device: str) -> ConfigError:
    """The error for more than MOST."""
    return ConfigError(f"{MOST} announcements wait for {device} already; no more are taken until some are spoken")


def same(before: Announcement, now: Announcement) -> Announcement:
    """The one that was given with this key before. Raises KeyUsedError if it says something else."""
    if (before.device, before.text, before.asks) != (now.device, now.text, now.asks):
        raise KeyUsedError("this key was given to another announcement before; take another key for each")
    return before


def _from_row(row: tuple[str, str, str, int, float, float, str, str, int]) -> Announcement:
    number, device, text, asks, made, until, outcome, answer, away = row
    return Announcement(number, device, text, bool(asks), made, until, outcome, answer, bool(away))


def session_for(announcement: Announcement) -> str:
    """A new id for a session in which it is spoken, of the form that a device gives. The announcement can be told from it."""
    return f"{announcement.id}{secrets.token_hex(2)}"


def announced_in(session: str) -> str:
    """The id of the announcement for which `session_for` has made this id; any text for another session."""
    return session[:DIGITS]
