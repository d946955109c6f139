"""Spoken arithmetic as tokens. Their results are tested in test_arithmetic.py."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding.formulas import formula


@pytest.mark.parametrize(
    ("words", "tokens", "unit"),
    [
        ("two plus three", "2 plus 3", ""),
        ("subtract two from ten", "( 10 ) minus ( 2 )", ""),
        ("the difference between 3 and 8", "size ( ( 3 ) minus ( 8 ) )", ""),
        ("10 percent off 80", "( 80 ) times ( 100 minus ( 10 ) ) over 100", ""),
        ("what percent of 80 is 20", "100 times ( 20 ) over ( 80 )", "percent"),
        ("20 is what percent of 80", "100 times ( 20 ) over ( 80 )", "percent"),
        ("half of ten", "0.5 times 10", ""),
        ("three dollars and four dollars", "3 plus 4", ""),
    ],
)
def test_words_become_infix_tokens(words: str, tokens: str, unit: str) -> None:
    assert formula(words) == (tokens.split(), unit)


def test_a_percentage_is_one_token() -> None:
    assert formula("15 percent of 80") == (["15", "percent of", "80"], "")


@pytest.mark.parametrize("words", ["two plus cheese", "two dollars and three euros"])
def test_other_words_and_mixed_units_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=repr(words)):
        formula(words)
