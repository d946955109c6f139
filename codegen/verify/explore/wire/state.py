"""The state of the wire model: both sides, the connection, and the frames under way, as small, hashable values.

One frame has one sample. Numbers, offsets, streams, records, tokens and epochs are integers; 0 stands for none. A new record, token or
epoch gets the smallest number that is not in use. So the number of states is finite, although the number of crashes has no bound.
"""

from __future__ import annotations

from typing import NamedTuple


class Bounds(NamedTuple):
    """How much is sent, and how much is under way at once. The number of faults has no bound."""

    up: str
    """What the dialer sends, as words: `open` opens a request, `sample` is a sample of it, `note` is any other message."""
    down: str
    """What the listener sends: `ready` to hear the request, `reply` begins the reply, `sample` is one of it, `note` any other message."""
    room: int = 2
    """How many samples the dialer keeps."""
    gaps: bool = False
    """Speech that is no longer kept when the connection is back is declared lost. Otherwise the request ends."""
    channel: int = 2
    """How many frames can be under way in each direction."""
    late: bool = False
    """A greeting on a connection that the dialer has given up may still reach the listener."""


class Said(NamedTuple):
    """A numbered message. A message that opens a stream has its number and its first offset."""

    number: int
    kind: str
    stream: int = 0
    at: int = 0


class Sample(NamedTuple):
    """One sample of a stream, at an offset."""

    stream: int
    at: int


class Control(NamedTuple):
    """A numbered message under way, with the last number that its sender has applied."""

    record: int
    """The record of the sender. Real frames do not have it. The model compares it with the record of the receiver."""
    said: Said
    applied: int


class Ack(NamedTuple):
    """What the sender has applied and received."""

    applied: int
    stream: int
    received: int
    committed: int


class Gap(NamedTuple):
    """A declaration that so many samples are lost."""

    stream: int
    at: int
    samples: int


class Greeting(NamedTuple):
    """A greeting, with the record that it offers to resume."""

    sid: int
    token: int
    epoch: int
    sent: int
    applied: int
    stream: int
    received: int


class Answer(NamedTuple):
    """The answer to a greeting."""

    reason: str
    """Why the record is not resumed; empty if it is."""
    sid: int
    token: int
    epoch: int
    ack: Ack


Frame = Control | Sample | Gap | Ack | Answer


class ResumeToken(NamedTuple):
    """What the dialer got with the last answer, and shows in the next greeting."""

    sid: int = 0
    token: int = 0
    epoch: int = 0


class Side(NamedTuple):
    """What one side keeps."""

    phase: str = "silent"
    """Dialer: `silent`, `asking` to open a request, `telling` the request, `hearing` the reply, `over`.
    Listener: `silent`, `asked` but not ready, `listening`, `replying`, `over`."""
    story: int = 0
    """How many words of `Bounds` it has sent."""
    record: int = 0
    sent: int = 0
    acknowledged: int = 0
    applied: int = 0
    heard: int = 0
    """The number of the last message that had an effect. `applied` must agree with it."""
    outbox: tuple[Said | Sample, ...] = ()
    passed: int = 0
    """How many items of the outbox were sent on this connection."""
    owes: bool = False
    """Whether an acknowledgement is due."""
    out: int = 0
    """The stream that is sent."""
    end: int = 0
    """The offset after its last sample. For the dialer: how many samples were captured."""
    into: int = 0
    """The stream that is received."""
    start: int = 0
    received: int = 0
    used: int = 0
    """The offset of the sample that the reader or the player must get next. `received` must agree with it."""


class State(NamedTuple):
    """Both sides, the connection, and the frames and greetings under way."""

    dialer: Side = Side()
    listener: Side = Side()
    link: str = "down"
    """The dialer's view of the connection: `down`, `greeting` until the answer comes, `up`."""
    offer: ResumeToken = ResumeToken()
    begun: int = 0
    """The offset at which the request begins."""
    committed: int = 0
    """The offset before which, as far as the dialer knows, the listener needs no sample of the request."""
    socket: str = ""
    """The socket of the listener: empty for none, `own` for the dialer's current one, `old` for one that the dialer has dropped."""
    epoch: int = 1
    tokens: tuple[int, ...] = ()
    """The valid tokens."""
    released: int = 0
    """The offset before which the listener keeps no sample of the reply."""
    alive: bool = False
    """Whether frames sent on the dialer's current socket arrive."""
    up: tuple[Frame, ...] = ()
    """The frames under way on the listener's socket."""
    down: tuple[Frame, ...] = ()
    """The frames under way on the dialer's socket."""
    greeting: Greeting | None = None
    """The greeting on the dialer's current socket, until the listener takes it."""
    late: Greeting | None = None
    """A greeting on a socket that the dialer has dropped. It may still reach the listener."""
    wrong: str = ""
    """The property that the last step broke; empty if it broke none."""


class Step(NamedTuple):
    """What happened, its kind (`talk` of a program, the `wire` by itself, or a `fault`), and the frame that moved, if one did."""

    words: str
    kind: str
    frame: Frame | Greeting | None = None

    def __str__(self) -> str:
        return f"{self.words} {self.frame}" if self.frame is not None else self.words


def say(side: Side, kind: str, stream: int = 0, at: int = 0) -> Side:
    """Number a message and queue it last."""
    return side._replace(sent=side.sent + 1, outbox=(*side.outbox, Said(side.sent + 1, kind, stream, at)))


def sound(side: Side) -> Side:
    """Queue the next sample last."""
    return side._replace(end=side.end + 1, outbox=(*side.outbox, Sample(side.out, side.end)))


def without(side: Side, gone: set[Said | Sample]) -> Side:
    """Remove these items from the outbox."""
    passed = sum(item not in gone for item in side.outbox[: side.passed])
    return side._replace(outbox=tuple(item for item in side.outbox if item not in gone), passed=passed)


def without_sound(side: Side) -> Side:
    """Remove all samples from the outbox, because their stream is over."""
    return without(side, {item for item in side.outbox if isinstance(item, Sample)})


def oldest_sound(side: Side) -> int:
    """The first offset of the stream sent that is not acknowledged."""
    return next((item.at for item in side.outbox if isinstance(item, Sample)), side.end)


def says(side: Side) -> bool:
    """Whether a message is next in the outbox. An acknowledgement may be sent before a waiting sample, but not before a waiting message."""
    return side.passed < len(side.outbox) and isinstance(side.outbox[side.passed], Said)


def greetings(state: State) -> list[Greeting | Answer]:
    """The greetings under way, and the answers to them."""
    greetings: list[Greeting | Answer] = [greeting for greeting in (state.greeting, state.late) if greeting is not None]
    return greetings + [frame for frame in state.down if isinstance(frame, Answer)]


def unused(*numbers: int) -> int:
    """The smallest number from 1 on that is none of these."""
    return next(name for name in range(1, len(numbers) + 2) if name not in numbers)
