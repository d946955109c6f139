"""The expressions of guards, assignments and relations: parsed, typed and bounded, so that what runs later cannot surprise.

Allowed are names, `payload.x`, literals, comparison, `and`, `or`, `not`, `+` and `-`, and `min`, `max`, `sum`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

NUMBERS = ("int", "counter", "float")
LITERALS = {"true": True, "false": False}
FUNCTIONS = {"min": min, "max": max, "sum": sum}
RESERVED = frozenset({"payload", *LITERALS, *FUNCTIONS})
"""Names that mean something in an expression, so that no variable can have them."""

Bounds = tuple[float, float]
ANYTHING: Bounds = (-math.inf, math.inf)


class ExpressionError(ValueError):
    """The text is not an expression of this language."""


class UndeclaredNameError(ExpressionError):
    """It is, but a name in it stands for nothing."""


@dataclass(frozen=True)
class Scope:
    """The names an expression may use, each with its type: a field's type, or `table` for a table of limits."""

    names: Mapping[str, str] = field(default_factory=dict)
    payload: Mapping[str, str] = field(default_factory=dict)


def parse(text: str) -> ast.expr:
    """The expression as a tree; ExpressionError if it is none."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        raise ExpressionError(f"{text!r} is not an expression") from None


def names(text: str) -> set[str]:
    """The names that an expression uses; none if it is no expression."""
    try:
        return {node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)}
    except ExpressionError:
        return set()


def type_of(text: str, scope: Scope) -> str:
    """The type of an expression's value; ExpressionError if it has none."""
    return _type(parse(text), scope)


def _type(tree: ast.expr, scope: Scope) -> str:
    match tree:
        case ast.Constant(bool() | int() | float() | str() as value):
            return type(value).__name__
        case ast.Name(name) if name in LITERALS:
            return "bool"
        case ast.Name(name):
            return _declared(name, scope.names, name)
        case ast.Attribute(ast.Name("payload"), name):
            return _declared(name, scope.payload, f"payload.{name}")
        case ast.BoolOp(values=operands):
            return _all(operands, ("bool",), scope, "bool")
        case ast.UnaryOp(ast.Not(), operand):
            return _all([operand], ("bool",), scope, "bool")
        case ast.UnaryOp(ast.USub(), operand):
            return _all([operand], NUMBERS, scope)
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return _all([left, right], NUMBERS, scope)
        case ast.Compare(left, operators, others):
            return _comparison([left, *others], operators, scope)
        case ast.Call(ast.Name("min" | "max" | "sum" as function), arguments, []):
            return _call(function, arguments, scope)
    raise ExpressionError(f"{ast.unparse(tree)!r} is not allowed in an expression")


def _declared(name: str, types: Mapping[str, str], text: str) -> str:
    if name not in types:
        raise UndeclaredNameError(f"{text} is not declared")
    return types[name]


def _all(operands: list[ast.expr], allowed: tuple[str, ...], scope: Scope, result: str | None = None) -> str:
    """The common type of the operands, which are all of an allowed one."""
    types = [_type(operand, scope) for operand in operands]
    for operand, found in zip(operands, types, strict=True):
        if found not in allowed:
            raise ExpressionError(f"{ast.unparse(operand)!r} is of type {found}, not {' or '.join(allowed)}")
    return result or max(types, key=NUMBERS.index)


def _comparison(operands: list[ast.expr], operators: list[ast.cmpop], scope: Scope) -> str:
    if all(isinstance(operator, ast.Eq | ast.NotEq) for operator in operators):
        first = _type(operands[0], scope)
        return _all(operands, NUMBERS if first in NUMBERS else (first,), scope, "bool")
    if any(isinstance(operator, ast.Is | ast.IsNot | ast.In | ast.NotIn) for operator in operators):
        raise ExpressionError("is and in are not allowed in an expression")
    return _all(operands, NUMBERS, scope, "bool")


def _call(function: str, arguments: list[ast.expr], scope: Scope) -> str:
    if len(arguments) == 1 and _type(arguments[0], scope) == "table":
        return "float"
    if len(arguments) < 2 or function == "sum":
        raise ExpressionError(f"{function} takes one table{'' if function == 'sum' else ', or several numbers'}")
    return _all(arguments, NUMBERS, scope)


def fits(found: str, wanted: str) -> bool:
    """A value of the one type can be kept as the other."""
    return found == wanted or (found in NUMBERS[:2] and wanted in NUMBERS)


def bounds(tree: ast.expr, variables: Mapping[str, Bounds]) -> Bounds:
    """Between which numbers the value lies, when each variable lies within its own."""
    match tree:
        case ast.Constant(int() | float() as value):
            return value, value
        case ast.Name(name):
            return variables.get(name, ANYTHING)
        case ast.UnaryOp(ast.USub(), operand):
            low, high = bounds(operand, variables)
            return -high, -low
        case ast.BinOp(left, ast.Add(), right):
            (low, high), (low2, high2) = bounds(left, variables), bounds(right, variables)
            return low + low2, high + high2
        case ast.BinOp(left, ast.Sub(), right):
            (low, high), (low2, high2) = bounds(left, variables), bounds(right, variables)
            return low - high2, high - low2
        case ast.Call(ast.Name("min" | "max" as function), arguments):
            lows, highs = zip(*(bounds(argument, variables) for argument in arguments), strict=True)
            return (min(lows), min(highs)) if function == "min" else (max(lows), max(highs))
    return ANYTHING


def evaluate(text: str, values: Mapping[str, object]) -> object:
    """The value of an expression that `type_of` has let pass, which leaves nothing but arithmetic to run."""
    return eval(compile(text, "<expression>", "eval"), {"__builtins__": {}, **FUNCTIONS, **LITERALS, **values})
