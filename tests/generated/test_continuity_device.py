# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (device): 7 rows in 9 cases, 1 ignored and 7 forbidden cells, 13 pairs and 27 triples of rows, 3 paths."""

from __future__ import annotations

import pytest

from tars.generated.device import emits, events
from tars.generated.device.continuity import Continuity, ContinuityContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # UNLINKED: no link and nothing to resume
    "UNLINKED+link_fresh": Row("continuity.yaml:24",
        "UNLINKED", Context(), events.LinkFresh(reason="some reason", utterance=True),
        "LINKED", Context(), actions=("new_record",), emits=(emits.Fresh(reason="some reason", utterance=True),)),
    "UNLINKED+link_fresh, utterance=False": Row("continuity.yaml:24",
        "UNLINKED", Context(), events.LinkFresh(reason="some reason", utterance=False),
        "LINKED", Context(), actions=("new_record",), emits=(emits.Fresh(reason="some reason", utterance=False),)),
    # LINKED: greeted on both sides
    "LINKED+link_lost": Row("continuity.yaml:32",
        "LINKED", Context(), events.LinkLost(),
        "INTERRUPTED", Context()),
    "LINKED+link_closed": Row("continuity.yaml:33",
        "LINKED", Context(), events.LinkClosed(),
        "UNLINKED", Context(), actions=("drop_record",)),
    # INTERRUPTED: the link is down; the record and the session are kept
    "INTERRUPTED+link_resumed": Row("continuity.yaml:39",
        "INTERRUPTED", Context(), events.LinkResumed(),
        "LINKED", Context(), actions=("send_unacknowledged_again",)),
    "INTERRUPTED+link_fresh": Row("continuity.yaml:40",
        "INTERRUPTED", Context(), events.LinkFresh(reason="some reason", utterance=True),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.Fresh(reason="some reason", utterance=True),)),
    "INTERRUPTED+link_fresh, utterance=False": Row("continuity.yaml:40",
        "INTERRUPTED", Context(), events.LinkFresh(reason="some reason", utterance=False),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.Fresh(reason="some reason", utterance=False),)),
    "INTERRUPTED+grace_over": Row("continuity.yaml:41",
        "INTERRUPTED", Context(), events.GraceOver(),
        "UNLINKED", Context(), actions=("drop_record",), emits=(emits.GivenUp(),)),
    "INTERRUPTED+link_closed": Row("continuity.yaml:42",
        "INTERRUPTED", Context(), events.LinkClosed(),
        "UNLINKED", Context(), actions=("drop_record",)),
}

IGNORED: list[Ignored] = [
    Ignored("continuity.yaml:26", "UNLINKED", events.LinkClosed()),  # nothing was kept
]

FORBIDDEN: list[Forbidden] = [
    # continuity.yaml:19: what UNLINKED does not list
    Forbidden("UNLINKED", events.LinkResumed()),
    Forbidden("UNLINKED", events.LinkLost()),
    Forbidden("UNLINKED", events.GraceOver()),
    # continuity.yaml:27: what LINKED does not list
    Forbidden("LINKED", events.LinkFresh(reason="some reason", utterance=True)),
    Forbidden("LINKED", events.LinkResumed()),
    Forbidden("LINKED", events.GraceOver()),
    # continuity.yaml:34: what INTERRUPTED does not list
    Forbidden("INTERRUPTED", events.LinkLost()),
]

PAIRS: list[Pair] = [
    Pair("UNLINKED+link_fresh", "LINKED+link_lost", Context(), then=[
        Then(["link_resumed", "link_fresh", "grace_over", "link_closed"], Context()),
    ]),
    Pair("UNLINKED+link_fresh", "LINKED+link_closed", Context(), then=[
        Then(["link_fresh"], Context()),
    ]),
    Pair("LINKED+link_lost", "INTERRUPTED+link_resumed", Context(), then=[
        Then(["link_lost", "link_closed"], Context()),
    ]),
    Pair("LINKED+link_lost", "INTERRUPTED+link_fresh", Context(), then=[
        Then(["link_lost", "link_closed"], Context()),
    ]),
    Pair("LINKED+link_lost", "INTERRUPTED+grace_over", Context(), then=[
        Then(["link_fresh"], Context()),
    ]),
    Pair("LINKED+link_lost", "INTERRUPTED+link_closed", Context(), then=[
        Then(["link_fresh"], Context()),
    ]),
    Pair("LINKED+link_closed", "UNLINKED+link_fresh", Context(), then=[
        Then(["link_lost", "link_closed"], Context()),
    ]),
    Pair("INTERRUPTED+link_resumed", "LINKED+link_lost", Context(), then=[
        Then(["link_resumed", "link_fresh", "grace_over", "link_closed"], Context()),
    ]),
    Pair("INTERRUPTED+link_resumed", "LINKED+link_closed", Context(), then=[
        Then(["link_fresh"], Context()),
    ]),
    Pair("INTERRUPTED+link_fresh", "LINKED+link_lost", Context(), then=[
        Then(["link_resumed", "link_fresh", "grace_over", "link_closed"], Context()),
    ]),
    Pair("INTERRUPTED+link_fresh", "LINKED+link_closed", Context(), then=[
        Then(["link_fresh"], Context()),
    ]),
    Pair("INTERRUPTED+grace_over", "UNLINKED+link_fresh", Context(), then=[
        Then(["link_lost", "link_closed"], Context()),
    ]),
    Pair("INTERRUPTED+link_closed", "UNLINKED+link_fresh", Context(), then=[
        Then(["link_lost", "link_closed"], Context()),
    ]),
]

PATHS: dict[str, Path] = {
    "UNLINKED": Path(Context(), [], Context()),
    "LINKED": Path(Context(), [(events.LinkFresh(reason="some reason", utterance=True), "LINKED")], Context()),
    "INTERRUPTED": Path(Context(), [(events.LinkFresh(reason="some reason", utterance=True), "LINKED"), (events.LinkLost(), "INTERRUPTED")], Context()),
}


def test_new() -> None:
    check_new(Continuity, "UNLINKED", Context())


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_row(case: Row) -> None:
    check_row(Continuity, case)


@pytest.mark.parametrize("case", IGNORED, ids=str)
def test_ignored(case: Ignored) -> None:
    check_ignored(Continuity, case, ROWS)


@pytest.mark.parametrize("case", FORBIDDEN, ids=str)
def test_forbidden(case: Forbidden) -> None:
    check_forbidden(Continuity, case, ROWS)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_pair(case: Pair) -> None:
    check_pair(Continuity, case, ROWS)


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_path(case: Path) -> None:
    check_path(Continuity, case)
