"""Whether a device may use more tokens today."""

from __future__ import annotations

from tars.brains.tokens import TokenCounts


class Budget:
    """The limit of each device. Without counts that the server keeps, it counts in memory."""

    def __init__(self, tokens_a_day: int, counts: TokenCounts | None = None) -> None:
        """0: there is no limit."""
        self._limit = tokens_a_day
        self._counts = counts or TokenCounts()

    def used(self, device: str) -> int:
        """The tokens that the device has used today."""
        return self._counts.used(device)

    def is_spent(self, device: str) -> bool:
        """Whether the device has used all that it may use today."""
        return self._limit > 0 and self.used(device) >= self._limit

    def count(self, device: str, tokens: int) -> None:
        """The device has used so many more."""
        self._counts.count(device, tokens)
