"""Who notices a planted fault: the rules of the linter, then exploration, then the specs. The first one is enough.

Most of this is about time. A fault changes a few steps of one node, and where it can first make a difference is known from the exploration
of the definitions as they are: so the search begins there, and only if it finds nothing all is explored anew. A fault that changes no
step changes nothing that exploration can see, in that configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any, NamedTuple

import numpy as np

from codegen import lint
from codegen.definitions.model import Definitions, Ignored, Machine, Row
from codegen.emit.text import place
from codegen.verify.explore.machines import alone
from codegen.verify.explore.machines.asks import Outcome
from codegen.verify.explore.machines.exploration import Exploration, configurations, explore
from codegen.verify.explore.machines.node import Node
from codegen.verify.explore.machines.system import Bounds, Label, State, System
from codegen.verify.explore.machines.verdict import Judge, Verdict
from codegen.verify.mutate.operators import Fault
from codegen.verify.progress import Progress
from codegen.verify.search import Graph
from codegen.verify.specs import Specs, causes

BOUNDS = Bounds(messages=1)
BY_EXPLORATION = ("no_forbidden_cell", "no_deadlock", "no_dead_row")
"""The kinds of specs that need no words of their own."""


STAGES = ("lint", "exploration", "specs")
"""In the order in which they are asked."""


class Notice(NamedTuple):
    """The first to notice."""

    stage: str
    """One of `STAGES`."""
    by: str
    """The rule, or the spec."""


def originals(definitions: Definitions, specs: Specs) -> Iterator[Exploration]:
    """The definitions without a fault, explored in each configuration: as usual first, then the smaller ones."""
    usual, *others = [
        explore(definitions, specs, BOUNDS, configuration, Progress(f"without a fault, {configuration.name}"))
        for configuration in configurations(definitions)
    ]
    yield usual
    yield from sorted(others, key=lambda exploration: exploration.graph.size)


def unsound(definitions: Definitions, specs: Specs, known: Iterable[Exploration]) -> list[str]:
    """What is wrong already without a fault."""
    broken = [f"{verdict.spec.name} is broken" for verdict in _alone(definitions.machines, specs) if not verdict.holds]
    met: set[int] = set()
    for original in known:
        broken += [f"{verdict.spec.name} is broken" for verdict in original.verdicts if not verdict.holds]
        suspect = Suspect(definitions, original, specs)
        suspect.notice()
        met |= suspect.met
    return broken + unmet(definitions, met)


def unmet(definitions: Definitions, met: set[int]) -> list[str]:
    """The rows and ignored cells that are not among those met, by place."""
    states = [state for machine in definitions.machines for state in machine.states]
    written: list[Row | Ignored] = [row for state in states for row in state.rows]
    written += [cell for state in states for cell in state.ignored]
    return [f"{place(one.mark)} {one.state} + {one.event} is never met" for one in written if id(one) not in met]


def notice(fault: Fault, known: Iterable[Exploration], specs: Specs) -> Notice | None:
    """The first to notice the fault, if anybody does."""
    changed = fault.definitions
    findings = lint.check(changed.machines, changed.messages, changed.system)
    if findings:
        return Notice("lint", min(findings).code)
    if {cause for spec in specs.specs for cause in spec.on} - causes(changed):
        return Notice("lint", "P401")
    met: set[int] = set()
    for original in known:
        suspect = Suspect(changed, original, specs, fault.name)
        if found := suspect.notice():
            return found
        met |= suspect.met
        if not original.configuration.values:
            machines = (one for one in changed.machines if one not in original.definitions.machines)
            if broken := next((verdict for verdict in _alone(machines, specs) if not verdict.holds), None):
                return Notice("specs", broken.spec.name)
    return Notice("exploration", "no_dead_row") if unmet(changed, met) else None


def _alone(machines: Iterable[Machine], specs: Specs) -> Iterator[Verdict]:
    """What comes of the specs about one machine by itself."""
    return alone.verdicts(chain.from_iterable(map(alone.steps, machines)), specs)


class Suspect:
    """Definitions, perhaps with a fault, in one configuration, beside those without."""

    def __init__(self, definitions: Definitions, original: Exploration, specs: Specs, name: str = "without a fault") -> None:
        """`name`: of the fault, for what a long walk says of itself."""
        self._name = name
        self._definitions = definitions
        self._specs = specs.assuming(original.constants)
        self._original = original
        self._system = System(definitions, self._specs, BOUNDS, original.configuration.values)
        self._differing: tuple[set[int], set[int]] | None = None
        """The states of dialer and listener in which something comes to another end than before; None: all may be other states."""
        self.met: set[int] = set()
        """The rows and ignored cells that were met, by identity, once nobody has noticed anything."""

    def notice(self) -> Notice | None:
        """Who notices, if anybody does."""
        start: State | None = self._system.initial
        if self._is_comparable():
            self._system.take_over(self._original.system)
            both = zip(_nodes(self._original.system), _nodes(self._system), strict=True)
            self._differing = (_differing(*next(both)), _differing(*next(both)))
            start = self._first_difference()
        if start is None:
            self.met = self._met()
            return None
        return self._walk(start)

    def _is_comparable(self) -> bool:
        """Whether every state that the definitions had without the fault can be taken over as it is."""
        same_system = self._definitions.system is self._original.definitions.system
        return same_system and self._system.reduction.leaves_out_the_same(self._original.system.reduction)

    def _is_as_before(self, state: State) -> bool:
        return self._differing is not None and state[0] not in self._differing[0] and state[1] not in self._differing[1]

    def _first_difference(self) -> State | None:
        """The nearest state that is not followed by the same states as before; up to there, everything is as before."""
        for state in self._original.graph.states:
            if not self._is_as_before(state):
                now = set(self._system.successors(state))
                if self._system.wrong or now != set(self._followed(state)):
                    return state
        return None

    def _followed(self, state: State) -> Iterator[tuple[Label, State]]:
        """What follows a state without the fault."""
        graph = self._original.graph
        return ((label, graph.states[target]) for label, target in graph.edges(graph.numbers[state]))

    def _successors(self, state: State) -> Iterator[tuple[Label, State]]:
        known = self._is_as_before(state) and state in self._original.graph.numbers
        return self._followed(state) if known else self._system.successors(state)

    def _walk(self, start: State) -> Notice | None:
        """Explore from the start, which can be reached, and from the initial state, until something is wrong."""
        graph: Graph[State, Label] = Graph(start)
        judge = Judge(self._definitions, self._system, graph, self._original.constants)
        watch = _Watch(judge, self._system, graph, self._specs)
        progress = Progress(f"mutate: {self._name}, {self._original.configuration.name}")
        for number in count():
            if number == len(graph.states):
                break
            if wrong := watch.wrong_at(number):
                return self._noticed(wrong)
            also = [(ELSEWHERE, self._system.initial)] if number == 0 else []
            graph.expand(number, (*self._successors(graph.states[number]), *also))
            if number % 1000 == 0:
                progress.say(f"{len(graph.states):,} states; {self._original.graph.size[0]:,} without the fault")
            if self._system.wrong:
                return self._noticed(next(iter(self._system.wrong))[0])
        self.met = self._met(graph)
        return next((self._noticed(verdict.spec.name) for verdict in judge.verdicts(self._specs) if not verdict.holds), None)

    def _noticed(self, name: str) -> Notice:
        """By a spec of that name, or of that kind."""
        kind = next((spec.kind for spec in self._specs.specs if spec.name == name), name)
        return Notice("exploration", kind) if kind in BY_EXPLORATION else Notice("specs", name)

    def _met(self, graph: Graph[State, Label] | None = None) -> set[int]:
        """The rows and ignored cells that the steps of a graph meet, or of the one without a fault."""
        met = set()
        for part, (now, before) in enumerate(zip(_nodes(self._system), _nodes(self._original.system), strict=True)):
            happens = _transitions(graph, part, now.node) if graph else None
            same = [] if self._differing is None else [known for known in before.known() if known[0] not in self._differing[part]]
            for number, cause, outcome in (*same, *now.known()):
                if happens is None or (number, cause.name) in happens:
                    met |= {id(move.written) for move in outcome.moves}
        return met


def _transitions(graph: Graph[State, Label], part: int, node: str) -> set[tuple[int, str]]:
    """What happens to a node, in which of its states."""
    sources, whats, _ = graph.table()
    numbers = np.array([state[part] for state in graph.states])
    pairs = np.unique(np.stack([numbers[sources], whats]), axis=1).T.tolist()
    return {(number, graph.labels[what].what) for number, what in pairs if graph.labels[what].node == node}


ELSEWHERE = Label("start", "link", "elsewhere")


class _Watch:
    """Looks at each state as it is met, for those specs that can be judged on it alone."""

    def __init__(self, judge: Judge, system: System, graph: Graph[State, Label], specs: Specs) -> None:
        self._always = specs.of_kind("always")
        self._quiet = specs.of_kind("quiet")
        self._judge, self._system, self._graph = judge, system, graph
        self._known: set[tuple[int, int]] = set()

    def wrong_at(self, number: int) -> str:
        """The name of a spec that is broken in the state of that number."""
        dialer, listener, _ = self._graph.states[number]
        if (dialer, listener) not in self._known:
            self._known.add((dialer, listener))
            found = self._system.dialer.names[dialer], self._system.listener.names[listener]
            names = dict(zip(self._system.link.nodes, found, strict=True))
            for spec in self._always:
                if spec.holds and not spec.holds(names):
                    return spec.name
        if self._judge.is_quiet(number):
            return next((spec.name for spec in self._quiet if not self._judge.agrees((spec,), number)), "")
        return ""


def _nodes(system: System) -> tuple[Node, Node]:
    return system.dialer, system.listener


def _differing(before: Node, now: Node) -> set[int]:
    """The states in which a step comes to another end than before, or asks for something else."""
    changed = {
        (name, state.name)
        for name, machine in before.machines.items()
        for state, other in zip(machine.states, now.machines[name].states, strict=True)
        if state is not other
    }
    found = set()
    for number, cause, outcome in before.known():
        if any((move.machine, state) in changed for move in outcome.moves for state in (move.source, move.target)):
            other = now.after(number, cause)
            if (outcome.target, *_asked(outcome)) != (other.target, *_asked(other)):
                found.add(number)
    return found


def _asked(outcome: Outcome) -> tuple[Any, ...]:
    """What an outcome asks of the link, and what is wrong with it."""
    return outcome.asks.effects, outcome.asks.values, outcome.asks.state, outcome.forbidden, outcome.broken
