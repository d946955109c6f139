"""The times of samples, from callbacks that come late but never early."""

from __future__ import annotations

from collections import deque

from tars.samples import RATE

LAST = 50
"""Callbacks that count: 2 s of a speaker, 4 s of a microphone. After a gap the time is right again so much later."""


class SampleClock:
    """When which sample of one device passes."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._starts: deque[float] = deque(maxlen=LAST)

    def note(self, sample: float, at: float) -> None:
        """At this time, or somewhat earlier, it was this sample's turn."""
        self._starts.append(at - sample / RATE)

    @property
    def start(self) -> float | None:
        """The time of sample 0, in seconds; None if nothing is known."""
        return min(self._starts, default=None)
