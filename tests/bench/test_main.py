"""The command, where nothing is measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import main


def test_a_report_without_matplotlib_is_refused_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["--report", str(tmp_path / "performance.md")]) == 2
    assert "pip install matplotlib" in capsys.readouterr().out


def test_a_profile_without_py_spy_is_refused_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert main(["--profile"]) == 2
    assert "pip install py-spy" in capsys.readouterr().out


def test_a_part_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "earthquake"])
    assert "storm" in capsys.readouterr().err
