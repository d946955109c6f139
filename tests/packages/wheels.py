"""`python -m tests.packages.wheels`: has every pinned package a wheel for every Python and machine that TARS is meant for?

pip is asked, as for an installation there, and installs nothing. It uses whatever index it is configured for.
Status 0: all have one; 1: one has not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from packaging.specifiers import SpecifierSet

from tests.packages.constraints import FILE, pins

PYTHONS = ("3.11", "3.13")
"""Those of Debian 12 and 13."""
MACHINES = ("aarch64",)
"""A Raspberry Pi. That x86_64 has everything shows when the tests run there."""
OLDEST_GLIBC, GLIBC = 17, 36
"""Minor versions of glibc 2: the oldest that a wheel is made for, and that of Debian 12."""


def command(python: str, machine: str, requirements: Path, target: Path) -> list[str]:
    """What asks pip. pip takes a wheel only for a platform that it is given, so each glibc that will do is named.

    Markers are left to `pins`, and which Pythons a package wants to `refused`: pip would take the Python that runs it for both.
    """
    glibcs = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, OLDEST_GLIBC - 1, -1)]
    tags = ["--implementation", "cp", "--python-version", python]
    tags += [word for abi in (f"cp{python.replace('.', '')}", "abi3", "none") for word in ("--abi", abi)]
    tags += [word for platform in (*glibcs, f"manylinux2014_{machine}", f"linux_{machine}") for word in ("--platform", platform)]
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", "--disable-pip-version-check"]
    return [
        *pip,
        "--no-deps",
        "--only-binary=:all:",
        "--ignore-requires-python",
        *tags,
        "--target",
        str(target),
        "--requirement",
        str(requirements),
    ]


def environment(python: str, machine: str) -> Mapping[str, str]:
    """What markers are evaluated for."""
    return {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": machine, "sys_platform": "linux"}


def ask(python: str, machine: str, constraints: str) -> str:
    """The first reason why these pins cannot be installed there as wheels, as pip gives it; nothing if they can."""
    with TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        pinned = pins(constraints, environment(python, machine))
        requirements.write_text("".join(f"{name}=={version}\n" for name, version in pinned.items()))
        asked = command(python, machine, requirements, Path(folder, "target"))
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return refused(json.loads(done.stdout), python)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    return "\n".join(errors) or f"pip: status {done.returncode}: {done.stderr.strip()}"


def refused(report: Mapping[str, Any], python: str) -> str:
    """The first package of pip's report that does not want this Python; nothing if all do."""
    for package in (found["metadata"] for found in report["install"]):
        wanted = package.get("requires_python", "")
        if not SpecifierSet(wanted).contains(f"{python}.99"):
            return f"{package['name']} {package['version']} wants Python {wanted}"
    return ""


def main(words: Sequence[str]) -> int:
    """Ask for each Python and machine; the status."""
    parser = argparse.ArgumentParser(prog="python -m tests.packages.wheels", description="Asks whether every pinned package has a wheel.")
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="VERSION", help=f"by default {' '.join(PYTHONS)}")
    parser.add_argument("--machine", nargs="+", default=MACHINES, metavar="NAME", help=f"by default {' '.join(MACHINES)}")
    parser.add_argument("--constraints", type=Path, default=FILE, metavar="FILE", help="other pins than those of constraints.txt")
    wanted = parser.parse_args(words)
    constraints = wanted.constraints.read_text()
    failed = False
    for python in wanted.python:
        for machine in wanted.machine:
            reason = ask(python, machine, constraints)
            failed |= bool(reason)
            count = len(pins(constraints, environment(python, machine)))
            sys.stdout.write(f"Python {python}, {machine}: {reason or f'all {count} packages have a wheel'}\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
