"""What came of an exploration, in plain values that one process can hand to another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A spec that is broken, ready to be shown."""

    spec: str
    text: str
    svg: str
    test: str = ""
    """Empty if it is not about machines, or if no package is named."""
    configuration: str = ""
    """The one in which it is broken."""
    steps: tuple[str, ...] = ()
    """The shortest way there, by the names of `machines/choices.py`; empty if it is not about both nodes."""


@dataclass(frozen=True)
class Result:
    """What came of one configuration, or of the wire within some bounds, in plain values."""

    what: str
    states: int
    edges: int
    seconds: float
    held: frozenset[str]
    broken: tuple[Finding, ...]
    dead: frozenset[str] | None = None
    """The rows that were never taken; None if it is not about rows."""
    cut: int = 0

    def __str__(self) -> str:
        rate = self.states / max(self.seconds, 0.001)
        cut = f", {self.cut} times cut off" if self.cut else ""
        return f"{self.what}: {self.states:,} states, {self.edges:,} steps in {self.seconds:.1f} s, {rate:,.0f} states a second{cut}"
