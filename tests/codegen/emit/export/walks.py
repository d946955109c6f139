"""What an export has to do like the definitions: every row and cell from a given start, and walks from the initial state."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from codegen.definitions.model import Definitions, Ignored, Machine, State
from codegen.definitions.semantics import Taken, Values, step
from codegen.definitions.test_cases import Cases, Domains

MACHINES = [
    ("announcement", "server"),
    ("connection", "device"),
    ("continuity", "device"),
    ("continuity", "server"),
    ("session", "device"),
    ("session", "server"),
    ("turn", "device"),
    ("turn", "server"),
]


@dataclass(frozen=True)
class Move:
    """One event in one state, and what `codegen.definitions.semantics` says of it."""

    state: str
    context: Values
    event: str
    payload: Values
    outcome: str
    """taken, ignored or forbidden"""
    target: str
    after: Values
    actions: tuple[str, ...] = ()
    emits: tuple[tuple[str, Values], ...] = ()
    entered: bool = False
    """The target was entered, so that its limits are armed."""

    def __str__(self) -> str:
        return f"{self.event} {self.payload} in {self.state} {self.context}"


def move(machine: Machine, state: str, context: Values, event: str, payload: Values) -> Move:
    """What has to happen."""
    outcome = step(machine, state, context, event, payload)
    if isinstance(outcome, Taken):
        emits = tuple((emitted.event, emitted.payload) for emitted in outcome.emits)
        entered = outcome.row.target is not None
        return Move(state, context, event, payload, "taken", outcome.target, outcome.context, outcome.actions, emits, entered)
    kind = "ignored" if isinstance(outcome, Ignored) else "forbidden"
    return Move(state, context, event, payload, kind, state, context)


def every_row_and_cell(machine: Machine) -> list[Move]:
    """Each row with the values of its generated test, each ignored and each forbidden cell."""
    cases = Cases(machine)
    moves = [move(machine, case.row.state, case.context, case.row.event, case.payload) for case in cases.all_rows]
    usual = Domains(machine).usual
    moves += [move(machine, cell.state, usual(cell.event)[0], cell.event, cell.payload) for cell in cases.cells]
    covered = {(one.state, one.event) for one in moves}
    assert covered == {(state.name, event.name) for state in machine.states for event in machine.events}
    return moves


def random_walk(machine: Machine, steps: int) -> list[Move]:
    """Events at random from the initial state, each from where the one before has led; the same at every run."""
    dice, domains = random.Random(f"{machine.name} {machine.role}"), Domains(machine)
    state, context = machine.initial, {variable.name: variable.initial for variable in machine.context}
    walk: list[Move] = []
    while len(walk) < steps:
        event = dice.choice(machine.events)
        payload = {part.name: dice.choice(domains.of(f"payload.{part.name}", part.type)) for part in event.payload}
        walk.append(move(machine, state, dict(context), event.name, payload))
        state, context = walk[-1].target, walk[-1].after
    return walk


def limits(definitions: Definitions, state: State, context: Values) -> dict[str, float]:
    """The limits of a state that has just been entered: event -> seconds, by the defaults of system.yaml."""
    settings: dict[str, Any] = {setting.name: setting.value for setting in definitions.system.limits}
    found = {}
    for timeout in state.timeouts:
        name, _, index = timeout.after.partition("[")
        value = settings[name]
        found[timeout.event] = float(value[context[index.rstrip("]")]] if index else value)
    return found
