"""The link between the two nodes: connections, what is under way, and what a resume brings again.

Messages go out in order through an outbox; what is numbered stays there until the other side has
applied it; a new connection that resumes brings it again, one that does not drops it; what is not numbered is said once. That numbers
and acknowledgements achieve this is shown by itself, in `codegen/verify/explore/wire/exploration.py`.

A connection that breaks takes nothing more. What had arrived on it may still be read, or not: each side notices the loss when it
does, and drops then what it has not read. A connection that one side has closed breaks in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from codegen.definitions import link as definition
from codegen.verify.explore.machines.asks import Asks, Do, Send, Values, resolved
from codegen.verify.explore.machines.renaming import Renaming, Scopes

NONE, OPENING, UP, BROKEN = "none", "opening", "up", "broken"
"""The dialer's connection. Broken: dead, or closed by the listener, and the dialer has not noticed."""
SAME, OTHER = "same", "other"
"""The connection that the listener holds: the dialer's own, or one that is dead or that the dialer has left."""
CURRENT, OLD, EPOCH = "current", "old", "epoch"
"""What the dialer could resume, seen from the listener: what it keeps, something older, or something of an earlier life; "" is nothing."""


RECORD = "(record)"
"""Beside the fields of an answer: what it makes of the record, which its receiver can resume from now on."""


@dataclass(frozen=True)
class Declared:
    """What the definitions say of the link."""

    link: definition.Link
    numbered: frozenset[str]
    """The messages that are kept until they are applied."""
    scopes: Scopes


class Flight(NamedTuple):
    """A message under way, or waiting for a connection."""

    message: str
    payload: tuple[tuple[str, Any], ...]
    values: Values


class Channel(NamedTuple):
    """One direction."""

    flying: tuple[Flight, ...] = ()
    """On the connection that the receiver still reads."""
    waiting: tuple[Flight, ...] = ()
    """In the sender's outbox, and not under way."""
    kept: bool = True
    """What is flying is in the sender's outbox too."""
    passed: bool = False
    """Some of what waits went out on an earlier connection: unless it is sent again, there is a hole."""


class Greeting(NamedTuple):
    """A greeting under way."""

    live: bool
    """On the connection that the dialer holds."""
    record: str
    """What it offers to resume."""


class Link(NamedTuple):
    """All that lies between the two nodes, and the correlation values of both."""

    own: Values
    """The dialer's."""
    theirs: Values
    """The listener's."""
    socket: str = NONE
    held: str = NONE
    up: Channel = Channel()
    down: Channel = Channel()
    greetings: tuple[Greeting, ...] = ()
    record: str = ""

    @property
    def still(self) -> bool:
        """Nothing is under way, nothing waits, and both hold the same connection."""
        idle = not (self.up.flying or self.up.waiting or self.down.flying or self.down.waiting or self.greetings)
        return idle and self.socket == UP and self.held == SAME


class Change:
    """A link on its way to the next."""

    def __init__(self, link: Link, declared: Declared) -> None:
        self._declared, self._is = declared, declared.link
        self.values = {self._is.dialer: link.own, self._is.listener: link.theirs}
        self.socket, self.held = link.socket, link.held
        self.up, self.down = link.up, link.down
        self.greetings, self.record = link.greetings, link.record
        self.wrong = ""
        """What is wrong with what went out, if anything is."""
        self._closing = False
        self._greeted: Greeting | None = None
        self._answer: Flight | None = None

    # --- what a step asks for ------------------------------------------------------------------------------------------------

    def take(self, node: str, asks: Asks, event: Values) -> None:
        """What a node asks for in one step. `event`: the correlation values that the event carried."""
        before = self.values[node]
        for effect in asks.effects:
            if isinstance(effect, Send):
                self._send(node, effect, resolved(effect.values, before, event))
            else:
                self._do(node, effect)
        self.values[node] = resolved(asks.values, before, event)
        self._flush(node, asks.state)
        if self._closing:
            self.leave(node)
        if node == self._is.dialer and asks.state in self._is.apart:
            self.record = ""

    def _send(self, node: str, send: Send, values: Values) -> None:
        if send.message == self._is.greeting:
            offered = self.record if send.state in self._is.kept else ""
            self.greetings = (*self.greetings, Greeting(self.socket == UP, offered))
        elif send.message in self._declared.numbered:
            flying, waiting, kept, passed = self._out(node)
            self._set(node, Channel(flying, (*waiting, Flight(send.message, send.payload, values)), kept, passed))
            self._flush(node, send.state)
        elif self._open(node):
            self._fly(node, (Flight(send.message, self._answered(send), values),))

    def _answered(self, send: Send) -> tuple[tuple[str, Any], ...]:
        if send.message != self._is.answer:
            return send.payload
        crashed = self._greeted is not None and self._greeted.record == EPOCH
        if dict(send.payload)[self._is.resumed] and not (self._greeted and self._greeted.record == CURRENT):
            self.wrong = f"resumes what the {self._is.dialer} does not have"
        field, text = self._is.restarted
        said = ((field, text if crashed else ""),) if field else ()
        return (*send.payload, *said, (RECORD, CURRENT))

    def _do(self, node: str, do: Do) -> None:
        action, link = do.action, self._is
        if action in link.opens:
            self.leave(link.dialer)
            self.socket = OPENING
        elif action in link.leaves:
            self.leave(node)
        elif action in link.closes:
            self._closing = True
        elif action in link.repeats_all:
            self._set(node, self._out(node)._replace(passed=False))
        else:
            self._set(node, self._out(node)._replace(waiting=(), kept=False, passed=False))
            if node == link.listener:
                self._forget(OLD)
            else:
                self.record = dict(self._answer.payload)[RECORD] if self._answer and action in link.begins else ""

    # --- channels ------------------------------------------------------------------------------------------------------------

    def _out(self, node: str) -> Channel:
        return self.up if node == self._is.dialer else self.down

    def _set(self, node: str, channel: Channel) -> None:
        if node == self._is.dialer:
            self.up = channel
        else:
            self.down = channel

    def _open(self, node: str) -> bool:
        """Whether what the node sends arrives."""
        return self.socket == UP and self.held == SAME

    def _holds(self, node: str) -> bool:
        """Whether the node has a connection, dead or alive."""
        return self.socket in (UP, BROKEN) if node == self._is.dialer else self.held != NONE

    def _fly(self, node: str, messages: tuple[Flight, ...]) -> None:
        channel = self._out(node)
        kept = channel.kept if channel.flying else True
        self._set(node, Channel((*channel.flying, *messages), channel.waiting, kept, channel.passed))

    def _flush(self, node: str, state: str) -> None:
        channel = self._out(node)
        if state not in self._is.linked or not channel.waiting or not self._holds(node):
            return
        if self._open(node):
            self.wrong = self.wrong or ("what was under way is not sent again" if channel.passed else "")
            self._set(node, channel._replace(waiting=()))
            self._fly(node, channel.waiting)
        else:
            self._set(node, channel._replace(passed=True))

    def _lose(self, node: str) -> None:
        """What is under way from the node will not be read: it waits to be sent again, if it is still kept."""
        channel = self._out(node)
        back = tuple(flight for flight in channel.flying if flight.message in self._declared.numbered) if channel.kept else ()
        self._set(node, Channel((), (*back, *channel.waiting), True, channel.passed or bool(back)))

    # --- connections ---------------------------------------------------------------------------------------------------------

    def leave(self, node: str) -> None:
        """The node gives up its connection: it reads nothing more of it; the other side has yet to notice."""
        self._closing = False
        if node == self._is.dialer:
            if self.socket in (UP, BROKEN):
                self.held = OTHER if self.held == SAME else self.held
                self._lose(self._is.listener)
                self.greetings = tuple(greeting._replace(live=False) for greeting in self.greetings[-1:])
            self.socket = NONE
        elif self.held != NONE:
            self._lose(self._is.dialer)
            if self.held == SAME:
                self.socket = BROKEN
            self.held = NONE

    def breaks(self) -> None:
        """The connection dies, and nobody knows."""
        self.socket = BROKEN
        self.held = OTHER if self.held == SAME else self.held

    def accept(self, number: int) -> Greeting:
        """The listener reads a greeting; what comes before it was lost. It holds the connection of the greeting from now on."""
        greeting = self._greeted = self.greetings[number]
        self.greetings = self.greetings[number + 1 :]
        self._lose(self._is.dialer)
        self.held = SAME if greeting.live and self.socket == UP else OTHER
        return greeting

    def arrive(self, node: str) -> Flight:
        """The node reads the next message."""
        sender = self._is.other(node)
        channel = self._out(sender)
        flight, *rest = channel.flying
        self._set(sender, Channel(tuple(rest), channel.waiting, channel.kept or not rest, channel.passed))
        self._answer = flight if flight.message == self._is.answer else None
        return flight

    def end(self, node: str) -> None:
        """The program of the node dies, and another one starts, which knows nothing."""
        self.leave(node)
        self._set(node, Channel(self._out(node).flying, (), not self._out(node).flying, False))
        self.values[node] = (0,) * len(self.values[node])
        if node == self._is.listener:
            self.listener_is_new()
        else:
            self.record = ""

    def listener_is_new(self) -> None:
        """Nothing from before can be resumed, and no greeting of before is read."""
        if any(greeting.live for greeting in self.greetings):
            self.socket = BROKEN
        self.greetings = ()
        self._forget(EPOCH)

    def _forget(self, relation: str) -> None:
        """The listener keeps something else, or nothing, from now on."""

        def older(record: str) -> str:
            return relation if record == CURRENT or (record and relation == EPOCH) else record

        self.record = older(self.record)
        self.greetings = tuple(Greeting(live, older(record)) for live, record in self.greetings)
        if any(flight.message == self._is.answer for flight in self.down.flying):
            flying = tuple(
                flight._replace(payload=tuple((k, older(v) if k == RECORD else v) for k, v in flight.payload))
                for flight in self.down.flying
            )
            self.down = self.down._replace(flying=flying)

    def _forget_what_nobody_can_resume(self) -> None:
        """What waits for a resume that is no longer possible will be dropped by the next greeting; until then nobody can tell."""
        if self.record == CURRENT or (self.socket == UP and self.held == SAME):
            return
        self.up = Channel(self.up.flying, kept=not self.up.flying)
        if any(greeting.record == CURRENT for greeting in self.greetings):
            return
        if not any(flight.message == self._is.answer and dict(flight.payload)[RECORD] == CURRENT for flight in self.down.flying):
            self.down = Channel(self.down.flying, kept=not self.down.flying)

    # --- the state afterwards ------------------------------------------------------------------------------------------------

    def as_it_is(self) -> Link:
        """As a link."""
        self._forget_what_nobody_can_resume()
        own, theirs = self.values.values()
        return Link(own, theirs, self.socket, self.held, self.up, self.down, self.greetings, self.record)

    def link(self) -> Link:
        """As a link, with ids and numbers renamed: equal ones stay equal, and a number stays as far ahead of another as it is."""
        link = self.as_it_is()
        channels = (link.up.flying, link.up.waiting, link.down.flying, link.down.waiting)
        known = [link.own, link.theirs, *(flight.values for channel in channels for flight in channel)]
        rename = Renaming(self._declared.scopes, known)
        if rename.changes_nothing:
            return link
        up, down = _renamed(rename, link.up), _renamed(rename, link.down)
        return Link(rename(link.own), rename(link.theirs), link.socket, link.held, up, down, link.greetings, link.record)


def _renamed(rename: Renaming, channel: Channel) -> Channel:
    if not (channel.flying or channel.waiting):
        return channel
    flying, waiting = (
        tuple(Flight(flight.message, flight.payload, rename(flight.values)) for flight in flights)
        for flights in (channel.flying, channel.waiting)
    )
    return Channel(flying, waiting, channel.kept, channel.passed)
