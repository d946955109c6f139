"""What long work says while it runs, and how long it took. The one place of the generator that reads the clock."""

from __future__ import annotations

import sys
import time

EVERY = 1.0
"""Seconds between two lines of progress."""


class Progress:
    """A line a second on standard error, so that standard output holds results only."""

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        """`what` begins each line. `quiet`: say nothing, only measure."""
        self._what = what
        self._quiet = quiet
        self._since = self._said = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since this was made."""
        return time.monotonic() - self._since

    def say(self, text: str) -> None:
        """Print `text`, unless something was printed less than a second ago."""
        now = time.monotonic()
        if not self._quiet and now - self._said >= EVERY:
            self._said = now
            print(f"{self._what}: {text}, {now - self._since:.0f} s", file=sys.stderr, flush=True)
