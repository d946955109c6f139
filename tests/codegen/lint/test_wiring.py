"""The rules on routes and the messages that they carry: each finds what is wrong in a broken definition, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.lint.wiring import rule
from tests.codegen.cases import expected, found, of


@pytest.mark.parametrize("case", of(rule.meanings), ids=lambda case: case.stem)
def test_a_broken_definition_has_exactly_the_findings_beside_it(case: Path, tmp_path: Path) -> None:
    assert found(case, tmp_path) == expected(case)


def test_every_rule_has_a_case() -> None:
    assert {case.stem.partition("-")[0] for case in of(rule.meanings)} == set(rule.meanings)
