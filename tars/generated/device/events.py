# Written by `python -m codegen` from machines/; do not edit.

"""What the device's machines take. Equal names on one node are one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tars.engine import Event


@dataclass(frozen=True, slots=True)
class AnnouncementBegan(Event):  # turn.yaml:17
    """announcement began (local)"""

    name: ClassVar[str] = "announcement_began"
    one_way: bool


@dataclass(frozen=True, slots=True)
class AnnouncementWaits(Event):  # session.yaml:19
    """the server has something to say"""

    name: ClassVar[str] = "announcement_waits"
    session: str


@dataclass(frozen=True, slots=True)
class Button(Event):  # turn.yaml:27
    """button (environment)"""

    name: ClassVar[str] = "button"
    session: str
    at: int


@dataclass(frozen=True, slots=True)
class Drained(Event):  # turn.yaml:25
    """the reply was heard to its end: heard equals samples"""

    name: ClassVar[str] = "drained"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class EndWanted(Event):  # session.yaml:21
    """end wanted (local)"""

    name: ClassVar[str] = "end_wanted"
    reason: str


@dataclass(frozen=True, slots=True)
class Failed(Event):  # connection.yaml:23
    """failed (environment)"""

    name: ClassVar[str] = "failed"
    generation: int
    reason: str


@dataclass(frozen=True, slots=True)
class Fresh(Event):  # session.yaml:22
    """fresh (local)"""

    name: ClassVar[str] = "fresh"
    reason: str
    utterance: bool


@dataclass(frozen=True, slots=True)
class GivenUp(Event):  # session.yaml:24
    """given up (local)"""

    name: ClassVar[str] = "given_up"


@dataclass(frozen=True, slots=True)
class GoingAway(Event):  # connection.yaml:26
    """going away (message)"""

    name: ClassVar[str] = "going_away"


@dataclass(frozen=True, slots=True)
class GraceOver(Event):  # continuity.yaml:14
    """grace over (timeout)"""

    name: ClassVar[str] = "grace_over"


@dataclass(frozen=True, slots=True)
class GreetingLate(Event):  # connection.yaml:27
    """greeting late (timeout)"""

    name: ClassVar[str] = "greeting_late"


@dataclass(frozen=True, slots=True)
class Hotword(Event):  # turn.yaml:26
    """hotword (environment)"""

    name: ClassVar[str] = "hotword"
    session: str
    model: str
    score: float
    at: int


@dataclass(frozen=True, slots=True)
class LinkClosed(Event):  # continuity.yaml:13
    """link closed (local)"""

    name: ClassVar[str] = "link_closed"


@dataclass(frozen=True, slots=True)
class LinkFresh(Event):  # continuity.yaml:10
    """link fresh (local)"""

    name: ClassVar[str] = "link_fresh"
    reason: str
    utterance: bool


@dataclass(frozen=True, slots=True)
class LinkLost(Event):  # session.yaml:23
    """link lost (local)"""

    name: ClassVar[str] = "link_lost"


@dataclass(frozen=True, slots=True)
class LinkResumed(Event):  # continuity.yaml:11
    """link resumed (local)"""

    name: ClassVar[str] = "link_resumed"


@dataclass(frozen=True, slots=True)
class Lost(Event):  # connection.yaml:24
    """closed, broken, or silent for too long"""

    name: ClassVar[str] = "lost"
    generation: int
    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer(Event):  # session.yaml:26
    """no answer (timeout)"""

    name: ClassVar[str] = "no_answer"


@dataclass(frozen=True, slots=True)
class Overflow(Event):  # session.yaml:25
    """an outage has outlasted the ring: the oldest speech that the server has not got is gone"""

    name: ClassVar[str] = "overflow"


@dataclass(frozen=True, slots=True)
class QuestionWaits(Event):  # session.yaml:20
    """the server has something to ask"""

    name: ClassVar[str] = "question_waits"
    session: str


@dataclass(frozen=True, slots=True)
class Redial(Event):  # connection.yaml:20
    """a reason not to wait for the backoff: a hotword, a button, the network came back"""

    name: ClassVar[str] = "redial"


@dataclass(frozen=True, slots=True)
class Renew(Event):  # connection.yaml:21
    """what the greeting under way offers to resume was given up"""

    name: ClassVar[str] = "renew"


@dataclass(frozen=True, slots=True)
class ReplyCut(Event):  # turn.yaml:22
    """the user has interrupted the reply"""

    name: ClassVar[str] = "reply_cut"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyResumes(Event):  # turn.yaml:23
    """nobody has interrupted the reply"""

    name: ClassVar[str] = "reply_resumes"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Retry(Event):  # connection.yaml:28
    """retry (timeout)"""

    name: ClassVar[str] = "retry"


@dataclass(frozen=True, slots=True)
class Ring(Event):  # session.yaml:18
    """a timer is due"""

    name: ClassVar[str] = "ring"
    label: str


@dataclass(frozen=True, slots=True)
class SessionBegan(Event):  # turn.yaml:16
    """session began (local)"""

    name: ClassVar[str] = "session_began"


@dataclass(frozen=True, slots=True)
class SessionEnd(Event):  # session.yaml:17
    """session end (message)"""

    name: ClassVar[str] = "session_end"
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionOver(Event):  # turn.yaml:18
    """session over (local)"""

    name: ClassVar[str] = "session_over"


@dataclass(frozen=True, slots=True)
class SessionRefused(Event):  # session.yaml:16
    """session refused (message)"""

    name: ClassVar[str] = "session_refused"
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):  # session.yaml:15
    """session started (message)"""

    name: ClassVar[str] = "session_started"
    session: str


@dataclass(frozen=True, slots=True)
class SessionTooLong(Event):  # session.yaml:27
    """session too long (timeout)"""

    name: ClassVar[str] = "session_too_long"


@dataclass(frozen=True, slots=True)
class SocketOpened(Event):  # connection.yaml:22
    """socket opened (environment)"""

    name: ClassVar[str] = "socket_opened"
    generation: int


@dataclass(frozen=True, slots=True)
class SpeechNoticed(Event):  # turn.yaml:24
    """somebody speaks over the reply, from capture offset `at`"""

    name: ClassVar[str] = "speech_noticed"
    session: str
    at: int


@dataclass(frozen=True, slots=True)
class Stable(Event):  # connection.yaml:29
    """stable (timeout)"""

    name: ClassVar[str] = "stable"


@dataclass(frozen=True, slots=True)
class Start(Event):  # session.yaml:11
    """the program runs"""

    name: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class StartOfTtsStream(Event):  # turn.yaml:20
    """start of tts stream (message)"""

    name: ClassVar[str] = "start_of_tts_stream"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Started(Event):  # connection.yaml:16
    """the device runs from now on"""

    name: ClassVar[str] = "started"


@dataclass(frozen=True, slots=True)
class Stop(Event):  # session.yaml:12
    """the program is stopping"""

    name: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True)
class Stopped(Event):  # connection.yaml:17
    """the device is stopping"""

    name: ClassVar[str] = "stopped"


@dataclass(frozen=True, slots=True)
class TtsStreamEnd(Event):  # turn.yaml:21
    """tts stream end (message)"""

    name: ClassVar[str] = "tts_stream_end"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class TurnStuck(Event):  # turn.yaml:28
    """turn stuck (timeout)"""

    name: ClassVar[str] = "turn_stuck"


@dataclass(frozen=True, slots=True)
class Unwanted(Event):  # connection.yaml:19
    """the conversation is over"""

    name: ClassVar[str] = "unwanted"


@dataclass(frozen=True, slots=True)
class UserTurnEnd(Event):  # turn.yaml:19
    """user turn end (message)"""

    name: ClassVar[str] = "user_turn_end"
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Wanted(Event):  # connection.yaml:18
    """a conversation begins"""

    name: ClassVar[str] = "wanted"


@dataclass(frozen=True, slots=True)
class Welcome(Event):  # connection.yaml:25
    """welcome (message)"""

    name: ClassVar[str] = "welcome"
    resumed: bool
    reason: str
    utterance: bool
