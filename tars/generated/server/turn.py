# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (server): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
from tars.generated.server import emits, events


class TurnState(StrEnum):
    """Where the turn machine of the server can be."""

    NO_TURN = "NO_TURN"
    """no session is active"""
    ANNOUNCEMENT = "ANNOUNCEMENT"
    """the device waits for what the server has to say"""
    USER_TURN = "USER_TURN"
    """the user may speak; audio goes to the brain"""
    THINKING = "THINKING"
    """the brain works on the reply"""
    SPEAKING = "SPEAKING"
    """the reply is being sent"""
    DRAINING = "DRAINING"
    """the whole reply is sent; the device plays its rest"""


@dataclass(slots=True)
class TurnContext:
    """The variables of the turn machine."""

    turn: int = 0
    """the number of the turn; 0 before the first"""


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1."""

    __slots__ = ()
    machine = "turn"
    role = "server"
    initial = TurnState.NO_TURN
    context: TurnContext
    state: TurnState

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    def no_turn_session_began(self, payload: events.SessionBegan) -> tuple[Event, ...]:  # turn.yaml:119
        """session_began: NO_TURN -> USER_TURN"""
        self.context.turn = 1
        return ()

    def no_turn_announcement_began(self, payload: events.AnnouncementBegan) -> tuple[Event, ...]:  # turn.yaml:120
        """announcement_began: NO_TURN -> ANNOUNCEMENT"""
        self.context.turn = payload.turn
        return ()

    def announcement_reply_started(self, payload: events.ReplyStarted) -> tuple[Event, ...]:  # turn.yaml:126
        """reply_started: ANNOUNCEMENT -> SPEAKING"""
        return (emits.StartOfTtsStream(turn=self.context.turn),)

    def announcement_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:127
        """barge_in: ANNOUNCEMENT -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def announcement_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:128
        """turn_stuck: stays ANNOUNCEMENT"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def user_turn_speech_ended(self, payload: events.SpeechEnded) -> tuple[Event, ...]:  # turn.yaml:136
        """speech_ended: USER_TURN -> THINKING"""
        return (emits.UserTurnEnd(turn=self.context.turn),)

    def user_turn_reply_started(self, payload: events.ReplyStarted) -> tuple[Event, ...]:  # turn.yaml:137
        """reply_started: USER_TURN -> SPEAKING"""
        return (emits.StartOfTtsStream(turn=self.context.turn),)

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:138
        """turn_stuck: stays USER_TURN"""
        return (emits.EndWanted(reason="user_turn_limit"),)

    def thinking_reply_started(self, payload: events.ReplyStarted) -> tuple[Event, ...]:  # turn.yaml:145
        """reply_started: THINKING -> SPEAKING"""
        return (emits.StartOfTtsStream(turn=self.context.turn),)

    def thinking_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:146
        """barge_in: THINKING -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:147
        """turn_stuck: stays THINKING"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def speaking_reply_ended(self, payload: events.ReplyEnded) -> tuple[Event, ...]:  # turn.yaml:154
        """reply_ended: SPEAKING -> DRAINING"""
        return (emits.TtsStreamEnd(turn=self.context.turn),)

    def speaking_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:155
        """barge_in: SPEAKING -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:156
        """turn_stuck: stays SPEAKING"""
        return (emits.EndWanted(reason="speaking_limit"),)

    def draining_playback_complete(self, payload: events.PlaybackComplete) -> tuple[Event, ...]:  # turn.yaml:163
        """playback_complete: DRAINING -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def draining_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:164
        """barge_in: DRAINING -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def draining_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:165
        """turn_stuck: stays DRAINING"""
        return (emits.EndWanted(reason="draining_limit"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NO_TURN, turn.yaml:114
        ("NO_TURN", "session_began"): (Row("turn.yaml:119", TurnState.USER_TURN, ("begin_turn",), no_turn_session_began),),
        ("NO_TURN", "announcement_began"): (Row("turn.yaml:120", TurnState.ANNOUNCEMENT, effect=no_turn_announcement_began),),
        # ANNOUNCEMENT, turn.yaml:121
        ("ANNOUNCEMENT", "reply_started"): (Row("turn.yaml:126", TurnState.SPEAKING, ("open_reply",), announcement_reply_started),),
        ("ANNOUNCEMENT", "barge_in"): (Row("turn.yaml:127", TurnState.USER_TURN, ("cancel_reply", "begin_turn"), announcement_barge_in),),
        ("ANNOUNCEMENT", "turn_stuck"): (Row("turn.yaml:128", None, effect=announcement_turn_stuck),),
        ("ANNOUNCEMENT", "session_over"): (Row("turn.yaml:129", TurnState.NO_TURN),),
        # USER_TURN, turn.yaml:130
        ("USER_TURN", "speech_ended"): (Row("turn.yaml:136", TurnState.THINKING, effect=user_turn_speech_ended),),
        ("USER_TURN", "reply_started"): (Row("turn.yaml:137", TurnState.SPEAKING, ("open_reply",), user_turn_reply_started),),
        ("USER_TURN", "turn_stuck"): (Row("turn.yaml:138", None, effect=user_turn_turn_stuck),),
        ("USER_TURN", "session_over"): (Row("turn.yaml:139", TurnState.NO_TURN),),
        # THINKING, turn.yaml:140
        ("THINKING", "reply_started"): (Row("turn.yaml:145", TurnState.SPEAKING, ("open_reply",), thinking_reply_started),),
        ("THINKING", "barge_in"): (Row("turn.yaml:146", TurnState.USER_TURN, ("cancel_reply", "begin_turn"), thinking_barge_in),),
        ("THINKING", "turn_stuck"): (Row("turn.yaml:147", None, effect=thinking_turn_stuck),),
        ("THINKING", "session_over"): (Row("turn.yaml:148", TurnState.NO_TURN),),
        # SPEAKING, turn.yaml:149
        ("SPEAKING", "reply_ended"): (Row("turn.yaml:154", TurnState.DRAINING, effect=speaking_reply_ended),),
        ("SPEAKING", "barge_in"): (Row("turn.yaml:155", TurnState.USER_TURN, ("cancel_reply", "begin_turn"), speaking_barge_in),),
        ("SPEAKING", "turn_stuck"): (Row("turn.yaml:156", None, effect=speaking_turn_stuck),),
        ("SPEAKING", "session_over"): (Row("turn.yaml:157", TurnState.NO_TURN),),
        # DRAINING, turn.yaml:158
        ("DRAINING", "playback_complete"): (Row("turn.yaml:163", TurnState.USER_TURN, ("begin_turn",), draining_playback_complete),),
        ("DRAINING", "barge_in"): (Row("turn.yaml:164", TurnState.USER_TURN, ("cancel_reply", "begin_turn"), draining_barge_in),),
        ("DRAINING", "turn_stuck"): (Row("turn.yaml:165", None, effect=draining_turn_stuck),),
        ("DRAINING", "session_over"): (Row("turn.yaml:166", TurnState.NO_TURN),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "ANNOUNCEMENT": Timeout(events.TurnStuck, "server_thinking_limit"),  # turn.yaml:123
        "USER_TURN": Timeout(events.TurnStuck, "server_user_turn_limit"),  # turn.yaml:133
        "THINKING": Timeout(events.TurnStuck, "server_thinking_limit"),  # turn.yaml:142
        "SPEAKING": Timeout(events.TurnStuck, "server_speaking_limit"),  # turn.yaml:151
        "DRAINING": Timeout(events.TurnStuck, "server_draining_limit"),  # turn.yaml:160
    }
