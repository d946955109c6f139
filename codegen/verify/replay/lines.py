"""Reads traces: checks the form of each line, and sorts the lines by pair and node."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from codegen.verify.trace_files import BEGINS, TraceError, files, parsed

Outcome = Literal["taken", "ignored", "forbidden", "outdated"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, order=True)
class Finding:
    """Something in a trace that the definitions or the specs do not allow. Printed as `file:line: message`."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Line:
    """One line of a trace. `machine` None: a mark, or an event that was outdated."""

    file: str
    number: int
    time: str
    moment: float
    """Its time in seconds, on a clock that does not jump within the trace."""
    node: str
    pair: str
    machine: str | None
    event: str
    payload: dict[str, Any]
    source: str | None
    target: str | None
    context: dict[str, Any]
    outcome: Outcome | None
    effects: tuple[str, ...]
    row: str | None
    message: int | None
    clock: float | None = None
    """The reading of the monotonic clock of the computer, in seconds."""

    def finding(self, message: str) -> Finding:
        """A finding about this line."""
        return Finding(self.file, self.number, message)


Stream = list[Line]
"""The lines of one node about one pair, in the order written."""


def read(paths: Iterable[Path], pair: str) -> dict[tuple[str, str], Stream]:
    """The streams of these files, and of the `*.jsonl` files of these folders, by (pair, node). Raises TraceError.

    `pair`: the key of a line whose value names the pair. If several files have lines of the same node and pair, their lives are sorted by
    the time of day at which they begin: a node may be several servers, each with a file of its own.
    """
    parts: dict[tuple[str, str], list[Stream]] = {}
    for file in files(paths):
        for key, lines in _by_owner(_lines(file, pair)).items():
            parts.setdefault(key, []).append(lines)
    if not parts:
        raise TraceError("there is not a single line in these traces")
    return {
        key: [line for life in merge(*map(_lives, found), key=lambda life: life[0].moment) for line in life]
        for key, found in sorted(parts.items())
    }


def _lives(lines: Stream) -> list[Stream]:
    """The lines of a file, of which each life but the first one begins with its mark."""
    begins = [number for number, line in enumerate(lines) if number and line.machine is None and line.event == BEGINS]
    lines = steady(lines)
    return [lines[first:last] for first, last in pairwise([0, *begins, len(lines)])]


def steady(lines: Iterable[Line]) -> Stream:
    """These lines with moments from the monotonic clock, because the time of day may have been set meanwhile.

    A monotonic clock that reads less than before began anew when the computer was rebooted. There the time of day is used again.
    """
    found: Stream = []
    for line in lines:
        before = found[-1] if found else line
        if line.clock is not None and before.clock is not None and line.clock >= before.clock:
            line = replace(line, moment=before.moment + line.clock - before.clock)
        found.append(line)
    return found


def _by_owner(lines: Iterable[Line]) -> dict[tuple[str, str], Stream]:
    found: dict[tuple[str, str], Stream] = {}
    for line in lines:
        found.setdefault((line.pair, line.node), []).append(line)
    return found


def _lines(file: Path, pair: str) -> Iterator[Line]:
    with file.open(encoding="utf-8") as texts:
        for number, text in enumerate(texts, 1):
            # A process that is killed while it writes leaves half a line. It is skipped.
            if text.strip() and text.endswith("\n"):
                yield parse(text, str(file), number, pair)


TEXT = (str,)
TYPES: dict[str, tuple[type, ...]] = {
    "time": TEXT,
    "node": TEXT,
    "machine": (str, type(None)),
    "event": TEXT,
    "payload": (dict,),
    "from": (str, type(None)),
    "to": (str, type(None)),
    "context": (dict,),
    "outcome": (str, type(None)),
    "effects": (list,),
    "row": (str, type(None)),
    "message": (int, type(None)),
}


def parse(text: str, file: str, number: int, pair: str) -> Line:
    """Read one line. Raises TraceError, which names the place and what is missing."""
    data = parsed(text, f"{file}:{number}")
    for key, types in {**TYPES, pair: TEXT}.items():
        if not isinstance(data.get(key), types):
            allowed = " or ".join("null" if kind is type(None) else kind.__name__ for kind in types)
            raise TraceError(f"{file}:{number}: {key} is {json.dumps(data.get(key))}; it must be {allowed}")
    if not isinstance(data.get("clock"), int | float | None):
        raise TraceError(f"{file}:{number}: clock is {json.dumps(data['clock'])}; it must be a number of seconds")
    if data["outcome"] not in (*OUTCOMES, None):
        raise TraceError(f"{file}:{number}: outcome {data['outcome']!r}; allowed: {', '.join(OUTCOMES)}, or null")
    try:
        moment = datetime.fromisoformat(data["time"]).timestamp()
    except ValueError:
        raise TraceError(f"{file}:{number}: time {data['time']!r} is not ISO 8601") from None
    return Line(
        file,
        number,
        moment=moment,
        pair=data[pair],
        clock=data.get("clock"),
        source=data["from"],
        target=data["to"],
        effects=tuple(map(str, data["effects"])),
        **{key: data[key] for key in TYPES if key not in ("from", "to", "effects")},
    )
