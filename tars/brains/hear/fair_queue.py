"""Work in threads that takes long, such as recognition: each device has its turn, whatever another one asks for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
"""Pieces of work that run at the same time: the other cores serve the devices."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Work:
    function: Callable[[], Any]
    result: asyncio.Future[Any]


class FairQueue:
    """Runs one piece of work of a device at a time, `AT_ONCE` in all. The devices that wait take turns."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._waiting: dict[str, list[_Work]] = {}
        """The work of each device that waits, the device whose turn is next first."""
        self._running: set[str] = set()
        """The devices whose work runs. A thread cannot be stopped: it runs to its end even if nobody waits for it."""
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="recognition")

    async def run(self, device: str, function: Callable[[], T]) -> T:
        """The result of the function, which runs in a thread. Cancelled while it waits, it does not run at all."""
        work = _Work(function, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(device, []).append(work)
        self._start_more()
        try:
            result: T = await work.result
            return result
        finally:
            if work in (waiting := self._waiting.get(device, [])):
                waiting.remove(work)

    def _start_more(self) -> None:
        for device in list(self._waiting):
            if len(self._running) >= self._at_once:
                return
            if device not in self._running:
                self._start(device)

    def _start(self, device: str) -> None:
        """Run the oldest work of this device."""
        waiting = [work for work in self._waiting.pop(device) if not work.result.done()]
        if not waiting:
            return
        work = waiting.pop(0)
        if waiting:
            self._waiting[device] = waiting
        self._running.add(device)
        running = asyncio.get_running_loop().run_in_executor(self._threads, work.function)
        running.add_done_callback(lambda done: self._finish(device, work, done))

    def _finish(self, device: str, work: _Work, done: asyncio.Future[Any]) -> None:
        self._running.discard(device)
        if waiting := self._waiting.pop(device, None):
            self._waiting[device] = waiting  # it has had its turn: the others come first
        if not work.result.done():
            if done.cancelled():
                work.result.cancel()
            elif (error := done.exception()) is not None:
                work.result.set_exception(error)
            else:
                work.result.set_result(done.result())
        elif not done.cancelled():
            done.exception()  # nobody waits for it
        self._start_more()

    def close(self) -> None:
        """Start no more work. A thread that still works is not waited for."""
        waiting, self._waiting = self._waiting, {}
        for work in (work for works in waiting.values() for work in works):
            work.result.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
