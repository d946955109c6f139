"""One node in exploration: what an event from outside, a message or a limit does to all its machines until they have come to rest.

The queue is that of `tars/core/machines.py`: all machines that an outside event is
wired to, in order, then what they cause, in order; of a row
first the actions, then the emits. Each step is `codegen.definitions.semantics`, and every result is kept, for a node has few states.

What may grow without bound is kept out of a node's state, exactly: a variable that no guard can tell apart is left out, and of what
system.yaml calls current (session, turn) only matters what equals what. Such a value is a symbol here: the node's own, that of
the event, or a number, plus something; the whole system (`codegen/verify/explore/machines/system.py`) knows the values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from codegen.definitions.model import Definitions, ExternalEvent, Ignored, Machine, Message, Port, Row
from codegen.definitions.outputs import meanings
from codegen.definitions.semantics import Emitted, Forbidden, Taken, step
from codegen.definitions.semantics import Values as Variables
from codegen.verify.explore.machines.reduction import Reduction
from codegen.verify.specs import Names, Spec, Specs, places

OWN, OTHER = "own", "other"
OWN_NUMBER, OTHER_NUMBER, NUMBERS = 1000, 2000, 500
"""How a node's own value, and another one, stand in a context or payload while a step is computed. No definition counts that far."""

DEFAULTS: Variables = {"bool": False, "str": "", "id": "", "int": 0, "counter": 0, "float": 0.0, "object": {}, "marks": {}}

Symbol = tuple[str, int]
"""("own" | "event" | "", number): the node's value before the step, the event's, or none; plus a number."""


Values = tuple[int, ...]
"""A number for each current variable (session, turn); 0 is none."""


class Cause(NamedTuple):
    """What happens to a node: an event of the environment, a message, or the limit of a machine."""

    kind: str
    """outside, message or limit."""
    name: str
    machine: str = ""
    """The machine whose limit it is."""
    payload: tuple[tuple[str, Any], ...] = ()
    """The fields that matter."""
    same: tuple[bool, ...] = ()
    """For each current variable, whether the event's equals the node's own."""


class Send(NamedTuple):
    """A message that a row sends. A numbered one is dropped while nothing is kept; then it does not stand here."""

    message: str
    numbered: bool
    payload: tuple[tuple[str, Any], ...]
    values: tuple[Symbol, ...]
    """For each current variable."""
    continuity: str
    """The state of continuity as the message is sent."""


class Do(NamedTuple):
    """An action that changes the link."""

    action: str


OF_THE_LINK = frozenset(
    {"open_socket", "abort_socket", "close_socket", "flush_and_close", "new_record", "drop_record", "send_unacknowledged_again"}
)
"""The actions that the link notices; the others are sounds, and the brain's affairs. An older socket that is closed is left already."""


@dataclass(frozen=True, eq=False)
class Asks:
    """All that a node asks of the link in one step. A side makes each once, so that two are equal if they are the same."""

    effects: tuple[Send | Do, ...]
    """Messages and actions, in order."""
    values: tuple[Symbol, ...]
    """Its current variables afterwards."""
    continuity: str
    """The state of continuity afterwards."""

    @cached_property
    def nothing(self) -> bool:
        """Whether they leave the link as it is, if nothing else happens to it."""
        return not self.effects and all(symbol == ("own", 0) for symbol in self.values)

    @cached_property
    def messages(self) -> int:
        """How many unapplied messages they surely add; none where a record is dropped."""
        drops = any(isinstance(effect, Do) and effect.action in ("new_record", "drop_record") for effect in self.effects)
        return 0 if drops else sum(isinstance(effect, Send) and effect.numbered for effect in self.effects)


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
    """The cell that is neither written nor ignored: `session (device): ring in IDLE`."""
    outdated: bool = False
    broken: tuple[str, ...] = ()
    """The specs of kind `step` that this step breaks."""


class Side:
    """The states of one node, numbered as they are met, and what can happen in each."""

    def __init__(self, definitions: Definitions, specs: Specs, node: str, reduction: Reduction) -> None:
        self.node = node
        self.machines = {machine.name: machine for machine in definitions.of_node(node)}
        self._reduction = reduction
        self._correlations = definitions.system.correlation
        self._messages = {message.name: message for message in definitions.messages.messages}
        self._local: dict[Port, tuple[Port, ...]] = {}
        self._sends: dict[Port, str] = {}
        self.receives: dict[str, Port] = {}
        for wire in definitions.system.routes:
            if wire.source.node == node and not wire.via_link:
                self._local[wire.source] = wire.targets
            elif wire.source.node == node:
                self._sends[wire.source] = wire.source.event
            elif wire.via_link:
                self.receives |= {wire.source.event: port for port in wire.targets if port.node == node}  # noqa: B035 - one port at most
        self.environment = {entry.event: entry for entry in definitions.system.outside if entry.node == node}
        self._watches = specs.watched(node)
        self._meanings = meanings(definitions.of_node(node))
        self._steps = [spec for spec in specs.of_kind("step") if spec.node == node or any(on.startswith(f"{node}.") for on in spec.on)]
        self._numbers: dict[tuple[Any, ...], int] = {}
        self.states: list[tuple[Any, ...]] = []
        """By number: for each machine its state and its variables that matter; what is watched; the machines whose limit has passed."""
        self.names: list[Names] = []
        """By number: the names in conditions."""
        self._outcomes: dict[tuple[int, Cause], Outcome] = {}
        self._known_asks: dict[Any, Asks] = {}
        start = {name: machine.initial for name, machine in self.machines.items()}
        contexts = {name: dict(reduction.initial[node, name]) for name in self.machines}
        self.initial = self._number(start, contexts, {watch.name: watch.initial for watch in self._watches}, set())

    # --- what can happen -----------------------------------------------------------------------------------------------------

    def after(self, state: int, cause: Cause) -> Outcome:
        """What the cause does in the state of that number."""
        key = (state, cause)
        if (outcome := self._outcomes.get(key)) is None:
            outcome = self._outcomes[key] = self._run(state, cause)
        return outcome

    def take_over(self, other: Side) -> None:
        """Give the states of another side, which leaves out the same, the numbers that they have there. Nothing else is numbered yet."""
        for number, state in enumerate(other.states):
            assert self._number(*other.unpack(number), set(state[3])) == number

    def timely(self, state: int) -> Iterator[ExternalEvent]:
        """The events of the environment that are not outdated in this state, but for those whose time is the network's business."""
        names = self.names[state]
        for entry in self.environment.values():
            timely = all(getattr(names, machine) in states for machine, states in entry.when)
            if timely and not entry.network and all(self._has(state, name) for name in entry.correlation):
                yield entry

    def carries_id(self, entry: ExternalEvent) -> bool:
        """Whether the event brings a new id along."""
        fields = (part.type for port in entry.targets for part in self.machines[port.machine].event(port.event).payload)
        return "id" in fields

    def limits(self, state: int) -> Iterator[tuple[str, str]]:
        """(machine, event) of each limit that runs."""
        passed = self.states[state][3]
        for name, machine in self.machines.items():
            for timeout in machine.state(getattr(self.names[state], name)).timeouts if name not in passed else ():
                yield name, timeout.event

    def known(self) -> Iterator[tuple[int, Cause, Outcome]]:
        """All that was computed so far: the number of a state, a cause, and what comes of it."""
        for (state, cause), outcome in self._outcomes.items():
            yield state, cause, outcome

    def _has(self, state: int, name: str) -> bool:
        correlation = next(correlation for correlation in self._correlations if correlation.name == name)
        return getattr(self.names[state], correlation.machine) in correlation.states

    # --- a step --------------------------------------------------------------------------------------------------------------

    def _run(self, number: int, cause: Cause) -> Outcome:
        if cause.kind == "message" and self._is_outdated(number, cause):
            continuity = str(self.names[number].continuity)
            return Outcome(number, self._asks((), (("own", 0),) * len(self._correlations), continuity), (), (), outdated=True)
        run = _Run(self, number, cause)
        queue: deque[tuple[str, str, Variables]] = deque(run.first())
        while queue and not run.forbidden:
            queue.extend(run.step(*queue.popleft()))
        target = number if run.forbidden else self._number(run.states, run.contexts, run.watched, run.passed)
        noticed = tuple(effect for effect in run.effects if isinstance(effect, Send) or effect.action in OF_THE_LINK)
        asks = self._asks(noticed, run.values(), run.states["continuity"])
        outcome = Outcome(target, asks, tuple(run.moves), tuple(run.effects), run.forbidden)
        return outcome if run.forbidden else self._judged(number, cause, outcome)

    def _asks(self, *parts: Any) -> Asks:
        return self._known_asks.setdefault(parts, Asks(*parts))

    def _is_outdated(self, number: int, cause: Cause) -> bool:
        message = self._messages[cause.name]
        same = dict(zip((correlation.name for correlation in self._correlations), cause.same, strict=True))
        return not all(self._has(number, name) and same[name] for name in message.correlation)

    def _judged(self, number: int, cause: Cause, outcome: Outcome) -> Outcome:
        sends = Names(**{effect.message: True for effect in outcome.effects if isinstance(effect, Send)})
        does = Names(**places([effect.action if isinstance(effect, Do) else "" for effect in outcome.effects]))
        same = Names(**dict(zip((correlation.name for correlation in self._correlations), cause.same, strict=False)))
        names = {"before": self.names[number], "after": self.names[outcome.target], "cause": cause.name}
        names |= {"sends": sends, "does": does, "same": same, "payload": Names(**dict(cause.payload))}
        broken = tuple(spec.name for spec in self._steps if self._concerns(spec, cause) and _breaks(spec, names))
        return replace(outcome, broken=broken) if broken else outcome

    def _concerns(self, spec: Spec, cause: Cause) -> bool:
        return spec.node == self.node or f"{self.node}.{cause.name}" in spec.on

    # --- states --------------------------------------------------------------------------------------------------------------

    def _number(self, states: dict[str, str], contexts: dict[str, Variables], watched: dict[str, Any], passed: set[str]) -> int:
        kept = [self._reduction.kept(self.node, name, states[name], contexts[name]) for name in self.machines]
        key = (tuple(states.values()), tuple(kept), tuple(watched.values()), tuple(sorted(passed)))
        if key not in self._numbers:
            self._numbers[key] = len(self.states)
            self.states.append(key)
            values = {name: table.values[tuple(states[m.name] for m in table.machines)] for name, table in self._meanings.items()}
            self.names.append(Names(**states, **values, **watched))
        return self._numbers[key]

    def unpack(self, number: int) -> tuple[dict[str, str], dict[str, Variables], dict[str, Any]]:
        """States, contexts and what is watched. What was left out has its initial value; what is current, the symbol of the node's own."""
        states, kept, watched, _ = self.states[number]
        contexts = {}
        for name, values in zip(self.machines, kept, strict=True):
            contexts[name] = {**self._reduction.initial[self.node, name], **dict(values)}
        for correlation in self._correlations:
            kind = next(variable.type for variable in self.machines[correlation.machine].context if variable.name == correlation.variable)
            contexts[correlation.machine][correlation.variable] = OWN if kind == "id" else OWN_NUMBER
        named = {watch.name: value for watch, value in zip(self._watches, watched, strict=True)}
        return dict(zip(self.machines, states, strict=True)), contexts, named


def _breaks(spec: Spec, names: dict[str, Any]) -> bool:
    assert spec.holds
    return (spec.only_if is None or spec.only_if(names)) and not spec.holds(names)


class _Run:
    """A node on its way from one state to the next."""

    def __init__(self, side: Side, number: int, cause: Cause) -> None:
        self._side = side
        self._cause = cause
        self.states, self.contexts, self.watched = side.unpack(number)
        self.passed = set(side.states[number][3])
        """The machines whose limit has passed since they entered their state: it does not pass twice."""
        self.effects: list[Send | Do] = []
        self.moves: list[Moved] = []
        self.forbidden = ""

    def first(self) -> list[tuple[str, str, Variables]]:
        """The machines that the cause comes to, each with its event."""
        side, cause = self._side, self._cause
        if cause.kind == "timeout":
            self.passed.add(cause.machine)
            return [(cause.machine, cause.name, {})]
        ports = side.environment[cause.name].targets if cause.kind == "outside" else (side.receives[cause.name],)
        return [(port.machine, port.event, self._payload(side.machines[port.machine], port.event)) for port in ports]

    def _payload(self, machine: Machine, event: str) -> Variables:
        given, same = dict(self._cause.payload), dict(zip((c.name for c in self._side._correlations), self._cause.same, strict=False))
        payload: Variables = {}
        for part in machine.event(event).payload:
            if part.name in same:
                number, word = (OWN_NUMBER, OWN) if same[part.name] else (OTHER_NUMBER, OTHER)
                payload[part.name] = word if part.type == "id" else number
            else:
                payload[part.name] = given.get(part.name, DEFAULTS[part.type])
        return payload

    def step(self, name: str, event: str, payload: Variables) -> list[tuple[str, str, Variables]]:
        """One event in one machine; the local events that it causes."""
        machine, source = self._side.machines[name], self.states[name]
        result = step(machine, source, self.contexts[name], event, payload)
        if isinstance(result, Forbidden):
            self.forbidden = f"{name} ({machine.role}): {event} in {source}"
            return []
        self._watch(event)
        if isinstance(result, Ignored):
            self.moves.append(Moved(name, source, event, source, result))
            return []
        self.states[name], self.contexts[name] = result.target, result.context
        if result.row.target:
            self.passed.discard(name)
        effects = (*result.actions, *(f"emit {emitted.event}" for emitted in result.emits))
        self.moves.append(Moved(name, source, event, result.target, result.row, effects))
        return self._effects(name, result)

    def _effects(self, name: str, taken: Taken) -> list[tuple[str, str, Variables]]:
        for action in taken.actions:
            self._watch(action)
            self.effects.append(Do(action))
        caused = []
        for emitted in taken.emits:
            port = Port(self._side.node, name, emitted.event)
            if message := self._side._sends.get(port):
                self._send(self._side._messages[message], emitted)
            for target in self._side._local.get(port, ()):
                fields = self._side.machines[target.machine].event(target.event).payload
                caused.append((target.machine, target.event, {part.name: emitted.payload[part.name] for part in fields}))
        return caused

    def _watch(self, what: str) -> None:
        for watch in self._side._watches:
            self.watched[watch.name] = watch.after(self.watched[watch.name], what)

    def _send(self, message: Message, emitted: Emitted) -> None:
        continuity = self.states["continuity"]
        if message.numbered and continuity == "UNLINKED":
            return
        fields = {part.name for part in message.fields}
        values = []
        for correlation, own in zip(self._side._correlations, self._own(), strict=True):
            values.append(_symbol(emitted.payload.get(correlation.name, own)) if correlation.name in fields else ("", 0))
        matter = self._side._reduction.fields_that_matter(message.name)
        payload = tuple((part, emitted.payload[part]) for part in matter if part in emitted.payload)
        self.effects.append(Send(message.name, message.numbered, payload, tuple(values), continuity))

    def _own(self) -> list[Any]:
        return [self.contexts[correlation.machine][correlation.variable] for correlation in self._side._correlations]

    def values(self) -> tuple[Symbol, ...]:
        """What the node's current variables are now; nothing where no one will read them."""
        reduction, node = self._side._reduction, self._side.node
        return tuple(
            _symbol(value)
            if reduction.is_live(node, correlation.machine, correlation.variable, self.states[correlation.machine])
            else ("", 0)
            for correlation, value in zip(self._side._correlations, self._own(), strict=True)
        )


def _symbol(value: Any) -> Symbol:
    if isinstance(value, str):
        return {OWN: ("own", 0), OTHER: ("event", 0)}.get(value, ("", 0))
    if value >= OTHER_NUMBER - NUMBERS:
        return "event", value - OTHER_NUMBER
    return ("own", value - OWN_NUMBER) if value >= NUMBERS else ("", value)


def resolved(symbols: tuple[Symbol, ...], own: Values, event: Values) -> Values:
    """The values that the symbols stand for."""
    (one, more), (other, further) = symbols
    first = own[0] if one == "own" else event[0] if one == "event" else 0
    second = own[1] if other == "own" else event[1] if other == "event" else 0
    return first + more, second + further
