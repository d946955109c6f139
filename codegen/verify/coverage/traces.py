"""What the traces of a run say: how often each row, cell and sequence of rows was met, and each pair of states of both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from codegen.verify.trace_files import BEGINS, TraceError, files, parsed

Outcome = Literal["taken", "ignored", "forbidden"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


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


@dataclass(frozen=True)
class Succession:
    """Two or three rows that one machine took one after the other, by their places."""

    machine: str
    role: str
    rows: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' > '.join(self.rows)} in {self.machine} ({self.role})"


@dataclass(frozen=True)
class Together:
    """The states of a machine on both nodes at one moment, the dialer's first."""

    machine: str
    dialer: str
    listener: str

    def __str__(self) -> str:
        return f"{self.machine} in {self.dialer} and {self.listener}"


Seen = Sighting | Succession | Together


@dataclass
class Hits:
    """How often each thing was seen, and where first."""

    counts: Counter[Seen] = field(default_factory=Counter)
    first: dict[Seen, str] = field(default_factory=dict)

    def add(self, seen: Seen, where: str, times: int = 1) -> None:
        """Count it."""
        self.counts[seen] += times
        self.first.setdefault(seen, where)


def collect(paths: Iterable[Path], pair: str = "pair") -> Hits:
    """Everything in these files, and in the `*.jsonl` files of these folders. Raises TraceError.

    `pair`: the key under which a line says whose nodes it is about.
    """
    hits = Hits()
    for file in files(paths):
        reader = _Reader(hits, pair)
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    reader.read(line, f"{file}:{number}")
    return hits


class _Reader:
    """Reads the lines of one file in order.

    A line stands for one step, or with `hits` for so many like it; then `after` names the rows that the machine took before,
    and `states` those of a machine on both nodes.
    """

    def __init__(self, hits: Hits, pair: str) -> None:
        self._hits, self._pair = hits, pair
        self._before: dict[tuple[str, str, str], tuple[str, tuple[str, ...]]] = {}
        """(node, pair, machine) -> the state that it was left in, and the last two rows that it took."""

    def read(self, line: str, where: str) -> None:
        """Count what the line says. Raises TraceError."""
        data = parsed(line, where)
        node, pair = str(data.get("node")), str(data.get(self._pair))
        if data.get("event") == BEGINS:
            self._before = {key: before for key, before in self._before.items() if key[:2] != (node, pair)}
        if data.get("machine") is None:
            return
        if "states" in data:
            self._hits.add(Together(str(data["machine"]), *data["states"]), str(data.get("test", where)), int(data["hits"]))
            return
        sighting, times = _sighting(data, where), int(data.get("hits", 1))
        self._hits.add(sighting, where, times)
        if sighting.outcome == "taken":
            after = tuple(data.get("after", ())) if "hits" in data else self._after((node, pair, sighting.machine), data)
            for length in range(1, len(after) + 1):
                rows = (*after[-length:], sighting.row)
                self._hits.add(Succession(sighting.machine, sighting.role, rows), where, times)

    def _after(self, key: tuple[str, str, str], data: dict[str, Any]) -> tuple[str, ...]:
        """The rows that the machine took before this line, where it goes on from where the last one left it."""
        state, rows = self._before.get(key, ("", ()))
        after = rows if state == data["from"] else ()
        self._before[key] = (str(data.get("to")), (*after, str(data.get("row")))[-2:])
        return after


def _sighting(data: dict[str, Any], where: str) -> Sighting:
    """The line's meaning."""
    data["role"] = data.get("role") or data.get("node")
    missing = [key for key in ("role", "from", "event", "outcome") if not isinstance(data.get(key), str)]
    if missing:
        raise TraceError(f"{where}: no text under {', '.join(map(repr, missing))}")
    if data["outcome"] not in OUTCOMES:
        raise TraceError(f"{where}: outcome {data['outcome']!r}; allowed: {', '.join(OUTCOMES)}")
    row = "" if data["outcome"] == "forbidden" else str(data.get("row"))
    return Sighting(str(data["machine"]), data["role"], data["from"], data["event"], data["outcome"], row)
