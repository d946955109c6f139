"""An exploration: one configuration of the definitions, walked to its end, and what came of each spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codegen.definitions.model import Definitions, Variable
from codegen.verify.explore.machines.reduction import Constants
from codegen.verify.explore.machines.system import Bounds, Label, State, System
from codegen.verify.explore.machines.verdict import Judge, Verdict
from codegen.verify.progress import Progress
from codegen.verify.search import Graph, search
from codegen.verify.specs import Specs


@dataclass(frozen=True)
class Configuration:
    """Which value the constants of a program have, where it is not the usual one."""

    name: str
    values: Mapping[tuple[str, str, str], bool | int]
    """(node, machine, variable) -> value."""


def configurations(definitions: Definitions) -> list[Configuration]:
    """The usual one, then for each constant the one in which only it differs: the other truth, or 2 for a number."""
    found = [Configuration("as usual", {})]
    for machine in definitions.machines:
        for variable in machine.context:
            if variable.constant:
                value = _other(variable)
                key = (machine.role, machine.name, variable.name)
                found.append(Configuration(f"{variable.name} {str(value).lower()}", {key: value}))
    return found


def _other(variable: Variable) -> bool | int:
    return not variable.initial if isinstance(variable.initial, bool) else 2


def constants_of(definitions: Definitions, configuration: Configuration) -> dict[str, Any]:
    """Each constant's value in a configuration, by its name."""
    initial = {v.name: v.initial for machine in definitions.machines for v in machine.context if v.constant}
    return initial | {name: value for (_, _, name), value in configuration.values.items()}


@dataclass
class Exploration:
    """All that can be reached in one configuration."""

    definitions: Definitions
    specs: Specs
    configuration: Configuration
    system: System
    graph: Graph[State, Label]
    seconds: float

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """One for each spec that is about states and steps and holds in this configuration."""
        return list(Judge(self.definitions, self.system, self.graph, self.constants).verdicts(self.specs))

    @property
    def constants(self) -> dict[str, Any]:
        """Each constant's value, by its name."""
        return constants_of(self.definitions, self.configuration)

    def pairs(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Machine -> the states in which dialer and listener can have it at the same time."""
        dialer, listener = self.system.dialer, self.system.listener
        met = {(one, other) for one, other, _ in self.graph.states}
        shared = [name for name in dialer.machines if name in listener.machines]
        return {name: frozenset((getattr(dialer.names[a], name), getattr(listener.names[b], name)) for a, b in met) for name in shared}


def explore(
    definitions: Definitions,
    specs: Specs,
    bounds: Bounds,
    configuration: Configuration,
    progress: Progress,
    *,
    first: bool = False,
) -> Exploration:
    """Walk everything; with `first`, only until a step was wrong. Shared constants: see `reduction`."""
    constants: Constants = configuration.values
    system = System(definitions, specs.assuming(constants_of(definitions, configuration)), bounds, constants)
    graph = search(system.initial, system.successors, progress, lambda: first and bool(system.wrong))
    return Exploration(definitions, specs, configuration, system, graph, progress.seconds)
