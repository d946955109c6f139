"""The expressions of the definitions as ECMAScript, for formats whose readers evaluate that.

Negation is written `== false`, which tools that read ECMAScript as something like Python understand too. What is negated is boolean, so it
means the same.
"""

from __future__ import annotations

import ast
from itertools import pairwise

from codegen.definitions.expressions import LITERALS, parse
from codegen.definitions.model import Constant, Machine, Row

OR, AND, EQUAL, LESS, SUM, ATOM = range(6)
"""How tightly an expression holds together, the loosest first."""
SIGNS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Eq: ("==", EQUAL),
    ast.NotEq: ("!=", EQUAL),
    ast.Lt: ("<", LESS),
    ast.LtE: ("<=", LESS),
    ast.Gt: (">", LESS),
    ast.GtE: (">=", LESS),
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
}


class Dialect:
    """ECMAScript in which variables and the fields of an event are found at certain places."""

    def __init__(self, variable: str, payload: str) -> None:
        """What stands before the name of a variable, and before that of a field: `context.`, `event.`."""
        self.variable, self.payload = variable, payload

    def text(self, expression: str) -> str:
        """An expression of the definitions, translated. Raises ValueError for anything that the definition language does not have."""
        return self._write(parse(expression))[0]

    def guard(self, machine: Machine, row: Row) -> str:
        """The condition of a row; nothing if it has none."""
        if row.guard is None:
            return ""
        expression = machine.guard(row.guard).expr
        return self.text(f"not ({expression})" if row.negated else expression)

    def _write(self, tree: ast.expr) -> tuple[str, int]:
        match tree:
            case ast.Constant(bool() | int() | float() | str() as value):
                return literal(value), ATOM
            case ast.Name(name):
                return name if name in LITERALS else f"{self.variable}{name}", ATOM
            case ast.Attribute(ast.Name("payload"), name):
                return f"{self.payload}{name}", ATOM
            case ast.BoolOp(ast.And(), operands):
                return " && ".join(self._operand(operand, AND) for operand in operands), AND
            case ast.BoolOp(ast.Or(), operands):
                return " || ".join(self._operand(operand, OR) for operand in operands), OR
            case ast.UnaryOp(ast.Not(), operand):
                return f"{self._operand(operand, LESS)} == false", EQUAL
            case ast.UnaryOp(ast.USub(), operand):
                return f"-{self._operand(operand, ATOM)}", SUM
            case ast.BinOp(left, sign, right) if type(sign) in SIGNS:
                return f"{self._operand(left, SUM)} {SIGNS[type(sign)][0]} {self._operand(right, ATOM)}", SUM
            case ast.Compare(left, signs, others) if all(type(sign) in SIGNS for sign in signs):
                return self._comparison([left, *others], signs)
            case ast.Call(ast.Name("min" | "max" as function), arguments, []):
                return f"Math.{function}({', '.join(self._write(argument)[0] for argument in arguments)})", ATOM
        raise ValueError(f"the definition language has no {ast.unparse(tree)}")

    def _operand(self, tree: ast.expr, tightness: int) -> str:
        text, holds = self._write(tree)
        return text if holds >= tightness else f"({text})"

    def _comparison(self, operands: list[ast.expr], signs: list[ast.cmpop]) -> tuple[str, int]:
        """A chain such as `0 < a < 3` compares each neighbours."""
        texts = [self._operand(operand, SUM) for operand in operands]
        parts = [f"{left} {SIGNS[type(sign)][0]} {right}" for sign, (left, right) in zip(signs, pairwise(texts), strict=True)]
        return " && ".join(parts), AND if len(parts) > 1 else SIGNS[type(signs[0])][1]


def literal(value: Constant) -> str:
    """A value of the definitions as ECMAScript; texts in single quotes, so that they can stand in an attribute of XML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
        return f"'{escaped}'"
    return str(value)
