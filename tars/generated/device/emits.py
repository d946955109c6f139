# Written by `python -m codegen` from machines/; do not edit.

"""What the device's machines cause elsewhere; system.yaml says where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tars.engine import Event


@dataclass(frozen=True, slots=True)
class AnnouncementBegan(Event):  # session.yaml:33
    """announcement began (local)"""

    name: ClassVar[str] = "announcement_began"
    one_way: bool


@dataclass(frozen=True, slots=True)
class AnnouncementWanted(Event):  # session.yaml:30
    """announcement wanted (message)"""

    name: ClassVar[str] = "announcement_wanted"
    turn: int


@dataclass(frozen=True, slots=True)
class BargeIn(Event):  # turn.yaml:31
    """barge in (message)"""

    name: ClassVar[str] = "barge_in"
    turn: int


@dataclass(frozen=True, slots=True)
class EndWanted(Event):  # turn.yaml:33
    """end wanted (local)"""

    name: ClassVar[str] = "end_wanted"
    reason: str


@dataclass(frozen=True, slots=True)
class Fresh(Event):  # continuity.yaml:16
    """there is a link, and the server keeps nothing of this device"""

    name: ClassVar[str] = "fresh"
    reason: str
    utterance: bool


@dataclass(frozen=True, slots=True)
class GivenUp(Event):  # continuity.yaml:17
    """given up (local)"""

    name: ClassVar[str] = "given_up"


@dataclass(frozen=True, slots=True)
class Goodbye(Event):  # connection.yaml:32
    """goodbye (message)"""

    name: ClassVar[str] = "goodbye"


@dataclass(frozen=True, slots=True)
class Hello(Event):  # connection.yaml:31
    """hello (message)"""

    name: ClassVar[str] = "hello"


@dataclass(frozen=True, slots=True)
class HotwordDetected(Event):  # session.yaml:29
    """hotword detected (message)"""

    name: ClassVar[str] = "hotword_detected"


@dataclass(frozen=True, slots=True)
class Interruption(Event):  # turn.yaml:32
    """interruption (message)"""

    name: ClassVar[str] = "interruption"
    turn: int


@dataclass(frozen=True, slots=True)
class LinkClosed(Event):  # connection.yaml:36
    """link closed (local)"""

    name: ClassVar[str] = "link_closed"


@dataclass(frozen=True, slots=True)
class LinkFresh(Event):  # connection.yaml:33
    """link fresh (local)"""

    name: ClassVar[str] = "link_fresh"
    reason: str
    utterance: bool


@dataclass(frozen=True, slots=True)
class LinkLost(Event):  # connection.yaml:35
    """link lost (local)"""

    name: ClassVar[str] = "link_lost"


@dataclass(frozen=True, slots=True)
class LinkResumed(Event):  # connection.yaml:34
    """link resumed (local)"""

    name: ClassVar[str] = "link_resumed"


@dataclass(frozen=True, slots=True)
class PlaybackComplete(Event):  # turn.yaml:30
    """playback complete (message)"""

    name: ClassVar[str] = "playback_complete"
    turn: int


@dataclass(frozen=True, slots=True)
class SessionBegan(Event):  # session.yaml:32
    """session began (local)"""

    name: ClassVar[str] = "session_began"


@dataclass(frozen=True, slots=True)
class SessionEnd(Event):  # session.yaml:31
    """session end (message)"""

    name: ClassVar[str] = "session_end"
    reason: str


@dataclass(frozen=True, slots=True)
class SessionOver(Event):  # session.yaml:34
    """session over (local)"""

    name: ClassVar[str] = "session_over"


@dataclass(frozen=True, slots=True)
class Started(Event):  # session.yaml:35
    """started (local)"""

    name: ClassVar[str] = "started"


@dataclass(frozen=True, slots=True)
class Stopped(Event):  # session.yaml:36
    """stopped (local)"""

    name: ClassVar[str] = "stopped"


@dataclass(frozen=True, slots=True)
class Unwanted(Event):  # session.yaml:38
    """unwanted (local)"""

    name: ClassVar[str] = "unwanted"


@dataclass(frozen=True, slots=True)
class Wanted(Event):  # session.yaml:37
    """wanted (local)"""

    name: ClassVar[str] = "wanted"
