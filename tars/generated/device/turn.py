# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (device): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens."""

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


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens."""

    __slots__ = ()
    machine = "turn"
    role = "device"
    initial = TurnState.NO_TURN
    context: TurnContext
    state: TurnState

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    def no_turn_session_began(self, payload: events.SessionBegan) -> tuple[Event, ...]:  # turn.yaml:31
        """session_began: NO_TURN -> USER_TURN"""
        self.context.turn = 1
        return ()

    def user_turn_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:42
        """button: stays USER_TURN"""
        return (emits.EndWanted(reason="button"),)

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:43
        """turn_stuck: stays USER_TURN"""
        return (emits.EndWanted(reason="user_turn_limit"),)

    def thinking_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:53
        """hotword: THINKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def thinking_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:54
        """button: stays THINKING"""
        return (emits.EndWanted(reason="button"),)

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:55
        """turn_stuck: stays THINKING"""
        return (emits.EndWanted(reason="thinking_limit"),)

    def speaking_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:63
        """hotword: SPEAKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def speaking_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:64
        """button: SPEAKING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:65
        """turn_stuck: stays SPEAKING"""
        return (emits.EndWanted(reason="speaking_limit"),)

    def draining_drained(self, payload: events.Drained) -> tuple[Event, ...]:  # turn.yaml:72
        """drained: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.PlaybackComplete(turn=self.context.turn),)

    def draining_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # turn.yaml:73
        """hotword: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def draining_button(self, payload: events.Button) -> tuple[Event, ...]:  # turn.yaml:74
        """button: DRAINING -> USER_TURN"""
        self.context.turn = self.context.turn + 1
        return (emits.BargeIn(turn=self.context.turn),)

    def draining_turn_stuck(self, payload: events.TurnStuck) -> tuple[Event, ...]:  # turn.yaml:75
        """turn_stuck: stays DRAINING"""
        return (emits.EndWanted(reason="draining_limit"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NO_TURN, turn.yaml:26
        ("NO_TURN", "session_began"): (Row("turn.yaml:31", TurnState.USER_TURN, effect=no_turn_session_began),),
        # USER_TURN, turn.yaml:35
        ("USER_TURN", "user_turn_end"): (Row("turn.yaml:40", TurnState.THINKING),),
        ("USER_TURN", "start_of_tts_stream"): (Row("turn.yaml:41", TurnState.SPEAKING, ("open_speaker",)),),
        ("USER_TURN", "button"): (Row("turn.yaml:42", None, effect=user_turn_button),),
        ("USER_TURN", "turn_stuck"): (Row("turn.yaml:43", None, ("play_error",), user_turn_turn_stuck),),
        ("USER_TURN", "session_over"): (Row("turn.yaml:44", TurnState.NO_TURN),),
        # THINKING, turn.yaml:47
        ("THINKING", "start_of_tts_stream"): (Row("turn.yaml:52", TurnState.SPEAKING, ("open_speaker",)),),
        ("THINKING", "hotword"): (Row("turn.yaml:53", TurnState.USER_TURN, ("chime", "begin_utterance", "open_uplink"), thinking_hotword),),
        ("THINKING", "button"): (Row("turn.yaml:54", None, effect=thinking_button),),
        ("THINKING", "turn_stuck"): (Row("turn.yaml:55", None, ("play_error",), thinking_turn_stuck),),
        ("THINKING", "session_over"): (Row("turn.yaml:56", TurnState.NO_TURN),),
        # SPEAKING, turn.yaml:57
        ("SPEAKING", "tts_stream_end"): (Row("turn.yaml:62", TurnState.DRAINING),),
        ("SPEAKING", "hotword"): (Row("turn.yaml:63", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), speaking_hotword),),
        ("SPEAKING", "button"): (Row("turn.yaml:64", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), speaking_button),),
        ("SPEAKING", "turn_stuck"): (Row("turn.yaml:65", None, ("play_error",), speaking_turn_stuck),),
        ("SPEAKING", "session_over"): (Row("turn.yaml:66", TurnState.NO_TURN, ("finish_speaker",)),),
        # DRAINING, turn.yaml:67
        ("DRAINING", "drained"): (Row("turn.yaml:72", TurnState.USER_TURN, ("begin_utterance", "open_uplink"), draining_drained),),
        ("DRAINING", "hotword"): (Row("turn.yaml:73", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), draining_hotword),),
        ("DRAINING", "button"): (Row("turn.yaml:74", TurnState.USER_TURN, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), draining_button),),
        ("DRAINING", "turn_stuck"): (Row("turn.yaml:75", None, ("play_error",), draining_turn_stuck),),
        ("DRAINING", "session_over"): (Row("turn.yaml:76", TurnState.NO_TURN, ("finish_speaker",)),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("NO_TURN", "hotword"): "turn.yaml:33",  # session takes it
        ("NO_TURN", "button"): "turn.yaml:34",  # session takes it
        ("USER_TURN", "hotword"): "turn.yaml:46",  # the user may speak already
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "USER_TURN": Timeout(events.TurnStuck, "device_user_turn_limit"),  # turn.yaml:37
        "THINKING": Timeout(events.TurnStuck, "device_thinking_limit"),  # turn.yaml:49
        "SPEAKING": Timeout(events.TurnStuck, "device_speaking_limit"),  # turn.yaml:59
        "DRAINING": Timeout(events.TurnStuck, "device_draining_limit"),  # turn.yaml:69
    }
