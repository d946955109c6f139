"""Whose the lines of traces and logs are: of which device, of which day. And how some of them are taken out of a file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

Belongs = Callable[[bytes], bool]
"""Whether a line is one of those that are looked for."""

FIRST_TIME = re.compile(rb'\{"time": "([^"]+)"')
DEVICE = re.compile(rb" device=(\S+)")


def of_device(name: str) -> Belongs:
    """The lines of a device: its name is their field `device`. One without that field is of each device whose name is a word of it."""
    word = name.encode()
    mentioned = re.compile(rb"(?<![\w-])" + word + rb"(-[0-9a-f]{12}-\d+(-\d+)?\.wav)?(?![\w-])")  # also in the path of a recording

    def belongs(line: bytes) -> bool:
        if word not in line:
            return False
        owner = _device(line)
        return owner == name if owner is not None else mentioned.search(line) is not None

    return belongs


def _device(line: bytes) -> str | None:
    """What the field `device` says; None: there is none."""
    try:
        values = json.loads(line)
        owner = values.get("device", values.get("fields", {}).get("device"))
    except (ValueError, AttributeError):
        said = DEVICE.search(line)
        return said[1].decode(errors="replace") if said else None
    return owner if isinstance(owner, str) else None


def of_day(wanted: date, day: date) -> Belongs:
    """The lines of a day, where the program runs. `day`: that of a file whose lines say only the hour."""

    def belongs(line: bytes) -> bool:
        said = FIRST_TIME.match(line)
        try:
            return (datetime.fromisoformat(said[1].decode()).astimezone().date() if said else day) == wanted
        except ValueError:
            return day == wanted

    return belongs


def verdicts(lines: Iterable[bytes], belongs: Belongs) -> Iterator[tuple[bytes, bool]]:
    """Each line, and whether it belongs. An indented one, of a traceback, goes with the line above."""
    verdict = False
    for line in lines:
        if not line.startswith(b"  "):
            verdict = belongs(line)
        yield line, verdict


def count_lines(path: Path, belongs: Belongs) -> int:
    """How many lines of a file belong. Raises OSError."""
    with path.open("rb") as file:
        return sum(verdict for _, verdict in verdicts(file, belongs))


def remove_lines(path: Path, belongs: Belongs) -> None:
    """Replace a file that nobody writes any more by its other lines, with its owner, mode and time; delete it if none is left.

    Raises OSError.
    """
    new = path.with_name(f"{path.name}.new")
    with path.open("rb") as old, os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        about = os.fstat(old.fileno())
        if os.geteuid() == 0:
            os.fchown(file.fileno(), about.st_uid, about.st_gid)
        os.fchmod(file.fileno(), about.st_mode & 0o777)
        for line, verdict in verdicts(old, belongs):
            if not verdict:
                file.write(line)
        file.flush()
        os.fsync(file.fileno())
        left = file.tell()
    os.utime(new, ns=(about.st_atime_ns, about.st_mtime_ns))
    new.replace(path)
    if not left:
        path.unlink()
