from __future__ import annotations

import math

import pytest

from codegen.definitions.expressions import ExpressionError, Scope, UndeclaredNameError, bounds, evaluate, fits, names, parse, type_of

SCOPE = Scope(
    {"tries": "int", "visits": "counter", "visit": "id", "eager": "bool", "who": "str", "doze": "float", "patience": "table"},
    {"late": "bool", "turn": "counter"},
)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("true", "bool"),
        ("4", "int"),
        ("'a'", "str"),
        ("visits + 1", "counter"),
        ("tries - 1", "int"),
        ("-tries", "int"),
        ("doze + 1", "float"),
        ("payload.turn", "counter"),
        ("min(tries + 1, 2)", "int"),
        ("sum(patience)", "float"),
        ("max(patience)", "float"),
        ("not payload.late and (eager or tries < 2)", "bool"),
        ("0 <= tries < 4 != visits", "bool"),
        ("who == 'epoch_changed'", "bool"),
        ("eager == true", "bool"),
    ],
)
def test_the_type_of_an_expression(text: str, type_: str) -> None:
    assert type_of(text, SCOPE) == type_


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "'' is not an expression"),
        ("tries +", "'tries +' is not an expression"),
        ("tries = 1", "'tries = 1' is not an expression"),
        ("tries\0", "is not an expression"),
        ("tries * 2", "'tries * 2' is not allowed in an expression"),
        ("open('x')", "\"open('x')\" is not allowed in an expression"),
        ("min(*patience)", "is not allowed in an expression"),
        ("min(1, key=2)", "is not allowed in an expression"),
        ("tries.real", "'tries.real' is not allowed in an expression"),
        ("[tries]", "is not allowed in an expression"),
        ("None", "'None' is not allowed in an expression"),
        ("~tries", "is not allowed in an expression"),
        ("eager + 1", "'eager' is of type bool, not int or counter or float"),
        ("not tries", "'tries' is of type int, not bool"),
        ("eager and who", "'who' is of type str, not bool"),
        ("visit == 'a'", "\"'a'\" is of type str, not id"),
        ("visit < visit", "'visit' is of type id, not int or counter or float"),
        ("tries is 1", "is and in are not allowed in an expression"),
        ("tries < 2 in patience", "is and in are not allowed in an expression"),
        ("min(tries)", "min takes one table, or several numbers"),
        ("sum(tries, 1)", "sum takes one table"),
        ("max()", "max takes one table, or several numbers"),
    ],
)
def test_what_is_no_expression(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as error:
        type_of(text, SCOPE)
    assert problem in str(error.value)
    assert not isinstance(error.value, UndeclaredNameError)


@pytest.mark.parametrize(("text", "name"), [("trials < 2", "trials"), ("payload.turns", "payload.turns"), ("payload", "payload")])
def test_a_name_that_stands_for_nothing(text: str, name: str) -> None:
    with pytest.raises(UndeclaredNameError, match=f"^{name} is not declared$"):
        type_of(text, SCOPE)


def test_the_names_in_an_expression() -> None:
    assert names("min(tries + 1, 2) == payload.turn") == {"min", "tries", "payload"}
    assert names("tries +") == set()


@pytest.mark.parametrize(
    ("found", "wanted", "answer"),
    [
        ("int", "int", True),
        ("int", "counter", True),
        ("counter", "float", True),
        ("float", "int", False),
        ("str", "id", False),
        ("bool", "int", False),
    ],
)
def test_what_can_be_kept_as_what(found: str, wanted: str, answer: bool) -> None:
    assert fits(found, wanted) is answer


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3", 3, 3),
        ("tries", 0, 2),
        ("-tries", -2, 0),
        ("tries + 1", 1, 3),
        ("4 - tries", 2, 4),
        ("tries - tries", -2, 2),
        ("min(tries + 1, 2)", 1, 2),
        ("max(tries, 1)", 1, 2),
        ("min(payload.at, 2)", -math.inf, 2),
        ("other", -math.inf, math.inf),
    ],
)
def test_the_bounds_of_an_expression(text: str, low: float, high: float) -> None:
    assert bounds(parse(text), {"tries": (0, 2)}) == (low, high)


def test_an_expression_has_a_value() -> None:
    assert evaluate("doze > sum(patience) + 20 and true", {"doze": 60.0, "patience": (5.0, 10.0, 20.0)}) is True
    assert evaluate("min(patience)", {"patience": (5.0, 10.0)}) == 5.0
