"""The shape of files: what their schemas do not allow, at its place, with what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.definitions.schema import CODES, nearest
from tests.codegen.cases import expected, found, of


@pytest.mark.parametrize("case", of(CODES), ids=lambda case: case.stem)
def test_a_broken_definition_has_exactly_the_findings_beside_it(case: Path, tmp_path: Path) -> None:
    assert found(case, tmp_path) == expected(case)


def test_what_was_probably_meant_is_named_else_all_that_is_allowed() -> None:
    assert nearest("ringign", ["ringing", "quiet"]) == "did you mean ringing?"
    assert nearest("moon", ["ringing", "quiet"]) == "allowed: quiet, ringing"
    assert nearest("moon", []) == "allowed: none"
    assert nearest("moon", ["ringing"], listed=False) == "nothing there is like it"
