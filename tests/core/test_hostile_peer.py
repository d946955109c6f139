"""A peer that says what it likes, in any order: neither core raises anything, and each keeps what must hold on its own side."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tars.core.codec import SUBPROTOCOL, V1, Audio, Control
from tars.core.device import DeviceEndpoint
from tars.core.effects import BeginTurn, CloseBrain, CloseSocket, Effect, Feed, Gap, OpenBrain, OpenSocket
from tars.core.endpoint import Endpoint
from tars.core.legacy import LegacyDevice
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ServerEndpoint
from tars.core.snapshot import restore, take_snapshot
from tars.engine import Event
from tars.generated import messages as m
from tars.generated.device import events as device_events
from tars.generated.device.connection import ConnectionState
from tars.generated.device.continuity import ContinuityState
from tars.generated.device.outputs import Microphone
from tars.generated.device.session import SessionState
from tars.generated.device.turn import TurnState
from tars.generated.server import continuity as server_continuity
from tars.generated.server import events as server_events
from tars.generated.server import session as server_session
from tars.generated.server import turn as server_turn
from tars.samples import BLOCK
from tests.pair import RESUME, Pair
from tests.scenarios.telling import STATES, reach

OFFSETS = st.sampled_from([0, 1, 2, BLOCK, 2 * BLOCK, 3 * BLOCK, 10**6, 2**63 - 1]) | st.integers(0, 5 * BLOCK)
STREAMS = st.integers(0, 4)
TEXTS = st.sampled_from(["", "s1", "overflow", "\N{GRINNING FACE}", "\x00\n", "x" * 1000])
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5)
RUBBISH = SCALARS | st.lists(SCALARS, max_size=2)
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "int": OFFSETS,
    "counter": st.integers(1, 4),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "str": TEXTS,
    "id": st.sampled_from(["s1", "s2", "s3"]),
    "bool": st.booleans(),
    "marks": st.dictionaries(STREAMS.map(str) | st.just("all"), OFFSETS, max_size=2),
    "object": st.dictionaries(st.sampled_from(["session", "id", "grace_s"]), RUBBISH, max_size=3),
}
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "proto": st.just(1),
    "rate": st.just(16_000),
    "stream": STREAMS,
    "uplink": STREAMS,
    "preroll": st.just(0),
}


def said_by(role: str) -> st.SearchStrategy[m.Message]:
    """Any message that this role may send, each field of its type."""
    kinds = [kind for kind in m.MESSAGES.values() if kind.sender in (role, "both")]
    return st.one_of([st.builds(kind, **{name: BY_NAME.get(name, BY_TYPE[of]) for name, of in kind.fields.items()}) for kind in kinds])


AUDIO = st.builds(lambda stream, at, blocks: Audio(stream, at, bytes(2 * BLOCK * blocks)), STREAMS, OFFSETS, st.integers(0, 2))
AHEAD = st.sampled_from([1, 1, 1, 1, 1, 1, 0, 2])
"""How far a message's number is ahead of the last one."""
APPLIED = st.sampled_from(["all", "all", "all", "none", "too many"])


class Hostile:
    """One core, and its lying peer."""

    def __init__(self, side: Endpoint, codec: V1, now: float) -> None:
        self.side = side
        self.codec = codec
        self.now = now
        self.effects: list[Effect] = []

    def collect(self, effects: list[Effect]) -> None:
        self.effects += effects
        self.side.outgoing()
        closed = [effect for effect in effects if isinstance(effect, CloseSocket) and effect.generation == self.side.link.generation]
        assert not closed or self.side.link.codec is None, "what is closed is given up"

    def says(self, message: m.Message, ahead: int, applied: str, fitting: bool) -> None:
        """The peer says this; fitting: as if it were meant for the session, turn and stream that there are."""
        record = self.side.link.outbox
        known = {"all": record.sent, "none": 0, "too many": record.sent + 1}[applied]
        if fitting:
            message = replace(message, **{name: value for name, value in self.own(message).items() if name in message.fields})
        self.hears(Control(message, record.applied + ahead if message.numbered else None, known))

    def own(self, message: m.Message) -> dict[str, Any]:
        """The values that fit."""
        opens = isinstance(message, m.PlaybackComplete | m.BargeIn)
        return {"session": self.side.machines["session"].context.session, "turn": self.side.machines["turn"].context.turn + opens}

    def hears(self, incoming: Control | Audio) -> None:
        frames = [self.codec.encode_audio(incoming)] if isinstance(incoming, Audio) else self.codec.encode(incoming)
        for frame in frames:
            self.collect(self.side.receive(self.side.link.generation, frame, self.now))

    def happens(self, event: Event) -> None:
        self.collect(self.side.handle(event, self.now))

    def passes(self, seconds: float) -> None:
        """Time, limit by limit."""
        end = self.now + seconds
        for _ in range(1000):
            if self.side.deadline is None or self.side.deadline > end:
                break
            self.now = max(self.now, self.side.deadline)
            self.collect(self.side.tick(self.now))
        else:
            raise AssertionError("it never comes to rest")
        self.now = end


class HostileDevice(Hostile):
    """A server's side."""

    side: ServerEndpoint

    def __init__(self, state: str) -> None:
        pair = Pair(limits=RESUME)
        reach(pair, state)
        super().__init__(pair.server, V1("server"), pair.now)
        self.effects = [effect for side, effect in pair.effects if side == "server"]
        self.greetings = pair.generations

    def own(self, message: m.Message) -> dict[str, Any]:
        reply, intake = self.side.reply, self.side.inbound
        fits = super().own(message) | {"stream": reply.stream, "heard": reply.sent}
        if isinstance(message, m.Gap) and intake is not None:
            fits |= {"stream": intake.stream, "at": intake.received}
        return fits

    def greets(self, token: str | None, received: dict[str, int], heard: dict[str, int], sent: int, applied: int) -> None:
        """On a new connection; with the good ticket, with another token, or with none."""
        record, session = self.side.link.outbox, self.side.machines["session"].context.session
        sid, tok = (self.side.resume_tokens.sid, f"tok{self.greetings}" if token == "good" else token) if token is not None else ("", "")
        self.greetings += 1
        sent, applied = (max(sent, record.applied), record.acknowledged) if token is not None else (sent, applied)
        state: dict[str, object] = {"session": self.side.states.session.state.value, "id": session}
        hello = m.Hello(1, "kitchen", "b", token is not None, sid, tok, "e1", sent, received, heard, state)
        (frame,) = self.codec.encode(Control(hello, None, applied))
        ticket = ResumeToken(f"sid{self.greetings}", f"tok{self.greetings}")
        self.collect(self.side.greeted(self.greetings, V1("device"), frame, ticket, self.now))

    def brain(self, event: Callable[..., Event], *more: object) -> None:
        """The brain does what it does, for the session and turn that there is."""
        names = [name for name in ("session", "turn") if name in event.__dataclass_fields__]  # type: ignore[attr-defined]
        self.happens(event(*(getattr(self.side.machines[name].context, name) for name in names), *more))

    def speaks(self) -> None:
        session, turn = self.side.machines["session"].context.session, self.side.machines["turn"].context.turn
        self.collect(self.side.speak(session, turn, bytes(2 * BLOCK), self.now))

    def replaced(self) -> None:
        """The next server takes over."""
        self.happens(server_events.Suspend())
        if not self.side.gone:
            self.side = restore(take_snapshot(self.side), "kitchen", RESUME, random.Random(1), epoch="e1", now=self.now)

    def check(self) -> None:
        """What must hold on the server at every moment."""
        states = self.side.states
        assert (states.turn.state is not server_turn.TurnState.NO_TURN) == (
            states.session.state is server_session.SessionState.ACTIVE_SESSION
        )
        assert (states.session.state is server_session.SessionState.IDLE) == (
            states.continuity.state is server_continuity.ContinuityState.UNLINKED
        )
        opened = sum(isinstance(effect, OpenBrain) - isinstance(effect, CloseBrain) for effect in self.effects)
        assert opened == (
            states.session.state in (server_session.SessionState.HOTWORD_DETECTED, server_session.SessionState.ACTIVE_SESSION)
        )
        self.side.status(self.now)

    def check_utterances(self) -> None:
        """Whatever the brain was given, it is without a hole."""
        reached = -1
        for effect in self.effects:
            if isinstance(effect, BeginTurn):
                reached = effect.at
            elif isinstance(effect, Feed | Gap):
                assert effect.at == reached
                reached += effect.samples if isinstance(effect, Gap) else len(effect.pcm) // 2


class HostileServer(Hostile):
    """A device's side."""

    side: DeviceEndpoint

    def __init__(self, state: str) -> None:
        pair = Pair(limits=RESUME)
        reach(pair, state)
        super().__init__(pair.device, V1("device"), pair.now)
        self.effects = [effect for side, effect in pair.effects if side == "device"]
        self.sessions = 1

    def own(self, message: m.Message) -> dict[str, Any]:
        intake = self.side.downlink
        return super().own(message) | ({"stream": intake.stream, "samples": intake.received} if intake is not None else {})

    def opens(self) -> None:
        """The socket that is dialled is up."""
        dialled = [effect.generation for effect in self.effects if isinstance(effect, OpenSocket)]
        if dialled and self.side.link.codec is None:
            self.collect(self.side.socket_opened(dialled[-1], SUBPROTOCOL, self.now))

    def welcomes(self, resumed: bool) -> None:
        ticket, known = self.side.resume_token, self.side.epoch
        sid, epoch = (ticket.sid, known) if resumed else ("sid", "e1")
        limits: dict[str, object] = {"grace_s": 120}
        self.says(m.Welcome(1, resumed, "", sid, "tok", epoch, 1, {}, {}, {}, limits), 1, "all", False)

    def calls(self, by_hand: bool) -> None:
        self.sessions += 1
        session, at = f"s{self.sessions % 3 + 1}", self.side.ring.end
        self.happens(device_events.Button(session, at) if by_hand else device_events.Hotword(session, "hey_jarvis", 0.9, at))

    def captures(self) -> None:
        self.collect(self.side.captured(bytes(2 * BLOCK), self.now))

    def plays(self, samples: int) -> None:
        if self.side.downlink is not None:
            self.collect(self.side.heard(self.side.downlink.stream, samples, self.now))

    def lost(self) -> None:
        self.happens(device_events.Lost(self.side.link.generation, "cut"))

    def check(self) -> None:
        """What must hold on the device at every moment."""
        states = self.side.states
        open_session = states.session.state in (SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION)
        assert (states.turn.state is not TurnState.NO_TURN) == (states.session.state is SessionState.ACTIVE_SESSION)
        assert self.side.microphone is not Microphone.SERVER or open_session
        assert (states.connection.state is ConnectionState.CONNECTED) == (states.continuity.state is ContinuityState.LINKED)
        assert self.side.limits.device_grace >= 0


Deed = tuple[str, tuple[Any, ...]]


def deed(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    """Something that is done, with any of these arguments."""
    return st.tuples(st.just(name), st.tuples(*arguments))


BRAIN = st.sampled_from(
    [
        (server_events.BrainReady,),
        (server_events.BrainReady,),
        (server_events.BrainFailed, "fell over"),
        (server_events.EndPhrase,),
        (server_events.UserSilent,),
        (server_events.SpeechEnded,),
        (server_events.ReplyStarted,),
        (server_events.ReplyEnded,),
    ]
)
SECONDS = st.sampled_from([0.0, 0.3, 1.0, 5.0, 130.0])
GREETING = (BY_TYPE["marks"], BY_TYPE["marks"], st.integers(0, 9), st.integers(0, 9))
DEVICE_DEEDS = st.one_of(
    deed("says", said_by("device"), AHEAD, APPLIED, st.booleans()),
    deed("says", said_by("device"), st.just(1), st.just("all"), st.just(True)),
    deed("hears", AUDIO),
    deed("greets", st.sampled_from([None, "good", "tok0", "\N{GRINNING FACE}"]), *GREETING),
    deed("greets", st.just("good"), st.just({}), st.just({}), st.just(0), st.just(0)),
    BRAIN.map(lambda arguments: ("brain", arguments)),
    BRAIN.map(lambda arguments: ("brain", arguments)),
    deed("speaks"),
    deed("passes", SECONDS),
    deed("replaced"),
)
SERVER_DEEDS = st.one_of(
    deed("says", said_by("server"), AHEAD, APPLIED, st.booleans()),
    deed("says", said_by("server"), st.just(1), st.just("all"), st.just(True)),
    deed("hears", AUDIO),
    deed("calls", st.booleans()),
    deed("captures"),
    deed("plays", OFFSETS),
    deed("happens", st.just(device_events.Start())),
    deed("opens"),
    deed("welcomes", st.booleans()),
    deed("lost"),
    deed("passes", SECONDS),
)


@given(st.sampled_from(STATES[1:]), st.lists(DEVICE_DEEDS, min_size=5, max_size=30))
def test_no_device_can_bring_its_server_down(state: str, deeds: list[Deed]) -> None:
    world = HostileDevice(state)
    for name, arguments in deeds:
        getattr(world, name)(*arguments)
        world.check()
    world.passes(300)
    world.check()
    world.check_utterances()


@given(st.sampled_from(STATES), st.lists(SERVER_DEEDS, min_size=5, max_size=30))
def test_no_server_can_bring_its_device_down(state: str, deeds: list[Deed]) -> None:
    world = HostileServer(state)
    for name, arguments in deeds:
        getattr(world, name)(*arguments)
        world.check()
    world.passes(300)
    world.check()


OLD = st.one_of(
    st.binary(max_size=9),
    st.sampled_from([bytes(2 * BLOCK), b"\x01"]),
    st.sampled_from(["hotword_detected", "playback_complete", "session_end", "hello", ""]).map(lambda kind: f'{{"type": "{kind}"}}'),
    st.text(max_size=20),
)


@given(st.lists(st.tuples(OLD, BRAIN), min_size=5, max_size=30))
def test_no_old_device_can_either(deeds: list[tuple[str | bytes, Any]]) -> None:
    world = HostileDevice("IDLE")
    old = LegacyDevice("legacy.1")
    world.collect(world.side.greeted(99, old, old.greeting(), ResumeToken("sid", "tok"), world.now))
    for frame, brain in deeds:
        world.collect(world.side.receive(world.side.link.generation, frame, world.now))
        world.check()
        world.brain(*brain)
        world.speaks()
        world.check()
    world.check_utterances()
