"""What must come in the end: from which states a good one can no longer be reached, and where a fair run may avoid the good ones for ever.

Fair means weakly fair: what happens by itself, and stays possible, happens at some time. A timeout waits for time to pass, so it
happens only where nothing is under way that would come first. A timeout that runs all the while passes at last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from codegen.verify.explore.machines.system import Label, State
from codegen.verify.search import Graph, Numbers

FAIR = ("delivery", "notice", "connect", "refuse", "timeout", "promised")
FIRST = ("delivery", "notice", "connect", "promised")
"""What comes before any timeout."""

Flags = NDArray[np.bool_]


def unreachable(graph: Graph[State, Label], by: Collection[str], good: list[bool]) -> Numbers:
    """The states from which no good one can be reached by things of these kinds, in the order found."""
    sources, whats, targets = graph.table()
    allowed = np.array([label.kind in by for label in graph.labels])[whats]
    sources, targets = sources[allowed], targets[allowed]
    reaches = np.array(good)
    while True:
        more = sources[reaches[targets] & ~reaches[sources]]
        if not len(more):
            return np.flatnonzero(~reaches).astype(np.uint32)
        reaches[more] = True


def lasting(graph: Graph[State, Label], by: Collection[str], good: list[bool], greeting: str = "") -> Numbers:
    """The states in which a fair run by things of these kinds can stay for ever without meeting a good one, in the order found.

    `greeting`: the message that has a channel of its own.
    """
    sources, whats, targets = graph.table()
    allowed = _allowed(graph, by, sources, whats)
    bad = ~np.array(good)
    moves = np.zeros(len(bad), dtype=bool)
    moves[sources[allowed]] = True
    inside = allowed & bad[sources] & bad[targets]
    stays = _stays(bad, moves, sources[inside], targets[inside])
    inside &= stays[sources] & stays[targets]
    stuck = np.flatnonzero(stays & ~moves)
    found = [*stuck.tolist()]
    for component in _components(stays, sources[inside], targets[inside]):
        if _is_fair(graph, by, component, greeting):
            found += component
    return np.array(sorted(found), dtype=np.uint32)


def _allowed(graph: Graph[State, Label], by: Collection[str], sources: Numbers, whats: Numbers) -> Flags:
    """The edges of these kinds; a timeout only where nothing comes first."""
    of_kind = np.array([label.kind in by for label in graph.labels])[whats]
    first = np.array([label.kind in FIRST and label.kind in by for label in graph.labels])[whats]
    timeout = np.array([label.kind == "timeout" for label in graph.labels])[whats]
    waits = np.zeros(len(graph.states), dtype=bool)
    waits[sources[first]] = True
    return of_kind & ~(timeout & waits[sources])


def _stays(bad: Flags, moves: Flags, sources: Numbers, targets: Numbers) -> Flags:
    """The bad states that can be followed by bad ones without end, or by nothing."""
    stays = bad.copy()
    while True:
        goes_on = np.zeros(len(bad), dtype=bool)
        goes_on[sources[stays[targets]]] = True
        fewer = stays & (goes_on | ~moves)
        if (fewer == stays).all():
            return stays
        stays = fewer


def _components(states: Flags, sources: Numbers, targets: Numbers) -> Iterator[list[int]]:
    """The strongly connected components with at least one edge (Tarjan, without recursion)."""
    following: dict[int, list[int]] = {}
    for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
        following.setdefault(source, []).append(target)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    for root in np.flatnonzero(states).tolist():
        work = [(root, iter(following.get(root, ())))] if root not in index else []
        while work:
            node, rest = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            for target in rest:
                if target not in index:
                    work.append((target, iter(following.get(target, ()))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    at = stack.index(node) if len(stack) < 64 else len(stack) - 1 - stack[::-1].index(node)
                    component, stack[at:] = stack[at:], []
                    on_stack -= set(component)
                    if len(component) > 1 or node in following.get(node, ()):
                        yield component


def _is_fair(graph: Graph[State, Label], by: Collection[str], component: list[int], greeting: str) -> bool:
    """Whether a run can go round here for ever without putting off something that would have to happen."""
    members = set(component)
    always: set[Label] | None = None
    taken: set[Label] = set()
    free: set[Label] = set()
    for number in component:
        labels = [(label, target) for label, target in graph.edges(number) if label.kind in by and label.kind in FAIR]
        first = any(label.kind in FIRST for label, _ in labels)
        here = {_kind(label, greeting) for label, _ in labels}
        always = here if always is None else always & here
        for label, target in labels:
            if label.kind != "timeout" or not first:
                free.add(_kind(label, greeting))
                if target in members:
                    taken.add(_kind(label, greeting))
    return not ((always or set()) & free) - taken


def _kind(label: Label, greeting: str) -> Label:
    """What is treated alike: all messages that arrive at one node, each timeout by itself."""
    if label.kind == "delivery":
        return Label("delivery", label.node, label.what if label.what == greeting else "message")
    return label if label.kind == "timeout" else Label(label.kind, label.node, "")
