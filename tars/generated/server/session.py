# Written by `python -m codegen` from machines/session.yaml; do not edit.
"""session (server): One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
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


@dataclass(slots=True)
class SessionContext:
    """The variables of the session machine."""

    session: str = ''
    """the voice session last announced"""


class Session(Machine):
    """One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

    __slots__ = ()
    machine = "session"
    role = "server"
    initial = SessionState.IDLE
    context: SessionContext
    state: SessionState

    def __init__(self, context: SessionContext | None = None, state: str | None = None) -> None:
        super().__init__(context or SessionContext(), state)

    def if_heard_to_its_end(self, payload: events.SessionEnd) -> bool:  # session.yaml:143
        """the announcement was heard to its end"""
        return payload.reason == 'heard'

    def idle_fresh(self, payload: events.Fresh) -> tuple[Event, ...]:  # session.yaml:150
        """fresh: IDLE -> LISTENING"""
        return (emits.MayBeTold(),)

    def listening_hotword_detected(self, payload: events.HotwordDetected) -> tuple[Event, ...]:  # session.yaml:158
        """hotword_detected: LISTENING -> HOTWORD_DETECTED"""
        self.context.session = payload.session
        return ()

    def listening_announcement_due(self, payload: events.AnnouncementDue) -> tuple[Event, ...]:  # session.yaml:159
        """announcement_due: stays LISTENING"""
        return (emits.AnnouncementWaits(session=payload.session),)

    def listening_question_due(self, payload: events.QuestionDue) -> tuple[Event, ...]:  # session.yaml:160
        """question_due: stays LISTENING"""
        return (emits.QuestionWaits(session=payload.session),)

    def listening_announcement_wanted(self, payload: events.AnnouncementWanted) -> tuple[Event, ...]:  # session.yaml:161
        """announcement_wanted: LISTENING -> ACTIVE_SESSION"""
        self.context.session = payload.session
        return (emits.AnnouncementBegan(turn=payload.turn),)

    def listening_timer_due(self, payload: events.TimerDue) -> tuple[Event, ...]:  # session.yaml:162
        """timer_due: stays LISTENING"""
        return (emits.Ring(label=payload.label),)

    def hotword_detected_brain_ready(self, payload: events.BrainReady) -> tuple[Event, ...]:  # session.yaml:170
        """brain_ready: HOTWORD_DETECTED -> ACTIVE_SESSION"""
        return (emits.SessionStarted(), emits.SessionBegan())

    def hotword_detected_brain_failed(self, payload: events.BrainFailed) -> tuple[Event, ...]:  # session.yaml:171
        """brain_failed: HOTWORD_DETECTED -> LISTENING"""
        return (emits.SessionRefused(reason=payload.reason), emits.MayBeTold())

    def hotword_detected_brain_late(self, payload: events.BrainLate) -> tuple[Event, ...]:  # session.yaml:172
        """brain_late: HOTWORD_DETECTED -> LISTENING"""
        return (emits.SessionRefused(reason="brain_late"), emits.MayBeTold())

    def hotword_detected_session_end(self, payload: events.SessionEnd) -> tuple[Event, ...]:  # session.yaml:173
        """session_end: HOTWORD_DETECTED -> LISTENING"""
        return (emits.MayBeTold(),)

    def hotword_detected_heard_elsewhere(self, payload: events.HeardElsewhere) -> tuple[Event, ...]:  # session.yaml:174
        """heard_elsewhere: HOTWORD_DETECTED -> LISTENING; a device of any version ends a session without its error cue, once it was started"""
        return (emits.SessionStarted(), emits.SessionEnd(reason="elsewhere"), emits.MayBeTold())

    def hotword_detected_timer_due(self, payload: events.TimerDue) -> tuple[Event, ...]:  # session.yaml:175
        """timer_due: stays HOTWORD_DETECTED"""
        return (emits.Ring(label=payload.label),)

    def hotword_detected_stop(self, payload: events.Stop) -> tuple[Event, ...]:  # session.yaml:177
        """stop: HOTWORD_DETECTED -> IDLE"""
        return (emits.SessionRefused(reason="stopping"),)

    def active_session_session_end_heard_to_its_end(self, payload: events.SessionEnd) -> tuple[Event, ...]:  # session.yaml:183
        """session_end [heard_to_its_end]: ACTIVE_SESSION -> LISTENING"""
        return (emits.HeardToEnd(), emits.SessionOver(), emits.MayBeTold())

    def active_session_session_end_not_heard_to_its_end(self, payload: events.SessionEnd) -> tuple[Event, ...]:  # session.yaml:184
        """session_end [not heard_to_its_end]: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionOver(), emits.MayBeTold())

    def active_session_end_phrase(self, payload: events.EndPhrase) -> tuple[Event, ...]:  # session.yaml:185
        """end_phrase: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason="end_phrase"), emits.SessionOver(), emits.MayBeTold())

    def active_session_user_silent(self, payload: events.UserSilent) -> tuple[Event, ...]:  # session.yaml:186
        """user_silent: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason="timeout"), emits.SessionOver(), emits.MayBeTold())

    def active_session_end_wanted(self, payload: events.EndWanted) -> tuple[Event, ...]:  # session.yaml:187
        """end_wanted: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason=payload.reason), emits.SessionOver(), emits.MayBeTold())

    def active_session_brain_failed(self, payload: events.BrainFailed) -> tuple[Event, ...]:  # session.yaml:188
        """brain_failed: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason=payload.reason), emits.SessionOver(), emits.MayBeTold())

    def active_session_session_too_long(self, payload: events.SessionTooLong) -> tuple[Event, ...]:  # session.yaml:189
        """session_too_long: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason="too_long"), emits.SessionOver(), emits.MayBeTold())

    def active_session_heard_elsewhere(self, payload: events.HeardElsewhere) -> tuple[Event, ...]:  # session.yaml:190
        """heard_elsewhere: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason="elsewhere"), emits.SessionOver(), emits.MayBeTold())

    def active_session_timer_due(self, payload: events.TimerDue) -> tuple[Event, ...]:  # session.yaml:191
        """timer_due: stays ACTIVE_SESSION"""
        return (emits.Ring(label=payload.label),)

    def active_session_given_up(self, payload: events.GivenUp) -> tuple[Event, ...]:  # session.yaml:192
        """given_up: ACTIVE_SESSION -> IDLE"""
        return (emits.SessionOver(),)

    def active_session_stop(self, payload: events.Stop) -> tuple[Event, ...]:  # session.yaml:193
        """stop: ACTIVE_SESSION -> IDLE"""
        return (emits.SessionEnd(reason="stopping"), emits.SessionOver())

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # IDLE, session.yaml:145
        ("IDLE", "fresh"): (Row("session.yaml:150", SessionState.LISTENING, effect=idle_fresh),),
        # LISTENING, session.yaml:153
        ("LISTENING", "hotword_detected"): (Row("session.yaml:158", SessionState.HOTWORD_DETECTED, ("note_call", "open_brain"), listening_hotword_detected),),
        ("LISTENING", "announcement_due"): (Row("session.yaml:159", None, effect=listening_announcement_due),),
        ("LISTENING", "question_due"): (Row("session.yaml:160", None, effect=listening_question_due),),
        ("LISTENING", "announcement_wanted"): (Row("session.yaml:161", SessionState.ACTIVE_SESSION, ("open_brain",), listening_announcement_wanted),),
        ("LISTENING", "timer_due"): (Row("session.yaml:162", None, effect=listening_timer_due),),
        ("LISTENING", "given_up"): (Row("session.yaml:163", SessionState.IDLE),),
        ("LISTENING", "stop"): (Row("session.yaml:164", SessionState.IDLE),),
        # HOTWORD_DETECTED, session.yaml:165
        ("HOTWORD_DETECTED", "brain_ready"): (Row("session.yaml:170", SessionState.ACTIVE_SESSION, effect=hotword_detected_brain_ready),),
        ("HOTWORD_DETECTED", "brain_failed"): (Row("session.yaml:171", SessionState.LISTENING, ("close_brain",), hotword_detected_brain_failed),),
        ("HOTWORD_DETECTED", "brain_late"): (Row("session.yaml:172", SessionState.LISTENING, ("close_brain",), hotword_detected_brain_late),),
        ("HOTWORD_DETECTED", "session_end"): (Row("session.yaml:173", SessionState.LISTENING, ("close_brain",), hotword_detected_session_end),),
        ("HOTWORD_DETECTED", "heard_elsewhere"): (Row("session.yaml:174", SessionState.LISTENING, ("forget_utterance", "close_brain"), hotword_detected_heard_elsewhere),),
        ("HOTWORD_DETECTED", "timer_due"): (Row("session.yaml:175", None, effect=hotword_detected_timer_due),),
        ("HOTWORD_DETECTED", "given_up"): (Row("session.yaml:176", SessionState.IDLE, ("close_brain",)),),
        ("HOTWORD_DETECTED", "stop"): (Row("session.yaml:177", SessionState.IDLE, ("close_brain",), hotword_detected_stop),),
        # ACTIVE_SESSION, session.yaml:178
        ("ACTIVE_SESSION", "session_end"): (
            Row("session.yaml:183", SessionState.LISTENING, ("close_brain",), active_session_session_end_heard_to_its_end, guard=if_heard_to_its_end),
            Row("session.yaml:184", SessionState.LISTENING, ("close_brain",), active_session_session_end_not_heard_to_its_end, guard=if_heard_to_its_end, holds=False),
        ),
        ("ACTIVE_SESSION", "end_phrase"): (Row("session.yaml:185", SessionState.LISTENING, ("close_brain",), active_session_end_phrase),),
        ("ACTIVE_SESSION", "user_silent"): (Row("session.yaml:186", SessionState.LISTENING, ("close_brain",), active_session_user_silent),),
        ("ACTIVE_SESSION", "end_wanted"): (Row("session.yaml:187", SessionState.LISTENING, ("close_brain",), active_session_end_wanted),),
        ("ACTIVE_SESSION", "brain_failed"): (Row("session.yaml:188", SessionState.LISTENING, ("close_brain",), active_session_brain_failed),),
        ("ACTIVE_SESSION", "session_too_long"): (Row("session.yaml:189", SessionState.LISTENING, ("close_brain",), active_session_session_too_long),),
        ("ACTIVE_SESSION", "heard_elsewhere"): (Row("session.yaml:190", SessionState.LISTENING, ("forget_utterance", "close_brain"), active_session_heard_elsewhere),),
        ("ACTIVE_SESSION", "timer_due"): (Row("session.yaml:191", None, effect=active_session_timer_due),),
        ("ACTIVE_SESSION", "given_up"): (Row("session.yaml:192", SessionState.IDLE, ("close_brain",), active_session_given_up),),
        ("ACTIVE_SESSION", "stop"): (Row("session.yaml:193", SessionState.IDLE, ("close_brain",), active_session_stop),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("IDLE", "stop"): "session.yaml:152",  # nothing to end
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "HOTWORD_DETECTED": Timeout(events.BrainLate, "brain_limit"),  # session.yaml:167
        "ACTIVE_SESSION": Timeout(events.SessionTooLong, "session_limit"),  # session.yaml:180
    }
