"""What the YAML says, with its places: the one representation that everything else reads.

`load.py` builds it, `lint` judges it, `semantics.py` runs it, `emit` writes from it. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from codegen.definitions.link import Link
from codegen.definitions.places import Mark

FieldType = Literal["int", "counter", "float", "str", "bool", "id", "marks", "object"]
EventKind = Literal["local", "message", "environment", "timeout"]
Constant = bool | int | float | str


@dataclass(frozen=True)
class Field:
    """A named, typed value of a payload or a message."""

    name: str
    type: FieldType
    mark: Mark
    doc: str = ""
    largest: int | None = None
    """The most characters of a text, or entries of an object, that may travel."""

    @property
    def written(self) -> str:
        """Its type as the definition writes it: `str<=200`."""
        return self.type if self.largest is None else f"{self.type}<={self.largest}"


@dataclass(frozen=True)
class Event:
    """Something a machine takes (events) or causes elsewhere (emits)."""

    name: str
    kind: EventKind
    payload: tuple[Field, ...]
    doc: str
    mark: Mark


@dataclass(frozen=True)
class Variable:
    """A variable of a machine's context. A constant is set when the machine is built and no row assigns it."""

    name: str
    type: FieldType
    initial: Constant
    minimum: int | None
    maximum: int | None
    constant: bool
    doc: str
    mark: Mark


@dataclass(frozen=True)
class Guard:
    """A named condition over the context and `payload`."""

    name: str
    expr: str
    doc: str
    mark: Mark


@dataclass(frozen=True)
class Emit:
    """An event that a row causes. `values` are literals, or references such as `payload.why`; the rest is filled by name."""

    event: str
    values: tuple[tuple[str, str], ...]
    mark: Mark


@dataclass(frozen=True)
class Row:
    """One taken cell, or one guarded share of it. `target` None: the state is not left, its timeout runs on."""

    state: str
    event: str
    guard: str | None
    negated: bool
    target: str | None
    assign: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    emits: tuple[Emit, ...]
    doc: str
    mark: Mark

    @property
    def guard_text(self) -> str:
        """The guard as it is written: `patient`, `not patient`, or nothing."""
        return "" if self.guard is None else f"not {self.guard}" if self.negated else self.guard

    @property
    def name(self) -> str:
        """Unique in its machine and a Python name: `ringing_late_not_patient`."""
        return "_".join(part for part in (self.state.lower(), self.event, self.guard_text.replace(" ", "_")) if part)


@dataclass(frozen=True)
class Ignored:
    """One cell in which an event changes nothing, and why that is right."""

    state: str
    event: str
    why: str
    mark: Mark


@dataclass(frozen=True)
class Timeout:
    """How long a state may last. `after` names a setting of system.yaml, an entry of a table (`pauses[tries]`), or is a number."""

    after: str
    event: str
    mark: Mark


@dataclass(frozen=True)
class State:
    """One state of a machine."""

    name: str
    doc: str
    may_rest: bool
    entry: tuple[str, ...]
    timeout: Timeout | None
    outputs: tuple[tuple[str, bool | str], ...]
    rows: tuple[Row, ...]
    ignored: tuple[Ignored, ...]
    mark: Mark

    @property
    def timeouts(self) -> tuple[Timeout, ...]:
        """Its timeout, if it has one, for code that goes through them."""
        return () if self.timeout is None else (self.timeout,)


@dataclass(frozen=True)
class Machine:
    """One machine in one role: what a node runs."""

    name: str
    role: str
    doc: str
    initial: str
    context: tuple[Variable, ...]
    events: tuple[Event, ...]
    emits: tuple[Event, ...]
    guards: tuple[Guard, ...]
    states: tuple[State, ...]
    mark: Mark

    @property
    def file(self) -> str:
        """The definition's file, such as `bell.yaml`."""
        return self.mark.file

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in the order written."""
        return tuple(row for state in self.states for row in state.rows)

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action that a row or an entry names, sorted."""
        return tuple(sorted({a for s in self.states for a in (*s.entry, *(a for r in s.rows for a in r.actions))}))

    def state(self, name: str) -> State:
        """The state of that name; KeyError if there is none."""
        return {state.name: state for state in self.states}[name]

    def event(self, name: str) -> Event:
        """The taken event of that name; KeyError if there is none."""
        return {event.name: event for event in self.events}[name]

    def emitted(self, name: str) -> Event:
        """The emitted event of that name; KeyError if there is none."""
        return {event.name: event for event in self.emits}[name]

    def guard(self, name: str) -> Guard:
        """The guard of that name; KeyError if there is none."""
        return {guard.name: guard for guard in self.guards}[name]

    def rows_for(self, state: str, event: str) -> tuple[Row, ...]:
        """The rows of one cell: one, or several with guards, or none."""
        return tuple(row for row in self.state(state).rows if row.event == event)

    def ignored_for(self, state: str, event: str) -> Ignored | None:
        """The reason why the cell is ignored, if it is."""
        return next((cell for cell in self.state(state).ignored if cell.event == event), None)


@dataclass(frozen=True)
class Message:
    """One message between the nodes."""

    name: str
    sender: str
    """The node that sends it, or `both`."""
    doc: str
    numbered: bool
    survives: bool
    """Not acknowledged when its record is dropped, it comes first in the next record."""
    machine: bool
    fields: tuple[Field, ...]
    stamped: tuple[str, ...]
    optional: tuple[str, ...]
    """Texts that a sender of an earlier version leaves out: they are empty then."""
    derived: tuple[Field, ...]
    correlation: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True)
class Messages:
    """messages.yaml: what travels between the nodes."""

    protocol: int
    envelope: tuple[Field, ...]
    messages: tuple[Message, ...]
    examples: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """Values for documents, by the field's name or by `message.field`."""
    asyncapi: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What the AsyncAPI document says of the connection beyond the messages."""

    def message(self, name: str) -> Message:
        """The message of that name; KeyError if there is none."""
        return {message.name: message for message in self.messages}[name]


@dataclass(frozen=True)
class Port:
    """One end of a route: `door.bell.pressed`."""

    node: str
    machine: str
    event: str

    def __str__(self) -> str:
        return f"{self.node}.{self.machine}.{self.event}"


@dataclass(frozen=True)
class Route:
    """What one machine emits is what others take; `via_link` when it crosses the network."""

    source: Port
    targets: tuple[Port, ...]
    via_link: bool
    mark: Mark


@dataclass(frozen=True)
class Node:
    """One program: the machines it runs, in order."""

    name: str
    machines: tuple[str, ...]
    restored: bool
    """Another process of it may continue where the last one ended."""
    javascript: bool
    """Its machines are written as JavaScript too."""
    doc: str
    mark: Mark


@dataclass(frozen=True)
class Correlation:
    """Which variable of which machine, in which states, tells whether something belongs to now."""

    name: str
    machine: str
    variable: str
    states: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True)
class ExternalEvent:
    """An event that the outside world may post to a node. `when` maps a machine to the states in which it may come."""

    event: str
    by: str
    """Who posts it, in the words of system.yaml."""
    targets: tuple[Port, ...]
    when: tuple[tuple[str, tuple[str, ...]], ...]
    network: bool
    correlation: tuple[str, ...]
    promised: bool
    doc: str
    mark: Mark

    @property
    def node(self) -> str:
        """The node it comes to: all targets are on one."""
        return self.targets[0].node


@dataclass(frozen=True)
class Setting:
    """A default of system.yaml's limits: seconds, or a table of them."""

    name: str
    value: float | tuple[float, ...]
    mark: Mark


@dataclass(frozen=True)
class Relation:
    """What must hold between limits: `doze > 20`."""

    expr: str
    mark: Mark


@dataclass(frozen=True)
class System:
    """system.yaml: who runs what, and how events travel."""

    nodes: tuple[Node, ...]
    delivery: tuple[str, ...]
    routes: tuple[Route, ...]
    outside: tuple[ExternalEvent, ...]
    correlation: tuple[Correlation, ...]
    limits: tuple[Setting, ...]
    relations: tuple[Relation, ...]
    link: Link | None = None
    name: str = ""
    """What documents call the whole."""
    package: str = ""
    """The Python package below which `generated` lies."""
    engine: str = ""
    """The Python module of the step engine."""
    pair: str = "pair"
    """The key under which a line of a trace says whose nodes it is about."""

    def node(self, name: str) -> Node:
        """The node of that name; KeyError if there is none."""
        return {node.name: node for node in self.nodes}[name]


@dataclass(frozen=True)
class Definitions:
    """Everything in a directory of definitions."""

    machines: tuple[Machine, ...]
    messages: Messages
    system: System
    sources: dict[str, str] = field(compare=False, default_factory=dict)
    """Each file's text by its name, for back ends that quote it."""

    @property
    def link(self) -> Link:
        """What the machines mean for the connection. ValueError if system.yaml does not say."""
        if self.system.link is None:
            raise ValueError("system.yaml has no `link`: there is nothing to explore, check or replay")
        return self.system.link

    def machine(self, name: str, role: str) -> Machine:
        """The machine of that name in that role; KeyError if there is none."""
        return {(machine.name, machine.role): machine for machine in self.machines}[name, role]

    def of_node(self, node: str) -> tuple[Machine, ...]:
        """The machines a node runs, in its order."""
        return tuple(self.machine(name, node) for name in self.system.node(node).machines)
