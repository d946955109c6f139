# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (device): Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
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


@dataclass
class TurnContext:
    """The variables of the turn machine."""

    turn: int = 0
    """the number of the turn; 0 before the first"""


class Turn(Machine):
    """Who speaks inside ACTIVE_SESSION. A turn is one utterance of the user and the reply to it. Turns are numbered from 1 within a session; only the device opens the next one, with playback_complete or barge_in, each carrying the number of the turn it opens."""

    machine = "turn"
    role = "device"
    initial = "NO_TURN"
    context: TurnContext

    NO_TURN = State(initial=True)  # turn.yaml:26
    USER_TURN = State()            # turn.yaml:35
    THINKING = State()             # turn.yaml:47
    SPEAKING = State()             # turn.yaml:57
    DRAINING = State()             # turn.yaml:67

    session_began = (
        NO_TURN.to(USER_TURN, on="no_turn_session_began")  # turn.yaml:31
    )
    session_over = (
        USER_TURN.to(NO_TURN, on="user_turn_session_over")  # turn.yaml:44
        | THINKING.to(NO_TURN, on="thinking_session_over")  # turn.yaml:56
        | SPEAKING.to(NO_TURN, on="speaking_session_over")  # turn.yaml:66
        | DRAINING.to(NO_TURN, on="draining_session_over")  # turn.yaml:76
    )
    user_turn_end = (
        USER_TURN.to(THINKING, on="user_turn_user_turn_end")  # turn.yaml:40
    )
    start_of_tts_stream = (
        USER_TURN.to(SPEAKING, on="user_turn_start_of_tts_stream")  # turn.yaml:41
        | THINKING.to(SPEAKING, on="thinking_start_of_tts_stream")  # turn.yaml:52
    )
    tts_stream_end = (
        SPEAKING.to(DRAINING, on="speaking_tts_stream_end")  # turn.yaml:62
    )
    drained = (
        DRAINING.to(USER_TURN, on="draining_drained")  # turn.yaml:72
    )
    hotword = (
        THINKING.to(USER_TURN, on="thinking_hotword")    # turn.yaml:53
        | SPEAKING.to(USER_TURN, on="speaking_hotword")  # turn.yaml:63
        | DRAINING.to(USER_TURN, on="draining_hotword")  # turn.yaml:73
    )
    button = (
        USER_TURN.to(USER_TURN, internal=True, on="user_turn_button")  # turn.yaml:42
        | THINKING.to(THINKING, internal=True, on="thinking_button")   # turn.yaml:54
        | SPEAKING.to(USER_TURN, on="speaking_button")                 # turn.yaml:64
        | DRAINING.to(USER_TURN, on="draining_button")                 # turn.yaml:74
    )
    turn_stuck = (
        USER_TURN.to(USER_TURN, internal=True, on="user_turn_turn_stuck")  # turn.yaml:43
        | THINKING.to(THINKING, internal=True, on="thinking_turn_stuck")   # turn.yaml:55
        | SPEAKING.to(SPEAKING, internal=True, on="speaking_turn_stuck")   # turn.yaml:65
        | DRAINING.to(DRAINING, internal=True, on="draining_turn_stuck")   # turn.yaml:75
    )

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
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "NO_TURN": ("session_began", "hotword", "button",),
        "USER_TURN": ("user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over", "hotword",),
        "THINKING": ("start_of_tts_stream", "hotword", "button", "turn_stuck", "session_over",),
        "SPEAKING": ("tts_stream_end", "hotword", "button", "turn_stuck", "session_over",),
        "DRAINING": ("drained", "hotword", "button", "turn_stuck", "session_over",),
    }

    def __init__(self, context: TurnContext | None = None, state: str | None = None) -> None:
        super().__init__(context or TurnContext(), state)

    @property
    def state(self) -> TurnState:
        """The state this machine is in."""
        return TurnState(self.model.state)

    def no_turn_session_began(self, payload: events.SessionBegan) -> None:  # turn.yaml:31
        """session_began: NO_TURN -> USER_TURN"""
        self.take("turn.yaml:31", enters=True)
        self.context.turn = 1

    def user_turn_user_turn_end(self, payload: events.UserTurnEnd) -> None:  # turn.yaml:40
        """user_turn_end: USER_TURN -> THINKING"""
        self.take("turn.yaml:40", enters=True)

    def user_turn_start_of_tts_stream(self, payload: events.StartOfTtsStream) -> None:  # turn.yaml:41
        """start_of_tts_stream: USER_TURN -> SPEAKING"""
        self.take("turn.yaml:41", enters=True)
        self.act("open_speaker")

    def user_turn_button(self, payload: events.Button) -> None:  # turn.yaml:42
        """button: stays USER_TURN"""
        self.take("turn.yaml:42", enters=False)
        self.emit(emits.EndWanted(reason="button"))

    def user_turn_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:43
        """turn_stuck: stays USER_TURN"""
        self.take("turn.yaml:43", enters=False)
        self.act("play_error")
        self.emit(emits.EndWanted(reason="user_turn_limit"))

    def user_turn_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:44
        """session_over: USER_TURN -> NO_TURN"""
        self.take("turn.yaml:44", enters=True)

    def thinking_start_of_tts_stream(self, payload: events.StartOfTtsStream) -> None:  # turn.yaml:52
        """start_of_tts_stream: THINKING -> SPEAKING"""
        self.take("turn.yaml:52", enters=True)
        self.act("open_speaker")

    def thinking_hotword(self, payload: events.Hotword) -> None:  # turn.yaml:53
        """hotword: THINKING -> USER_TURN"""
        self.take("turn.yaml:53", enters=True)
        self.context.turn = self.context.turn + 1
        self.act("chime", "begin_utterance", "open_uplink")
        self.emit(emits.BargeIn(turn=self.context.turn))

    def thinking_button(self, payload: events.Button) -> None:  # turn.yaml:54
        """button: stays THINKING"""
        self.take("turn.yaml:54", enters=False)
        self.emit(emits.EndWanted(reason="button"))

    def thinking_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:55
        """turn_stuck: stays THINKING"""
        self.take("turn.yaml:55", enters=False)
        self.act("play_error")
        self.emit(emits.EndWanted(reason="thinking_limit"))

    def thinking_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:56
        """session_over: THINKING -> NO_TURN"""
        self.take("turn.yaml:56", enters=True)

    def speaking_tts_stream_end(self, payload: events.TtsStreamEnd) -> None:  # turn.yaml:62
        """tts_stream_end: SPEAKING -> DRAINING"""
        self.take("turn.yaml:62", enters=True)

    def speaking_hotword(self, payload: events.Hotword) -> None:  # turn.yaml:63
        """hotword: SPEAKING -> USER_TURN"""
        self.take("turn.yaml:63", enters=True)
        self.context.turn = self.context.turn + 1
        self.act("stop_speaker", "chime", "begin_utterance", "open_uplink")
        self.emit(emits.BargeIn(turn=self.context.turn))

    def speaking_button(self, payload: events.Button) -> None:  # turn.yaml:64
        """button: SPEAKING -> USER_TURN"""
        self.take("turn.yaml:64", enters=True)
        self.context.turn = self.context.turn + 1
        self.act("stop_speaker", "chime", "begin_utterance", "open_uplink")
        self.emit(emits.BargeIn(turn=self.context.turn))

    def speaking_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:65
        """turn_stuck: stays SPEAKING"""
        self.take("turn.yaml:65", enters=False)
        self.act("play_error")
        self.emit(emits.EndWanted(reason="speaking_limit"))

    def speaking_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:66
        """session_over: SPEAKING -> NO_TURN"""
        self.take("turn.yaml:66", enters=True)
        self.act("finish_speaker")

    def draining_drained(self, payload: events.Drained) -> None:  # turn.yaml:72
        """drained: DRAINING -> USER_TURN"""
        self.take("turn.yaml:72", enters=True)
        self.context.turn = self.context.turn + 1
        self.act("begin_utterance", "open_uplink")
        self.emit(emits.PlaybackComplete(turn=self.context.turn))

    def draining_hotword(self, payload: events.Hotword) -> None:  # turn.yaml:73
        """hotword: DRAINING -> USER_TURN"""
        self.take("turn.yaml:73", enters=True)
        self.context.turn = self.context.turn + 1
        self.act("stop_speaker", "chime", "begin_utterance", "open_uplink")
        self.emit(emits.BargeIn(turn=self.context.turn))

    def draining_button(self, payload: events.Button) -> None:  # turn.yaml:74
        """button: DRAINING -> USER_TURN"""
        self.take("turn.yaml:74", enters=True)
        self.context.turn = self.context.turn + 1
        self.act("stop_speaker", "chime", "begin_utterance", "open_uplink")
        self.emit(emits.BargeIn(turn=self.context.turn))

    def draining_turn_stuck(self, payload: events.TurnStuck) -> None:  # turn.yaml:75
        """turn_stuck: stays DRAINING"""
        self.take("turn.yaml:75", enters=False)
        self.act("play_error")
        self.emit(emits.EndWanted(reason="draining_limit"))

    def draining_session_over(self, payload: events.SessionOver) -> None:  # turn.yaml:76
        """session_over: DRAINING -> NO_TURN"""
        self.take("turn.yaml:76", enters=True)
        self.act("finish_speaker")
