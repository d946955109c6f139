"""Spoken arithmetic, calculated exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import isqrt

from tars.shells.brains.words import digits

OPERATORS = {"multiplied by": "times", "divided by": "over", "negative": "minus", "and": "plus", "square root of": "root"}
"""Other ways to say the operators of the grammar below."""

TOKEN = re.compile(r"\d+(?:\.\d+)?|plus|minus|times|over|percent of|root")

DECIMALS = 4
"""How many decimals are said of a number that has more."""


class Undefined(Enum):
    """Why a calculation has no result."""

    DIVISION_BY_ZERO = "division by zero"
    ROOT_OF_NEGATIVE = "the square root of a negative number"


@dataclass(frozen=True)
class Number:
    """The result of a calculation."""

    value: Fraction
    exact: bool = True
    """Whether `value` is the result itself and not an approximation of an irrational root."""

    def __str__(self) -> str:
        """As it is said: "56", "1,000", "2.5", "about 0.3333", "minus 3"."""
        scale = 10**DECIMALS
        rounded = round(self.value * scale)
        whole, part = divmod(abs(rounded), scale)
        about = "" if self.exact and rounded == self.value * scale else "about "
        return f"{about}{'minus ' if rounded < 0 else ''}{whole:,}{f'.{part:0{DECIMALS}}'.rstrip('0') if part else ''}"


def calculate(words: str) -> Number | Undefined:
    """The result of words like "two plus three times four" or "15 percent of 80". Raises ValueError if they are no calculation."""
    text = digits(words)
    for spoken, operator in OPERATORS.items():
        text = re.sub(rf"\b{spoken}\b", operator, text)
    text = re.sub(r"\bthe\b", " ", text)
    if TOKEN.sub("", text).strip():
        raise ValueError(f"{words!r} is no calculation")
    calculation = _Calculation(TOKEN.findall(text))
    try:
        return calculation.result()
    except ZeroDivisionError:
        return Undefined.DIVISION_BY_ZERO
    except _RootOfNegativeError:
        return Undefined.ROOT_OF_NEGATIVE


class _RootOfNegativeError(ArithmeticError):
    pass


class _Calculation:
    """The grammar: sum = product (plus|minus product)*, product = factor (times|over|percent of factor)*, factor = [minus|root] factor."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens[::-1]
        self._exact = True

    def result(self) -> Number:
        if len(self._tokens) < 2:
            raise ValueError("no calculation")
        value = self._sum()
        if self._tokens:
            raise ValueError(f"{self._tokens[-1]!r} is in the wrong place")
        return Number(value, self._exact)

    def _next(self, *wanted: str) -> str | None:
        return self._tokens.pop() if self._tokens and self._tokens[-1] in wanted else None

    def _sum(self) -> Fraction:
        value = self._product()
        while operator := self._next("plus", "minus"):
            value = value + self._product() if operator == "plus" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._factor()
        while operator := self._next("times", "over", "percent of"):
            factor = self._factor()
            value = value / factor if operator == "over" else value * factor / (100 if operator == "percent of" else 1)
        return value

    def _factor(self) -> Fraction:
        if self._next("minus"):
            return -self._factor()
        if self._next("root"):
            return self._root(self._factor())
        if not self._tokens:
            raise ValueError("a number is missing")
        return Fraction(self._tokens.pop())  # raises ValueError for an operator

    def _root(self, square: Fraction) -> Fraction:
        if square < 0:
            raise _RootOfNegativeError
        root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
        if root * root == square:
            return root
        self._exact = False
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())
