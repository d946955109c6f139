"""What the signals of the system mean to a running program: stop in good order, within a limit, or open the files anew."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

STOP_LIMIT = 1.9
"""Seconds from the first signal to the end of the process, whatever hangs in it."""
TOO_LATE = "stopping takes too long; the process ends now, and what it was still at is lost"


@contextmanager
def signals(stop: Callable[[], object], reopen: Callable[[], object]) -> Iterator[None]:
    """On the running loop: SIGINT and SIGTERM call `stop`, each time. SIGHUP calls `reopen`, or `stop` if our terminal was closed."""
    loop = asyncio.get_running_loop()
    on_terminal = is_terminal(sys.stderr)

    def hang_up() -> None:
        terminal_is_gone = on_terminal and not is_terminal(sys.stderr)
        (stop if terminal_is_gone else reopen)()

    reactions = {signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGHUP: hang_up}
    before = {number: signal.getsignal(number) for number in reactions}
    for number, react in reactions.items():
        loop.add_signal_handler(number, react)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether it is one, and still there: of a window that was closed it says no."""
    try:
        return stream is not None and os.isatty(stream.fileno())
    except (OSError, ValueError):
        return False


async def unless(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do what takes long at the start. False: the program is stopped before it is done, and it is given up. Raises what `work` raises."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return False
        working.result()
        return not stopped.is_set()
    finally:
        for task in (working, stopping):
            task.cancel()


class Deadline:
    """Ends the process if it has not stopped in time. A thread, for the event loop itself may wait for a disk."""

    def __init__(self, limit: float = STOP_LIMIT, end: Callable[[int], object] = os._exit) -> None:
        """`limit`: seconds from `begin`. `end` is called with the exit status 1."""
        self._limit, self._end = limit, end
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """The first signal has come; later ones change nothing."""
        if self._timer is None:
            self._timer = threading.Timer(self._limit, self._pass)
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """It has stopped."""
        if self._timer is not None:
            self._timer.cancel()

    def _pass(self) -> None:
        # Not through the log, and not here: that nobody reads what we write may be the reason.
        writing = threading.Thread(target=tell, daemon=True)
        writing.start()
        writing.join(0.1)
        self._end(1)


def tell() -> None:
    """Say on standard error that time is up."""
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            os.write(sys.stderr.fileno(), f"{TOO_LATE}\n".encode())
