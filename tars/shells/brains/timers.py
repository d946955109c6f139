"""Timers that ring, whatever has become of the session in which they were set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tars.shells import clock


@dataclass(frozen=True)
class Timer:
    """One running timer."""

    label: str
    """What it is for, or how long it takes: "pasta", "10 minutes"."""
    due: float
    """When it rings, on the clock of clock.now."""
    alarm: asyncio.TimerHandle

    @property
    def left(self) -> float:
        """Seconds until it rings."""
        return max(0.0, self.due - clock.now())


class Timers:
    """The timers of one device."""

    def __init__(self) -> None:
        self._running: list[Timer] = []

    def set(self, label: str, seconds: float, ring: Callable[[str], None]) -> None:
        """Call `ring(label)` on the running event loop in so many seconds, unless the timer is cancelled before."""

        def rings() -> None:
            self._running.remove(timer)
            ring(label)

        timer = Timer(label, clock.now() + seconds, asyncio.get_running_loop().call_later(seconds, rings))
        self._running.append(timer)

    def running(self, label: str | None = None) -> list[Timer]:
        """The timers with that label, or all, the one that rings next first."""
        return sorted((timer for timer in self._running if label in {None, timer.label}), key=lambda timer: timer.due)

    def cancel(self, timers: list[Timer]) -> None:
        """These running timers do not ring."""
        for timer in timers:
            timer.alarm.cancel()
            self._running.remove(timer)

    def close(self) -> None:
        """No timer rings any more."""
        self.cancel(self.running())
