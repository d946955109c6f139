"""The outputs of a node: a value for each combination of the states that decide it."""

from __future__ import annotations

from codegen.definitions.outputs import outputs
from codegen.load import load
from tests.codegen.cases import SOUND


def test_an_output_that_is_left_to_another_machine_has_its_value() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    tables = outputs(definitions.of_node("device"))
    assert list(tables) == ["light"]
    assert [machine.name for machine in tables["light"].machines] == ["bell", "lamp"]
    assert tables["light"].values == {
        ("QUIET", "LOW"): "DARK",
        ("QUIET", "HIGH"): "DARK",
        ("RINGING", "LOW"): "DIM",
        ("RINGING", "HIGH"): "BRIGHT",
    }


def test_a_node_without_outputs_has_no_table() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    assert outputs(definitions.of_node("server")) == {}
