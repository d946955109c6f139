"""The step engine: a machine is a state and a context, and takes one event by the table of its class.

A generated machine takes one event at a time through `step` and says what happened as a `Step`: which row, which actions,
which emits, in order. It performs nothing itself. Queue, timeouts, routes and trace belong to `tars/core/machines.py`.
The generated tests take every step with python-statemachine as well, which must come to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from tars.errors import ForbiddenEvent

__all__ = [
    "Correlation",
    "Event",
    "ExternalEvent",
    "ForbiddenEvent",
    "Machine",
    "Outcome",
    "Row",
    "Step",
    "Timeout",
    "Wiring",
    "names_of",
    "values_of",
]

Outcome = Literal["taken", "ignored", "forbidden", "outdated"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, taken or emitted by a machine. Its fields are its payload."""

    name: ClassVar[str]


class Timeout(NamedTuple):
    """A state's timeout: `event` happens `delay` after the state was entered."""

    event: type[Event]
    delay: str
    """The name of a setting, or of a table of them when `step` is given."""
    step: str | None = None
    """The context variable that picks the table's entry."""


class Row(NamedTuple):
    """What one event does in one state."""

    place: str
    """Where it stands, `session.yaml:58`."""
    target: str | None
    """The state that it enters; None: the state is not left."""
    actions: tuple[str, ...] = ()
    effect: Callable[[Any, Any], tuple[Event, ...]] | None = None
    """Changes the context of the machine by the payload of the event, and returns what the row emits."""
    guard: Callable[[Any, Any], bool] | None = None
    """Whether the row is taken, by the context of the machine and the payload of the event."""
    holds: bool = True
    """What the guard must say."""


class Step(NamedTuple):
    """What one event did to one machine."""

    event: Event
    source: str
    target: str
    outcome: Outcome
    row: str | None
    """The place of the row or of the reason to ignore, `session.yaml:58`; None when forbidden or outdated."""
    actions: tuple[str, ...] = ()
    emits: tuple[Event, ...] = ()
    entered: bool = False
    """A state was entered, perhaps the same one: its timeout starts anew."""


class Machine:
    """Base of every generated machine. Machines of one class share its tables, and nothing that changes.

    `ForbiddenEvent` leaves state and context as they were.
    """

    __slots__ = ("__weakref__", "context", "state")

    machine: ClassVar[str]
    role: ClassVar[str]
    initial: ClassVar[str]
    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]]
    """(state, event) -> the rows of the cell. The first one whose guard holds is taken."""
    ignored: ClassVar[dict[tuple[str, str], str]]
    """(state, event) -> the place of the reason why nothing happens."""
    timeouts: ClassVar[dict[str, Timeout]]
    """state -> how long it may last."""
    context: Any
    state: Any
    """The state this machine is in, as a member of the enumeration of its class."""

    def __init__(self, context: Any, state: str | None = None) -> None:
        """`state`: where the machine is. No row is run for it. Raises ValueError for a state that the class does not have."""
        self.context = context
        self.state = self.initial if state is None else type(self.initial)(state)

    def step(self, event: Event) -> Step:
        """Take one event. Raises ForbiddenEvent, naming machine, state and event, when no row and no reason covers it."""
        source = self.state
        cell = source, event.name
        for place, target, actions, effect, guard, holds in self.rows.get(cell, ()):
            if guard is None or bool(guard(self, event)) is holds:
                emits = effect(self, event) if effect is not None else ()
                if target is not None:
                    self.state = target
                return Step(event, source, self.state, "taken", place, actions, emits, target is not None)
        if reason := self.ignored.get(cell):
            return Step(event, source, source, "ignored", reason)
        raise ForbiddenEvent(f"{self.machine} ({self.role})", source, event.name, self._allowed())

    def _allowed(self) -> tuple[str, ...]:
        """The events that may come in this state."""
        return tuple(event for state, event in (*self.rows, *self.ignored) if state == self.state)

    def variables(self) -> dict[str, Any]:
        """The context as plain data, for a trace."""
        return values_of(self.context)


def names_of(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass, in order."""
    names: tuple[str, ...] = kind.__match_args__
    return names


def values_of(data: Any) -> dict[str, Any]:
    """The fields of an event, a message or a context by name. The values are not copied, as `dataclasses.asdict` would do."""
    return {name: getattr(data, name) for name in data.__match_args__}


@dataclass(frozen=True)
class ExternalEvent:
    """Where an event of the outside world goes on one node, and when it may come."""

    targets: tuple[tuple[str, type[Event]], ...]
    """(machine, event it takes), in the order of delivery."""
    when: dict[str, tuple[str, ...]]
    """machine -> the states in which it may come; elsewhere it is outdated."""
    correlation: tuple[str, ...]
    """The payload fields that must equal the node's own; else it is outdated."""


@dataclass(frozen=True)
class Correlation:
    """Which variable of which machine, in which states, tells what belongs to now."""

    machine: str
    variable: str
    states: tuple[str, ...]


@dataclass(frozen=True)
class Wiring:
    """All that one node needs to know of its machines: generated from system.yaml."""

    node: str
    machines: tuple[type[Machine], ...]
    routes: dict[tuple[str, str], tuple[tuple[str, type[Event]], ...]]
    """(machine, emitted) -> (machine, event it takes), in order."""
    sends: dict[tuple[str, str], str]
    """(machine, emitted) -> the message it is sent as."""
    receives: dict[str, tuple[str, type[Event]]]
    """message -> (machine, event it takes)."""
    external: dict[str, ExternalEvent]
    """event of the outside world -> where it goes."""
    correlation: dict[str, Correlation]
    """payload field -> what it must equal."""
