# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (server): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1. Speech over a reply may open the next turn too: then the device pauses the reply, and the server decides. A barge_in meanwhile opens the turn after that one, for the server may have opened it."""

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
    PAUSED = "PAUSED"
    """somebody speaks over the reply, which is kept; the brain hears it and decides whether that interrupts the reply"""


@dataclass(slots=True)
class TurnContext:
    """The variables of the turn machine."""

    turn: int = 0
    """the number of the turn; 0 before the first"""
    reply_complete: bool = False
    """the whole of the paused reply is sent"""


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1. Speech over a reply may open the next turn too: then the device pauses the reply, and the server decides. A barge_in meanwhile opens the turn after that one, for the server may have opened it."""

    __slots__ = ()
    machine = "turn"
    role = "server"
    initial = TurnState.NO_TURN
    context: TurnContext
    state: TurnState

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    def if_reply_complete(self, payload: events.InterruptionFalse | events.ReplyEnded) -> bool:  # turn.yaml:144
        """the whole reply is sent"""
        return self.context.reply_complete

    def no_turn_session_began(self, payload: events.SessionBegan) -> tuple[Event, ...]:  # turn.yaml:151
        """session_began: NO_TURN -> USER_TURN"""
        self.context.turn = 1
        return ()

    def no_turn_announcement_began(self, payload: events.AnnouncementBegan) -> tuple[Event, ...]:  # turn.yaml:152
        """announcement_began: NO_TURN -> ANNOUNCEMENT"""
        self.context.turn = payload.turn
        return ()

    def announcement_reply_started(self, payload: events.ReplyStarted) -> tuple[Event, ...]:  # turn.yaml:158
        """reply_started: ANNOUNCEMENT -> SPEAKING"""
        return (emits.StartOfTtsStream(turn=self.context.turn),)

    def announcement_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:159
        """barge_in: ANNOUNCEMENT -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def announcement_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:160
        """turn_stuck: stays ANNOUNCEMENT"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def user_turn_speech_ended(self, payload: events.SpeechEnded) -> tuple[Event, ...]:  # turn.yaml:168
        """speech_ended: USER_TURN -> THINKING"""
        return (emits.UserTurnEnd(turn=self.context.turn),)

    def user_turn_reply_started(self, payload: events.ReplyStarted) -> tuple[Event, ...]:  # turn.yaml:169
        """reply_started: USER_TURN -> SPEAKING"""
        return (emits.StartOfTtsStream(turn=self.context.turn),)

    def user_turn_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:170
        """barge_in: USER_TURN -> USER_TURN; the device had not yet got reply_cut"""
        self.context.turn = payload.turn
        return ()

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:171
        """turn_stuck: stays USER_TURN"""
        return (emits.EndWanted(reason="user_turn_limit"),)

    def thinking_reply_started(self, payload: events.ReplyStarted) -> tuple[Event, ...]:  # turn.yaml:178
        """reply_started: THINKING -> SPEAKING"""
        return (emits.StartOfTtsStream(turn=self.context.turn),)

    def thinking_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:179
        """barge_in: THINKING -> USER_TURN"""
        self.context.turn = payload.turn
        return ()

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:180
        """turn_stuck: stays THINKING"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def speaking_reply_ended(self, payload: events.ReplyEnded) -> tuple[Event, ...]:  # turn.yaml:187
        """reply_ended: SPEAKING -> DRAINING"""
        return (emits.TtsStreamEnd(turn=self.context.turn),)

    def speaking_interruption(self, payload: events.Interruption) -> tuple[Event, ...]:  # turn.yaml:188
        """interruption: SPEAKING -> PAUSED"""
        self.context.reply_complete = False
        return ()

    def speaking_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:189
        """barge_in: SPEAKING -> USER_TURN"""
        self.context.turn = payload.turn
        return (emits.Interrupted(),)

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:190
        """turn_stuck: stays SPEAKING"""
        return (emits.EndWanted(reason="speaking_limit"),)

    def draining_playback_complete(self, payload: events.PlaybackComplete) -> tuple[Event, ...]:  # turn.yaml:197
        """playback_complete: DRAINING -> USER_TURN"""
        self.context.turn = payload.turn
        return (emits.HeardToEnd(),)

    def draining_interruption(self, payload: events.Interruption) -> tuple[Event, ...]:  # turn.yaml:198
        """interruption: DRAINING -> PAUSED"""
        self.context.reply_complete = True
        return ()

    def draining_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:199
        """barge_in: DRAINING -> USER_TURN"""
        self.context.turn = payload.turn
        return (emits.Interrupted(),)

    def draining_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:200
        """turn_stuck: stays DRAINING"""
        return (emits.EndWanted(reason="draining_limit"),)

    def paused_interruption_meant(self, payload: events.InterruptionMeant) -> tuple[Event, ...]:  # turn.yaml:208
        """interruption_meant: PAUSED -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.ReplyCut(turn=payload.turn), emits.Interrupted())

    def paused_interruption_false_reply_complete(self, payload: events.InterruptionFalse) -> tuple[Event, ...]:  # turn.yaml:209
        """interruption_false [reply_complete]: PAUSED -> DRAINING"""
        return (emits.ReplyResumes(turn=self.context.turn),)

    def paused_interruption_false_not_reply_complete(self, payload: events.InterruptionFalse) -> tuple[Event, ...]:  # turn.yaml:210
        """interruption_false [not reply_complete]: PAUSED -> SPEAKING"""
        return (emits.ReplyResumes(turn=self.context.turn),)

    def paused_reply_ended_not_reply_complete(self, payload: events.ReplyEnded) -> tuple[Event, ...]:  # turn.yaml:211
        """reply_ended [not reply_complete]: stays PAUSED"""
        self.context.reply_complete = True
        return (emits.TtsStreamEnd(turn=self.context.turn),)

    def paused_barge_in(self, payload: events.BargeIn) -> tuple[Event, ...]:  # turn.yaml:213
        """barge_in: PAUSED -> USER_TURN"""
        self.context.turn = payload.turn
        return (emits.Interrupted(),)

    def paused_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:214
        """turn_stuck: stays PAUSED"""
        return (emits.EndWanted(reason="interruption_limit"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NO_TURN, turn.yaml:146
        ("NO_TURN", "session_began"): (Row("turn.yaml:151", TurnState.USER_TURN, ("begin_turn",), no_turn_session_began),),
        ("NO_TURN", "announcement_began"): (Row("turn.yaml:152", TurnState.ANNOUNCEMENT, effect=no_turn_announcement_began),),
        # ANNOUNCEMENT, turn.yaml:153
        ("ANNOUNCEMENT", "reply_started"): (Row("turn.yaml:158", TurnState.SPEAKING, ("open_reply",), announcement_reply_started),),
        ("ANNOUNCEMENT", "barge_in"): (Row("turn.yaml:159", TurnState.USER_TURN, ("note_call", "cancel_reply", "begin_turn"), announcement_barge_in),),
        ("ANNOUNCEMENT", "turn_stuck"): (Row("turn.yaml:160", None, effect=announcement_turn_stuck),),
        ("ANNOUNCEMENT", "session_over"): (Row("turn.yaml:161", TurnState.NO_TURN),),
        # USER_TURN, turn.yaml:162
        ("USER_TURN", "speech_ended"): (Row("turn.yaml:168", TurnState.THINKING, effect=user_turn_speech_ended),),
        ("USER_TURN", "reply_started"): (Row("turn.yaml:169", TurnState.SPEAKING, ("open_reply",), user_turn_reply_started),),
        ("USER_TURN", "barge_in"): (Row("turn.yaml:170", TurnState.USER_TURN, ("note_call", "cancel_reply", "begin_turn"), user_turn_barge_in),),
        ("USER_TURN", "turn_stuck"): (Row("turn.yaml:171", None, effect=user_turn_turn_stuck),),
        ("USER_TURN", "session_over"): (Row("turn.yaml:172", TurnState.NO_TURN),),
        # THINKING, turn.yaml:173
        ("THINKING", "reply_started"): (Row("turn.yaml:178", TurnState.SPEAKING, ("open_reply",), thinking_reply_started),),
        ("THINKING", "barge_in"): (Row("turn.yaml:179", TurnState.USER_TURN, ("note_call", "cancel_reply", "begin_turn"), thinking_barge_in),),
        ("THINKING", "turn_stuck"): (Row("turn.yaml:180", None, effect=thinking_turn_stuck),),
        ("THINKING", "session_over"): (Row("turn.yaml:181", TurnState.NO_TURN),),
        # SPEAKING, turn.yaml:182
        ("SPEAKING", "reply_ended"): (Row("turn.yaml:187", TurnState.DRAINING, effect=speaking_reply_ended),),
        ("SPEAKING", "interruption"): (Row("turn.yaml:188", TurnState.PAUSED, ("begin_interruption",), speaking_interruption),),
        ("SPEAKING", "barge_in"): (Row("turn.yaml:189", TurnState.USER_TURN, ("note_call", "cancel_reply", "begin_turn"), speaking_barge_in),),
        ("SPEAKING", "turn_stuck"): (Row("turn.yaml:190", None, effect=speaking_turn_stuck),),
        ("SPEAKING", "session_over"): (Row("turn.yaml:191", TurnState.NO_TURN),),
        # DRAINING, turn.yaml:192
        ("DRAINING", "playback_complete"): (Row("turn.yaml:197", TurnState.USER_TURN, ("begin_turn",), draining_playback_complete),),
        ("DRAINING", "interruption"): (Row("turn.yaml:198", TurnState.PAUSED, ("begin_interruption",), draining_interruption),),
        ("DRAINING", "barge_in"): (Row("turn.yaml:199", TurnState.USER_TURN, ("note_call", "cancel_reply", "begin_turn"), draining_barge_in),),
        ("DRAINING", "turn_stuck"): (Row("turn.yaml:200", None, effect=draining_turn_stuck),),
        ("DRAINING", "session_over"): (Row("turn.yaml:201", TurnState.NO_TURN),),
        # PAUSED, turn.yaml:202
        ("PAUSED", "interruption_meant"): (Row("turn.yaml:208", TurnState.USER_TURN, ("cancel_reply", "begin_turn"), paused_interruption_meant),),
        ("PAUSED", "interruption_false"): (
            Row("turn.yaml:209", TurnState.DRAINING, effect=paused_interruption_false_reply_complete, guard=if_reply_complete),
            Row("turn.yaml:210", TurnState.SPEAKING, effect=paused_interruption_false_not_reply_complete, guard=if_reply_complete, holds=False),
        ),
        ("PAUSED", "reply_ended"): (
            Row("turn.yaml:211", None, effect=paused_reply_ended_not_reply_complete, guard=if_reply_complete, holds=False),
            Row("turn.yaml:212", None, guard=if_reply_complete),
        ),
        ("PAUSED", "barge_in"): (Row("turn.yaml:213", TurnState.USER_TURN, ("note_call", "cancel_reply", "begin_turn"), paused_barge_in),),
        ("PAUSED", "turn_stuck"): (Row("turn.yaml:214", None, effect=paused_turn_stuck),),
        ("PAUSED", "session_over"): (Row("turn.yaml:215", TurnState.NO_TURN),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "ANNOUNCEMENT": Timeout(events.TurnStuck, "server_thinking_limit"),  # turn.yaml:155
        "USER_TURN": Timeout(events.TurnStuck, "server_user_turn_limit"),  # turn.yaml:165
        "THINKING": Timeout(events.TurnStuck, "server_thinking_limit"),  # turn.yaml:175
        "SPEAKING": Timeout(events.TurnStuck, "server_speaking_limit"),  # turn.yaml:184
        "DRAINING": Timeout(events.TurnStuck, "server_draining_limit"),  # turn.yaml:194
        "PAUSED": Timeout(events.TurnStuck, "server_interruption_limit"),  # turn.yaml:205
    }
