# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (device): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1. Speech over a reply may open the next turn too: then the device pauses the reply, and the server decides. A barge_in meanwhile opens the turn after that one, for the server may have opened it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
from tars.generated.device import emits, events


class TurnState(StrEnum):
    """Where the turn machine of the device can be."""

    NO_TURN = "NO_TURN"
    """no session is active"""
    ANNOUNCEMENT = "ANNOUNCEMENT"
    """the server is about to speak first; the microphone stays with the wake word"""
    USER_TURN = "USER_TURN"
    """the user may speak"""
    THINKING = "THINKING"
    """the server works on the reply"""
    SPEAKING = "SPEAKING"
    """the reply arrives and is played"""
    DRAINING = "DRAINING"
    """the whole reply is received; its rest is played"""
    PAUSED = "PAUSED"
    """somebody speaks over the reply, which is kept where it has stopped; the server decides whether that interrupts it"""


@dataclass(slots=True)
class TurnContext:
    """The variables of the turn machine."""

    turn: int = 0
    """the number of the turn; 0 before the first"""
    one_way: bool = False
    """an announcement: after it the session is over, and nobody has the floor"""
    reply_complete: bool = False
    """the whole of the paused reply is received"""


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1. Speech over a reply may open the next turn too: then the device pauses the reply, and the server decides. A barge_in meanwhile opens the turn after that one, for the server may have opened it."""

    __slots__ = ()
    machine = "turn"
    role = "device"
    initial = TurnState.NO_TURN
    context: TurnContext
    state: TurnState

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    def if_one_way(self, payload: events.Drained) -> bool:  # turn.yaml:35
        """an announcement was heard"""
        return self.context.one_way

    def if_reply_complete(self, payload: events.ReplyResumes) -> bool:  # turn.yaml:36
        """the whole reply is received"""
        return self.context.reply_complete

    def no_turn_session_began(self, payload: events.SessionBegan) -> tuple[Event, ...]:  # turn.yaml:43
        """session_began: NO_TURN -> USER_TURN"""
        self.context.turn = 1
        self.context.one_way = False
        return ()

    def no_turn_announcement_began(self, payload: events.AnnouncementBegan) -> tuple[Event, ...]:  # turn.yaml:44
        """announcement_began: NO_TURN -> ANNOUNCEMENT"""
        self.context.turn = 1
        self.context.one_way = payload.one_way
        return ()

    def announcement_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:54
        """hotword: ANNOUNCEMENT -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def announcement_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:55
        """button: stays ANNOUNCEMENT"""
        return (emits.EndWanted(reason="button"),)

    def announcement_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:56
        """turn_stuck: stays ANNOUNCEMENT"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def user_turn_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:65
        """button: stays USER_TURN"""
        return (emits.EndWanted(reason="button"),)

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:66
        """turn_stuck: stays USER_TURN"""
        return (emits.EndWanted(reason="user_turn_limit"),)

    def thinking_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:76
        """hotword: THINKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def thinking_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:77
        """button: stays THINKING"""
        return (emits.EndWanted(reason="button"),)

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:78
        """turn_stuck: stays THINKING"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def speaking_speech_noticed(self, payload: events.SpeechNoticed) -> tuple[Event, ...]:  # turn.yaml:86
        """speech_noticed: SPEAKING -> PAUSED"""
        self.context.reply_complete = False
        return (emits.Interruption(turn=self.context.turn),)

    def speaking_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:87
        """hotword: SPEAKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def speaking_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:88
        """button: SPEAKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:89
        """turn_stuck: stays SPEAKING"""
        return (emits.EndWanted(reason="speaking_limit"),)

    def draining_drained_not_one_way(self, payload: events.Drained) -> tuple[Event, ...]:  # turn.yaml:96
        """drained [not one_way]: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.PlaybackComplete(turn=self.context.turn),)

    def draining_drained_one_way(self, payload: events.Drained) -> tuple[Event, ...]:  # turn.yaml:97
        """drained [one_way]: stays DRAINING"""
        return (emits.EndWanted(reason="heard"),)

    def draining_speech_noticed(self, payload: events.SpeechNoticed) -> tuple[Event, ...]:  # turn.yaml:98
        """speech_noticed: DRAINING -> PAUSED"""
        self.context.reply_complete = True
        return (emits.Interruption(turn=self.context.turn),)

    def draining_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:99
        """hotword: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def draining_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:100
        """button: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def draining_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:101
        """turn_stuck: stays DRAINING"""
        return (emits.EndWanted(reason="draining_limit"),)

    def paused_tts_stream_end(self, payload: events.TtsStreamEnd) -> tuple[Event, ...]:  # turn.yaml:108
        """tts_stream_end: stays PAUSED"""
        self.context.reply_complete = True
        return ()

    def paused_reply_cut(self, payload: events.ReplyCut) -> tuple[Event, ...]:  # turn.yaml:109
        """reply_cut: PAUSED -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return ()

    def paused_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:112
        """hotword: PAUSED -> USER_TURN"""
        self.context.turn = self.context.turn + 2
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def paused_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:113
        """button: PAUSED -> USER_TURN"""
        self.context.turn = self.context.turn + 2
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def paused_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:114
        """turn_stuck: stays PAUSED"""
        return (emits.EndWanted(reason="interruption_limit"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NO_TURN, turn.yaml:38
        ("NO_TURN", "session_began"): (Row("turn.yaml:43", TurnState.USER_TURN, effect=no_turn_session_began),),
        ("NO_TURN", "announcement_began"): (Row("turn.yaml:44", TurnState.ANNOUNCEMENT, effect=no_turn_announcement_began),),
        # ANNOUNCEMENT, turn.yaml:48
        ("ANNOUNCEMENT", "start_of_tts_stream"): (Row("turn.yaml:53", TurnState.SPEAKING, ("open_speaker",)),),
        ("ANNOUNCEMENT", "hotword"): (Row("turn.yaml:54", TurnState.USER_TURN, ("chime", "begin_utterance", "open_uplink"), announcement_hotword),),
        ("ANNOUNCEMENT", "button"): (Row("turn.yaml:55", None, effect=announcement_button),),
        ("ANNOUNCEMENT", "turn_stuck"): (Row("turn.yaml:56", None, ("play_error",), announcement_turn_stuck),),
        ("ANNOUNCEMENT", "session_over"): (Row("turn.yaml:57", TurnState.NO_TURN),),
        # USER_TURN, turn.yaml:58
        ("USER_TURN", "user_turn_end"): (Row("turn.yaml:63", TurnState.THINKING),),
        ("USER_TURN", "start_of_tts_stream"): (Row("turn.yaml:64", TurnState.SPEAKING, ("open_speaker",)),),
        ("USER_TURN", "button"): (Row("turn.yaml:65", None, effect=user_turn_button),),
        ("USER_TURN", "turn_stuck"): (Row("turn.yaml:66", None, ("play_error",), user_turn_turn_stuck),),
        ("USER_TURN", "session_over"): (Row("turn.yaml:67", TurnState.NO_TURN),),
        # THINKING, turn.yaml:70
        ("THINKING", "start_of_tts_stream"): (Row("turn.yaml:75", TurnState.SPEAKING, ("open_speaker",)),),
        ("THINKING", "hotword"): (Row("turn.yaml:76", TurnState.USER_TURN, ("chime", "begin_utterance", "open_uplink"), thinking_hotword),),
        ("THINKING", "button"): (Row("turn.yaml:77", None, effect=thinking_button),),
        ("THINKING", "turn_stuck"): (Row("turn.yaml:78", None, ("play_error",), thinking_turn_stuck),),
        ("THINKING", "session_over"): (Row("turn.yaml:79", TurnState.NO_TURN),),
        # SPEAKING, turn.yaml:80
        ("SPEAKING", "tts_stream_end"): (Row("turn.yaml:85", TurnState.DRAINING),),
        ("SPEAKING", "speech_noticed"): (Row("turn.yaml:86", TurnState.PAUSED, ("pause_speaker", "begin_utterance", "open_uplink"), speaking_speech_noticed),),
        ("SPEAKING", "hotword"): (Row("turn.yaml:87", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), speaking_hotword),),
        ("SPEAKING", "button"): (Row("turn.yaml:88", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), speaking_button),),
        ("SPEAKING", "turn_stuck"): (Row("turn.yaml:89", None, ("play_error",), speaking_turn_stuck),),
        ("SPEAKING", "session_over"): (Row("turn.yaml:90", TurnState.NO_TURN, ("finish_speaker",)),),
        # DRAINING, turn.yaml:91
        ("DRAINING", "drained"): (
            Row("turn.yaml:96", TurnState.USER_TURN, ("begin_utterance", "open_uplink"), draining_drained_not_one_way, guard=if_one_way, holds=False),
            Row("turn.yaml:97", None, effect=draining_drained_one_way, guard=if_one_way),
        ),
        ("DRAINING", "speech_noticed"): (Row("turn.yaml:98", TurnState.PAUSED, ("pause_speaker", "begin_utterance", "open_uplink"), draining_speech_noticed),),
        ("DRAINING", "hotword"): (Row("turn.yaml:99", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), draining_hotword),),
        ("DRAINING", "button"): (Row("turn.yaml:100", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), draining_button),),
        ("DRAINING", "turn_stuck"): (Row("turn.yaml:101", None, ("play_error",), draining_turn_stuck),),
        ("DRAINING", "session_over"): (Row("turn.yaml:102", TurnState.NO_TURN, ("finish_speaker",)),),
        # PAUSED, turn.yaml:103
        ("PAUSED", "tts_stream_end"): (Row("turn.yaml:108", None, effect=paused_tts_stream_end),),
        ("PAUSED", "reply_cut"): (Row("turn.yaml:109", TurnState.USER_TURN, ("stop_speaker",), paused_reply_cut),),
        ("PAUSED", "reply_resumes"): (
            Row("turn.yaml:110", TurnState.DRAINING, ("withdraw_utterance", "resume_speaker"), guard=if_reply_complete),
            Row("turn.yaml:111", TurnState.SPEAKING, ("withdraw_utterance", "resume_speaker"), guard=if_reply_complete, holds=False),
        ),
        ("PAUSED", "hotword"): (Row("turn.yaml:112", TurnState.USER_TURN, ("stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"), paused_hotword),),
        ("PAUSED", "button"): (Row("turn.yaml:113", TurnState.USER_TURN, ("stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"), paused_button),),
        ("PAUSED", "turn_stuck"): (Row("turn.yaml:114", None, ("play_error",), paused_turn_stuck),),
        ("PAUSED", "session_over"): (Row("turn.yaml:115", TurnState.NO_TURN, ("finish_speaker",)),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("NO_TURN", "hotword"): "turn.yaml:46",  # session takes it
        ("NO_TURN", "button"): "turn.yaml:47",  # session takes it
        ("USER_TURN", "hotword"): "turn.yaml:69",  # the user may speak already
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "ANNOUNCEMENT": Timeout(events.TurnStuck, "device_thinking_limit"),  # turn.yaml:50
        "USER_TURN": Timeout(events.TurnStuck, "device_user_turn_limit"),  # turn.yaml:60
        "THINKING": Timeout(events.TurnStuck, "device_thinking_limit"),  # turn.yaml:72
        "SPEAKING": Timeout(events.TurnStuck, "device_speaking_limit"),  # turn.yaml:82
        "DRAINING": Timeout(events.TurnStuck, "device_draining_limit"),  # turn.yaml:93
        "PAUSED": Timeout(events.TurnStuck, "device_interruption_limit"),  # turn.yaml:105
    }
