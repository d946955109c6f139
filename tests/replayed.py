"""Every trace that a test leaves is replayed: each step, each message and the specs, as `python -m codegen replay` does.

Pairs, the programs in one process, and whoever puts a trace into `trace_dir` are followed without the test's doing. A test in which
somebody does what the definitions forbid says so with `pytest.mark.not_replayed("why")`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions.model import Definitions
from codegen.verify import sequence_diagram
from codegen.verify.replay import Finding, Line, read, replay
from codegen.verify.specs import Specs
from tars.core.effects import Traced
from tars.runtime.log import iso
from tests.explored import defined

MACHINES = Path(__file__).resolve().parent.parent / "machines"
MARKER = "not_replayed"
NEAR = 60
"""Lines of the drawing that are shown before the first finding."""


class Story:
    """What happened to some nodes, in the order of their lines."""

    def __init__(self, *, kept: bool) -> None:
        self.streams: dict[tuple[str, str], list[Line]] = {}
        self._kept, self._number = kept, 0

    def add(self, traced: Traced, moment: float) -> None:
        """One line more. Lines of the same moment keep their order."""
        if not self._kept:
            return
        self._number += 1
        self.streams.setdefault((traced.device, traced.node), []).append(
            Line(
                file=traced.node,
                number=self._number,
                time=iso(moment),
                moment=moment + self._number * 1e-6,
                node=traced.node,
                pair=traced.device,
                machine=traced.machine,
                event=traced.event,
                payload=dict(traced.payload),
                source=traced.source,
                target=traced.target,
                context=dict(traced.context),
                outcome=traced.outcome,
                effects=traced.effects,
                row=traced.row,
                message=traced.message,
            )
        )


_stories: dict[object, Story] = {}
_following = False
"""Whether a test is running that is replayed; nothing is kept of any other."""


def follow(name: str | None = None) -> Story:
    """A story that is replayed when the test, or its example, is over: a new one, or the one of that name."""
    if not _following:
        return Story(kept=False)
    return _stories.setdefault(name or object(), Story(kept=True))


@contextmanager
def keeping() -> Iterator[None]:
    """Where no test runs: what happens to nodes is kept meanwhile."""
    global _following
    _following = True
    try:
        yield
    finally:
        _following = False
        _stories.clear()


def rules() -> tuple[Definitions, Specs]:
    """The real ones."""
    return defined()


def found(streams: Mapping[tuple[str, str], list[Line]]) -> list[Finding]:
    """What the definitions and the specs do not allow."""
    return [finding for device in replay(*rules(), streams) for finding in device.findings]


def check(streams: Mapping[tuple[str, str], list[Line]]) -> None:
    """Fail with what is found, and the steps that led to it."""
    for device in replay(*rules(), streams):
        if device.findings:
            lines = sequence_diagram.text(device.diagram()).splitlines()
            first = next((number for number, line in enumerate(lines) if "━━━" in line), len(lines))
            story = "\n".join(lines[max(0, first - NEAR) : first + 6])
            found = "\n".join(map(str, device.findings[:20]))
            raise AssertionError(f"the trace of {device.pair} is not what the definitions and specs allow:\n{found}\n\n{story}")


# --- the plugin ------------------------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}(why): somebody does what the definitions forbid, so its traces are not replayed")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    global _following
    _stories.clear()
    _following = item.get_closest_marker(MARKER) is None


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    global _following
    _stories.clear()
    _following = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, Any, Any]:
    if not _following:
        return (yield)
    randomised = getattr(item.obj, "hypothesis", None)
    told = randomised and randomised.inner_test
    if randomised:
        randomised.inner_test = _replaying(told)
    try:
        result = yield
        _check_all()
    finally:
        if randomised:
            randomised.inner_test = told
    traces = item.funcargs.get("trace_dir")
    if isinstance(traces, Path) and list(traces.rglob("*.jsonl")):
        check(read([traces], "device"))
    return result


def _replaying(told: Any) -> Any:
    """A randomised test, with each of its examples replayed."""

    @wraps(told)
    def example(*arguments: Any, **named: Any) -> None:
        _stories.clear()
        told(*arguments, **named)
        _check_all()

    return example


def _check_all() -> None:
    for story in _stories.values():
        check(story.streams)
    _stories.clear()
