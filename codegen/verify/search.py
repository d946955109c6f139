"""Breadth-first search: every reachable state of a model once, and the shortest way to each."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from codegen.verify.progress import Progress

Numbers = NDArray[np.uint32]
State = TypeVar("State", bound=Hashable)
Label = TypeVar("Label", bound=Hashable)


@dataclass(frozen=True)
class PropertyVerdict:
    """Whether one property holds in every state."""

    name: str
    words: str
    holds: bool
    path: tuple[str, ...] = ()
    """The shortest way to a state where it does not hold."""


class Graph(Generic[State, Label]):
    """The states found, numbered in the order found, so that a smaller number is never further away; number 0 is the initial state."""

    def __init__(self, initial: State) -> None:
        self.states = [initial]
        self.numbers = {initial: 0}
        self.labels: list[Label] = []
        """Everything that happens, each once."""
        self._label_numbers: dict[Label, int] = {}
        self._firsts = array("I", [0])
        """For each state the place of its first edge, and the end of the last one's."""
        self._whats = array("I")
        self._targets = array("I")
        self._arrivals = array("I", [0])
        """For each state the place of the edge by which it was found."""
        self._sources = array("I", [0])

    def edges(self, number: int) -> Iterator[tuple[Label, int]]:
        """What can happen in a state, and the number of the state that it leads to; nothing if the search stopped before it."""
        for place in range(*self._firsts[number : number + 2]) if number + 1 < len(self._firsts) else ():
            yield self.labels[self._whats[place]], self._targets[place]

    def path(self, number: int) -> list[tuple[Label, State]]:
        """A shortest way from the initial state: what happens, and the state that it leads to."""
        path = []
        while number:
            path.append((self.labels[self._whats[self._arrivals[number]]], self.states[number]))
            number = self._sources[number]
        return path[::-1]

    def table(self) -> tuple[Numbers, Numbers, Numbers]:
        """All edges as three columns: the state, what happens (an index of `labels`), the state that it leads to."""
        firsts = np.frombuffer(self._firsts, dtype=np.uint32)
        sources = np.repeat(np.arange(len(firsts) - 1, dtype=np.uint32), np.diff(firsts))
        return sources, np.frombuffer(self._whats, dtype=np.uint32), np.frombuffer(self._targets, dtype=np.uint32)

    def stuck(self, goal: Callable[[State], bool], goes_on: Callable[[Label], bool]) -> int | None:
        """The first state from which what goes on by itself never leads to the goal; None: there is none."""
        before: list[list[int]] = [[] for _ in self.states]
        for number in range(len(self.states)):
            for label, target in self.edges(number):
                if goes_on(label):
                    before[target].append(number)
        leads = [goal(state) for state in self.states]
        waiting = [number for number, good in enumerate(leads) if good]
        while waiting:
            for number in before[waiting.pop()]:
                if not leads[number]:
                    leads[number] = True
                    waiting.append(number)
        return next((number for number, good in enumerate(leads) if not good), None)

    @property
    def size(self) -> tuple[int, int]:
        """How many states and edges."""
        return len(self.states), len(self._targets)

    def expand(self, number: int, successors: Iterable[tuple[Label, State]]) -> None:
        """Enter what can happen in the state of that number. States are expanded in the order of their numbers."""
        numbers, states, labels = self.numbers, self.states, self._label_numbers
        for label, state in successors:
            what = labels.setdefault(label, len(labels))
            if what == len(self.labels):
                self.labels.append(label)
            target = numbers.setdefault(state, len(states))
            if target == len(states):
                states.append(state)
                self._arrivals.append(len(self._targets))
                self._sources.append(number)
            self._whats.append(what)
            self._targets.append(target)
        self._firsts.append(len(self._targets))


def search(
    initial: State,
    successors: Callable[[State], Iterable[tuple[Label, State]]],
    progress: Progress,
    enough: Callable[[], bool] = lambda: False,
) -> Graph[State, Label]:
    """All that can be reached from `initial`, or all until it is `enough`.

    `successors` yields what can happen in a state, each with the state it leads to.
    """
    graph: Graph[State, Label] = Graph(initial)
    collecting = gc.isenabled()
    gc.disable()  # nothing of what grows here is garbage, and looking for some takes most of the time
    try:
        number = 0
        while number < len(graph.states) and not enough():
            graph.expand(number, successors(graph.states[number]))
            number += 1
            if number % 1000 == 0:
                found = len(graph.states)
                progress.say(f"{found:,} states, {found - number:,} still to be looked at, {found / progress.seconds:,.0f} a second")
    finally:
        if collecting:
            gc.enable()
    return graph
