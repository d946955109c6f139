from __future__ import annotations

from pathlib import Path

import pytest

from codegen.lint import CODES, RULES
from codegen.load import load
from tests.codegen.cases import CASES, SOUND, expected

MACHINES = Path(__file__).parents[3] / "machines"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_is_named_after_a_code_it_finds(case: Path) -> None:
    code = case.stem.partition("-")[0]
    assert any(f" {code} " in finding for finding in expected(case))


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_case(code: str) -> None:
    assert [case.stem for case in CASES if case.stem.startswith(f"{code}-")]


@pytest.mark.parametrize("directory", [MACHINES, SOUND], ids=["machines", "sound"])
def test_sound_definitions_have_no_findings(directory: Path) -> None:
    definitions, findings = load(directory)
    assert [str(finding) for finding in findings] == []
    assert definitions is not None


def test_the_table_of_rules_is_fit_for_a_document() -> None:
    assert list(RULES) == sorted(RULES)
    assert all(meaning and "\n" not in meaning for meaning in CODES.values())
