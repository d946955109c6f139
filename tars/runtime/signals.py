"""What signals do to a running program: they stop it within a limit, or make it open its files again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tars.runtime import log

STOP_LIMIT = 1.9
"""Seconds from the first signal to the end of the process, even if something in it hangs."""
TOO_LATE = "stopping takes too long; the process ends now, and what it was still at is lost"


@contextmanager
def signals(stop: Callable[[], object], reopen: Callable[[], object]) -> Iterator[None]:
    """On the running loop: SIGINT and SIGTERM call `stop`, each time.

    SIGHUP calls `reopen`, or `stop` if our terminal was closed. With `nohup` a closed terminal does not stop it.
    """
    loop = asyncio.get_running_loop()
    on_terminal = has_terminal() and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN

    def hang_up() -> None:
        terminal_is_gone = on_terminal and not has_terminal()
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


def has_terminal() -> bool:
    """Whether this process has a terminal, and it is still open. Where standard output goes does not matter."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


async def unless(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do work that takes long at the start. False: the program was stopped before, and the work is cancelled. Raises what `work` raises."""
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
    """Ends the process if it has not stopped in time. It is a thread: the event loop itself may wait for a disk."""

    def __init__(self, limit: float = STOP_LIMIT, end: Callable[[int], object] = os._exit) -> None:
        """`limit`: seconds from `begin`. `end` is called with the exit status 1."""
        self._limit, self._end = limit, end
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """Start to count, at the first signal. Further calls change nothing."""
        if self._timer is None:
            self._timer = threading.Timer(self._limit, self._pass)
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """Stop to count: the program has stopped."""
        if self._timer is not None:
            self._timer.cancel()

    def _pass(self) -> None:
        # Not through the log, and not in this thread: perhaps the program hangs because nobody reads its output.
        writing = threading.Thread(target=_tell_too_late, daemon=True)
        writing.start()
        writing.join(0.1)
        self._end(1)


def _tell_too_late() -> None:
    log.end(0.05)
    with suppress(OSError):
        os.write(sys.stderr.fileno(), f"{TOO_LATE}\n".encode())
