"""Transition coverage of a test run: which rows, cells and sequences of rows were met, in this process and in the programs tests start.

`pytest --transition-coverage=DIR` writes what was met (`hits.jsonl`, or one such file for each worker of pytest-xdist) and the report of
`codegen.verify.coverage` into DIR. The run fails when a machine has fewer of its rows taken than `--transition-coverage-fail-under`, or
when both sides were together in states that exploration never reaches. Without the option nothing is observed, so that a part of the
tests can be run alone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from codegen.load import MACHINES, ROOT, load
from codegen.verify.coverage import TraceError, collect, report, texts
from codegen.verify.coverage.traces import Together
from tars.core.effects import Effect
from tars.engine import Event, Machine, Step
from tars.errors import ForbiddenEvent
from tests.pair import Pair

FIELDS = ("machine", "node", "from", "to", "event", "outcome", "row", "after")
BOTH_SIDES = ("continuity", "session", "turn")
"""The machines that device and server run both."""
END_TO_END = ("tests/scenarios/", "tests/core/test_two_cores.py", "tests/core/test_lossy_wire.py")
"""The tests in which each side hears only what the other says; elsewhere a test may speak for one, and reach what cannot be."""
NAME = "transition-coverage"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup(NAME)
    group.addoption(f"--{NAME}", type=Path, metavar="DIR", help="observe the machines and write the report here")
    group.addoption(f"--{NAME}-fail-under", type=float, default=0, metavar="PERCENT", help="of the rows of each machine (default: 0)")


def pytest_configure(config: pytest.Config) -> None:
    directory = config.getoption(f"--{NAME}")
    if directory:
        plugin = TransitionCoverage(directory, config.getoption(f"--{NAME}-fail-under"), worker_of(config))
        config.pluginmanager.register(plugin, NAME)


def worker_of(config: pytest.Config) -> str:
    """The name of this worker of pytest-xdist; empty in the process that a user has started."""
    return str(getattr(config, "workerinput", {}).get("workerid", ""))


@pytest.fixture
def trace_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where programs under test put their traces (`*.jsonl`), so that they count as covered."""
    plugin = request.config.pluginmanager.get_plugin(NAME)
    directory = (plugin.traces if isinstance(plugin, TransitionCoverage) else tmp_path / "traces") / tmp_path.name
    directory.mkdir(parents=True)
    return directory


class TransitionCoverage:
    """Observes the machines from the start of the session and reports at its end.

    Each worker of pytest-xdist observes its own tests and writes what they met. The process that started the workers reports, after the
    last of them has ended.
    """

    def __init__(self, directory: Path, fail_under: float, worker: str) -> None:
        self.directory, self.fail_under, self.worker = directory, fail_under, worker
        self.traces = directory / "traces" / worker
        self.hits_file = directory / (f"hits-{worker}.jsonl" if worker else "hits.jsonl")
        self.hits: Counter[tuple[object, ...]] = Counter()
        self.together: Counter[tuple[str, tuple[str, str]]] = Counter()
        """(machine, its states on device and server) -> how often, each time that one side had done something."""
        self.together_first: dict[tuple[str, tuple[str, str]], str] = {}
        """The test that met them first."""
        self._before: WeakKeyDictionary[Machine, tuple[Any, str, tuple[str, ...]]] = WeakKeyDictionary()
        """A copy of the context, and the state, that a machine was left in, and the last two rows that it took."""
        self.summary: list[str] = []
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        if not self.worker:  # and before the workers start
            # What an earlier run left would count as covered by this one.
            shutil.rmtree(self.traces, ignore_errors=True)
            for file in self.directory.glob("hits*.jsonl"):
                file.unlink()
        self.directory.mkdir(parents=True, exist_ok=True)
        self._patch.setattr(Machine, "step", self._observing(Machine.step))
        self._patch.setattr(Pair, "_collect", self._observing_both(Pair._collect))

    def _observing(self, take: Callable[[Machine, Event], Step]) -> Callable[[Machine, Event], Step]:
        def step(machine: Machine, event: Event) -> Step:
            source, context = machine.state, copy(machine.context)
            try:
                done = take(machine, event)
            except ForbiddenEvent:
                self._count(machine, source, source, event, "forbidden", None)
                raise
            after = self._after(machine, context, done) if done.outcome == "taken" else ()
            self._count(machine, done.source, done.target, event, done.outcome, done.row, after)
            return done

        return step

    def _after(self, machine: Machine, context: Any, done: Step) -> tuple[str, ...]:
        """The rows that led to this one: none if a test has put the machine into another state or context since.

        `context`: that of the machine before the step.
        """
        left, state, rows = self._before.get(machine, (None, "", ()))
        after = rows if (left, state) == (context, done.source) else ()
        self._before[machine] = (copy(machine.context), done.target, (*after, str(done.row))[-2:])
        return after

    def _count(
        self, machine: Machine, source: str, target: str, event: Event, outcome: str, row: str | None, after: tuple[str, ...] = ()
    ) -> None:
        # A test's own machines are in no definition.
        if type(machine).__module__.startswith("tars.generated."):
            self.hits[machine.machine, machine.role, source, target, event.name, outcome, row, after] += 1

    def _observing_both(self, collect: Callable[[Pair, str, list[Effect]], None]) -> Callable[[Pair, str, list[Effect]], None]:
        """Only a pair shows both sides at one moment, each between two events as exploration sees them; programs run side by side."""

        def observed(pair: Pair, side: str, effects: list[Effect]) -> None:
            test = os.environ.get("PYTEST_CURRENT_TEST", "")
            for machine in BOTH_SIDES if test.startswith(END_TO_END) else ():
                states = machine, pair.states(machine)
                self.together[states] += 1
                self.together_first.setdefault(states, test.removesuffix(" (call)"))
            collect(pair, side, effects)

        return observed

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._patch.undo()
        lines = [dict(zip(FIELDS, hit, strict=True)) | {"hits": times} for hit, times in self.hits.items()]
        lines += [
            {"machine": machine, "states": states, "hits": times, "test": self.together_first[machine, states]}
            for (machine, states), times in self.together.items()
        ]
        self.hits_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        if not self.worker and not self._report() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _report(self) -> bool:
        """Whether enough was covered."""
        definitions, _ = load(ROOT / MACHINES)
        assert definitions
        try:
            hits = collect([self.directory], definitions.system.pair)
            possible = None
            if any(isinstance(seen, Together) for seen in hits.counts):
                from tests import explorations  # loads the definitions, which takes a second

                possible = explorations.possible_pairs()
            coverage = report(definitions, hits, self.directory, possible)
        except TraceError as error:
            self.summary = str(error).splitlines()
            return False
        shortfall = texts.shortfall(coverage, self.fail_under)
        self.summary = [*texts.summary(coverage), *shortfall]
        return not shortfall

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("transition coverage")
        for line in self.summary:
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"{self.directory / 'index.html'}")
