from __future__ import annotations

from tars.server.push.announcements import ANSWERED, SPOKEN, UNANSWERED, Announcement
from tars.server.push.announcing import Announcing


def announcing(*, asks: bool) -> tuple[Announcing, list[tuple[str, str]]]:
    """One attempt, and what is reported of it."""
    reported: list[tuple[str, str]] = []
    announcement = Announcement("a1", "kitchen", "Well?", asks, 0, 60)
    return Announcing(announcement, lambda outcome, answer: reported.append((outcome, answer))), reported


def test_an_announcement_that_is_interrupted_was_spoken_once_a_sample_of_it_was_heard() -> None:
    one, reported = announcing(asks=False)
    one.note_heard(0)
    one.floor(interrupted=True)
    one.end()
    assert reported == []
    one.note_heard(1)
    one.floor(interrupted=True)
    assert reported == [(SPOKEN, "")]
    assert not one.waits_for_answer


def test_a_question_waits_for_an_answer_once_it_was_heard() -> None:
    one, reported = announcing(asks=True)
    one.floor(interrupted=True)
    assert not one.waits_for_answer
    one.floor(interrupted=False)
    assert one.waits_for_answer
    one.answer("Yes.")
    one.end()
    assert reported == [(ANSWERED, "Yes.")]


def test_a_question_whose_session_ends_is_not_answered() -> None:
    one, reported = announcing(asks=True)
    one.end()
    assert reported == []
    one.floor(interrupted=False)
    one.end()
    assert reported == [(UNANSWERED, "")]
