# Written by `python -m codegen` from machines/session.yaml; do not edit.
"""session (device): One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
from tars.generated.device import emits, events


class SessionState(StrEnum):
    """Where the session machine of the device can be."""

    IDLE = "IDLE"
    """not running"""
    LISTENING = "LISTENING"
    """waiting for the wake word"""
    HOTWORD_DETECTED = "HOTWORD_DETECTED"
    """announced, or to be announced as soon as there is a link; the microphone already goes to the server"""
    ACTIVE_SESSION = "ACTIVE_SESSION"
    """the server has answered; turn says who speaks"""


@dataclass
class SessionContext:
    """The variables of the session machine."""

    session: str = ''
    """the voice session last opened; made by the device"""
    gaps: bool = False
    """configuration: speech that an outage outlasts is declared lost, and the conversation goes on without it"""


class Session(Machine):
    """One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

    machine = "session"
    role = "device"
    initial = "IDLE"
    context: SessionContext

    IDLE = State(initial=True)  # session.yaml:39
    LISTENING = State()         # session.yaml:48
    HOTWORD_DETECTED = State()  # session.yaml:61
    ACTIVE_SESSION = State()    # session.yaml:79

    start = (
        IDLE.to(LISTENING, on="idle_start")  # session.yaml:44
    )
    stop = (
        LISTENING.to(IDLE, on="listening_stop")                  # session.yaml:56
        | HOTWORD_DETECTED.to(IDLE, on="hotword_detected_stop")  # session.yaml:75
        | ACTIVE_SESSION.to(IDLE, on="active_session_stop")      # session.yaml:93
    )
    hotword = (
        LISTENING.to(HOTWORD_DETECTED, on="listening_hotword")  # session.yaml:53
    )
    button = (
        LISTENING.to(HOTWORD_DETECTED, on="listening_button")           # session.yaml:54
        | HOTWORD_DETECTED.to(LISTENING, on="hotword_detected_button")  # session.yaml:69
    )
    session_started = (
        HOTWORD_DETECTED.to(ACTIVE_SESSION, on="hotword_detected_session_started")  # session.yaml:66
    )
    session_refused = (
        HOTWORD_DETECTED.to(LISTENING, on="hotword_detected_session_refused")  # session.yaml:67
    )
    session_end = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_session_end")  # session.yaml:84
    )
    ring = (
        LISTENING.to(LISTENING, internal=True, on="listening_ring")                         # session.yaml:55
        | HOTWORD_DETECTED.to(HOTWORD_DETECTED, internal=True, on="hotword_detected_ring")  # session.yaml:74
        | ACTIVE_SESSION.to(ACTIVE_SESSION, internal=True, on="active_session_ring")        # session.yaml:92
    )
    end_wanted = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_end_wanted")  # session.yaml:85
    )
    fresh = (
        HOTWORD_DETECTED.to(HOTWORD_DETECTED, internal=True, on="hotword_detected_fresh")                                  # session.yaml:70
        | ACTIVE_SESSION.to(HOTWORD_DETECTED, cond="if_utterance_survives", on="active_session_fresh_utterance_survives")  # session.yaml:90
        | ACTIVE_SESSION.to(LISTENING, unless="if_utterance_survives", on="active_session_fresh_not_utterance_survives")   # session.yaml:91
    )
    link_lost = (
        HOTWORD_DETECTED.to(HOTWORD_DETECTED, internal=True, on="hotword_detected_link_lost")  # session.yaml:73
    )
    given_up = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_given_up")  # session.yaml:87
    )
    overflow = (
        HOTWORD_DETECTED.to(LISTENING, unless="if_gaps", on="hotword_detected_overflow_not_gaps")                    # session.yaml:71
        | HOTWORD_DETECTED.to(HOTWORD_DETECTED, internal=True, cond="if_gaps", on="hotword_detected_overflow_gaps")  # session.yaml:72
        | ACTIVE_SESSION.to(LISTENING, unless="if_gaps", on="active_session_overflow_not_gaps")                      # session.yaml:88
        | ACTIVE_SESSION.to(ACTIVE_SESSION, internal=True, cond="if_gaps", on="active_session_overflow_gaps")        # session.yaml:89
    )
    no_answer = (
        HOTWORD_DETECTED.to(LISTENING, on="hotword_detected_no_answer")  # session.yaml:68
    )
    session_too_long = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_session_too_long")  # session.yaml:86
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("IDLE", "hotword"): "session.yaml:46",  # the wake word's thread found it too late
        ("IDLE", "button"): "session.yaml:47",  # not running
        ("LISTENING", "fresh"): "session.yaml:58",  # there is no session
        ("LISTENING", "link_lost"): "session.yaml:59",  # there is no session
        ("LISTENING", "given_up"): "session.yaml:60",  # nothing was kept
        ("HOTWORD_DETECTED", "hotword"): "session.yaml:77",  # already announced
        ("HOTWORD_DETECTED", "given_up"): "session.yaml:78",  # the utterance can still be announced on a fresh link; answer_limit ends the wait
        ("ACTIVE_SESSION", "hotword"): "session.yaml:95",  # turn takes it
        ("ACTIVE_SESSION", "button"): "session.yaml:96",  # turn takes it
        ("ACTIVE_SESSION", "link_lost"): "session.yaml:97",  # continuity says whether the session survives
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "HOTWORD_DETECTED": Timeout(events.NoAnswer, "answer_limit"),  # session.yaml:63
        "ACTIVE_SESSION": Timeout(events.SessionTooLong, "session_limit"),  # session.yaml:81
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "IDLE": ("start", "hotword", "button",),
        "LISTENING": ("hotword", "button", "ring", "stop", "fresh", "link_lost", "given_up",),
        "HOTWORD_DETECTED": ("session_started", "session_refused", "no_answer", "button", "fresh", "overflow", "link_lost", "ring", "stop", "hotword", "given_up",),
        "ACTIVE_SESSION": ("session_end", "end_wanted", "session_too_long", "given_up", "overflow", "fresh", "ring", "stop", "hotword", "button", "link_lost",),
    }

    def __init__(self, context: SessionContext | None = None, state: str | None = None) -> None:
        super().__init__(context or SessionContext(), state)

    @property
    def state(self) -> SessionState:
        """The state this machine is in."""
        return SessionState(self.model.state)

    def if_utterance_survives(self, payload: events.Fresh) -> bool:  # session.yaml:36
        """the utterance can be announced again to a restarted server"""
        return payload.reason == 'epoch_changed' and payload.utterance

    def if_gaps(self, payload: events.Overflow) -> bool:  # session.yaml:37
        """the gap is declared when the link is back"""
        return self.context.gaps

    def idle_start(self, payload: events.Start) -> None:  # session.yaml:44
        """start: IDLE -> LISTENING"""
        self.take("session.yaml:44", enters=True)
        self.emit(emits.Started())

    def listening_hotword(self, payload: events.Hotword) -> None:  # session.yaml:53
        """hotword: LISTENING -> HOTWORD_DETECTED"""
        self.take("session.yaml:53", enters=True)
        self.context.session = payload.session
        self.act("stop_speaker", "chime", "begin_utterance", "open_uplink")
        self.emit(emits.HotwordDetected(), emits.Wanted())

    def listening_button(self, payload: events.Button) -> None:  # session.yaml:54
        """button: LISTENING -> HOTWORD_DETECTED"""
        self.take("session.yaml:54", enters=True)
        self.context.session = payload.session
        self.act("stop_speaker", "chime", "begin_utterance", "open_uplink")
        self.emit(emits.HotwordDetected(), emits.Wanted())

    def listening_ring(self, payload: events.Ring) -> None:  # session.yaml:55
        """ring: stays LISTENING"""
        self.take("session.yaml:55", enters=False)
        self.act("play_alarm")

    def listening_stop(self, payload: events.Stop) -> None:  # session.yaml:56
        """stop: LISTENING -> IDLE"""
        self.take("session.yaml:56", enters=True)
        self.emit(emits.Stopped())

    def hotword_detected_session_started(self, payload: events.SessionStarted) -> None:  # session.yaml:66
        """session_started: HOTWORD_DETECTED -> ACTIVE_SESSION"""
        self.take("session.yaml:66", enters=True)
        self.emit(emits.SessionBegan())

    def hotword_detected_session_refused(self, payload: events.SessionRefused) -> None:  # session.yaml:67
        """session_refused: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:67", enters=True)
        self.act("play_error")
        self.emit(emits.Unwanted())

    def hotword_detected_no_answer(self, payload: events.NoAnswer) -> None:  # session.yaml:68
        """no_answer: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:68", enters=True)
        self.act("play_error")
        self.emit(emits.SessionEnd(reason="no_answer"), emits.Unwanted())

    def hotword_detected_button(self, payload: events.Button) -> None:  # session.yaml:69
        """button: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:69", enters=True)
        self.emit(emits.SessionEnd(reason="button"), emits.Unwanted())

    def hotword_detected_fresh(self, payload: events.Fresh) -> None:  # session.yaml:70
        """fresh: stays HOTWORD_DETECTED; the server does not know the session"""
        self.take("session.yaml:70", enters=False)
        self.act("reopen_uplink")
        self.emit(emits.HotwordDetected())

    def hotword_detected_overflow_not_gaps(self, payload: events.Overflow) -> None:  # session.yaml:71
        """overflow [not gaps]: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:71", enters=True)
        self.act("play_error")
        self.emit(emits.SessionEnd(reason="overflow"), emits.Unwanted())

    def hotword_detected_overflow_gaps(self, payload: events.Overflow) -> None:  # session.yaml:72
        """overflow [gaps]: stays HOTWORD_DETECTED; the gap is declared, in samples, when the link is back"""
        self.take("session.yaml:72", enters=False)

    def hotword_detected_link_lost(self, payload: events.LinkLost) -> None:  # session.yaml:73
        """link_lost: stays HOTWORD_DETECTED; the user has just spoken and waits"""
        self.take("session.yaml:73", enters=False)
        self.emit(emits.Wanted())

    def hotword_detected_ring(self, payload: events.Ring) -> None:  # session.yaml:74
        """ring: stays HOTWORD_DETECTED"""
        self.take("session.yaml:74", enters=False)
        self.act("play_alarm")

    def hotword_detected_stop(self, payload: events.Stop) -> None:  # session.yaml:75
        """stop: HOTWORD_DETECTED -> IDLE"""
        self.take("session.yaml:75", enters=True)
        self.emit(emits.SessionEnd(reason="stopping"), emits.Stopped())

    def active_session_session_end(self, payload: events.SessionEnd) -> None:  # session.yaml:84
        """session_end: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:84", enters=True)
        self.emit(emits.SessionOver(), emits.Unwanted())

    def active_session_end_wanted(self, payload: events.EndWanted) -> None:  # session.yaml:85
        """end_wanted: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:85", enters=True)
        self.emit(emits.SessionEnd(reason=payload.reason), emits.SessionOver(), emits.Unwanted())

    def active_session_session_too_long(self, payload: events.SessionTooLong) -> None:  # session.yaml:86
        """session_too_long: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:86", enters=True)
        self.emit(emits.SessionEnd(reason="too_long"), emits.SessionOver(), emits.Unwanted())

    def active_session_given_up(self, payload: events.GivenUp) -> None:  # session.yaml:87
        """given_up: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:87", enters=True)
        self.act("play_error")
        self.emit(emits.SessionOver(), emits.Unwanted())

    def active_session_overflow_not_gaps(self, payload: events.Overflow) -> None:  # session.yaml:88
        """overflow [not gaps]: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:88", enters=True)
        self.act("play_error")
        self.emit(emits.SessionEnd(reason="overflow"), emits.SessionOver(), emits.Unwanted())

    def active_session_overflow_gaps(self, payload: events.Overflow) -> None:  # session.yaml:89
        """overflow [gaps]: stays ACTIVE_SESSION; the gap is declared, in samples, when the link is back"""
        self.take("session.yaml:89", enters=False)

    def active_session_fresh_utterance_survives(self, payload: events.Fresh) -> None:  # session.yaml:90
        """fresh [utterance_survives]: ACTIVE_SESSION -> HOTWORD_DETECTED"""
        self.take("session.yaml:90", enters=True)
        self.act("reopen_uplink")
        self.emit(emits.SessionOver(), emits.HotwordDetected())

    def active_session_fresh_not_utterance_survives(self, payload: events.Fresh) -> None:  # session.yaml:91
        """fresh [not utterance_survives]: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:91", enters=True)
        self.act("play_error")
        self.emit(emits.SessionOver(), emits.Unwanted())

    def active_session_ring(self, payload: events.Ring) -> None:  # session.yaml:92
        """ring: stays ACTIVE_SESSION"""
        self.take("session.yaml:92", enters=False)
        self.act("play_alarm")

    def active_session_stop(self, payload: events.Stop) -> None:  # session.yaml:93
        """stop: ACTIVE_SESSION -> IDLE"""
        self.take("session.yaml:93", enters=True)
        self.emit(emits.SessionEnd(reason="stopping"), emits.SessionOver(), emits.Stopped())
