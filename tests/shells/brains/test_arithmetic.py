from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tars.shells.brains.arithmetic import Number, Undefined, calculate


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
    assert calculate("the square root of minus four") is Undefined.ROOT_OF_NEGATIVE


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
    ],
)
def test_what_is_no_calculation(words: str) -> None:
    with pytest.raises(ValueError, match=r"no calculation|wrong place|missing|Invalid literal"):
        calculate(words)
