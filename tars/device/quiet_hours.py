"""The quiet hours: a part of the day in which the device is gentle."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

FORM = "must be FROM-TO, two different times of day such as 22:00-07:00, or empty"


class QuietHours(NamedTuple):
    """From one time of day to before another, past midnight if that is earlier."""

    begins: time
    ends: time

    def hold(self, moment: time) -> bool:
        """Whether this time of day is in them."""
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


def read_quiet_hours(text: str) -> QuietHours | None:
    """FROM-TO; no text is none. Raises ValueError."""
    if not text.strip():
        return None
    try:
        begins, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"{FORM}, not {text!r}") from None
    if begins == ends or begins.tzinfo or ends.tzinfo:
        raise ValueError(f"{FORM}, not {text!r}")
    return QuietHours(begins, ends)
