"""What exploration walks, walked on two real nodes: `tars/core/machines.py` with the generated machines. What they ask for is noted."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines import walk
from codegen.verify.explore.machines.walk import Notes, filled
from codegen.verify.specs import Names, Specs
from tars.core.machines import MachineSet
from tars.engine import Event, values_of
from tars.generated import messages
from tars.generated.device import events as device_events
from tars.generated.device.wiring import WIRING as DEVICE
from tars.generated.limits import Limits
from tars.generated.server import events as server_events
from tars.generated.server.wiring import WIRING as SERVER

MACHINES = Path(__file__).parent.parent / "machines"
EVENTS: dict[str, Any] = {"device": device_events, "server": server_events}


def defined() -> tuple[Definitions, Specs]:
    """The definitions and specs of this checkout; loaded once in a process."""
    return walk.defined(MACHINES)


class Probe(MachineSet):
    """The machines of one side as they run; what they ask for is noted and not done."""

    def __init__(self, node: str) -> None:
        wiring = DEVICE if node == "device" else SERVER
        super().__init__(wiring, "kitchen", Limits(), random.Random(0), [kind() for kind in wiring.machines], self, [])  # type: ignore[call-arg]
        self.node = node
        self.notes = Notes(MACHINES, node)
        for machine in self:
            self.arm(machine, 0)

    def __getattr__(self, action: str) -> Callable[[Event], None]:
        """Any action of a row: it is noted."""
        return lambda cause: self.notes.acts(action)

    @property
    def machines(self) -> Mapping[str, Any]:
        """By name."""
        return self._machines

    def send(self, message: str, emitted: Event, now: float) -> None:
        self.notes.sends(message, values_of(emitted), self._machines)

    def _step(self, name: str, event: Event, now: float) -> None:
        self.notes.happens(event.name)
        super()._step(name, event, now)

    def outside(self, event: str, values: dict[str, Any]) -> None:
        """An event of the environment."""
        name = "".join(part.capitalize() for part in event.split("_"))
        self.post(filled(getattr(EVENTS[self.node], name), values), 0)

    def message(self, name: str, values: dict[str, Any]) -> None:
        """A message, if it is current."""
        if self.is_current(messages.MESSAGES[name].correlation, Names(**values)):
            _, event = self.wiring.receives[name]
            self.deliver(name, values_of(filled(event, values)), 0, None)

    def timeout(self, machine: str) -> None:
        """The timeout of that machine passes, whatever the clock says."""
        self._pass(machine, 0)

    def names(self) -> Names:
        """What conditions may read of this side."""
        return self.notes.names(self._machines)


class Walk(walk.Walk):
    """Both sides as they run, driven cause by cause. Constants of the configuration are given by name."""

    def __init__(self, **constants: bool | int) -> None:
        super().__init__("tars", MACHINES, **constants)

    def _side(self, node: str) -> walk.Side:
        return Probe(node)
