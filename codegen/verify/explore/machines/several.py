"""Several pairs of nodes, whose listeners run in one program. They meet in a referee there, which may post an event to a listener.

Each pair is explored by itself, and there that event comes at any time. So what holds of one pair holds whatever a referee does. What is
said of several pairs depends on the referee and on the states of the listeners. Here these are walked together. Of the rest of a pair
nothing is left: a listener may do whatever it was seen to do in that state of its machines, in any state of the rest. That is more than can
happen, never less, so whatever holds here holds of the pairs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar

from codegen.verify.explore.machines.node import Node

States = tuple[str, ...]
"""The states of the machines of a node, in the order of `Node.machines`."""
Steps = Mapping[States, frozenset[tuple[str, States]]]
"""What may happen to a node in its states, and where that leads."""
Referee = TypeVar("Referee", bound=Hashable)


class Happened(NamedTuple):
    """What happened to one of the pairs."""

    pair: int
    event: str
    told: int | None = None
    """The pair to which the referee has then posted its event."""


class Rules(Protocol[Referee]):
    """What a referee does. Its state is a value."""

    initial: Referee
    event: str
    """What it posts."""

    def judge(self, referee: Referee, pairs: tuple[States, ...], pair: int, event: str) -> Iterable[tuple[Referee, int | None]]:
        """`event` has happened to that pair, and led to these states: what the referee may be then, and whom it tells."""

    def waits(self, referee: Referee) -> Iterable[Referee]:
        """What it may be when nothing happens for a while."""


def steps_of(node: Node) -> Steps:
    """What exploration has found that a node may do. A crash leads back to its beginning."""
    found: dict[States, set[tuple[str, States]]] = {}
    initial = _states(node, node.initial)
    for number, cause, outcome in node.known():
        states, target = _states(node, number), _states(node, outcome.target)
        steps = found.setdefault(states, {("crash", initial)})
        if not outcome.forbidden and not outcome.outdated:
            steps.add((cause.name, target))
    return {states: frozenset(steps) for states, steps in found.items()}


def _states(node: Node, number: int) -> States:
    return tuple(str(getattr(node.names[number], machine)) for machine in node.machines)


class Several(Generic[Referee]):
    """So many pairs that take the same steps, and their referee."""

    def __init__(self, initial: States, steps: Steps, rules: Rules[Referee], pairs: int) -> None:
        self.initial = ((initial,) * pairs, rules.initial)
        self.ignored: list[Happened] = []
        """What the referee has posted to a listener that did not take it."""
        self._steps, self._rules = steps, rules

    def successors(self, state: tuple[tuple[States, ...], Referee]) -> Iterator[tuple[Happened, tuple[tuple[States, ...], Referee]]]:
        """All that can happen, each with the state it leads to."""
        pairs, referee = state
        for waited in self._rules.waits(referee):
            yield Happened(-1, "waits"), (pairs, waited)
        for pair, states in enumerate(pairs):
            for event, target in self._steps.get(states, ()):
                if event != self._rules.event:  # that one comes from the referee only
                    after = _replaced(pairs, pair, target)
                    for judged, told in self._rules.judge(referee, after, pair, event):
                        yield from self._told(after, judged, Happened(pair, event, told))

    def _told(
        self, pairs: tuple[States, ...], referee: Referee, happened: Happened
    ) -> Iterator[tuple[Happened, tuple[tuple[States, ...], Referee]]]:
        if happened.told is None:
            yield happened, (pairs, referee)
            return
        targets = [target for event, target in self._steps.get(pairs[happened.told], ()) if event == self._rules.event]
        if not targets:
            self.ignored.append(happened)
        for target in targets:
            after = _replaced(pairs, happened.told, target)
            for judged, _ in self._rules.judge(referee, after, happened.told, self._rules.event):
                yield happened, (after, judged)


def _replaced(pairs: tuple[States, ...], pair: int, states: States) -> tuple[States, ...]:
    return (*pairs[:pair], states, *pairs[pair + 1 :])
