# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (device): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1."""

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


@dataclass(slots=True)
class TurnContext:
    """The variables of the turn machine."""

    turn: int = 0
    """the number of the turn; 0 before the first"""
    one_way: bool = False
    """an announcement: after it the session is over, and nobody has the floor"""


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens. Where the server speaks first, that is turn 1."""

    __slots__ = ()
    machine = "turn"
    role = "device"
    initial = TurnState.NO_TURN
    context: TurnContext
    state: TurnState

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    def if_one_way(self, payload: events.Drained) -> bool:  # turn.yaml:29
        """an announcement was heard"""
        return self.context.one_way

    def no_turn_session_began(self, payload: events.SessionBegan) -> tuple[Event, ...]:  # turn.yaml:36
        """session_began: NO_TURN -> USER_TURN"""
        self.context.turn = 1
        self.context.one_way = False
        return ()

    def no_turn_announcement_began(self, payload: events.AnnouncementBegan) -> tuple[Event, ...]:  # turn.yaml:37
        """announcement_began: NO_TURN -> ANNOUNCEMENT"""
        self.context.turn = 1
        self.context.one_way = payload.one_way
        return ()

    def announcement_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:47
        """hotword: ANNOUNCEMENT -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def announcement_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:48
        """button: stays ANNOUNCEMENT"""
        return (emits.EndWanted(reason="button"),)

    def announcement_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:49
        """turn_stuck: stays ANNOUNCEMENT"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def user_turn_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:58
        """button: stays USER_TURN"""
        return (emits.EndWanted(reason="button"),)

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:59
        """turn_stuck: stays USER_TURN"""
        return (emits.EndWanted(reason="user_turn_limit"),)

    def thinking_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:69
        """hotword: THINKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def thinking_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:70
        """button: stays THINKING"""
        return (emits.EndWanted(reason="button"),)

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:71
        """turn_stuck: stays THINKING"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def speaking_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:79
        """hotword: SPEAKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def speaking_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:80
        """button: SPEAKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:81
        """turn_stuck: stays SPEAKING"""
        return (emits.EndWanted(reason="speaking_limit"),)

    def draining_drained_not_one_way(self, payload: events.Drained) -> tuple[Event, ...]:  # turn.yaml:88
        """drained [not one_way]: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.PlaybackComplete(turn=self.context.turn),)

    def draining_drained_one_way(self, payload: events.Drained) -> tuple[Event, ...]:  # turn.yaml:89
        """drained [one_way]: stays DRAINING"""
        return (emits.EndWanted(reason="heard"),)

    def draining_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:90
        """hotword: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def draining_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:91
        """button: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        self.context.one_way = False
        return (emits.BargeIn(turn=self.context.turn),)

    def draining_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:92
        """turn_stuck: stays DRAINING"""
        return (emits.EndWanted(reason="draining_limit"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NO_TURN, turn.yaml:31
        ("NO_TURN", "session_began"): (Row("turn.yaml:36", TurnState.USER_TURN, effect=no_turn_session_began),),
        ("NO_TURN", "announcement_began"): (Row("turn.yaml:37", TurnState.ANNOUNCEMENT, effect=no_turn_announcement_began),),
        # ANNOUNCEMENT, turn.yaml:41
        ("ANNOUNCEMENT", "start_of_tts_stream"): (Row("turn.yaml:46", TurnState.SPEAKING, ("open_speaker",)),),
        ("ANNOUNCEMENT", "hotword"): (Row("turn.yaml:47", TurnState.USER_TURN, ("chime", "begin_utterance", "open_uplink"), announcement_hotword),),
        ("ANNOUNCEMENT", "button"): (Row("turn.yaml:48", None, effect=announcement_button),),
        ("ANNOUNCEMENT", "turn_stuck"): (Row("turn.yaml:49", None, ("play_error",), announcement_turn_stuck),),
        ("ANNOUNCEMENT", "session_over"): (Row("turn.yaml:50", TurnState.NO_TURN),),
        # USER_TURN, turn.yaml:51
        ("USER_TURN", "user_turn_end"): (Row("turn.yaml:56", TurnState.THINKING),),
        ("USER_TURN", "start_of_tts_stream"): (Row("turn.yaml:57", TurnState.SPEAKING, ("open_speaker",)),),
        ("USER_TURN", "button"): (Row("turn.yaml:58", None, effect=user_turn_button),),
        ("USER_TURN", "turn_stuck"): (Row("turn.yaml:59", None, ("play_error",), user_turn_turn_stuck),),
        ("USER_TURN", "session_over"): (Row("turn.yaml:60", TurnState.NO_TURN),),
        # THINKING, turn.yaml:63
        ("THINKING", "start_of_tts_stream"): (Row("turn.yaml:68", TurnState.SPEAKING, ("open_speaker",)),),
        ("THINKING", "hotword"): (Row("turn.yaml:69", TurnState.USER_TURN, ("chime", "begin_utterance", "open_uplink"), thinking_hotword),),
        ("THINKING", "button"): (Row("turn.yaml:70", None, effect=thinking_button),),
        ("THINKING", "turn_stuck"): (Row("turn.yaml:71", None, ("play_error",), thinking_turn_stuck),),
        ("THINKING", "session_over"): (Row("turn.yaml:72", TurnState.NO_TURN),),
        # SPEAKING, turn.yaml:73
        ("SPEAKING", "tts_stream_end"): (Row("turn.yaml:78", TurnState.DRAINING),),
        ("SPEAKING", "hotword"): (Row("turn.yaml:79", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), speaking_hotword),),
        ("SPEAKING", "button"): (Row("turn.yaml:80", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), speaking_button),),
        ("SPEAKING", "turn_stuck"): (Row("turn.yaml:81", None, ("play_error",), speaking_turn_stuck),),
        ("SPEAKING", "session_over"): (Row("turn.yaml:82", TurnState.NO_TURN, ("finish_speaker",)),),
        # DRAINING, turn.yaml:83
        ("DRAINING", "drained"): (
            Row("turn.yaml:88", TurnState.USER_TURN, ("begin_utterance", "open_uplink"), draining_drained_not_one_way, guard=if_one_way, holds=False),
            Row("turn.yaml:89", None, effect=draining_drained_one_way, guard=if_one_way),
        ),
        ("DRAINING", "hotword"): (Row("turn.yaml:90", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), draining_hotword),),
        ("DRAINING", "button"): (Row("turn.yaml:91", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), draining_button),),
        ("DRAINING", "turn_stuck"): (Row("turn.yaml:92", None, ("play_error",), draining_turn_stuck),),
        ("DRAINING", "session_over"): (Row("turn.yaml:93", TurnState.NO_TURN, ("finish_speaker",)),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("NO_TURN", "hotword"): "turn.yaml:39",  # session takes it
        ("NO_TURN", "button"): "turn.yaml:40",  # session takes it
        ("USER_TURN", "hotword"): "turn.yaml:62",  # the user may speak already
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "ANNOUNCEMENT": Timeout(events.TurnStuck, "device_thinking_limit"),  # turn.yaml:43
        "USER_TURN": Timeout(events.TurnStuck, "device_user_turn_limit"),  # turn.yaml:53
        "THINKING": Timeout(events.TurnStuck, "device_thinking_limit"),  # turn.yaml:65
        "SPEAKING": Timeout(events.TurnStuck, "device_speaking_limit"),  # turn.yaml:75
        "DRAINING": Timeout(events.TurnStuck, "device_draining_limit"),  # turn.yaml:85
    }
