"""A path of exploration, walked on the generated machines of any package: both nodes take one cause at a time.

The tests that exploration writes for a broken spec use it. It needs what is generated from the definitions, and nothing else of a program.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from codegen.definitions.model import Definitions
from codegen.definitions.outputs import Table, outputs
from codegen.verify.specs import Names, Spec, Specs, load_all, places

DEFAULTS = {"bool": False, "int": 0, "float": 0.0, "str": ""}
"""What a field of an event has if the cause does not say."""


@cache
def defined(folder: Path) -> tuple[Definitions, Specs]:
    """The definitions and specs of a folder."""
    definitions, specs, findings = load_all(folder)
    assert definitions is not None, findings
    assert not findings, findings
    return definitions, specs


@cache
def _tables(folder: Path, node: str) -> dict[str, Table]:
    return outputs(defined(folder)[0].of_node(node))


def filled(kind: Any, values: Mapping[str, Any]) -> Any:
    """An event of that kind with the values that it has a field for, and plain ones in its other fields."""
    return kind(**{field.name: values.get(field.name, DEFAULTS[str(field.type)]) for field in fields(kind)})


class Notes:
    """What the rows of a node have asked for, and what its watches add up to."""

    def __init__(self, folder: Path, node: str) -> None:
        definitions, specs = defined(folder)
        self._link = definitions.link
        self._correlation = definitions.system.correlation
        self._messages = {message.name: message for message in definitions.messages.messages}
        self._tables = _tables(folder, node)
        self._watches = specs.watched(node)
        self.watched: dict[str, Any] = {watch.name: watch.initial for watch in self._watches}
        self.asked: list[tuple[str, ...]] = []
        """Actions, and messages with their correlation values, in order."""

    def happens(self, what: str) -> None:
        """A machine takes an event, or a row names an action: for the watches."""
        for watch in self._watches:
            self.watched[watch.name] = watch.after(self.watched[watch.name], what)

    def acts(self, action: str) -> None:
        """A row names this action."""
        self.asked.append((action,))
        self.happens(action)

    def sends(self, message: str, payload: Mapping[str, Any], machines: Mapping[str, Any]) -> None:
        """A row emits this message. A numbered one is dropped while nothing is kept for the other node."""
        known = self._messages[message]
        if known.numbered and machines[self._link.machine].state in self._link.apart:
            return
        has = {field.name for field in known.fields}
        own = {one.name: getattr(machines[one.machine].context, one.variable) for one in self._correlation}
        self.asked.append(("send", message, *(str({**own, **payload}[name]) for name in own if name in has)))

    def names(self, machines: Mapping[str, Any]) -> Names:
        """What conditions may read of this node."""
        states = {name: machine.state for name, machine in machines.items()}
        given = {name: table.values[tuple(states[one.name] for one in table.machines)] for name, table in self._tables.items()}
        return Names(**states, **given, **self.watched)


class Side(Protocol):
    """The machines of one node."""

    notes: Notes

    @property
    def machines(self) -> Mapping[str, Any]:
        """By name."""

    def outside(self, event: str, values: dict[str, Any]) -> None:
        """An event of the environment, if it may come now."""

    def message(self, name: str, values: dict[str, Any]) -> None:
        """A message, if it is current."""

    def timeout(self, machine: str) -> None:
        """The timeout of that machine passes."""


class GeneratedSide:
    """The generated machines of one node: one queue, and the routes between them. What the rows ask for is noted and not done."""

    def __init__(self, package: str, folder: Path, node: str) -> None:
        self.notes = Notes(folder, node)
        self._wiring = importlib.import_module(f"{package}.generated.{node}.wiring").WIRING
        self._kinds = importlib.import_module(f"{package}.generated.messages").MESSAGES
        self.machines: dict[str, Any] = {kind.machine: kind(None) for kind in self._wiring.machines}
        self._queue: deque[tuple[str, Any]] = deque()

    def outside(self, event: str, values: dict[str, Any]) -> None:
        """An event of the environment, if it may come now."""
        entry = self._wiring.external[event]
        timely = all(self.machines[machine].state in states for machine, states in entry.when.items())
        if timely and self._is_current(entry.correlation, values):
            self._queue.extend((machine, filled(kind, values)) for machine, kind in entry.targets)
            self._drain()

    def message(self, name: str, values: dict[str, Any]) -> None:
        """A message, if it is current."""
        if self._is_current(self._kinds[name].correlation, values):
            machine, kind = self._wiring.receives[name]
            self._queue.append((machine, filled(kind, values)))
            self._drain()

    def timeout(self, machine: str) -> None:
        """The timeout of that machine passes."""
        self._queue.append((machine, self.machines[machine].timeouts[self.machines[machine].state].event()))
        self._drain()

    def _is_current(self, names: tuple[str, ...], values: dict[str, Any]) -> bool:
        return all(self._is_own(self._wiring.correlation[name], values.get(name)) for name in names)

    def _is_own(self, correlation: Any, value: object) -> bool:
        machine = self.machines[correlation.machine]
        return machine.state in correlation.states and getattr(machine.context, correlation.variable) == value

    def _drain(self) -> None:
        while self._queue:
            name, event = self._queue.popleft()
            self.notes.happens(event.name)
            step = self.machines[name].step(event)
            for action in step.actions:
                self.notes.acts(action)
            for emitted in step.emits:
                self._route(name, emitted)

    def _route(self, machine: str, emitted: Any) -> None:
        key, values = (machine, emitted.name), asdict(emitted)
        if message := self._wiring.sends.get(key):
            self.notes.sends(message, values, self.machines)
        self._queue.extend((target, filled(kind, values)) for target, kind in self._wiring.routes.get(key, ()))


class Walk:
    """Both nodes, driven cause by cause."""

    def __init__(self, package: str, folder: str | Path, /, **constants: bool | int) -> None:
        """`package`: where `generated` is. `folder`: the definitions. `constants`: those of the configuration, by name."""
        self._package, self._folder, self._constants = package, Path(folder), constants
        self._definitions, self._specs = defined(self._folder)
        self._nodes = self._definitions.link.nodes
        self.sides: dict[str, Side] = {node: self._new(node) for node in self._nodes}
        self._last: dict[str, Any] = {}

    def _side(self, node: str) -> Side:
        return GeneratedSide(self._package, self._folder, node)

    def _new(self, node: str) -> Side:
        side = self._side(node)
        for machine in side.machines.values():
            for name, value in self._constants.items():
                if hasattr(machine.context, name):
                    setattr(machine.context, name, value)
        return side

    # --- causes --------------------------------------------------------------------------------------------------------------

    def outside(self, node: str, event: str, **values: Any) -> None:
        """An event of the environment."""
        self._do(node, event, values, lambda side: side.outside(event, values))

    def message(self, node: str, name: str, **values: Any) -> None:
        """A message arrives at that node."""
        self._do(node, name, values, lambda side: side.message(name, values))

    def timeout(self, node: str, machine: str) -> None:
        """The timeout of that machine passes."""
        one = self.sides[node].machines[machine]
        assert one.state in one.timeouts, f"{machine} of the {node} is in {one.state}, which has no timeout"
        self._do(node, one.timeouts[one.state].event.name, {}, lambda side: side.timeout(machine))

    def crash(self, node: str) -> None:
        """The program of that node ends, and another one starts."""
        self.sides[node] = self._new(node)

    def _do(self, node: str, cause: str, values: dict[str, Any], act: Callable[[Side], None]) -> None:
        side = self.sides[node]
        side.notes.asked.clear()
        before = side.notes.names(side.machines)
        own = {one.name: getattr(side.machines[one.machine].context, one.variable) for one in self._definitions.system.correlation}
        act(side)
        asked = side.notes.asked
        self._last = {
            "node": node,
            "cause": cause,
            "before": before,
            "after": side.notes.names(side.machines),
            "payload": Names(**values),
            "same": Names(**{name: values.get(name) == value for name, value in own.items()}),
            "sends": Names(**{entry[1]: True for entry in asked if entry[0] == "send"}),
            "does": Names(**places([entry[0] if len(entry) == 1 else "" for entry in asked])),
        }

    # --- what a test asks ----------------------------------------------------------------------------------------------------

    def states(self, node: str) -> dict[str, str]:
        """The states of that node's machines."""
        return {name: str(machine.state) for name, machine in self.sides[node].machines.items()}

    def check(self, name: str) -> None:
        """That the spec of that name holds after the last step. What is forbidden has raised already."""
        spec = next(spec for spec in self._specs.specs if spec.name == name)
        both = {node: side.notes.names(side.machines) for node, side in self.sides.items()}
        match spec.kind:
            case "always":
                assert spec.holds
                assert spec.holds(both), f"{spec.says}: {both}"
            case "step" if self._concerns(spec) and (spec.only_if is None or spec.only_if(self._last)):
                assert spec.holds
                assert spec.holds(self._last), f"{spec.says}: {self._last}"
            case "quiet":
                for machine, pairs in spec.pairs:
                    assert tuple(getattr(both[node], machine) for node in self._nodes) in pairs, spec.says
                self._check_equal(spec)

    def _concerns(self, spec: Spec) -> bool:
        return spec.node == self._last["node"] or f"{self._last['node']}.{self._last['cause']}" in spec.on

    def _check_equal(self, spec: Spec) -> None:
        for correlation in self._definitions.system.correlation:
            machines = [self.sides[node].machines[correlation.machine] for node in self._nodes]
            if correlation.name in spec.equal and all(machine.state in correlation.states for machine in machines):
                one, other = (getattr(machine.context, correlation.variable) for machine in machines)
                assert one == other, spec.says
