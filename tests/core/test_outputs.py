"""A wrong output of a state breaks a spec: each value of each output is changed, and some spec no longer holds where both cores can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from codegen.definitions.model import Machine
from codegen.definitions.outputs import outputs
from codegen.verify.specs import Names, Spec
from tars.generated.server.announcement import AnnouncementState
from tests.explored import defined
from tests.pair import RESUME, Pair
from tests.scenarios.telling import STATES, announced, reach

States = dict[str, str]


class Fault(NamedTuple):
    """One output of one state has another value."""

    name: str
    node: str
    machines: tuple[Machine, ...]


def faults() -> Iterator[Fault]:
    """Every other value, of those that the output has anywhere, for every state that decides it itself."""
    for node in ("device", "server"):
        machines = defined()[0].of_node(node)
        values: dict[str, set[bool | str]] = {}
        for name, value in (pair for machine in machines for state in machine.states for pair in state.outputs):
            if not str(value).startswith("BY_"):
                values.setdefault(name, set()).add(value)
        for machine in machines:
            for state in machine.states:
                for name, value in state.outputs:
                    others = () if str(value).startswith("BY_") else sorted(values[name] - {value}, key=str)
                    for other in others:
                        outputs = tuple((key, other if key == name else kept) for key, kept in state.outputs)
                        states = tuple(replace(one, outputs=outputs) if one is state else one for one in machine.states)
                        changed = tuple(replace(one, states=states) if one is machine else one for one in machines)
                        yield Fault(f"{node}.{machine.name} {state.name} {name}: {value} -> {other}", node, changed)


@cache
def reachable() -> tuple[tuple[States, States], ...]:
    """Where device and server can be at the end of a step, in states as they follow each other in a conversation and an outage."""
    found = []
    for state in STATES:
        pair = Pair(limits=RESUME)
        reach(pair, state)
        found.append(pair)
        if state != "IDLE":
            lost = Pair(limits=RESUME)
            reach(lost, state)
            lost.cut()
            found.append(lost)
    for announcement in AnnouncementState:
        pair = Pair(limits=RESUME).start()
        announced(pair, announcement)
        found.append(pair)
    return tuple((_states(pair.device.machines), _states(pair.server.machines)) for pair in found)


def _states(machines: object) -> States:
    return {machine.machine: machine.state for machine in machines}  # type: ignore[attr-defined]


def names(node: str, states: States, machines: tuple[Machine, ...]) -> Names:
    """What a spec reads of a node: its states, and what they decide."""
    tables = outputs(machines).items()
    return Names(**states, **{name: table.values[tuple(states[one.name] for one in table.machines)] for name, table in tables})


def judged() -> list[Spec]:
    """The specs about any moment, in every configuration, that read states and outputs only."""
    specs = defined()[1]
    watched = {f"{watch.node}.{watch.name}" for watch in specs.watches}
    return [spec for spec in specs.of_kind("always") if spec.holds and not spec.assumes and not watched & set(spec.holds.reads)]


def broken(fault: Fault | None) -> set[str]:
    """The specs that do not hold somewhere."""
    machines = {node: defined()[0].of_node(node) for node in ("device", "server")}
    if fault:
        machines[fault.node] = fault.machines
    found = set()
    for device, server in reachable():
        known = {"device": names("device", device, machines["device"]), "server": names("server", server, machines["server"])}
        found |= {spec.name for spec in judged() if spec.holds and not spec.holds(known)}
    return found


def test_the_outputs_as_they_are_break_nothing() -> None:
    assert broken(None) == set()


def test_a_wrong_output_breaks_a_spec() -> None:
    """But in a state of turn outside of a conversation, where session decides: there no one reads it."""
    planted = list(faults())
    assert len(planted) > 50
    unnoticed = {fault.name for fault in planted if not broken(fault)}
    assert unnoticed == {
        "device.turn NO_TURN microphone: CLOSED -> BOTH",
        "device.turn NO_TURN microphone: CLOSED -> SERVER",
        "device.turn NO_TURN microphone: CLOSED -> WAKE_WORD",
        "device.turn NO_TURN unanswered: False -> True",
        "server.turn NO_TURN speech: DROP -> FEED",
        "server.turn NO_TURN speech: DROP -> HOLD",
        "server.turn NO_TURN unanswered: False -> True",
    }
