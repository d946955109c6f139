"""The one place that reads the clock or sleeps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

TIME_ERROR = 5
"""What adjtimex(2) returns while the clock is not synchronised."""


def now() -> float:
    """Seconds on a clock that never jumps; what the core is given as `now`."""
    return time.monotonic()


def wall() -> float:
    """Seconds since the epoch: for what people or another process read, such as traces, and the time at which a session was saved.

    It jumps when the clock of the system is set. Who subtracts two of these times must expect any result.
    """
    return time.time()


def is_synchronised() -> bool | None:
    """Whether the kernel says that a time server keeps its clock right; None: it cannot be asked."""
    import ctypes

    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # a struct timex of zeros, which changes nothing
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != TIME_ERROR


def local_time() -> datetime:
    """The date and time of day where the program runs, in the zone that the system has now: it may have been changed since the start."""
    time.tzset()
    return datetime.now().astimezone()


def call_at(moment: float, action: Callable[[], object]) -> asyncio.TimerHandle:
    """Call `action` on the event loop at `moment` on the clock of `now`, unless the returned handle is cancelled before."""
    return asyncio.get_running_loop().call_later(max(0.0, moment - now()), action)


async def sleep_until(moment: float) -> None:
    """Return at `moment` on the clock of `now`, at once if it has passed."""
    await asyncio.sleep(max(0.0, moment - now()))
