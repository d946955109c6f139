# Written by `python -m codegen` from machines/announcement.yaml; do not edit.
"""announcement (server): 24 rows in 24 cases, 5 ignored and 19 forbidden cells, 78 pairs and 304 triples of rows, 6 paths."""

from __future__ import annotations

import pytest

from tars.generated.server import emits, events
from tars.generated.server.announcement import Announcement, AnnouncementContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # NONE: the server has not spoken first in this session, or it is known what has become of that
    "NONE+announcement_started": Row("announcement.yaml:26",
        "NONE", Context(), events.AnnouncementStarted(session="session-2", turn=5),
        "SAYS", Context()),
    "NONE+question_started": Row("announcement.yaml:27",
        "NONE", Context(), events.QuestionStarted(session="session-2", turn=5),
        "ASKS", Context()),
    "NONE+session_over": Row("announcement.yaml:28",
        "NONE", Context(), events.SessionOver(),
        "NONE", Context(), actions=("look_for_announcements",), entered=False),
    # SAYS: the announcement is on its way; nothing of it was heard
    "SAYS+first_heard": Row("announcement.yaml:38",
        "SAYS", Context(), events.FirstHeard(session="session-2", turn=5),
        "SAID", Context()),
    "SAYS+heard_to_end": Row("announcement.yaml:39",
        "SAYS", Context(), events.HeardToEnd(),
        "NONE", Context(), actions=("note_spoken",)),
    "SAYS+interrupted": Row("announcement.yaml:40",
        "SAYS", Context(), events.Interrupted(),
        "NONE", Context()),
    "SAYS+fenced": Row("announcement.yaml:41",
        "SAYS", Context(), events.Fenced(),
        "NONE", Context()),
    "SAYS+session_over": Row("announcement.yaml:42",
        "SAYS", Context(), events.SessionOver(),
        "NONE", Context(), actions=("look_for_announcements",)),
    # SAID: some of the announcement was heard
    "SAID+heard_to_end": Row("announcement.yaml:48",
        "SAID", Context(), events.HeardToEnd(),
        "NONE", Context(), actions=("note_spoken",)),
    "SAID+interrupted": Row("announcement.yaml:49",
        "SAID", Context(), events.Interrupted(),
        "NONE", Context(), actions=("note_spoken",)),
    "SAID+fenced": Row("announcement.yaml:50",
        "SAID", Context(), events.Fenced(),
        "NONE", Context()),
    "SAID+session_over": Row("announcement.yaml:51",
        "SAID", Context(), events.SessionOver(),
        "NONE", Context(), actions=("look_for_announcements",)),
    # ASKS: the question is on its way; nothing of it was heard
    "ASKS+first_heard": Row("announcement.yaml:57",
        "ASKS", Context(), events.FirstHeard(session="session-2", turn=5),
        "ASKED", Context()),
    "ASKS+heard_to_end": Row("announcement.yaml:58",
        "ASKS", Context(), events.HeardToEnd(),
        "AWAITS", Context()),
    "ASKS+interrupted": Row("announcement.yaml:59",
        "ASKS", Context(), events.Interrupted(),
        "NONE", Context()),
    "ASKS+fenced": Row("announcement.yaml:60",
        "ASKS", Context(), events.Fenced(),
        "NONE", Context()),
    "ASKS+session_over": Row("announcement.yaml:61",
        "ASKS", Context(), events.SessionOver(),
        "NONE", Context(), actions=("look_for_announcements",)),
    # ASKED: some of the question was heard
    "ASKED+heard_to_end": Row("announcement.yaml:67",
        "ASKED", Context(), events.HeardToEnd(),
        "AWAITS", Context()),
    "ASKED+interrupted": Row("announcement.yaml:68",
        "ASKED", Context(), events.Interrupted(),
        "AWAITS", Context()),
    "ASKED+fenced": Row("announcement.yaml:69",
        "ASKED", Context(), events.Fenced(),
        "NONE", Context()),
    "ASKED+session_over": Row("announcement.yaml:70",
        "ASKED", Context(), events.SessionOver(),
        "NONE", Context(), actions=("look_for_announcements",)),
    # AWAITS: the user was asked, and has not answered
    "AWAITS+question_answered": Row("announcement.yaml:76",
        "AWAITS", Context(), events.QuestionAnswered(session="session-2", turn=5, words="some words"),
        "NONE", Context(), actions=("note_answered",), emits=(emits.EndWanted(reason="answered"),)),
    "AWAITS+fenced": Row("announcement.yaml:77",
        "AWAITS", Context(), events.Fenced(),
        "NONE", Context()),
    "AWAITS+session_over": Row("announcement.yaml:78",
        "AWAITS", Context(), events.SessionOver(),
        "NONE", Context(), actions=("note_unanswered", "look_for_announcements")),
}

IGNORED: list[Ignored] = [
    Ignored("announcement.yaml:32", "NONE", events.Fenced()),  # nothing is to be noted
    Ignored("announcement.yaml:30", "NONE", events.HeardToEnd()),  # it was a reply
    Ignored("announcement.yaml:31", "NONE", events.Interrupted()),  # it was a reply
    Ignored("announcement.yaml:80", "AWAITS", events.HeardToEnd()),  # it was a reply
    Ignored("announcement.yaml:81", "AWAITS", events.Interrupted()),  # it was a reply
]

FORBIDDEN: list[Forbidden] = [
    # announcement.yaml:21: what NONE does not list
    Forbidden("NONE", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("NONE", events.QuestionAnswered(session="session-2", turn=5, words="some words")),
    # announcement.yaml:33: what SAYS does not list
    Forbidden("SAYS", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("SAYS", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("SAYS", events.QuestionAnswered(session="session-2", turn=5, words="some words")),
    # announcement.yaml:43: what SAID does not list
    Forbidden("SAID", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("SAID", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("SAID", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("SAID", events.QuestionAnswered(session="session-2", turn=5, words="some words")),
    # announcement.yaml:52: what ASKS does not list
    Forbidden("ASKS", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("ASKS", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("ASKS", events.QuestionAnswered(session="session-2", turn=5, words="some words")),
    # announcement.yaml:62: what ASKED does not list
    Forbidden("ASKED", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("ASKED", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("ASKED", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("ASKED", events.QuestionAnswered(session="session-2", turn=5, words="some words")),
    # announcement.yaml:71: what AWAITS does not list
    Forbidden("AWAITS", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("AWAITS", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("AWAITS", events.FirstHeard(session="session-2", turn=5)),
]

PAIRS: list[Pair] = [
    Pair("NONE+announcement_started", "SAYS+first_heard", Context(), then=[
        Then(["heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("NONE+announcement_started", "SAYS+heard_to_end", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+announcement_started", "SAYS+interrupted", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+announcement_started", "SAYS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+announcement_started", "SAYS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+question_started", "ASKS+first_heard", Context(), then=[
        Then(["heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("NONE+question_started", "ASKS+heard_to_end", Context(), then=[
        Then(["question_answered", "fenced", "session_over"], Context()),
    ]),
    Pair("NONE+question_started", "ASKS+interrupted", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+question_started", "ASKS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+question_started", "ASKS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("NONE+session_over", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("NONE+session_over", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("NONE+session_over", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+first_heard", "SAID+heard_to_end", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+first_heard", "SAID+interrupted", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+first_heard", "SAID+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+first_heard", "SAID+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+heard_to_end", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+heard_to_end", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+heard_to_end", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+interrupted", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+interrupted", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+interrupted", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+fenced", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+fenced", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+fenced", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAYS+session_over", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+session_over", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAYS+session_over", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAID+heard_to_end", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+heard_to_end", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+heard_to_end", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAID+interrupted", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+interrupted", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+interrupted", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAID+fenced", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+fenced", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+fenced", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("SAID+session_over", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+session_over", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("SAID+session_over", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+first_heard", "ASKED+heard_to_end", Context(), then=[
        Then(["question_answered", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+first_heard", "ASKED+interrupted", Context(), then=[
        Then(["question_answered", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+first_heard", "ASKED+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+first_heard", "ASKED+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+heard_to_end", "AWAITS+question_answered", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+heard_to_end", "AWAITS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+heard_to_end", "AWAITS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+interrupted", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+interrupted", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+interrupted", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+fenced", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+fenced", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+fenced", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKS+session_over", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+session_over", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+session_over", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+heard_to_end", "AWAITS+question_answered", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+heard_to_end", "AWAITS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+heard_to_end", "AWAITS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+interrupted", "AWAITS+question_answered", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+interrupted", "AWAITS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+interrupted", "AWAITS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+fenced", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKED+fenced", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKED+fenced", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("ASKED+session_over", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKED+session_over", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKED+session_over", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("AWAITS+question_answered", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("AWAITS+question_answered", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("AWAITS+question_answered", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("AWAITS+fenced", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("AWAITS+fenced", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("AWAITS+fenced", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
    Pair("AWAITS+session_over", "NONE+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("AWAITS+session_over", "NONE+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "fenced", "session_over"], Context()),
    ]),
    Pair("AWAITS+session_over", "NONE+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "session_over"], Context()),
    ]),
]

PATHS: dict[str, Path] = {
    "NONE": Path(Context(), [], Context()),
    "SAYS": Path(Context(), [(events.AnnouncementStarted(session="session-2", turn=5), "SAYS")], Context()),
    "SAID": Path(Context(), [(events.AnnouncementStarted(session="session-2", turn=5), "SAYS"), (events.FirstHeard(session="session-2", turn=5), "SAID")], Context()),
    "ASKS": Path(Context(), [(events.QuestionStarted(session="session-2", turn=5), "ASKS")], Context()),
    "ASKED": Path(Context(), [(events.QuestionStarted(session="session-2", turn=5), "ASKS"), (events.FirstHeard(session="session-2", turn=5), "ASKED")], Context()),
    "AWAITS": Path(Context(), [(events.QuestionStarted(session="session-2", turn=5), "ASKS"), (events.HeardToEnd(), "AWAITS")], Context()),
}


def test_new() -> None:
    check_new(Announcement, "NONE", Context())


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_row(case: Row) -> None:
    check_row(Announcement, case)


@pytest.mark.parametrize("case", IGNORED, ids=str)
def test_ignored(case: Ignored) -> None:
    check_ignored(Announcement, case, ROWS)


@pytest.mark.parametrize("case", FORBIDDEN, ids=str)
def test_forbidden(case: Forbidden) -> None:
    check_forbidden(Announcement, case, ROWS)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_pair(case: Pair) -> None:
    check_pair(Announcement, case, ROWS)


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_path(case: Path) -> None:
    check_path(Announcement, case)
