"""What the model of the wire knows of both sides and of what is between them: small, hashable values.

Sound is counted in samples, one a frame. Numbers, offsets, streams, records, tokens and epochs are integers; 0 stands for none. A
record, a token or an epoch gets the smallest number that nobody knows any more, so that any number of crashes makes finitely many states.
"""

from __future__ import annotations

from typing import NamedTuple


class Bounds(NamedTuple):
    """How much is said, and how much is under way at once. Faults are not bounded."""

    up: str
    """What the dialer says, in words: `open` a request, `sample` of it, any other message is a `note`."""
    down: str
    """What the listener says: it is `ready` to hear the request, begins a `reply`, `sample` of it, any other message is a `note`."""
    room: int = 2
    """Samples that the dialer keeps."""
    gaps: bool = False
    """Speech that an outage outlasts is declared lost, instead of dropping the record."""
    channel: int = 2
    """Frames under way in a direction."""
    late: bool = False
    """A greeting on a connection that the dialer has given up may still reach the listener."""


class Said(NamedTuple):
    """A numbered message. One that opens a stream says which, and where it begins."""

    number: int
    kind: str
    stream: int = 0
    at: int = 0


class Sample(NamedTuple):
    """The sample of a stream at an offset."""

    stream: int
    at: int


class Control(NamedTuple):
    """A numbered message on its way, with what its sender has applied."""

    record: int
    """Of the sender. No real frame has it: it tells what the receiver must not mistake."""
    said: Said
    applied: int


class Ack(NamedTuple):
    """How far the sender has come."""

    applied: int
    stream: int
    received: int
    committed: int


class Gap(NamedTuple):
    """So many samples are lost for good."""

    stream: int
    at: int
    samples: int


class Greeting(NamedTuple):
    """A greeting, with what it offers to resume."""

    sid: int
    token: int
    epoch: int
    sent: int
    applied: int
    stream: int
    received: int


class Answer(NamedTuple):
    """The answer to it."""

    reason: str
    """Why not resumed; empty if it was."""
    sid: int
    token: int
    epoch: int
    ack: Ack


Frame = Control | Sample | Gap | Ack | Answer


class ResumeToken(NamedTuple):
    """What the last answer gave the dialer to show."""

    sid: int = 0
    token: int = 0
    epoch: int = 0


class Side(NamedTuple):
    """What either side keeps."""

    phase: str = "silent"
    """Dialer: `silent`, `asking` to open a request, `telling` the request, `hearing` the reply, `over`. Listener: `silent`, `asked` and not
    yet ready, `listening`, `replying`, `over`."""
    story: int = 0
    """How many words of `Bounds` it has said."""
    record: int = 0
    sent: int = 0
    acknowledged: int = 0
    applied: int = 0
    heard: int = 0
    """The last message that had an effect: what `applied` claims."""
    outbox: tuple[Said | Sample, ...] = ()
    passed: int = 0
    """So many items of the outbox went out on this connection."""
    owes: bool = False
    """An acknowledgement is due."""
    out: int = 0
    """The stream that goes out."""
    end: int = 0
    """After the last sample of it. The dialer has captured so many."""
    into: int = 0
    """The stream that comes in."""
    start: int = 0
    received: int = 0
    used: int = 0
    """The sample that reader or player must get next: what `received` claims."""


class State(NamedTuple):
    """Everything: both sides, the connection, and greetings on their way."""

    dialer: Side = Side()
    listener: Side = Side()
    link: str = "down"
    """The dialer's: `down`, `greeting` until the answer, `up`."""
    offer: ResumeToken = ResumeToken()
    begun: int = 0
    """Where the request begins."""
    committed: int = 0
    """Before this the listener needs nothing of the request any more, for all that the dialer knows."""
    socket: str = ""
    """The listener's: none, the dialer's `own` present one, or an `old` one that the dialer has given up."""
    epoch: int = 1
    tokens: tuple[int, ...] = ()
    """What a greeting may show."""
    released: int = 0
    """Before this the listener keeps nothing of the reply."""
    alive: bool = False
    """What is sent on the dialer's socket arrives."""
    up: tuple[Frame, ...] = ()
    """Under way on the listener's socket."""
    down: tuple[Frame, ...] = ()
    """Under way on the dialer's socket."""
    greeting: Greeting | None = None
    """The greeting on the dialer's socket, until the listener takes it."""
    late: Greeting | None = None
    """A greeting on a socket that the dialer has given up, and that may still reach the listener."""
    wrong: str = ""
    """The property that the last step broke."""


class Step(NamedTuple):
    """What happened, with the frame that moved; and its kind: `talk` of source and replier, the `wire` by itself, or a `fault`."""

    words: str
    kind: str
    frame: Frame | Greeting | None = None

    def __str__(self) -> str:
        return f"{self.words} {self.frame}" if self.frame is not None else self.words


def say(side: Side, kind: str, stream: int = 0, at: int = 0) -> Side:
    """Number a message and put it behind everything said before."""
    return side._replace(sent=side.sent + 1, outbox=(*side.outbox, Said(side.sent + 1, kind, stream, at)))


def sound(side: Side) -> Side:
    """Put a sample behind everything said before."""
    return side._replace(end=side.end + 1, outbox=(*side.outbox, Sample(side.out, side.end)))


def without(side: Side, gone: set[Said | Sample]) -> Side:
    """Take these out of the outbox."""
    passed = sum(item not in gone for item in side.outbox[: side.passed])
    return side._replace(outbox=tuple(item for item in side.outbox if item not in gone), passed=passed)


def without_sound(side: Side) -> Side:
    """Nobody needs the sound any more that is still here: its stream is over."""
    return without(side, {item for item in side.outbox if isinstance(item, Sample)})


def oldest_sound(side: Side) -> int:
    """The first offset of the stream that goes out which is not acknowledged."""
    return next((item.at for item in side.outbox if isinstance(item, Sample)), side.end)


def says(side: Side) -> bool:
    """Whether a message goes out next. Only sound can have to wait, so an acknowledgement overtakes sound, but no message."""
    return side.passed < len(side.outbox) and isinstance(side.outbox[side.passed], Said)


def greetings(state: State) -> list[Greeting | Answer]:
    """Greetings and answers to them that are under way."""
    greetings: list[Greeting | Answer] = [greeting for greeting in (state.greeting, state.late) if greeting is not None]
    return greetings + [frame for frame in state.down if isinstance(frame, Answer)]


def unused(*numbers: int) -> int:
    """The smallest name that is none of these."""
    return next(name for name in range(1, len(numbers) + 2) if name not in numbers)
