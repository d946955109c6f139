"""The machines of one node: one queue, their limits, and what is current. It models the delivery of events and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Protocol

from tars.core.effects import Effect, Traced
from tars.engine import Event, Machine, Outcome, Step, Wiring, names_of, values_of
from tars.errors import ForbiddenEvent
from tars.generated.limits import Limits

JITTER = 0.25
"""A step of the backoff ladder lasts up to this share longer, so that a thousand devices do not return together."""


class Performer(Protocol):
    """Carries out what rows ask for: each action by the method of its name (the generated Protocol `Actions`), and messages."""

    def send(self, message: str, emitted: Event, now: float) -> None:
        """Send what a row emits, as the message of that name."""


class MachineSet:
    """The machines of one node, by name."""

    __slots__ = ("_due", "_effects", "_machines", "_message", "_performer", "_queue", "_spread", "device", "limits", "wiring")

    def __init__(
        self,
        wiring: Wiring,
        device: str,
        limits: Limits,
        spread: random.Random,
        machines: Iterable[Machine],
        performer: Performer,
        effects: list[Effect],
    ) -> None:
        """`machines`: one for each kind in the wiring. `effects`: where trace lines are appended. `spread`: chance for the jitter."""
        given = {machine.machine: machine for machine in machines}
        self.wiring = wiring
        self.device = device
        self.limits = limits
        self._machines = {kind.machine: given[kind.machine] for kind in wiring.machines}
        self._performer = performer
        self._effects = effects
        self._spread = spread
        self._due: dict[str, float] = {}
        """machine -> when the limit of its state passes."""
        self._queue: list[tuple[str, Event]] = []
        self._message: int | None = None

    def __getitem__(self, name: str) -> Machine:
        return self._machines[name]

    def __iter__(self) -> Iterator[Machine]:
        return iter(self._machines.values())

    # --- delivery ------------------------------------------------------------------------------------------------------------

    def post(self, event: Event, now: float) -> None:
        """An event from outside: to every machine it is wired to, then what these cause. One that comes too late is dropped as outdated."""
        if not self.is_timely(event.name) or not self.is_current(self.wiring.external[event.name].correlation, event):
            self._append_trace(None, event, "outdated", None)
            return
        for machine, kind in self.wiring.external[event.name].targets:
            self._queue.append((machine, _as(kind, event)))
        self._drain(now)

    def deliver(self, message: str, values: dict[str, Any], now: float, number: int | None) -> None:
        """A message that is current, to the machine that takes it. Raises ForbiddenEvent when it may not be sent now."""
        machine, kind = self.wiring.receives[message]
        self._message = number
        try:
            self._step(machine, convert(kind, values), now)
            self._drain(now)
        finally:
            self._message = None

    def is_timely(self, event: str) -> bool:
        """Whether the machines are in states in which this outside event may come."""
        return all(self._machines[machine].state in states for machine, states in self.wiring.external[event].when.items())

    def is_current(self, names: Iterable[str], carrier: object) -> bool:
        """Whether the named fields of an event or message equal this node's own, in the states where it has any."""
        for name in names:
            current = self.wiring.correlation[name]
            machine = self._machines[current.machine]
            if machine.state not in current.states or getattr(machine.context, current.variable) != getattr(carrier, name):
                return False
        return True

    def _drain(self, now: float) -> None:
        while self._queue:
            machine, event = self._queue.pop(0)
            self._step(machine, event, now)

    def _step(self, name: str, event: Event, now: float) -> None:
        machine = self._machines[name]
        try:
            step = machine.step(event)
        except ForbiddenEvent:
            self._queue.clear()
            self._trace(name, Step(event, machine.state, machine.state, "forbidden", None))
            raise
        if step.entered:
            self.arm(machine, now)
        self._trace(name, step)
        for action in step.actions:
            getattr(self._performer, action)(event)
        for emitted in step.emits:
            self._route(name, emitted, now)

    def _route(self, machine: str, emitted: Event, now: float) -> None:
        key = (machine, emitted.name)
        if message := self.wiring.sends.get(key):
            self._performer.send(message, emitted, now)
        for target, kind in self.wiring.routes.get(key, ()):
            self._queue.append((target, _as(kind, emitted)))

    # --- limits --------------------------------------------------------------------------------------------------------------

    @property
    def next_limit(self) -> float | None:
        """When the next limit passes; None: none runs."""
        return min(self._due.values(), default=None)

    def pass_limits(self, now: float) -> None:
        """Deliver the event of every limit that has passed, the earliest first. A limit ends with its state, so none is outdated."""
        while passed := [(due, name) for name, due in self._due.items() if due <= now]:
            _, name = min(passed)
            self._pass(name, now)

    def _pass(self, name: str, now: float) -> None:
        """The limit of that machine's state passes."""
        del self._due[name]
        machine = self._machines[name]
        self._step(name, machine.timeouts[machine.state].event(), now)
        self._drain(now)

    def arm(self, machine: Machine, now: float) -> None:
        """The limit of the machine's state runs from now on."""
        self._due.pop(machine.machine, None)
        if limit := machine.timeouts.get(machine.state):
            delay = getattr(self.limits, limit.delay)
            if limit.step is not None:
                delay = delay[getattr(machine.context, limit.step)] * (1 + JITTER * self._spread.random())
            self._due[machine.machine] = now + delay

    # --- trace ---------------------------------------------------------------------------------------------------------------

    def mark(self, name: str, **values: Any) -> None:
        """Trace something that no machine takes, such as the first sample of an utterance."""
        self._effects.append(Traced(self.wiring.node, self.device, None, name, values, session=self._session()))

    def mark_beginning(self) -> None:
        """The first line of the trace: the states and contexts of the machines, and their limits."""
        machines = {name: {"state": machine.state, "context": machine.variables()} for name, machine in self._machines.items()}
        self.mark("begins", machines=machines, limits=asdict(self.limits))

    def _trace(self, machine: str, step: Step) -> None:
        self._append_trace(machine, step.event, step.outcome, step)

    def _append_trace(self, machine: str | None, event: Event, outcome: Outcome, step: Step | None) -> None:
        self._effects.append(
            Traced(
                self.wiring.node,
                self.device,
                machine,
                event.name,
                values_of(event),
                source=step.source if step else None,
                target=step.target if step else None,
                context=self._machines[machine].variables() if machine else {},
                outcome=outcome,
                row=step.row if step else None,
                effects=step.actions + tuple([f"emit {emitted.name}" for emitted in step.emits]) if step else (),
                session=self._session(),
                message=self._message,
            )
        )

    def _session(self) -> str | None:
        return self._machines["session"].context.session or None


def convert(kind: type[Event], values: dict[str, Any]) -> Event:
    """An event of that kind, its payload filled by name from the values."""
    return kind(*[values[name] for name in names_of(kind)])


def _as(kind: type[Event], event: Event) -> Event:
    return event if type(event) is kind else convert(kind, values_of(event))
