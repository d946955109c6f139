from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.packages import wheels


def pip_says(monkeypatch: pytest.MonkeyPatch, status: int, text: str, **wants: str) -> list[tuple[list[str], str]]:
    """No index is asked; what pip would have been asked, and the requirements that it would have read.

    `wants`: the packages that pip reports, and the Pythons that each one wants.
    """
    report = {"install": [{"metadata": {"name": name, "version": "1", "requires_python": python}} for name, python in wants.items()]}
    asked: list[tuple[list[str], str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append((command, Path(command[-1]).read_text()))
        return subprocess.CompletedProcess(command, status, json.dumps(report), text)

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_pip_is_asked_for_wheels_only_and_for_every_glibc_up_to_that_of_debian_12(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = pip_says(monkeypatch, 0, "")
    assert wheels.ask("3.13", "aarch64", "numpy==2.4.6\nav==1 ; python_version < '3.12'\nav==2 ; python_version >= '3.12'\n") == ""
    ((command, requirements),) = asked
    assert requirements == "numpy==2.4.6\nav==2\n", "markers are those of the Python that is asked about"
    assert {"--dry-run", "--only-binary=:all:", "--no-deps", "manylinux2014_aarch64"} <= set(command)
    assert {f"manylinux_2_{minor}_aarch64" for minor in range(17, 37)} <= set(command)
    assert "manylinux_2_37_aarch64" not in command
    assert {"cp313", "abi3", "none"} == {command[at + 1] for at, word in enumerate(command) if word == "--abi"}


def test_a_package_without_a_wheel_fails_and_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_says(monkeypatch, 1, "WARNING: something else\nERROR: No matching distribution found for tflite-runtime==2.14.0\n")
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("tflite-runtime==2.14.0\n")
    assert wheels.main(["--constraints", str(constraints), "--python", "3.13"]) == 1
    assert capsys.readouterr().out == "Python 3.13, aarch64: ERROR: No matching distribution found for tflite-runtime==2.14.0\n"


def test_a_package_that_wants_another_python_than_the_one_asked_about_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, 0, "", plain=">=3.11", newer=">=3.13", older="<3.13")
    assert wheels.ask("3.11", "aarch64", "") == "newer 1 wants Python >=3.13"
    assert wheels.ask("3.13", "aarch64", "") == "older 1 wants Python <3.13"


def test_a_pip_that_fails_without_an_error_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, 2, "usage: pip")
    assert wheels.ask("3.11", "aarch64", "numpy==2.4.6\n") == "pip: status 2: usage: pip"


def test_every_python_and_machine_is_asked_about(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = pip_says(monkeypatch, 0, "")
    assert wheels.main(["--machine", "aarch64", "x86_64"]) == 0
    assert len(asked) == 4
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "Python 3.11, aarch64",
        "Python 3.11, x86_64",
        "Python 3.13, aarch64",
        "Python 3.13, x86_64",
    ]
