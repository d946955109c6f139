"""What is kept: recordings, traces and logs are deleted when they are old, or when there are too many. The oldest goes first."""

from __future__ import annotations

import asyncio
import math
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tars.runtime import clock
from tars.runtime.growing_file import names_aside
from tars.runtime.log import log

CHECK_INTERVAL = 3600.0
"""Seconds between two looks. In between, there may be more than the limits allow."""
DAY, MEGABYTE = 86_400, 1_000_000


@dataclass(frozen=True)
class KeptFile:
    """A file that was found."""

    path: Path
    changed: float
    """Seconds since the epoch."""
    size: int


@dataclass(frozen=True)
class Kind:
    """Files of one kind, which a program makes one after another in a folder."""

    what: str
    """Their name in the log, such as traces."""
    folder: Path
    names: re.Pattern[str]
    """All of a file's name. Other files of the folder are not touched."""
    current: str = ""
    """The name of the file that is written now. It counts, but is never deleted."""

    def files(self) -> list[KeptFile]:
        """Those that are there, the oldest first. Raises OSError."""
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if (self.names.fullmatch(entry.name) or entry.name == self.current) and entry.is_file(follow_symlinks=False):
                    with suppress(FileNotFoundError):
                        about = entry.stat(follow_symlinks=False)
                        found.append(KeptFile(self.folder / entry.name, about.st_mtime, about.st_size))
        return sorted(found, key=lambda file: file.changed)


def growing(what: str, path: Path | None) -> list[Kind]:
    """The files of a trace or a log, which tars/runtime/growing_file.py puts aside; none without a path."""
    return [Kind(what, path.parent, names_aside(path), path.name)] if path is not None else []


async def keep(kinds: Sequence[Kind], *, days: int, megabytes: int) -> None:
    """Delete what is beyond the limits, now and each CHECK_INTERVAL, in a thread. `megabytes`: of each kind. 0: no limit."""
    while kinds and (days or megabytes):
        for kind in kinds:
            await asyncio.to_thread(tidy, kind, days, megabytes)
        await clock.sleep_until(clock.now() + CHECK_INTERVAL)


def tidy(kind: Kind, days: int, megabytes: int) -> None:
    """Delete the files of a kind that are beyond the limits, and log how many. What cannot be deleted is logged and stays."""
    try:
        files = kind.files()
    except OSError as error:
        log.warning("cannot see what is kept", what=kind.what, folder=kind.folder, reason=error.strerror)
        return
    too_many = sum(file.size for file in files) - megabytes * MEGABYTE if megabytes else 0
    first_kept = clock.wall() - days * DAY if days else -math.inf
    old, oldest = [], []
    for file in files:
        if file.path.name == kind.current:
            continue
        if file.changed < first_kept:
            old.append(file)
        elif too_many > 0:
            oldest.append(file)
        else:
            break
        too_many -= file.size
    _delete(kind, old, f"older than {days} days")
    _delete(kind, oldest, f"more than {megabytes} MB")


def _delete(kind: Kind, files: Sequence[KeptFile], reason: str) -> None:
    deleted = 0
    for file in files:
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("cannot delete", file=file.path, reason=error.strerror)
        else:
            deleted += 1
    if deleted:
        log.info("deleted", what=kind.what, files=deleted, megabytes=round(sum(file.size for file in files) / MEGABYTE, 1), reason=reason)
