from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.definitions.model import Definitions
from codegen.emit.text import place

ROOT = Path(__file__).resolve().parent.parent

TESTS = """
import json
import pytest
from tars.engine import Machine
from tars.errors import ForbiddenEvent
from tars.generated.device import events
from tars.generated.device.continuity import Continuity

class Toy(Continuity):
    machine = "toy"

def test_steps_are_seen():
    for kind in (Continuity, Toy):
        machine = kind()
        machine.step(events.LinkClosed())
        for _ in range(2):
            with pytest.raises(ForbiddenEvent):
                machine.step(events.LinkLost())
        machine.step(events.LinkFresh(reason="", utterance=False))

def test_traces_are_seen(trace_dir):
    line = {"machine": "turn", "node": "server", "from": "NO_TURN", "to": "USER_TURN", "event": "session_began", "outcome": "taken"}
    (trace_dir / "server.jsonl").write_text(json.dumps(line | {"row": ROW}) + "\\n")
"""


BOTH_SIDES = """
from tests import explorations
from tests.pair import Pair

POSSIBLE = {"continuity": PAIRS[0], "session": PAIRS[1], "turn": PAIRS[2]}
explorations.possible_pairs = lambda: POSSIBLE

def test_start():
    pair = Pair().start()
    assert pair.states("session") == ("LISTENING", "LISTENING")
"""
WORKERS = ("-n", "2", "--dist", "load")
STARTING = (
    {("UNLINKED", "UNLINKED"), ("UNLINKED", "LINKED"), ("LINKED", "LINKED")},
    {("IDLE", "IDLE"), ("LISTENING", "IDLE"), ("LISTENING", "LISTENING"), ("ACTIVE_SESSION", "ACTIVE_SESSION")},
    {("NO_TURN", "NO_TURN")},
)
"""What exploration would say of two sides that start."""


@pytest.fixture
def row(definitions: Definitions) -> str:
    """The place of the server's first row of turn."""
    return place(definitions.machine("turn", "server").rows[0].mark)


def run(folder: Path, row: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of TESTS with coverage in `folder`/report."""
    return run_text(folder, "test_some.py", TESTS.replace("ROW", repr(row)), *options)


def run_text(folder: Path, path: str, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.coverage_plugin", "-p", "no:cacheprovider", "--rootdir=.", *options]
    return subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)


def items(folder: Path, machine: str, role: str) -> dict[tuple[str, str], int]:
    """(state, event) -> hits, of what was met."""
    report = json.loads((folder / "report" / "coverage.json").read_text())
    (found,) = (entry for entry in report["machines"] if (entry["machine"], entry["role"]) == (machine, role))
    return {(item["from"], item["event"]): item["hits"] for item in found["items"] if item["hits"]}


def test_a_run_reports_what_its_machines_and_its_programs_met(tmp_path: Path, row: str) -> None:
    old = tmp_path / "report" / "traces" / "old.jsonl"
    old.parent.mkdir(parents=True)
    old.write_text("what an earlier run left\n")
    done = run(tmp_path, row, "--transition-coverage=report")
    assert done.returncode == 0, done.stdout + done.stderr
    device = {("UNLINKED", "link_closed"): 1, ("UNLINKED", "link_lost"): 2, ("UNLINKED", "link_fresh"): 1}
    assert items(tmp_path, "continuity", "device") == device
    assert items(tmp_path, "turn", "server") == {("NO_TURN", "session_began"): 1}
    lines = [line for line in done.stdout.splitlines() if line.startswith(("continuity (device)", "total"))]
    assert len(lines) == 2
    words = "continuity (device) rows 1/7 14 % pairs 0/13 0 % triples 0/27 0 % ignored 1/1 100 % forbidden 1/7 14 %"
    assert " ".join(lines[0].split()) == words


def test_what_several_workers_met_is_one_report(tmp_path: Path, row: str) -> None:
    """Each of two workers runs one of the tests; one of them leaves a trace too."""
    done = run(tmp_path, row, "--transition-coverage=report", *WORKERS)
    assert done.returncode == 0, done.stdout + done.stderr
    device = {("UNLINKED", "link_closed"): 1, ("UNLINKED", "link_lost"): 2, ("UNLINKED", "link_fresh"): 1}
    assert items(tmp_path, "continuity", "device") == device
    assert items(tmp_path, "turn", "server") == {("NO_TURN", "session_began"): 1}
    written = {path.relative_to(tmp_path / "report").as_posix() for path in (tmp_path / "report").rglob("*.jsonl")}
    assert {"hits.jsonl", "hits-gw0.jsonl", "hits-gw1.jsonl"} < written
    assert done.stdout.count("total") == 1
    assert "2 passed" in done.stdout.splitlines()[-1]


def test_counts_of_workers_are_added(tmp_path: Path) -> None:
    done = run_text(tmp_path, "test_inner.py", SEQUENCE, "--transition-coverage=report", *WORKERS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert items(tmp_path, "continuity", "device")["UNLINKED", "link_fresh"] == 5


def test_workers_that_cover_too_little_together_fail_the_run(tmp_path: Path, row: str) -> None:
    done = run(tmp_path, row, "--transition-coverage=report", "--transition-coverage-fail-under=100", *WORKERS)
    assert done.returncode == 1
    assert "continuity (device) is below 100 %; never taken:" in done.stdout
    assert "linked_link_lost" in done.stdout


def test_a_worker_that_ends_unexpectedly_fails_the_run(tmp_path: Path) -> None:
    text = "import os\n\ndef test_ends():\n    os._exit(3)\n\ndef test_other():\n    pass\n"
    done = run_text(tmp_path, "test_inner.py", text, "--transition-coverage=report", *WORKERS)
    assert done.returncode == 1
    assert "crashed" in done.stdout


def test_a_run_that_covers_too_little_fails_and_names_the_rows(tmp_path: Path, row: str) -> None:
    done = run(tmp_path, row, "--transition-coverage=report", "--transition-coverage-fail-under=100")
    assert done.returncode == 1
    assert "continuity (device) is below 100 %; never taken:" in done.stdout
    assert "linked_link_lost" in done.stdout
    assert "2 passed" in done.stdout


def test_a_trace_that_does_not_fit_the_definitions_fails_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, "turn.yaml:1", "--transition-coverage=report")
    assert done.returncode == 1
    assert "no row turn.yaml:1 for NO_TURN + session_began in turn (server)" in done.stdout


def test_a_run_without_the_option_observes_nothing(tmp_path: Path, row: str) -> None:
    done = run(tmp_path, row)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "transition coverage" not in done.stdout
    assert not (tmp_path / "report").exists()


SEQUENCE = """
from copy import copy
from tars.generated.device import events
from tars.generated.device.continuity import Continuity
from tars.generated.server import events as server
from tars.generated.server.turn import Turn, TurnContext

def test_two_after_one():
    machine = Continuity()
    machine.step(events.LinkFresh(reason="", utterance=False))
    machine.step(events.LinkClosed())
    machine.step(events.LinkClosed())
    machine.step(events.LinkFresh(reason="", utterance=False))

def test_a_machine_put_elsewhere():
    machine = Continuity()
    machine.step(events.LinkFresh(reason="", utterance=False))
    machine.state = "UNLINKED"
    machine.step(events.LinkFresh(reason="", utterance=False))

def test_a_machine_with_another_context():
    turn = Turn(TurnContext(turn=1), "DRAINING")
    turn.step(server.Interruption(session="s1", turn=1))
    turn.context = TurnContext(turn=1)  # the row before has set reply_complete, and so does the next one
    turn.step(server.ReplyEnded(session="s1", turn=1))

def test_another_machine():
    Continuity().step(events.LinkFresh(reason="", utterance=False))
"""


def test_a_sequence_is_of_one_machine_that_nobody_has_moved(tmp_path: Path) -> None:
    done = run_text(tmp_path, "test_inner.py", SEQUENCE, "--transition-coverage=report")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("continuity (device)")]
    assert "pairs 2/13 15 % triples 1/27 3 %" in " ".join(line.split())
    assert items(tmp_path, "continuity", "device")["UNLINKED", "link_fresh"] == 5


@pytest.mark.parametrize("path", ["tests/scenarios/test_inner.py", "tests/core/test_inner.py"])
def test_tests_that_run_both_sides_show_where_these_are_together(path: str, tmp_path: Path) -> None:
    done = run_text(tmp_path, path, BOTH_SIDES.replace("PAIRS", repr(STARTING)), "--transition-coverage=report")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines() if "pairs of states" in line]
    expected = [
        "continuity (both) pairs of states 3/3 100 %",
        "session (both) pairs of states 2/4 50 %",
        "turn (both) pairs of states 1/1 100 %",
    ]
    assert lines == (expected if "scenarios" in path else [])


def test_a_pair_of_states_that_cannot_be_fails_the_run_and_names_the_test(tmp_path: Path) -> None:
    links, sessions, turns = STARTING
    possible = (links, sessions - {("LISTENING", "LISTENING")}, turns)
    text = BOTH_SIDES.replace("PAIRS", repr(possible))
    done = run_text(tmp_path, "tests/scenarios/test_inner.py", text, "--transition-coverage=report")
    assert done.returncode == 1
    assert "tests/scenarios/test_inner.py::test_start: session in LISTENING and LISTENING: " in done.stdout
    assert "1 passed" in done.stdout
