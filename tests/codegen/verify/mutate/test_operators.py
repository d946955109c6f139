"""What each operator plants into the small sound definitions, exactly."""

from __future__ import annotations

from functools import cache

import pytest

from codegen.definitions.model import Definitions, Port, Row
from codegen.emit.text import emit_text
from codegen.load import load
from codegen.verify.mutate.operators import OPERATORS, Fault, faults
from tests.codegen.cases import SOUND
from tests.explored import defined


@cache
def sound() -> Definitions:
    definitions, findings = load(SOUND)
    assert definitions is not None
    assert not findings
    return definitions


@cache
def planted() -> dict[str, Fault]:
    return {fault.name: fault for fault in faults(sound())}


def whats(operator: str, part: str = "") -> list[str]:
    return [fault.what for fault in planted().values() if fault.operator == operator and part in fault.what]


def row(name: str, machine: str, role: str, state: str, event: str, guard: str = "") -> Row:
    """The row of a cell with the fault of that name."""
    rows = planted()[name].definitions.machine(machine, role).rows_for(state, event)
    return next(one for one in rows if one.guard_text == guard)


def test_row_removed() -> None:
    assert whats("row removed", "server.bell") == ["server.bell ALONE+rang", "server.bell RINGING+decided", "server.bell RINGING+dozed"]
    machine = planted()["row removed: device.bell RINGING+late[patient]"].definitions.machine("bell", "device")
    assert [one.guard_text for one in machine.rows_for("RINGING", "late")] == ["not patient"]


def test_target_changed() -> None:
    assert whats("target changed", "server.bell") == [
        "server.bell ALONE+rang RINGING -> stays",
        "server.bell ALONE+rang RINGING -> ALONE",
        "server.bell RINGING+decided ALONE -> stays",
        "server.bell RINGING+decided ALONE -> RINGING",
        "server.bell RINGING+dozed ALONE -> stays",
        "server.bell RINGING+dozed ALONE -> RINGING",
    ]
    assert row("target changed: server.bell RINGING+dozed ALONE -> stays", "bell", "server", "RINGING", "dozed").target is None
    changed = planted()["target changed: device.bell RINGING+late[patient] RINGING -> QUIET"].definitions.machine("bell", "device")
    assert [one.target for one in changed.rows_for("RINGING", "late")] == ["QUIET", "QUIET"]


def test_guard_negated() -> None:
    assert whats("guard negated") == [
        "device.bell RINGING+late[patient]",
        "device.bell RINGING+late[not patient]",
        "device.bell RINGING+late both rows",
    ]
    both = planted()["guard negated: device.bell RINGING+late both rows"].definitions.machine("bell", "device")
    assert [(one.guard_text, one.target) for one in both.rows_for("RINGING", "late")] == [("not patient", "RINGING"), ("patient", "QUIET")]


def test_effect_dropped() -> None:
    assert whats("effect dropped", "device.bell") == [
        "device.bell QUIET+pressed visit = payload.visit",
        "device.bell QUIET+pressed visits = visits + 1",
        "device.bell QUIET+pressed tries = 0",
        "device.bell QUIET+pressed rang",
        "device.bell RINGING+opened over(why=opened)",
        "device.bell RINGING+late[patient] tries = min(tries + 1, 2)",
        "device.bell RINGING+late[patient] rang",
        "device.bell RINGING+late[not patient] sigh",
        "device.bell RINGING+late[not patient] over(polite=false, why=late)",
        "device.bell RINGING entry chime",
    ]
    changed = row("effect dropped: device.bell QUIET+pressed visits = visits + 1", "bell", "device", "QUIET", "pressed")
    assert [name for name, _ in changed.assign] == ["visit", "tries"]
    assert [emit.event for emit in changed.emits] == ["rang"]
    silent = planted()["effect dropped: device.bell RINGING entry chime"].definitions.machine("bell", "device")
    assert silent.state("RINGING").entry == ()


def test_effects_swapped_where_their_order_matters() -> None:
    assert whats("effects swapped") == [], "none of the assignments of the bell reads another one"
    swapped = {fault.what: fault for fault in faults(defined()[0]) if fault.operator == "effects swapped"}
    fault = swapped["device.session LISTENING+hotword hotword_detected and wanted"]
    (changed,) = fault.definitions.machine("session", "device").rows_for("LISTENING", "hotword")
    assert list(map(emit_text, changed.emits)) == ["wanted", "hotword_detected"]
    assert changed.actions == ("stop_speaker", "chime", "begin_utterance", "open_uplink")


def test_ignore_instead_of_take() -> None:
    assert whats("ignore instead of take", "device.bell") == [
        "device.bell QUIET+pressed",
        "device.bell RINGING+opened",
        "device.bell RINGING+late",
    ]
    changed = planted()["ignore instead of take: device.bell RINGING+late"].definitions.machine("bell", "device")
    assert changed.rows_for("RINGING", "late") == ()
    assert changed.ignored_for("RINGING", "late")


def test_take_instead_of_ignore() -> None:
    assert whats("take instead of ignore", "bell") == [
        "device.bell RINGING+pressed leaves for QUIET",
        "device.bell RINGING+pressed as in QUIET",
        "server.bell RINGING+rang leaves for ALONE",
        "server.bell RINGING+rang as in ALONE",
    ]
    leaves = row("take instead of ignore: device.bell RINGING+pressed leaves for QUIET", "bell", "device", "RINGING", "pressed")
    assert (leaves.target, leaves.assign, leaves.actions, leaves.emits) == ("QUIET", (), (), ())
    copied = row("take instead of ignore: device.bell RINGING+pressed as in QUIET", "bell", "device", "RINGING", "pressed")
    assert (copied.state, copied.target, [emit.event for emit in copied.emits]) == ("RINGING", "RINGING", ["rang"])


def test_timeout_removed() -> None:
    assert whats("timeout removed") == ["device.bell RINGING late", "server.bell RINGING dozed"]
    changed = planted()["timeout removed: device.bell RINGING late"].definitions.machine("bell", "device")
    assert changed.state("RINGING").timeout is None
    assert changed.rows_for("RINGING", "late") == ()


def test_route_cut() -> None:
    assert whats("route cut") == [
        "device.bell.over to device.lamp.over",
        "device.bell.rang to server.bell.rang",
        "server.bell.opened to device.bell.opened",
        "device.environment.pressed to device.bell.pressed",
        "device.environment.pressed to device.lamp.pressed",
        "device.environment.dawn to device.lamp.dawn",
        "server.environment.decided to server.bell.decided",
    ]
    cut = planted()["route cut: device.environment.pressed to device.bell.pressed"].definitions.system
    assert [entry.targets for entry in cut.outside if entry.event == "pressed"] == [(Port("device", "lamp", "pressed"),)]
    gone = planted()["route cut: device.bell.over to device.lamp.over"].definitions.system
    assert [str(route.source) for route in gone.routes] == ["device.bell.rang", "server.bell.opened"]


def test_route_crossed() -> None:
    assert whats("route crossed") == ["device.environment.pressed and device.environment.dawn"]
    system = planted()["route crossed: device.environment.pressed and device.environment.dawn"].definitions.system
    targets = {entry.event: list(map(str, entry.targets)) for entry in system.outside if entry.node == "device"}
    assert targets == {"pressed": ["device.lamp.dawn"], "dawn": ["device.bell.pressed", "device.lamp.pressed"]}


def test_wires_are_crossed_within_a_node_and_a_direction() -> None:
    crossed = [fault.what for fault in faults(defined()[0]) if fault.operator == "route crossed"]
    assert "device.session.started and device.session.stopped" in crossed
    assert "server.session.ring and server.turn.user_turn_end" in crossed
    assert not [what for what in crossed if "device.session.started" in what and "server." in what]
    assert "device.session.started and device.connection.hello" not in crossed, "one crosses the link, one does not"


@pytest.mark.parametrize("definitions", [sound(), defined()[0]], ids=["sound", "machines"])
def test_every_fault_is_a_change_of_its_own(definitions: Definitions) -> None:
    found = faults(definitions)
    assert len({fault.name for fault in found}) == len(found)
    assert len({fault.definitions for fault in found} | {definitions}) == len(found) + 1
    assert {fault.operator for fault in found} <= set(OPERATORS)


def test_every_operator_finds_something_in_the_machines() -> None:
    assert {fault.operator for fault in faults(defined()[0])} == set(OPERATORS)
