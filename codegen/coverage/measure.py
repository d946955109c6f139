"""The hits of a run held against the definitions: what was met, what never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.coverage.traces import Hits, Outcome, Sighting, TraceError
from codegen.model import Definitions, Ignored, Machine, Row
from codegen.text import place


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

    def of(self, outcome: Outcome) -> tuple[Item, ...]:
        """The rows, the ignored cells or the forbidden cells."""
        return tuple(item for item in self.items if item.outcome == outcome)

    def missed(self, outcome: Outcome) -> tuple[Item, ...]:
        """Those of them that were never met."""
        return tuple(item for item in self.of(outcome) if not item.hits)

    def share(self, outcome: Outcome) -> Share:
        """How many of them were met."""
        total = len(self.of(outcome))
        return Share(total - len(self.missed(outcome)), total)


@dataclass(frozen=True)
class Coverage:
    """All machines."""

    machines: tuple[MachineCoverage, ...]

    def share(self, outcome: Outcome) -> Share:
        """Over all machines."""
        shares = [machine.share(outcome) for machine in self.machines]
        return Share(sum(share.covered for share in shares), sum(share.total for share in shares))


def measure(definitions: Definitions, hits: Hits) -> Coverage:
    """The hits held against the definitions. Raises TraceError if a trace speaks of something that is not defined."""
    known = {(m.name, m.role): {(i.state, i.event, i.outcome, i.place) for i in _items(m, hits)} for m in definitions.machines}
    problems = []
    for sighting, where in hits.first.items():
        if (sighting.state, sighting.event, sighting.outcome, sighting.row) not in known.get((sighting.machine, sighting.role), set()):
            what = f"row {sighting.row}" if sighting.row else "forbidden cell"
            problems.append(f"{where}: no {what} for {sighting} in the definitions; is the trace older than they are?")
    if problems:
        raise TraceError("\n".join(problems))
    return Coverage(tuple(MachineCoverage(machine, tuple(_items(machine, hits))) for machine in definitions.machines))


def _items(machine: Machine, hits: Hits) -> Iterator[Item]:
    def item(outcome: Outcome, state: str, event: str, written: Row | Ignored | None) -> Item:
        row = place(written.mark) if written else ""
        return Item(outcome, state, event, written, hits.counts[Sighting(machine.name, machine.role, state, event, outcome, row)])

    for state in machine.states:
        written: tuple[Row | Ignored, ...] = (*state.rows, *state.ignored)
        yield from (item("taken", row.state, row.event, row) for row in state.rows)
        yield from (item("ignored", cell.state, cell.event, cell) for cell in state.ignored)
        covered = {entry.event for entry in written}
        yield from (item("forbidden", state.name, event.name, None) for event in machine.events if event.name not in covered)
