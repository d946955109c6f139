"""Real faults, and who is the first to notice each. One configuration is enough for these."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from codegen.verify.explore.machines.exploration import explore
from codegen.verify.explore.machines.verdict import dead_rows
from codegen.verify.mutate import command
from codegen.verify.mutate.command import try_all
from codegen.verify.mutate.detectors import BOUNDS, Notice, Suspect, notice, unmet, unsound
from codegen.verify.mutate.operators import Fault, faults
from codegen.verify.progress import Progress
from tests.explorations import explored as usual
from tests.explored import defined

ROOT = Path(__file__).resolve().parents[4]
CROSSED = "route crossed: device.session.started and device.session.session_began"
UNHEARD = "effect dropped: server.session LISTENING+hotword_detected session = payload.session"
OVERTAKEN = "target changed: server.turn USER_TURN+turn_stuck stays -> THINKING"
"""The session ends in the same step, and with it the turn."""
NEVER_STABLE = "effect dropped: device.connection CONNECTED+stable attempt = 0"


@cache
def planted() -> dict[str, Fault]:
    return {fault.name: fault for fault in faults(defined()[0])}


@pytest.mark.parametrize(
    ("name", "stage", "by"),
    [
        ("timeout removed: device.turn SPEAKING turn_stuck", "lint", "T120"),
        ("route cut: device.session.started to device.connection.started", "lint", "T311"),
        ("row removed: device.session HOTWORD_DETECTED+link_lost", "exploration", "no_forbidden_cell"),
        (CROSSED, "specs", "linked_from_the_start"),
        ("effect dropped: device.turn SPEAKING+button stop_speaker", "specs", "old_answers_are_silent"),
        ("effect dropped: device.session HOTWORD_DETECTED+no_answer play_error", "specs", "failures_are_heard"),
        (UNHEARD, "specs", "agreement"),
        (NEVER_STABLE, "specs", "ladder_starts_again"),
        ("target changed: server.announcement SAYS+interrupted NO_ANNOUNCEMENT -> AWAITS", "specs", "asked_if_heard"),
    ],
)
def test_the_first_to_notice(name: str, stage: str, by: str) -> None:
    assert notice(planted()[name], [usual()], defined()[1]) == Notice(stage, by)


@pytest.mark.verify
def test_a_row_that_is_never_taken_any_more_is_noticed_when_everything_was_walked() -> None:
    dead = notice(planted()[OVERTAKEN], [usual()], defined()[1])
    assert dead == Notice("exploration", "no_dead_row"), "in one configuration alone some rows are never taken"


@pytest.mark.verify
def test_what_changes_no_step_is_not_walked_again_and_a_walk_would_find_nothing() -> None:
    definitions, specs = planted()[OVERTAKEN].definitions, defined()[1]
    suspect = Suspect(definitions, usual(), specs)
    assert suspect.notice() is None
    whole = explore(definitions, specs, BOUNDS, usual().configuration, Progress("whole", quiet=True))
    left, dead = unmet(definitions, suspect.met), dead_rows(definitions, [whole.system])
    assert {text.partition(" is never ")[0] for text in left} == {text.partition(" is never ")[0] for text in dead}
    assert whole.graph.size == usual().graph.size
    assert [verdict.spec.name for verdict in whole.verdicts if not verdict.holds] == []


@pytest.mark.verify
def test_what_is_broken_without_a_fault_is_said_first() -> None:
    definitions, specs = defined()
    assert all(text.endswith("is never met") for text in unsound(definitions, specs, [usual()]))
    broken = planted()[UNHEARD].definitions
    exploration = explore(broken, specs, BOUNDS, usual().configuration, Progress("broken", quiet=True), first=True)
    assert "agreement is broken" in unsound(broken, specs, [exploration])


@pytest.mark.verify
def test_workers_try_each_fault_in_the_order_given() -> None:
    chosen = [planted()[name] for name in (CROSSED, NEVER_STABLE, "timeout removed: device.turn SPEAKING turn_stuck")]
    results = try_all(defined()[0], chosen, [usual()], defined()[1], Progress("mutate", quiet=True))
    assert [result.fault for result in results] == [fault.name for fault in chosen]
    assert [result.notice and result.notice.stage for result in results] == ["specs", "specs", "lint"]
    assert [result.tested for result in results] == [False, True, None], "a route has no generated test; what is refused generates none"


def test_a_walk_that_is_long_says_for_which_fault_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("codegen.verify.progress.EVERY", 0)
    notice(planted()[CROSSED], [usual()], defined()[1])
    assert f"mutate: {CROSSED}, as usual: " in capsys.readouterr().err


def test_faults_are_counted_while_an_earlier_one_is_still_walked() -> None:
    # In a process without threads: it is forked, and a copy may wait for a lock that a thread of the worker holds.
    call = "from tests.codegen.verify.mutate.test_detectors import count_meanwhile; count_meanwhile()"
    subprocess.run([sys.executable, "-c", call], cwd=ROOT, timeout=120, check=True)


def count_meanwhile() -> None:
    """Try two faults, of which the first is walked until the second one is counted. Raises AssertionError."""
    counted = multiprocessing.get_context("fork").Event()
    long, short = list(planted().values())[:2]

    class Counting(Progress):
        def say(self, text: str) -> None:
            counted.set()

    def until_counted(fault: Fault, *_: object) -> Notice | None:
        return None if fault == short or counted.wait(20) else Notice("specs", "nothing was counted meanwhile")

    with patch.object(command, "notice", until_counted), patch("multiprocessing.cpu_count", lambda: 2):
        results = try_all(defined()[0], [long, short], [], defined()[1], Counting("mutate"))
    assert [(result.fault, result.notice) for result in results] == [(long.name, None), (short.name, None)]
