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

    NONE = "NONE"
    """the server has not spoken first in this session, or it is known what has become of that"""
    SAYS = "SAYS"
    """the announcement is on its way; nothing of it was heard"""
    SAID = "SAID"
    """some of the announcement was heard"""
    ASKS = "ASKS"
    """the question is on its way; nothing of it was heard"""
    ASKED = "ASKED"
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
    initial = AnnouncementState.NONE
    context: AnnouncementContext
    state: AnnouncementState

    def __init__(self, context: AnnouncementContext | None = None, state: str | None = None) -> None:
        super().__init__(context or AnnouncementContext(), state)

    def awaits_question_answered(self, payload: events.QuestionAnswered) -> tuple[Event, ...]:  # announcement.yaml:76
        """question_answered: AWAITS -> NONE"""
        return (emits.EndWanted(reason="answered"),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # NONE, announcement.yaml:21
        ("NONE", "announcement_started"): (Row("announcement.yaml:26", AnnouncementState.SAYS),),
        ("NONE", "question_started"): (Row("announcement.yaml:27", AnnouncementState.ASKS),),
        ("NONE", "session_over"): (Row("announcement.yaml:28", None, ("look_for_announcements",)),),
        # SAYS, announcement.yaml:33
        ("SAYS", "first_heard"): (Row("announcement.yaml:38", AnnouncementState.SAID),),
        ("SAYS", "heard_to_end"): (Row("announcement.yaml:39", AnnouncementState.NONE, ("note_spoken",)),),
        ("SAYS", "interrupted"): (Row("announcement.yaml:40", AnnouncementState.NONE),),
        ("SAYS", "fenced"): (Row("announcement.yaml:41", AnnouncementState.NONE),),
        ("SAYS", "session_over"): (Row("announcement.yaml:42", AnnouncementState.NONE, ("look_for_announcements",)),),
        # SAID, announcement.yaml:43
        ("SAID", "heard_to_end"): (Row("announcement.yaml:48", AnnouncementState.NONE, ("note_spoken",)),),
        ("SAID", "interrupted"): (Row("announcement.yaml:49", AnnouncementState.NONE, ("note_spoken",)),),
        ("SAID", "fenced"): (Row("announcement.yaml:50", AnnouncementState.NONE),),
        ("SAID", "session_over"): (Row("announcement.yaml:51", AnnouncementState.NONE, ("look_for_announcements",)),),
        # ASKS, announcement.yaml:52
        ("ASKS", "first_heard"): (Row("announcement.yaml:57", AnnouncementState.ASKED),),
        ("ASKS", "heard_to_end"): (Row("announcement.yaml:58", AnnouncementState.AWAITS),),
        ("ASKS", "interrupted"): (Row("announcement.yaml:59", AnnouncementState.NONE),),
        ("ASKS", "fenced"): (Row("announcement.yaml:60", AnnouncementState.NONE),),
        ("ASKS", "session_over"): (Row("announcement.yaml:61", AnnouncementState.NONE, ("look_for_announcements",)),),
        # ASKED, announcement.yaml:62
        ("ASKED", "heard_to_end"): (Row("announcement.yaml:67", AnnouncementState.AWAITS),),
        ("ASKED", "interrupted"): (Row("announcement.yaml:68", AnnouncementState.AWAITS),),
        ("ASKED", "fenced"): (Row("announcement.yaml:69", AnnouncementState.NONE),),
        ("ASKED", "session_over"): (Row("announcement.yaml:70", AnnouncementState.NONE, ("look_for_announcements",)),),
        # AWAITS, announcement.yaml:71
        ("AWAITS", "question_answered"): (Row("announcement.yaml:76", AnnouncementState.NONE, ("note_answered",), awaits_question_answered),),
        ("AWAITS", "fenced"): (Row("announcement.yaml:77", AnnouncementState.NONE),),
        ("AWAITS", "session_over"): (Row("announcement.yaml:78", AnnouncementState.NONE, ("note_unanswered", "look_for_announcements")),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("NONE", "heard_to_end"): "announcement.yaml:30",  # it was a reply
        ("NONE", "interrupted"): "announcement.yaml:31",  # it was a reply
        ("NONE", "fenced"): "announcement.yaml:32",  # nothing is to be noted
        ("AWAITS", "heard_to_end"): "announcement.yaml:80",  # it was a reply
        ("AWAITS", "interrupted"): "announcement.yaml:81",  # it was a reply
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
    }
