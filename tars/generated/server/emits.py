# Written by `python -m codegen` from machines/; do not edit.

"""What the server's machines cause elsewhere; system.yaml says where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tars.engine import Event


@dataclass(frozen=True, slots=True)
class AnnouncementBegan(Event):  # session.yaml:138
    """announcement began (local)"""

    name: ClassVar[str] = "announcement_began"
    turn: int


@dataclass(frozen=True, slots=True)
class AnnouncementWaits(Event):  # session.yaml:135
    """announcement waits (message)"""

    name: ClassVar[str] = "announcement_waits"
    session: str


@dataclass(frozen=True, slots=True)
class EndWanted(Event):  # announcement.yaml:20
    """end wanted (local)"""

    name: ClassVar[str] = "end_wanted"
    reason: str


@dataclass(frozen=True, slots=True)
class Fresh(Event):  # continuity.yaml:56
    """fresh (local)"""

    name: ClassVar[str] = "fresh"


@dataclass(frozen=True, slots=True)
class GivenUp(Event):  # continuity.yaml:57
    """given up (local)"""

    name: ClassVar[str] = "given_up"


@dataclass(frozen=True, slots=True)
class GoingAway(Event):  # continuity.yaml:55
    """going away (message)"""

    name: ClassVar[str] = "going_away"


@dataclass(frozen=True, slots=True)
class HeardToEnd(Event):  # turn.yaml:141
    """heard to end (local)"""

    name: ClassVar[str] = "heard_to_end"


@dataclass(frozen=True, slots=True)
class Interrupted(Event):  # turn.yaml:142
    """interrupted (local)"""

    name: ClassVar[str] = "interrupted"


@dataclass(frozen=True, slots=True)
class MayBeTold(Event):  # session.yaml:141
    """may be told (local)"""

    name: ClassVar[str] = "may_be_told"


@dataclass(frozen=True, slots=True)
class QuestionWaits(Event):  # session.yaml:136
    """question waits (message)"""

    name: ClassVar[str] = "question_waits"
    session: str


@dataclass(frozen=True, slots=True)
class ReplyCut(Event):  # turn.yaml:138
    """reply cut (message)"""

    name: ClassVar[str] = "reply_cut"
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyResumes(Event):  # turn.yaml:139
    """reply resumes (message)"""

    name: ClassVar[str] = "reply_resumes"
    turn: int


@dataclass(frozen=True, slots=True)
class Ring(Event):  # session.yaml:134
    """ring (message)"""

    name: ClassVar[str] = "ring"
    label: str


@dataclass(frozen=True, slots=True)
class SessionBegan(Event):  # session.yaml:137
    """session began (local)"""

    name: ClassVar[str] = "session_began"


@dataclass(frozen=True, slots=True)
class SessionEnd(Event):  # session.yaml:133
    """session end (message)"""

    name: ClassVar[str] = "session_end"
    reason: str


@dataclass(frozen=True, slots=True)
class SessionOver(Event):  # session.yaml:140
    """session over (local)"""

    name: ClassVar[str] = "session_over"


@dataclass(frozen=True, slots=True)
class SessionRefused(Event):  # session.yaml:132
    """session refused (message)"""

    name: ClassVar[str] = "session_refused"
    reason: str


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):  # session.yaml:131
    """session started (message)"""

    name: ClassVar[str] = "session_started"


@dataclass(frozen=True, slots=True)
class StartOfTtsStream(Event):  # turn.yaml:136
    """start of tts stream (message)"""

    name: ClassVar[str] = "start_of_tts_stream"
    turn: int


@dataclass(frozen=True, slots=True)
class TtsStreamEnd(Event):  # turn.yaml:137
    """tts stream end (message)"""

    name: ClassVar[str] = "tts_stream_end"
    turn: int


@dataclass(frozen=True, slots=True)
class UserTurnEnd(Event):  # turn.yaml:135
    """user turn end (message)"""

    name: ClassVar[str] = "user_turn_end"
    turn: int


@dataclass(frozen=True, slots=True)
class Welcome(Event):  # continuity.yaml:54
    """welcome (message)"""

    name: ClassVar[str] = "welcome"
    resumed: bool
