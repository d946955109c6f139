"""What is counted, and what it may cost the others. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tars.samples import RATE

JITTER = 0.2
"""Seconds of a reply that are there before it begins to play, or that have passed since its first sample."""
RTT_COST = 0.020
"""Seconds that an attack may add to the round trip of the others, at the 99th percentile."""
WAIT_COST = 1.0
"""Seconds that an attack may add to the wait of the others for an answer."""
MEMORY_COST = 8.0
"""MB that a peer may make a program grow by in some seconds."""
LOG_LIMIT = 256.0
"""kB of log that an attack of some seconds may cause."""
STOP_LIMIT = 2.0
"""Seconds from a signal to the end of the process."""


@dataclass
class Finding:
    """What a row has measured: figures for the table, and a sentence for each limit that does not hold."""

    figures: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def note(self, figure: str) -> None:
        """A figure without a limit."""
        self.figures.append(figure)

    def hold(self, holds: bool, figure: str, limit: str = "") -> None:
        """A figure, and whether its limit holds."""
        self.figures.append(figure)
        if not holds:
            self.wrong.append(f"{figure}; {limit}" if limit else figure)

    def within(self, name: str, value: float, limit: float, unit: str) -> None:
        """A figure that has a largest value."""
        space = "" if name.endswith("+") else " "
        self.hold(value <= limit, f"{name}{space}{value:.{_digits(value)}f} {unit}", f"at most {limit:g} {unit}")

    def raised(self, error: BaseException) -> None:
        """The row could not be measured to its end."""
        lines = str(error).splitlines() or [type(error).__name__]
        self.wrong.append(f"not measured to the end: {lines[0]}")


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest of the values that is not below this share of them (nearest rank). NaN without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def p99(values: Iterable[float]) -> float:
    """The 99th percentile."""
    return percentile(values, 0.99)


class Playback:
    """A reply as a device with a jitter buffer plays it: when it is silent in the middle."""

    def __init__(self) -> None:
        self.silences: list[float] = []
        """Seconds each."""
        self._waits = 0.0
        """Seconds of sound that are there and not played."""
        self._now = 0.0
        self._first_at = 0.0
        """When the first sample came that waits."""
        self._silent_since: float | None = None
        self._plays = False

    def arrive(self, moment: float, seconds: float, *, complete: bool) -> None:
        """So much more of it is there, and perhaps all of it."""
        self.advance(moment)
        if not self._waits:
            self._first_at = moment
        self._waits += seconds
        if not self._plays and self._waits and (complete or self._waits >= JITTER):
            self._play(moment)

    def advance(self, moment: float) -> None:
        """Time passes."""
        if not self._plays and self._waits and self._first_at + JITTER <= moment:
            self._play(self._first_at + JITTER)
        if self._plays:
            played = min(self._waits, moment - self._now)
            self._waits -= played
            if played < moment - self._now:
                self._plays, self._silent_since = False, self._now + played
        self._now = moment

    def _play(self, moment: float) -> None:
        self._plays, self._now = True, moment
        if self._silent_since is not None:
            self.silences.append(moment - self._silent_since)
            self._silent_since = None

    def end(self, moment: float, *, complete: bool) -> list[float]:
        """All silences. One that still lasts counts, unless the reply is complete."""
        if not complete:
            self.advance(moment)
            if self._silent_since is not None:
                self.silences.append(moment - self._silent_since)
        return self.silences


def underruns(arrivals: Sequence[tuple[float, int]], total: int | None, until: float) -> list[float]:
    """The silences in the middle of a reply, in seconds each.

    `arrivals`: when how many samples of it were there, in order. `total`: its length; None: its end has not come. `until`: the end of
    the observation.
    """
    playback, there = Playback(), 0
    for moment, end in arrivals:
        playback.arrive(moment, (end - there) / RATE, complete=total is not None and end >= total)
        there = end
    return playback.end(until, complete=total is not None and there >= total) if arrivals else []
