from __future__ import annotations

from collections.abc import Iterator

from codegen.verify.progress import Progress
from codegen.verify.search import search

QUIET = Progress("test", quiet=True)


def steps(state: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int]]]:
    """A walk on a 4 x 4 board, with a short cut from one corner to the other."""
    column, row = state
    if column < 3:
        yield "right", (column + 1, row)
    if row < 3:
        yield "up", (column, row + 1)
    if state == (0, 1):
        yield "jump", (3, 3)


def test_every_reachable_state_is_found_once_by_a_shortest_way() -> None:
    graph = search((0, 0), steps, QUIET)
    assert sorted(graph.states) == sorted((column, row) for column in range(4) for row in range(4))
    assert [label for label, _ in graph.path(graph.numbers[3, 3])] == ["up", "jump"]
    assert [state for _, state in graph.path(graph.numbers[2, 1])][-1] == (2, 1)
    assert len(graph.path(graph.numbers[2, 1])) == 3
    assert graph.path(0) == []


def test_edges_are_kept_with_what_they_lead_to() -> None:
    graph = search((0, 0), steps, QUIET)
    assert [(label, graph.states[number]) for label, number in graph.edges(graph.numbers[0, 1])] == [
        ("right", (1, 1)),
        ("up", (0, 2)),
        ("jump", (3, 3)),
    ]
    sources, whats, targets = graph.table()
    assert graph.size == (16, len(sources)) == (16, 25)
    assert {(graph.states[s], graph.labels[w], graph.states[t]) for s, w, t in zip(sources, whats, targets, strict=True)} == {
        (state, label, target) for state in graph.states for label, target in steps(state)
    }


def test_the_search_stops_when_it_is_enough() -> None:
    looked_at = []

    def noted(state: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int]]]:
        looked_at.append(state)
        yield from steps(state)

    search((0, 0), noted, QUIET, lambda: len(looked_at) == 2)
    assert looked_at == [(0, 0), (1, 0)]


def test_the_first_state_from_which_no_goal_is_reached_by_the_steps_that_go_on_by_themselves() -> None:
    graph = search((0, 0), steps, QUIET)
    assert graph.stuck(lambda state: state == (3, 3), lambda _: True) is None
    stuck = graph.stuck(lambda state: state == (3, 3), lambda label: label == "jump")
    assert stuck is not None
    assert graph.states[stuck] == (0, 0), "one has to go up before one can jump"
    alone = graph.stuck(lambda state: state[1] == 3, lambda label: label == "right")
    assert alone is not None
    assert graph.states[alone] == (0, 0)
    assert graph.stuck(lambda state: state == (3, 0), lambda label: label == "right") == graph.numbers[0, 1]
