"""A table of numbered rules."""

from __future__ import annotations

import pytest

from codegen.definitions.places import Finding, Mark
from codegen.lint.rules import Problems, Rules


def test_a_code_belongs_to_one_rule() -> None:
    rule = Rules[int]()

    def check(subject: int) -> Problems:
        yield from ()

    rule("T999", "a rule")(check)
    with pytest.raises(ValueError, match="two rules have the code T999"):
        rule("T999", "another rule")(check)


def test_a_table_runs_all_its_rules() -> None:
    rule = Rules[int]()

    @rule("T998", "an odd number")
    def odd(subject: int) -> Problems:
        if subject % 2:
            yield Mark("a.yaml", subject, 1), f"{subject} is odd"

    assert rule.meanings == {"T998": "an odd number"}
    assert rule.run(3) == {Finding(Mark("a.yaml", 3, 1), "T998", "3 is odd")}
    assert rule.run(4) == set()
