"""Compares a row of the definitions with a line of a trace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen.definitions import semantics
from codegen.definitions.model import Ignored, Machine
from codegen.definitions.semantics import Forbidden, Taken, Values
from codegen.emit.text import place
from codegen.verify.replay.lines import Line


def initial(machine: Machine, context: Values) -> Values:
    """The variables of a new machine. The values of constants are taken from `context`."""
    return {variable.name: context.get(variable.name) if variable.constant else variable.initial for variable in machine.context}


def by_its_row(machine: Machine, line: Line) -> Taken | Forbidden:
    """The row that the line names. For the first row of a machine in a trace that begins later: its variables were not known before."""
    row = next((row for row in machine.rows_for(str(line.source), line.event) if place(row.mark) == line.row), None)
    if row is None:
        return Forbidden(str(line.source), line.event)
    entry = machine.state(row.target).entry if row.target else ()
    emits = tuple(semantics.emitted(machine, row, emit, line.context, line.payload) for emit in row.emits)
    return Taken(row, row.target or row.state, line.context, (*row.actions, *entry), emits)


def named(values: Values, names: Iterable[str]) -> str:
    """Some of these values as text."""
    return " ".join(f"{name}={values.get(name)}" for name in names)


def differences(machine: Machine, line: Line, before: Values, done: Taken | Ignored | Forbidden) -> Iterable[str]:
    """The differences between the line and the definitions."""
    if isinstance(done, Forbidden):
        yield f"{machine.name} forbids {line.event} in {line.source}" + (
            "" if line.outcome == "forbidden" else f", but it was {line.outcome}"
        )
        return
    if isinstance(done, Ignored):
        allowed: tuple[Any, ...] = ("ignored", place(done.mark), line.source, before, ())
    else:
        effects = (*done.actions, *(f"emit {emitted.event}" for emitted in done.emits))
        allowed = ("taken", place(done.row.mark), done.target, done.context, effects)
    seen = (line.outcome, line.row, line.target, line.context, line.effects)
    for what, found, right in zip(
        ("the outcome", "the row", "the state afterwards", "the context", "the effects"), seen, allowed, strict=True
    ):
        if found != right:
            yield f"{line.event} in {line.source} of {machine.name}: {what} is {shown(found)}; by {allowed[1]} it is {shown(right)}"


def shown(value: Any) -> str:
    """A value of a line as text."""
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return " ".join(f"{name}={part}" for name, part in value.items()) or "empty" if isinstance(value, dict) else str(value)
