"""One machine by itself with all its variables: any event, in any order, with any payload that its guards can tell apart.

Here are seen the variables that the whole system leaves out, such as a counter of attempts. What holds here holds in every
system. A forbidden event cannot come: that it does not is for the whole system to show. A timeout comes where it runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen.definitions.model import Machine
from codegen.definitions.semantics import Forbidden, Taken, Values, step
from codegen.definitions.test_cases import Domains
from codegen.verify.explore.machines.verdict import Verdict
from codegen.verify.specs import Names, Spec, Specs

HIGHEST = 3
"""A counter is followed so far."""


@dataclass(frozen=True)
class MachineStep:
    """One event that was taken or ignored."""

    machine: Machine
    before: Values
    """The variables, and `state`."""
    event: str
    payload: Values
    after: Values
    left: bool
    """The state was left, perhaps to enter it again: its timeout is armed anew."""

    def __str__(self) -> str:
        payload = ", ".join(f"{name} {value}" for name, value in self.payload.items())
        changed = (f"{name} {value} -> {self.after[name]}" for name, value in self.before.items() if self.after[name] != value)
        cell = f"{self.machine.name} ({self.machine.role}) {self.before['state']} + {self.event}"
        return f"{cell}{f' ({payload})' if payload else ''}: {', '.join(changed) or 'nothing changes'}"


def verdicts(walked: Iterable[MachineStep], specs: Specs) -> Iterator[Verdict]:
    """One for each spec of kind `row`. There is no path: a machine by itself is not the system."""
    listed = list(walked)
    for spec in specs.of_kind("row"):
        broken = [str(taken) for taken in listed if breaks(spec, taken)]
        yield Verdict(spec, broken[0], more=len(broken) - 1) if broken else Verdict(spec)


def breaks(spec: Spec, taken: MachineStep) -> bool:
    """Whether the spec speaks of the step, and does not hold of it."""
    assert spec.holds
    if spec.machine not in ("", f"{taken.machine.role}.{taken.machine.name}"):
        return False
    names = {"before": Names(**taken.before), "after": Names(**taken.after), "event": taken.event, "left": taken.left}
    names["payload"] = Names(**taken.payload)
    return (spec.only_if is None or spec.only_if(names)) and not spec.holds(names)


def steps(machine: Machine) -> Iterator[MachineStep]:
    """Every step that the machine can take, in every configuration, the nearest first."""
    domains = Domains(machine)
    initial = {variable.name: variable.initial for variable in machine.context}
    constants = tuple(variable.name for variable in machine.context if variable.constant)
    queue = deque({"state": machine.initial, **context} for context, _ in domains.vary(constants, initial, {}))
    seen = {_key(before) for before in queue}
    while queue:
        before = queue.popleft()
        for taken in _steps_from(machine, domains, before):
            yield taken
            if _key(taken.after) not in seen and _within(machine, taken.after):
                seen.add(_key(taken.after))
                queue.append(taken.after)


def _steps_from(machine: Machine, domains: Domains, before: Values) -> Iterator[MachineStep]:
    context = {name: value for name, value in before.items() if name != "state"}
    state = machine.state(before["state"])
    running = {timeout.event for timeout in state.timeouts}
    for event in machine.events:
        if event.kind == "timeout" and event.name not in running:
            continue
        fields = tuple(f"payload.{part.name}" for part in event.payload)
        for _, payload in domains.vary(fields, context, domains.usual(event.name)[1]):
            result = step(machine, state.name, context, event.name, payload)
            if isinstance(result, Taken):
                yield MachineStep(
                    machine, before, event.name, payload, {"state": result.target, **result.context}, result.row.target is not None
                )
            elif not isinstance(result, Forbidden):
                yield MachineStep(machine, before, event.name, payload, before, left=False)


def _key(values: Values) -> tuple[object, ...]:
    return tuple(values.values())


def _within(machine: Machine, values: Values) -> bool:
    return all(values[variable.name] <= HIGHEST for variable in machine.context if variable.type == "counter")
