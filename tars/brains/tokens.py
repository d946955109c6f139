"""How many tokens of language models each device has used today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from tars.runtime import clock


class TokenCounts:
    """Counts tokens by device. Each day begins anew."""

    def __init__(self, changed: Callable[[str], None] = lambda _: None) -> None:
        """`changed(device)` is called after each change."""
        self._day: date | None = None
        self._used: dict[str, int] = {}
        self._changed = changed

    def used(self, device: str) -> int:
        """The tokens that the device has used today."""
        return self.today()[1].get(device, 0)

    def today(self) -> tuple[date, Mapping[str, int]]:
        """The day, and the tokens that each device has used."""
        today = clock.local_time().date()
        if today != self._day:
            self._day, self._used = today, {}
        return today, self._used

    def count(self, device: str, tokens: int) -> None:
        """The device has used so many more."""
        self._used[device] = self.used(device) + tokens
        self._changed(device)
