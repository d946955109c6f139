"""`python -m codegen coverage`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify import coverage
from codegen.verify.coverage import collect, report
from tests.codegen.coverage_traces import Lines, Write, row_of, without

MACHINES = Path(__file__).resolve().parents[4] / "machines"


pytestmark = pytest.mark.usefixtures("no_drawings")


def test_a_report_is_three_files(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    report(definitions, collect([trace(lines)]), tmp_path / "new" / "folder")
    assert {file.name for file in (tmp_path / "new" / "folder").iterdir()} == {"index.html", "coverage.json", "junit.xml"}


def test_the_command_prints_a_line_a_machine_and_a_total(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coverage.main(["--trace", str(trace(lines)), "--out", str(tmp_path / "out"), "--fail-under", "100"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(definitions.machines) + 1
    rows = len(definitions.machine("session", "device").rows)
    assert any(line.startswith("session (device) ") and f" rows {rows}/{rows} 100 % " in line for line in printed)
    assert printed[-1].startswith("total ")


def test_a_row_never_taken_fails_its_machine_though_the_total_would_pass(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = row_of(definitions)
    call = ["--trace", str(trace(without(lines, place(row.mark)))), "--out", str(tmp_path / "out"), "--fail-under"]
    assert coverage.main([*call, "100"]) == 1
    assert f"{place(row.mark)}: {row.name}" in capsys.readouterr().out
    assert coverage.main([*call, "99"]) == 1
    assert coverage.main([*call, "90"]) == 0


def test_a_forbidden_cell_never_tried_does_not_fail(lines: Lines, trace: Write, tmp_path: Path) -> None:
    taken = [line for line in lines if line["outcome"] == "taken"]
    assert coverage.main(["--trace", str(trace(taken)), "--out", str(tmp_path / "out"), "--fail-under", "100"]) == 0


def test_a_bad_trace_is_a_message_and_exit_2(trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(["--trace", str(trace("oops")), "--out", str(tmp_path / "out")]) == 2
    assert "trace.jsonl:1: not JSON" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_broken_definitions_are_findings_and_exit_2(trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MACHINES, tmp_path / "machines")
    (tmp_path / "machines" / "turn.yaml").write_text("machine: [")
    arguments = ["--trace", str(trace("")), "--out", str(tmp_path / "out"), "--definitions", str(tmp_path / "machines")]
    assert coverage.main(arguments) == 2
    assert "turn.yaml:1:" in capsys.readouterr().out


def test_a_moved_row_makes_an_old_trace_unusable(lines: Lines, trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MACHINES, tmp_path / "machines")
    session = tmp_path / "machines" / "session.yaml"
    session.write_text("# one line more\n" + session.read_text())
    arguments = ["--trace", str(trace(lines)), "--out", str(tmp_path / "out"), "--definitions", str(tmp_path / "machines")]
    assert coverage.main(arguments) == 2
    assert "in the definitions" in capsys.readouterr().out
