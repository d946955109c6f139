"""Checks the specs on a trace: of each state, of each step, and whenever everything that was sent has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.definitions.model import Definitions
from codegen.definitions.outputs import outputs
from codegen.verify.replay.exchange import Exchange
from codegen.verify.replay.lines import Finding
from codegen.verify.replay.steps import Step
from codegen.verify.specs import Names, Spec, Specs, places
from codegen.verify.trace_files import BEGINS

HAPPENS = ("environment", "message", "timeout")
"""The kinds of steps that machines take."""


class Judge:
    """Follows both nodes, or one of them, in the order in which the steps happened."""

    def __init__(self, definitions: Definitions, specs: Specs, exchange: Exchange | None) -> None:
        self._specs, self._exchange, self._link = specs, exchange, definitions.link
        nodes = [node.name for node in definitions.system.nodes]
        self._tables = {node: outputs(definitions.of_node(node)) for node in nodes}
        self._initial = {node: {machine.name: machine.initial for machine in definitions.of_node(node)} for node in nodes}
        self._watched: dict[str, dict[str, Any]] = {node: self._fresh(node) for node in nodes}
        self._unwatched = {f"{watch.node}.{watch.name}" for watch in specs.watches}
        """Watches without a known value, because the trace does not show the node from its beginning."""
        self._broken: set[tuple[str, str]] = set()
        self._constants: dict[str, Any] = {}
        self._concerned: dict[tuple[str, str], tuple[Spec, ...]] = {}
        """By kind and node: the specs about this node in this configuration."""
        self._last: dict[str, Step] = {}
        self._progress: dict[int, int] = {}
        """By `id` of a record: the number of the last message sent so far. By the negative `id`: that of the last one received."""
        self._greeted: dict[str, Step] = {}
        """By node: its last step that sent or took a greeting."""

    def _fresh(self, node: str) -> dict[str, Any]:
        return {watch.name: watch.initial for watch in self._specs.watched(node)}

    def judge(self, step: Step) -> Iterator[Finding]:
        """The findings of the specs in this step."""
        node = step.node
        before = self._names(step.before, node)
        if step.cause == BEGINS:
            self._watched[node] = self._fresh(node)
            begins_whole = step.after == self._initial[node]
            own = {f"{node}.{name}" for name in self._watched[node]}
            self._unwatched = self._unwatched - own if begins_whole else self._unwatched | own
        if step.kind == BEGINS:
            self._constants |= {name: value for at in step.lines[0].payload["machines"].values() for name, value in at["context"].items()}
            self._concerned.clear()
        for watch in self._specs.watched(node):
            for what in step.happened:
                self._watched[node][watch.name] = watch.after(self._watched[node][watch.name], what)
        after = self._names(step.after, node)
        self._last[node] = step
        if after is None or step.kind == "cut":
            return
        for spec in self._those("always", node):
            if spec.holds is not None and self._newly_broken(spec, node, broken=not spec.holds({node: after})):
                yield _violated(spec, step)
        if before is not None and step.kind in HAPPENS:
            yield from self._step(step, before, after)
        yield from self._quiet(step)

    def _newly_broken(self, spec: Spec, node: str, *, broken: bool) -> bool:
        """Whether the spec is broken now and was not broken before. A spec that stays broken is reported once."""
        was = (spec.name, node) in self._broken
        (self._broken.add if broken else self._broken.discard)((spec.name, node))
        return broken and not was

    def _those(self, kind: str, node: str = "") -> tuple[Spec, ...]:
        """The specs of a kind about this node, in this configuration as far as it is known."""
        if (kind, node) not in self._concerned:
            self._concerned[kind, node] = tuple(
                spec
                for spec in self._specs.of_kind(kind)
                if (spec.assumes is None or (spec.assumes.reads <= self._constants.keys() and spec.assumes(self._constants)))
                and not self._reads_unwatched(spec, node)
                and (kind != "always" or (spec.holds is not None and spec.holds.nodes == {node}))
                and (kind != "step" or node == spec.node or any(cause.startswith(f"{node}.") for cause in spec.on))
            )
        return self._concerned[kind, node]

    def _reads_unwatched(self, spec: Spec, node: str) -> bool:
        reads = {name.partition(".")[2] for condition in (spec.holds, spec.only_if) if condition for name in condition.reads}
        return any(f"{node}.{name}" in self._unwatched for name in reads)

    def _names(self, states: dict[str, str | None], node: str) -> Names | None:
        """The names that conditions may read; None while the state of a machine is not known."""
        if None in states.values():
            return None
        outputs = {
            name: table.values[tuple(str(states[machine.name]) for machine in table.machines)] for name, table in self._tables[node].items()
        }
        return Names(**states, **outputs, **self._watched[node])

    def _step(self, step: Step, before: Names, after: Names) -> Iterator[Finding]:
        names = {
            "before": before,
            "after": after,
            "cause": step.cause,
            "payload": Names(**step.lines[0].payload),
            "sends": Names(**{sent.message: True for sent in step.sends}),
            "does": Names(**places(step.happened)),
            "same": Names(**step.own),
        }
        for spec in self._those("step", step.node):
            concerned = f"{step.node}.{step.cause}" in spec.on if spec.on else spec.node == step.node
            if concerned and spec.holds is not None and (spec.only_if is None or spec.only_if(names)) and not spec.holds(names):
                yield _violated(spec, step)

    # --- both sides ----------------------------------------------------------------------------------------------------------

    def _quiet(self, step: Step) -> Iterator[Finding]:
        if self._exchange is None:
            return
        record = id(step.record)
        for sent in step.sends:
            if sent.number is not None:
                self._progress[record] = sent.number + self._exchange.unacknowledged.get(record, 0)
            elif sent.message in (self._link.greeting, self._link.answer):
                self._greeted[step.node] = step
        if step.takes is not None and step.takes.number is not None:
            self._progress[-record] = step.takes.number
        elif step.takes is not None and step.takes.message in (self._link.greeting, self._link.answer):
            self._greeted[step.node] = step
        if self._is_quiet():
            both = self._last[self._link.dialer], self._last[self._link.listener]
            for spec in self._those("quiet"):
                wrong = _disagree(spec, *both)
                if self._newly_broken(spec, "", broken=bool(wrong)):
                    yield _violated(spec, step, wrong)

    def _is_quiet(self) -> bool:
        """Whether both nodes are linked with each other, and every message that one has sent was taken by the other."""
        link = self._link
        dialer, listener = (self._last.get(node) for node in link.nodes)
        if dialer is None or listener is None or self._exchange is None:
            return False
        linked = all(step.after[link.machine] in link.linked for step in (dialer, listener))
        if not linked or self._exchange.partners.get(id(dialer.record)) is not listener.record:
            return False
        ours, theirs = (self._greeted.get(node) for node in link.nodes)
        if ours is None or theirs is None or self._exchange.sent.get(id(ours.takes)) not in theirs.sends:
            return False
        up, down = id(dialer.record), id(listener.record)
        return self._progress.get(up, 0) == self._progress.get(-down, 0) and self._progress.get(down, 0) == self._progress.get(-up, 0)


def _disagree(spec: Spec, dialer: Step, listener: Step) -> str:
    """How the states of the two nodes contradict the spec; empty if they do not."""
    for machine, pairs in spec.pairs:
        pair = (dialer.after[machine], listener.after[machine])
        if pair not in pairs:
            return f"{machine} is {pair[0]} on the {dialer.node}, {pair[1]} on the {listener.node}"
    for name in spec.equal:
        pair = (dialer.variables[name], listener.variables[name])
        if pair[0] != pair[1]:
            return f"{name} is {pair[0]} on the {dialer.node}, {pair[1]} on the {listener.node}"
    return ""


def _violated(spec: Spec, step: Step, how: str = "") -> Finding:
    where = how or ", ".join(f"{step.node}.{machine} {state}" for machine, state in step.after.items())
    return step.lines[-1].finding(f"VIOLATED {spec.name}: {spec.says}; after {step.cause} {where}")
