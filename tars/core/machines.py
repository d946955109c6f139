"""The machines of one side: one queue, their limits, and the rule of what is current. Models nothing but the delivery of events."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from tars.core.effects import Effect, Traced
from tars.engine import Event, Machine, Outcome, Step, Wiring
from tars.errors import ForbiddenEvent
from tars.generated.limits import Limits

JITTER = 0.25
"""A step of the backoff ladder lasts up to this share longer, so that a thousand devices do not return together."""


class MachineSet(ABC):
    """Base of both sides. A subclass performs actions (a method each, by name) and sends messages."""

    def __init__(self, wiring: Wiring, device: str, limits: Limits, spread: random.Random, machines: Iterable[Machine] = ()) -> None:
        given = {machine.machine: machine for machine in machines}
        self.wiring = wiring
        self.device = device
        self.limits = limits
        self.machines: dict[str, Machine] = {kind.machine: given.get(kind.machine) or kind() for kind in wiring.machines}  # type: ignore[call-arg]
        self.effects: list[Effect] = []
        self._spread = spread
        self._due: dict[str, tuple[float, Event]] = {}
        self._queue: deque[tuple[str, Event]] = deque()
        self._message: int | None = None

    # --- what a subclass provides ------------------------------------------------------------------------------------------

    def perform(self, action: str, cause: Event) -> None:
        """Carry out a row's action: the method of that name."""
        getattr(self, action)(cause)

    @abstractmethod
    def send(self, message: str, emitted: Event, now: float) -> None:
        """Send what a row emits, as the message of that name."""

    def reinstate(self, machine: Machine, now: float) -> None:
        """A machine as it was in an earlier process; its state's limit begins anew."""
        self.machines[machine.machine] = machine
        self._arm(machine, now)

    # --- delivery ----------------------------------------------------------------------------------------------------------

    def state(self, machine: str) -> str:
        """The state a machine is in."""
        return self.machines[machine].state_name

    def take_effects(self) -> list[Effect]:
        """What has to be done, in order, once."""
        taken, self.effects = self.effects, []
        return taken

    def post(self, event: Event, now: float) -> None:
        """An event of the outside world: to every machine it is wired to, then what these cause; dropped if outdated."""
        outside = self.wiring.external[event.name]
        timely = all(self.state(machine) in states for machine, states in outside.when.items())
        if not timely or not self.is_current(outside.correlation, event):
            self._trace_outdated(event)
            return
        values = payload(event)
        self._queue.extend((machine, convert(kind, values)) for machine, kind in outside.targets)
        self._drain(now)

    def deliver(self, message: str, values: dict[str, Any], now: float, number: int | None) -> None:
        """A message that is current, to the machine that takes it. Raises ForbiddenEvent when the sender may not say this now."""
        machine, kind = self.wiring.receives[message]
        self._message = number
        try:
            self._step(machine, convert(kind, values), now)
            self._drain(now)
        finally:
            self._message = None

    def is_current(self, names: Iterable[str], carrier: object) -> bool:
        """Whether the named fields of an event or message equal this node's own, in the states where it has any."""
        for name in names:
            current = self.wiring.correlation[name]
            machine = self.machines[current.machine]
            if machine.state_name not in current.states or getattr(machine.context, current.variable) != getattr(carrier, name):
                return False
        return True

    def _drain(self, now: float) -> None:
        while self._queue:
            machine, event = self._queue.popleft()
            self._step(machine, event, now)

    def _step(self, name: str, event: Event, now: float) -> None:
        machine = self.machines[name]
        try:
            step = machine.step(event)
        except ForbiddenEvent:
            self._queue.clear()
            self._trace(name, Step(event, machine.state_name, machine.state_name, "forbidden", None))
            raise
        if step.entered:
            self._arm(machine, now)
        self._trace(name, step)
        for action in step.actions:
            self.perform(action, event)
        for emitted in step.emits:
            self._route(name, emitted, now)

    def _route(self, machine: str, emitted: Event, now: float) -> None:
        key = (machine, emitted.name)
        if message := self.wiring.sends.get(key):
            self.send(message, emitted, now)
        for target, kind in self.wiring.routes.get(key, ()):
            self._queue.append((target, convert(kind, payload(emitted))))

    # --- limits ------------------------------------------------------------------------------------------------------------

    @property
    def next_limit(self) -> float | None:
        """When the next limit passes."""
        return min((due for due, _ in self._due.values()), default=None)

    def pass_limits(self, now: float) -> None:
        """Let every limit that has passed happen, the earliest first. A limit belongs to a state's entry, so none can be outdated."""
        while passed := [(due, name) for name, (due, _) in self._due.items() if due <= now]:
            _, name = min(passed)
            _, event = self._due.pop(name)
            self._queue.append((name, event))
            self._drain(now)

    def _arm(self, machine: Machine, now: float) -> None:
        self._due.pop(machine.machine, None)
        if limit := machine.timeouts.get(machine.state_name):
            delay = getattr(self.limits, limit.delay)
            if limit.step is not None:
                delay = delay[getattr(machine.context, limit.step)] * (1 + JITTER * self._spread.random())
            self._due[machine.machine] = (now + delay, limit.event())

    # --- trace -------------------------------------------------------------------------------------------------------------

    def begin(self) -> list[Effect]:
        """The first line of the trace: where the machines are, and the limits they go by."""
        machines = {name: {"state": machine.state_name, "context": machine.variables()} for name, machine in self.machines.items()}
        self.mark("begins", machines=machines, limits=asdict(self.limits))
        return self.take_effects()

    def mark(self, name: str, **values: Any) -> None:
        """Note something that no machine sees, such as the first sample of an utterance."""
        self.effects.append(Traced(self.wiring.node, self.device, None, name, values, session=self._session()))

    def _trace(self, machine: str, step: Step) -> None:
        self._append_trace(machine, step.event, step.outcome, step)

    def _trace_outdated(self, event: Event) -> None:
        self._append_trace(None, event, "outdated", None)

    def _append_trace(self, machine: str | None, event: Event, outcome: Outcome, step: Step | None) -> None:
        self.effects.append(
            Traced(
                node=self.wiring.node,
                device=self.device,
                machine=machine,
                event=event.name,
                payload=payload(event),
                source=step.source if step else None,
                target=step.target if step else None,
                context=self.machines[machine].variables() if machine else {},
                outcome=outcome,
                row=step.row if step else None,
                effects=(*step.actions, *(f"emit {emitted.name}" for emitted in step.emits)) if step else (),
                session=self._session(),
                message=self._message,
            )
        )

    def _session(self) -> str | None:
        return self.machines["session"].context.session or None


def payload(event: Event) -> dict[str, Any]:
    """The payload of an event, by name."""
    return asdict(event)


def convert(kind: type[Event], values: dict[str, Any]) -> Event:
    """An event of that kind, its payload filled by name from the values."""
    return kind(**{field.name: values[field.name] for field in fields(kind)})
