# Written by `python -m codegen` from codegen/emit/oracle.txt; do not edit.
"""Each step of a generated machine is taken by python-statemachine as well, and must come to the same.

The library gets the rows, guards and effects of the machine's table. Which row is taken, in which order things happen, and what is an
error is its own decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from statemachine import State, StateMachine
from statemachine.exceptions import TransitionNotAllowed

from tars.engine import Event, ForbiddenEvent, Machine, Row, Step


class Oracle:
    """One instance of python-statemachine for all machines of a class: a step is synchronous."""

    def __init__(self, kind: type[Machine]) -> None:
        self._kind = kind
        self._engine = self._state_machine()
        self._machine = kind(None)
        self._taken: tuple[Row, tuple[Event, ...]] | None = None

    def step(self, machine: Machine, event: Event) -> tuple[Step | None, Any]:
        """What the event does to this machine, which is left as it is, and the context afterwards; None: the event is forbidden."""
        self._machine, self._taken = self._kind(copy(machine.context), machine.state), None
        self._engine.current_state_value = str(machine.state)
        try:
            self._engine.send(event.name, payload=event)
        except TransitionNotAllowed:
            place = self._kind.ignored.get((machine.state, event.name))
            return Step(event, machine.state, machine.state, "ignored", place) if place else None, self._machine.context
        assert self._taken is not None
        row, emits = self._taken
        after = self._engine.current_state_value
        return Step(event, machine.state, after, "taken", row.place, row.actions, emits, row.target is not None), self._machine.context

    def _state_machine(self) -> StateMachine:
        initial = self._kind.initial
        states = {str(name): State(initial=name == initial) for name in type(initial)}  # type: ignore[attr-defined]
        # The library's defaults would accept unknown events, swallow errors in actions, and lose the state of a cancelled machine.
        rules = {"allow_event_without_transition": False, "atomic_configuration_update": True, "catch_errors_as_events": False}
        events: dict[str, Any] = {}
        for (state, event), row in self._rows():
            conditions = {} if row.guard is None else {"cond" if row.holds else "unless": self._guard(row)}
            target = states[row.target or state]
            transition = states[state].to(target, internal=row.target is None, on=self._on(row), **conditions)
            events[event] = events[event] | transition if event in events else transition
        engine: StateMachine = type(self._kind.__name__, (StateMachine,), {**states, **rules, **events})()
        return engine

    def _rows(self) -> Iterator[tuple[tuple[str, str], Row]]:
        return ((cell, row) for cell, rows in self._kind.rows.items() for row in rows)

    def _guard(self, row: Row) -> Callable[[Any], bool]:
        def guard(payload: Event) -> bool:
            return bool(row.guard(self._machine, payload)) if row.guard else True

        return guard

    def _on(self, row: Row) -> Callable[[Any], None]:
        def on(payload: Event) -> None:
            self._taken = row, row.effect(self._machine, payload) if row.effect else ()

        return on


_ORACLES: dict[type[Machine], Oracle] = {}


def step(machine: Machine, event: Event) -> Step:
    """The step of the machine, compared with the one that python-statemachine takes. Raises ForbiddenEvent as the machine does."""
    kind = type(machine)
    if kind not in _ORACLES:
        _ORACLES[kind] = Oracle(kind)
    expected = _ORACLES[kind].step(machine, event)
    try:
        done = machine.step(event)
    except ForbiddenEvent:
        assert expected == (None, machine.context)
        raise
    assert (done, machine.context) == expected
    return done
