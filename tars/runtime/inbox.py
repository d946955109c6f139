"""What waits to happen to one core: the program's own events first, then what its sockets say, a bounded number of frames each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

CREDIT = 64
"""Frames of one link that may wait to be taken. Its reader waits for the next credit, and TCP makes the other side wait in turn."""

Put = Callable[[object], Awaitable[None]]
"""Hands over what a socket says; waits while too much of it has not been taken."""


class Inbox:
    """Two queues with one reader. Own events never wait for a socket, and cannot be refused because of what one says."""

    def __init__(self) -> None:
        self._own: deque[object] = deque()
        self._said: deque[tuple[object, asyncio.Semaphore]] = deque()
        """What sockets have said, each with the credit that it gives back."""
        self._news = asyncio.Event()
        self._closed = False

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._own and not self._said

    def post(self, item: object) -> None:
        """An event of the program itself: brain, timer, microphone, signal, greeting. Taken before all that sockets have said."""
        if not self._closed:
            self._own.append(item)
            self._news.set()

    def link(self) -> Put:
        """The way in for one more socket, with a credit of its own. What it says stays in order, its end included."""
        credit = asyncio.Semaphore(CREDIT)

        async def put(item: object) -> None:
            await credit.acquire()
            if self._closed:
                credit.release()
                return
            self._said.append((item, credit))
            self._news.set()

        return put

    def take(self) -> object | None:
        """The next item, or None if nothing waits."""
        if self._own:
            return self._own.popleft()
        if not self._said:
            return None
        item, credit = self._said.popleft()
        credit.release()
        return item

    async def wait(self) -> None:
        """Return when something waits."""
        while self.empty:
            self._news.clear()
            await self._news.wait()

    def close(self) -> list[object]:
        """Nobody takes anything any more: the own events that are left. No socket waits here from now on."""
        self._closed = True
        left, self._own = list(self._own), deque()
        while self._said:
            self._said.popleft()[1].release()
        return left
