"""What there is to test in a machine: its rows, cells, sequences of rows and shortest paths, with values found by enumeration.

What must happen is computed by `semantics`. Values are chosen so that effects show: a variable that a row sets to 0 does not start
at 0, and a payload differs from the variable of the same name.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from codegen.definitions.model import Constant, FieldType, Ignored, Machine, Row, Variable
from codegen.definitions.semantics import Forbidden, Taken, Values, constants, filling, reads, step

LONGEST_PATH = 12
"""Where the search for a shortest path gives up; a machine with counters has no end of contexts."""


@dataclass(frozen=True)
class Case:
    """A row, values that let it be taken, and what must follow."""

    name: str
    """`RINGING+late[not patient]`, and for further cases of a row what differs from its first."""
    row: Row
    context: Values
    payload: Values
    taken: Taken


@dataclass(frozen=True)
class Cell:
    """An event in a state where nothing may change."""

    state: str
    event: str
    payload: Values
    ignored: Ignored | None
    """None: forbidden."""


@dataclass(frozen=True)
class Sequel:
    """A row that comes after others: a case whose payload lets it, and what it does then."""

    case: Case
    taken: Taken


@dataclass(frozen=True)
class Pair:
    """Two rows that follow each other (1-switch), and those that can come third after them (2-switch)."""

    first: Case
    second: Sequel
    thirds: tuple[Sequel, ...]

    @property
    def rows(self) -> tuple[Row, Row]:
        """The two."""
        return self.first.row, self.second.case.row


@dataclass(frozen=True)
class Path:
    """The shortest way to a state: events, each with the state that it leads to."""

    context: Values
    """At the start."""
    steps: tuple[tuple[str, Values, str], ...]
    state: str
    after: Values


@dataclass
class Cases:
    """All there is to test in one machine."""

    machine: Machine
    rows: dict[str, list[Case]] = field(init=False)
    """Name of a row -> its cases; the first is the plainest."""
    impossible: list[tuple[Row, ...]] = field(default_factory=list, init=False)
    """Sequences of two and of three rows that the states allow, and no values."""

    def __post_init__(self) -> None:
        self.domains = Domains(self.machine)
        self._known_starts: dict[str, list[Case]] = {}
        self.rows = {row.name: [] for row in self.machine.rows}
        for row in self.machine.rows:
            self._find_cases(row)
        self.pairs = list(self._pairs())
        self.cells = list(self._cells())
        self.paths = self._paths()

    @property
    def all_rows(self) -> list[Case]:
        """The cases of all rows, in the order of the definition."""
        return [case for cases in self.rows.values() for case in cases]

    def sequences(self, length: int) -> list[tuple[Row, ...]]:
        """Every two or three rows that can follow each other, once, in the order of the definition. ValueError for another length."""
        if length not in (2, 3):
            raise ValueError(f"sequences of {length} rows; allowed: 2, 3")
        pairs = [pair.rows for pair in self.pairs]
        triples = [(*pair.rows, third.case.row) for pair in self.pairs for third in pair.thirds]
        return list({_names(rows): rows for rows in (pairs if length == 2 else triples)}.values())

    def left_out(self, length: int) -> list[tuple[Row, ...]]:
        """The impossible ones of that length."""
        return [rows for rows in self.impossible if len(rows) == length]

    @property
    def unreached(self) -> list[str]:
        """The states to which no path was found."""
        return [state.name for state in self.machine.states if state.name not in {path.state for path in self.paths}]

    # --- rows ----------------------------------------------------------------------------------------------------------------

    def _find_cases(self, row: Row) -> None:
        """Every combination of what its guard reads, then, from the first of these, of what each of its other expressions reads."""
        for names in self._read_together(row):
            first = self.rows[row.name][:1]
            start = (first[0].context, first[0].payload) if first else self.domains.usual(row.event)
            for context, payload in self.domains.vary(names, *start):
                if case := self._case(row, context, payload):
                    self._note(case)

    def _case(self, row: Row, context: Values, payload: Values) -> Case | None:
        """A case of the row, if these values let it be taken."""
        taken = step(self.machine, row.state, context, row.event, payload)
        if not isinstance(taken, Taken) or taken.row is not row:
            return None
        return Case(_name(row, context, payload, self.rows[row.name][:1]), row, context, payload, taken)

    def _note(self, case: Case) -> None:
        if case not in self.rows[case.row.name]:
            self.rows[case.row.name].append(case)

    def _read_together(self, row: Row) -> Iterator[tuple[str, ...]]:
        yield reads(self.machine.guard(row.guard).expr) if row.guard else ()
        for variable, text in row.assign:
            yield reads(text) or (variable,)  # a constant shows only where the variable was another
        for emit in row.emits:
            for part in self.machine.emitted(emit.event).payload:
                if part.type == "bool":  # of other types, one unusual value shows well enough where it comes from
                    yield reads(filling(self.machine, row, emit, part))

    # --- sequences of rows ---------------------------------------------------------------------------------------------------

    def _pairs(self) -> Iterator[Pair]:
        for first, second in itertools.product(self.machine.rows, repeat=2):
            if second.state == (first.target or first.state):
                yield from self._pair(first, second)

    def _pair(self, first: Row, second: Row) -> Iterator[Pair]:
        """The plainest way to take both, then others until all rows have followed that can. A start that only these need becomes a case."""
        possible, waiting = False, list(self.machine.state(second.target or second.state).rows)
        for before, after in self._ways(first, second):
            sequels = (next(self._sequels(row, after.taken.context), None) for row in waiting)
            thirds = tuple(sequel for sequel in sequels if sequel)
            if thirds or not possible:
                self._note(before)
                yield Pair(before, after, thirds)
            possible, waiting = True, [row for row in waiting if row not in [third.case.row for third in thirds]]
            if not waiting:
                return
        self.impossible += [] if possible else [(first, second)]
        self.impossible += [(first, second, third) for third in waiting]

    def _ways(self, first: Row, second: Row) -> Iterator[tuple[Case, Sequel]]:
        """The ways to take both that leave different contexts."""
        left: list[Values] = []
        for before in self._starts(first):
            for after in self._sequels(second, before.taken.context):
                if after.taken.context not in left:
                    left.append(after.taken.context)
                    yield before, after

    def _sequels(self, row: Row, context: Values) -> Iterator[Sequel]:
        """The row's cases that this context lets it take too."""
        for case in list(self.rows[row.name]):
            taken = step(self.machine, row.state, context, row.event, case.payload)
            if isinstance(taken, Taken) and taken.row is row:
                yield Sequel(case, taken)

    def _starts(self, row: Row) -> list[Case]:
        """The row's cases, then every other context that guards tell apart."""
        if row.name not in self._known_starts:
            known = list(self.rows[row.name])
            usual = self.domains.usual(row.event)[0]
            values = (
                values
                for payload in _distinct(case.payload for case in known)
                for values in self.domains.vary(self.domains.variables_guarded, usual, payload)
            )
            self._known_starts[row.name] = known + [case for context, payload in values if (case := self._case(row, context, payload))]
        return self._known_starts[row.name]

    # --- cells in which nothing happens --------------------------------------------------------------------------------------

    def _cells(self) -> Iterator[Cell]:
        for state, event in itertools.product(self.machine.states, self.machine.events):
            context, payload = self.domains.usual(event.name)
            outcome = step(self.machine, state.name, context, event.name, payload)
            if not isinstance(outcome, Taken):
                yield Cell(state.name, event.name, payload, None if isinstance(outcome, Forbidden) else outcome)

    # --- paths ---------------------------------------------------------------------------------------------------------------

    def _paths(self) -> list[Path]:
        """Breadth first from the initial state, for every configuration, the usual one first."""
        initial = {variable.name: variable.initial for variable in self.machine.context}
        constant = tuple(variable.name for variable in self.machine.context if variable.constant)
        starts = [initial, *(context for context, _ in self.domains.vary(constant, initial, {}))]
        found: dict[str, Path] = {}
        seen: set[tuple[str, str]] = set()
        queue = deque(Path(start, (), self.machine.initial, start) for start in _distinct(starts))
        while queue and len(found) < len(self.machine.states):
            path = queue.popleft()
            found.setdefault(path.state, path)
            here = (path.state, repr(path.after))
            if len(path.steps) < LONGEST_PATH and here not in seen:
                seen.add(here)
                queue.extend(self._onward(path))
        return [found[state.name] for state in self.machine.states if state.name in found]

    def _onward(self, path: Path) -> Iterator[Path]:
        for row in self.machine.state(path.state).rows:
            for payload in _distinct(case.payload for case in self.rows[row.name]):
                taken = step(self.machine, path.state, path.after, row.event, payload)
                if isinstance(taken, Taken):
                    yield Path(path.context, (*path.steps, (row.event, payload, taken.target)), taken.target, taken.context)


class Domains:
    """The few values that each variable (`tries`) and each field of a payload (`payload.why`) takes in tests, the usual one first."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def usual(self, event: str) -> tuple[Values, Values]:
        """A context that is not the initial one, and a payload that differs from it."""
        context = {variable.name: self.of(variable.name, variable.type)[0] for variable in self.machine.context}
        payload = {part.name: self.of(f"payload.{part.name}", part.type)[0] for part in self.machine.event(event).payload}
        return context, payload

    def vary(self, names: tuple[str, ...], context: Values, payload: Values) -> Iterator[tuple[Values, Values]]:
        """Every combination of values of the named, the rest as given."""
        types = {variable.name: variable.type for variable in self.machine.context}
        types |= {f"payload.{part.name}": part.type for event in self.machine.events for part in event.payload}
        for values in itertools.product(*(self.of(name, types[name]) for name in names)):
            chosen = dict(zip(names, values, strict=True))
            yield (
                {name: chosen.get(name, value) for name, value in context.items()},
                {name: chosen.get(f"payload.{name}", value) for name, value in payload.items()},
            )

    def of(self, name: str, kind: FieldType) -> list[Any]:
        """Both truths; the texts that guards compare with; the numbers around those that guards compare with or that bound a variable."""
        variable = self._variables.get(name)
        usual = self._usual(name, kind)
        if kind == "bool":
            return [usual, not usual]
        literals = self._guarded.get(name, set())
        if kind not in ("int", "counter"):
            return [usual, *sorted(literal for literal in literals if isinstance(literal, str) and literal != usual)]
        numbers = {0, 1, 2} if name in self._guarded else set()
        numbers |= {literal + near for literal in literals if isinstance(literal, int) for near in (-1, 0, 1)}
        if variable and variable.maximum is not None:
            numbers |= {variable.minimum or 0, variable.maximum - 1, variable.maximum}
        return [usual, *(number for number in sorted(numbers - {usual}) if self._within(number, variable))]

    def _usual(self, name: str, kind: FieldType) -> Any:
        variable, short = self._variables.get(name), name.removeprefix("payload.")
        if variable and variable.constant:
            return variable.initial
        if variable and variable.maximum is not None:
            return min(2, variable.maximum)
        if kind in ("int", "counter"):
            return 2 if variable else 5
        return {"bool": True, "float": 0.5, "object": {}, "id": f"{short}-{1 if variable else 2}", "str": f"some {short}"}[kind]

    def _within(self, number: int, variable: Variable | None) -> bool:
        low, high = (variable.minimum, variable.maximum) if variable else (None, None)
        return (low or 0) <= number and (high is None or number <= high)

    @cached_property
    def _variables(self) -> dict[str, Variable]:
        return {variable.name: variable for variable in self.machine.context}

    @cached_property
    def _guarded(self) -> dict[str, set[Constant]]:
        """What guards read, each with the literals that stand beside it."""
        found: dict[str, set[Constant]] = {}
        for guard in self.machine.guards:
            for name in reads(guard.expr):
                found.setdefault(name, set()).update(constants(guard.expr))
        return found

    @property
    def variables_guarded(self) -> tuple[str, ...]:
        """The variables that guards read."""
        return tuple(name for name in self._variables if name in self._guarded)


def row_name(row: Row) -> str:
    """`RINGING+late[not patient]`."""
    return f"{row.state}+{row.event}" + (f"[{row.guard_text}]" if row.guard else "")


def _name(row: Row, context: Values, payload: Values, firsts: list[Case]) -> str:
    parts = [row_name(row)]
    for first in firsts:
        parts += [f"{name}={value}" for name, value in context.items() if first.context[name] != value]
        parts += [f"{name}={value or repr(value)}" for name, value in payload.items() if first.payload[name] != value]
    return ", ".join(parts)


def _names(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(row.name for row in rows)


def _distinct(values: Iterable[Values]) -> list[Values]:
    found: list[Values] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
