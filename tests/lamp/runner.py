"""A node that runs generated machines: a queue, the routes, and a trace. It needs nothing but what is generated and the step engine."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from tars.engine import Event, Machine, Step, Wiring


class Node:
    """The machines of one node. What it sends is in `sent`, its trace in `lines`. `clock`: seconds, one for each line."""

    def __init__(self, wiring: Wiring, limits: Any, clock: Iterator[int]) -> None:
        self.machines: dict[str, Machine] = {kind.machine: kind(None) for kind in wiring.machines}
        self.sent: list[tuple[str, dict[str, Any], int | None]] = []
        self.lines: list[str] = []
        self._wiring, self._number, self._clock = wiring, 0, clock
        self._queue: deque[tuple[str, Event]] = deque()
        places = {name: {"state": machine.state, "context": machine.variables()} for name, machine in self.machines.items()}
        self._write({"event": "begins", "payload": {"machines": places, "limits": asdict(limits)}})

    def post(self, event: Event) -> None:
        """An external event, to every machine that it is routed to."""
        self._queue.extend((machine, _filled(kind, asdict(event))) for machine, kind in self._wiring.external[event.name].targets)
        self._drain(None)

    def deliver(self, message: str, payload: dict[str, Any], number: int | None) -> None:
        """A message from the other node."""
        machine, kind = self._wiring.receives[message]
        self._queue.append((machine, _filled(kind, payload)))
        self._drain(number)

    def _drain(self, number: int | None) -> None:
        while self._queue:
            name, event = self._queue.popleft()
            step = self.machines[name].step(event)
            self._trace(name, step, number)
            number = None
            if "open_book" in step.actions:
                self._number = 0
            for emitted in step.emits:
                self._send(name, emitted)

    def _send(self, machine: str, emitted: Event) -> None:
        if message := self._wiring.sends.get((machine, emitted.name)):
            numbered = message in ("toggle", "lit")
            self._number += numbered
            self.sent.append((message, asdict(emitted), self._number if numbered else None))
        for target, kind in self._wiring.routes.get((machine, emitted.name), ()):
            self._queue.append((target, _filled(kind, asdict(emitted))))

    def _trace(self, machine: str, step: Step, number: int | None) -> None:
        effects = [*step.actions, *(f"emit {emitted.name}" for emitted in step.emits)]
        self._write(
            {
                "machine": machine,
                "event": step.event.name,
                "payload": asdict(step.event),
                "from": step.source,
                "to": step.target,
                "context": self.machines[machine].variables(),
                "outcome": step.outcome,
                "effects": effects,
                "row": step.row,
                "message": number,
            }
        )

    def _write(self, line: dict[str, Any]) -> None:
        moment = next(self._clock)
        empty: dict[str, Any] = {
            "machine": None,
            "from": None,
            "to": None,
            "context": {},
            "outcome": None,
            "effects": [],
            "row": None,
            "message": None,
        }
        time = f"2026-01-01T00:{moment // 60:02}:{moment % 60:02}+00:00"
        self.lines.append(json.dumps({"time": time, "node": self._wiring.node, "pair": "hall", **empty, **line}))


def _filled(kind: type[Event], values: dict[str, Any]) -> Event:
    """An event with those of the values that it has a field for."""
    return kind(**{field.name: values[field.name] for field in fields(kind)})
