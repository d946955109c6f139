# Written by `python -m codegen` from machines/announcement.yaml; do not edit.
"""announcement (server): 20 rows in 20 cases, 10 ignored and 24 forbidden cells, 62 pairs and 212 triples of rows, 6 paths."""

from __future__ import annotations

import pytest

from tars.generated.server import emits, events
from tars.generated.server.announcement import Announcement, AnnouncementContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # NO_ANNOUNCEMENT: the server has not spoken first in this session, or it is known what has become of that
    "NO_ANNOUNCEMENT+announcement_started": Row("announcement.yaml:27",
        "NO_ANNOUNCEMENT", Context(), events.AnnouncementStarted(session="session-2", turn=5),
        "SAYS", Context()),
    "NO_ANNOUNCEMENT+question_started": Row("announcement.yaml:28",
        "NO_ANNOUNCEMENT", Context(), events.QuestionStarted(session="session-2", turn=5),
        "ASKS", Context()),
    "NO_ANNOUNCEMENT+may_be_told": Row("announcement.yaml:29",
        "NO_ANNOUNCEMENT", Context(), events.MayBeTold(),
        "NO_ANNOUNCEMENT", Context(), actions=("look_for_announcements",), entered=False),
    # SAYS: the announcement is on its way; nothing of it was heard
    "SAYS+first_heard": Row("announcement.yaml:40",
        "SAYS", Context(), events.FirstHeard(session="session-2", turn=5),
        "PARTLY_SAID", Context()),
    "SAYS+heard_to_end": Row("announcement.yaml:41",
        "SAYS", Context(), events.HeardToEnd(),
        "NO_ANNOUNCEMENT", Context(), actions=("note_spoken",)),
    "SAYS+interrupted": Row("announcement.yaml:42",
        "SAYS", Context(), events.Interrupted(),
        "NO_ANNOUNCEMENT", Context()),
    "SAYS+session_over": Row("announcement.yaml:43",
        "SAYS", Context(), events.SessionOver(),
        "NO_ANNOUNCEMENT", Context()),
    # PARTLY_SAID: some of the announcement was heard
    "PARTLY_SAID+heard_to_end": Row("announcement.yaml:51",
        "PARTLY_SAID", Context(), events.HeardToEnd(),
        "NO_ANNOUNCEMENT", Context(), actions=("note_spoken",)),
    "PARTLY_SAID+interrupted": Row("announcement.yaml:52",
        "PARTLY_SAID", Context(), events.Interrupted(),
        "NO_ANNOUNCEMENT", Context(), actions=("note_spoken",)),
    "PARTLY_SAID+session_over": Row("announcement.yaml:53",
        "PARTLY_SAID", Context(), events.SessionOver(),
        "NO_ANNOUNCEMENT", Context()),
    # ASKS: the question is on its way; nothing of it was heard
    "ASKS+first_heard": Row("announcement.yaml:61",
        "ASKS", Context(), events.FirstHeard(session="session-2", turn=5),
        "PARTLY_ASKED", Context()),
    "ASKS+heard_to_end": Row("announcement.yaml:62",
        "ASKS", Context(), events.HeardToEnd(),
        "AWAITS", Context()),
    "ASKS+interrupted": Row("announcement.yaml:63",
        "ASKS", Context(), events.Interrupted(),
        "NO_ANNOUNCEMENT", Context()),
    "ASKS+session_over": Row("announcement.yaml:64",
        "ASKS", Context(), events.SessionOver(),
        "NO_ANNOUNCEMENT", Context()),
    # PARTLY_ASKED: some of the question was heard
    "PARTLY_ASKED+heard_to_end": Row("announcement.yaml:72",
        "PARTLY_ASKED", Context(), events.HeardToEnd(),
        "AWAITS", Context()),
    "PARTLY_ASKED+interrupted": Row("announcement.yaml:73",
        "PARTLY_ASKED", Context(), events.Interrupted(),
        "AWAITS", Context()),
    "PARTLY_ASKED+session_over": Row("announcement.yaml:74",
        "PARTLY_ASKED", Context(), events.SessionOver(),
        "NO_ANNOUNCEMENT", Context()),
    # AWAITS: the user was asked, and has not answered
    "AWAITS+question_answered": Row("announcement.yaml:82",
        "AWAITS", Context(), events.QuestionAnswered(session="session-2", turn=5, recognised="some recognised"),
        "NO_ANNOUNCEMENT", Context(), actions=("note_answered",), emits=(emits.EndWanted(reason="answered"),)),
    "AWAITS+fenced": Row("announcement.yaml:83",
        "AWAITS", Context(), events.Fenced(),
        "NO_ANNOUNCEMENT", Context()),
    "AWAITS+session_over": Row("announcement.yaml:84",
        "AWAITS", Context(), events.SessionOver(),
        "NO_ANNOUNCEMENT", Context(), actions=("note_unanswered",)),
}

IGNORED: list[Ignored] = [
    Ignored("announcement.yaml:33", "NO_ANNOUNCEMENT", events.Fenced()),  # nothing is to be noted
    Ignored("announcement.yaml:31", "NO_ANNOUNCEMENT", events.HeardToEnd()),  # it was a reply
    Ignored("announcement.yaml:32", "NO_ANNOUNCEMENT", events.Interrupted()),  # it was a reply
    Ignored("announcement.yaml:34", "NO_ANNOUNCEMENT", events.SessionOver()),  # nothing is to be noted
    Ignored("announcement.yaml:45", "SAYS", events.Fenced()),  # session_over follows in the same step
    Ignored("announcement.yaml:55", "PARTLY_SAID", events.Fenced()),  # session_over follows in the same step
    Ignored("announcement.yaml:66", "ASKS", events.Fenced()),  # session_over follows in the same step
    Ignored("announcement.yaml:76", "PARTLY_ASKED", events.Fenced()),  # session_over follows in the same step
    Ignored("announcement.yaml:86", "AWAITS", events.HeardToEnd()),  # it was a reply
    Ignored("announcement.yaml:87", "AWAITS", events.Interrupted()),  # it was a reply
]

FORBIDDEN: list[Forbidden] = [
    # announcement.yaml:22: what NO_ANNOUNCEMENT does not list
    Forbidden("NO_ANNOUNCEMENT", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("NO_ANNOUNCEMENT", events.QuestionAnswered(session="session-2", turn=5, recognised="some recognised")),
    # announcement.yaml:35: what SAYS does not list
    Forbidden("SAYS", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("SAYS", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("SAYS", events.QuestionAnswered(session="session-2", turn=5, recognised="some recognised")),
    Forbidden("SAYS", events.MayBeTold()),
    # announcement.yaml:46: what PARTLY_SAID does not list
    Forbidden("PARTLY_SAID", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("PARTLY_SAID", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("PARTLY_SAID", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("PARTLY_SAID", events.QuestionAnswered(session="session-2", turn=5, recognised="some recognised")),
    Forbidden("PARTLY_SAID", events.MayBeTold()),
    # announcement.yaml:56: what ASKS does not list
    Forbidden("ASKS", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("ASKS", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("ASKS", events.QuestionAnswered(session="session-2", turn=5, recognised="some recognised")),
    Forbidden("ASKS", events.MayBeTold()),
    # announcement.yaml:67: what PARTLY_ASKED does not list
    Forbidden("PARTLY_ASKED", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("PARTLY_ASKED", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("PARTLY_ASKED", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("PARTLY_ASKED", events.QuestionAnswered(session="session-2", turn=5, recognised="some recognised")),
    Forbidden("PARTLY_ASKED", events.MayBeTold()),
    # announcement.yaml:77: what AWAITS does not list
    Forbidden("AWAITS", events.AnnouncementStarted(session="session-2", turn=5)),
    Forbidden("AWAITS", events.QuestionStarted(session="session-2", turn=5)),
    Forbidden("AWAITS", events.FirstHeard(session="session-2", turn=5)),
    Forbidden("AWAITS", events.MayBeTold()),
]

PAIRS: list[Pair] = [
    Pair("NO_ANNOUNCEMENT+announcement_started", "SAYS+first_heard", Context(), then=[
        Then(["heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+announcement_started", "SAYS+heard_to_end", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+announcement_started", "SAYS+interrupted", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+announcement_started", "SAYS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+question_started", "ASKS+first_heard", Context(), then=[
        Then(["heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+question_started", "ASKS+heard_to_end", Context(), then=[
        Then(["question_answered", "fenced", "session_over"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+question_started", "ASKS+interrupted", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+question_started", "ASKS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+may_be_told", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+may_be_told", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("NO_ANNOUNCEMENT+may_be_told", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("SAYS+first_heard", "PARTLY_SAID+heard_to_end", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("SAYS+first_heard", "PARTLY_SAID+interrupted", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("SAYS+first_heard", "PARTLY_SAID+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("SAYS+heard_to_end", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("SAYS+heard_to_end", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("SAYS+heard_to_end", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("SAYS+interrupted", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("SAYS+interrupted", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("SAYS+interrupted", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("SAYS+session_over", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("SAYS+session_over", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("SAYS+session_over", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_SAID+heard_to_end", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_SAID+heard_to_end", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_SAID+heard_to_end", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_SAID+interrupted", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_SAID+interrupted", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_SAID+interrupted", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_SAID+session_over", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_SAID+session_over", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_SAID+session_over", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("ASKS+first_heard", "PARTLY_ASKED+heard_to_end", Context(), then=[
        Then(["question_answered", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+first_heard", "PARTLY_ASKED+interrupted", Context(), then=[
        Then(["question_answered", "fenced", "session_over"], Context()),
    ]),
    Pair("ASKS+first_heard", "PARTLY_ASKED+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("ASKS+heard_to_end", "AWAITS+question_answered", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("ASKS+heard_to_end", "AWAITS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("ASKS+heard_to_end", "AWAITS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("ASKS+interrupted", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("ASKS+interrupted", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("ASKS+interrupted", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("ASKS+session_over", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("ASKS+session_over", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("ASKS+session_over", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+heard_to_end", "AWAITS+question_answered", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+heard_to_end", "AWAITS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+heard_to_end", "AWAITS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+interrupted", "AWAITS+question_answered", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+interrupted", "AWAITS+fenced", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+interrupted", "AWAITS+session_over", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("PARTLY_ASKED+session_over", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_ASKED+session_over", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("PARTLY_ASKED+session_over", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("AWAITS+question_answered", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("AWAITS+question_answered", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("AWAITS+question_answered", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("AWAITS+fenced", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("AWAITS+fenced", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("AWAITS+fenced", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
    Pair("AWAITS+session_over", "NO_ANNOUNCEMENT+announcement_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("AWAITS+session_over", "NO_ANNOUNCEMENT+question_started", Context(), then=[
        Then(["first_heard", "heard_to_end", "interrupted", "session_over"], Context()),
    ]),
    Pair("AWAITS+session_over", "NO_ANNOUNCEMENT+may_be_told", Context(), then=[
        Then(["announcement_started", "question_started", "may_be_told"], Context()),
    ]),
]

PATHS: dict[str, Path] = {
    "NO_ANNOUNCEMENT": Path(Context(), [], Context()),
    "SAYS": Path(Context(), [(events.AnnouncementStarted(session="session-2", turn=5), "SAYS")], Context()),
    "PARTLY_SAID": Path(Context(), [(events.AnnouncementStarted(session="session-2", turn=5), "SAYS"), (events.FirstHeard(session="session-2", turn=5), "PARTLY_SAID")], Context()),
    "ASKS": Path(Context(), [(events.QuestionStarted(session="session-2", turn=5), "ASKS")], Context()),
    "PARTLY_ASKED": Path(Context(), [(events.QuestionStarted(session="session-2", turn=5), "ASKS"), (events.FirstHeard(session="session-2", turn=5), "PARTLY_ASKED")], Context()),
    "AWAITS": Path(Context(), [(events.QuestionStarted(session="session-2", turn=5), "ASKS"), (events.HeardToEnd(), "AWAITS")], Context()),
}


def test_new() -> None:
    check_new(Announcement, "NO_ANNOUNCEMENT", Context())


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
