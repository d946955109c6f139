# Written by `python -m codegen` from machines/announcement.yaml; do not edit.
"""announcement (server): What becomes of the announcement or the question with which the server has begun a session. What is not noted still waits in the store, and is offered again. How often it is tried is counted there: a session has no memory of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
from tars.generated.server import emits, events


class AnnouncementState(StrEnum):
    """Where the announcement machine of the server can be."""

    NO_ANNOUNCEMENT = "NO_ANNOUNCEMENT"
    """the server has not spoken first in this session, or it is known what has become of that"""
    SAYS = "SAYS"
    """the announcement is on its way; nothing of it was heard"""
    PARTLY_SAID = "PARTLY_SAID"
    """some of the announcement was heard"""
    ASKS = "ASKS"
    """the question is on its way; nothing of it was heard"""
    PARTLY_ASKED = "PARTLY_ASKED"
    """some of the question was heard"""
    AWAITS = "AWAITS"
    """the user was asked, and has not answered"""


@dataclass(slots=True)
class AnnouncementContext:
    """The variables of the announcement machine."""


class Announcement(Machine):
    """What becomes of the announcement or the question with which the server has begun a session. What is not noted still waits in the store, and is offered again. How often it is tried is counted there: a session has no memory of the one before."""

    __slots__ = ()
    machine = "announcement"
    role = "server"
    initial = AnnouncementState.NO_ANNOUNCEMENT
    context: AnnouncementContext
    state: AnnouncementState

    def __init__(self, context: AnnouncementContext | None = None, state: str | None = None) -> None:
        super().__init__(context or AnnouncementContext(), state)

    def awaits_question_answered(self, payload: events.QuestionAnswered) -> tuple[Event, ...]:  # announcement.yaml:82
        """question_answered: AWAITS -> NO_ANNOUNCEMENT"""
        return (emits.EndWanted(reason="answered"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NO_ANNOUNCEMENT, announcement.yaml:22
        ("NO_ANNOUNCEMENT", "announcement_started"): (Row("announcement.yaml:27", AnnouncementState.SAYS),),
        ("NO_ANNOUNCEMENT", "question_started"): (Row("announcement.yaml:28", AnnouncementState.ASKS),),
        ("NO_ANNOUNCEMENT", "may_be_told"): (Row("announcement.yaml:29", None, ("look_for_announcements",)),),
        # SAYS, announcement.yaml:35
        ("SAYS", "first_heard"): (Row("announcement.yaml:40", AnnouncementState.PARTLY_SAID),),
        ("SAYS", "heard_to_end"): (Row("announcement.yaml:41", AnnouncementState.NO_ANNOUNCEMENT, ("note_spoken",)),),
        ("SAYS", "interrupted"): (Row("announcement.yaml:42", AnnouncementState.NO_ANNOUNCEMENT),),
        ("SAYS", "session_over"): (Row("announcement.yaml:43", AnnouncementState.NO_ANNOUNCEMENT),),
        # PARTLY_SAID, announcement.yaml:46
        ("PARTLY_SAID", "heard_to_end"): (Row("announcement.yaml:51", AnnouncementState.NO_ANNOUNCEMENT, ("note_spoken",)),),
        ("PARTLY_SAID", "interrupted"): (Row("announcement.yaml:52", AnnouncementState.NO_ANNOUNCEMENT, ("note_spoken",)),),
        ("PARTLY_SAID", "session_over"): (Row("announcement.yaml:53", AnnouncementState.NO_ANNOUNCEMENT),),
        # ASKS, announcement.yaml:56
        ("ASKS", "first_heard"): (Row("announcement.yaml:61", AnnouncementState.PARTLY_ASKED),),
        ("ASKS", "heard_to_end"): (Row("announcement.yaml:62", AnnouncementState.AWAITS),),
        ("ASKS", "interrupted"): (Row("announcement.yaml:63", AnnouncementState.NO_ANNOUNCEMENT),),
        ("ASKS", "session_over"): (Row("announcement.yaml:64", AnnouncementState.NO_ANNOUNCEMENT),),
        # PARTLY_ASKED, announcement.yaml:67
        ("PARTLY_ASKED", "heard_to_end"): (Row("announcement.yaml:72", AnnouncementState.AWAITS),),
        ("PARTLY_ASKED", "interrupted"): (Row("announcement.yaml:73", AnnouncementState.AWAITS),),
        ("PARTLY_ASKED", "session_over"): (Row("announcement.yaml:74", AnnouncementState.NO_ANNOUNCEMENT),),
        # AWAITS, announcement.yaml:77
        ("AWAITS", "question_answered"): (Row("announcement.yaml:82", AnnouncementState.NO_ANNOUNCEMENT, ("note_answered",), awaits_question_answered),),
        ("AWAITS", "fenced"): (Row("announcement.yaml:83", AnnouncementState.NO_ANNOUNCEMENT),),
        ("AWAITS", "session_over"): (Row("announcement.yaml:84", AnnouncementState.NO_ANNOUNCEMENT, ("note_unanswered",)),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("NO_ANNOUNCEMENT", "heard_to_end"): "announcement.yaml:31",  # it was a reply
        ("NO_ANNOUNCEMENT", "interrupted"): "announcement.yaml:32",  # it was a reply
        ("NO_ANNOUNCEMENT", "fenced"): "announcement.yaml:33",  # nothing is to be noted
        ("NO_ANNOUNCEMENT", "session_over"): "announcement.yaml:34",  # nothing is to be noted
        ("SAYS", "fenced"): "announcement.yaml:45",  # session_over follows in the same step
        ("PARTLY_SAID", "fenced"): "announcement.yaml:55",  # session_over follows in the same step
        ("ASKS", "fenced"): "announcement.yaml:66",  # session_over follows in the same step
        ("PARTLY_ASKED", "fenced"): "announcement.yaml:76",  # session_over follows in the same step
        ("AWAITS", "heard_to_end"): "announcement.yaml:86",  # it was a reply
        ("AWAITS", "interrupted"): "announcement.yaml:87",  # it was a reply
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
    }
