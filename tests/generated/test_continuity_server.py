# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (server): 13 rows in 25 cases, 3 ignored and 7 forbidden cells, 51 pairs and 211 triples of rows, 3 paths."""

from __future__ import annotations

import pytest

from tars.generated.server import emits, events
from tars.generated.server.continuity import Continuity, ContinuityContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # UNLINKED: the device is not linked and nothing of it is kept
    "UNLINKED+hello": Row("continuity.yaml:66",
        "UNLINKED", Context(), events.Hello(resume=True, same_epoch=True, same_record=True),
        "LINKED", Context(), actions=("new_record",), emits=(emits.Fresh(), emits.Welcome(resumed=False))),
    # LINKED: greeted; a second greeting is a takeover and closes the older socket
    "LINKED+hello[resumable]": Row("continuity.yaml:75",
        "LINKED", Context(), events.Hello(resume=True, same_epoch=True, same_record=True),
        "LINKED", Context(), actions=("close_older_socket", "send_unacknowledged_again"), emits=(emits.Welcome(resumed=True),), entered=False),
    "LINKED+hello[not resumable]": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=True, same_epoch=True, same_record=False),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+hello[not resumable], same_epoch=False, same_record=True": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=True, same_epoch=False, same_record=True),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+hello[not resumable], same_epoch=False": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=True, same_epoch=False, same_record=False),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+hello[not resumable], resume=False, same_record=True": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=False, same_epoch=True, same_record=True),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+hello[not resumable], resume=False": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=False, same_epoch=True, same_record=False),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+hello[not resumable], resume=False, same_epoch=False, same_record=True": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=False, same_epoch=False, same_record=True),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+hello[not resumable], resume=False, same_epoch=False": Row("continuity.yaml:76",
        "LINKED", Context(), events.Hello(resume=False, same_epoch=False, same_record=False),
        "LINKED", Context(), actions=("close_older_socket", "drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False)), entered=False),
    "LINKED+goodbye": Row("continuity.yaml:77",
        "LINKED", Context(), events.Goodbye(),
        "UNLINKED", Context(), actions=("close_socket", "drop_record"), emits=(emits.GivenUp(),)),
    "LINKED+lost": Row("continuity.yaml:78",
        "LINKED", Context(), events.Lost(generation=5, reason="some reason"),
        "INTERRUPTED", Context(), actions=("abort_socket",)),
    "LINKED+stop": Row("continuity.yaml:79",
        "LINKED", Context(), events.Stop(),
        "UNLINKED", Context(), actions=("flush_and_close", "drop_record"), emits=(emits.GoingAway(),)),
    "LINKED+suspend": Row("continuity.yaml:80",
        "LINKED", Context(), events.Suspend(),
        "INTERRUPTED", Context(), actions=("flush_and_close",), emits=(emits.GoingAway(),)),
    "LINKED+fenced": Row("continuity.yaml:81",
        "LINKED", Context(), events.Fenced(),
        "UNLINKED", Context(), actions=("abort_socket", "drop_record", "leave_timers"), emits=(emits.GivenUp(),)),
    # INTERRUPTED: the link is down; the record and the session are kept
    "INTERRUPTED+hello[resumable]": Row("continuity.yaml:87",
        "INTERRUPTED", Context(), events.Hello(resume=True, same_epoch=True, same_record=True),
        "LINKED", Context(), actions=("send_unacknowledged_again", "look_for_announcements"), emits=(emits.Welcome(resumed=True),)),
    "INTERRUPTED+hello[not resumable]": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=True, same_epoch=True, same_record=False),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+hello[not resumable], same_epoch=False, same_record=True": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=True, same_epoch=False, same_record=True),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+hello[not resumable], same_epoch=False": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=True, same_epoch=False, same_record=False),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+hello[not resumable], resume=False, same_record=True": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=False, same_epoch=True, same_record=True),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+hello[not resumable], resume=False": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=False, same_epoch=True, same_record=False),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+hello[not resumable], resume=False, same_epoch=False, same_record=True": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=False, same_epoch=False, same_record=True),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+hello[not resumable], resume=False, same_epoch=False": Row("continuity.yaml:88",
        "INTERRUPTED", Context(), events.Hello(resume=False, same_epoch=False, same_record=False),
        "LINKED", Context(), actions=("drop_record", "new_record"), emits=(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))),
    "INTERRUPTED+grace_over": Row("continuity.yaml:89",
        "INTERRUPTED", Context(), events.GraceOver(),
        "UNLINKED", Context(), actions=("drop_record",), emits=(emits.GivenUp(),)),
    "INTERRUPTED+stop": Row("continuity.yaml:90",
        "INTERRUPTED", Context(), events.Stop(),
        "UNLINKED", Context(), actions=("drop_record",)),
    "INTERRUPTED+fenced": Row("continuity.yaml:91",
        "INTERRUPTED", Context(), events.Fenced(),
        "UNLINKED", Context(), actions=("drop_record", "leave_timers"), emits=(emits.GivenUp(),)),
}

IGNORED: list[Ignored] = [
    Ignored("continuity.yaml:68", "UNLINKED", events.Stop()),  # there is no link
    Ignored("continuity.yaml:69", "UNLINKED", events.Suspend()),  # there is no link and nothing to save
    Ignored("continuity.yaml:93", "INTERRUPTED", events.Suspend()),  # the link is down already; the session is kept as it is
]

FORBIDDEN: list[Forbidden] = [
    # continuity.yaml:61: what UNLINKED does not list
    Forbidden("UNLINKED", events.Goodbye()),
    Forbidden("UNLINKED", events.Lost(generation=5, reason="some reason")),
    Forbidden("UNLINKED", events.GraceOver()),
    Forbidden("UNLINKED", events.Fenced()),
    # continuity.yaml:70: what LINKED does not list
    Forbidden("LINKED", events.GraceOver()),
    # continuity.yaml:82: what INTERRUPTED does not list
    Forbidden("INTERRUPTED", events.Goodbye()),
    Forbidden("INTERRUPTED", events.Lost(generation=5, reason="some reason")),
]

PAIRS: list[Pair] = [
    Pair("UNLINKED+hello", "LINKED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("UNLINKED+hello", "LINKED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("UNLINKED+hello", "LINKED+goodbye", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("UNLINKED+hello", "LINKED+lost", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("UNLINKED+hello", "LINKED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("UNLINKED+hello", "LINKED+suspend", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("UNLINKED+hello", "LINKED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+goodbye", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+lost", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+suspend", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[resumable]", "LINKED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+goodbye", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+lost", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+suspend", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("LINKED+hello[not resumable]", "LINKED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+goodbye", "UNLINKED+hello", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+lost", "INTERRUPTED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+lost", "INTERRUPTED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+lost", "INTERRUPTED+grace_over", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+lost", "INTERRUPTED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+lost", "INTERRUPTED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+stop", "UNLINKED+hello", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+suspend", "INTERRUPTED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+suspend", "INTERRUPTED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("LINKED+suspend", "INTERRUPTED+grace_over", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+suspend", "INTERRUPTED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+suspend", "INTERRUPTED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("LINKED+fenced", "UNLINKED+hello", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+goodbye", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+lost", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+suspend", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[resumable]", "LINKED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+hello[resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+hello[not resumable]", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+goodbye", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+lost", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+stop", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+suspend", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "grace_over", "stop", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+hello[not resumable]", "LINKED+fenced", Context(), then=[
        Then(["hello"], Context()),
    ]),
    Pair("INTERRUPTED+grace_over", "UNLINKED+hello", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+stop", "UNLINKED+hello", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
    Pair("INTERRUPTED+fenced", "UNLINKED+hello", Context(), then=[
        Then(["hello[resumable]", "hello[not resumable]", "goodbye", "lost", "stop", "suspend", "fenced"], Context()),
    ]),
]

PATHS: dict[str, Path] = {
    "UNLINKED": Path(Context(), [], Context()),
    "LINKED": Path(Context(), [(events.Hello(resume=True, same_epoch=True, same_record=True), "LINKED")], Context()),
    "INTERRUPTED": Path(Context(), [(events.Hello(resume=True, same_epoch=True, same_record=True), "LINKED"), (events.Lost(generation=5, reason="some reason"), "INTERRUPTED")], Context()),
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
