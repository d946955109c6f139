"""A node on its way from one state to the next, event by event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codegen.definitions.model import Ignored, Machine, Message, Port
from codegen.definitions.semantics import Emitted, Forbidden, Taken, step
from codegen.definitions.semantics import Values as Variables
from codegen.verify.explore.machines.asks import DEFAULTS, OTHER, OTHER_NUMBER, OWN, OWN_NUMBER, Cause, Do, Moved, Send, Symbol, symbol

if TYPE_CHECKING:
    from codegen.verify.explore.machines.node import Node


class Run:
    """A node on its way from one state to the next."""

    def __init__(self, node: Node, number: int, cause: Cause) -> None:
        self._node = node
        self._cause = cause
        self.states, self.contexts, self.watched = node.unpack(number)
        self.passed = set(node.states[number][3])
        """The machines whose timeout has passed since they entered their state: it does not pass twice."""
        self.effects: list[Send | Do] = []
        self.moves: list[Moved] = []
        self.forbidden = ""

    def first(self) -> list[tuple[str, str, Variables]]:
        """The machines that the cause comes to, each with its event."""
        node, cause = self._node, self._cause
        if cause.kind == "timeout":
            self.passed.add(cause.machine)
            return [(cause.machine, cause.name, {})]
        ports = node.environment[cause.name].targets if cause.kind == "outside" else (node.receives[cause.name],)
        return [(port.machine, port.event, self._payload(node.machines[port.machine], port.event)) for port in ports]

    def _payload(self, machine: Machine, event: str) -> Variables:
        given, same = dict(self._cause.payload), dict(zip((c.name for c in self._node.correlations), self._cause.same, strict=False))
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
        machine, source = self._node.machines[name], self.states[name]
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
            port = Port(self._node.node, name, emitted.event)
            if message := self._node.sends.get(port):
                self._send(self._node.messages[message], emitted)
            for target in self._node.local.get(port, ()):
                fields = self._node.machines[target.machine].event(target.event).payload
                caused.append((target.machine, target.event, {part.name: emitted.payload[part.name] for part in fields}))
        return caused

    def _watch(self, what: str) -> None:
        for watch in self._node.watches:
            self.watched[watch.name] = watch.after(self.watched[watch.name], what)

    def _send(self, message: Message, emitted: Emitted) -> None:
        link = self._node.link
        state = self.states[link.machine]
        if message.numbered and state in link.apart:
            return
        fields = {part.name for part in message.fields}
        values = []
        for correlation, own in zip(self._node.correlations, self._own(), strict=True):
            values.append(symbol(emitted.payload.get(correlation.name, own)) if correlation.name in fields else ("", 0))
        reduction = self._node.reduction
        matter = reduction.fields_that_matter(message.name)
        payload = tuple((part, reduction.told_apart(emitted.payload[part])) for part in matter if part in emitted.payload)
        self.effects.append(Send(message.name, message.numbered, payload, tuple(values), state))

    def _own(self) -> list[Any]:
        return [self.contexts[correlation.machine][correlation.variable] for correlation in self._node.correlations]

    def values(self) -> tuple[Symbol, ...]:
        """What the node's correlation values are now; nothing where no one will read them."""
        reduction, name = self._node.reduction, self._node.node
        return tuple(
            symbol(value)
            if reduction.is_live(name, correlation.machine, correlation.variable, self.states[correlation.machine])
            else ("", 0)
            for correlation, value in zip(self._node.correlations, self._own(), strict=True)
        )
