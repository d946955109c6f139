from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.choices import names
from codegen.verify.explore.machines.exploration import configurations
from codegen.verify.serve.simulation import MOST, Simulation
from codegen.verify.specs import Specs
from tests.explored import defined
from tests.lamp import explored as of_the_lamp

LIGHT = ["switch.powered", "switch.dialled", "lamp.call:new", "switch.accepted:fresh", "switch.pressed", "lamp.toggle", "lamp.warmed"]


def simulation(definitions: Definitions, specs: Specs, number: int = 0) -> Simulation:
    return Simulation(definitions, specs, configurations(definitions)[number])


@pytest.fixture(scope="module")
def lamp() -> Simulation:
    return simulation(*of_the_lamp.defined())


@pytest.fixture(scope="module")
def tars() -> Simulation:
    return simulation(*defined())


def test_it_begins_where_the_machines_begin(lamp: Simulation) -> None:
    (moment,) = lamp.walk([]).moments
    assert moment["states"] == {
        "switch.caller": "AWAY", "switch.bond": "STRANGERS", "switch.light": "RELAXED", "lamp.bond": "STRANGERS", "lamp.light": "RELAXED"
    }  # fmt: skip
    assert [one["name"] for one in moment["choices"]] == ["switch.powered", "switch.pressed", "switch.crashes", "lamp.crashes"]


def test_each_step_names_the_rows_that_were_taken(lamp: Simulation) -> None:
    moment = lamp.walk(LIGHT).moments[6]
    (move,) = moment["moves"]
    line = of_the_lamp.defined()[0].sources["light.yaml"].splitlines()[int(move["row"].partition(":")[2]) - 1]
    assert line.strip().startswith("- {event: toggle, target: BUSY,")
    assert (move["node"], move["machine"], move["source"], move["target"]) == ("lamp", "light", "RELAXED", "BUSY")
    assert move["effects"] == ["heat"]


def test_messages_are_under_way_until_they_arrive(lamp: Simulation) -> None:
    moments = lamp.walk([*LIGHT, "switch.lit"]).moments
    back = [moment["link"]["ways"][1]["flying"] for moment in moments]
    assert back[-3:] == [[], ["lit press p1"], []]
    assert moments[-1]["states"]["switch.light"] == "RELAXED"


def test_a_dead_connection_takes_messages_and_they_come_again(lamp: Simulation) -> None:
    path = [*LIGHT[:4], "link.breaks", "switch.pressed", "switch.cut", "switch.again:caller", "switch.dialled"]
    moments = lamp.walk(path).moments
    assert not moments[5]["link"]["whole"]
    assert "has not noticed" in moments[5]["link"]["text"]
    assert moments[6]["link"]["ways"][0]["waiting"] == ["toggle press p1"]
    assert "lamp.call:resumes" in [one["name"] for one in moments[-1]["choices"]]


def test_the_same_path_gives_the_same_moments(lamp: Simulation) -> None:
    path = [*LIGHT[:4], "lamp.crashes", "switch.cut"]
    again = simulation(*of_the_lamp.defined())
    assert again.walk(path) == lamp.walk(path)


def test_it_comes_to_the_states_that_exploration_reaches(lamp: Simulation) -> None:
    exploration = of_the_lamp.lamp()
    for number in range(0, len(exploration.graph.states), 97):
        state = exploration.graph.states[number]
        moment = lamp.walk(names(exploration.system, tuple(exploration.graph.path(number)))).moments[-1]
        for node, at in zip((exploration.system.dialer, exploration.system.listener), state[:2], strict=True):
            assert {name: moment["states"][f"{node.node}.{name}"] for name in node.machines} == {
                name: getattr(node.names[at], name) for name in node.machines
            }


def test_a_step_that_cannot_happen_is_named_with_those_that_can(lamp: Simulation) -> None:
    walked = lamp.walk(["switch.powered", "lamp.warmed"])
    assert len(walked.moments) == 2
    assert walked.problem.startswith("step 2, lamp.warmed, cannot happen here; what can: switch.powered, ")


def test_a_path_has_an_end(lamp: Simulation) -> None:
    walked = lamp.walk(["switch.crashes"] * (MOST + 1))
    assert len(walked.moments) == MOST + 1
    assert f"at most {MOST} are allowed" in walked.problem


def test_a_forbidden_cell_is_shown_and_nothing_follows() -> None:
    definitions, specs = of_the_lamp.defined()
    light = definitions.machine("light", "switch")
    states = tuple(replace(state, ignored=(), rows=tuple(row for row in state.rows if row.event != "anew")) for state in light.states)
    machines = tuple(replace(light, states=states) if machine is light else machine for machine in definitions.machines)
    walked = simulation(replace(definitions, machines=machines), specs).walk(LIGHT[:4])
    last = walked.moments[-1]
    assert last["wrong"] == "light (switch): anew in RELAXED"
    assert last["specs"]["no_surprise"] == ("broken", "light (switch): anew in RELAXED")
    assert last["choices"] == []


def test_a_configuration_sets_its_constant(tars: Simulation) -> None:
    definitions, specs = defined()
    number = [one.name for one in configurations(definitions)].index("gaps true")
    talking = ["device.start", "device.hotword", "device.overflow"]
    usual, gaps = (one.walk(talking).moments[-1]["states"]["device.session"] for one in (tars, simulation(definitions, specs, number)))
    assert (usual, gaps) == ("LISTENING", "HOTWORD_DETECTED")


def test_a_conversation_can_be_played_with_its_turn_and_session(tars: Simulation) -> None:
    path = ["device.start", "device.socket_opened", "server.hello:new", "device.welcome:fresh", "device.hotword"]
    path += ["server.hotword_detected", "server.brain_ready", "device.session_started"]
    last = tars.walk(path).moments[-1]
    assert last["states"]["device.turn"] == last["states"]["server.turn"] == "USER_TURN"
    assert ("session", "s1") in last["facts"]["device"]
    assert ("turn", "1") in last["facts"]["server"]
    assert {"device.crashes", "server.crashes", "link.breaks"} <= {one["name"] for one in last["choices"]}
