"""What the traces of a run say: how often each row and cell was met."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

Outcome = Literal["taken", "ignored", "forbidden"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class TraceError(ValueError):
    """A trace that cannot be used; the message names file and line."""


@dataclass(frozen=True, order=True)
class Sighting:
    """What one line of a trace says: an event in a state of a machine, and the row or ignored cell that answered it."""

    machine: str
    role: str
    state: str
    event: str
    outcome: Outcome
    row: str

    def __str__(self) -> str:
        return f"{self.state} + {self.event} in {self.machine} ({self.role})"


@dataclass
class Hits:
    """How often each thing was seen, and where first."""

    counts: Counter[Sighting] = field(default_factory=Counter)
    first: dict[Sighting, str] = field(default_factory=dict)

    def add(self, sighting: Sighting, where: str, times: int = 1) -> None:
        """Count one line."""
        self.counts[sighting] += times
        self.first.setdefault(sighting, where)


def collect(paths: Iterable[Path]) -> Hits:
    """Everything in these files, and in the `*.jsonl` files of these folders. Raises TraceError."""
    hits = Hits()
    for file in _files(paths):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and (seen := _sighting(line, f"{file}:{number}")):
                    sighting, times = seen
                    hits.add(sighting, f"{file}:{number}", times)
    return hits


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(path.rglob("*.jsonl"))
            if not found:
                raise TraceError(f"{path}: no *.jsonl file in this folder; was the run traced?")
            yield from found
        elif path.is_file():
            yield path
        else:
            raise TraceError(f"{path}: no such file or folder")


def _sighting(line: str, where: str) -> tuple[Sighting, int] | None:
    """The line's meaning, and how many like it the line stands for (`hits`); None if it is about no machine."""
    try:
        data: Any = json.loads(line)
    except ValueError as error:
        raise TraceError(f"{where}: not JSON: {error}") from None
    if not isinstance(data, dict):
        raise TraceError(f"{where}: a line must be a JSON object, not {line.strip()[:40]}")
    if data.get("machine") is None:
        return None
    data["role"] = data.get("role") or data.get("node")
    missing = [key for key in ("role", "from", "event", "outcome") if not isinstance(data.get(key), str)]
    if missing:
        raise TraceError(f"{where}: no text under {', '.join(map(repr, missing))}")
    if data["outcome"] not in OUTCOMES:
        raise TraceError(f"{where}: outcome {data['outcome']!r}; allowed: {', '.join(OUTCOMES)}")
    row = "" if data["outcome"] == "forbidden" else str(data.get("row"))
    return Sighting(str(data["machine"]), data["role"], data["from"], data["event"], data["outcome"], row), int(data.get("hits", 1))
