# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (server): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
from tars.generated.server import emits, events


class TurnState(StrEnum):
    """Where the turn machine of the server can be."""

    NO_TURN = "NO_TURN"
    """no session is active"""
    USER_TURN = "USER_TURN"
    """the user may speak; audio goes to the brain"""
    THINKING = "THINKING"
    """the brain works on the reply"""
    SPEAKING = "SPEAKING"
    """the reply is being sent"""
    DRAINING = "DRAINING"
    """the whole reply is sent; the device plays its rest"""


@dataclass
class TurnContext:
    """The variables of the turn machine."""

    turn: int = 0
    """the number of the turn; 0 before the first"""


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens."""

    machine = "turn"
    role = "server"
    initial = "NO_TURN"
    context: TurnContext

    NO_TURN = State(initial=True)  # turn.yaml:96
    USER_TURN = State()            # turn.yaml:102
    THINKING = State()             # turn.yaml:112
    SPEAKING = State()             # turn.yaml:121
    DRAINING = State()             # turn.yaml:130

    session_began = (
        NO_TURN.to(USER_TURN, on="no_turn_session_began")  # turn.yaml:101
    )
    session_over = (
        USER_TURN.to(NO_TURN, on="user_turn_session_over")  # turn.yaml:111
        | THINKING.to(NO_TURN, on="thinking_session_over")  # turn.yaml:120
        | SPEAKING.to(NO_TURN, on="speaking_session_over")  # turn.yaml:129
        | DRAINING.to(NO_TURN, on="draining_session_over")  # turn.yaml:138
    )
    speech_ended = (
        USER_TURN.to(THINKING, on="user_turn_speech_ended")  # turn.yaml:108
    )
    reply_started = (
        USER_TURN.to(SPEAKING, on="user_turn_reply_started")  # turn.yaml:109
        | THINKING.to(SPEAKING, on="thinking_reply_started")  # turn.yaml:117
    )
    reply_ended = (
        SPEAKING.to(DRAINING, on="speaking_reply_ended")  # turn.yaml:126
    )
    playback_complete = (
        DRAINING.to(USER_TURN, on="draining_playback_complete")  # turn.yaml:135
    )
    barge_in = (
        THINKING.to(USER_TURN, on="thinking_barge_in")    # turn.yaml:118
        | SPEAKING.to(USER_TURN, on="speaking_barge_in")  # turn.yaml:127
        | DRAINING.to(USER_TURN, on="draining_barge_in")  # turn.yaml:136
    )
    turn_stuck = (
        USER_TURN.to(USER_TURN, internal=True, on="user_turn_turn_stuck")  # turn.yaml:110
        | THINKING.to(THINKING, internal=True, on="thinking_turn_stuck")   # turn.yaml:119
        | SPEAKING.to(SPEAKING, internal=True, on="speaking_turn_stuck")   # turn.yaml:128
        | DRAINING.to(DRAINING, internal=True, on="draining_turn_stuck")   # turn.yaml:137
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "USER_TURN": Timeout(events.TurnStuck, "server_user_turn_limit"),  # turn.yaml:105
        "THINKING": Timeout(events.TurnStuck, "server_thinking_limit"),  # turn.yaml:114
        "SPEAKING": Timeout(events.TurnStuck, "server_speaking_limit"),  # turn.yaml:123
        "DRAINING": Timeout(events.TurnStuck, "server_draining_limit"),  # turn.yaml:132
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "NO_TURN": ("session_began",),
        "USER_TURN": ("speech_ended", "reply_started", "turn_stuck", "session_over",),
        "THINKING": ("reply_started", "barge_in", "turn_stuck", "session_over",),
        "SPEAKING": ("reply_ended", "barge_in", "turn_stuck", "session_over",),
        "DRAINING": ("playback_complete", "barge_in", "turn_stuck", "session_over",),
    }

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    @property
    def state(self) -> TurnState:
        """The state this machine is in."""
        return TurnState(self.model.state)

    def no_turn_session_began(self, payload: events.SessionBegan) -> None:  # turn.yaml:101
        """session_began: NO_TURN -> USER_TURN"""
        self.take("turn.yaml:101", enters=True)
        self.context.turn = 1
        self.act("begin_turn")

    def user_turn_speech_ended(self, payload: events.SpeechEnded) -> None:  # turn.yaml:108
        """speech_ended: USER_TURN -> THINKING"""
        self.take("turn.yaml:108", enters=True)
        self.emit(emits.UserTurnEnd(turn=self.context.turn))

    def user_turn_reply_started(self, payload: events.ReplyStarted) -> None:  # turn.yaml:109
        """reply_started: USER_TURN -> SPEAKING"""
        self.take("turn.yaml:109", enters=True)
        self.act("open_reply")
        self.emit(emits.StartOfTtsStream(turn=self.context.turn))

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:110
        """turn_stuck: stays USER_TURN"""
        self.take("turn.yaml:110", enters=False)
        self.emit(emits.EndWanted(reason="user_turn_limit"))

    def user_turn_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:111
        """session_over: USER_TURN -> NO_TURN"""
        self.take("turn.yaml:111", enters=True)

    def thinking_reply_started(self, payload: events.ReplyStarted) -> None:  # turn.yaml:117
        """reply_started: THINKING -> SPEAKING"""
        self.take("turn.yaml:117", enters=True)
        self.act("open_reply")
        self.emit(emits.StartOfTtsStream(turn=self.context.turn))

    def thinking_barge_in(self, payload: events.BargeIn) -> None:  # turn.yaml:118
        """barge_in: THINKING -> USER_TURN"""
        self.take("turn.yaml:118", enters=True)
        self.context.turn = payload.turn
        self.act("cancel_reply", "begin_turn")

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:119
        """turn_stuck: stays THINKING"""
        self.take("turn.yaml:119", enters=False)
        self.emit(emits.EndWanted(reason="thinking_limit"))

    def thinking_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:120
        """session_over: THINKING -> NO_TURN"""
        self.take("turn.yaml:120", enters=True)

    def speaking_reply_ended(self, payload: events.ReplyEnded) -> None:  # turn.yaml:126
        """reply_ended: SPEAKING -> DRAINING"""
        self.take("turn.yaml:126", enters=True)
        self.emit(emits.TtsStreamEnd(turn=self.context.turn))

    def speaking_barge_in(self, payload: events.BargeIn) -> None:  # turn.yaml:127
        """barge_in: SPEAKING -> USER_TURN"""
        self.take("turn.yaml:127", enters=True)
        self.context.turn = payload.turn
        self.act("cancel_reply", "begin_turn")

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:128
        """turn_stuck: stays SPEAKING"""
        self.take("turn.yaml:128", enters=False)
        self.emit(emits.EndWanted(reason="speaking_limit"))

    def speaking_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:129
        """session_over: SPEAKING -> NO_TURN"""
        self.take("turn.yaml:129", enters=True)

    def draining_playback_complete(self, payload: events.PlaybackComplete) -> None:  # turn.yaml:135
        """playback_complete: DRAINING -> USER_TURN"""
        self.take("turn.yaml:135", enters=True)
        self.context.turn = payload.turn
        self.act("begin_turn")

    def draining_barge_in(self, payload: events.BargeIn) -> None:  # turn.yaml:136
        """barge_in: DRAINING -> USER_TURN"""
        self.take("turn.yaml:136", enters=True)
        self.context.turn = payload.turn
        self.act("cancel_reply", "begin_turn")

    def draining_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:137
        """turn_stuck: stays DRAINING"""
        self.take("turn.yaml:137", enters=False)
        self.emit(emits.EndWanted(reason="draining_limit"))

    def draining_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:138
        """session_over: DRAINING -> NO_TURN"""
        self.take("turn.yaml:138", enters=True)
