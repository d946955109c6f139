"""Words for stories about two cores and the wire between them."""

from __future__ import annotations

import json

from tars.core.codec import HEADER, Frame
from tars.core.effects import BeginInterruption, BeginTurn, CloseBrain, CloseSocket, Cue, Feed, Gap, OpenBrain
from tars.generated.device.outputs import Microphone
from tars.generated.device.session import SessionState
from tars.generated.device.turn import TurnState
from tars.generated.server import events as server_events
from tars.generated.server.announcement import AnnouncementState
from tars.samples import RATE
from tests.pair import Pair

TURNS = tuple(turn.value for turn in TurnState if turn is not TurnState.NO_TURN)
STATES = (*(state.value for state in SessionState if state is not SessionState.ACTIVE_SESSION), *TURNS)
"""Every state of a session; an active one by who speaks."""
REPLY = bytes(2 * RATE)


def reach(pair: Pair, state: str) -> str:
    """Bring both sides into one of `STATES`; the session, if there is one."""
    if state == SessionState.IDLE:
        return ""
    pair.start()
    if state == SessionState.LISTENING:
        return ""
    if state == SessionState.HOTWORD_DETECTED:
        session = pair.hotword()
        pair.carry()
        return session
    if state == TurnState.ANNOUNCEMENT:
        return announce(pair)
    session = pair.converse()
    pair.speak(5)
    if state != TurnState.USER_TURN:
        pair.at_server(server_events.SpeechEnded(session, 1))
    if state in (TurnState.SPEAKING, TurnState.DRAINING, TurnState.PAUSED):
        pair.carry()
        begin_reply(pair, session, 1)
        pair.carry()
    if state == TurnState.PAUSED:
        pair.speaks_over()
    if state == TurnState.DRAINING:
        pair.at_server(server_events.ReplyEnded(session, 1))
    pair.carry()
    assert pair.states("turn") == (state, state)
    return session


def announce(pair: Pair, session: str = "a1-1", *, asks: bool = False) -> str:
    """The server has something to say, or to ask, and the device has agreed; the session."""
    pair.at_server(server_events.QuestionDue(session) if asks else server_events.AnnouncementDue(session))
    pair.carry()
    assert pair.states("turn") == (TurnState.ANNOUNCEMENT, TurnState.ANNOUNCEMENT)
    return session


def announced(pair: Pair, state: AnnouncementState) -> None:
    """The server has begun to say or to ask something, and its machine `announcement` is in this state."""
    session = announce(pair, asks=state in (AnnouncementState.ASKS, AnnouncementState.PARTLY_ASKED, AnnouncementState.AWAITS))
    if state != AnnouncementState.NO_ANNOUNCEMENT:
        begin_reply(pair, session, 1)
        pair.carry()
    if state in (AnnouncementState.PARTLY_SAID, AnnouncementState.PARTLY_ASKED):
        pair.heard(1, 1)
        pair.pass_time(1)
    if state == AnnouncementState.AWAITS:
        pair.at_server(server_events.ReplyEnded(session, 1))
        pair.carry()
        hear_reply(pair)
    assert pair.server.states.announcement.state == state


def listening(pair: Pair) -> bool:
    """Whether both sides wait for a wake word, and the device's microphone goes to it."""
    return pair.states("session") == (SessionState.LISTENING, SessionState.LISTENING) and pair.device.microphone is Microphone.WAKE_WORD


def begin_reply(pair: Pair, session: str, turn: int) -> None:
    """The first second of an answer."""
    pair.begins(session, turn)
    pair.says(session, turn, REPLY)


def hear_reply(pair: Pair) -> None:
    """The speaker has played all that there is of the reply."""
    intake = pair.device.downlink
    assert intake is not None
    pair.heard(intake.stream, intake.received)
    pair.carry()


def cues(pair: Pair) -> list[str]:
    """The sounds of the device's own that the user has heard."""
    return [cue.sound for cue in pair.done("device", Cue) if isinstance(cue, Cue)]


def utterances(pair: Pair) -> dict[tuple[str, int], bytes]:
    """What the brain was given, by session and turn; what is declared lost as zeros. What was said over a reply goes on in its turn."""
    given: dict[tuple[str, int], bytes] = {}
    over: tuple[str, int, int] | None = None
    for side, effect in pair.effects:
        if side == "server" and isinstance(effect, BeginTurn | BeginInterruption):
            begun = (effect.session, effect.turn, effect.at)
            if isinstance(effect, BeginInterruption) or over != begun:
                given[effect.session, effect.turn] = b""
            over = begun if isinstance(effect, BeginInterruption) else None
        elif side == "server" and isinstance(effect, Feed):
            given[effect.session, effect.turn] += effect.pcm
        elif side == "server" and isinstance(effect, Gap):
            given[effect.session, effect.turn] += bytes(2 * effect.samples)
    return given


def brains(pair: Pair) -> tuple[int, int]:
    """How many brains were opened, and how many closed."""
    return len(pair.done("server", OpenBrain)), len(pair.done("server", CloseBrain))


def reasons(pair: Pair, side: str) -> list[str]:
    """The reasons with which a side has closed its connections."""
    return [close.reason for close in pair.done(side, CloseSocket) if isinstance(close, CloseSocket)]


def kind(frame: Frame) -> str:
    """The type of a message, or `sound`."""
    return "sound" if isinstance(frame, bytes) else str(json.loads(frame)["type"])


def sent(pair: Pair, side: str) -> list[str]:
    """What one side has sent, in order; sound in a row counts once."""
    kinds = [kind(frame) for _, sender, frame in pair.wire if sender == side]
    return [now for before, now in zip(["", *kinds], kinds, strict=False) if (before, now) != ("sound", "sound")]


def sound_in(frames: list[Frame]) -> bytes:
    """The samples in these frames."""
    return b"".join(frame[HEADER.size :] for frame in frames if isinstance(frame, bytes))
