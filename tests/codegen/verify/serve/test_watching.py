from __future__ import annotations

from dataclasses import replace

from codegen.definitions.model import Definitions, Machine, Row
from codegen.verify.explore.machines.exploration import configurations
from codegen.verify.serve.simulation import Moment, Simulation
from tests.lamp import explored as of_the_lamp

ASKED = ["switch.powered", "switch.dialled", "lamp.call:new", "switch.accepted:fresh", "switch.pressed", "lamp.toggle"]


def last(path: list[str], definitions: Definitions | None = None) -> Moment:
    known, specs = of_the_lamp.defined()
    walked = Simulation(definitions or known, specs, configurations(known)[0]).walk(path)
    assert not walked.problem
    return walked.moments[-1]


def changed(machine: Machine, event: str, **change: object) -> Definitions:
    """The lamp, with something else in the rows of an event."""
    definitions = of_the_lamp.defined()[0]

    def row(one: Row) -> Row:
        return replace(one, **change) if one.event == event else one  # type: ignore[arg-type]

    states = tuple(replace(state, rows=tuple(map(row, state.rows))) for state in machine.states)
    machines = tuple(replace(machine, states=states) if one is machine else one for one in definitions.machines)
    return replace(definitions, machines=machines)


def test_what_holds_holds_all_the_way() -> None:
    definitions, specs = of_the_lamp.defined()
    for moment in Simulation(definitions, specs, configurations(definitions)[0]).walk(ASKED).moments:
        assert "broken" not in {verdict for verdict, _ in moment["specs"].values()}


def test_a_state_that_a_spec_forbids_is_broken_and_says_why() -> None:
    light = of_the_lamp.defined()[0].machine("light", "lamp")
    moment = last([*ASKED, "lamp.cold:light"], changed(light, "cold", actions=()))
    verdict, why = moment["specs"]["heats_while_busy"]
    assert verdict == "broken"
    assert 'lamp.filament == "HOT"' in why


def test_a_step_that_a_spec_forbids_is_broken_there_only() -> None:
    light = of_the_lamp.defined()[0].machine("light", "switch")
    silent = changed(light, "no_reply", actions=())
    assert last([*ASKED, "switch.no_reply:light"], silent)["specs"]["light_or_complaint"][0] == "broken"
    assert last([*ASKED, "switch.no_reply:light", "switch.crashes"], silent)["specs"]["light_or_complaint"][0] == "not asked"


def test_agreement_is_asked_when_all_is_quiet() -> None:
    assert last(ASKED[:3])["specs"]["same_press"][0] == "not asked"
    assert last(ASKED)["specs"]["same_press"][0] == "holds"


def test_a_disagreement_is_named() -> None:
    light = of_the_lamp.defined()[0].machine("light", "lamp")
    definitions, specs = of_the_lamp.defined()
    spec = next(spec for spec in specs.specs if spec.name == "same_press")
    strict = replace(specs, specs=(replace(spec, pairs=(("light", (("RELAXED", "RELAXED"),)),)),))
    moment = Simulation(definitions, strict, configurations(definitions)[0]).walk(ASKED).moments[-1]
    assert moment["specs"]["same_press"] == ("broken", "light is BUSY on the switch and BUSY on the lamp")
    assert light.role == "lamp"


def test_what_comes_in_the_end_is_only_said_to_be_the_case_or_not() -> None:
    assert last([])["specs"]["nobody_waits_for_ever"][0] == "the case now"
    assert last(["switch.pressed"])["specs"]["nobody_waits_for_ever"][0] == "not the case now"


def test_what_no_moment_can_show_is_left_out() -> None:
    assert "nothing_in_vain" not in last([])["specs"]


def test_a_dead_end_is_a_broken_spec() -> None:
    light = of_the_lamp.defined()[0].machine("light", "switch")
    states = tuple(replace(state, timeout=None) for state in light.states)
    definitions = of_the_lamp.defined()[0]
    stuck = replace(definitions, machines=tuple(replace(light, states=states) if one is light else one for one in definitions.machines))
    assert last(["switch.pressed"], stuck)["specs"]["never_stuck"][0] == "broken"
