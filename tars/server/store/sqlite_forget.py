"""What the command `forget` finds in the SQLite of one server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from tars.runtime import clock
from tars.runtime.growing_file import day_of
from tars.server.state_folder import SqliteStore
from tars.server.store.forgetting import Found, key_of, rows_of, rows_on


class ForgettingSqlite(SqliteStore):
    """The store of one server, with what only this command does. Every method may raise ConfigError."""

    def known(self, device: str) -> Iterator[Found]:
        """What there is of a device."""
        yield from key_of(self, device)
        if self.session(device) is not None:
            yield Found("its saved session", partial(self.drop_session, device))
        yield from rows_of(self, device)

    def saved_on(self, day: date) -> Iterator[Found]:
        """What there is of a day: sessions that a server has saved when it stopped, announcements, counts of tokens."""
        with self._errors():
            moments = self._db.execute("SELECT saved_at FROM saving").fetchall()
        if day in [day_of(moment) for (moment,) in moments]:
            yield Found("the saved sessions", self.drop_saved)
        yield from rows_on(self, day)

    def drop_session(self, device: str) -> None:
        """Delete the saved session of a device."""
        with self._transaction():
            self._db.execute("DELETE FROM sessions WHERE device = ?", (device,))

    def drop_saved(self) -> None:
        """Delete all saved sessions."""
        with self._transaction():
            self._db.execute("DELETE FROM saving")
            self._db.execute("DELETE FROM sessions")

    def begin_forgetting(self, device: str) -> None:
        """Tell a running server."""
        with self._transaction():
            self._db.execute("CREATE TABLE IF NOT EXISTS forgetting (device TEXT PRIMARY KEY, since REAL NOT NULL) STRICT")
            self._db.execute("INSERT OR REPLACE INTO forgetting VALUES (?, ?)", (device, clock.wall()))

    def end_forgetting(self, device: str) -> None:
        """It has been told."""
        with self._transaction():
            self._db.execute("DELETE FROM forgetting WHERE device = ?", (device,))

    def compact(self) -> None:
        """Write the file anew: what an earlier version has deleted may still stand in it."""
        with self._errors():
            self._db.execute("VACUUM")
