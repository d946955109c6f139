"""Push to talk: Enter on the terminal."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from tars.runtime.log import log


@dataclass(frozen=True)
class Enter:
    """Somebody has pressed Enter."""


def listen_for_enter(keyboard: IO[str] | None, post: Callable[[Enter], None]) -> Callable[[], None]:
    """Call `post` for each line that comes in on a terminal or pipe; what is returned stops it.

    The end of the input only switches push-to-talk off. A regular file, a terminal that belongs to another program, or none at all
    (Python has no sys.stdin then) offers none.
    """
    if keyboard is None:
        log.info("push-to-talk is off: there is no standard input")
        return lambda: None
    loop, descriptor = asyncio.get_running_loop(), keyboard.fileno()
    # A background job that reads its terminal would be stopped; this way the read fails instead.
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)

    def stop() -> None:
        loop.remove_reader(descriptor)

    def read() -> None:
        try:
            data = os.read(descriptor, 4096)
        except OSError:
            data = b""
        if not data:
            log.info("push-to-talk is off: standard input has ended")
            stop()
        for _ in range(data.count(b"\n")):
            post(Enter())

    try:
        loop.add_reader(descriptor, read)
    except (OSError, ValueError):
        log.info("push-to-talk is off: standard input is no terminal")
        return lambda: None
    return stop
