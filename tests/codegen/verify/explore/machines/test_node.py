"""Model and program cannot drift: what exploration says of a node, `tars/core/machines.py` does, in the same order."""

from __future__ import annotations

import random
from typing import Any

import pytest

from codegen.verify.explore.machines import walk
from codegen.verify.explore.machines.asks import OTHER, OTHER_NUMBER, OWN, OWN_NUMBER, Cause, Do, Outcome, Symbol
from codegen.verify.explore.machines.exploration import Exploration
from codegen.verify.explore.machines.node import Node
from codegen.verify.explore.machines.story import StoryStep, Teller
from codegen.verify.explore.machines.system import Label
from tars.errors import ForbiddenEvent
from tars.generated.messages import MESSAGES
from tests import explorations
from tests.explored import MACHINES, Probe, Walk

LIKELY = {"delivery": 6, "brain": 4, "speaker": 4, "connect": 4, "promised": 4, "person": 2}
"""What a walk does more often than breaking things."""
DAILY = ("as usual", "persistent false")
DAILY_AND_MORE = [
    pytest.param(number, id=one.name, marks=() if one.name in DAILY else pytest.mark.verify)
    for number, one in enumerate(explorations.CONFIGURATIONS)
]
"""Every configuration; the random walks of `make test` are in all of them, the steps one by one in two."""


@pytest.fixture(scope="module", params=explorations.EACH)
def explored(request: pytest.FixtureRequest) -> Exploration:
    return explorations.explored(request.param)


def put(probe: Probe, side: Node, state: int, constants: dict[tuple[str, str, str], Any]) -> None:
    """Bring the generated machines to where a state of the model is."""
    states, contexts, probe.notes.watched = side.unpack(state)
    probe.notes.asked.clear()
    for machine in probe:
        name = machine.machine
        machine.state = states[name]
        for variable, value in contexts[name].items():
            setattr(machine.context, variable, constants.get((side.node, name, variable), value))
        probe.arm(machine, 0)


def values_of(cause: Cause) -> dict[str, Any]:
    """What the event carries: the node's own session and turn, or others."""
    same = cause.same or (False, False)
    return {"session": OWN if same[0] else OTHER, "turn": OWN_NUMBER if same[1] else OTHER_NUMBER, **dict(cause.payload)}


def asked_for(outcome: Outcome) -> list[tuple[str, ...]]:
    """What the model says that the rows ask for, as a probe notes it."""
    found: list[tuple[str, ...]] = []
    for effect in outcome.effects:
        if isinstance(effect, Do):
            found.append((effect.action,))
        else:
            fields = MESSAGES[effect.message].fields
            session, turn = effect.values
            values = {"session": meant(session, OWN, OTHER), "turn": meant(turn, OWN_NUMBER, OTHER_NUMBER)}
            found.append(("send", effect.message, *(values[name] for name in ("session", "turn") if name in fields)))
    return found


def meant(symbol: Symbol, own: Any, other: Any) -> str:
    """The value that stands for a symbol here."""
    base, number = symbol
    value = {"own": own, "event": other, "": 0}[base]
    return value if isinstance(value, str) else str(value + number)


@pytest.mark.parametrize("explored", DAILY_AND_MORE, indirect=True)
def test_every_step_of_the_model_is_a_step_of_the_program(explored: Exploration) -> None:
    steps = 0
    for side in (explored.system.dialer, explored.system.listener):
        probe = Probe(side.node)
        for state, cause, outcome in side.known():
            put(probe, side, state, dict(explored.configuration.values))
            try:
                getattr(probe, cause.kind)(*((cause.machine,) if cause.kind == "timeout" else (cause.name, values_of(cause))))
            except ForbiddenEvent:
                assert outcome.forbidden
                continue
            assert not outcome.forbidden
            here = f"{side.node} {side.states[state]} {cause}"
            assert vars(probe.names()) == vars(side.names[outcome.target]), here
            assert probe.notes.asked == asked_for(outcome), here
            steps += 1
    assert steps > 500


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.verify) for seed in range(2, 10))])
def test_random_walks_lead_the_program_where_they_lead_the_model(explored: Exploration, seed: int) -> None:
    """Both with the queue of the program, and with that of the tests which exploration writes."""
    chance, system = random.Random(seed), explored.system
    constants = {name: value for (_, _, name), value in explored.configuration.values.items()}
    walks = (Walk(**constants), walk.Walk("tars", MACHINES, **constants))
    teller, state = Teller(system), system.initial
    for _ in range(80):
        edges = list(explored.graph.edges(explored.graph.numbers[state]))
        label, number = chance.choices(edges, [LIKELY.get(label.kind, 1) for label, _ in edges])[0]
        target = explored.graph.states[number]
        step = teller.tell(state, label, target)
        for walked in walks:
            follow(walked, step)
            for side in (system.dialer, system.listener):
                now = walked.sides[side.node]
                assert vars(now.notes.names(now.machines)) == vars(side.names[target[side.node == "server"]]), label
        state = target


def follow(walked: walk.Walk, step: StoryStep) -> None:
    """Take a step of a story on the machines that are walked, and see that they say the same."""
    node, cause = step.label.node, step.cause
    if cause is None:
        if node != "link":
            walked.crash(node)
        return
    session, turn = step.event
    values = {"session": f"s{session}" if session else "", "turn": turn, **dict(cause.payload)}
    if cause.kind == "timeout":
        walked.timeout(node, cause.machine)
    else:
        getattr(walked, cause.kind)(node, cause.name, **values)
    said = [entry[1:] for entry in walked.sides[node].notes.asked if entry[0] == "send"]
    named = [(one.message, f"s{one.values[0]}", str(one.values[1])) for one in step.said]
    assert said == [tuple(value for value in entry if value not in ("s0", "0")) for entry in named]


def test_a_drift_is_noticed(explored: Exploration) -> None:
    """The comparison can fail: one machine that is elsewhere is seen."""
    side = explored.system.dialer
    hotwords = (known for known in side.known() if known[1].name == "hotword")
    state, cause, outcome = next(known for known in hotwords if side.names[known[0]].session == "LISTENING")
    probe = Probe("device")
    put(probe, side, state, {})
    probe["session"].state = "ACTIVE_SESSION"
    probe.outside("hotword", values_of(cause))
    assert vars(probe.names()) != vars(side.names[outcome.target])
    assert Label("person", "device", "hotword") in explored.graph.labels
