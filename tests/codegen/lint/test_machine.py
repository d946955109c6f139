"""The rules on the states, events and cells of one machine: each finds what is wrong in a broken definition, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.emit import python, wiring
from codegen.lint.machine import RESERVED_MACHINES, rule
from codegen.load import load
from tests.codegen.cases import SOUND, expected, found, of


@pytest.mark.parametrize("case", of(rule.meanings), ids=lambda case: case.stem)
def test_a_broken_definition_has_exactly_the_findings_beside_it(case: Path, tmp_path: Path) -> None:
    assert found(case, tmp_path) == expected(case)


def test_every_rule_has_a_case() -> None:
    assert {case.stem.partition("-")[0] for case in of(rule.meanings)} == set(rule.meanings)


def test_no_machine_may_have_the_name_of_another_module_of_its_node() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    written = {Path(path) for path in (*python.emit(definitions), *wiring.emit(definitions))}
    modules = {path.stem for path in written if path.parent.name in {node.name for node in definitions.system.nodes}}
    machines = {machine.name for machine in definitions.machines}
    assert machines < modules
    assert modules - machines - {"__init__"} <= RESERVED_MACHINES
