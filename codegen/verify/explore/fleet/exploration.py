"""Explores a fleet: one dialer, two listeners and the store that they share. At any time the dialer may greet either listener.

The listener that is greeted takes the lease in the store, gets the record, and goes on with the session. What it tells the dialer leaves
when it is recorded, and an answer begins when all before it is recorded. The store's answer to each command comes late, or never; a command
whose answer nobody waits for may still be executed. A listener may not reach the store and not know that another one has the lease; or it
may crash; or the store may lose everything. The number of faults has no bound, and there is no time: whatever waits may wait without limit.

The model leaves out what the walk of the wire shows: frames under way, offsets, tokens. What a listener sends arrives at once, or its
connection is over; what the dialer sent on a connection that it has left may still arrive. An answer is one message. That a listener says
it is alive, hears what was taken from it, and is told so, is one step. What a dialer or a listener does after its grace is not here.
"""

from __future__ import annotations

from codegen.verify.explore.fleet.reduction import reduced, swaps
from codegen.verify.explore.fleet.rules import ARRIVES, CURRENT, KEPT, ONCE, ONE_OWNER, RECORDED, SILENT, UNWRITTEN, WRITTEN
from codegen.verify.explore.fleet.state import Bounds, State, Step
from codegen.verify.explore.fleet.steps import Fleet
from codegen.verify.progress import Progress
from codegen.verify.search import Graph, PropertyVerdict, search

PROPERTIES = {
    ONE_OWNER: "each lease has a number of its own: two listeners never have the same, and only the last one given is taken by the store",
    UNWRITTEN: "nothing is written by a listener from which another one has taken the lease",
    SILENT: "a listener that has heard that another one has the lease tells the dialer nothing and answers nothing",
    RECORDED: "whoever serves the dialer and reaches the store records the session",
    WRITTEN: "what a dialer was told is in the store, unless its listener could not reach it",
    CURRENT: "a session is resumed only by a listener that has all that the dialer has dropped, and the answers that it has heard",
    ONCE: "a request is answered once, by one listener",
    KEPT: "a request that is not answered is never given up because the listener has changed",
    ARRIVES: "once nothing breaks any more, whatever was asked is answered",
}

DEFAULT = (
    Bounds(parts=2, calm=True, crashes=True),
    Bounds(calm=True, away=True),
    Bounds(calm=True, slow=True),
    Bounds(calm=True, late=True),
    Bounds(),
)
"""In order: crashes, a store that is not reached, slow answers of the store, a late command, greetings that are broken off."""
DEEP = tuple(bounds._replace(calm=False) for bounds in DEFAULT)
"""All of them with greetings that are broken off."""


def check(bounds: Bounds, progress: Progress, model: type[Fleet] = Fleet, *, until: str = "") -> tuple[int, int, list[PropertyVerdict]]:
    """Explore the fleet within the bounds, or until one property is broken.

    Returns the number of states, the number of steps, and a verdict for each of `PROPERTIES`.
    """
    fleet = model(bounds)
    graph = search(State(), fleet.successors, progress, lambda: bool(until) and until in fleet.broken)
    broken: dict[str, int] = {}
    for number, state in enumerate(graph.states):
        if state.wrong:
            broken.setdefault(state.wrong, number)
    if not until:
        stuck = graph.stuck(lambda state: bool(state.wrong) or quiet(state, bounds), lambda step: step.kind == "itself")
        if stuck is not None:
            broken[ARRIVES] = stuck
    verdicts = [
        PropertyVerdict(name, words, name not in broken, _path(model(bounds), graph, broken[name]) if name in broken else ())
        for name, words in PROPERTIES.items()
    ]
    return *graph.size, verdicts


def _path(model: Fleet, graph: Graph[State, Step], number: int) -> tuple[str, ...]:
    """The way to a state. Listeners change their places in reduced states; here each keeps its name."""
    state, names, path = graph.states[0], "01", []
    for step, target in graph.path(number):
        after = next(after for one, after in model.judged_steps(state) if one == step and reduced(after) == target)
        path.append(step.words.replace("listener 0", "listener {0}").replace("listener 1", "listener {1}").format(*names))
        state, names = target, names[::-1] if swaps(after) else names
    return tuple(path)


def quiet(state: State, bounds: Bounds) -> bool:
    """Whether the dialer is linked, and all that it has asked is answered and heard."""
    dialer = state.dialer
    return dialer.linked and dialer.known == dialer.sent and len(dialer.answers) == dialer.sent // bounds.parts
