"""Writes the expressions of guards, assignments and specs as Promela, and simplifies them by known values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from codegen.definitions.semantics import evaluate

Name = Callable[[str], str]
"""A name in the expression, `tries` or `payload.visit` -> the Promela expression for it."""
Word = Callable[[str, str], str]
"""A name, and a text that it is compared with -> the number that represents the text."""

SIGNS: dict[type[ast.AST], str] = {
    ast.And: "&&",
    ast.Or: "||",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def promela(text: str, name: Name, word: Word) -> str:
    """The expression in Promela. Raises ValueError for what has no form in Promela."""
    return _Translation(name, word).of(ast.parse(text, mode="eval").body)


class _Translation:
    def __init__(self, name: Name, word: Word) -> None:
        self._name = name
        self._word = word

    def of(self, tree: ast.expr) -> str:
        match tree:
            case ast.Constant(bool() | int() as value):
                return str(int(value))
            case ast.Name(id="true" | "false" as value):
                return str(int(value == "true"))
            case ast.Name() | ast.Attribute():
                return self._name(ast.unparse(tree))
            case ast.BoolOp(op=sign, values=parts):
                return "(" + f" {SIGNS[type(sign)]} ".join(self.of(part) for part in parts) + ")"
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return f"!({self.of(part)})"
            case ast.UnaryOp(op=ast.USub(), operand=part):
                return f"-({self.of(part)})"
            case ast.BinOp(left=left, op=sign, right=right):
                return f"({self.of(left)} {SIGNS[type(sign)]} {self.of(right)})"
            case ast.IfExp(test=test, body=body, orelse=other):
                return f"({self.of(test)} -> {self.of(body)} : {self.of(other)})"
            case ast.Compare(left=left, ops=signs, comparators=others):
                pairs = zip(signs, pairwise((left, *others)), strict=True)
                return "(" + " && ".join(self._compared(*pair, sign) for sign, pair in pairs) + ")"
            case ast.Call(func=ast.Name(id="min" | "max" as function), args=[one, other]):
                a, b = self.of(one), self.of(other)
                return f"(({a}) {'<' if function == 'min' else '>'} ({b}) -> ({a}) : ({b}))"
        raise ValueError(f"Promela has no {ast.unparse(tree)}")

    def _compared(self, left: ast.expr, right: ast.expr, sign: ast.cmpop) -> str:
        if isinstance(sign, ast.In | ast.NotIn) and isinstance(right, ast.Tuple):
            found = " || ".join(self._compared(left, one, ast.Eq()) for one in right.elts)
            return f"({found})" if isinstance(sign, ast.In) else f"!({found})"
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            return f"{self.of(left)} {SIGNS[type(sign)]} {self._word(ast.unparse(left), right.value)}"
        return f"{self.of(left)} {SIGNS[type(sign)]} {self.of(right)}"


def compared(text: str, start: str) -> Iterator[str]:
    """The texts with which names of this prefix are compared. Raises ValueError for an empty one: it is 0, as all others are."""
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.Compare) and ast.unparse(node.left).startswith(start):
            for value in (part.value for other in node.comparators for part in ast.walk(other) if isinstance(part, ast.Constant)):
                if value == "":
                    raise ValueError(f"the model cannot tell an empty text from others: {text}")
                if isinstance(value, str):
                    yield value


def folded(text: str, known: Mapping[str, object]) -> str:
    """The expression, simplified by the known values: `most == 0 or tries < most` is `True` if `most` is 0."""
    return ast.unparse(_folded(ast.parse(text, mode="eval").body, known))


def _folded(tree: ast.expr, known: Mapping[str, object]) -> ast.expr:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if names <= {*known, "true", "false"}:
        return ast.Constant(evaluate(ast.unparse(tree), dict(known), {}))
    if isinstance(tree, ast.BoolOp):
        decides = isinstance(tree.op, ast.Or)
        parts = [_folded(part, known) for part in tree.values]
        if any(isinstance(part, ast.Constant) and bool(part.value) is decides for part in parts):
            return ast.Constant(decides)
        left = [part for part in parts if not isinstance(part, ast.Constant)]
        return ast.BoolOp(tree.op, left) if len(left) > 1 else left[0]
    if isinstance(tree, ast.UnaryOp):
        return ast.UnaryOp(tree.op, _folded(tree.operand, known))
    return tree
