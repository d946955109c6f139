# Written by `python -m codegen` from machines/session.yaml; do not edit.
"""session (server): One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
from tars.generated.server import emits, events


class SessionState(StrEnum):
    """Where the session machine of the server can be."""

    IDLE = "IDLE"
    """nothing is kept of the device"""
    LISTENING = "LISTENING"
    """the device is linked, or interrupted, and waits for its wake word"""
    HOTWORD_DETECTED = "HOTWORD_DETECTED"
    """the brain is being opened; audio is held for it"""
    ACTIVE_SESSION = "ACTIVE_SESSION"
    """the brain is open; turn says who speaks"""


@dataclass
class SessionContext:
    """The variables of the session machine."""

    session: str = ''
    """the voice session last announced"""


class Session(Machine):
    """One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

    machine = "session"
    role = "server"
    initial = "IDLE"
    context: SessionContext

    IDLE = State(initial=True)  # session.yaml:124
    LISTENING = State()         # session.yaml:132
    HOTWORD_DETECTED = State()  # session.yaml:141
    ACTIVE_SESSION = State()    # session.yaml:153

    fresh = (
        IDLE.to(LISTENING, on="idle_fresh")  # session.yaml:129
    )
    given_up = (
        LISTENING.to(IDLE, on="listening_given_up")                  # session.yaml:139
        | HOTWORD_DETECTED.to(IDLE, on="hotword_detected_given_up")  # session.yaml:151
        | ACTIVE_SESSION.to(IDLE, on="active_session_given_up")      # session.yaml:165
    )
    hotword_detected = (
        LISTENING.to(HOTWORD_DETECTED, on="listening_hotword_detected")  # session.yaml:137
    )
    session_end = (
        HOTWORD_DETECTED.to(LISTENING, on="hotword_detected_session_end")  # session.yaml:149
        | ACTIVE_SESSION.to(LISTENING, on="active_session_session_end")    # session.yaml:158
    )
    brain_ready = (
        HOTWORD_DETECTED.to(ACTIVE_SESSION, on="hotword_detected_brain_ready")  # session.yaml:146
    )
    brain_failed = (
        HOTWORD_DETECTED.to(LISTENING, on="hotword_detected_brain_failed")  # session.yaml:147
        | ACTIVE_SESSION.to(LISTENING, on="active_session_brain_failed")    # session.yaml:162
    )
    end_phrase = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_end_phrase")  # session.yaml:159
    )
    user_silent = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_user_silent")  # session.yaml:160
    )
    timer_due = (
        LISTENING.to(LISTENING, internal=True, on="listening_timer_due")                         # session.yaml:138
        | HOTWORD_DETECTED.to(HOTWORD_DETECTED, internal=True, on="hotword_detected_timer_due")  # session.yaml:150
        | ACTIVE_SESSION.to(ACTIVE_SESSION, internal=True, on="active_session_timer_due")        # session.yaml:164
    )
    end_wanted = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_end_wanted")  # session.yaml:161
    )
    brain_late = (
        HOTWORD_DETECTED.to(LISTENING, on="hotword_detected_brain_late")  # session.yaml:148
    )
    session_too_long = (
        ACTIVE_SESSION.to(LISTENING, on="active_session_session_too_long")  # session.yaml:163
    )
    stop = (
        LISTENING.to(IDLE, on="listening_stop")                  # session.yaml:140
        | HOTWORD_DETECTED.to(IDLE, on="hotword_detected_stop")  # session.yaml:152
        | ACTIVE_SESSION.to(IDLE, on="active_session_stop")      # session.yaml:166
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("IDLE", "stop"): "session.yaml:131",  # nothing to end
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "HOTWORD_DETECTED": Timeout(events.BrainLate, "brain_limit"),  # session.yaml:143
        "ACTIVE_SESSION": Timeout(events.SessionTooLong, "session_limit"),  # session.yaml:155
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "IDLE": ("fresh", "stop",),
        "LISTENING": ("hotword_detected", "timer_due", "given_up", "stop",),
        "HOTWORD_DETECTED": ("brain_ready", "brain_failed", "brain_late", "session_end", "timer_due", "given_up", "stop",),
        "ACTIVE_SESSION": ("session_end", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "timer_due", "given_up", "stop",),
    }

    def __init__(self, context: SessionContext | None = None, state: str | None = None) -> None:
        super().__init__(context or SessionContext(), state)

    @property
    def state(self) -> SessionState:
        """The state this machine is in."""
        return SessionState(self.model.state)

    def idle_fresh(self, payload: events.Fresh) -> None:  # session.yaml:129
        """fresh: IDLE -> LISTENING"""
        self.take("session.yaml:129", enters=True)

    def listening_hotword_detected(self, payload: events.HotwordDetected) -> None:  # session.yaml:137
        """hotword_detected: LISTENING -> HOTWORD_DETECTED"""
        self.take("session.yaml:137", enters=True)
        self.context.session = payload.session
        self.act("open_brain")

    def listening_timer_due(self, payload: events.TimerDue) -> None:  # session.yaml:138
        """timer_due: stays LISTENING"""
        self.take("session.yaml:138", enters=False)
        self.emit(emits.Ring(label=payload.label))

    def listening_given_up(self, payload: events.GivenUp) -> None:  # session.yaml:139
        """given_up: LISTENING -> IDLE"""
        self.take("session.yaml:139", enters=True)

    def listening_stop(self, payload: events.Stop) -> None:  # session.yaml:140
        """stop: LISTENING -> IDLE"""
        self.take("session.yaml:140", enters=True)

    def hotword_detected_brain_ready(self, payload: events.BrainReady) -> None:  # session.yaml:146
        """brain_ready: HOTWORD_DETECTED -> ACTIVE_SESSION"""
        self.take("session.yaml:146", enters=True)
        self.emit(emits.SessionStarted(), emits.SessionBegan())

    def hotword_detected_brain_failed(self, payload: events.BrainFailed) -> None:  # session.yaml:147
        """brain_failed: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:147", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionRefused(reason=payload.reason))

    def hotword_detected_brain_late(self, payload: events.BrainLate) -> None:  # session.yaml:148
        """brain_late: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:148", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionRefused(reason="brain_late"))

    def hotword_detected_session_end(self, payload: events.SessionEnd) -> None:  # session.yaml:149
        """session_end: HOTWORD_DETECTED -> LISTENING"""
        self.take("session.yaml:149", enters=True)
        self.act("close_brain")

    def hotword_detected_timer_due(self, payload: events.TimerDue) -> None:  # session.yaml:150
        """timer_due: stays HOTWORD_DETECTED"""
        self.take("session.yaml:150", enters=False)
        self.emit(emits.Ring(label=payload.label))

    def hotword_detected_given_up(self, payload: events.GivenUp) -> None:  # session.yaml:151
        """given_up: HOTWORD_DETECTED -> IDLE"""
        self.take("session.yaml:151", enters=True)
        self.act("close_brain")

    def hotword_detected_stop(self, payload: events.Stop) -> None:  # session.yaml:152
        """stop: HOTWORD_DETECTED -> IDLE"""
        self.take("session.yaml:152", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionRefused(reason="stopping"))

    def active_session_session_end(self, payload: events.SessionEnd) -> None:  # session.yaml:158
        """session_end: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:158", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionOver())

    def active_session_end_phrase(self, payload: events.EndPhrase) -> None:  # session.yaml:159
        """end_phrase: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:159", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionEnd(reason="end_phrase"), emits.SessionOver())

    def active_session_user_silent(self, payload: events.UserSilent) -> None:  # session.yaml:160
        """user_silent: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:160", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionEnd(reason="timeout"), emits.SessionOver())

    def active_session_end_wanted(self, payload: events.EndWanted) -> None:  # session.yaml:161
        """end_wanted: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:161", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionEnd(reason=payload.reason), emits.SessionOver())

    def active_session_brain_failed(self, payload: events.BrainFailed) -> None:  # session.yaml:162
        """brain_failed: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:162", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionEnd(reason=payload.reason), emits.SessionOver())

    def active_session_session_too_long(self, payload: events.SessionTooLong) -> None:  # session.yaml:163
        """session_too_long: ACTIVE_SESSION -> LISTENING"""
        self.take("session.yaml:163", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionEnd(reason="too_long"), emits.SessionOver())

    def active_session_timer_due(self, payload: events.TimerDue) -> None:  # session.yaml:164
        """timer_due: stays ACTIVE_SESSION"""
        self.take("session.yaml:164", enters=False)
        self.emit(emits.Ring(label=payload.label))

    def active_session_given_up(self, payload: events.GivenUp) -> None:  # session.yaml:165
        """given_up: ACTIVE_SESSION -> IDLE"""
        self.take("session.yaml:165", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionOver())

    def active_session_stop(self, payload: events.Stop) -> None:  # session.yaml:166
        """stop: ACTIVE_SESSION -> IDLE"""
        self.take("session.yaml:166", enters=True)
        self.act("close_brain")
        self.emit(emits.SessionEnd(reason="stopping"), emits.SessionOver())
