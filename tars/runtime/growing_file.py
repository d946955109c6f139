"""A file that only grows, such as a trace or a log. Each day, and when it is large, it gets a name with its day, and a new one begins.

So each file has the lines of one day, and old ones can be deleted: tars/runtime/keeping.py does that.
"""

from __future__ import annotations

import logging
import math
import os
import re
import stat
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from tars.runtime import clock

FILE_BYTES = 50 * 1024 * 1024
"""A file that has so many is put aside, whatever the day."""


class GrowingFile:
    """Opens the file to append to it: again when it was renamed or deleted, and anew when it was put aside."""

    def __init__(self, path: Path, opened: Callable[[Path], int]) -> None:
        """`opened` returns a descriptor of the file, and makes it if it is missing. Raises OSError."""
        self.path = path
        self._opened = opened
        self._descriptor = -1
        self._day = date.min
        self._day_ends = self._most = math.inf
        """The time of the day, and the bytes, at which it is put aside. A pipe or a device never is."""
        self.reopen()

    @property
    def descriptor(self) -> int:
        """The descriptor to write to now. Raises OSError."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            there = None
        if self._descriptor < 0 or there is None or (there.st_dev, there.st_ino) != self._identity:
            self.reopen()
        elif clock.wall() >= self._day_ends and not there.st_size:
            self._begin_day(0)
        elif clock.wall() >= self._day_ends or there.st_size >= self._most:
            self._put_aside()
        return self._descriptor

    def reopen(self) -> None:
        """Open the file again. Lines of an earlier day are put aside first. Raises OSError."""
        self.close()
        self._open()
        if self._most < math.inf and self._day < today() and os.fstat(self._descriptor).st_size:
            self._put_aside()

    def close(self) -> None:
        """Write nothing more; `descriptor` opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _open(self) -> None:
        self._descriptor = self._opened(self.path)
        about = os.fstat(self._descriptor)
        self._identity = about.st_dev, about.st_ino
        if stat.S_ISREG(about.st_mode):
            self._begin_day(about.st_size)
            if about.st_size:
                self._day = day_of(about.st_mtime)

    def _begin_day(self, size: int) -> None:
        """The lines that come are of this day."""
        self._day = today()
        self._set_bounds(size)

    def _set_bounds(self, size: int) -> None:
        self._day_ends = datetime.combine(today() + timedelta(days=1), time()).timestamp()
        self._most = size + FILE_BYTES if size >= FILE_BYTES else FILE_BYTES

    def _put_aside(self) -> None:
        """Give the file a name with its day, and begin a new one. Where that is not allowed, it goes on growing until the next time."""
        try:
            put_aside(self.path, self._day)
        except OSError as error:
            values = {"file": self.path, "reason": error.strerror}
            logging.getLogger("tars").warning("cannot begin a new file, the old one grows", extra={"values": values})
            self._set_bounds(os.fstat(self._descriptor).st_size)
            return
        self.close()
        self._open()


def put_aside(path: Path, day: date) -> Path:
    """Rename `trace.jsonl` to `trace.2026-11-30.jsonl`, or `trace.2026-11-30.2.jsonl` if that is there; the new path. Raises OSError."""
    again = ("" if number == 1 else f".{number}" for number in count(1))
    aside = next(name for more in again if not (name := path.with_name(f"{path.stem}.{day}{more}{path.suffix}")).exists())
    return path.rename(aside)


def names_aside(path: Path) -> re.Pattern[str]:
    """What `put_aside` makes of the name of this path; the group `day` is the day of its lines."""
    return re.compile(rf"{re.escape(path.stem)}\.(?P<day>\d{{4}}-\d\d-\d\d)(\.\d+)?{re.escape(path.suffix)}", re.ASCII)


def day_of(moment: float) -> date:
    """The day, where the program runs, of a moment in seconds since the epoch."""
    return datetime.fromtimestamp(moment).date()


def today() -> date:
    """The day where the program runs."""
    return day_of(clock.wall())
