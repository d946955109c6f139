"""A path told step by step, with its sessions and turns: as a sequence diagram, and as a test that walks it on the generated machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from codegen.verify.explore.machines.link import Change, Link
from codegen.verify.explore.machines.side import Cause, Do, Outcome, Send, Values, resolved
from codegen.verify.explore.machines.system import STRANGE, Label, State, System
from codegen.verify.explore.machines.verdict import Verdict
from codegen.verify.sequence_diagram import Happening, Message, Note, Sequence

Path = Iterable[tuple[Label, State | None]]


@dataclass(frozen=True)
class Said:
    """A message that a step sent."""

    message: str
    payload: dict[str, Any]
    values: Values
    """Session and turn."""


@dataclass(frozen=True)
class Told:
    """One step of a story."""

    label: Label
    cause: Cause | None
    """None: the connection breaks, or a program ends."""
    event: Values
    """Session and turn that the event carried."""
    outcome: Outcome | None
    said: tuple[Said, ...] = ()
    states: dict[str, int] = field(default_factory=dict)
    """The numbers of both sides' states afterwards."""


class Teller:
    """Follows a path, and gives its sessions and turns their numbers."""

    def __init__(self, system: System) -> None:
        nothing = system.links[system.initial[2]].own
        self.system = system
        self._link = Link(nothing, nothing)
        self._sessions = 0

    def tell(self, state: State, label: Label, target: State | None) -> Told:
        """The next step; `target` is None if it is wrong and leads nowhere."""
        chance, outcome = self.system.happens(state, label, target)
        change = Change(self._link, self.system.numbered)
        event = self._event(chance.event, label)
        if chance.act:
            chance.act(change)
        said: tuple[Said, ...] = ()
        if outcome:
            event = event or change.values[label.node]
            said = tuple(_said(effect, change.values[label.node], event) for effect in outcome.asks.effects if isinstance(effect, Send))
            change.take(label.node, outcome.asks, event)
        if label[:3] == ("operator", "server", "stop"):
            change.server_is_new()
        self._link = change.as_it_is()
        states = {"device": state[0], "server": state[1]}
        if target:
            states = {"device": target[0], "server": target[1]}
        elif outcome:
            states[label.node] = outcome.target
        return Told(label, chance.cause, event or (0, 0), outcome, said, states)

    def _event(self, given: Values | None, label: Label) -> Values | None:
        if given is not None and STRANGE in given:
            self._sessions += 1
            return self._sessions, 0
        if label.kind == "delivery" and label.what != "hello":
            return (self._link.down if label.node == "device" else self._link.up).flying[0].values
        return given


def _said(send: Send, own: Values, event: Values) -> Said:
    return Said(send.message, dict(send.payload), resolved(send.values, own, event))


def tell(system: System, path: Path) -> list[Told]:
    """The steps of a path from the initial state."""
    teller, state, told = Teller(system), system.initial, []
    for label, target in path:
        told.append(teller.tell(state, label, target))
        state = target or state
    return told


# ----------------------------------------------------------------------------------------------------------------- diagram


def diagram(told: list[Told], end: str) -> Sequence:
    """The story as a sequence diagram, and at its end what is wrong there."""
    arrivals = _arrivals(told)
    items: list[Happening | Note] = []
    number = 0
    for at, step in enumerate(told):
        if step.cause is None:
            items.append(Note({"link": "the connection breaks"}.get(step.label.node, f"the {step.label.node} crashes")))
            continue
        sends = []
        for said in step.said:
            number += 1
            other = "server" if step.label.node == "device" else "device"
            sends.append(
                Message(number, _call(said.message, said.values), other, lost=number not in arrivals.values() and at < len(told) - 1)
            )
        items.append(Happening(step.label.node, _words(step), tuple(_changes(step)), tuple(sends), arrivals.get(at)))
    return Sequence(("device", "server"), (*items, Note(end, bad=True)))


def _arrivals(told: list[Told]) -> dict[int, int]:
    """Step -> the number of the message that arrives in it: the oldest that is the same."""
    sent: list[tuple[str, str, Values]] = []
    taken: dict[int, int] = {}
    for at, step in enumerate(told):
        if step.cause and step.cause.kind == "message":
            sender = "server" if step.label.node == "device" else "device"
            wanted = (sender, step.cause.name, (0, 0) if step.cause.name == "hello" else step.event)
            numbers = [number for number, one in enumerate(sent, 1) if one == wanted and number not in taken.values()]
            taken.update({at: numbers[-1 if step.cause.name in ("hello", "welcome") else 0]} if numbers else {})
        sent += [(step.label.node, said.message, said.values) for said in step.said]
    return taken


def _call(name: str, values: Values) -> str:
    session, turn = values
    return f"{name} s{session}" + (f" turn {turn}" if turn else "") if session else name


def _words(step: Told) -> str:
    words = {"timeout": f"timeout {step.label.what}", "notice": "notices that the connection is lost", "refuse": "the attempt fails"}
    text = words.get(step.label.kind, step.label.what)
    return f"{text} ({step.label.note})" if step.label.note and step.label.kind != "timeout" else text


def _changes(step: Told) -> Iterable[str]:
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


def as_test(system: System, verdict: Verdict, told: list[Told]) -> str:
    """A module of one test, which walks the path on the generated machines; it fails as long as the spec is broken."""
    values = {name: value for (_, _, name), value in system.constants.items()}
    lines = [f'"""{verdict.spec.says}: {verdict.broken}"""', "", "from __future__ import annotations", ""]
    lines += ["from tests.explored import Walk", "", "", f"def test_{verdict.spec.name}() -> None:"]
    lines.append(f"    walk = Walk({', '.join(f'{name}={value}' for name, value in values.items())})")
    lines += [f"    {_line(step)}" for step in told]
    if verdict.spec.kind in ("possible", "recurs", "no_deadlock"):
        lines.append("    # From here on what should come does not: that these states are reached is all that a test can show.")
        for node, number in told[-1].states.items():
            side = system.side(node)
            states = {name: getattr(side.names[number], name) for name in side.machines}
            lines.append(f"    assert walk.states({node!r}) == {states}")
    else:
        lines.append(f"    walk.check({verdict.spec.name!r})")
    return "\n".join(lines).replace("'", '"') + "\n"


def _line(step: Told) -> str:
    node = step.label.node
    if step.cause is None:
        return "# the connection breaks" if node == "link" else f"walk.crash({node!r})"
    if step.cause.kind == "timeout":
        return f"walk.timeout({node!r}, {step.cause.machine!r})"
    session, turn = step.event
    values = {**({"session": f"s{session}"} if session else {}), **({"turn": turn} if turn else {}), **dict(step.cause.payload)}
    rest = "".join(f", {name}={value!r}" for name, value in values.items())
    return f"walk.{step.cause.kind}({node!r}, {step.cause.name!r}{rest})"
