"""What can happen next in a state of both nodes and the link: external events, messages, timeouts, and everything that breaks.

A state is three numbers: of the dialer's state, of the listener's, and of the link between them. What a node does depends on its own state
and on what arrives, never on the rest; what it does to the link, on the link alone. So each is computed once and looked up from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.asks import Asks, Cause, Outcome, Values
from codegen.verify.explore.machines.link import BROKEN, CURRENT, EPOCH, NONE, OLD, OPENING, OTHER, RECORD, SAME, UP, Change, Declared, Link
from codegen.verify.explore.machines.node import Node
from codegen.verify.explore.machines.reduction import Constants, Reduction
from codegen.verify.explore.machines.renaming import scopes
from codegen.verify.specs import Specs

STRANGE = 1 << 20
"""The number of a new id, before it is renamed."""

State = tuple[int, int, int]
"""The numbers of dialer, listener and link."""

BEGINS_ANEW = "begins anew"
"""The note of an answer after which the dialer begins anew what was under way."""

Act = Callable[[Change], Any]
"""What happens to the link before the node is told."""


class Label(NamedTuple):
    """Something that happens."""

    kind: str
    """delivery, notice, connect, refuse, timeout, promised, who posts it, or fault."""
    node: str
    """Where; `link` if at neither node."""
    what: str
    """The name of the event or message."""
    note: str = ""
    """What tells it from others of that name: `resumed`, the machine of a timeout."""


@dataclass(frozen=True, eq=False)
class Chance:
    """Something that can happen."""

    label: Label
    cause: Cause | None = None
    """What the node is told, if it is told anything."""
    act: Act | None = None
    event: Values | None = None
    """The correlation values that the event carries; None: the node's own."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """What comes of it in each state of the node."""


@dataclass(frozen=True)
class Bounds:
    """How far exploration goes. The number of faults has no bound."""

    messages: int = 1
    """In each direction so many numbered messages may be unapplied when something new is said, which may be several messages at once.
    Answers may add two for each of them, and a timeout one."""

    @property
    def most(self) -> int:
        """No state has more; if one would, exploration says that it was cut off."""
        return 3 * self.messages + 1


class System:
    """Both nodes as system.yaml describes them, joined by the link."""

    def __init__(self, definitions: Definitions, specs: Specs, bounds: Bounds, constants: Constants | None = None) -> None:
        self.reduction = Reduction(definitions, specs, constants or {})
        self.declared = Declared(
            definitions.link, frozenset(message.name for message in definitions.messages.messages if message.numbered), scopes(definitions)
        )
        self.link = definitions.link
        self.dialer, self.listener = (Node(definitions, specs, node, self.reduction) for node in self.link.nodes)
        self.bounds = bounds
        self.constants = constants or {}
        """Those that are not as usual."""
        self.links: list[Link] = []
        """By number."""
        self.wrong: dict[tuple[str, str], tuple[State, Label]] = {}
        """(name of a spec of kind step, or kind of spec; detail) -> where it was met first, and by what."""
        self.cut = 0
        """How often something that was not new was not followed, because of the bound."""
        self.correlations = tuple(correlation.name for correlation in definitions.system.correlation)
        self._none = (0,) * len(definitions.system.correlation)
        self._strange = tuple(STRANGE if scope is None else 0 for scope in self.declared.scopes)
        """The values of an external event that brings new ids."""
        self._numbers: dict[Link, int] = {}
        self._full: list[list[int]] = []
        """How many numbered messages are unapplied, up and down."""
        self._of_node: dict[str, dict[int, list[tuple[Chance, Outcome]]]] = {node: {} for node in self.link.nodes}
        self._of_link: dict[int, list[Chance]] = {}
        self._after: dict[tuple[int, Chance | Values | None, Asks | None], tuple[int, str]] = {}
        self.initial = (self.dialer.initial, self.listener.initial, self._number(Link(self._none, self._none)))

    def node(self, name: str) -> Node:
        """The node of that name."""
        return self.dialer if name == self.link.dialer else self.listener

    def is_restart(self, label: Label) -> bool:
        """Whether the listener's next process knows nothing after this."""
        return label.node == self.link.listener and label.what in self.link.restarts

    def take_over(self, other: System) -> None:
        """Give the states of another system, which leaves out the same, the numbers that they have there. Nothing was looked at yet."""
        self.dialer.take_over(other.dialer)
        self.listener.take_over(other.listener)
        self.links, self._numbers, self._full = [*other.links], {**other._numbers}, [*other._full]

    def successors(self, state: State) -> Iterator[tuple[Label, State]]:
        """All that can happen, each with the state it leads to."""
        dialer, listener, link = state
        for node, number in zip(self.link.nodes, (dialer, listener), strict=True):
            for chance, outcome in self._chances_of_node(node, number):
                # What is said in one step counts as one.
                most = self.bounds.most if chance.label.kind == "timeout" else self.bounds.messages + max(outcome.asks.messages - 1, 0)
                yield from self._led(state, chance, outcome, most)
        for chance in self._chances_of_link(link):
            if chance.cause is None:
                yield from self._faulted(state, chance)
            elif chance.label.note != BEGINS_ANEW or self._is_repeating(dialer):
                number = dialer if chance.label.node == self.link.dialer else listener
                if number not in chance.outcomes:
                    chance.outcomes[number] = self.node(chance.label.node).after(number, chance.cause)
                yield from self._led(state, chance, chance.outcomes[number], self.bounds.most)

    def happens(self, state: State, label: Label, target: State | None) -> tuple[Chance, Outcome | None]:
        """What happens by that name in a state and leads to the target; None: whatever goes wrong."""
        for chance, outcome in self.chances(state):
            if chance.label == label and (target is None or self.leads_to(state, chance, outcome)[0] == target):
                return chance, outcome
        raise ValueError(f"{' '.join(label)} does not lead from {state} to {target}")

    def chances(self, state: State) -> Iterator[tuple[Chance, Outcome | None]]:
        """All that can happen, without the bound, and also what is wrong; with what comes of it, if a node is told anything."""
        numbers = dict(zip(self.link.nodes, state[:2], strict=True))
        for node, number in numbers.items():
            yield from self._chances_of_node(node, number)
        for chance in self._chances_of_link(state[2]):
            if chance.label.note != BEGINS_ANEW or self._is_repeating(state[0]):
                node = chance.label.node
                yield chance, self.node(node).after(numbers[node], chance.cause) if chance.cause else None

    def leads_to(self, state: State, chance: Chance, outcome: Outcome | None) -> tuple[State, str]:
        """The state afterwards, and what is wrong with what happened: nothing, a forbidden cell, or what went out."""
        if outcome is None:
            return next(self._faulted(state, chance))[1], ""
        if outcome.forbidden:
            return state, outcome.forbidden
        link, wrong = self._link_after(state[2], chance, outcome.asks)
        target = (outcome.target, state[1], link) if chance.label.node == self.link.dialer else (state[0], outcome.target, link)
        return target, f"{chance.label.node}: {wrong}" if wrong else ""

    def _is_repeating(self, dialer: int) -> bool:
        """Whether the dialer would begin anew what was under way."""
        return bool(getattr(self.dialer.names[dialer], self.link.repeats[1]))

    # --- a step --------------------------------------------------------------------------------------------------------------

    def _led(self, state: State, chance: Chance, outcome: Outcome, most: int) -> Iterator[tuple[Label, State]]:
        """The step, unless it is wrong or goes beyond the bound."""
        label, asks, number = chance.label, outcome.asks, state[2]
        if outcome.broken or outcome.forbidden:
            self._note(state, label, outcome)
        if outcome.forbidden:
            return
        if asks.messages and self._full[number][label.node == self.link.listener] + asks.messages > most + (chance.act is not None):
            self.cut += most == self.bounds.most
            return
        link, wrong = self._link_after(number, chance, asks)
        if wrong:
            self.wrong.setdefault(("no_forbidden_cell", f"{label.node}: {wrong}"), (state, label))
        elif max(self._full[link]) <= most:
            yield label, (outcome.target, state[1], link) if label.node == self.link.dialer else (state[0], outcome.target, link)
        else:
            self.cut += most == self.bounds.most

    def _note(self, state: State, label: Label, outcome: Outcome) -> None:
        for spec in outcome.broken:
            self.wrong.setdefault((spec, ""), (state, label))
        if outcome.forbidden:
            self.wrong.setdefault(("no_forbidden_cell", outcome.forbidden), (state, label))

    def _faulted(self, state: State, chance: Chance) -> Iterator[tuple[Label, State]]:
        """What befalls the link, or ends a program."""
        link, _ = self._link_after(state[2], chance, None)
        dialer = self.dialer.initial if chance.label.node == self.link.dialer else state[0]
        listener = self.listener.initial if chance.label.node == self.link.listener else state[1]
        yield chance.label, (dialer, listener, link)

    def _link_after(self, number: int, chance: Chance, asks: Asks | None) -> tuple[int, str]:
        """The link afterwards, and what is wrong with what went out."""
        if asks and asks.nothing and not chance.act:
            return number, ""
        key = (number, chance if chance.act else chance.event, asks)
        if (known := self._after.get(key)) is None:
            change = Change(self.links[number], self.declared)
            if chance.act:
                chance.act(change)
            if asks:
                change.take(chance.label.node, asks, chance.event or change.values[chance.label.node])
            if self.is_restart(chance.label):
                change.listener_is_new()
            known = self._after[key] = (self._number(change.link()), change.wrong)
        return known

    def _number(self, link: Link) -> int:
        if (number := self._numbers.get(link)) is None:
            number = self._numbers[link] = len(self.links)
            self.links.append(link)
            channels = [[*channel.flying, *channel.waiting] for channel in (link.up, link.down)]
            self._full.append([sum(flight.message in self.declared.numbered for flight in channel) for channel in channels])
        return number

    # --- what can happen at a node -------------------------------------------------------------------------------------------

    def _chances_of_node(self, node: str, number: int) -> list[tuple[Chance, Outcome]]:
        known = self._of_node[node]
        if number not in known:
            one = self.node(node)
            known[number] = [(chance, one.after(number, chance.cause)) for chance in self._local(one, number) if chance.cause]
        return known[number]

    def _local(self, node: Node, number: int) -> Iterator[Chance]:
        for entry in node.timely(number):
            label = Label("promised" if entry.promised else entry.by, node.node, entry.event)
            own = bool(entry.correlation)
            # A restart that nobody prepared is a new life: only its own greetings count.
            act = _nothing if self.is_restart(label) else None
            cause = Cause("outside", entry.event, same=(own,) * len(self._none))
            yield Chance(label, cause, act, None if own else self._strange if node.carries_id(entry) else self._none)
        for machine, event in node.timeouts(number):
            yield Chance(Label("timeout", node.node, event, machine), Cause("timeout", event, machine))

    # --- what can happen to the link -----------------------------------------------------------------------------------------

    def _chances_of_link(self, number: int) -> list[Chance]:
        if number not in self._of_link:
            link = self.links[number]
            self._of_link[number] = [*self._greetings(link), *self._arrivals(link), *self._connections(link), *self._crashes()]
        return self._of_link[number]

    def _greetings(self, link: Link) -> Iterator[Chance]:
        for number, greeting in enumerate(link.greetings):
            # The listener may have a reason of its own not to go on, such as a number that was never sent.
            for may_resume in (True, False) if greeting.record == CURRENT else (True,):
                notes = {CURRENT: "resumes", OLD: "of an old record", EPOCH: "of an earlier life", "": "new"}
                link_is = self.link
                note = notes[greeting.record] if may_resume else "cannot be resumed"
                payload = {
                    link_is.offers: bool(greeting.record),
                    link_is.same_life: greeting.record in (CURRENT, OLD),
                    link_is.same_record: greeting.record == CURRENT and may_resume,
                }
                cause = Cause("message", self.link.greeting, "", tuple(payload.items()), (False,) * len(self._none))
                label = Label("delivery" if may_resume else "fault", self.link.listener, self.link.greeting, note)
                yield Chance(label, cause, partial(Change.accept, number=number), self._none)

    def _arrivals(self, link: Link) -> Iterator[Chance]:
        if link.held in (SAME, OTHER) and link.up.flying:
            yield from self._arrival(link, self.link.listener)
        if link.socket in (UP, BROKEN) and link.down.flying:
            yield from self._arrival(link, self.link.dialer)

    def _arrival(self, link: Link, node: str) -> Iterator[Chance]:
        flight = (link.down if node == self.link.dialer else link.up).flying[0]
        own = link.own if node == self.link.dialer else link.theirs
        same = tuple(bool(mine) and mine == theirs for mine, theirs in zip(own, flight.values, strict=True))
        payload = {name: value for name, value in flight.payload if name != RECORD}
        variants = {"": payload}
        if flight.message == self.link.answer:
            again, (said, _) = self.link.repeats[0], self.link.restarted
            variants = {"resumed" if payload[self.link.resumed] else "fresh": payload | ({again: False} if again else {})}
            if again and said and payload[said]:
                variants[BEGINS_ANEW] = payload | {again: True}
        for note, values in variants.items():
            cause = Cause("message", flight.message, "", tuple(values.items()), same)
            yield Chance(Label("delivery", node, flight.message, note), cause, partial(Change.arrive, node=node), flight.values)

    def _connections(self, link: Link) -> Iterator[Chance]:
        dialer, listener = self.link.nodes
        opened, refused, lost = self.link.opened, self.link.refused, self.link.lost
        if link.socket == OPENING:
            yield Chance(Label("connect", dialer, opened), Cause("outside", opened), _opens, self._none)
            yield Chance(Label("refuse", dialer, refused), Cause("outside", refused), _refuses, self._none)
        if link.socket == UP:
            yield Chance(Label("fault", "link", "breaks"), act=Change.breaks)
        if link.socket == BROKEN:
            yield Chance(Label("notice", dialer, lost), Cause("outside", lost), partial(Change.leave, node=dialer), self._none)
        if link.held == OTHER:
            yield Chance(Label("notice", listener, lost), Cause("outside", lost), partial(Change.leave, node=listener), self._none)

    def _crashes(self) -> Iterator[Chance]:
        for node in self.link.nodes:
            yield Chance(Label("fault", node, "crashes"), act=partial(Change.end, node=node))


def _nothing(change: Change) -> None:
    pass


def _opens(change: Change) -> None:
    change.socket = UP


def _refuses(change: Change) -> None:
    change.socket = NONE
