"""The rules on the states, events and cells of one machine: T10x to T12x and T141."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterator

from statemachine import StateMachine

from codegen.definitions import expressions
from codegen.definitions.expressions import UndeclaredNameError
from codegen.definitions.model import Ignored, Machine, Row, State
from codegen.definitions.places import Mark
from codegen.definitions.schema import nearest
from codegen.lint.rules import Problems, Rules
from codegen.lint.values import types, wrong_expressions

rule = Rules[Machine]()

# What python-statemachine, with which the generated tests compare, and generated modules already use.
RESERVED_EVENTS = frozenset(dir(StateMachine)).union({"class_var", "event"})
RESERVED_MACHINES = frozenset({"emits", "event", "events", "timeout", "machine", "outputs", "row", "state", "str_enum", "wiring"})
RESERVED_FIELDS = frozenset({"name"})


def unusable(name: str, reserved: frozenset[str] = frozenset()) -> bool:
    """The name cannot become a name in generated Python."""
    return keyword.iskeyword(name) or name in reserved


# -- names ------------------------------------------------------------------------------------------------------------------------------


@rule("T101", "a name that is not declared")
def undeclared(machine: Machine) -> Problems:
    """Events, states, guards, variables, emits and payload fields are declared before they are used."""
    for mark, kind, name, known in _uses(machine):
        if name not in known:
            yield mark, f"{kind} {name} is not declared; {nearest(name, known)}"
    for mark, error in wrong_expressions(machine):
        if isinstance(error, UndeclaredNameError):
            yield mark, str(error)


def _uses(machine: Machine) -> Iterator[tuple[Mark, str, str, set[str]]]:
    """Every name outside an expression, with what it may be."""
    events, states = {event.name for event in machine.events}, {state.name for state in machine.states}
    yield machine.mark, "state", machine.initial, states
    for state in machine.states:
        for timeout in state.timeouts:
            yield timeout.mark, "event", timeout.event, events
        for cell in state.ignored:
            yield cell.mark, "event", cell.event, events
        for row in state.rows:
            yield row.mark, "event", row.event, events
            if row.target:
                yield row.mark, "state", row.target, states
            if row.guard:
                yield row.mark, "guard", row.guard, {guard.name for guard in machine.guards}
            for variable, _ in row.assign:
                yield row.mark, "variable", variable, {variable.name for variable in machine.context}
            yield from _emit_uses(machine, row)


def _emit_uses(machine: Machine, row: Row) -> Iterator[tuple[Mark, str, str, set[str]]]:
    emitted = {event.name: event for event in machine.emits}
    for emit in row.emits:
        yield emit.mark, "emit", emit.event, set(emitted)
        if emit.event in emitted:
            for field, _ in emit.values:
                yield emit.mark, f"{emit.event}: payload field", field, set(types(emitted[emit.event].payload))


@rule("T103", "a name that generated Python cannot have, or would have twice")
def unusable_name(machine: Machine) -> Problems:
    """Python's words, the step engine's attributes, and the words of expressions are taken."""
    if unusable(machine.name, RESERVED_MACHINES):
        yield machine.mark, f"machine {machine.name}: the name is taken in Python"
    for event in (*machine.events, *machine.emits):
        if unusable(event.name, RESERVED_EVENTS):
            yield event.mark, f"event {event.name}: the name is taken in Python"
        for field in event.payload:
            if unusable(field.name, RESERVED_FIELDS):
                yield field.mark, f"payload field {field.name}: the name is taken in Python"
    for variable in machine.context:
        if unusable(variable.name, expressions.RESERVED):
            yield variable.mark, f"variable {variable.name}: the name is taken in expressions or Python"
    for action, mark in _actions(machine):
        if unusable(action):
            yield mark, f"action {action}: the name is taken in Python"
    rows = Counter(name for name, _ in {(row.name, (row.state, row.event, row.guard_text)) for row in machine.rows})
    for row in machine.rows:
        if rows[row.name] > 1 or row.name in {event.name for event in machine.events}:
            yield row.mark, f"the row's name in Python, {row.name}, is taken by another row or event"


def _actions(machine: Machine) -> Iterator[tuple[str, Mark]]:
    for state in machine.states:
        yield from ((action, state.mark) for action in state.entry)
        yield from ((action, row.mark) for row in state.rows for action in row.actions)


@rule("T104", "a file with another name than its machine")
def misnamed(machine: Machine) -> Problems:
    """A machine is found by its name."""
    if machine.file != f"{machine.name}.yaml":
        yield machine.mark, f"machine {machine.name} stands in {machine.file}"


# -- cells ------------------------------------------------------------------------------------------------------------------------------


@rule("T110", "two rows for a cell")
def two_rows(machine: Machine) -> Problems:
    """A cell is decided once: by one row, or by one for each answer of a guard, or by one reason to ignore it."""
    for state in machine.states:
        for rows in _cells(state).values():
            for index, row in enumerate(rows):
                for first in rows[:index]:
                    if row.guard is None or first.guard is None or row.guard_text == first.guard_text:
                        yield row.mark, f"{state.name} takes {row.event} already in line {first.mark.line}"
                        break
        reasons: dict[str, Mark] = {}
        for cell in state.ignored:
            if reasons.setdefault(cell.event, cell.mark) is not cell.mark:
                yield cell.mark, f"{state.name} ignores {cell.event} already in line {reasons[cell.event].line}"


def _cells(state: State, machine: Machine | None = None) -> dict[str, list[Row]]:
    """The rows of each event; given the machine, only of cells whose guards it declares."""
    cells: dict[str, list[Row]] = {}
    for row in state.rows:
        cells.setdefault(row.event, []).append(row)
    declared = {None, *(guard.name for guard in machine.guards)} if machine else {row.guard for row in state.rows}
    return {event: rows for event, rows in cells.items() if all(row.guard in declared for row in rows)}


@rule("T111", "guards of a cell that may hold together")
def overlapping(machine: Machine) -> Problems:
    """Only a guard and its own `not` are known to exclude each other."""
    for state in machine.states:
        for rows in _cells(state, machine).values():
            guards = list(dict.fromkeys(row.guard for row in rows if row.guard))
            for row in rows:
                if row.guard in guards[1:]:
                    yield row.mark, f"{row.guard} and {guards[0]} may hold together when {row.event} comes in {state.name}"


@rule("T112", "guards of a cell that may all fail")
def incomplete(machine: Machine) -> Problems:
    """A guard needs its `not`, a `not` its guard."""
    for state in machine.states:
        for rows in _cells(state, machine).values():
            if any(row.guard is None for row in rows):
                continue
            for guard in dict.fromkeys(row.guard for row in rows):
                answers = [row for row in rows if row.guard == guard]
                if len({row.negated for row in answers}) == 1:
                    missing = guard if answers[0].negated else f"not {guard}"
                    yield answers[0].mark, f"{state.name} does not say what {answers[0].event} does when {missing}"


@rule("T113", "a cell both taken and ignored")
def taken_and_ignored(machine: Machine) -> Problems:
    """What is ignored changes nothing, so no row can take it."""
    for state in machine.states:
        cells = _cells(state)
        for cell in state.ignored:
            if cell.event in cells:
                yield cell.mark, f"{state.name} ignores {cell.event} and takes it in line {cells[cell.event][0].mark.line}"


@rule("T114", "a state that cannot be reached")
def unreachable(machine: Machine) -> Problems:
    """From the initial state, along any rows."""
    if machine.initial not in {state.name for state in machine.states}:
        return
    reached, todo = set[str](), [machine.initial]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [row.target for row in machine.rows if row.state == name and row.target]
    for state in machine.states:
        if state.name not in reached:
            yield state.mark, f"no rows lead from {machine.initial} to {state.name}"


@rule("T115", "an event, guard or emit that is never used")
def unused(machine: Machine) -> Problems:
    """What is declared is used; what is not used is not declared."""
    handled = {row.event for row in machine.rows} | {cell.event for state in machine.states for cell in state.ignored}
    for event in machine.events:
        if event.name not in handled:
            yield event.mark, f"no state takes or ignores {event.name}"
    for guard in machine.guards:
        if guard.name not in {row.guard for row in machine.rows}:
            yield guard.mark, f"no row uses the guard {guard.name}"
    for event in machine.emits:
        if event.name not in {emit.event for row in machine.rows for emit in row.emits}:
            yield event.mark, f"no row emits {event.name}"


@rule("T116", "a row that does nothing and does not say why")
def idle(machine: Machine) -> Problems:
    """What changes nothing is ignored, with a reason; where a guard decides, the row's doc is the reason."""
    for row in machine.rows:
        if not (row.target or row.assign or row.actions or row.emits):
            if row.guard is None:
                yield row.mark, f"{row.event} does nothing in {row.state}: ignore it, and say why"
            elif not row.doc:
                yield row.mark, f"{row.event} does nothing in {row.state} when {row.guard_text}: say why in doc"


# -- limits -----------------------------------------------------------------------------------------------------------------------------


@rule("T120", "a waiting state without a timeout")
def endless(machine: Machine) -> Problems:
    """Only a state that may rest may last for ever."""
    for state in machine.states:
        if not state.may_rest and not state.timeouts:
            yield state.mark, f"{state.name} may last for ever: give it a timeout, or `may_rest: true`"


@rule("T121", "a timeout that the state does not handle")
def unhandled_limit(machine: Machine) -> Problems:
    """A state that arms a timeout says what it does."""
    for state in machine.states:
        handled = {row.event for row in state.rows} | {cell.event for cell in state.ignored}
        for timeout in state.timeouts:
            if timeout.event not in handled:
                yield timeout.mark, f"{state.name} arms {timeout.event} and has no row for it"


@rule("T122", "a timeout event where no timeout is armed, or a timeout with another kind of event")
def mismatched_limit(machine: Machine) -> Problems:
    """Events of kind timeout come from `timeout` and from nowhere else, without a payload."""
    kinds = {event.name: event.kind for event in machine.events}
    armed = {timeout.event for state in machine.states for timeout in state.timeouts}
    for event in machine.events:
        if event.kind == "timeout" and event.name not in armed:
            yield event.mark, f"no `timeout` names the timeout event {event.name}"
        if event.kind == "timeout" and event.payload:
            yield event.mark, f"the timeout event {event.name} has a payload, which nothing could fill"
    for state in machine.states:
        here = {timeout.event for timeout in state.timeouts}
        for timeout in state.timeouts:
            if kinds.get(timeout.event, "timeout") != "timeout":
                yield timeout.mark, f"{timeout.event} is not of kind timeout but {kinds[timeout.event]}"
        cells: tuple[Row | Ignored, ...] = (*state.rows, *state.ignored)
        for cell in cells:
            if kinds.get(cell.event) == "timeout" and cell.event not in here:
                yield cell.mark, f"{cell.event} cannot come in {state.name}, which does not arm it"


# -- meaning -------------------------------------------------------------------------------------------------------------------------------


@rule("T141", "an output that not all states of a machine give")
def uneven_outputs(machine: Machine) -> Problems:
    """A machine that decides an output decides it in every state."""
    keys = {key for state in machine.states for key, _ in state.outputs}
    for state in machine.states:
        missing = keys - {key for key, _ in state.outputs}
        if missing:
            yield state.mark, f"{state.name} has no output {', '.join(sorted(missing))}"
