"""XState 5: for each machine and role its configuration as JSON, and a module with what JSON cannot hold.

The configuration names everything: `tries = tries + 1`, `emit rang`, `raise late`, `not eager`, `backoff[attempt]`. The module
implements these names. The actions of the definitions, such as `toll`, are left to whoever runs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from codegen.definitions.model import Definitions, Emit, Machine, Row, Setting, State, Timeout
from codegen.definitions.semantics import filling
from codegen.emit.diagrams import stem
from codegen.emit.export.ecmascript import Dialect
from codegen.emit.text import COMMAND, emit_text, place

LANGUAGE = Dialect(variable="context.", payload="event.")


def emit(definitions: Definitions) -> dict[str, str]:
    """Both files of each machine by their names: `bell-door.xstate.json` and `.xstate.mjs`."""
    limits = {setting.name: setting for setting in definitions.system.limits}
    files = {f"{stem(m)}.xstate.json": json.dumps(configuration(m), indent=2, ensure_ascii=False) + "\n" for m in definitions.machines}
    return files | {f"{stem(machine)}.xstate.mjs": module(machine, limits) for machine in definitions.machines}


# ----------------------------------------------------------------------------------------------------------- configuration


def configuration(machine: Machine) -> dict[str, Any]:
    """What `createMachine` takes."""
    return {
        "id": stem(machine),
        "description": " ".join(machine.doc.split()),
        "meta": {"source": f"Written by `{COMMAND}` from machines/{machine.file}; do not edit."},
        "initial": machine.initial,
        "context": {variable.name: variable.initial for variable in machine.context},
        "states": {state.name: _state(state) for state in machine.states},
    }


def _state(state: State) -> dict[str, Any]:
    on: dict[str, list[dict[str, Any]]] = {}
    for row in state.rows:
        on.setdefault(row.event, []).append(_transition(row))
    on |= {cell.event: [{"description": f"ignored: {cell.why}", "meta": {"line": place(cell.mark)}}] for cell in state.ignored}
    parts = {
        "description": state.doc,
        "meta": dict(state.outputs) | {"quiet": state.may_rest, "line": place(state.mark)},
        "entry": list(state.entry),
        "after": {_delay(timeout): {"actions": [_raise(timeout)]} for timeout in state.timeouts},
        "on": on,
    }
    return {name: value for name, value in parts.items() if value}


def _transition(row: Row) -> dict[str, Any]:
    parts = {
        "guard": row.guard_text,
        "target": row.target,
        "reenter": row.target == row.state,
        "actions": [*(_assign(*pair) for pair in row.assign), *row.actions, *map(_emit, row.emits)],
        "description": row.doc,
        "meta": {"line": place(row.mark)},
    }
    return {name: value for name, value in parts.items() if value}


def _assign(variable: str, value: str) -> str:
    return f"{variable} = {value}"


def _emit(emit: Emit) -> str:
    return f"emit {emit_text(emit)}"


def _raise(timeout: Timeout) -> str:
    return f"raise {timeout.event}"


def _delay(timeout: Timeout) -> str:
    """Its name; of a number of seconds, the milliseconds, which need no implementation."""
    return str(_milliseconds(float(timeout.after))) if timeout.after[0].isdigit() else timeout.after


# ----------------------------------------------------------------------------------------------------------------- module


def module(machine: Machine, limits: Mapping[str, Setting]) -> str:
    """The implementations, as a function of what the package `xstate` exports, so that this file needs no package. `limits` by name."""
    parts = {"actions": _actions(machine), "guards": _guards(machine), "delays": _delays(machine, limits)}
    lines = [
        f"// Written by `{COMMAND}` from machines/{machine.file}; do not edit.",
        f"// createMachine(configuration, implementations(xstate)). Yours to provide: {', '.join(machine.actions) or 'nothing'}.",
        "export const implementations = ({ assign, emit, not, raise }) => ({",
        *(line for name, entries in parts.items() for line in _object(name, entries)),
        "});",
    ]
    return "\n".join(lines) + "\n"


def _object(name: str, entries: Mapping[str, str]) -> Iterable[str]:
    if entries:
        yield f"  {name}: {{"
        yield from (f"    {json.dumps(key, ensure_ascii=False)}: {value}," for key, value in entries.items())
        yield "  },"


def _actions(machine: Machine) -> dict[str, str]:
    found = {}
    for row in machine.rows:
        for variable, value in row.assign:
            found[_assign(variable, value)] = f"assign({{ {variable}: {_function(LANGUAGE.text(value))} }})"
        for emitted in row.emits:
            fields = ((field.name, filling(machine, row, emitted, field)) for field in machine.emitted(emitted.event).payload)
            values = ", ".join((f'type: "{emitted.event}"', *(f"{name}: {LANGUAGE.text(text)}" for name, text in fields)))
            found[_emit(emitted)] = f"emit({_function(f'({{ {values} }})')})"
    raised = {_raise(timeout): f'raise({{ type: "{timeout.event}" }})' for state in machine.states for timeout in state.timeouts}
    return found | raised


def _guards(machine: Machine) -> dict[str, str]:
    negated = {row.guard_text: f'not("{row.guard}")' for row in machine.rows if row.negated}
    return {guard.name: _function(LANGUAGE.text(guard.expr)) for guard in machine.guards} | negated


def _delays(machine: Machine, limits: Mapping[str, Setting]) -> dict[str, str]:
    """A number of milliseconds, or the entry of a table of them."""
    found = {}
    for timeout in (timeout for state in machine.states for timeout in state.timeouts if not timeout.after[0].isdigit()):
        name, _, index = timeout.after.rstrip("]").partition("[")
        value = limits[name].value
        if isinstance(value, tuple):
            found[timeout.after] = _function(f"{[_milliseconds(step) for step in value]}[{LANGUAGE.text(index)}]")
        else:
            found[timeout.after] = str(_milliseconds(value))
    return found


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _function(body: str) -> str:
    return f"({{ context, event }}) => {body}"
