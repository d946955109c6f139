"""The quiet hours: a part of the day in which the device is gentle."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

FORM = "must be FROM-TO, two different times of day as HH:MM-HH:MM, such as 22:00-07:00, or empty"
TIMES = re.compile(r"\s*([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})\s*")


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
    """FROM-TO, in hours and minutes; no text is none. Raises ValueError."""
    if not text.strip():
        return None
    try:
        given = TIMES.fullmatch(text)
        begins, ends = map(time.fromisoformat, given.groups() if given else ())
    except ValueError:  # not written so, or no time of day
        raise ValueError(f"{FORM}, not {text!r}") from None
    if begins == ends:
        raise ValueError(f"{FORM}, not {text!r}")
    return QuietHours(begins, ends)
