"""The outputs of a node: each with the machines that decide it, and a value for each combination of their states."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from codegen.definitions.model import Machine


@dataclass(frozen=True)
class Table:
    """One output, such as `light`."""

    machines: tuple[Machine, ...]
    values: dict[tuple[str, ...], bool | str]
    """The states of these machines -> the value."""


def outputs(machines: Sequence[Machine]) -> dict[str, Table]:
    """Every output of a node by name, sorted. A value BY_X is the one that machine x gives."""
    names = sorted({name for machine in machines for state in machine.states for name, _ in state.outputs})
    return {name: _table(tuple(m for m in machines if any(name in dict(state.outputs) for state in m.states)), name) for name in names}


def _table(machines: tuple[Machine, ...], name: str) -> Table:
    values = {}
    order = [machine.name for machine in machines]
    for states in itertools.product(*(machine.states for machine in machines)):
        value: bool | str = dict(states[0].outputs)[name]
        while isinstance(value, str) and value.startswith("BY_"):
            value = dict(states[order.index(value.removeprefix("BY_").lower())].outputs)[name]
        values[tuple(state.name for state in states)] = value
    return Table(machines, values)
