"""Transition coverage of a test run: which rows and cells of the machines were met, in this process and in the programs that tests start.

`pytest --transition-coverage=DIR` writes `hits.jsonl` and the report of `codegen.coverage` into DIR, and fails the run when a machine
has fewer of its rows taken than `--transition-coverage-fail-under`. Without the option nothing is observed, so that a part of the
tests can be run alone.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.coverage import MACHINES, TraceError, collect, report, texts
from codegen.load import load
from tars.engine import Event, Machine, Step
from tars.errors import ForbiddenEvent

FIELDS = ("machine", "node", "from", "to", "event", "outcome", "row")
NAME = "transition-coverage"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup(NAME)
    group.addoption(f"--{NAME}", type=Path, metavar="DIR", help="observe the machines and write the report here")
    group.addoption(f"--{NAME}-fail-under", type=float, default=0, metavar="PERCENT", help="of the rows of each machine (default: 0)")


def pytest_configure(config: pytest.Config) -> None:
    directory = config.getoption(f"--{NAME}")
    if directory:
        config.pluginmanager.register(TransitionCoverage(directory, config.getoption(f"--{NAME}-fail-under")), NAME)


@pytest.fixture
def trace_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where programs under test put their traces (`*.jsonl`), so that they count as covered."""
    plugin = request.config.pluginmanager.get_plugin(NAME)
    directory = (plugin.traces if isinstance(plugin, TransitionCoverage) else tmp_path / "traces") / tmp_path.name
    directory.mkdir(parents=True)
    return directory


class TransitionCoverage:
    """Observes the machines from the start of the session and reports at its end."""

    def __init__(self, directory: Path, fail_under: float) -> None:
        self.directory, self.fail_under = directory, fail_under
        self.traces = directory / "traces"
        self.hits: Counter[tuple[str | None, ...]] = Counter()
        self.summary: list[str] = []
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        # What an earlier run left would count as covered by this one.
        shutil.rmtree(self.traces, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._patch.setattr(Machine, "step", self._observing(Machine.step))

    def _observing(self, take: Callable[[Machine, Event], Step]) -> Callable[[Machine, Event], Step]:
        def step(machine: Machine, event: Event) -> Step:
            source = machine.state_name
            try:
                done = take(machine, event)
            except ForbiddenEvent:
                self._count(machine, source, source, event, "forbidden", None)
                raise
            self._count(machine, done.source, done.target, event, done.outcome, done.row)
            return done

        return step

    def _count(self, machine: Machine, source: str, target: str, event: Event, outcome: str, row: str | None) -> None:
        # A test's own machines are in no definition.
        if type(machine).__module__.startswith("tars.generated."):
            self.hits[machine.machine, machine.role, source, target, event.name, outcome, row] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._patch.undo()
        lines = (json.dumps(dict(zip(FIELDS, hit, strict=True)) | {"hits": times}) + "\n" for hit, times in self.hits.items())
        (self.directory / "hits.jsonl").write_text("".join(lines))
        if not self._report() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _report(self) -> bool:
        """Whether enough was covered."""
        definitions, _ = load(MACHINES)
        assert definitions
        try:
            coverage = report(definitions, collect([self.directory]), self.directory)
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
