"""The hits of a run held against the definitions and against exploration: what was met, what never."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from codegen.definitions.model import Definitions, Ignored, Machine, Row
from codegen.definitions.test_cases import Cases, row_name
from codegen.emit.text import place
from codegen.verify.coverage.traces import Hits, Outcome, Seen, Sighting, Succession, Together
from codegen.verify.trace_files import TraceError

Kind = Literal["taken", "pairs", "triples", "ignored", "forbidden"]
WORDS: dict[Kind, str] = {"taken": "rows", "pairs": "pairs", "triples": "triples", "ignored": "ignored", "forbidden": "forbidden"}
"""All kinds of what is covered in a machine, in the order of the report, with what they are called there."""
LENGTHS: dict[Kind, int] = {"pairs": 2, "triples": 3}
"""1-switch and 2-switch: how many rows follow each other."""
Possible = Mapping[str, Collection[tuple[str, str]]]
"""Machine -> the pairs of states, the dialer's first, that exploration reaches."""


@dataclass(frozen=True)
class Item:
    """A row, an ignored cell or a forbidden cell, and how often it was met."""

    outcome: Outcome
    state: str
    event: str
    written: Row | Ignored | None
    hits: int

    @property
    def place(self) -> str:
        """Where it is written, as traces name it; nothing for a forbidden cell, which is written nowhere."""
        return place(self.written.mark) if self.written else ""

    @property
    def name(self) -> str:
        """Unique among the items of its machine and outcome."""
        return self.written.name if isinstance(self.written, Row) else f"{self.state.lower()}_{self.event}"


@dataclass(frozen=True)
class Sequence:
    """Rows that can follow each other, and how often they did."""

    rows: tuple[Row, ...]
    hits: int

    @property
    def places(self) -> tuple[str, ...]:
        """Where the rows are written, as traces name them."""
        return _places(self.rows)

    @property
    def name(self) -> str:
        """Unique in its machine."""
        return " > ".join(row_name(row) for row in self.rows)


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """100 where there is nothing to cover."""
        return 100 * self.covered / self.total if self.total else 100.0

    def __str__(self) -> str:
        return f"{self.covered}/{self.total} {int(self.percent)} %"  # rounded down: 100 % means all


@dataclass(frozen=True)
class MachineCoverage:
    """One machine in one role."""

    machine: Machine
    items: tuple[Item, ...]
    sequences: dict[Kind, tuple[Sequence, ...]]
    """The pairs and the triples."""

    def of(self, outcome: Outcome) -> tuple[Item, ...]:
        """The rows, the ignored cells or the forbidden cells."""
        return tuple(item for item in self.items if item.outcome == outcome)

    def missed(self, outcome: Outcome) -> tuple[Item, ...]:
        """Those of them that were never met."""
        return tuple(item for item in self.of(outcome) if not item.hits)

    def missed_sequences(self, kind: Kind) -> tuple[Sequence, ...]:
        """The pairs or the triples that were never met."""
        return tuple(sequence for sequence in self.sequences[kind] if not sequence.hits)

    def share(self, kind: Kind) -> Share:
        """How many of that kind were met."""
        hits = [sequence.hits for sequence in self.sequences.get(kind, ())] + [item.hits for item in self.items if item.outcome == kind]
        return Share(len(hits) - hits.count(0), len(hits))


@dataclass(frozen=True)
class BothSides:
    """A machine that both nodes run: how often each pair of states, of those that exploration reaches, was met."""

    machine: str
    hits: dict[tuple[str, str], int]

    @property
    def missed(self) -> list[tuple[str, str]]:
        """The pairs that were never met."""
        return [states for states, hits in self.hits.items() if not hits]

    @property
    def share(self) -> Share:
        """How many of them were met."""
        return Share(len(self.hits) - len(self.missed), len(self.hits))


@dataclass(frozen=True)
class Coverage:
    """All machines."""

    machines: tuple[MachineCoverage, ...]
    both_sides: tuple[BothSides, ...]
    """Nothing if exploration was not asked."""

    def share(self, kind: Kind) -> Share:
        """Over all machines."""
        shares = [machine.share(kind) for machine in self.machines]
        return Share(sum(share.covered for share in shares), sum(share.total for share in shares))


def measure(definitions: Definitions, hits: Hits, possible: Possible | None = None) -> Coverage:
    """The hits held against the definitions. Raises TraceError if a trace speaks of something that is not defined or cannot be."""
    known: set[Seen] = {sighting for machine in definitions.machines for sighting in _sightings(machine)}
    known |= {_succession(machine, rows) for machine in definitions.machines for kind in LENGTHS for rows in _sequences(machine, kind)}
    known |= {Together(machine, *states) for machine, pairs in (possible or {}).items() for states in pairs}
    checked = (seen for seen in hits.first if possible is not None or not isinstance(seen, Together))
    if problems := [f"{hits.first[seen]}: {_problem(seen)}" for seen in checked if seen not in known]:
        raise TraceError("\n".join(problems))
    both_sides = tuple(
        BothSides(machine, {states: hits.counts[Together(machine, *states)] for states in sorted(pairs)})
        for machine, pairs in (possible or {}).items()
    )
    return Coverage(tuple(_measured(machine, hits) for machine in definitions.machines), both_sides)


def _problem(seen: Seen) -> str:
    match seen:
        case Succession():
            return f"{seen}: no values were found with which these follow each other; is that right, or does test_cases.py miss some?"
        case Together():
            return f"{seen}: exploration says that this cannot be; definitions and program have drifted"
    what = f"row {seen.row}" if seen.row else "forbidden cell"
    return f"no {what} for {seen} in the definitions; is the trace older than they are?"


def _measured(machine: Machine, hits: Hits) -> MachineCoverage:
    items = (Item(s.outcome, s.state, s.event, written, hits.counts[s]) for s, written in _sightings(machine).items())
    sequences = {
        kind: tuple(Sequence(rows, hits.counts[_succession(machine, rows)]) for rows in _sequences(machine, kind)) for kind in LENGTHS
    }
    return MachineCoverage(machine, tuple(items), sequences)


def _sightings(machine: Machine) -> dict[Sighting, Row | Ignored | None]:
    """Every row and every other cell as traces name it, with what is written there."""
    return {Sighting(machine.name, machine.role, *cell): written for cell, written in _cells(machine)}


def _cells(machine: Machine) -> Iterator[tuple[tuple[str, str, Outcome, str], Row | Ignored | None]]:
    for state in machine.states:
        written: tuple[Row | Ignored, ...] = (*state.rows, *state.ignored)
        for entry in written:
            yield (entry.state, entry.event, "taken" if isinstance(entry, Row) else "ignored", place(entry.mark)), entry
        covered = {entry.event for entry in written}
        yield from (((state.name, event.name, "forbidden", ""), None) for event in machine.events if event.name not in covered)


def _succession(machine: Machine, rows: tuple[Row, ...]) -> Succession:
    return Succession(machine.name, machine.role, _places(rows))


def _sequences(machine: Machine, kind: Kind) -> list[tuple[Row, ...]]:
    return _cases(machine).sequences(LENGTHS[kind])


@cache
def _cases(machine: Machine) -> Cases:
    return Cases(machine)


def _places(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(place(row.mark) for row in rows)
