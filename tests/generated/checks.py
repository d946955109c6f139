# Written by `python -m codegen` from codegen/emit/checks.txt; do not edit.
"""What the generated tests check: a table's case against a generated machine, each step also against python-statemachine."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

import pytest

from tars.engine import Event, ForbiddenEvent, Machine, Step
from .oracle import step


@dataclass(frozen=True)
class Row:
    """A row that is taken: given state, context and event, then the state and context afterwards and what is asked for, in order."""

    place: str
    state: str
    context: object
    event: Event
    target: str
    after: object
    actions: tuple[str, ...] = ()
    emits: tuple[Event, ...] = ()
    entered: bool = True
    """False: the state is not left."""


@dataclass(frozen=True)
class Ignored:
    """An event that changes nothing, and the place of the reason why."""

    place: str
    state: str
    event: Event

    def __str__(self) -> str:
        return f"{self.state}+{self.event.name}"


@dataclass(frozen=True)
class Forbidden:
    """An event that may not happen in a state."""

    state: str
    event: Event

    def __str__(self) -> str:
        return f"{self.state}+{self.event.name}"


@dataclass(frozen=True)
class Then:
    """Rows that come third, each by its name in the table of rows without the state; and the context after all three."""

    rows: list[str]
    after: object
    emits: tuple[Event, ...] | None = None
    """Of the third, where the context before it makes them differ from its own case."""


@dataclass(frozen=True)
class Pair:
    """Two rows that follow each other, by their names in the table of rows, the context after both, and what can come third."""

    first: str
    second: str
    after: object
    emits: tuple[Event, ...] | None = None
    """Of the second, where the context after the first makes them differ from its own case."""
    then: list[Then] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.first} > {self.second}"


@dataclass(frozen=True)
class Path:
    """The shortest way from the initial state: the context at the start, each event with the state it leads to, the context at the end."""

    context: object
    steps: list[tuple[Event, str]]
    after: object


def check_new(kind: type[Machine], state: str, context: object) -> None:
    """A new machine is in its initial state with its initial context."""
    machine = kind(None)
    assert (machine.state, machine.context) == (state, context)


def check_row(kind: type[Machine], row: Row) -> None:
    """The row is taken with exactly its effects."""
    _take(kind(copy(row.context), row.state), row, row.after, row.emits)


def check_ignored(kind: type[Machine], cell: Ignored, rows: Mapping[str, Row]) -> None:
    """Nothing changes, and nothing is asked for."""
    machine, row = _machine_in(cell.state, kind, rows)
    before = copy(machine.context)
    assert step(machine, cell.event) == Step(cell.event, cell.state, cell.state, "ignored", cell.place)
    assert (machine.state, machine.context) == (cell.state, before)
    if row:
        _take(machine, row, row.after, row.emits)


def check_forbidden(kind: type[Machine], cell: Forbidden, rows: Mapping[str, Row]) -> None:
    """A clear error, nothing changes, and the machine works on."""
    machine, row = _machine_in(cell.state, kind, rows)
    before = copy(machine.context)
    with pytest.raises(ForbiddenEvent) as error:
        step(machine, cell.event)
    assert str(error.value).startswith(f"{kind.machine} ({kind.role}): event {cell.event.name} is forbidden in {cell.state}; ")
    assert (machine.state, machine.context) == (cell.state, before)
    if row:
        _take(machine, row, row.after, row.emits)


def check_pair(kind: type[Machine], pair: Pair, rows: Mapping[str, Row]) -> None:
    """The second row is taken after the first as it is alone, in the context that the first leaves; and so is each third after both."""
    machine = kind(None)
    _take_both(machine, pair, rows)
    for then in pair.then:
        for name in then.rows:
            third = rows[f"{rows[pair.second].target}+{name}"]
            try:
                _take_both(machine, pair, rows)
                _take(machine, third, then.after, third.emits if then.emits is None else then.emits)
            except Exception as error:
                error.add_note(f"in {pair} > {third.state}+{name}")
                raise


def _take_both(machine: Machine, pair: Pair, rows: Mapping[str, Row]) -> None:
    """From the start of the first, whatever the machine has done before."""
    first, second = rows[pair.first], rows[pair.second]
    machine.state, machine.context = type(machine.state)(first.state), copy(first.context)
    _take(machine, first, first.after, first.emits)
    _take(machine, second, pair.after, second.emits if pair.emits is None else pair.emits)


def check_path(kind: type[Machine], path: Path) -> None:
    """The events lead from the initial state through the states named."""
    machine = kind(copy(path.context))
    assert [step(machine, event).target for event, _ in path.steps] == [state for _, state in path.steps]
    assert machine.context == path.after


def _machine_in(state: str, kind: type[Machine], rows: Mapping[str, Row]) -> tuple[Machine, Row | None]:
    """A machine in the state and context of the state's first row, and that row; in its initial context where a state has none."""
    row = next((row for row in rows.values() if row.state == state), None)
    return kind(copy(row.context) if row else None, state), row


def _take(machine: Machine, row: Row, after: object, emits: tuple[Event, ...]) -> None:
    assert step(machine, row.event) == Step(row.event, row.state, row.target, "taken", row.place, row.actions, emits, row.entered)
    assert (machine.state, machine.context) == (row.target, after)
