"""The command: which rows, and its status."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks import __main__ as command
from tests.attacks.judge import Finding
from tests.attacks.rows import Row, load


def measured(finding: Finding, folder: Path) -> None:
    assert folder.is_dir()
    finding.note("1 frame")


def fails(finding: Finding, _: Path) -> None:
    finding.hold(False, "status 1")


def breaks(finding: Finding, _: Path) -> None:
    finding.note("1 frame")
    raise AssertionError("it has not listened")


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = {name: Row(name, "a", "b", one) for name, one in {"measured": measured, "fails": fails, "breaks": breaks}.items()}
    made["optional"] = Row("optional", "a", "b", fails, optional=True)
    monkeypatch.setattr(command, "load", lambda: made)
    monkeypatch.setattr(command, "OUT", tmp_path / "out")


@pytest.mark.usefixtures("rows")
def test_the_status_is_1_when_a_row_is_red_and_a_row_that_breaks_is_red(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", "measured"]) == 0
    assert command.main(["--only", "measured", "--only", "fails"]) == 1
    assert command.main(["--only", "breaks"]) == 1
    assert "not measured to the end: it has not listened" in capsys.readouterr().out


@pytest.mark.usefixtures("rows")
def test_without_names_all_rows_run_but_those_that_must_be_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--report", str(tmp_path / "attacks.md")]) == 1
    assert "3/3" in capsys.readouterr().out
    assert "3 rows" in (tmp_path / "attacks.md").read_text()
    assert command.main(["--list"]) == 0
    assert "only if named" in capsys.readouterr().out
    assert command.main(["--only", "nothing"]) == 2


def test_every_row_says_what_is_done_and_what_must_hold() -> None:
    assert len(load()) > 30
    assert all(row.attack and row.limit for row in load().values())
