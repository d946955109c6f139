"""What one event does to one machine, straight from the representation: the oracle of the generated tests and of exploration.

Knows neither the generated Python nor its step engine, so that the two can be compared.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from codegen.definitions.expressions import FUNCTIONS, LITERALS, parse
from codegen.definitions.model import Emit, Event, Field, Ignored, Machine, Row

Values = dict[str, Any]
"""Variables of a context, or fields of a payload, by name."""


@dataclass(frozen=True)
class Emitted:
    """An event that a row causes, with its payload filled."""

    event: str
    payload: Values


@dataclass(frozen=True)
class Taken:
    """A row was taken: where the machine is now, what it knows, and what it asks for, in order."""

    row: Row
    target: str
    """The state afterwards, also when it was not left."""
    context: Values
    actions: tuple[str, ...]
    emits: tuple[Emitted, ...]


@dataclass(frozen=True)
class Forbidden:
    """Neither a row nor a reason to ignore covers the event here."""

    state: str
    event: str


def step(machine: Machine, state: str, context: Values, event: str, payload: Values) -> Taken | Ignored | Forbidden:
    """One event in one state. `context` is not changed. Assignments happen in the order written, each seeing those before it."""
    if cell := machine.ignored_for(state, event):
        return cell
    for row in machine.rows_for(state, event):
        if allows(machine, row, context, payload):
            return _take(machine, row, context, payload)
    return Forbidden(state, event)


def allows(machine: Machine, row: Row, context: Values, payload: Values) -> bool:
    """Whether the row's guard holds."""
    if row.guard is None:
        return True
    return bool(evaluate(machine.guard(row.guard).expr, context, payload)) is not row.negated


def _take(machine: Machine, row: Row, context: Values, payload: Values) -> Taken:
    after = dict(context)
    for variable, text in row.assign:
        after[variable] = evaluate(text, after, payload)
    entry = machine.state(row.target).entry if row.target else ()
    emits = tuple(emitted(machine, row, emit, after, payload) for emit in row.emits)
    return Taken(row, row.target or row.state, after, (*row.actions, *entry), emits)


def emitted(machine: Machine, row: Row, emit: Emit, context: Values, payload: Values) -> Emitted:
    """What a row emits, its payload filled. `context`: after the row's assignments."""
    fields = machine.emitted(emit.event).payload
    return Emitted(emit.event, {field.name: evaluate(filling(machine, row, emit, field), context, payload) for field in fields})


def filling(machine: Machine, row: Row, emit: Emit, field: Field) -> str:
    """The expression that fills a field: what the row gives, else the variable of that name, else the field of the event taken."""
    given = dict(emit.values).get(field.name)
    if given is not None:
        is_text = field.type in ("str", "id") and not given.startswith("payload.")
        return repr(given) if is_text else given
    if any(variable.name == field.name for variable in machine.context):
        return field.name
    if _carries(machine.event(row.event), field.name):
        return f"payload.{field.name}"
    raise ValueError(f"{emit.mark}: nothing fills {field.name}")


def _carries(event: Event, name: str) -> bool:
    return any(field.name == name for field in event.payload)


# ------------------------------------------------------------------------------------------------------------- expressions

OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_parsed = cache(parse)


def evaluate(text: str, context: Values, payload: Values) -> Any:
    """The value of a guard or an assignment. Raises ValueError for anything that the definition language does not have."""
    return _value(_parsed(text), context, payload)


def _value(node: ast.expr, context: Values, payload: Values) -> Any:
    def value(part: ast.expr) -> Any:
        return _value(part, context, payload)

    match node:
        case ast.Constant(value=bool() | int() | float() | str() as literal):
            return literal
        case ast.Name(id=name) if name in LITERALS:
            return LITERALS[name]
        case ast.Name(id=name):
            return context[name]
        case ast.Attribute(value=ast.Name(id="payload"), attr=name):
            return payload[name]
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(value(part) for part in parts)
        case ast.BoolOp(op=ast.Or(), values=parts):
            return any(value(part) for part in parts)
        case ast.UnaryOp(op=sign, operand=part) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](value(part))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](value(left), value(right))
        case ast.Compare(left=left, ops=signs, comparators=others) if all(type(sign) in OPERATORS for sign in signs):
            values = [value(part) for part in (left, *others)]
            return all(OPERATORS[type(sign)](*pair) for sign, pair in zip(signs, pairwise(values), strict=True))
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in FUNCTIONS:
            function: Any = FUNCTIONS[name]
            return function(*(value(part) for part in parts))
    raise ValueError(f"the definition language has no {ast.unparse(node)}")


@cache
def reads(text: str) -> tuple[str, ...]:
    """What an expression reads: variables as `tries`, fields of the event as `payload.visit`."""
    found: dict[str, None] = {}
    for node in ast.walk(_parsed(text)):
        match node:
            case ast.Attribute(value=ast.Name(id="payload"), attr=name):
                found[f"payload.{name}"] = None
            case ast.Name(id=name) if name not in FUNCTIONS and name not in LITERALS and name != "payload":
                found[name] = None
    return tuple(found)


@cache
def constants(text: str) -> tuple[bool | int | float | str, ...]:
    """The literals of an expression."""
    values = (node.value for node in ast.walk(_parsed(text)) if isinstance(node, ast.Constant))
    return tuple(value for value in values if isinstance(value, bool | int | float | str))
