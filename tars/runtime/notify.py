"""What a service tells systemd: that it is ready, that it stops, and that its event loop still turns. See sd_notify(3).

Where systemd has not started the program, or does not want to be told, nothing is sent.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping

from tars.runtime import clock
from tars.runtime.log import log


class Notifier:
    """Tells systemd. Never waits and never fails."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """`environ`: where systemd says whom to tell (NOTIFY_SOCKET), and how long a loop may hang (WATCHDOG_USEC, WATCHDOG_PID)."""
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        wanted = environ.get("WATCHDOG_USEC", "") if environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()) else ""
        self._interval = int(wanted) / 1e6 / 2 if wanted.isdigit() else 0.0
        """Seconds between two signs of life: half of what systemd waits for. 0: it waits for none."""
        self._next: asyncio.TimerHandle | None = None

    def ready(self) -> None:
        """The program does its work. From now on its event loop gives signs of life."""
        self._tell("READY=1")
        if self._interval:
            self._show_life()

    def stopping(self) -> None:
        """The program stops."""
        self._tell("STOPPING=1")

    def close(self) -> None:
        """No more signs of life."""
        if self._next is not None:
            self._next.cancel()

    def _show_life(self) -> None:
        # A timer of the loop, not a thread: if the loop hangs, systemd starts the program again.
        self._tell("WATCHDOG=1")
        self._next = clock.call_at(clock.now() + self._interval, self._show_life)

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.setblocking(False)
                sending.sendto(state.encode(), self._address)
        except OSError as error:
            log.warning("systemd cannot be told", state=state, reason=error.strerror)
