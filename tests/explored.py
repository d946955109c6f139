"""What exploration walks, walked on the generated machines: two real nodes that take one cause at a time, and what they ask for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from codegen.definitions.model import Definitions
from codegen.definitions.outputs import Table, outputs
from codegen.verify.specs import Names, Spec, Specs, load_all, places
from tars.core.machines import MachineSet
from tars.engine import Event, values_of
from tars.generated import messages
from tars.generated.device import events as device_events
from tars.generated.device.wiring import WIRING as DEVICE
from tars.generated.limits import Limits
from tars.generated.server import events as server_events
from tars.generated.server.wiring import WIRING as SERVER

EVENTS: dict[str, Any] = {"device": device_events, "server": server_events}
DEFAULTS = {"bool": False, "int": 0, "float": 0.0, "str": ""}


@cache
def defined() -> tuple[Definitions, Specs]:
    """The definitions and specs of this checkout."""
    definitions, found, findings = load_all(Path(__file__).parent.parent / "machines")
    assert definitions is not None
    assert not findings
    return definitions, found


@cache
def tables_of(node: str) -> dict[str, Table]:
    """What the states of a node mean."""
    return outputs(defined()[0].of_node(node))


class Probe(MachineSet):
    """The machines of one side as they run; what they ask for is noted and not done."""

    def __init__(self, node: str) -> None:
        wiring = DEVICE if node == "device" else SERVER
        super().__init__(wiring, "kitchen", Limits(), random.Random(0), [kind() for kind in wiring.machines], self, [])  # type: ignore[call-arg]
        self.node = node
        self.asked: list[tuple[str, ...]] = []
        """Actions, and messages with their session and turn, in order."""
        self.watches = defined()[1].watched(node)
        self.watched: dict[str, Any] = {watch.name: watch.initial for watch in self.watches}
        for machine in self:
            self.arm(machine, 0)

    def __getattr__(self, action: str) -> Callable[[Event], None]:
        """Any action of a row: it is noted."""

        def note(cause: Event) -> None:
            self.asked.append((action,))
            self._watch(action)

        return note

    def state(self, machine: str) -> str:
        """The state a machine is in."""
        return str(self[machine].state)

    def send(self, message: str, emitted: Event, now: float) -> None:
        kind = messages.MESSAGES[message]
        if kind.numbered and self.state("continuity") == "UNLINKED":
            return
        values = {"session": self["session"].context.session} | values_of(emitted)
        self.asked.append(("send", message, *(str(values[name]) for name in ("session", "turn") if name in kind.fields)))

    def _step(self, name: str, event: Event, now: float) -> None:
        self._watch(event.name)
        super()._step(name, event, now)

    def _watch(self, what: str) -> None:
        for watch in self.watches:
            self.watched[watch.name] = watch.after(self.watched[watch.name], what)

    def outside(self, event: str, values: dict[str, Any]) -> None:
        """An event of the environment."""
        self.post(_filled(getattr(EVENTS[self.node], _camel(event)), values), 0)

    def message(self, name: str, values: dict[str, Any]) -> None:
        """A message, if it is current."""
        kind = messages.MESSAGES[name]
        if self.is_current(kind.correlation, Names(**values)):
            _, event = self.wiring.receives[name]
            self.deliver(name, values_of(_filled(event, values)), 0, None)

    def timeout(self, machine: str) -> None:
        """The timeout of that machine passes, whatever the clock says."""
        self._pass(machine, 0)

    def names(self) -> Names:
        """What conditions may read of this side."""
        states = {name: machine.state for name, machine in self._machines.items()}
        tables = tables_of(self.node).items()
        outputs = {name: table.values[tuple(states[machine.name] for machine in table.machines)] for name, table in tables}
        return Names(**states, **outputs, **self.watched)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _filled(kind: type[Event], values: dict[str, Any]) -> Event:
    """An event with the values that it has a field for, and plain ones in its other fields."""
    return kind(**{field.name: values.get(field.name, DEFAULTS[str(field.type)]) for field in fields(kind)})


class Walk:
    """Both sides, driven cause by cause. Constants of the configuration are given by name."""

    def __init__(self, **constants: bool | int) -> None:
        self._constants = constants
        self.sides = {node: self._probe(node) for node in ("device", "server")}
        self._last: dict[str, Any] = {}

    def _probe(self, node: str) -> Probe:
        probe = Probe(node)
        for machine in probe:
            for name, value in self._constants.items():
                if hasattr(machine.context, name):
                    setattr(machine.context, name, value)
        return probe

    def outside(self, node: str, event: str, **values: Any) -> None:
        """An event of the environment."""
        self._do(node, event, values, lambda probe: probe.outside(event, values))

    def message(self, node: str, name: str, **values: Any) -> None:
        """A message arrives at that side."""
        self._do(node, name, values, lambda probe: probe.message(name, values))

    def timeout(self, node: str, machine: str) -> None:
        """The timeout of that machine passes."""
        name = self.sides[node][machine].timeouts[self.sides[node].state(machine)].event.name
        self._do(node, name, {}, lambda probe: probe.timeout(machine))

    def crash(self, node: str) -> None:
        """The program of that side ends, and another one starts."""
        self.sides[node] = self._probe(node)

    def _do(self, node: str, cause: str, values: dict[str, Any], act: Any) -> None:
        probe = self.sides[node]
        probe.asked.clear()
        before = probe.names()
        own = {name: getattr(probe[name].context, name) for name in ("session", "turn")}
        act(probe)
        asked = probe.asked
        self._last = {
            "node": node,
            "cause": cause,
            "before": before,
            "after": probe.names(),
            "payload": Names(**values),
            "same": Names(**{name: values.get(name) == value for name, value in own.items()}),
            "sends": Names(**{entry[1]: True for entry in asked if entry[0] == "send"}),
            "does": Names(**places([entry[0] if len(entry) == 1 else "" for entry in asked])),
        }

    def states(self, node: str) -> dict[str, str]:
        """The states of that side's machines."""
        return {name: machine.state for name, machine in ((machine.machine, machine) for machine in self.sides[node])}

    def check(self, name: str) -> None:
        """That the spec of that name holds after the last step. What is forbidden has raised already."""
        spec = next(spec for spec in defined()[1].specs if spec.name == name)
        device, server = (self.sides[node].names() for node in ("device", "server"))
        match spec.kind:
            case "always":
                assert spec.holds
                assert spec.holds({"device": device, "server": server}), f"{spec.says}: {device}, {server}"
            case "step" if self._concerns(spec) and (spec.only_if is None or spec.only_if(self._last)):
                assert spec.holds
                assert spec.holds(self._last), f"{spec.says}: {self._last}"
            case "quiet":
                for machine, pairs in spec.pairs:
                    assert (getattr(device, machine), getattr(server, machine)) in pairs, spec.says
                self._check_equal(spec)

    def _concerns(self, spec: Spec) -> bool:
        return spec.node == self._last["node"] or f"{self._last['node']}.{self._last['cause']}" in spec.on

    def _check_equal(self, spec: Spec) -> None:
        for correlation in defined()[0].system.correlation:
            machines = [self.sides[node][correlation.machine] for node in ("device", "server")]
            if correlation.name in spec.equal and all(machine.state in correlation.states for machine in machines):
                one, other = (getattr(machine.context, correlation.variable) for machine in machines)
                assert one == other, spec.says
