"""A path step by step, with its correlation values: as a sequence diagram, and as a test that walks it on the generated machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from codegen.emit.text import quoted
from codegen.verify.explore.machines.asks import Cause, Do, Outcome, Send, Values, resolved
from codegen.verify.explore.machines.link import Change, Link
from codegen.verify.explore.machines.system import STRANGE, Chance, Label, State, System
from codegen.verify.explore.machines.verdict import Verdict
from codegen.verify.sequence_diagram import Happening, Message, Note, Sequence

Path = Iterable[tuple[Label, State | None]]


@dataclass(frozen=True)
class SentMessage:
    """A message that a step sent."""

    message: str
    payload: dict[str, Any]
    values: Values
    """By correlation."""


@dataclass(frozen=True)
class StoryStep:
    """One step of a story."""

    label: Label
    cause: Cause | None
    """None: the connection breaks, or a program ends."""
    event: Values
    """The correlation values that the event carried."""
    outcome: Outcome | None
    said: tuple[SentMessage, ...] = ()
    states: dict[str, int] = field(default_factory=dict)
    """By node: the number of its state afterwards."""


class Teller:
    """Follows a path, and gives its ids their numbers."""

    def __init__(self, system: System) -> None:
        nothing = system.links[system.initial[2]].own
        self.system = system
        self.link = Link(nothing, nothing)
        """What lies between the nodes now, with the values as they are."""
        self._ids = 0

    def tell(self, state: State, label: Label, target: State | None) -> StoryStep:
        """The next step; `target` is None if it is wrong and leads nowhere."""
        return self.follow(state, *self.system.happens(state, label, target), target)

    def follow(self, state: State, chance: Chance, outcome: Outcome | None, target: State | None) -> StoryStep:
        """The same, if it is known what happens."""
        label = chance.label
        change = Change(self.link, self.system.declared)
        event = self._event(chance.event, label)
        if chance.act:
            chance.act(change)
        said: tuple[SentMessage, ...] = ()
        if outcome:
            event = event or change.values[label.node]
            said = tuple(_said(effect, change.values[label.node], event) for effect in outcome.asks.effects if isinstance(effect, Send))
            change.take(label.node, outcome.asks, event)
        if self.system.is_restart(label):
            change.listener_is_new()
        self.link = change.as_it_is()
        states = dict(zip(self.system.link.nodes, (target or state)[:2], strict=True))
        if outcome and not target:
            states[label.node] = outcome.target
        return StoryStep(label, chance.cause, event or (0,) * len(self.system.declared.scopes), outcome, said, states)

    def _event(self, given: Values | None, label: Label) -> Values | None:
        if given is not None and STRANGE in given:
            self._ids += 1
            return tuple(self._ids if value == STRANGE else value for value in given)
        link = self.system.link
        if label.kind == "delivery" and label.what != link.greeting:
            return (self.link.down if label.node == link.dialer else self.link.up).flying[0].values
        return given


def _said(send: Send, own: Values, event: Values) -> SentMessage:
    return SentMessage(send.message, dict(send.payload), resolved(send.values, own, event))


def tell(system: System, path: Path) -> list[StoryStep]:
    """The steps of a path from the initial state."""
    teller, state, told = Teller(system), system.initial, []
    for label, target in path:
        told.append(teller.tell(state, label, target))
        state = target or state
    return told


# ----------------------------------------------------------------------------------------------------------------- diagram


def diagram(system: System, told: list[StoryStep], end: str) -> Sequence:
    """The story as a sequence diagram, and at its end what is wrong there."""
    link = system.link
    arrivals = _arrivals(system, told)
    items: list[Happening | Note] = []
    number = 0
    for at, step in enumerate(told):
        if step.cause is None:
            items.append(Note({"link": "the connection breaks"}.get(step.label.node, f"the {step.label.node} crashes")))
            continue
        sends = []
        for said in step.said:
            number += 1
            other = link.other(step.label.node)
            sends.append(
                Message(number, call(system, said.message, said.values), other, lost=number not in arrivals.values() and at < len(told) - 1)
            )
        items.append(Happening(step.label.node, _words(step), tuple(_changes(step)), tuple(sends), arrivals.get(at)))
    return Sequence(link.nodes, (*items, Note(end, bad=True)))


def _arrivals(system: System, told: list[StoryStep]) -> dict[int, int]:
    """Step -> the number of the message that arrives in it: the oldest that is the same."""
    sent: list[tuple[str, str, Values]] = []
    taken: dict[int, int] = {}
    nothing = (0,) * len(system.declared.scopes)
    for at, step in enumerate(told):
        if step.cause and step.cause.kind == "message":
            link = system.link
            wanted = (link.other(step.label.node), step.cause.name, nothing if step.cause.name == link.greeting else step.event)
            numbers = [number for number, one in enumerate(sent, 1) if one == wanted and number not in taken.values()]
            taken.update({at: numbers[-1 if step.cause.name in (link.greeting, link.answer) else 0]} if numbers else {})
        sent += [(step.label.node, said.message, said.values) for said in step.said]
    return taken


def call(system: System, name: str, values: Values) -> str:
    """A message with its correlation values: `rang v1`."""
    parts = (f" {word} {value}" for word, value in given(system, values))
    return f"{name}{''.join(parts)}"


def given(system: System, values: Values) -> Iterable[tuple[str, str | int]]:
    """The correlation values that are there, ids as texts."""
    for name, scope, value in zip(system.correlations, system.declared.scopes, values, strict=True):
        if value:
            yield name, f"{name[0]}{value}" if scope is None else value


def _words(step: StoryStep) -> str:
    words = {"timeout": f"timeout {step.label.what}", "notice": "notices that the connection is lost", "refuse": "the attempt fails"}
    text = words.get(step.label.kind, step.label.what)
    return f"{text} ({step.label.note})" if step.label.note and step.label.kind != "timeout" else text


def _changes(step: StoryStep) -> Iterable[str]:
    assert step.outcome
    if step.outcome.outdated:
        yield "dropped as outdated"
    for move in step.outcome.moves:
        change = f"{move.source} -> {move.target}" if move.target != move.source else f"stays {move.source}"
        yield f"{move.machine} {change} on {move.event}" if move.event != step.label.what else f"{move.machine} {change}"
    if step.outcome.forbidden:
        yield f"FORBIDDEN: {step.outcome.forbidden}"
    actions = [effect.action for effect in step.outcome.effects if isinstance(effect, Do)]
    if actions:
        yield ", ".join(actions)


# -------------------------------------------------------------------------------------------------------------------- test


def as_test(system: System, verdict: Verdict, told: list[StoryStep], package: str, folder: str) -> str:
    """A module of one test, which walks the path on the machines in `package`.generated; it fails as long as the spec is broken.

    `folder`: where the test finds the definitions.
    """
    constants = [f"{name}={value}" for (_, _, name), value in system.constants.items()]
    lines = [quoted(f"{verdict.spec.says}: {verdict.broken}", docstring=True), "", "from __future__ import annotations", ""]
    lines += ["from codegen.verify.explore.machines.walk import Walk", "", "", f"def test_{verdict.spec.name}() -> None:"]
    lines.append(f"    walk = Walk({', '.join([quoted(package), quoted(folder), *constants])})")
    lines += [f"    {_line(system, step)}" for step in told]
    if verdict.spec.kind in ("possible", "recurs", "no_deadlock"):
        lines.append("    # From here on what should come does not: that these states are reached is all that a test can show.")
        for node, number in told[-1].states.items():
            one = system.node(node)
            states = ", ".join(f"{quoted(name)}: {quoted(getattr(one.names[number], name))}" for name in one.machines)
            lines.append(f"    assert walk.states({quoted(node)}) == {{{states}}}")
    else:
        lines.append(f"    walk.check({quoted(verdict.spec.name)})")
    return "\n".join(lines) + "\n"


def _line(system: System, step: StoryStep) -> str:
    node = step.label.node
    if step.cause is None:
        return "# the connection breaks" if node == "link" else f"walk.crash({quoted(node)})"
    if step.cause.kind == "timeout":
        return f"walk.timeout({quoted(node)}, {quoted(step.cause.machine)})"
    values = {**dict(given(system, step.event)), **dict(step.cause.payload)}
    rest = "".join(f", {name}={quoted(value) if isinstance(value, str) else value}" for name, value in values.items())
    return f"walk.{step.cause.kind}({quoted(node)}, {quoted(step.cause.name)}{rest})"
