"""What a server counts of the Redis that it shares, for its metrics."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Upper bounds of how long a write takes, in seconds. After 1 s Redis counts as away."""


class Seconds:
    """A histogram of times."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        """How many were within each bound and above the one before; the last ones were above all bounds."""
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds


@dataclass
class FleetCounts:
    """All of it, since the start of the server."""

    commands: Counter[str] = field(default_factory=Counter)
    """`take`, `write`, `drop` and `alive` -> how many were sent."""
    errors: int = 0
    """Times that Redis did not answer, or refused."""
    writes: Counter[str] = field(default_factory=Counter)
    """What has become of a record -> how often."""
    write_seconds: Seconds = field(default_factory=Seconds)
    taken: Counter[str] = field(default_factory=Counter)
    """Whose the device was -> how often this server has taken one."""
    lost: int = 0
    """Devices that another server has taken."""
    gone_on: int = 0
    """Conversations of other servers that go on here."""
