"""The rules on the values of one machine, its expressions, variables and payloads: T102, T13x and T140."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from codegen.definitions import expressions
from codegen.definitions.expressions import ExpressionError, Scope, UndeclaredNameError
from codegen.definitions.model import Emit, Field, Machine, Variable
from codegen.definitions.places import Mark
from codegen.lint.rules import Problems, Rules

rule = Rules[Machine]()


def types(fields: tuple[Field, ...] | tuple[Variable, ...]) -> dict[str, str]:
    """Name to type."""
    return {field.name: field.type for field in fields}


@rule("T102", "an expression that does not parse, uses what is not allowed, or mixes types")
def wrong_expression(machine: Machine) -> Problems:
    """Guards are conditions, assigned values fit their variable."""
    for mark, error in wrong_expressions(machine):
        if not isinstance(error, UndeclaredNameError):
            yield mark, str(error)


def wrong_expressions(machine: Machine) -> Iterator[tuple[Mark, ExpressionError]]:
    """Each guard, for every event it is used on, and each assigned value that does not have the type it must have."""
    variables = types(machine.context)
    guards = {guard.name: guard for guard in machine.guards}
    for row in machine.rows:
        scope = Scope(variables, payload_of(machine, row.event))
        if row.guard in guards:
            guard = guards[row.guard]
            if error := _misfit(guard.expr, "bool", scope):
                yield guard.mark, type(error)(f"guard {guard.name} on {row.event}: {error}")
        for variable, value in row.assign:
            if variable in variables and (error := _misfit(value, variables[variable], scope)):
                yield row.mark, type(error)(f"{variable}: {error}")


def payload_of(machine: Machine, event: str) -> dict[str, str]:
    """Field to type of an event; nothing for one that is not declared."""
    return next((types(declared.payload) for declared in machine.events if declared.name == event), {})


def _misfit(text: str, wanted: str, scope: Scope) -> ExpressionError | None:
    """Why the expression gives no value of the type wanted."""
    try:
        found = expressions.type_of(text, scope)
    except ExpressionError as error:
        return error
    return None if expressions.fits(found, wanted) else ExpressionError(f"{text!r} is of type {found}, not {wanted}")


# -- context ----------------------------------------------------------------------------------------------------------------------------


@rule("T130", "a variable without bounds")
def unbounded(machine: Machine) -> Problems:
    """An int has min and max; float and str have no bounds, so only constants may be that."""
    for variable in machine.context:
        if variable.constant:
            continue
        if variable.type == "int" and (variable.minimum is None or variable.maximum is None):
            yield variable.mark, f"{variable.name} needs min and max"
        if variable.type in ("float", "str"):
            yield variable.mark, f"{variable.name} is of type {variable.type}, which only a constant may be"


@rule("T131", "an initial value of another type or outside the bounds")
def wrong_initial(machine: Machine) -> Problems:
    """A variable starts as what it is."""
    for variable in machine.context:
        found = "id" if variable.initial == "" and variable.type == "id" else type(variable.initial).__name__
        if not expressions.fits(found, variable.type):
            yield variable.mark, f"{variable.name} is of type {variable.type} and starts as {found}"
        elif variable.type in ("int", "counter"):
            low, high = _limits(variable)
            if not low <= int(variable.initial) <= high:
                yield variable.mark, f"{variable.name} starts as {variable.initial}, outside {_span(low, high)}"


def _span(low: float, high: float) -> str:
    """Bounds in words: `0 to 2`, `3`, `0 or more`."""
    if low == high:
        return f"{low:g}"
    if math.isinf(low):
        return "any number" if math.isinf(high) else f"{high:g} or less"
    return f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"


def _limits(variable: Variable) -> expressions.Bounds:
    """The bounds of an int; a counter has only the lower one."""
    if variable.type == "counter":
        return 0, expressions.ANYTHING[1]
    return (
        expressions.ANYTHING[0] if variable.minimum is None else variable.minimum,
        expressions.ANYTHING[1] if variable.maximum is None else variable.maximum,
    )


@rule("T132", "an assignment that may leave the bounds of its variable")
def escaping(machine: Machine) -> Problems:
    """An int stays within min and max; a counter takes a number, a counter, or a counter + a number; an id takes an id."""
    variables = {variable.name: variable for variable in machine.context}
    limits = {name: _limits(variable) for name, variable in variables.items() if variable.type == "int"}
    for row in machine.rows:
        scope = Scope(types(machine.context), payload_of(machine, row.event))
        for name, text in row.assign:
            variable = variables.get(name)
            if variable is None or _misfit(text, variable.type, scope):
                continue
            tree = expressions.parse(text)
            if variable.type == "int" and name in limits:
                low, high = expressions.bounds(tree, limits)
                if low < limits[name][0] or high > limits[name][1]:
                    yield row.mark, f"{name} may become {_span(low, high)}, outside {_span(*limits[name])}"
            elif variable.type == "counter" and not _counts(tree, scope):
                yield row.mark, f"{name} is a counter: it takes a number, a counter, or a counter + a number, not {text}"


def _counts(tree: ast.expr, scope: Scope) -> bool:
    match tree:
        case ast.Constant(int() as value):
            return value >= 0
        case ast.BinOp(ast.Name() as variable, ast.Add(), ast.Constant(int())):
            return scope.names[variable.id] == "counter"
        case ast.Name(name):
            return scope.names[name] == "counter"
        case ast.Attribute(_, name):
            return scope.payload[name] == "counter"
    return False


@rule("T133", "an assignment to a constant")
def assigned_constant(machine: Machine) -> Problems:
    """A constant is set when the machine is built."""
    constants = {variable.name for variable in machine.context if variable.constant}
    for row in machine.rows:
        for name, _ in row.assign:
            if name in constants:
                yield row.mark, f"{name} is a constant"


# -- emits -------------------------------------------------------------------------------------------------------------------------------


@rule("T140", "a payload field that nothing fills, or something of another type")
def unfilled(machine: Machine) -> Problems:
    """A field is filled by the row, else by the variable of its name, else by the event taken."""
    emitted = {event.name: event for event in machine.emits}
    for row in machine.rows:
        scope = Scope(types(machine.context), payload_of(machine, row.event))
        for emit in row.emits:
            if emit.event in emitted:
                for field in emitted[emit.event].payload:
                    if problem := _filling(field, emit, scope):
                        yield emit.mark, f"{emit.event}.{field.name}: {problem}"


def _filling(field: Field, emit: Emit, scope: Scope) -> str | None:
    """What is wrong with the value that the field gets."""
    given = dict(emit.values)
    if field.name in given:
        text = given[field.name]
        if field.type == "str" and not text.startswith("payload."):
            return None
        error = _misfit(text, field.type, Scope(payload=scope.payload))
        return str(error) if error else None
    found = scope.names.get(field.name) or scope.payload.get(field.name)
    if found is None:
        return "nothing fills it: neither the row, nor a variable, nor the event"
    return None if found == field.type else f"it is of type {field.type}, and what fills it of type {found}"
