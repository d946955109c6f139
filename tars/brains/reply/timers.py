"""Running timers. They ring also after the end of the session that set them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tars.brains.reply.intents.understanding import durations
from tars.brains.reply.intents.understanding.labels import singular
from tars.runtime import clock

_numbers = count()


@dataclass(frozen=True)
class Timer:
    """One running timer."""

    label: str
    """Its purpose or its length: "pasta", "10 minute"."""
    due: float
    """The time at which it rings, as clock.now counts."""
    seconds: int
    """The length for which it was set."""
    kind: str
    """timer, alarm or reminder."""
    alarm: asyncio.TimerHandle
    ring: Callable[[str], None]
    number: int = field(default_factory=lambda: next(_numbers))
    """Counts timers in the order in which they were set. Identifies a timer."""

    @property
    def left(self) -> float:
        """Seconds until it rings."""
        return max(0.0, self.due - clock.now())

    @property
    def name(self) -> str:
        """Its name in a sentence: "pasta timer", "10 minute timer", "reminder “call mum”"."""
        if self.kind == "reminder" and self.label != durations.name(self.seconds):
            return f"reminder “{self.label}”"
        return f"{self.label} {self.kind}"


class Timers:
    """The timers of one device."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        """`changed` is called after each change of the running timers, and after a timer has rung."""
        self._running: list[Timer] = []
        self._changed = changed

    def set(
        self,
        label: str,
        seconds: float,
        ring: Callable[[str], None],
        *,
        kind: str = "timer",
        length: int | None = None,
        of: Timer | None = None,
    ) -> Timer:
        """Call `ring(label)` on the running event loop in so many seconds, unless the timer is cancelled before.

        `length`: the seconds for which it was set; None: just now. `of`: a timer that this one replaces. It keeps the length and the
        number of that timer.
        """

        def rings() -> None:
            self._running.remove(timer)
            ring(label)
            self._changed()

        handle = asyncio.get_running_loop().call_later(seconds, rings)
        length, number = (of.seconds, of.number) if of is not None else (length or round(seconds), next(_numbers))
        timer = Timer(label, clock.now() + seconds, length, kind, handle, ring, number)
        self._running.append(timer)
        self._changed()
        return timer

    def running(self, label: str | None = None, seconds: int | None = None) -> list[Timer]:
        """The timers with that label and that length (None: any), in the order of ringing. "egg" and "eggs" are one label."""
        wanted = [
            timer
            for timer in self._running
            if (label is None or singular(label) == singular(timer.label)) and (seconds is None or seconds == timer.seconds)
        ]
        return sorted(wanted, key=lambda timer: timer.due)

    def change(self, timer: Timer, seconds: float) -> Timer:
        """Make a running timer ring so many seconds later; earlier if negative. Raises ValueError if that is in the past."""
        left = timer.left + seconds
        if left <= 0:
            raise ValueError(f"the {timer.name} has only {timer.left} s left")
        self.cancel([timer])
        return self.set(timer.label, left, timer.ring, kind=timer.kind, of=timer)

    def cancel(self, timers: list[Timer]) -> None:
        """Cancel these running timers."""
        for timer in timers:
            timer.alarm.cancel()
            self._running.remove(timer)
        self._changed()

    def close(self) -> None:
        """The program ends: nothing rings any more. That is no change."""
        for timer in self._running:
            timer.alarm.cancel()
        self._running.clear()
