# Written by `python -m codegen` from machines/session.yaml; do not edit.
"""session (device): One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
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


@dataclass(slots=True)
class SessionContext:
    """The variables of the session machine."""

    session: str = ''
    """the voice session last opened; made by the device"""
    gaps: bool = False
    """configuration: speech that an outage outlasts is declared lost, and the conversation goes on without it"""


class Session(Machine):
    """One conversation. It does not know the link; continuity tells it only when the other side has lost it or was given up."""

    __slots__ = ()
    machine = "session"
    role = "device"
    initial = SessionState.IDLE
    context: SessionContext
    state: SessionState

    def __init__(self, context: SessionContext | None = None, state: str | None = None) -> None:
        super().__init__(context or SessionContext(), state)

    def if_utterance_survives(self, payload: events.Fresh) -> bool:  # session.yaml:40
        """the utterance can be announced again to a restarted server"""
        return payload.reason == 'epoch_changed' and payload.utterance

    def if_gaps(self, payload: events.Overflow) -> bool:  # session.yaml:41
        """the gap is declared when the link is back"""
        return self.context.gaps

    def idle_start(self, payload: events.Start) -> tuple[Event, ...]:  # session.yaml:48
        """start: IDLE -> LISTENING"""
        return (emits.Started(),)

    def listening_hotword(self, payload: events.Hotword) -> tuple[Event, ...]:  # session.yaml:57
        """hotword: LISTENING -> HOTWORD_DETECTED"""
        self.context.session = payload.session
        return (emits.HotwordDetected(), emits.Wanted())

    def listening_button(self, payload: events.Button) -> tuple[Event, ...]:  # session.yaml:58
        """button: LISTENING -> HOTWORD_DETECTED"""
        self.context.session = payload.session
        return (emits.HotwordDetected(), emits.Wanted())

    def listening_announcement_waits(self, payload: events.AnnouncementWaits) -> tuple[Event, ...]:  # session.yaml:59
        """announcement_waits: LISTENING -> ACTIVE_SESSION"""
        self.context.session = payload.session
        return (emits.AnnouncementWanted(turn=1), emits.Wanted(), emits.AnnouncementBegan(one_way=True))

    def listening_question_waits(self, payload: events.QuestionWaits) -> tuple[Event, ...]:  # session.yaml:60
        """question_waits: LISTENING -> ACTIVE_SESSION"""
        self.context.session = payload.session
        return (emits.AnnouncementWanted(turn=1), emits.Wanted(), emits.AnnouncementBegan(one_way=False))

    def listening_stop(self, payload: events.Stop) -> tuple[Event, ...]:  # session.yaml:62
        """stop: LISTENING -> IDLE"""
        return (emits.Stopped(),)

    def hotword_detected_session_started(self, payload: events.SessionStarted) -> tuple[Event, ...]:  # session.yaml:72
        """session_started: HOTWORD_DETECTED -> ACTIVE_SESSION"""
        return (emits.SessionBegan(),)

    def hotword_detected_session_refused(self, payload: events.SessionRefused) -> tuple[Event, ...]:  # session.yaml:73
        """session_refused: HOTWORD_DETECTED -> LISTENING"""
        return (emits.Unwanted(),)

    def hotword_detected_no_answer(self, payload: events.NoAnswer) -> tuple[Event, ...]:  # session.yaml:74
        """no_answer: HOTWORD_DETECTED -> LISTENING"""
        return (emits.SessionEnd(reason="no_answer"), emits.Unwanted())

    def hotword_detected_button(self, payload: events.Button) -> tuple[Event, ...]:  # session.yaml:75
        """button: HOTWORD_DETECTED -> LISTENING"""
        return (emits.SessionEnd(reason="button"), emits.Unwanted())

    def hotword_detected_fresh(self, payload: events.Fresh) -> tuple[Event, ...]:  # session.yaml:76
        """fresh: stays HOTWORD_DETECTED; the server does not know the session"""
        return (emits.HotwordDetected(),)

    def hotword_detected_overflow_not_gaps(self, payload: events.Overflow) -> tuple[Event, ...]:  # session.yaml:77
        """overflow [not gaps]: HOTWORD_DETECTED -> LISTENING"""
        return (emits.SessionEnd(reason="overflow"), emits.Unwanted())

    def hotword_detected_link_lost(self, payload: events.LinkLost) -> tuple[Event, ...]:  # session.yaml:79
        """link_lost: stays HOTWORD_DETECTED; the user has just spoken and waits"""
        return (emits.Wanted(),)

    def hotword_detected_stop(self, payload: events.Stop) -> tuple[Event, ...]:  # session.yaml:81
        """stop: HOTWORD_DETECTED -> IDLE"""
        return (emits.SessionEnd(reason="stopping"), emits.Stopped())

    def active_session_session_end(self, payload: events.SessionEnd) -> tuple[Event, ...]:  # session.yaml:92
        """session_end: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionOver(), emits.Unwanted())

    def active_session_end_wanted(self, payload: events.EndWanted) -> tuple[Event, ...]:  # session.yaml:93
        """end_wanted: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason=payload.reason), emits.SessionOver(), emits.Unwanted())

    def active_session_session_too_long(self, payload: events.SessionTooLong) -> tuple[Event, ...]:  # session.yaml:94
        """session_too_long: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason="too_long"), emits.SessionOver(), emits.Unwanted())

    def active_session_given_up(self, payload: events.GivenUp) -> tuple[Event, ...]:  # session.yaml:95
        """given_up: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionOver(), emits.Unwanted())

    def active_session_overflow_not_gaps(self, payload: events.Overflow) -> tuple[Event, ...]:  # session.yaml:96
        """overflow [not gaps]: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionEnd(reason="overflow"), emits.SessionOver(), emits.Unwanted())

    def active_session_fresh_utterance_survives(self, payload: events.Fresh) -> tuple[Event, ...]:  # session.yaml:98
        """fresh [utterance_survives]: ACTIVE_SESSION -> HOTWORD_DETECTED"""
        return (emits.SessionOver(), emits.HotwordDetected())

    def active_session_fresh_not_utterance_survives(self, payload: events.Fresh) -> tuple[Event, ...]:  # session.yaml:99
        """fresh [not utterance_survives]: ACTIVE_SESSION -> LISTENING"""
        return (emits.SessionOver(), emits.Unwanted())

    def active_session_stop(self, payload: events.Stop) -> tuple[Event, ...]:  # session.yaml:101
        """stop: ACTIVE_SESSION -> IDLE"""
        return (emits.SessionEnd(reason="stopping"), emits.SessionOver(), emits.Stopped())

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # IDLE, session.yaml:43
        ("IDLE", "start"): (Row("session.yaml:48", SessionState.LISTENING, effect=idle_start),),
        # LISTENING, session.yaml:52
        ("LISTENING", "hotword"): (Row("session.yaml:57", SessionState.HOTWORD_DETECTED, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), listening_hotword),),
        ("LISTENING", "button"): (Row("session.yaml:58", SessionState.HOTWORD_DETECTED, ("stop_speaker", "chime", "begin_utterance", "open_uplink"), listening_button),),
        ("LISTENING", "announcement_waits"): (Row("session.yaml:59", SessionState.ACTIVE_SESSION, effect=listening_announcement_waits),),
        ("LISTENING", "question_waits"): (Row("session.yaml:60", SessionState.ACTIVE_SESSION, effect=listening_question_waits),),
        ("LISTENING", "ring"): (Row("session.yaml:61", None, ("play_alarm",)),),
        ("LISTENING", "stop"): (Row("session.yaml:62", SessionState.IDLE, effect=listening_stop),),
        # HOTWORD_DETECTED, session.yaml:67
        ("HOTWORD_DETECTED", "session_started"): (Row("session.yaml:72", SessionState.ACTIVE_SESSION, effect=hotword_detected_session_started),),
        ("HOTWORD_DETECTED", "session_refused"): (Row("session.yaml:73", SessionState.LISTENING, ("play_error",), hotword_detected_session_refused),),
        ("HOTWORD_DETECTED", "no_answer"): (Row("session.yaml:74", SessionState.LISTENING, ("play_error",), hotword_detected_no_answer),),
        ("HOTWORD_DETECTED", "button"): (Row("session.yaml:75", SessionState.LISTENING, effect=hotword_detected_button),),
        ("HOTWORD_DETECTED", "fresh"): (Row("session.yaml:76", None, ("reopen_uplink",), hotword_detected_fresh),),
        ("HOTWORD_DETECTED", "overflow"): (
            Row("session.yaml:77", SessionState.LISTENING, ("play_error",), hotword_detected_overflow_not_gaps, guard=if_gaps, holds=False),
            Row("session.yaml:78", None, guard=if_gaps),
        ),
        ("HOTWORD_DETECTED", "link_lost"): (Row("session.yaml:79", None, effect=hotword_detected_link_lost),),
        ("HOTWORD_DETECTED", "ring"): (Row("session.yaml:80", None, ("play_alarm",)),),
        ("HOTWORD_DETECTED", "stop"): (Row("session.yaml:81", SessionState.IDLE, effect=hotword_detected_stop),),
        # ACTIVE_SESSION, session.yaml:87
        ("ACTIVE_SESSION", "session_end"): (Row("session.yaml:92", SessionState.LISTENING, effect=active_session_session_end),),
        ("ACTIVE_SESSION", "end_wanted"): (Row("session.yaml:93", SessionState.LISTENING, effect=active_session_end_wanted),),
        ("ACTIVE_SESSION", "session_too_long"): (Row("session.yaml:94", SessionState.LISTENING, effect=active_session_session_too_long),),
        ("ACTIVE_SESSION", "given_up"): (Row("session.yaml:95", SessionState.LISTENING, ("play_error",), active_session_given_up),),
        ("ACTIVE_SESSION", "overflow"): (
            Row("session.yaml:96", SessionState.LISTENING, ("play_error",), active_session_overflow_not_gaps, guard=if_gaps, holds=False),
            Row("session.yaml:97", None, guard=if_gaps),
        ),
        ("ACTIVE_SESSION", "fresh"): (
            Row("session.yaml:98", SessionState.HOTWORD_DETECTED, ("reopen_uplink",), active_session_fresh_utterance_survives, guard=if_utterance_survives),
            Row("session.yaml:99", SessionState.LISTENING, ("play_error",), active_session_fresh_not_utterance_survives, guard=if_utterance_survives, holds=False),
        ),
        ("ACTIVE_SESSION", "ring"): (Row("session.yaml:100", None, ("play_alarm",)),),
        ("ACTIVE_SESSION", "stop"): (Row("session.yaml:101", SessionState.IDLE, effect=active_session_stop),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("IDLE", "hotword"): "session.yaml:50",  # the wake word's thread found it too late
        ("IDLE", "button"): "session.yaml:51",  # not running
        ("LISTENING", "fresh"): "session.yaml:64",  # there is no session
        ("LISTENING", "link_lost"): "session.yaml:65",  # there is no session
        ("LISTENING", "given_up"): "session.yaml:66",  # nothing was kept
        ("HOTWORD_DETECTED", "hotword"): "session.yaml:83",  # already announced
        ("HOTWORD_DETECTED", "announcement_waits"): "session.yaml:84",  # the user was first; the server comes back to it after the conversation
        ("HOTWORD_DETECTED", "question_waits"): "session.yaml:85",  # the user was first; the server comes back to it after the conversation
        ("HOTWORD_DETECTED", "given_up"): "session.yaml:86",  # the utterance can still be announced on a fresh link; answer_limit ends the wait
        ("ACTIVE_SESSION", "hotword"): "session.yaml:103",  # turn takes it
        ("ACTIVE_SESSION", "button"): "session.yaml:104",  # turn takes it
        ("ACTIVE_SESSION", "announcement_waits"): "session.yaml:105",  # the server comes back to it after the conversation
        ("ACTIVE_SESSION", "question_waits"): "session.yaml:106",  # the server comes back to it after the conversation
        ("ACTIVE_SESSION", "link_lost"): "session.yaml:107",  # continuity says whether the session survives
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "HOTWORD_DETECTED": Timeout(events.NoAnswer, "answer_limit"),  # session.yaml:69
        "ACTIVE_SESSION": Timeout(events.SessionTooLong, "session_limit"),  # session.yaml:89
    }
