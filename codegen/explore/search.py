"""Breadth-first search: every reachable state of a model once, and the shortest way to each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from codegen.progress import Progress

State = TypeVar("State", bound=Hashable)
Label = TypeVar("Label")


@dataclass
class Graph(Generic[State, Label]):
    """The states found, numbered in the order found, so that a smaller number is never further away; number 0 is the initial state."""

    states: list[State] = field(default_factory=list)
    numbers: dict[State, int] = field(default_factory=dict)
    edges: list[list[tuple[Label, int]]] = field(default_factory=list)
    """For each state what can happen in it, and the number of the state that it leads to."""
    arrivals: list[tuple[int, int]] = field(default_factory=list)
    """For each state the edge by which it was found first: number of the state before, and which of its edges."""

    def path(self, number: int) -> list[Label]:
        """The labels of a shortest way from the initial state."""
        labels = []
        while number:
            number, edge = self.arrivals[number]
            labels.append(self.edges[number][edge][0])
        return labels[::-1]

    @property
    def size(self) -> tuple[int, int]:
        """How many states and edges."""
        return len(self.states), sum(map(len, self.edges))


def search(initial: State, successors: Callable[[State], Iterable[tuple[Label, State]]], progress: Progress) -> Graph[State, Label]:
    """All that can be reached from `initial`. `successors` yields what can happen in a state, each with the state it leads to."""
    graph: Graph[State, Label] = Graph([initial], {initial: 0}, [], [(0, 0)])
    number = 0
    while number < len(graph.states):
        edges = [(label, _number(graph, target, number, edge)) for edge, (label, target) in enumerate(successors(graph.states[number]))]
        graph.edges.append(edges)
        number += 1
        if number % 1000 == 0:
            found = len(graph.states)
            progress.say(f"{found:,} states, {found - number:,} of them still to be looked at, {found / progress.seconds:,.0f} a second")
    return graph


def _number(graph: Graph[State, Label], state: State, source: int, edge: int) -> int:
    number = graph.numbers.setdefault(state, len(graph.states))
    if number == len(graph.states):
        graph.states.append(state)
        graph.arrivals.append((source, edge))
    return number
