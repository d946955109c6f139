"""The simulator: a path of steps, walked on the model that exploration walks, and what is the case after each step.

Nothing here decides what a row does: `explore/machines/system.py` says what can happen and what comes of it. There is no bound on messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from codegen.definitions.model import Definitions, Ignored
from codegen.emit.text import place
from codegen.verify.explore.machines.asks import Moved
from codegen.verify.explore.machines.choices import Choice, choices
from codegen.verify.explore.machines.exploration import Configuration, constants_of
from codegen.verify.explore.machines.link import BROKEN, NONE, OPENING, OTHER, RECORD, SAME, UP, Channel, Link
from codegen.verify.explore.machines.story import StoryStep, Teller, call, given
from codegen.verify.explore.machines.system import Bounds, Label, State, System
from codegen.verify.serve.watching import Watching
from codegen.verify.specs import Specs

Moment = dict[str, Any]
"""What is the case after a step, as plain values for the page."""
MOST = 2000
"""Steps of a path at most."""
NO_BOUND = Bounds(messages=MOST * 10)


@dataclass(frozen=True)
class Walked:
    """What came of a path."""

    moments: list[Moment]
    """The initial one, and one after each step, as far as the path can be walked."""
    problem: str = ""
    """Why it cannot be walked to its end: where, and what could happen there."""


class Simulation:
    """One configuration of the definitions."""

    def __init__(self, definitions: Definitions, specs: Specs, configuration: Configuration) -> None:
        assumed = specs.assuming(constants_of(definitions, configuration))
        self.system = System(definitions, assumed, NO_BOUND, configuration.values)
        self._watching = Watching(definitions, assumed, self.system)

    @property
    def specs(self) -> list[dict[str, str]]:
        """The specs that are watched."""
        return [{"spec": spec.name, "says": spec.says, "kind": spec.kind} for spec in self._watching.specs]

    def walk(self, path: Sequence[str]) -> Walked:
        """The names of the path are those of `choices`."""
        if len(path) > MOST:
            return Walked(self.walk(path[:MOST]).moments, f"the path has {len(path)} steps; at most {MOST} are allowed")
        state, teller = self.system.initial, Teller(self.system)
        possible = choices(self.system, state)
        found = [self._moment(state, teller, possible, None, None, "")]
        for number, name in enumerate(path, 1):
            chosen = next((choice for choice in possible if choice.name == name), None)
            if chosen is None:
                others = ", ".join(one.name for one in possible) or "nothing"
                return Walked(found, f"step {number}, {name}, cannot happen here; what can: {others}")
            target, wrong = self.system.leads_to(state, chosen.chance, chosen.outcome)
            step = teller.follow(state, chosen.chance, chosen.outcome, None if wrong else target)
            state = target
            possible = [] if wrong else choices(self.system, state)
            found.append(self._moment(state, teller, possible, chosen, step, wrong))
        return Walked(found)

    def _moment(
        self, state: State, teller: Teller, possible: list[Choice], chosen: Choice | None, step: StoryStep | None, wrong: str
    ) -> Moment:
        link = self.system.link
        outcome = chosen.outcome if chosen else None
        values = dict(zip(link.nodes, (teller.link.own, teller.link.theirs), strict=True))
        return {
            "name": chosen.name if chosen else "",
            "node": chosen.label.node if chosen else "",
            "kind": chosen.label.kind if chosen else "",
            "text": words(chosen.label) if chosen else "the beginning",
            "moves": [_move(chosen.label.node, moved) for moved in outcome.moves] if chosen and outcome else [],
            "notes": list(self._notes(chosen, step)),
            "wrong": wrong,
            "states": {f"{node}.{name}": value for node in link.nodes for name, value in self._states(node, state)},
            "facts": {node: list(self._facts(node, state, values[node])) for node in link.nodes},
            "link": self._link(teller.link),
            "specs": self._watching.verdicts(state, chosen, wrong, possible),
            "choices": [{"name": one.name, "node": one.label.node, "kind": one.label.kind, "text": short(one.label)} for one in possible],
        }

    def _notes(self, chosen: Choice | None, step: StoryStep | None) -> Iterator[str]:
        if chosen and chosen.outcome and chosen.outcome.outdated:
            yield "dropped as outdated"
        for said in step.said if step else ():
            yield f"sends {call(self.system, said.message, said.values)}{_fields(said.payload.items())}"

    # --- a node --------------------------------------------------------------------------------------------------------------

    def _number(self, node: str, state: State) -> int:
        return state[self.system.link.nodes.index(node)]

    def _states(self, node: str, state: State) -> Iterator[tuple[str, str]]:
        one = self.system.node(node)
        names = one.names[self._number(node, state)]
        for machine in one.machines:
            yield machine, str(getattr(names, machine))

    def _facts(self, node: str, state: State, values: tuple[int, ...]) -> Iterator[tuple[str, str]]:
        """Correlations, variables that can make a difference, outputs, and what specs watch."""
        one, number = self.system.node(node), self._number(node, state)
        yield from ((name, str(value)) for name, value in given(self.system, values))
        for machine, kept in zip(one.machines, one.states[number][1], strict=True):
            yield from ((f"{machine}.{name}", _plain(value)) for name, value in kept)
        names = {name: value for name, value in vars(one.names[number]).items() if name not in one.machines}
        yield from ((name, _plain(value)) for name, value in names.items())

    # --- the link ------------------------------------------------------------------------------------------------------------

    def _link(self, link: Link) -> dict[str, Any]:
        dialer, listener = self.system.link.nodes
        ends = {
            NONE: f"the {dialer} has no connection",
            OPENING: f"the {dialer} is opening a connection",
            UP: f"the {dialer} has a connection",
            BROKEN: f"the connection of the {dialer} is dead, and it has not noticed",
        }
        other = {
            NONE: f"the {listener} has none",
            SAME: f"the {listener} has the same one",
            OTHER: f"the {listener} has one that is dead, and has not noticed",
        }
        greetings = [self.system.link.greeting + (f" ({one.record})" if one.record else "") for one in link.greetings]
        return {
            "text": f"{ends[link.socket]}; {other[link.held]}",
            "whole": link.socket == UP and link.held == SAME,
            "ways": [
                {"from": dialer, "to": listener, **self._channel(link.up, greetings)},
                {"from": listener, "to": dialer, **self._channel(link.down, [])},
            ],
        }

    def _channel(self, channel: Channel, before: list[str]) -> dict[str, list[str]]:
        def told(name: str) -> list[str]:
            flights = getattr(channel, name)
            return [call(self.system, one.message, one.values) + _fields(one.payload) for one in flights]

        return {"flying": before + told("flying"), "waiting": told("waiting")}


def words(label: Label) -> str:
    """What happens, in plain words."""
    note = f" ({label.note})" if label.note else ""
    match label.kind:
        case "delivery":
            return f"{label.what} arrives{note}"
        case "notice":
            return f"{label.what}: it notices that the connection is lost"
        case "connect":
            return f"{label.what}: the connection opens"
        case "refuse":
            return f"{label.what}: the attempt fails"
        case "timeout":
            return f"{label.what}: time is up{note}"
        case "fault":
            what = {"breaks": "the connection breaks", "crashes": "the program crashes"}.get(label.what, f"{label.what} arrives")
            return f"{what}{note}"
    return label.what


def short(label: Label) -> str:
    """The same among others of its kind."""
    note = f" ({label.note})" if label.note else ""
    return f"{label.what}{note}" if label.kind in ("delivery", "timeout") else words(label)


def _move(node: str, moved: Moved) -> dict[str, Any]:
    written = moved.written
    ignored = isinstance(written, Ignored)
    return {
        "node": node,
        "machine": moved.machine,
        "event": moved.event,
        "source": moved.source,
        "target": moved.target,
        "outcome": "ignored" if ignored else "taken",
        "row": place(written.mark),
        "doc": written.why if isinstance(written, Ignored) else written.doc,
        "effects": list(moved.effects),
    }


def _fields(payload: Any) -> str:
    shown = [f"{name} {_plain(value)}" for name, value in payload if name != RECORD and value != ""]
    return f" ({', '.join(shown)})" if shown else ""


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
