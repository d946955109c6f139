"""Who notices a planted fault: the rules of the linter, then exploration, then the specs. The first one is enough.

Most of this is about time. A fault changes a few steps of one node, and where it can first make a difference is known from the exploration
of the definitions as they are: so the search begins there, and only if it finds nothing all is explored anew. A fault that changes no
step changes nothing that exploration can see, in that configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from codegen import lint
from codegen.explore.exploration import Exploration, configurations, explore
from codegen.explore.link import ACTIONS
from codegen.explore.search import Graph, Numbers
from codegen.explore.side import Outcome, Send, Side
from codegen.explore.system import Bounds, Label, State, System
from codegen.explore.verdict import Judge, dead_rows
from codegen.model import Definitions
from codegen.mutate.operators import Fault
from codegen.progress import Progress
from codegen.specs import Specs

BOUNDS = Bounds(messages=1)
NEARBY = 500
"""How many states around the first difference are looked at before everything is."""
BY_EXPLORATION = ("no_forbidden_cell", "no_deadlock", "no_dead_row")
"""The kinds of specs that need no words of their own."""


class Notice(NamedTuple):
    """The first to notice."""

    stage: str
    """lint, exploration or specs."""
    by: str
    """The rule, or the spec."""


def originals(definitions: Definitions, specs: Specs) -> Iterator[Exploration]:
    """The definitions without a fault, explored in each configuration."""
    for configuration in configurations(definitions):
        yield explore(definitions, specs, BOUNDS, configuration, Progress(f"without a fault, {configuration.name}"))


def notice(fault: Fault, known: Iterable[Exploration], specs: Specs) -> Notice | None:
    """The first to notice the fault, if anybody does."""
    changed = fault.definitions
    findings = lint.check(changed.machines, changed.messages, changed.system)
    if findings:
        return Notice("lint", min(findings).code)
    systems: list[System] = []
    for original in known:
        suspect = _Suspect(changed, original, specs)
        if found := suspect.notice():
            return found
        systems += suspect.explored
    if dead_rows(changed, systems):
        return Notice("exploration", "no_dead_row")
    return None


class _Suspect:
    """Definitions with a fault, in one configuration."""

    def __init__(self, definitions: Definitions, original: Exploration, specs: Specs) -> None:
        self._definitions = definitions
        self._specs = specs
        self._original = original
        self._constants = original.configuration.values
        self.explored: list[System] = []
        """Those that have met everything that can be met, together."""

    def notice(self) -> Notice | None:
        """Who notices, if anybody does."""
        system = System(self._definitions, self._specs, BOUNDS, self._constants)
        start: State | None = system.initial
        if self._is_comparable(system):
            start = self._first_difference(system)
        if start is None:
            self.explored = [self._original.system, system]
            return None
        self.explored = [system]
        return self._walk(system, start)

    def _is_comparable(self, system: System) -> bool:
        """Whether every state that the definitions had without the fault can be taken over as it is."""
        same_system = self._definitions.system is self._original.definitions.system
        return same_system and system.reduction.leaves_out_the_same(self._original.system.reduction)

    def _differing(self, before: Side, now: Side) -> set[int]:
        """The states, numbered as before, in which a step comes to another end than before, or asks for something else."""
        changed = {
            (name, state.name)
            for name, machine in before.machines.items()
            for state, other in zip(machine.states, now.machines[name].states, strict=True)
            if state is not other
        }
        numbers = {number: now.number_of(before, number) for number in range(len(before.states))} if changed else {}
        found = set()
        for number, cause, outcome in before.steps():
            if any((move.machine, state) in changed for move in outcome.moves for state in (move.source, move.target)):
                other = now.after(numbers[number], cause)
                if (numbers[outcome.target], *_asked(outcome)) != (other.target, *_asked(other)):
                    found.add(number)
        return found

    def _first_difference(self, system: System) -> State | None:
        """The nearest state that is not followed by the same states as before; up to there, everything is as before."""
        graph, before = self._original.graph, self._original.system
        device, server = (self._differing(*sides) for sides in zip(_sides(before), _sides(system), strict=True))
        for number, state in enumerate(graph.states):
            if state[0] in device or state[1] in server:
                now = set(system.successors(system.state_of(before, state)))
                if system.wrong or now != {(label, system.state_of(before, graph.states[target])) for label, target in graph.edges(number)}:
                    return system.state_of(before, state)
        return None

    def _walk(self, system: System, start: State) -> Notice | None:
        """Explore from the start, which can be reached, and from the initial state, until something is wrong."""
        graph: Graph[State, Label] = Graph(start)
        judge = Judge(self._definitions, system, graph, self._original._constants)
        watching = _Watch(judge, system, graph, self._specs, self._original._constants)
        number = 0
        while number < len(graph.states):
            if wrong := watching.wrong_at(number):
                return Notice("specs", wrong)
            also = [(ELSEWHERE, system.initial)] if number == 0 else []
            graph.expand(number, (*system.successors(graph.states[number]), *also))
            if system.wrong:
                return self._of_step(next(iter(system.wrong))[0])
            number += 1
        return next((self._of_step(verdict.spec.name) for verdict in judge.verdicts(self._specs) if not verdict.holds), None)

    def _of_step(self, name: str) -> Notice:
        kinds = {spec.name: spec.kind for spec in self._specs.specs}
        return Notice("exploration" if kinds.get(name, name) in BY_EXPLORATION else "specs", kinds.get(name, name) if kinds.get(name, name) in BY_EXPLORATION else name)


ELSEWHERE = Label("start", "link", "elsewhere")


class _Watch:
    def __init__(self, judge, system, graph, specs, constants):
        holding = [spec for spec in specs.specs if spec.assumes is None or spec.assumes(constants)]
        self._always = [spec for spec in holding if spec.kind == "always"]
        self._quiet = [spec for spec in holding if spec.kind == "quiet"]
        self._judge, self._system, self._graph = judge, system, graph
        self._known: set[tuple[int, int]] = set()

    def wrong_at(self, number: int) -> str:
        device, server, _ = self._graph.states[number]
        if (device, server) not in self._known:
            self._known.add((device, server))
            names = {"device": self._system.device.names[device], "server": self._system.server.names[server]}
            for spec in self._always:
                if not spec.holds(names):
                    return spec.name
        if self._judge.is_quiet(number):
            for spec in self._quiet:
                if not self._judge.agrees((spec,), number):
                    return spec.name
        return ""


def _sides(system: System) -> tuple[Side, Side]:
    return system.device, system.server


def _asked(outcome: Outcome) -> tuple[Any, ...]:
    """What an outcome asks of the link, in order, and what is wrong with it."""
    effects = tuple(effect for effect in outcome.asks.effects if isinstance(effect, Send) or effect.action in ACTIONS)
    return effects, outcome.asks.values, outcome.asks.continuity, outcome.forbidden, outcome.broken
