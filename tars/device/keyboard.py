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
    """Enter was pressed."""


def listen_for_enter(keyboard: IO[str] | None, post: Callable[[Enter], None]) -> Callable[[], None]:
    """Call `post` for each line from a terminal or pipe. The returned function stops that.

    There is no push-to-talk after the end of the input, with a regular file, with a terminal that belongs to another program, and without
    standard input, when Python's sys.stdin is None.
    """
    if keyboard is None:
        log.info("push-to-talk is off: there is no standard input")
        return lambda: None
    loop, descriptor = asyncio.get_running_loop(), keyboard.fileno()
    # The kernel stops a background job that reads its terminal. With SIGTTIN ignored, the read fails instead.
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
