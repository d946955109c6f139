"""Checks the messages between the nodes: each one taken was sent by the other node, in order, once. Merges the steps of both nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codegen.definitions.link import Link
from codegen.definitions.model import Definitions
from codegen.verify.replay.against_definitions import Walk
from codegen.verify.replay.lines import Finding
from codegen.verify.replay.steps import Got, Record, Sent, Step
from codegen.verify.trace_files import BEGINS

NEAR = 0.05
"""Seconds by which a message may seem to be sent after it was taken, once the difference of the clocks is subtracted."""


@dataclass
class Exchange:
    """The messages between the nodes."""

    sent: dict[int, Sent] = field(default_factory=dict)
    """By `id` of a Got: the message as it was sent."""
    partners: dict[int, Record] = field(default_factory=dict)
    """By `id` of a record: the record of the other node."""
    unacknowledged: dict[int, int] = field(default_factory=dict)
    """By `id` of a record: with how many messages of an earlier record it began."""
    shift: float = 0.0
    """How many seconds the listener's clock is ahead of the dialer's."""
    unknown: list[Got] = field(default_factory=list)
    """The messages taken before the other node's trace begins. Whether they were sent is not known."""
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Correlated:
    """What the definitions say about the messages."""

    survives: frozenset[str]
    """The messages that outlive their record: if unacknowledged, they are sent first in the next one. Traces have no acknowledgements."""
    ids: tuple[str, ...]
    """The names of the correlations that are ids."""


def correlated(definitions: Definitions) -> Correlated:
    """What the definitions say about the messages."""
    survives = frozenset(message.name for message in definitions.messages.messages if message.survives)
    ids = []
    for correlation in definitions.system.correlation:
        machine = definitions.machine(correlation.machine, definitions.link.dialer)
        ids += [correlation.name for variable in machine.context if variable.name == correlation.variable and variable.type == "id"]
    return Correlated(survives, tuple(ids))


def match(walks: Mapping[str, Walk], link: Link, known: Correlated) -> Exchange:
    """Find the message sent for every message that arrived."""
    dialer, listener = (walks[node] for node in link.nodes)
    # If the fastest message seems to arrive before it was sent, the receiver's clock is behind.
    there, back = _quickest(dialer, listener, known.ids), _quickest(listener, dialer, known.ids)
    exchange = Exchange(shift=min(there, 0) - min(back, 0))
    _match_greetings(exchange, dialer, listener, exchange.shift)
    _match_greetings(exchange, listener, dialer, -exchange.shift)
    senders = {id(sent): step for step in listener.steps for sent in step.sends}
    for step in dialer.steps:
        record = step.record
        answer = exchange.sent.get(id(step.takes))
        if record.greeting is None or answer is None or step.cause != record.greeting.cause:
            continue
        other = senders[id(answer)].record
        if step is record.greeting and other.greeting is senders[id(answer)]:
            exchange.partners |= {id(record): other, id(other): record}
        elif exchange.partners.get(id(record), other) is not other:
            exchange.findings.append(step.lines[0].finding(f"{step.cause} goes on with message numbers that the other node has dropped"))
    for key, ours in {id(step.record): step.record for step in dialer.steps}.items():
        if (theirs := exchange.partners.get(key)) is not None:
            _match_numbered(exchange, ours, theirs, link.listener, known.survives)
            _match_numbered(exchange, theirs, ours, link.dialer, known.survives)
    return exchange


def _quickest(source: Walk, target: Walk, ids: Sequence[str]) -> float:
    """The shortest time between sending and taking of a message that can be identified by its ids."""
    sent: dict[tuple[object, ...], float] = {}
    for message in (message for step in source.steps for message in step.sends if message.number is not None):
        sent.setdefault((message.message, *_named(message.payload, ids)), message.line.moment)
    got: dict[tuple[object, ...], float] = {}
    for step in target.steps:
        if step.takes and step.takes.payload and _named(step.takes.payload, ids):
            got.setdefault((step.takes.message, *_named(step.takes.payload, ids)), step.takes.line.moment)
    return min((got[key] - sent[key] for key in got if key in sent), default=0.0)


def _named(payload: Mapping[str, object], ids: Sequence[str]) -> list[tuple[str, object]]:
    return [(name, payload[name]) for name in ids if name in payload]


def _match_greetings(exchange: Exchange, here: Walk, there: Walk, shift: float) -> None:
    """Match messages without a number: the last one of that name that was sent before the arrival and not matched yet."""
    sends = [sent for step in there.steps for sent in step.sends if sent.number is None]
    names = {sent.message for sent in sends}
    begin, whole = there.steps[0].lines[0].moment, there.steps[0].kind == BEGINS
    at, ready = 0, dict[str, list[Sent]]()
    for got in (step.takes for step in here.steps if step.takes is not None):
        moment = got.line.moment + shift
        # Messages sent before the other node's trace begins are not known.
        if got.number is not None or got.payload is None:
            continue
        if moment < begin or (moment == begin and not whole):
            exchange.unknown.append(got)
            continue
        while at < len(sends) and sends[at].line.moment <= moment + (0 if ready.get(got.message) else NEAR):
            ready.setdefault(sends[at].message, []).append(sends[at])
            at += 1
        if waiting := ready.get(got.message):
            exchange.sent[id(got)] = waiting.pop()
            _compare(exchange, got, exchange.sent[id(got)])
        else:
            known = "before that, or it was taken already" if got.message in names else "at all"
            exchange.findings.append(got.line.finding(f"{got.message} is taken; no line of the {there.node} sends it {known}"))


def _match_numbered(exchange: Exchange, here: Record, there: Record, sender: str, survives: Collection[str]) -> None:
    """Match the numbered messages that a record received with those that the other node's record sent."""
    sends = _with_kept(exchange, here, there, survives)
    last = 0
    for got in (got for got in here.got if got.number is not None):
        number = got.number or 0
        what = f"{got.message} is message {number}"
        if number <= last:
            exchange.findings.append(got.line.finding(f"{what}; {last} was taken already: each is taken once, in order"))
            continue
        for passed in range(last + 1, number):
            name = sends[passed - 1].message if passed <= len(sends) else "unknown"
            exchange.findings.append(
                got.line.finding(f"{what}; message {passed} ({name}) comes before it, and was neither taken nor outdated")
            )
        last = number
        if number > len(sends):
            exchange.findings.append(got.line.finding(f"{what}; the {sender} has sent only {len(sends)} on this link"))
            continue
        exchange.sent[id(got)] = sends[number - 1]
        _compare(exchange, got, sends[number - 1])


def _with_kept(exchange: Exchange, here: Record, there: Record, survives: Collection[str]) -> Sequence[Sent]:
    """All messages sent in a record. Those of an earlier record with which it began are found by what has arrived."""
    earlier: list[Sent] = []
    record = there.before
    while record is not None:
        earlier = [sent for sent in record.sent if sent.message in survives] + earlier
        record = record.before
    named = [(got.number, got.message) for got in here.got if got.number is not None]

    def wrong(kept: int) -> int:
        sends = earlier[len(earlier) - kept :] + there.sent
        return sum(not 0 < number <= len(sends) or sends[number - 1].message != name for number, name in named if number is not None)

    kept = min(range(len(earlier) + 1), key=wrong)
    exchange.unacknowledged[id(there)] = kept
    return earlier[len(earlier) - kept :] + there.sent


def _compare(exchange: Exchange, got: Got, sent: Sent) -> None:
    where = f"{sent.line.file}:{sent.line.number}"
    if got.message != sent.message:
        exchange.findings.append(got.line.finding(f"message {got.number} is {got.message}; {where} sends {sent.message} as that"))
        return
    if got.payload is None and got.own and all(sent.payload.get(name) == value for name, value in got.own.items()):
        named = " ".join(f"{name}={value}" for name, value in got.own.items())
        exchange.findings.append(got.line.finding(f"{got.message} is dropped as outdated, but {named} is current; {where} sends it"))
    for name, value in (got.payload or {}).items():
        if name in sent.payload and sent.payload[name] != value:
            exchange.findings.append(got.line.finding(f"{got.message} has {name}={value}; {where} sends {name}={sent.payload[name]}"))


def merge(walks: Iterable[Walk], exchange: Exchange, link: Link) -> Iterator[Step]:
    """All steps, sorted by time. A step that takes a message comes after the step that sent it."""
    waiting = [(list(walk.steps), exchange.shift if walk.node == link.listener else 0.0) for walk in walks]
    senders = {id(sent): id(step) for steps, _ in waiting for step in steps for sent in step.sends}
    at = [0] * len(waiting)
    done: set[int] = set()

    def moment(n: int) -> tuple[bool, float]:
        steps, shift = waiting[n]
        step = steps[at[n]]
        sent = exchange.sent.get(id(step.takes))
        blocked = sent is not None and senders[id(sent)] not in done
        return blocked, step.lines[0].moment - shift

    while left := [n for n, (steps, _) in enumerate(waiting) if at[n] < len(steps)]:
        n = min(left, key=moment)
        step = waiting[n][0][at[n]]
        at[n] += 1
        done.add(id(step))
        yield step
