"""The step engine of one machine: python-statemachine, synchronous, with everything around it ours.

A generated machine takes one event at a time through `step` and says what happened as a `Step`: which row, which actions,
which emits, in order. It performs nothing itself. Queue, timeouts, routes and trace belong to `tars/core/machines.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, Literal

from statemachine import StateMachine
from statemachine.exceptions import TransitionNotAllowed

from tars.errors import ForbiddenEvent

__all__ = ["Correlation", "Event", "ExternalEvent", "ForbiddenEvent", "Machine", "Outcome", "Step", "Timeout", "Wiring"]

Outcome = Literal["taken", "ignored", "forbidden", "outdated"]


@dataclass(frozen=True)
class Event:
    """Something that happened, taken or emitted by a machine. Its fields are its payload."""

    name: ClassVar[str]


@dataclass(frozen=True)
class Timeout:
    """A state's timeout: `event` happens `delay` after the state was entered."""

    event: type[Event]
    delay: str
    """The name of a setting, or of a table of them when `step` is given."""
    step: str | None = None
    """The context variable that picks the table's entry."""


@dataclass(frozen=True)
class Step:
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


class Machine(StateMachine):
    """Base of every generated machine. `ForbiddenEvent` leaves state and context as they were."""

    # The engine's defaults would accept unknown events, swallow errors in actions, and lose the state of a cancelled machine.
    allow_event_without_transition = False
    atomic_configuration_update = True
    catch_errors_as_events = False

    machine: ClassVar[str]
    role: ClassVar[str]
    initial: ClassVar[str]
    ignored: ClassVar[dict[tuple[str, str], str]]
    """(state, event) -> the place of the reason why nothing happens."""
    timeouts: ClassVar[dict[str, Timeout]]
    """state -> how long it may last."""
    row_names: ClassVar[dict[str, tuple[str, ...]]]
    """state -> the events it takes or ignores; for the text of an error."""
    context: Any

    def __init__(self, context: Any, state: str | None = None) -> None:
        self.context = context
        self._row: str | None = None
        self._actions: list[str] = []
        self._emits: list[Event] = []
        self._entered = False
        # Setting the model's field restores a state; `start_value` would run the row into it again.
        super().__init__(model=SimpleNamespace(state=state or self.initial))

    @property
    def state_name(self) -> str:
        """The state this machine is in."""
        return str(self.model.state)

    def step(self, event: Event) -> Step:
        """Take one event. Raises ForbiddenEvent, naming machine, state and event, when no row and no reason covers it."""
        source = self.state_name
        if place := self.ignored.get((source, event.name)):
            return Step(event, source, source, "ignored", place)
        self._row, self._actions, self._emits, self._entered = None, [], [], False
        try:
            self.send(event.name, payload=event)
        except TransitionNotAllowed:
            raise ForbiddenEvent(f"{self.machine} ({self.role})", source, event.name, self.row_names[source]) from None
        return Step(event, source, self.state_name, "taken", self._row, tuple(self._actions), tuple(self._emits), self._entered)

    def variables(self) -> dict[str, Any]:
        """The context as plain data, for a trace."""
        return asdict(self.context)

    def take(self, row: str, *, enters: bool) -> None:
        """A row says that it is taken; `enters` when it has a target."""
        self._row, self._entered = row, enters

    def act(self, *actions: str) -> None:
        """A row names its actions, in order."""
        self._actions.extend(actions)

    def emit(self, *events: Event) -> None:
        """A row names what it causes elsewhere, in order."""
        self._emits.extend(events)


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
