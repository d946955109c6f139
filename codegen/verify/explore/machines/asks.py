"""What happens to a node in exploration, and what comes of it: causes, and what a node asks of the link.

What may grow without bound is kept out of a node's state, exactly. Of a correlation value only matters what equals what. Such a value
is a symbol here: the node's own, that of the event, or a number, plus something. The whole system (`system.py`) knows the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from codegen.definitions.model import Ignored, Row
from codegen.definitions.semantics import Values as Variables

OWN, OTHER = "own", "other"
OWN_NUMBER, OTHER_NUMBER, NUMBERS = 1000, 2000, 500
"""How a node's own value, and another one, stand in a context or payload while a step is computed. No definition counts that far."""

DEFAULTS: Variables = {"bool": False, "str": "", "id": "", "int": 0, "counter": 0, "float": 0.0, "object": {}, "marks": {}}

Symbol = tuple[str, int]
"""("own" | "event" | "", number): the value of the node before the step, of the event, or none; plus a number."""


Values = tuple[int, ...]
"""A number for each correlation of system.yaml; 0 is none."""


class Cause(NamedTuple):
    """What happens to a node: an external event, a message, or the timeout of a machine."""

    kind: str
    """outside, message or timeout."""
    name: str
    machine: str = ""
    """The machine whose timeout it is."""
    payload: tuple[tuple[str, Any], ...] = ()
    """The fields that matter."""
    same: tuple[bool, ...] = ()
    """For each correlation, whether the event's equals the node's own."""


class Send(NamedTuple):
    """A message that a row sends. A numbered one is dropped while nothing is kept; then it does not stand here."""

    message: str
    numbered: bool
    payload: tuple[tuple[str, Any], ...]
    values: tuple[Symbol, ...]
    """For each correlation."""
    state: str
    """The state of the link's machine as the message is sent."""


class Do(NamedTuple):
    """An action that changes the link."""

    action: str


@dataclass(frozen=True, eq=False)
class Asks:
    """All that a node asks of the link in one step. A node makes each once, so that two are equal if they are the same."""

    effects: tuple[Send | Do, ...]
    """Messages and actions, in order."""
    values: tuple[Symbol, ...]
    """Its correlation values afterwards."""
    state: str
    """The state of the link's machine afterwards."""
    messages: int
    """How many unapplied messages they surely add; none where a record is dropped."""

    @cached_property
    def nothing(self) -> bool:
        """Whether they leave the link as it is, if nothing else happens to it."""
        return not self.effects and all(symbol == ("own", 0) for symbol in self.values)


@dataclass(frozen=True)
class Moved:
    """One machine took or ignored one event."""

    machine: str
    source: str
    event: str
    target: str
    written: Row | Ignored
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a cause did to a node."""

    target: int
    """The number of the node's state afterwards."""
    asks: Asks
    moves: tuple[Moved, ...]
    effects: tuple[Send | Do, ...] = ()
    """All messages and actions, in order."""
    forbidden: str = ""
    """The cell that is neither written nor ignored: `bell (door): opened in QUIET`."""
    outdated: bool = False
    broken: tuple[str, ...] = ()
    """The specs of kind `step` that this step breaks."""


def symbol(value: Any) -> Symbol:
    """What a correlation value of a context or payload stands for."""
    if isinstance(value, str):
        return {OWN: ("own", 0), OTHER: ("event", 0)}.get(value, ("", 0))
    if value >= OTHER_NUMBER - NUMBERS:
        return "event", value - OTHER_NUMBER
    return ("own", value - OWN_NUMBER) if value >= NUMBERS else ("", value)


def resolved(symbols: tuple[Symbol, ...], own: Values, event: Values) -> Values:
    """The values that the symbols stand for."""
    given = {"own": own, "event": event}
    return tuple(more + (given[whose][at] if whose else 0) for at, (whose, more) in enumerate(symbols))
