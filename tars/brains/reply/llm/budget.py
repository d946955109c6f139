"""How many tokens each device has used today."""

from __future__ import annotations

from datetime import date

from tars.runtime import clock


class Budget:
    """Counts tokens by device and day. It is kept in memory."""

    def __init__(self, tokens_a_day: int) -> None:
        """0: there is no limit."""
        self._limit = tokens_a_day
        self._day: date | None = None
        self._used: dict[str, int] = {}

    def used(self, device: str) -> int:
        """The tokens that the device has used today."""
        today = clock.local_time().date()
        if today != self._day:
            self._day, self._used = today, {}
        return self._used.get(device, 0)

    def is_spent(self, device: str) -> bool:
        """Whether the device has used all that it may use today."""
        return self._limit > 0 and self.used(device) >= self._limit

    def count(self, device: str, tokens: int) -> None:
        """The device has used so many more."""
        self._used[device] = self.used(device) + tokens
