from __future__ import annotations

import pytest

from codegen.definitions.model import Definitions, Emit, ExternalEvent, Field, Port, Row, Setting, Timeout, Variable
from codegen.definitions.places import Mark
from codegen.load import load
from tests.codegen.cases import SOUND


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    definitions, _ = load(SOUND)
    assert definitions is not None
    return definitions


def test_a_row_with_everything(definitions: Definitions) -> None:
    assert definitions.machine("bell", "device").rows[2] == Row(
        state="RINGING",
        event="late",
        guard="patient",
        negated=False,
        target="RINGING",
        assign=(("tries", "min(tries + 1, 2)"),),
        actions=(),
        emits=(Emit("rang", (), Mark("bell.yaml", 35, 105)),),
        doc="",
        mark=Mark("bell.yaml", 35, 13),
    )


def test_a_negated_guard_and_values_of_an_emit_as_expressions_write_them(definitions: Definitions) -> None:
    row = definitions.machine("bell", "device").rows[3]
    assert (row.guard, row.negated, row.guard_text) == ("patient", True, "not patient")
    assert row.emits == (Emit("over", (("polite", "false"), ("why", "late")), Mark("bell.yaml", 36, 86)),)
    assert row.actions == ("sigh",)


def test_a_number_assigned_is_an_expression(definitions: Definitions) -> None:
    assert definitions.machine("bell", "device").rows[0].assign[-1] == ("tries", "0")


def test_variables_and_limits(definitions: Definitions) -> None:
    bell = definitions.machine("bell", "device")
    visit, _, tries, eager = bell.context
    assert visit == Variable("visit", "id", "", None, None, constant=False, doc="who stands there", mark=Mark("bell.yaml", 8, 7))
    assert (tries.initial, tries.minimum, tries.maximum) == (0, 0, 2)
    assert (eager.initial, eager.constant) == (True, True)
    assert bell.state("RINGING").timeout == Timeout("patience[tries]", "late", Mark("bell.yaml", 31, 9))
    assert bell.state("RINGING").entry == ("chime",)
    assert definitions.system.limits[0] == Setting("patience", (5.0, 10.0, 20.0), Mark("system.yaml", 16, 3))


def test_a_message_is_numbered_and_for_machines_unless_it_says_otherwise(definitions: Definitions) -> None:
    opened, ping = definitions.messages.message("opened"), definitions.messages.message("ping")
    assert (opened.numbered, opened.machine, opened.correlation, opened.stamped) == (True, True, ("visit",), ("visit",))
    assert opened.derived == (Field("polite", "bool", Mark("messages.yaml", 16, 15)),)
    assert (ping.numbered, ping.machine, ping.sender) == (False, False, "both")
    assert definitions.messages.message("rang").fields == (
        Field("visit", "id", Mark("messages.yaml", 10, 14)),
        Field("visits", "counter", Mark("messages.yaml", 10, 25)),
    )
    assert definitions.messages.envelope == (Field("s", "int", Mark("messages.yaml", 4, 3), "the number of this message"),)


def test_wires_and_what_comes_from_outside(definitions: Definitions) -> None:
    assert [(str(wire.source), [str(port) for port in wire.targets], wire.via_link) for wire in definitions.system.routes] == [
        ("device.bell.over", ["device.lamp.over"], False),
        ("device.bell.rang", ["server.bell.rang"], True),
        ("server.bell.opened", ["device.bell.opened"], True),
    ]
    assert definitions.system.outside[1] == ExternalEvent(
        event="dawn",
        by="person",
        targets=(Port("device", "lamp", "dawn"),),
        when=(("lamp", ("HIGH",)),),
        network=False,
        correlation=(),
        promised=False,
        doc="",
        mark=Mark("system.yaml", 13, 5),
    )
