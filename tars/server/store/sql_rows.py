"""Announcements, timers and tokens in tables of SQLite, beside those of `schema.py`."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from tars.server.push.announcements import Announcements
from tars.server.push.timers import TimerRows
from tars.server.token_rows import TokenRows


class SqlRows(ABC):
    """A store in SQLite has these."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """The database, in a transaction: all statements inside take effect, or none. Raises ConfigError."""

    @property
    @abstractmethod
    def version(self) -> object:
        """Another value after every change of the store; None: it may have changed. Never waits and never fails."""

    @property
    def announcements(self) -> Announcements:
        """What is to be said to devices."""
        return Announcements(self)

    @property
    def timers(self) -> TimerRows:
        """The timers of all devices."""
        return TimerRows(self)

    @property
    def tokens(self) -> TokenRows:
        """The tokens that were used."""
        return TokenRows(self)
