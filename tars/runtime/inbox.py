"""The inbox of a runner: first the events of its own program, then the frames of its links, a bounded number of each link."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

CREDIT = 64
"""Frames of one link that may wait in the inbox. Then the reader of this link waits, and TCP makes the other side wait."""

Put = Callable[[object], Awaitable[None]]
"""Puts an item of one link into the inbox. Waits while CREDIT items of this link have not been taken."""


class Inbox:
    """Two queues with one reader. Events of the program never wait for a link and are never refused."""

    def __init__(self) -> None:
        self._events: deque[object] = deque()
        self._frames: deque[tuple[object, asyncio.Semaphore]] = deque()
        """The items of all links, each with the credit to which it returns."""
        self._filled = asyncio.Event()
        self._closed = False

    @property
    def empty(self) -> bool:
        """Whether no item waits."""
        return not self._events and not self._frames

    def post(self, item: object) -> None:
        """Add an event of the program: brain, timer, microphone, signal, greeting. It is taken before all items of links."""
        if not self._closed:
            self._events.append(item)
            self._filled.set()

    def link(self) -> Put:
        """The `Put` of a new link, with a credit of its own. The items of a link stay in order, its end included."""
        credit = asyncio.Semaphore(CREDIT)

        async def put(item: object) -> None:
            await credit.acquire()
            if self._closed:
                credit.release()
                return
            self._frames.append((item, credit))
            self._filled.set()

        return put

    def take(self) -> object | None:
        """The next item, or None if no item waits."""
        if self._events:
            return self._events.popleft()
        if not self._frames:
            return None
        item, credit = self._frames.popleft()
        credit.release()
        return item

    async def wait(self) -> None:
        """Return when an item waits."""
        while self.empty:
            self._filled.clear()
            await self._filled.wait()

    def close(self) -> list[object]:
        """Accept no items any more; the events that were not taken. Links that wait go on, and their items are dropped."""
        self._closed = True
        left, self._events = list(self._events), deque()
        while self._frames:
            self._frames.popleft()[1].release()
        return left
