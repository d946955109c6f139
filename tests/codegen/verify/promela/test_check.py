"""Two checkers that share the definitions and no code say the same, of what is written and of what is broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from codegen.definitions.model import Definitions, Machine, Row
from codegen.verify.explore.machines.asks import Cause
from codegen.verify.explore.machines.exploration import Exploration, configurations, constants_of, explore
from codegen.verify.explore.machines.link import Change
from codegen.verify.explore.machines.system import Bounds, Chance, Label, State, System
from codegen.verify.progress import Progress
from codegen.verify.promela.check import BROKEN, HOLDS, Checked, check
from codegen.verify.promela.spin import missing_tools
from codegen.verify.search import search
from codegen.verify.specs import Specs
from tests.explored import defined

pytestmark = [
    pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {' '.join(missing_tools())}"),
    pytest.mark.timeout(400),
]
BOUNDS = Bounds(messages=1)
DAILY = "persistent false"
"""The configuration with the fewest states, which `make test` compares; `make verify` compares all of them."""
OTHERS = [
    pytest.param(number, id=one.name, marks=() if one.name == DAILY else pytest.mark.verify)
    for number, one in enumerate(configurations(defined()[0]))
    if number
]


def explored(definitions: Definitions, specs: Specs, number: int = 0) -> Exploration:
    return explore(definitions, specs, BOUNDS, configurations(definitions)[number], Progress("exploration", quiet=True))


def both(
    definitions: Definitions, specs: Specs, directory: Path, number: int = 0, *, liveness: bool = False
) -> tuple[Checked, Exploration]:
    """What SPIN says and what exploration says, at the same time."""
    constants = dict(configurations(definitions)[number].values)
    with ThreadPoolExecutor(1) as pool:
        spin = pool.submit(check, definitions, specs, BOUNDS.messages, directory, constants, liveness=liveness)
        ours = explored(definitions, specs, number)
        return spin.result(), ours


def broken_for_us(exploration: Exploration) -> list[str]:
    return [verdict.spec.name for verdict in exploration.verdicts if not verdict.holds and verdict.spec.kind not in ("recurs", "possible")]


@pytest.mark.verify
def test_spin_and_exploration_reach_as_many_states_and_give_the_same_verdicts(tmp_path: Path) -> None:
    definitions, specs = defined()

    spin, ours = both(definitions, specs, tmp_path, liveness=True)

    assert spin.states == len(ours.graph.states)
    said = {verdict.spec.name: verdict.says for verdict in spin.verdicts if verdict.says in (HOLDS, BROKEN)}
    assert said == {verdict.spec.name: HOLDS if verdict.holds else BROKEN for verdict in ours.verdicts if verdict.spec.kind != "possible"}
    assert {verdict.spec.kind for verdict in spin.verdicts if verdict.spec.name not in said} == {
        "possible",
        "no_dead_row",
        "row",
        "wire",
        "fleet",
    }


@pytest.mark.parametrize("number", OTHERS)
def test_in_every_configuration(number: int, tmp_path: Path) -> None:
    definitions, specs = defined()

    spin, ours = both(definitions, specs, tmp_path, number)

    assert spin.states == len(ours.graph.states)
    assert spin.broken == broken_for_us(ours) == []


# --- bugs that are planted --------------------------------------------------------------------------------------------------------


def without_session_ids(definitions: Definitions) -> Definitions:
    messages = tuple(
        replace(one, correlation=tuple(name for name in one.correlation if name != "session")) for one in definitions.messages.messages
    )
    return replace(definitions, messages=replace(definitions.messages, messages=messages))


def of_rows(change: Callable[[Row], Row], definitions: Definitions) -> Definitions:
    def changed(machine: Machine) -> Machine:
        return replace(machine, states=tuple(replace(state, rows=tuple(change(row) for row in state.rows)) for state in machine.states))

    return replace(definitions, machines=tuple(changed(machine) for machine in definitions.machines))


def keeping_the_session(row: Row) -> Row:
    """A connection that does not resume no longer ends the session of the one before."""
    return replace(row, emits=tuple(emit for emit in row.emits if row.event != "hello" or emit.event != "given_up"))


def resuming_another_record(definitions: Definitions) -> Definitions:
    def changed(machine: Machine) -> Machine:
        weaker = "payload.resume and payload.same_epoch"
        guards = tuple(replace(guard, expr=weaker) if guard.name == "resumable" else guard for guard in machine.guards)
        return replace(machine, guards=guards)

    return replace(definitions, machines=tuple(changed(machine) for machine in definitions.machines))


PLANTED: dict[str, tuple[Callable[[Definitions], Definitions], str]] = {
    "no session id on the wire": (without_session_ids, "in LISTENING"),
    "a session kept over a connection that was replaced": (partial(of_rows, keeping_the_session), "fresh in LISTENING"),
    "a record resumed that the device does not have": (resuming_another_record, "resumes what the dialer does not have"),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_every_bug_is_planted(bug: str) -> None:
    """For `make test`: what `make verify` plants still has its place in the definitions."""
    assert PLANTED[bug][0](defined()[0]) != defined()[0]


@pytest.mark.verify
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found_by_both(bug: str, tmp_path: Path) -> None:
    plant, wrong = PLANTED[bug]
    definitions, specs = plant(defined()[0]), defined()[1]

    spin, ours = both(definitions, specs, tmp_path)

    assert spin.states == len(ours.graph.states)
    # A state from which the only way on is forbidden counts as stuck for exploration.
    assert spin.broken == [name for name in broken_for_us(ours) if name != "never_stuck"]
    assert "no_surprise" in spin.broken
    way = next(verdict.steps for verdict in spin.verdicts if verdict.spec.name == "no_surprise")
    assert way[0] == "device: start"
    assert way[-1].startswith("forbidden: ")
    assert wrong in way[-1]


LateState = tuple[State, bool]
"""A state, and whether the loss of a connection that was replaced is still to be heard of."""


class Unfenced(System):
    """A server that hears of the loss of a connection that it has replaced, as if it were of the new one."""

    def late_successors(self, state: LateState) -> Iterator[tuple[Label, LateState]]:
        known, late = state
        for label, target in self.successors(known):
            replaced = label.what == "hello" and label.node == "server" and self.links[known[2]].held != "none"
            ended = label[1:3] == ("server", "crashes")
            yield label, (target, (late or replaced) and not ended)
        if late:
            chance = Chance(Label("notice", "server", "lost", "late"), Cause("outside", "lost"), nothing, (0, 0))
            for label, target in self._led(known, chance, self.listener.after(known[1], Cause("outside", "lost")), BOUNDS.most):
                yield label, (target, False)


def nothing(change: Change) -> None:
    """The link has forgotten the connection already."""


@pytest.mark.verify
def test_the_late_loss_of_a_replaced_connection_is_found_by_both(tmp_path: Path) -> None:
    definitions, specs = defined()
    system = Unfenced(definitions, specs.assuming(constants_of(definitions, configurations(definitions)[0])), BOUNDS)
    graph = search((system.initial, False), system.late_successors, Progress("unfenced", quiet=True))

    spin = check(definitions, specs, BOUNDS.messages, tmp_path, liveness=False, fenced=False)

    assert spin.states == len(graph.states)
    assert spin.broken == sorted({name.replace("no_forbidden_cell", "no_surprise") for name, _ in system.wrong}) == ["no_surprise"]
    assert ("no_forbidden_cell", "continuity (server): lost in INTERRUPTED") in system.wrong
    way = next(verdict.steps for verdict in spin.verdicts if verdict.spec.name == "no_surprise")
    assert "server: lost, of a connection that was replaced" in way
    assert way[-1].startswith("forbidden: continuity (server): lost in")


@pytest.mark.verify
def test_what_never_comes_is_found_by_both_with_a_run_that_goes_round(tmp_path: Path) -> None:
    definitions, specs = defined()
    spec = next(spec for spec in specs.specs if spec.name == "sessions_end")
    without_limits = replace(specs, specs=(*specs.of_kind("quiet"), replace(spec, by=spec.by - {"timeout"})))

    spin, ours = both(definitions, without_limits, tmp_path, liveness=True)

    assert spin.broken == [verdict.spec.name for verdict in ours.verdicts if not verdict.holds]
    assert spin.broken == ["sessions_end"]
    assert any("START OF CYCLE" in step for verdict in spin.verdicts for step in verdict.steps)
