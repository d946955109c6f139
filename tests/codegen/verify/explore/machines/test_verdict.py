"""Planted faults: each is noticed by the spec that a user would name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from codegen.definitions.model import Definitions, Machine, Row
from codegen.verify.explore.machines.exploration import Exploration, configurations, constants_of, explore
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.explore.machines.verdict import dead_rows
from codegen.verify.progress import Progress
from codegen.verify.specs import Specs
from tests import explorations
from tests.explored import defined

USUAL = configurations(defined()[0])[0]
Change = Callable[[Row], Row | None]


def changed(name: str, role: str, change: Change) -> Definitions:
    """The definitions with each row of one machine changed, or taken away."""

    def one(machine: Machine) -> Machine:
        if (machine.name, machine.role) != (name, role):
            return machine
        return replace(machine, states=tuple(replace(state, rows=tuple(filter(None, map(change, state.rows)))) for state in machine.states))

    definitions = defined()[0]
    return replace(definitions, machines=tuple(map(one, definitions.machines)))


def without_ids() -> Definitions:
    """Nothing on the wire says to which session it belongs."""
    definitions = defined()[0]
    messages = tuple(replace(message, correlation=()) for message in definitions.messages.messages)
    return replace(definitions, messages=replace(definitions.messages, messages=messages))


def row(state: str, event: str, **instead: object) -> Change:
    """The row of that cell with something else in it."""
    return lambda one: replace(one, **instead) if (one.state, one.event) == (state, event) else one  # type: ignore[arg-type]


def look(definitions: Definitions, *, first: bool = False) -> Exploration:
    return explore(definitions, defined()[1], Bounds(messages=1), USUAL, Progress("exploration", quiet=True), first=first)


def broken(exploration: Exploration) -> set[str]:
    return {verdict.spec.name for verdict in exploration.verdicts if not verdict.holds}


@pytest.mark.parametrize("number", explorations.EACH)
def test_every_spec_holds_and_nothing_is_cut_off(number: int) -> None:
    """`python -m codegen explore` draws the way to what is broken."""
    exploration = explorations.explored(number)
    assert {verdict.spec.name: verdict.broken for verdict in exploration.verdicts if not verdict.holds} == {}
    assert exploration.system.cut == 0
    constants = constants_of(defined()[0], explorations.CONFIGURATIONS[number])
    elsewhere = {"no_dead_row", "wire", "fleet", "row"}
    specs = (spec for spec in defined()[1].specs if spec.kind not in elsewhere)
    expected = [spec.name for spec in specs if spec.assumes is None or spec.assumes(constants)]
    assert [verdict.spec.name for verdict in exploration.verdicts] == expected


def test_the_usual_configuration_is_the_first() -> None:
    assert constants_of(defined()[0], USUAL) == {"persistent": True, "other_servers": False, "max_attempts": 0, "gaps": False}


def test_every_row_is_taken_in_some_configuration() -> None:
    systems = [explorations.explored(number).system for number in range(len(explorations.CONFIGURATIONS))]
    assert dead_rows(defined()[0], systems) == []


KEEPS_OVER_FRESH_LINK = changed("continuity", "server", lambda one: replace(one, emits=one.emits[-1:]) if one.event == "hello" else one)


HURRIES = changed("connection", "device", row("CONNECTING", "failed", target="CONNECTING"))


@pytest.mark.parametrize(
    ("definitions", "name"),
    [
        pytest.param(KEEPS_OVER_FRESH_LINK, "agreement", id="a session is kept over a link that does not resume"),
        pytest.param(changed("session", "server", row("ACTIVE_SESSION", "stop", emits=())), "ends_are_told_by_the_server", id="untold"),
        pytest.param(HURRIES, "waits_after_a_failure", id="hurries"),
    ],
)
def test_a_step_that_is_wrong_is_noticed_at_once(definitions: Definitions, name: str) -> None:
    exploration = look(definitions, first=True)
    assert name in broken(exploration)
    assert len(exploration.graph.states) < 20_000


SHOW_IN_THE_WHOLE = [
    pytest.param(without_ids(), {"no_surprise", "agreement", "nothing_of_yesterday", "home"}, id="no session id on the wire"),
    pytest.param(changed("continuity", "device", row("INTERRUPTED", "grace_over", emits=())), {"active_needs_a_record"}, id="given up"),
    pytest.param(changed("turn", "device", row("SPEAKING", "button", actions=("chime",))), {"old_answers_are_silent"}, id="speaks on"),
    pytest.param(changed("session", "server", row("LISTENING", "hotword_detected", actions=())), {"one_brain"}, id="no brain"),
    pytest.param(changed("connection", "device", row("BACKOFF", "retry", target="BACKOFF")), {"link_comes_back", "home"}, id="no retry"),
]


@pytest.mark.parametrize(("definitions", "names"), SHOW_IN_THE_WHOLE)
def test_every_fault_is_planted_and_named_by_specs_that_there_are(definitions: Definitions, names: set[str]) -> None:
    """For `make test`: what `make verify` plants still has its place in the definitions."""
    assert definitions != defined()[0]
    assert names <= {spec.name for spec in defined()[1].specs}


@pytest.mark.verify
@pytest.mark.parametrize(("definitions", "names"), SHOW_IN_THE_WHOLE)
def test_a_fault_that_shows_in_the_whole_is_noticed(definitions: Definitions, names: set[str]) -> None:
    assert names <= broken(look(definitions))


def test_what_was_under_way_must_be_sent_again() -> None:
    def forgets(one: Row) -> Row:
        return replace(one, actions=tuple(action for action in one.actions if action != "send_unacknowledged_again"))

    for role in ("device", "server"):
        definitions = changed("continuity", role, forgets)
        found = explore(definitions, Specs(), Bounds(messages=1), USUAL, Progress("exploration", quiet=True), first=True).system.wrong
        assert [detail for _, detail in found] == [f"{role}: what was under way is not sent again"]


@pytest.mark.verify
def test_a_row_that_nothing_leads_to_is_dead() -> None:
    def unwired(one: Row) -> Row:
        return replace(one, emits=tuple(emit for emit in one.emits if emit.event != "wanted"))

    definitions = changed("session", "device", unwired)
    dead = {text.split(" ", 1)[1] for text in dead_rows(definitions, [look(definitions).system])}
    assert {f"{state} + wanted is never taken" for state in ("CONNECTING", "CONNECTED", "BACKOFF")} <= dead
    assert "CONNECTED + stable is never taken" not in dead


def test_the_pairs_that_are_possible_are_those_of_all_configurations() -> None:
    pairs = explorations.possible_pairs()
    assert set(pairs) == {"continuity", "session", "turn"}
    assert ("ACTIVE_SESSION", "ACTIVE_SESSION") in pairs["session"]
    assert ("IDLE", "ACTIVE_SESSION") in pairs["session"], "a device that stopped, and the server has not heard it yet"
    assert ("USER_TURN", "SPEAKING") in pairs["turn"]
    assert ("SPEAKING", "NO_TURN") in pairs["turn"]
    assert len(pairs["turn"]) < 36
    assert explorations.possible_pairs() == pairs, "the second time they are read from a file"
