# Written by `python -m codegen` from machines/; do not edit.

"""What the server's machines take. Equal names on one node are one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tars.engine import Event


@dataclass(frozen=True, slots=True)
class BargeIn(Event):  # turn.yaml:88
    """barge in (message)"""

    name: ClassVar[str] = "barge_in"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class BrainFailed(Event):  # session.yaml:108
    """brain failed (environment)"""

    name: ClassVar[str] = "brain_failed"
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class BrainLate(Event):  # session.yaml:113
    """brain late (timeout)"""

    name: ClassVar[str] = "brain_late"


@dataclass(frozen=True, slots=True)
class BrainReady(Event):  # session.yaml:107
    """brain ready (environment)"""

    name: ClassVar[str] = "brain_ready"
    session: str


@dataclass(frozen=True, slots=True)
class EndPhrase(Event):  # session.yaml:109
    """the brain wants to end the conversation"""

    name: ClassVar[str] = "end_phrase"
    session: str


@dataclass(frozen=True, slots=True)
class EndWanted(Event):  # session.yaml:112
    """end wanted (local)"""

    name: ClassVar[str] = "end_wanted"
    reason: str


@dataclass(frozen=True, slots=True)
class Fresh(Event):  # session.yaml:103
    """fresh (local)"""

    name: ClassVar[str] = "fresh"


@dataclass(frozen=True, slots=True)
class GivenUp(Event):  # session.yaml:104
    """given up (local)"""

    name: ClassVar[str] = "given_up"


@dataclass(frozen=True, slots=True)
class Goodbye(Event):  # continuity.yaml:47
    """goodbye (message)"""

    name: ClassVar[str] = "goodbye"


@dataclass(frozen=True, slots=True)
class GraceOver(Event):  # continuity.yaml:49
    """grace over (timeout)"""

    name: ClassVar[str] = "grace_over"


@dataclass(frozen=True, slots=True)
class Hello(Event):  # continuity.yaml:46
    """the core compares the ids"""

    name: ClassVar[str] = "hello"
    resume: bool
    same_epoch: bool
    same_record: bool


@dataclass(frozen=True, slots=True)
class HotwordDetected(Event):  # session.yaml:105
    """hotword detected (message)"""

    name: ClassVar[str] = "hotword_detected"
    session: str


@dataclass(frozen=True, slots=True)
class Lost(Event):  # continuity.yaml:48
    """lost (environment)"""

    name: ClassVar[str] = "lost"
    generation: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlaybackComplete(Event):  # turn.yaml:87
    """playback complete (message)"""

    name: ClassVar[str] = "playback_complete"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyEnded(Event):  # turn.yaml:86
    """reply ended (environment)"""

    name: ClassVar[str] = "reply_ended"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyStarted(Event):  # turn.yaml:85
    """reply started (environment)"""

    name: ClassVar[str] = "reply_started"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class SessionBegan(Event):  # turn.yaml:82
    """session began (local)"""

    name: ClassVar[str] = "session_began"


@dataclass(frozen=True, slots=True)
class SessionEnd(Event):  # session.yaml:106
    """session end (message)"""

    name: ClassVar[str] = "session_end"
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionOver(Event):  # turn.yaml:83
    """session over (local)"""

    name: ClassVar[str] = "session_over"


@dataclass(frozen=True, slots=True)
class SessionTooLong(Event):  # session.yaml:114
    """session too long (timeout)"""

    name: ClassVar[str] = "session_too_long"


@dataclass(frozen=True, slots=True)
class SpeechEnded(Event):  # turn.yaml:84
    """the user has finished speaking"""

    name: ClassVar[str] = "speech_ended"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Stop(Event):  # session.yaml:115
    """the server is stopping"""

    name: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True)
class Suspend(Event):  # continuity.yaml:51
    """the server is stopping, and what it knows of its devices is saved for the next one"""

    name: ClassVar[str] = "suspend"


@dataclass(frozen=True, slots=True)
class TimerDue(Event):  # session.yaml:111
    """a timer of this device is due"""

    name: ClassVar[str] = "timer_due"
    label: str


@dataclass(frozen=True, slots=True)
class TurnStuck(Event):  # turn.yaml:89
    """turn stuck (timeout)"""

    name: ClassVar[str] = "turn_stuck"


@dataclass(frozen=True, slots=True)
class UserSilent(Event):  # session.yaml:110
    """the session timeout: no speech for session_timeout, counted in samples received"""

    name: ClassVar[str] = "user_silent"
    session: str
    turn: int
