"""Several pairs and their referee."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.verify.explore.machines import walk
from codegen.verify.explore.machines.exploration import configurations, explore
from codegen.verify.explore.machines.several import Happened, Several, States, Steps, steps_of
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.progress import Progress
from codegen.verify.search import search

LAMP = Path(__file__).resolve().parents[4] / "lamp" / "machines"
OFF, ON = ("OFF",), ("ON",)
STEPS: Steps = {OFF: frozenset({("press", ON)}), ON: frozenset({("press", OFF), ("cut", OFF)})}
"""A lamp that may be cut off."""


class OneLamp:
    """A referee that cuts off the lamp that burns, when another one is lit; every second time it has a rest, if it is lazy."""

    initial = False
    event = "cut"

    def __init__(self, *, lazy: bool = False) -> None:
        self.lazy = lazy

    def waits(self, rests: bool) -> Iterator[bool]:
        if rests:
            yield False

    def judge(self, rests: bool, pairs: tuple[States, ...], pair: int, event: str) -> Iterator[tuple[bool, int | None]]:
        other = next((one for one, states in enumerate(pairs) if states == ON and one != pair), None)
        lit = event == "press" and pairs[pair] == ON
        yield (rests or (self.lazy and lit)), None if rests or not lit else other


def burning(rules: OneLamp, pairs: int = 2, steps: Steps = STEPS) -> tuple[set[int], Several[bool]]:
    """How many lamps may burn at a time."""
    several = Several(OFF, steps, rules, pairs)
    graph = search(several.initial, several.successors, Progress("several", quiet=True))
    return {states.count(ON) for states, _ in graph.states}, several


@pytest.mark.parametrize("pairs", [2, 3])
def test_what_the_referee_tells_is_done_before_anything_else_happens(pairs: int) -> None:
    assert burning(OneLamp(), pairs)[0] == {0, 1}


def test_what_it_does_not_tell_is_not_done() -> None:
    assert burning(OneLamp(lazy=True))[0] == {0, 1, 2}


def test_what_is_told_to_somebody_who_cannot_take_it_is_noted() -> None:
    deaf: Steps = {OFF: frozenset({("press", ON)}), ON: frozenset({("press", OFF)})}
    _, several = burning(OneLamp(), steps=deaf)
    assert set(several.ignored) == {Happened(0, "press", 1), Happened(1, "press", 0)}


def test_the_event_of_the_referee_comes_from_nobody_else() -> None:
    several = Several(ON, STEPS, OneLamp(), 1)
    assert [happened for happened, _ in several.successors(several.initial)] == [Happened(0, "press")]


def test_the_steps_of_a_node_are_those_that_exploration_has_found() -> None:
    """Whatever happens to a lamp in the exploration of a pair is among them, and leads to the same states."""
    definitions, specs = walk.defined(LAMP)
    found = explore(definitions, specs, Bounds(1), configurations(definitions)[0], Progress("lamp", quiet=True))
    node = found.system.listener
    steps = steps_of(node)

    def of(number: int) -> States:
        return tuple(str(getattr(node.names[number], machine)) for machine in node.machines)

    met = set()
    for number, state in enumerate(found.graph.states):
        for label, target in found.graph.edges(number):
            after = found.graph.states[target]
            if label.node == node.node:
                what = "crash" if label.what == "crashes" else label.what
                met.add((of(state[1]), what, of(after[1])))
    assert {step for step in met if step[0] != step[2]} <= {(states, *step) for states, more in steps.items() for step in more}
    assert {("STRANGERS", "RELAXED"), ("JOINED", "RELAXED")} <= set(steps)
