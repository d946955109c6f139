"""Calls into PortAudio, each in a thread of its own: one that never returns is left behind, and the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Lock, Thread, get_ident
from typing import Any, Generic, TypeVar

from tars.device.audio.library_output import halting
from tars.runtime import clock

T = TypeVar("T")

HALTING = 0.1
"""Seconds in which a thread that hangs because it turns in a circle without end writes something, and stands still from then on."""


class Turn:
    """One thread has it at a time, as often as it likes. It can be taken from a thread that never gives it back."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._holder: int | None = None
        self._times = 0

    def __enter__(self) -> None:
        me = get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._holder in (None, me))
            self._holder = me
            self._times += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            if self.is_ours():
                self._times -= 1
                if not self._times:
                    self._free()

    def is_ours(self) -> bool:
        """Whether the calling thread has it."""
        return self._holder == get_ident()

    def take_from(self, thread: int | None) -> None:
        """Whoever waits has it next, if this thread has it."""
        with self._changed:
            if self._holder == thread:
                self._free()

    def _free(self) -> None:
        self._holder, self._times = None, 0
        self._changed.notify_all()


one_at_a_time = Turn()
"""PortAudio allows no two threads at a time: to open and close streams, to be initialised, to tell of devices."""


class LeftBehindError(Exception):
    """A call has not returned in time. Its thread is still in it."""


class Call(Generic[T]):
    """One call, which has its turn from its beginning to its end."""

    def __init__(self, work: Callable[[], T], *, closes: bool, late: Callable[[T], object] = lambda _: None) -> None:
        """`closes`: it only closes a stream. `late` is called with what it returns when nobody waits any more, in its thread."""
        self.closes = closes
        self._work, self._late = work, late
        self._deciding = Lock()
        self._over = False
        self._loop = asyncio.get_running_loop()
        self._began: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[T] = self._loop.create_future()
        # Not a daemon: at the end of the process `tars.runtime.entry` sees that it hangs, and does without PortAudio's own end.
        self._thread = Thread(target=self._run, name="close sound device" if closes else "open sound device", daemon=False)

    async def result(self, limit: float) -> T:
        """What it returns or raises. Raises LeftBehindError when it has had its turn for `limit` seconds.

        Cancelled, it is left behind at once, also before its turn: then it is made when its turn comes.
        """
        self._thread.start()
        try:
            await self._began
            await asyncio.wait([self._ended], timeout=limit)
        except asyncio.CancelledError:
            await self._is_left_behind()
            raise
        if await self._is_left_behind():
            raise LeftBehindError
        return await self._ended

    async def _is_left_behind(self) -> bool:
        """Whether it has not returned. Then nobody waits for it any more, and the next call has its turn."""
        with self._deciding:
            late = not self._over
            if late:
                left_behind.add(self)
        if late:
            await self._pass_turn_on()
        return late

    async def _pass_turn_on(self) -> None:
        """Let the next call begin, after this one's thread is halted: a call that began meanwhile could be halted itself."""
        try:
            with halting():
                await clock.sleep_until(clock.now() + HALTING)
        finally:
            with self._deciding:
                if self in left_behind:  # or its thread has ended, and another may have its number
                    one_at_a_time.take_from(self._thread.ident)

    def _run(self) -> None:
        with one_at_a_time:
            self._tell(lambda: _settle(self._began, None))
            result: Any = None
            failure: BaseException | None = None
            try:
                result = self._work()
            except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for the result
                failure = error
            with self._deciding:
                self._over = True
                late = self in left_behind
            if late:
                try:
                    if failure is None:
                        self._late(result)
                finally:
                    with self._deciding:
                        left_behind.discard(self)
            else:
                self._tell(lambda: _settle(self._ended, result, failure))

    def _tell(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(what)


left_behind: set[Call[Any]] = set()
"""The calls that were left behind and have not returned."""


def _settle(future: asyncio.Future[T], result: T, failure: BaseException | None = None) -> None:
    if future.done():
        return  # whoever waited was cancelled
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
