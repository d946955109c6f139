"""The announcements that the running server knows: which one a device is told of next, and what has become of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.push.announcements import FAILED, IMPOSSIBLE, Announcement, announced_in
from tars.server.store.rows import Rows

MOST_ATTEMPTS = 3
"""Sessions in which an announcement is tried, until it has failed."""
WATCH_INTERVAL = 0.5
"""Seconds between two looks whether a command has added one."""

Result = TypeVar("Result")


class Work(Protocol):
    """Runs something that may wait for the store, in a thread."""

    async def __call__(self, use: Callable[[], Result]) -> Result:
        """What `use` returns."""


class AnnouncementQueue:
    """Reads what commands add, offers it to the devices, and notes what has become of it."""

    def __init__(
        self,
        store: Rows,
        work: Work,
        tasks: asyncio.TaskGroup,
        offer: Callable[[str], object],
        withdrawn: Callable[[Announcement], object] = lambda _: None,
    ) -> None:
        """`work` runs what may wait for the store. `offer` is called with the device for which something new waits, `withdrawn` with what
        somebody else has ended, perhaps while it is spoken.
        """
        self._rows = store.announcements
        self._work = work
        self._tasks = tasks
        self._offer, self._withdrawn = offer, withdrawn
        self._waiting: dict[str, Announcement] = {}
        """By their ids. Those that have expired are kept for what becomes of them: one may be spoken now."""
        self._ended: set[str] = set()
        """What has ended here; the store may not know yet."""
        self._elsewhere: set[str] = set()
        """Devices that something waits for, and that another server had when it was asked last: it may be gone."""
        self._attempts: Counter[str] = Counter()
        self._version: object = None

    async def watch(self) -> None:
        """Look again and again whether commands have changed the store, until this is cancelled."""
        while True:
            version = self._rows.version
            if version is None or version != self._version:
                await self.read()
            self._offer_again()
            await clock.sleep_until(clock.now() + WATCH_INTERVAL)

    async def read(self) -> None:
        """Read the store. What is new is offered."""
        version = self._rows.version  # from before this reading: a change in between is noticed the next time
        try:
            waiting = await self._work(self._rows.may_be_spoken)
        except ConfigError:
            return  # another program has locked the store; it is read again
        before, self._version, now = list(self._waiting.values()), version, clock.wall()
        known, still = {(one.id, one.device) for one in before}, {one.id for one in waiting}
        self._forget_all_but(still)
        self._waiting = {one.id: one for one in waiting if one.id not in self._ended}
        for one in before:
            if one.id not in still:
                self._withdrawn(one)
        new = [one for one in self._waiting.values() if one.is_due(now) and (one.id, one.device) not in known]
        for device in dict.fromkeys(one.device for one in new):
            self._offer(device)

    def _offer_again(self) -> None:
        """What waits for devices that another server had: they may be here now, or away."""
        elsewhere, self._elsewhere = self._elsewhere, set()
        for device in elsewhere:
            if self.next_for(device):
                self._offer(device)

    def _forget_all_but(self, waiting: set[str]) -> None:
        """The store has no others that wait. An id may come again: it is made of the key that a program gives."""
        self._ended &= waiting
        for number in self._attempts.keys() - waiting:
            del self._attempts[number]

    def next_for(self, device: str) -> Announcement | None:
        """What this device is to be told next; None: nothing."""
        now = clock.wall()
        return next((one for one in self._waiting.values() if one.device == device and one.is_due(now)), None)

    def of_session(self, device: str, session: str, *, spoken_before: bool = False) -> Announcement | None:
        """What is to be said in this session; None: nothing, or nothing any more. Each call counts as an attempt.

        `spoken_before`: an earlier server has spoken it, in time. What it has asked is still asked when the time is over.
        """
        announcement = self._waiting.get(announced_in(session))
        if announcement is None or announcement.device != device or not (spoken_before or announcement.is_due(clock.wall())):
            return None
        self._attempts[announcement.id] += 1
        if self._attempts[announcement.id] > MOST_ATTEMPTS:
            self.end(announcement, FAILED)
            return None
        return announcement

    def end_in(self, device: str, session: str, outcome: str, answer: str) -> None:
        """What was said first in this session has come to this."""
        announcement = self._waiting.get(announced_in(session))
        if announcement is not None and announcement.device == device:
            self.end(announcement, outcome, answer)

    def end(self, announcement: Announcement, outcome: str, answer: str = "") -> None:
        """It has come to this: it is not offered again. What comes second changes nothing."""
        if self._waiting.pop(announcement.id, None) is None:
            return
        self._ended.add(announcement.id)
        log.info("announcement", device=announcement.device, outcome=outcome, text=announcement.text, answer=answer)
        self._tasks.create_task(self._note(announcement, lambda: self._rows.end(announcement.id, outcome, answer)))

    def is_being_noted(self, announcement: Announcement) -> bool:
        """Whether it has ended here, and the store may not know yet."""
        return announcement.id in self._ended

    def cannot_be_told(self, announcement: Announcement) -> None:
        """The device runs a version that cannot be spoken to."""
        self.end(announcement, IMPOSSIBLE)

    def note_away(self, device: str) -> None:
        """The device is not linked here: the commands that wait for it are told, unless another server has it."""
        if any(one.device == device and not one.away for one in self._waiting.values()):
            self._tasks.create_task(self._note_away(device))

    async def _note_away(self, device: str) -> None:
        try:
            if await self._work(lambda: self._rows.note_away(device)):
                self._waiting |= {one.id: replace(one, away=True) for one in self._waiting.values() if one.device == device}
            else:
                self._elsewhere.add(device)
        except ConfigError as error:
            log.error("that a device is away is not noted", device=device, reason=error)

    async def _note(self, announcement: Announcement, change: Callable[[], None]) -> None:
        try:
            await self._work(change)
        except ConfigError as error:
            log.error("what has become of an announcement is not kept", device=announcement.device, reason=error)
