"""A path that exploration finds has names, and whoever walks by these names comes to the same state."""

from __future__ import annotations

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.choices import choices, names
from codegen.verify.explore.machines.exploration import Exploration
from codegen.verify.explore.machines.system import Bounds, State, System
from tests.explored import defined
from tests.lamp.explored import lamp


def walked(exploration: Exploration, path: list[str]) -> State:
    system, state = exploration.system, exploration.system.initial
    for name in path:
        chosen = next(choice for choice in choices(system, state) if choice.name == name)
        state, wrong = system.leads_to(state, chosen.chance, chosen.outcome)
        assert not wrong
    return state


def test_every_path_can_be_walked_by_its_names() -> None:
    exploration = lamp()
    for number, state in enumerate(exploration.graph.states):
        path = names(exploration.system, tuple(exploration.graph.path(number)))
        assert walked(exploration, path) == state, path


def test_in_each_state_each_name_stands_once() -> None:
    for state in lamp().graph.states:
        found = [choice.name for choice in choices(lamp().system, state)]
        assert len(found) == len(set(found))


def test_names_say_what_happens_in_words_of_the_definitions(definitions: Definitions) -> None:
    system = System(definitions, defined()[1], Bounds())
    assert {"device.start", "device.hotword", "server.stop", "device.crashes"} <= {one.name for one in choices(system, system.initial)}
