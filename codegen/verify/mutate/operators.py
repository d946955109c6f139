"""The faults that are planted: each operator makes all its small changes of the definitions, one at a time.

An effect is an assignment, an action, an emit, or an entry action of a state. What cannot make a difference is not planted: the order of
assignments that do not read each other, and what another operator has planted already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypeVar

from codegen.definitions.model import Definitions, Emit, ExternalEvent, Ignored, Machine, Port, Route, Row, State
from codegen.definitions.places import Mark
from codegen.definitions.semantics import reads
from codegen.definitions.test_cases import row_name
from codegen.emit.text import emit_text

WHY = "planted"
Item = TypeVar("Item")


@dataclass(frozen=True)
class Fault:
    """One change of the definitions, and the definitions with it."""

    operator: str
    mark: Mark
    what: str
    """What was changed, and how; unique, and without a line number, so that it stays what it is while the file grows."""
    definitions: Definitions

    @property
    def name(self) -> str:
        """`row removed: door.bell QUIET+pressed`."""
        return f"{self.operator}: {self.what}"


Planted = Iterator[tuple[Mark, str, Definitions]]
"""What an operator yields: where, what, and the definitions with the fault."""


def faults(definitions: Definitions) -> list[Fault]:
    """Every fault of every operator, in the order of `OPERATORS` and of the files; of equal definitions the first."""
    found: dict[Definitions, Fault] = {}
    for operator, plant in OPERATORS.items():
        for mark, what, changed in plant(definitions):
            found.setdefault(changed, Fault(operator, mark, what, changed))
    found.pop(definitions, None)
    return list(found.values())


# --- rows ----------------------------------------------------------------------------------------------------------------------------


def row_removed(definitions: Definitions) -> Planted:
    """Each row."""
    for machine, state, row in _rows(definitions):
        yield row.mark, _named(machine, row), _changed(definitions, machine, state, rows=_without(state.rows, row))


def target_changed(definitions: Definitions) -> Planted:
    """Each row to each other state; one that leaves its state to staying there, one that stays to leaving and entering it again."""
    for machine, state, row in _rows(definitions):
        for target in (None, *(other.name for other in machine.states)):
            if target != row.target:
                what = f"{_named(machine, row)} {row.target or 'stays'} -> {target or 'stays'}"
                yield row.mark, what, _with_row(definitions, machine, state, replace(row, target=target))


def guard_negated(definitions: Definitions) -> Planted:
    """The guard of each row, and of both rows of each cell."""
    for machine, state, row in _rows(definitions):
        if row.guard:
            yield row.mark, _named(machine, row), _with_row(definitions, machine, state, replace(row, negated=not row.negated))
    for machine, state, row in _rows(definitions):
        if row.guard and not row.negated:
            rows = tuple(replace(one, negated=not one.negated) if one.event == row.event else one for one in state.rows)
            yield row.mark, f"{_cell(machine, row)} both rows", _changed(definitions, machine, state, rows=rows)


def ignored_instead_of_taken(definitions: Definitions) -> Planted:
    """Each cell that rows take."""
    for machine, state, row in _rows(definitions):
        if row is not machine.rows_for(state.name, row.event)[0]:
            continue
        rows = tuple(one for one in state.rows if one.event != row.event)
        ignored = (*state.ignored, Ignored(state.name, row.event, WHY, row.mark))
        yield row.mark, _cell(machine, row), _changed(definitions, machine, state, rows=rows, ignored=ignored)


def taken_instead_of_ignored(definitions: Definitions) -> Planted:
    """Each ignored cell: by a row that only leaves for each other state, and as each other state takes it."""
    for machine in definitions.machines:
        for state in machine.states:
            for cell in state.ignored:
                rest = _without(state.ignored, cell)
                for other in machine.states:
                    if other is not state:
                        row = Row(state.name, cell.event, None, False, other.name, (), (), (), "", cell.mark)
                        changed = _changed(definitions, machine, state, ignored=rest, rows=(*state.rows, row))
                        yield cell.mark, f"{_cell(machine, cell)} leaves for {other.name}", changed
                        taken = tuple(replace(one, state=state.name, mark=cell.mark) for one in other.rows if one.event == cell.event)
                        changed = _changed(definitions, machine, state, ignored=rest, rows=(*state.rows, *taken))
                        if taken:
                            yield cell.mark, f"{_cell(machine, cell)} as in {other.name}", changed


# --- effects -------------------------------------------------------------------------------------------------------------------------


def effect_dropped(definitions: Definitions) -> Planted:
    """Each effect of each row, and each entry action."""
    for machine, state, row in _rows(definitions):
        for kind in ("assign", "actions", "emits"):
            effects = getattr(row, kind)
            for effect in effects:
                less: Any = {kind: _without(effects, effect)}
                what = f"{_named(machine, row)} {_effect(effect)}"
                yield row.mark, what, _with_row(definitions, machine, state, replace(row, **less))
    for machine, state in _states(definitions):
        for action in state.entry:
            what = f"{_where(machine)} {state.name} entry {action}"
            yield state.mark, what, _changed(definitions, machine, state, entry=_without(state.entry, action))


def effects_swapped(definitions: Definitions) -> Planted:
    """Each two neighbours of one kind."""
    for machine, state, row in _rows(definitions):
        for kind in ("assign", "actions", "emits"):
            for one, other, swapped in _swaps(getattr(row, kind)):
                if kind != "assign" or one[0] in reads(other[1]) or other[0] in reads(one[1]):
                    changed: Any = {kind: swapped}
                    what = f"{_named(machine, row)} {_effect(one)} and {_effect(other)}"
                    yield row.mark, what, _with_row(definitions, machine, state, replace(row, **changed))
    for machine, state in _states(definitions):
        for one, other, swapped in _swaps(state.entry):
            what = f"{_where(machine)} {state.name} entry {one} and {other}"
            yield state.mark, what, _changed(definitions, machine, state, entry=swapped)


# --- limits and routes ----------------------------------------------------------------------------------------------------------------


def timeout_removed(definitions: Definitions) -> Planted:
    """The timeout of each state, with the rows that take it there."""
    for machine, state in _states(definitions):
        for timeout in state.timeouts:
            rows = tuple(row for row in state.rows if row.event != timeout.event)
            what = f"{_where(machine)} {state.name} {timeout.event}"
            yield timeout.mark, what, _changed(definitions, machine, state, timeout=None, rows=rows)


def route_cut(definitions: Definitions) -> Planted:
    """Each target of each route and of each entry of the environment; what has no other goes altogether."""
    for kind, ends in _ends(definitions):
        for end in ends:
            for port in end.targets:
                left = (replace(end, targets=_without(end.targets, port)),) if len(end.targets) > 1 else ()
                yield end.mark, f"{_source(end)} to {port}", _rewired(definitions, kind, {end: left})


def route_crossed(definitions: Definitions) -> Planted:
    """Each two routes inside a node, each two that cross the link in one direction, each two entries of the environment of a node."""
    for kind, ends in _ends(definitions):
        for one, other in combinations(ends, 2):
            if _way(one) == _way(other):
                crossed = {one: (replace(one, targets=other.targets),), other: (replace(other, targets=one.targets),)}
                yield one.mark, f"{_source(one)} and {_source(other)}", _rewired(definitions, kind, crossed)


OPERATORS: dict[str, Callable[[Definitions], Planted]] = {
    "row removed": row_removed,
    "target changed": target_changed,
    "guard negated": guard_negated,
    "effect dropped": effect_dropped,
    "effects swapped": effects_swapped,
    "ignore instead of take": ignored_instead_of_taken,
    "take instead of ignore": taken_instead_of_ignored,
    "timeout removed": timeout_removed,
    "route cut": route_cut,
    "route crossed": route_crossed,
}

# --- changing what is frozen -----------------------------------------------------------------------------------------------------------


def _states(definitions: Definitions) -> Iterator[tuple[Machine, State]]:
    return ((machine, state) for machine in definitions.machines for state in machine.states)


def _rows(definitions: Definitions) -> Iterator[tuple[Machine, State, Row]]:
    return ((machine, state, row) for machine, state in _states(definitions) for row in state.rows)


def _changed(definitions: Definitions, machine: Machine, state: State, **changes: Any) -> Definitions:
    """The definitions with a state that is changed."""
    states = tuple(replace(one, **changes) if one is state else one for one in machine.states)
    return replace(definitions, machines=tuple(replace(one, states=states) if one is machine else one for one in definitions.machines))


def _with_row(definitions: Definitions, machine: Machine, state: State, row: Row) -> Definitions:
    """The definitions with another row in the place of the one with its mark."""
    return _changed(definitions, machine, state, rows=tuple(row if one.mark == row.mark else one for one in state.rows))


def _without(items: Sequence[Item], item: Item) -> tuple[Item, ...]:
    return tuple(one for one in items if one is not item)


def _swaps(items: Sequence[Any]) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:
    """Each two neighbours, and all with these two exchanged."""
    for at in range(len(items) - 1):
        one, other = items[at : at + 2]
        yield one, other, (*items[:at], other, one, *items[at + 2 :])


def _ends(definitions: Definitions) -> Iterator[tuple[str, tuple[Any, ...]]]:
    yield "routes", definitions.system.routes
    yield "outside", definitions.system.outside


def _rewired(definitions: Definitions, kind: str, instead: dict[Any, tuple[Any, ...]]) -> Definitions:
    ends: Any = tuple(new for end in getattr(definitions.system, kind) for new in instead.get(end, (end,)))
    changed: Any = {kind: ends}
    return replace(definitions, system=replace(definitions.system, **changed))


def _way(end: Route | ExternalEvent) -> tuple[str, bool]:
    """Where it starts and whether it crosses the link; only two that have this in common can be crossed."""
    return (end.source.node, end.via_link) if isinstance(end, Route) else (end.node, False)


# --- words -------------------------------------------------------------------------------------------------------------------------------


def _where(machine: Machine) -> str:
    return f"{machine.role}.{machine.name}"


def _named(machine: Machine, row: Row) -> str:
    return f"{_where(machine)} {row_name(row)}"


def _cell(machine: Machine, cell: Row | Ignored) -> str:
    return f"{_where(machine)} {cell.state}+{cell.event}"


def _effect(effect: str | Emit | tuple[str, str]) -> str:
    """An assignment, an emit, or an action in words."""
    if isinstance(effect, tuple):
        return " = ".join(effect)
    return emit_text(effect) if isinstance(effect, Emit) else effect


def _source(end: Route | ExternalEvent) -> str:
    return str(end.source if isinstance(end, Route) else Port(end.node, "environment", end.event))
