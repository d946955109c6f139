"""How fast audio may leave: what has waited for a link does not crowd out everything else."""

from __future__ import annotations

from tars.samples import BLOCK, RATE

REPLAY_RATE = 8 * RATE
"""Samples a second at most."""
REPLAY_BURST = 4 * RATE
"""Samples that may leave at once: a hotword with its pre-roll never waits."""


class Pacing:
    """The allowance of one connection, in samples. It grows with time, up to `REPLAY_BURST`."""

    __slots__ = ("_allowance", "_counted_at", "due")

    def __init__(self, now: float) -> None:
        self.due: float | None = None
        """When audio that has to wait may leave; None: none waits."""
        self._allowance = float(REPLAY_BURST)
        self._counted_at = now

    def allow(self, wanted: int, now: float) -> int:
        """How many of these samples may leave now. If none, `due` says when."""
        self._allowance = min(REPLAY_BURST, self._allowance + (now - self._counted_at) * REPLAY_RATE)
        self._counted_at = now
        if self._allowance < min(wanted, BLOCK):
            # One sample more than a block: rounding must not make it due for ever.
            self.due = now + (BLOCK + 1 - self._allowance) / REPLAY_RATE
            return 0
        count = min(wanted, int(self._allowance))
        self._allowance -= count
        return count
