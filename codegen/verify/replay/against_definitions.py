"""Checks the trace of one node line by line: each step must be what the definitions say, in the order of the node's queue.

Events are delivered as in exploration. An external event goes to every machine to which it is routed. Then the events that these machines
emit to each other are delivered in the order emitted, before the next external event.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codegen.definitions import semantics
from codegen.definitions.model import Definitions, ExternalEvent, Ignored, Machine, Message, Port
from codegen.definitions.semantics import Forbidden, Taken, Values
from codegen.verify.replay.lines import Finding, Line
from codegen.verify.replay.row_differences import by_its_row, differences, initial, named, shown
from codegen.verify.replay.steps import Got, Record, Sent, Step
from codegen.verify.trace_files import BEGINS

TOLERANCE = 1.0
"""Seconds by which a timeout may seem to pass too early. A line is written a little after the moment that it records."""


@dataclass(frozen=True)
class _Expected:
    """An event in the queue. `payload`: the values that are compared; it may have only some of the fields."""

    machine: str
    event: str
    payload: Values
    line: Line

    def __str__(self) -> str:
        return f"{self.machine} takes {self.event}"


class Walk:
    """Follows one node. Call `feed` with each line, then `finish`. The results are in `steps`, `findings` and `notes`."""

    def __init__(self, definitions: Definitions, node: str, ceilings: Mapping[str, float]) -> None:
        """`ceilings`: limits that the other node may have shortened -> the shortest possible value."""
        self.node = node
        self.steps: list[Step] = []
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self.lives = 0
        self._definitions, self._link = definitions, definitions.link
        self._restored = definitions.system.node(node).restored
        self._machines = {machine.name: machine for machine in definitions.of_node(node)}
        self._outside = {entry.event: entry for entry in definitions.system.outside if entry.node == node}
        self._routes = {route.source: route for route in definitions.system.routes if route.source.node == node}
        self._ceilings = ceilings
        self._limits: dict[str, Any] = {}
        self._states: dict[str, str | None] = dict.fromkeys(self._machines)
        self._contexts: dict[str, Values | None] = dict.fromkeys(self._machines)
        self._since: dict[str, Line] = {}
        self._due: dict[str, tuple[float, float]] = {}
        """By machine: the earliest time at which its timeout may pass, and how long it lasts."""
        self._queue: deque[_Expected] = deque()
        self._record = Record()
        self._recorded: Step | None = None
        """The step after which was saved what this life began with; None once the other node has greeted it."""
        self._begun: Step
        self._cut = True
        """The trace may begin in the middle of a step. Until the first external event, events without a known cause are accepted."""

    def feed(self, line: Line) -> None:
        """Check the next line."""
        if line.machine is not None:
            self._step(line)
        elif line.event == BEGINS:
            self._begin(line)
        elif line.outcome == "outdated":
            self._outdated(line)
        else:
            self._mark(line)

    def finish(self) -> None:
        """Check that no step is incomplete: there are no more lines."""
        self._cut_off()

    def _find(self, line: Line, message: str) -> None:
        self.findings.append(line.finding(message))

    # --- lives ---------------------------------------------------------------------------------------------------------------

    def _begin(self, line: Line) -> None:
        self._cut_off()
        self._cut = False
        self.lives += 1
        self._limits = dict(line.payload.get("limits", {}))
        told = line.payload.get("machines", {})
        if not isinstance(told, dict) or set(told) != set(self._machines) or not all(self._is_place(*at) for at in told.items()):
            self._find(line, f"begins with {told}; it says state and context of {', '.join(self._machines)}")
            return
        self._leave_out([step for step in self.steps if step.lines[0].file != line.file and step.lines[0].moment > line.moment])
        self._recorded = self._where_recorded({name: (at.get("state"), at.get("context")) for name, at in told.items()})
        goes_on = self._recorded is not None
        for name, at in told.items():
            machine, state, context = self._machines[name], at.get("state"), at.get("context")
            if not goes_on and self._known(name) and (state, context) != (machine.initial, initial(machine, context)):
                self._find(
                    line,
                    f"{name} begins in {state} with {shown(context)}; a life begins in {machine.initial}, or where an earlier one was",
                )
            self._enter(machine, state, context, line)
        self._record = self._recorded.record if self._recorded else Record()
        self._begun = self._open(line, BEGINS, "goes on" if goes_on else BEGINS)

    def _is_place(self, name: str, at: Any) -> bool:
        """Whether a machine can have this state and these variables."""
        machine = self._machines[name]
        states, variables = {state.name for state in machine.states}, {variable.name for variable in machine.context}
        return isinstance(at, dict) and at.get("state") in states and set(at.get("context", ())) == variables

    def _known(self, name: str) -> bool:
        """Whether the state before is known. If not, the trace may begin with a restored node."""
        return self._states[name] is not None or not self._restored

    def _where_recorded(self, told: Mapping[str, tuple[Any, Any]]) -> Step | None:
        """The last step after which what this life begins with may have been saved; None: it begins with nothing.

        A process that continues another one knows what that one had saved, which may not be its end.
        """
        if not self._restored or all(told[name][0] == machine.initial for name, machine in self._machines.items()):
            return None
        return next((step for step in reversed(self.steps) if step.kind != "cut" and step.leads_to(told, self._link)), None)

    def _leave_out(self, steps: Sequence[Step]) -> None:
        """These steps are of a process that the other node has left, and no later process knows of them."""
        if steps:
            first = steps[0].lines[0]
            which = f"{len(steps)} steps of the {self.node} from here on are left out"
            self.notes.append(f"{first.file}:{first.number}: {which}: another process has gone on without them")
        for step in steps:
            step.forget()
            self.steps.remove(step)

    def _last_step(self) -> Step | None:
        return next((step for step in reversed(self.steps) if step.kind not in ("mark", "outdated")), None)

    def _cut_off(self) -> None:
        if self._queue and (step := self._last_step()) is not None:
            step.kind = "cut"
            last, waiting = step.lines[-1], self._queue[0]
            self.notes.append(f"{last.file}:{last.number}: the {self.node} ends in the middle of a step, before {waiting}; was it killed?")
            self._queue.clear()

    # --- what no machine sees ------------------------------------------------------------------------------------------------

    def _mark(self, line: Line) -> None:
        step = self._open(line, "mark", line.event)
        if line.event == "outdated_message":
            name, number = str(line.payload.get("type")), line.payload.get("number")
            message = {message.name: message for message in self._definitions.messages.messages}.get(name)
            if message is None or not message.correlation:
                self._find(line, f"{name} is dropped as outdated; it has no correlation")
            else:
                step.takes = self._got(message, number, None, line)

    def _outdated(self, line: Line) -> None:
        outside = self._outside.get(line.event)
        if outside is None:
            self._find(line, f"{line.event} is outdated; the outside world has no such event for the {self.node}")
        elif self._all_known and self._timely(outside) and self._is_current(outside.correlation, line.payload):
            self._find(line, f"{line.event} is dropped as outdated, but it is current: {self._where()}")
        self._open(line, "outdated", line.event)

    @property
    def _all_known(self) -> bool:
        return None not in self._states.values() and None not in self._contexts.values()

    def _timely(self, outside: ExternalEvent) -> bool:
        return all(self._states[machine] in states for machine, states in outside.when)

    def _is_current(self, names: Iterable[str], payload: Values) -> bool:
        return all(self._own(name, payload) for name in names)

    def _own(self, name: str, payload: Values) -> bool:
        """Whether the value in the payload equals the node's own."""
        return name in payload and payload[name] is not None and payload[name] == self._variable(name)

    def _variable(self, name: str) -> Any:
        """The node's own correlation value; None in a state without one."""
        correlation = next(correlation for correlation in self._definitions.system.correlation if correlation.name == name)
        context = self._contexts[correlation.machine]
        return (
            context.get(correlation.variable) if context is not None and self._states[correlation.machine] in correlation.states else None
        )

    def _where(self) -> str:
        return ", ".join(f"{machine} {state}" for machine, state in self._states.items())

    # --- steps ---------------------------------------------------------------------------------------------------------------

    def _open(self, line: Line, kind: str, cause: str) -> Step:
        """Begin a step with this line."""
        own = {correlation.name: self._own(correlation.name, line.payload) for correlation in self._definitions.system.correlation}
        step = Step(self.node, cause, kind, [line], dict(self._states), own, self._record)
        self.steps.append(step)
        self._close(step)
        return step

    def _close(self, step: Step) -> None:
        """Write the node's present state into the step as its result so far."""
        step.after, step.contexts, step.record = dict(self._states), dict(self._contexts), self._record
        step.variables = {correlation.name: self._variable(correlation.name) for correlation in self._definitions.system.correlation}

    def _step(self, line: Line) -> None:
        machine = self._machines.get(line.machine or "")
        event = next((event for event in machine.events if event.name == line.event), None) if machine else None
        if machine is None or event is None:
            self._find(line, f"{line.machine} takes {line.event}; the {self.node} has no such machine, or it takes no such event")
            return
        if set(line.payload) != {part.name for part in event.payload}:
            wanted = ", ".join(part.name for part in event.payload) or "nothing"
            self._find(line, f"{line.event} brings {', '.join(line.payload) or 'nothing'}; it brings {wanted}")
            return
        if self._is_next(line, caused=event.kind == "local" or (event.kind == "environment" and self._outside_of(line) is None)):
            step = self._last_step() or self._open(line, "cut", "")
            step.lines += [line] if line is not step.lines[0] else []
        else:
            step = self._cause(machine, line, event.kind)
        if event.kind == "message":
            step.takes = self._got(self._definitions.messages.message(line.event), line.message, line.payload, line)
        self._row(machine, line, step)
        self._close(step)
        if self._recorded is not None and line.event == self._link.greeting:
            if self._record is self._recorded.record:
                self._leave_out(self.steps[self.steps.index(self._recorded) + 1 : self.steps.index(self._begun)])
            self._recorded = None

    def _outside_of(self, line: Line) -> ExternalEvent | None:
        """The external event of which this line is the first; None if it is of no external event."""
        port = Port(self.node, line.machine or "", line.event)
        return next((entry for entry in self._outside.values() if entry.targets[0] == port), None)

    def _is_next(self, line: Line, *, caused: bool) -> bool:
        """Whether this line continues the step. Events before it in the queue are reported as missing. `caused`: it cannot begin a step."""
        at = next((n for n, wait in enumerate(self._queue) if (wait.machine, wait.event) == (line.machine, line.event)), None)
        if at is None:
            if caused and not self._cut:
                waiting = f"next is that {self._queue[0]}" if self._queue else "nothing waits for delivery"
                self._find(line, f"{line.machine} takes {line.event}, which nothing caused; {waiting}")
            if caused:
                return True
        for _ in range(len(self._queue) if at is None else at):
            self._missing(line, self._queue.popleft())
        if at is None:
            port = Port(self.node, line.machine or "", line.event)
            self._cut = self._cut and any(port in entry.targets[1:] for entry in self._outside.values())
            return False
        expected = self._queue.popleft()
        if wrong := {name: value for name, value in expected.payload.items() if line.payload[name] != value}:
            self._find(
                line, f"{line.event} brings {named(line.payload, wrong)}; {expected.line.event} before it gave {named(wrong, wrong)}"
            )
        return True

    def _missing(self, line: Line, expected: _Expected) -> None:
        self._find(line, f"before this, a line is missing in which {expected} (caused in {expected.line.file}:{expected.line.number})")

    def _cause(self, machine: Machine, line: Line, kind: str) -> Step:
        """Begin a step with a cause outside the machines, and check that it may happen in this state."""
        step = self._open(line, kind, line.event)
        if kind == "timeout":
            self._check_timeout(machine, line)
        elif kind == "message":
            message = self._definitions.messages.message(line.event)
            if self._all_known and not self._is_current(message.correlation, line.payload):
                self._find(line, f"{line.event} {named(line.payload, message.correlation)} is not current, but was taken: {self._where()}")
        elif kind == "environment":
            outside = self._outside_of(line)
            assert outside is not None, "else it could not begin a step"
            step.cause = outside.event
            if self._all_known and not (self._timely(outside) and self._is_current(outside.correlation, line.payload)):
                self._find(line, f"{outside.event} is taken, but it is outdated here: {self._where()}")
            for target in outside.targets[1:]:
                names = {part.name for part in self._machines[target.machine].event(target.event).payload} & set(line.payload)
                self._queue.append(_Expected(target.machine, target.event, {name: line.payload[name] for name in names}, line))
        return step

    def _check_timeout(self, machine: Machine, line: Line) -> None:
        state = machine.state(line.source) if line.source in {state.name for state in machine.states} else None
        if state is not None and line.event not in {timeout.event for timeout in state.timeouts}:
            self._find(line, f"{line.event} passes in {line.source}, which has no such timeout")
        due, lasts = self._due.get(machine.name, (line.moment, 0.0))
        if line.moment < due - TOLERANCE:
            took = line.moment - due + lasts
            self._find(line, f"{line.event} passes after {took:.1f} s in {line.source}; it lasts {lasts:g} s")

    def _got(self, message: Message, number: int | None, payload: Values | None, line: Line) -> Got:
        own = {name: self._variable(name) for name in message.correlation}
        got = Got(message.name, number, payload, line, own)
        self._record.got.append(got)
        return got

    # --- rows ----------------------------------------------------------------------------------------------------------------

    def _row(self, machine: Machine, line: Line, step: Step) -> None:
        state, context = self._states[machine.name], self._contexts[machine.name]
        if state is not None and state != line.source:
            since = self._since[machine.name]
            self._find(line, f"{machine.name} is in {line.source}; since {since.file}:{since.number} it is in {state}")
        known = {state.name for state in machine.states}
        if line.source not in known or line.target not in known:
            self._find(line, f"{machine.name} goes from {line.source} to {line.target}; there is no such state")
            return
        if set(line.context) != {variable.name for variable in machine.context}:
            self._find(line, f"the context of {machine.name} is {shown(line.context)}; these are not its variables")
            return
        if line.outcome == "forbidden":
            self._queue.clear()
        done: Taken | Ignored | Forbidden
        if context is None and line.outcome == "taken":
            done = by_its_row(machine, line)
        else:
            done = semantics.step(machine, line.source, line.context if context is None else context, line.event, line.payload)
        for message in differences(machine, line, line.context if context is None else context, done):
            self._find(line, message)
        if not isinstance(done, Forbidden):
            step.happened.append(line.event)
        if isinstance(done, Taken):
            self._follow(machine, line, step, done)
        if (isinstance(done, Taken) and done.row.target) or line.source != line.target or state is None:
            self._enter(machine, line.target, line.context, line)
        self._contexts[machine.name] = line.context

    def _enter(self, machine: Machine, state: str, context: Values, line: Line) -> None:
        self._states[machine.name], self._contexts[machine.name] = state, context
        self._since[machine.name] = line
        self._due.pop(machine.name, None)
        for timeout in machine.state(state).timeouts:
            if (lasts := self._lasts(timeout.after, context)) is not None:
                self._due[machine.name] = (line.moment + lasts, lasts)

    def _lasts(self, delay: str, context: Values) -> float | None:
        """How long a limit is, in seconds; None if the trace does not say it."""
        name, _, step = delay.removesuffix("]").partition("[")
        if re.fullmatch(r"[\d.]+", name):
            return float(name)
        value = self._limits.get(name)
        if step and isinstance(value, list | tuple):
            value = value[context[step]]
        return min(float(value), self._ceilings.get(name, float(value))) if isinstance(value, int | float) else None

    def _follow(self, machine: Machine, line: Line, step: Step, done: Taken) -> None:
        """Carry out what the row asks for, in order: actions, then emits to other machines and over the link."""
        step.happened += done.actions
        self._states[machine.name] = line.target
        for action in done.actions:
            if action in (*self._link.begins, *self._link.drops):
                replaced = self._record if self._record.greeting else self._record.before
                self._record = Record(greeting=step if action in self._link.begins else None, before=replaced)
        for emitted in done.emits:
            route = self._routes.get(Port(self.node, machine.name, emitted.event))
            if route is None:
                continue
            if route.via_link:
                self._send(emitted.event, emitted.payload, line, step)
                continue
            for target in route.targets:
                names = {part.name for part in self._machines[target.machine].event(target.event).payload}
                payload = {name: value for name, value in emitted.payload.items() if name in names}
                self._queue.append(_Expected(target.machine, target.event, payload, line))

    def _stamped(self, message: str, line: Line) -> Values:
        """The correlation values that the core fills into a message: the node's own."""
        stamped = self._definitions.messages.message(message).stamped
        own = (one for one in self._definitions.system.correlation if one.name in stamped)
        return {
            one.name: (line.context if one.machine == line.machine else self._contexts[one.machine] or {}).get(one.variable) for one in own
        }

    def _send(self, message: str, payload: Values, line: Line, step: Step) -> None:
        """Note a message that is sent. A numbered one is dropped while nothing is kept for the other side."""
        numbered = self._definitions.messages.message(message).numbered
        if numbered and self._states[self._link.machine] in self._link.apart:
            return
        number = len(self._record.sent) + 1 if numbered else None
        sent = Sent(message, number, payload | self._stamped(message, line), line)
        step.sends.append(sent)
        if numbered:
            self._record.sent.append(sent)
