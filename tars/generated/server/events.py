# Written by `python -m codegen` from machines/; do not edit.

"""What the server's machines take. Equal names on one node are one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tars.engine import Event


@dataclass(frozen=True, slots=True)
class AnnouncementBegan(Event):  # turn.yaml:123
    """announcement began (local)"""

    name: ClassVar[str] = "announcement_began"
    turn: int


@dataclass(frozen=True, slots=True)
class AnnouncementDue(Event):  # session.yaml:123
    """something is to be said; it brings a new session id"""

    name: ClassVar[str] = "announcement_due"
    session: str


@dataclass(frozen=True, slots=True)
class AnnouncementStarted(Event):  # announcement.yaml:10
    """an announcement begins to be spoken"""

    name: ClassVar[str] = "announcement_started"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class AnnouncementWanted(Event):  # session.yaml:116
    """announcement wanted (message)"""

    name: ClassVar[str] = "announcement_wanted"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class BargeIn(Event):  # turn.yaml:132
    """barge in (message)"""

    name: ClassVar[str] = "barge_in"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class BrainFailed(Event):  # session.yaml:119
    """brain failed (environment)"""

    name: ClassVar[str] = "brain_failed"
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class BrainLate(Event):  # session.yaml:127
    """brain late (timeout)"""

    name: ClassVar[str] = "brain_late"


@dataclass(frozen=True, slots=True)
class BrainReady(Event):  # session.yaml:118
    """brain ready (environment)"""

    name: ClassVar[str] = "brain_ready"
    session: str


@dataclass(frozen=True, slots=True)
class EndPhrase(Event):  # session.yaml:120
    """the brain wants to end the conversation"""

    name: ClassVar[str] = "end_phrase"
    session: str


@dataclass(frozen=True, slots=True)
class EndWanted(Event):  # session.yaml:126
    """end wanted (local)"""

    name: ClassVar[str] = "end_wanted"
    reason: str


@dataclass(frozen=True, slots=True)
class Fenced(Event):  # announcement.yaml:14
    """another server goes on with the session"""

    name: ClassVar[str] = "fenced"


@dataclass(frozen=True, slots=True)
class FirstHeard(Event):  # announcement.yaml:12
    """the first sample of it has left the speaker"""

    name: ClassVar[str] = "first_heard"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Fresh(Event):  # session.yaml:113
    """fresh (local)"""

    name: ClassVar[str] = "fresh"


@dataclass(frozen=True, slots=True)
class GivenUp(Event):  # session.yaml:114
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
class HeardElsewhere(Event):  # session.yaml:125
    """another device that heard the same wake word goes on with it"""

    name: ClassVar[str] = "heard_elsewhere"
    session: str


@dataclass(frozen=True, slots=True)
class HeardToEnd(Event):  # announcement.yaml:15
    """heard to end (local)"""

    name: ClassVar[str] = "heard_to_end"


@dataclass(frozen=True, slots=True)
class Hello(Event):  # continuity.yaml:46
    """the core compares the ids"""

    name: ClassVar[str] = "hello"
    resume: bool
    same_epoch: bool
    same_record: bool


@dataclass(frozen=True, slots=True)
class HotwordDetected(Event):  # session.yaml:115
    """hotword detected (message)"""

    name: ClassVar[str] = "hotword_detected"
    session: str


@dataclass(frozen=True, slots=True)
class Interrupted(Event):  # announcement.yaml:16
    """interrupted (local)"""

    name: ClassVar[str] = "interrupted"


@dataclass(frozen=True, slots=True)
class Interruption(Event):  # turn.yaml:128
    """somebody speaks over the reply"""

    name: ClassVar[str] = "interruption"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class InterruptionFalse(Event):  # turn.yaml:130
    """what is heard over the reply interrupts nobody: a cough, a sound of assent"""

    name: ClassVar[str] = "interruption_false"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class InterruptionMeant(Event):  # turn.yaml:129
    """what is said over the reply is meant for TARS"""

    name: ClassVar[str] = "interruption_meant"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Lost(Event):  # continuity.yaml:48
    """lost (environment)"""

    name: ClassVar[str] = "lost"
    generation: int
    reason: str


@dataclass(frozen=True, slots=True)
class MayBeTold(Event):  # announcement.yaml:18
    """no session goes on; the next one may be offered"""

    name: ClassVar[str] = "may_be_told"


@dataclass(frozen=True, slots=True)
class PlaybackComplete(Event):  # turn.yaml:131
    """playback complete (message)"""

    name: ClassVar[str] = "playback_complete"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Event):  # announcement.yaml:13
    """the user has answered, with these words"""

    name: ClassVar[str] = "question_answered"
    session: str
    turn: int
    recognised: str


@dataclass(frozen=True, slots=True)
class QuestionDue(Event):  # session.yaml:124
    """something is to be asked; it brings a new session id"""

    name: ClassVar[str] = "question_due"
    session: str


@dataclass(frozen=True, slots=True)
class QuestionStarted(Event):  # announcement.yaml:11
    """a question begins to be spoken"""

    name: ClassVar[str] = "question_started"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyEnded(Event):  # turn.yaml:127
    """reply ended (environment)"""

    name: ClassVar[str] = "reply_ended"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyStarted(Event):  # turn.yaml:126
    """reply started (environment)"""

    name: ClassVar[str] = "reply_started"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class SessionBegan(Event):  # turn.yaml:122
    """session began (local)"""

    name: ClassVar[str] = "session_began"


@dataclass(frozen=True, slots=True)
class SessionEnd(Event):  # session.yaml:117
    """session end (message)"""

    name: ClassVar[str] = "session_end"
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionOver(Event):  # announcement.yaml:17
    """session over (local)"""

    name: ClassVar[str] = "session_over"


@dataclass(frozen=True, slots=True)
class SessionTooLong(Event):  # session.yaml:128
    """session too long (timeout)"""

    name: ClassVar[str] = "session_too_long"


@dataclass(frozen=True, slots=True)
class SpeechEnded(Event):  # turn.yaml:125
    """the user has finished speaking"""

    name: ClassVar[str] = "speech_ended"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Stop(Event):  # session.yaml:129
    """the server is stopping"""

    name: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True)
class Suspend(Event):  # continuity.yaml:51
    """the server is stopping, and what it knows of its devices is saved for the next one"""

    name: ClassVar[str] = "suspend"


@dataclass(frozen=True, slots=True)
class TimerDue(Event):  # session.yaml:122
    """a timer of this device is due"""

    name: ClassVar[str] = "timer_due"
    label: str


@dataclass(frozen=True, slots=True)
class TurnStuck(Event):  # turn.yaml:133
    """turn stuck (timeout)"""

    name: ClassVar[str] = "turn_stuck"


@dataclass(frozen=True, slots=True)
class UserSilent(Event):  # session.yaml:121
    """the session timeout: no speech for session_timeout, counted in samples received"""

    name: ClassVar[str] = "user_silent"
    session: str
    turn: int
