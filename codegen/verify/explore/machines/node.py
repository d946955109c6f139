"""One node in exploration: the states of all its machines together, and what each event does to them.

An event first comes to all machines to which it is routed, in order, then what they emit, in order.
Of a row first the actions, then the emits. Each step is `codegen.definitions.semantics`. Every result is kept, for a node has few states.
A variable that no guard can tell apart is left out (`reduction.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from codegen.definitions.model import Definitions, ExternalEvent, Port
from codegen.definitions.outputs import outputs
from codegen.definitions.semantics import Values as Variables
from codegen.verify.explore.machines.asks import OWN, OWN_NUMBER, Asks, Cause, Do, Outcome, Send
from codegen.verify.explore.machines.reduction import Reduction
from codegen.verify.explore.machines.run import Run
from codegen.verify.specs import Names, Spec, Specs, places


class Node:
    """The states of one node, numbered as they are met, and what can happen in each."""

    def __init__(self, definitions: Definitions, specs: Specs, node: str, reduction: Reduction) -> None:
        self.node = node
        self.machines = {machine.name: machine for machine in definitions.of_node(node)}
        self.reduction = reduction
        self.link = definitions.link
        self.correlations = definitions.system.correlation
        self.messages = {message.name: message for message in definitions.messages.messages}
        self.local: dict[Port, tuple[Port, ...]] = {}
        self.sends: dict[Port, str] = {}
        self.receives: dict[str, Port] = {}
        for route in definitions.system.routes:
            if route.source.node == node and not route.via_link:
                self.local[route.source] = route.targets
            elif route.source.node == node:
                self.sends[route.source] = route.source.event
            elif route.via_link:
                self.receives |= {route.source.event: port for port in route.targets if port.node == node}  # noqa: B035 - one port at most
        self.environment = {entry.event: entry for entry in definitions.system.outside if entry.node == node}
        self.watches = specs.watched(node)
        self._outputs = outputs(definitions.of_node(node))
        self._steps = [spec for spec in specs.of_kind("step") if spec.node == node or any(on.startswith(f"{node}.") for on in spec.on)]
        self._numbers: dict[tuple[Any, ...], int] = {}
        self.states: list[tuple[Any, ...]] = []
        """By number: for each machine its state and its variables that matter; what is watched; the machines whose timeout has passed."""
        self.names: list[Names] = []
        """By number: the names in conditions."""
        self._outcomes: dict[tuple[int, Cause], Outcome] = {}
        self._known_asks: dict[Any, Asks] = {}
        start = {name: machine.initial for name, machine in self.machines.items()}
        contexts = {name: dict(reduction.initial[node, name]) for name in self.machines}
        self.initial = self._number(start, contexts, {watch.name: watch.initial for watch in self.watches}, set())

    # --- what can happen -----------------------------------------------------------------------------------------------------

    def after(self, state: int, cause: Cause) -> Outcome:
        """What the cause does in the state of that number."""
        key = (state, cause)
        if (outcome := self._outcomes.get(key)) is None:
            outcome = self._outcomes[key] = self._run(state, cause)
        return outcome

    def take_over(self, other: Node) -> None:
        """Number the states as the same node of another system does, which leaves out the same. Nothing is numbered yet."""
        for number, state in enumerate(other.states):
            assert self._number(*other.unpack(number), set(state[3])) == number

    def timely(self, state: int) -> Iterator[ExternalEvent]:
        """The external events that are not outdated in this state, without those of the link."""
        names = self.names[state]
        for entry in self.environment.values():
            timely = all(getattr(names, machine) in states for machine, states in entry.when)
            if timely and not entry.network and all(self._has(state, name) for name in entry.correlation):
                yield entry

    def carries_id(self, entry: ExternalEvent) -> bool:
        """Whether the event brings a new id along."""
        fields = (part.type for port in entry.targets for part in self.machines[port.machine].event(port.event).payload)
        return "id" in fields

    def timeouts(self, state: int) -> Iterator[tuple[str, str]]:
        """(machine, event) of each timeout that runs."""
        passed = self.states[state][3]
        for name, machine in self.machines.items():
            for timeout in machine.state(getattr(self.names[state], name)).timeouts if name not in passed else ():
                yield name, timeout.event

    def known(self) -> Iterator[tuple[int, Cause, Outcome]]:
        """All that was computed so far: the number of a state, a cause, and what comes of it."""
        for (state, cause), outcome in self._outcomes.items():
            yield state, cause, outcome

    def _has(self, state: int, name: str) -> bool:
        correlation = next(correlation for correlation in self.correlations if correlation.name == name)
        return getattr(self.names[state], correlation.machine) in correlation.states

    # --- a step --------------------------------------------------------------------------------------------------------------

    def _run(self, number: int, cause: Cause) -> Outcome:
        if cause.kind == "message" and self._is_outdated(number, cause):
            state = str(getattr(self.names[number], self.link.machine))
            return Outcome(number, self._asks((), (("own", 0),) * len(self.correlations), state, 0), (), (), outdated=True)
        run = Run(self, number, cause)
        queue: deque[tuple[str, str, Variables]] = deque(run.first())
        while queue and not run.forbidden:
            queue.extend(run.step(*queue.popleft()))
        target = number if run.forbidden else self._number(run.states, run.contexts, run.watched, run.passed)
        noticed = tuple(effect for effect in run.effects if isinstance(effect, Send) or effect.action in self.link.actions)
        asks = self._asks(noticed, run.values(), run.states[self.link.machine], self._added(noticed))
        outcome = Outcome(target, asks, tuple(run.moves), tuple(run.effects), run.forbidden)
        return outcome if run.forbidden else self._judged(number, cause, outcome)

    def _added(self, effects: tuple[Send | Do, ...]) -> int:
        """How many unapplied messages the effects surely add."""
        drops = any(isinstance(effect, Do) and effect.action in (*self.link.begins, *self.link.drops) for effect in effects)
        return 0 if drops else sum(isinstance(effect, Send) and effect.numbered for effect in effects)

    def _asks(self, *parts: Any) -> Asks:
        return self._known_asks.setdefault(parts, Asks(*parts))

    def _is_outdated(self, number: int, cause: Cause) -> bool:
        message = self.messages[cause.name]
        same = dict(zip((correlation.name for correlation in self.correlations), cause.same, strict=True))
        return not all(self._has(number, name) and same[name] for name in message.correlation)

    def _judged(self, number: int, cause: Cause, outcome: Outcome) -> Outcome:
        sends = Names(**{effect.message: True for effect in outcome.effects if isinstance(effect, Send)})
        does = Names(**places([effect.action if isinstance(effect, Do) else "" for effect in outcome.effects]))
        same = Names(**dict(zip((correlation.name for correlation in self.correlations), cause.same, strict=False)))
        names = {"before": self.names[number], "after": self.names[outcome.target], "cause": cause.name}
        names |= {"sends": sends, "does": does, "same": same, "payload": Names(**dict(cause.payload))}
        broken = tuple(spec.name for spec in self._steps if self.concerns(spec, cause) and _breaks(spec, names))
        return replace(outcome, broken=broken) if broken else outcome

    def concerns(self, spec: Spec, cause: Cause) -> bool:
        """Whether a spec of kind `step` says something of this cause at this node."""
        return spec.node == self.node or f"{self.node}.{cause.name}" in spec.on

    # --- states --------------------------------------------------------------------------------------------------------------

    def _number(self, states: dict[str, str], contexts: dict[str, Variables], watched: dict[str, Any], passed: set[str]) -> int:
        kept = [self.reduction.kept(self.node, name, states[name], contexts[name]) for name in self.machines]
        key = (tuple(states.values()), tuple(kept), tuple(watched.values()), tuple(sorted(passed)))
        if key not in self._numbers:
            self._numbers[key] = len(self.states)
            self.states.append(key)
            values = {name: table.values[tuple(states[m.name] for m in table.machines)] for name, table in self._outputs.items()}
            self.names.append(Names(**states, **values, **watched))
        return self._numbers[key]

    def unpack(self, number: int) -> tuple[dict[str, str], dict[str, Variables], dict[str, Any]]:
        """States, contexts and what is watched. What was left out has its initial value; correlations have the node's own symbol."""
        states, kept, watched, _ = self.states[number]
        contexts = {}
        for name, values in zip(self.machines, kept, strict=True):
            contexts[name] = {**self.reduction.initial[self.node, name], **dict(values)}
        for correlation in self.correlations:
            kind = next(variable.type for variable in self.machines[correlation.machine].context if variable.name == correlation.variable)
            contexts[correlation.machine][correlation.variable] = OWN if kind == "id" else OWN_NUMBER
        named = {watch.name: value for watch, value in zip(self.watches, watched, strict=True)}
        return dict(zip(self.machines, states, strict=True)), contexts, named


def _breaks(spec: Spec, names: dict[str, Any]) -> bool:
    assert spec.holds
    return (spec.only_if is None or spec.only_if(names)) and not spec.holds(names)
