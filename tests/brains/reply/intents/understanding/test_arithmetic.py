"""Results of spoken arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tars.brains.reply.intents.understanding.arithmetic import Number, Undefined, calculate


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("twenty one plus two", "23"),
        ("seven times eight", "56"),
        ("7 multiplied by 8", "56"),
        ("two plus three times four", "14"),
        ("ten minus two minus three", "5"),
        ("100 divided by 8", "12.5"),
        ("100 over 8 over 2", "6.25"),
        ("100 divided by 3", "about 33.3333"),
        ("two divided by three", "about 0.6667"),
        ("15 percent of 80", "12"),
        ("100 plus fifteen percent of 80", "112"),
        ("the square root of 144", "12"),
        ("square root of 2", "about 1.4142"),
        ("square root of 6.25", "2.5"),
        ("square root of sixteen plus nine", "13"),
        ("two times the square root of nine", "6"),
        ("minus 3 times minus 4", "12"),
        ("negative five plus 2", "minus 3"),
        ("0.1 plus 0.2", "0.3"),
        ("two and two", "4"),
        ("999999 plus 1", "1,000,000"),
        ("two point five times four", "10"),
        ("1 divided by 100000", "about 0"),
        ("add 5 and 7", "12"),
        ("add 2 times 3 to 4", "10"),
        ("subtract 2 plus 3 from 10", "5"),
        ("take 5 away from 20", "15"),
        ("20 take away 5", "15"),
        ("multiply 2 plus 3 by 4", "20"),
        ("divide 20 by 4", "5"),
        ("the difference between 5 and 20", "15"),
        ("the product of 6 and 7", "42"),
        ("12 squared", "144"),
        ("minus 3 squared", "minus 9"),
        ("the square of minus 3", "9"),
        ("three cubed plus one", "28"),
        ("2 to the power of 10", "1,024"),
        ("2 to the power of minus 1", "0.5"),
        ("two to the tenth power", "1,024"),
        ("2 to the 3rd", "8"),
        ("half of 90", "45"),
        ("half of 90 plus 10", "55"),
        ("a quarter of a hundred", "25"),
        ("two thirds of 90", "60"),
        ("three quarters of 80", "60"),
        ("a third of 90", "30"),
        ("a half plus a quarter", "0.75"),
        ("two and a half times 4", "10"),
        ("twice a hundred and five", "210"),
        ("a thousand divided by eight", "125"),
        ("2 million plus 1", "2,000,001"),
        ("20 percent off 50", "40"),
        ("15 percent of 20 dollars", "3"),
        ("percent of 80 is 20", "25 percent"),
        ("20 is what percent of 80", "25 percent"),
        ("point five times 4", "2"),
        ("0 to the power of 0", "1"),
        ("99999999999999999999 times 99999999999999999999", "9,999,999,999,999,999,999,800,000,000,000,000,000,001"),
    ],
)
def test_results_as_they_are_said(words: str, said: str) -> None:
    assert str(calculate(words)) == said


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12), st.sampled_from(["plus", "minus", "times", "divided by"]))
def test_results_are_exact(left: int, right: int, operator: str) -> None:
    def said(number: int) -> str:
        return f"minus {-number}" if number < 0 else str(number)

    result = calculate(f"{said(left)} {operator} {said(right)}")
    if operator == "divided by":
        expected = Number(Fraction(left, right)) if right else Undefined.DIVISION_BY_ZERO
        assert result == expected
    else:
        assert result == Number(Fraction({"plus": left + right, "minus": left - right, "times": left * right}[operator]))


def test_what_has_no_result() -> None:
    assert calculate("ten divided by zero") is Undefined.DIVISION_BY_ZERO
    assert calculate("1 over 5 minus 5 over 0") is Undefined.DIVISION_BY_ZERO
    assert calculate("0 to the power of minus 1") is Undefined.DIVISION_BY_ZERO
    assert calculate("percent of 0 is 20") is Undefined.DIVISION_BY_ZERO
    assert calculate("the square root of minus four") is Undefined.ROOT_OF_NEGATIVE


NO_RESULT = r"no calculation|wrong place|missing|Invalid literal|mixes units|no whole exponent|too long|Exceeds the limit"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "seven",
        "the time",
        "seven plus",
        "plus",
        "times 3 4",
        "7 8",
        "two plus pasta",
        "square root of",
        "seven plus plus times 2",
        "7 percent of",
        "half",
        "20 dollars",
        "20 dollars and 50 cents",
        "5 dollars plus 5 euros",
        "add 5",
        "subtract 5",
        "2 to the power of 0.5",
        "2 to the power of 1000000",
        "9 to the power of 9 to the power of 9 to the power of 9",
        "9" * 700 + " plus 1",
        "9" * 5000 + " plus 1",
        "2 ( 3",
        "squared",
        "dozens of eggs",
    ],
)
def test_what_is_no_calculation(words: str) -> None:
    with pytest.raises(ValueError, match=NO_RESULT):
        calculate(words)
