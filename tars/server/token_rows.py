"""The tokens that the devices have used today, as rows of the store: a restart or a crash of the server does not begin the day anew."""

from __future__ import annotations

import asyncio
from datetime import date

from tars.brains.tokens import TokenCounts
from tars.errors import ConfigError
from tars.runtime.log import log
from tars.server.push.announcements import Tables
from tars.server.push.queue import Work
from tars.server.store.rows import Rows

TABLE = "CREATE TABLE IF NOT EXISTS tokens (device TEXT PRIMARY KEY, day TEXT NOT NULL, used INTEGER NOT NULL) STRICT"


class TokenRows:
    """The counts in a store. Every method may raise ConfigError."""

    def __init__(self, store: Tables) -> None:
        self._store = store

    def write(self, device: str, day: date, used: int) -> None:
        """So many were used by the device on that day. Those of other days are deleted."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            db.execute("DELETE FROM tokens WHERE day <> ?", (day.isoformat(),))
            db.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)", (device, day.isoformat(), used))

    def of_day(self, day: date) -> dict[str, int]:
        """Device -> the tokens that it has used on that day."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            return dict(db.execute("SELECT device, used FROM tokens WHERE day = ?", (day.isoformat(),)).fetchall())

    def of_device(self, device: str, day: date) -> int:
        """The tokens that the device has used on that day."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            row = db.execute("SELECT used FROM tokens WHERE device = ? AND day = ?", (device, day.isoformat())).fetchone()
            return int(row[0]) if row else 0

    def days(self) -> dict[str, date]:
        """Device -> the day of its count, also one that is over: it is there until tokens are counted on another day."""
        with self._store.transaction() as db:
            db.execute(TABLE)
            return {device: date.fromisoformat(day) for device, day in db.execute("SELECT device, day FROM tokens")}

    def delete(self, device: str) -> None:
        """Forget what that device has used."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM tokens WHERE device = ?", (device,))


class DeviceTokens(TokenCounts):
    """The counts of all devices, kept in the store."""

    def __init__(self, store: Rows, work: Work, tasks: asyncio.TaskGroup) -> None:
        """`work` runs what may wait for the store."""
        super().__init__(self._keep)
        self._rows, self._work, self._tasks = store.tokens, work, tasks

    async def load(self, device: str | None = None) -> None:
        """Go on with what an earlier server has counted today, of this device or of all."""
        day, _ = self.today()
        try:
            if device is None:
                used = await self._work(lambda: self._rows.of_day(day))
            else:
                used = {device: await self._work(lambda: self._rows.of_device(device, day))}
        except ConfigError as error:
            log.error("the tokens that were used today cannot be read", reason=error)
            return
        self._used |= used

    def rename(self, old: str, new: str) -> None:
        """The device has another name. The store knows it already."""
        self.today()
        if old in self._used:
            self._used[new] = self._used.pop(old)

    def forget(self, device: str) -> None:
        """The device is forgotten. The store has forgotten it already."""
        self._used.pop(device, None)

    def _keep(self, device: str) -> None:
        day, used = self.today()
        self._tasks.create_task(self._write(device, day, used[device]))

    async def _write(self, device: str, day: date, used: int) -> None:
        try:
            await self._work(lambda: self._rows.write(device, day, used))
        except ConfigError as error:
            log.error("the tokens that were used are not kept", device=device, reason=error)
