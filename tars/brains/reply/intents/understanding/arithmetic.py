"""Spoken arithmetic, calculated exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import isqrt

from tars.brains.reply.intents.understanding.formulas import formula

DECIMALS = 4
"""Decimals of a result that are spoken; further ones are rounded away."""

LONGEST = 2_000
"""Bits of a number. Calculations with longer ones are refused: they take time, and their results cannot be spoken."""


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
    unit: str = ""
    """"percent", or nothing."""

    def __str__(self) -> str:
        """The number as it is spoken: "56", "1,000", "2.5", "about 0.3333", "minus 3", "25 percent"."""
        scale = 10**DECIMALS
        rounded = round(self.value * scale)
        whole, part = divmod(abs(rounded), scale)
        about = "" if self.exact and rounded == self.value * scale else "about "
        decimals = f".{part:0{DECIMALS}}".rstrip("0") if part else ""
        return f"{about}{'minus ' if rounded < 0 else ''}{whole:,}{decimals}{f' {self.unit}' if self.unit else ''}"


def calculate(words: str) -> Number | Undefined:
    """The result of words like "two plus three times four" or "15 percent of 80". Raises ValueError if they are no calculation."""
    tokens, unit = formula(words)
    calculation = _Calculation(tokens)
    try:
        return calculation.result(unit)
    except ZeroDivisionError:
        return Undefined.DIVISION_BY_ZERO
    except _RootOfNegativeError:
        return Undefined.ROOT_OF_NEGATIVE


class _RootOfNegativeError(ArithmeticError):
    pass


class _Calculation:
    """The grammar, lowest precedence first.

    sum = product (plus|minus product)*
    product = factor (times|over|percent of factor)*
    factor = (minus|root|square|size) factor | power
    power = atom (squared | cubed | to factor)*
    atom = number | "(" sum ")"
    """

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens[::-1]
        self._exact = True

    def result(self, unit: str) -> Number:
        if len(self._tokens) < 2:
            raise ValueError("no calculation")
        value = self._sum()
        if self._tokens:
            raise ValueError(f"{self._tokens[-1]!r} is in the wrong place")
        return Number(_bounded(value), self._exact, unit)

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
        match self._next("minus", "root", "square", "size"):
            case "minus":
                return -self._factor()
            case "root":
                return self._root(self._factor())
            case "square":
                return _power(self._factor(), Fraction(2))
            case "size":
                return abs(self._factor())
        return self._powers()

    def _powers(self) -> Fraction:
        value = self._atom()
        while operator := self._next("squared", "cubed", "to"):
            value = _power(value, self._factor() if operator == "to" else Fraction(2 if operator == "squared" else 3))
        return value

    def _atom(self) -> Fraction:
        if self._next("("):
            value = self._sum()
            if not self._next(")"):
                raise ValueError("a bracket is missing")
            return value
        if not self._tokens:
            raise ValueError("a number is missing")
        return _bounded(Fraction(self._tokens.pop()))  # raises ValueError for an operator

    def _root(self, square: Fraction) -> Fraction:
        if square < 0:
            raise _RootOfNegativeError
        root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
        if root * root == square:
            return root
        self._exact = False
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    """Raises ValueError for a broken exponent, and for a result that is too long."""
    if exponent.denominator != 1:
        raise ValueError(f"{exponent} is no whole exponent")
    if _bits(base) * abs(exponent.numerator) > LONGEST:
        raise ValueError("the power is too long")
    return base**exponent.numerator


def _bounded(value: Fraction) -> Fraction:
    if _bits(value) > LONGEST:
        raise ValueError("the number is too long")
    return value


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
