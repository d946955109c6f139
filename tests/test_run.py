"""The script `run`, with fakes of all that it calls."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "run"
FAKES = {
    "dpkg-query": 'case " $INSTALLED " in *" $4 "*) printf "ii " ;; *) printf "rc " ;; esac',
    "apt-get": 'echo "apt-get $*" >>"$LOG"',
    "make": 'echo "make $*" >>"$LOG"; exit 7',
    "id": 'echo "$WHO"',
    "sudo": 'echo "sudo $1" >>"$LOG"; exec "$@"',
}


def run(folder: Path, *words: str, installed: str = "", who: int = 0, without: str = "") -> tuple[int, str, list[str]]:
    """Status, what it said and what it called, on a machine with these packages and commands."""
    commands = folder / "bin"
    commands.mkdir()
    for name in ("sh", "dirname", "env"):
        (commands / name).symlink_to(shutil.which(name) or name)
    for name, text in FAKES.items():
        if name != without:
            (commands / name).write_text(f"#!/bin/sh\n{text}\n")
            (commands / name).chmod(0o755)
    log = folder / "log"
    log.touch()
    variables = {"PATH": str(commands), "INSTALLED": installed, "WHO": str(who), "LOG": str(log)}
    done = subprocess.run([SCRIPT, *words], env=variables, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, log.read_text().splitlines()


def test_what_is_there_is_not_installed_and_the_status_is_that_of_make(tmp_path: Path) -> None:
    status, said, called = run(tmp_path, "test", "A=b c", installed="make python3-venv")
    assert (status, said, called) == (7, "", ["make test A=b c"])


def test_what_is_missing_is_installed_first(tmp_path: Path) -> None:
    status, said, called = run(tmp_path, "demo", installed="python3-venv")
    assert (status, said) == (7, "installing make\n")
    assert called[0] == "apt-get update -qq"
    assert called[1].startswith("apt-get install ")
    assert called[1].endswith(" make")
    assert called[2] == "make demo"


def test_who_is_not_root_installs_with_sudo(tmp_path: Path) -> None:
    _, _, called = run(tmp_path, "demo", who=1000)
    assert [line.split()[0] for line in called] == ["sudo", "apt-get", "sudo", "apt-get", "make"]


def test_who_is_not_root_and_has_no_sudo_is_told_what_to_do(tmp_path: Path) -> None:
    status, said, called = run(tmp_path, "demo", who=1000, without="sudo")
    assert (status, called) == (1, [])
    assert "these packages are missing: make python3-venv. Only root can install them, and there is no sudo" in said


def test_who_has_everything_needs_no_sudo(tmp_path: Path) -> None:
    assert run(tmp_path, "demo", who=1000, without="sudo", installed="make python3-venv")[2] == ["make demo"]


def test_a_system_without_apt_is_told_what_is_needed(tmp_path: Path) -> None:
    status, said, _ = run(tmp_path, "demo", without="apt-get")
    assert status == 1
    assert "on Debian and Raspberry Pi OS only. It needs: make python3-venv" in said


def test_packages_alone(tmp_path: Path) -> None:
    status, said, called = run(tmp_path, "--install", "sox", "spin", installed="sox")
    assert (status, said) == (0, "installing spin\n")
    assert "make" not in " ".join(called)


def test_a_failed_installation_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAKES, "apt-get", "exit 100")
    status, _, called = run(tmp_path, "demo")
    assert (status, called) == (100, [])


def test_nothing_wanted_is_a_mistake(tmp_path: Path) -> None:
    status, said, _ = run(tmp_path)
    assert status == 1
    assert "./run demo" in said
