"""How much one device may send, so that a flood does not take the time of the others.

Nothing is refused: what is beyond the budget is read later, and TCP makes the sender wait.
"""

from __future__ import annotations

FRAMES = 250.0
"""Frames a second. A device that streams sends 13, one that sends what an outage has kept 20."""
FRAMES_AT_ONCE = 250.0
"""Frames that are read without a pause after a time of silence."""
BYTES = 1024.0 * 1024
"""Bytes a second: 32 times speech. What an outage has kept comes at 8 times speech."""
BYTES_AT_ONCE = 2 * BYTES
"""Bytes that are read without a pause after a time of silence."""


class Budget:
    """What one device may send, in frames and in bytes: both grow with time, up to a largest amount."""

    __slots__ = ("_bytes", "_counted_at", "_frames")

    def __init__(self, now: float) -> None:
        self._frames = FRAMES_AT_ONCE
        self._bytes = BYTES_AT_ONCE
        self._counted_at = now

    def spend(self, frames: int, size: int, now: float) -> float:
        """So many frames and bytes were read; the seconds until more may be read."""
        passed = now - self._counted_at
        self._counted_at = now
        self._frames = min(FRAMES_AT_ONCE, self._frames + passed * FRAMES) - frames
        self._bytes = min(BYTES_AT_ONCE, self._bytes + passed * BYTES) - size
        if self._frames >= 0 and self._bytes >= 0:
            return 0.0
        return max(-self._frames / FRAMES, -self._bytes / BYTES)
