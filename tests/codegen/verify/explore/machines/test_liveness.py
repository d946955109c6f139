"""Small graphs, each with one way to stay away from what should come."""

from __future__ import annotations

from codegen.verify.explore.machines.liveness import lasting, unreachable
from codegen.verify.explore.machines.system import Label, State
from codegen.verify.search import Graph

DELIVERY = Label("delivery", "device", "answer")
OTHER_DELIVERY = Label("delivery", "server", "question")
LIMIT = Label("timeout", "device", "no_answer", "session")
BRAIN = Label("brain", "server", "reply_started")
FAULT = Label("fault", "link", "breaks")
ALL = ("delivery", "timeout", "brain")


def graph(*edges: tuple[int, Label, int]) -> Graph[State, Label]:
    """States by number, each with its edges; 0 is the initial one."""
    made: Graph[State, Label] = Graph((0, 0, 0))
    for number in range(max(max(source, target) for source, _, target in edges) + 1):
        made.expand(number, [(label, (target, 0, 0)) for source, label, target in edges if source == number])
    assert [state[0] for state in made.states] == list(range(len(made.states)))
    return made


def good(size: int, *numbers: int) -> list[bool]:
    return [number in numbers for number in range(size)]


def test_what_leads_to_the_good_one_by_the_kinds_allowed_reaches_it() -> None:
    made = graph((0, DELIVERY, 1), (1, FAULT, 2), (1, DELIVERY, 3), (2, BRAIN, 3), (3, DELIVERY, 3))
    assert unreachable(made, ["delivery"], good(4, 3)).tolist() == [2]
    assert unreachable(made, ["delivery", "brain"], good(4, 3)).tolist() == []


def test_a_dead_end_lasts_for_ever() -> None:
    made = graph((0, DELIVERY, 1), (1, FAULT, 2), (2, DELIVERY, 2))
    assert lasting(made, ALL, good(3, 2)).tolist() == [1]


def test_a_round_that_puts_nothing_off_lasts_for_ever() -> None:
    made = graph((0, DELIVERY, 1), (1, DELIVERY, 0), (1, OTHER_DELIVERY, 1), (1, BRAIN, 2), (2, DELIVERY, 2))
    assert lasting(made, ALL, good(3, 2)).tolist() == [0, 1], "nobody makes the brain speak"


def test_a_round_does_not_last_if_it_puts_off_what_stays_possible() -> None:
    made = graph((0, DELIVERY, 1), (0, OTHER_DELIVERY, 2), (1, DELIVERY, 0), (1, OTHER_DELIVERY, 2), (2, DELIVERY, 2))
    assert lasting(made, ALL, good(3, 2)).tolist() == []


def test_what_is_possible_only_now_and_then_may_be_missed() -> None:
    made = graph((0, DELIVERY, 1), (1, DELIVERY, 0), (1, OTHER_DELIVERY, 2), (2, DELIVERY, 2))
    assert lasting(made, ALL, good(3, 2)).tolist() == [0, 1]


def test_a_limit_waits_until_nothing_else_would_come_first() -> None:
    made = graph((0, DELIVERY, 1), (0, LIMIT, 2), (1, DELIVERY, 1), (2, LIMIT, 2))
    assert lasting(made, ALL, good(3, 1)).tolist() == [2]
    assert lasting(made, ALL, good(3, 1, 2)).tolist() == []


def test_a_limit_that_runs_all_the_while_passes_at_last() -> None:
    made = graph((0, BRAIN, 1), (0, LIMIT, 2), (1, BRAIN, 0), (1, LIMIT, 2), (2, DELIVERY, 2))
    assert lasting(made, ALL, good(3, 2)).tolist() == []
    without = graph((0, BRAIN, 1), (0, LIMIT, 2), (1, BRAIN, 0), (2, DELIVERY, 2))
    assert lasting(without, ALL, good(3, 2)).tolist() == [0, 1], "it is stopped and started again each round"
