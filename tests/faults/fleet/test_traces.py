"""Which server has the device, and whose word counts."""

from __future__ import annotations

from tests.faults.fleet.traces import FleetTrace
from tests.faults.test_judge import line
from tests.faults.traces import Line


def linked(second: float) -> Line:
    return line(second, "server", "continuity", "hello", **{"from": "UNLINKED", "to": "LINKED"})


def turn(second: float, state: str) -> Line:
    return line(second, "server", "turn", "moved", to=state, context={"turn": int(second)})


def trace(*lives: list[Line]) -> FleetTrace:
    seen = FleetTrace()
    seen.lives = list(lives)
    return seen


def test_nobody_has_a_device_that_was_not_greeted() -> None:
    assert trace([], []).owner is None
    assert trace([], []).state("turn") == ""


def test_who_greeted_the_device_last_has_it() -> None:
    assert trace([linked(1)], [linked(2)]).owner == 1
    assert trace([linked(1), linked(3)], [linked(2)]).owner == 0


def test_the_owner_is_believed_and_what_it_has_not_said_is_as_the_one_before_it_said() -> None:
    first = [linked(1), turn(2, "USER_TURN")]
    assert trace(first, [linked(3)]).state("turn") == "USER_TURN"
    assert trace(first, [linked(3), turn(4, "THINKING")]).state("turn") == "THINKING"
    assert trace(first, [linked(3), turn(4, "THINKING")]).variable("turn", "turn") == 4


def test_a_server_that_is_fenced_is_not_believed_any_more_even_before_the_other_one_has_greeted() -> None:
    fenced = line(2.5, "server", "continuity", "fenced", **{"from": "LINKED", "to": "UNLINKED"})
    first = [linked(1), turn(2, "USER_TURN"), fenced, turn(2.6, "NO_TURN")]
    assert trace(first, [linked(3)]).state("turn") == "USER_TURN"
