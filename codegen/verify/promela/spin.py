"""Runs SPIN: compiles the model to a program that searches it, reads its output, and finds the steps to a broken spec."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from codegen.verify.promela.model import Model

TOOLS = ("spin", "gcc")
DEPTH = 5_000_000
"""The largest depth of a search, in steps. A deeper search is reported as incomplete."""
PROCESSES = 8
"""NFAIR of SPIN: fairness has room for four times as many processes, less two."""
STORED = re.compile(r"(\d+) states, stored")
ERRORS = re.compile(r"errors: (\d+)")


class SpinError(Exception):
    """SPIN or the compiler rejects the model, or a search is incomplete."""


@dataclass(frozen=True)
class Survey:
    """The result of a search through all states."""

    found: frozenset[int]
    """The numbers of broken specs and of pairs that occurred. 0: a step was not followed, because of an error or a bound."""
    states: int
    """The number of states between steps."""


def missing_tools() -> list[str]:
    """The names of the tools that are missing."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Spin:
    """One model in its own directory. Each program compiled from it is in a directory below."""

    def __init__(self, model: Model, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory, self._nodes = directory, model.nodes
        self._file = directory / "model.pml"
        self._file.write_text(model.text)

    def survey(self) -> Survey:
        """Search all states. All steps that are not followed lead to one extra state, which is not counted."""
        pan = self._compiled("survey", [], ["-O0", "-DSAFETY", "-DCOLLAPSE"])
        text = self._searched(pan, "-E", "-c0", f"-m{DEPTH}")
        found = frozenset(int(number) for number in re.findall(r"^found (\d+)$", text, re.MULTILINE))
        return Survey(found, int(_first(STORED, text)) - (0 in found))

    def way_to(self, number: int) -> list[str]:
        """The steps of a short way to a state in which the spec of that number is broken."""
        defined = f"-DWITNESS={number}"
        pan = self._compiled(f"witness{number}", [defined], ["-O0", "-DSAFETY", "-DBFS"])
        if int(_first(ERRORS, self._searched(pan, "-E"))) == 0:
            raise SpinError(f"breadth-first search does not find what the survey found: {number}")
        return self._steps(pan, [defined])

    def prepare_liveness(self) -> None:
        """Compile the program for `lasts`. After that several calls may run at the same time."""
        self._compiled("liveness", ["-DLIVENESS"], ["-O1", f"-DNFAIR={PROCESSES}"])

    def lasts(self, formula: str) -> list[str]:
        """The steps of a fair run that breaks the formula of that name; empty if there is none."""
        pan = self._directory / "liveness" / "pan"
        text = self._searched(pan, "-a", "-f", f"-m{DEPTH}", "-N", formula)
        return self._steps(pan, ["-DLIVENESS"]) if int(_first(ERRORS, text)) else []

    def _compiled(self, name: str, defined: list[str], flags: list[str]) -> Path:
        directory = self._directory / name
        directory.mkdir(exist_ok=True)
        said = _run(directory, "spin", "-a", *defined, str(self._file))
        if not (directory / "pan.c").exists():
            raise SpinError(said)
        # -DNOREDUCE: no partial-order reduction, so that every state is counted.
        said = _run(directory, "gcc", "-w", "-DNOREDUCE", *flags, "-o", "pan", "pan.c")
        if not (directory / "pan").exists():
            raise SpinError(said)
        return directory / "pan"

    def _searched(self, pan: Path, *options: str) -> str:
        text = _run(pan.parent, str(pan), *options)
        for problem in ("max search depth too small", "out of memory", "aborting", "block in d_step"):
            if problem in text:
                raise SpinError(f"{problem}: {text}")
        return text

    def _steps(self, pan: Path, defined: list[str]) -> list[str]:
        nodes = "|".join(self._nodes)
        text = _run(pan.parent, "spin", "-t", "-k", str(next(pan.parent.glob("*.trail"))), *defined, str(self._file))
        return [
            re.sub(r"\be_", "", line.strip())
            for line in text.splitlines()
            if re.match(rf"\s*(({nodes}|link|forbidden): |<<<<<START)", line)
        ]


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise SpinError(f"the search did not come to its end: {text}")
    return match[1]


def _run(directory: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout
