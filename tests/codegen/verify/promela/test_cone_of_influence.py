"""Which variables the model needs, and where."""

from __future__ import annotations

from codegen.load import load
from codegen.verify.promela.cone_of_influence import Needs
from tests.codegen.cases import SOUND


def test_variables_of_guards_and_correlations_are_needed() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    needs = Needs(definitions, definitions.machine("bell", "device"), {})
    assert [variable.name for variable in needs.variables] == ["visit", "tries"]
    assert needs.dead("tries") == ["QUIET"]
    assert needs.constant == {"eager": True}
