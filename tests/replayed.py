"""Every trace that a test leaves is replayed: each step, each message and the specs, as `python -m codegen replay` does.

Pairs, the programs in one process, and whoever puts a trace into `trace_dir` are followed without the test's doing. A test in which
somebody does what the definitions forbid says so with `pytest.mark.not_replayed("why")`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest

from codegen import specs
from codegen.load import load
from codegen.model import Definitions
from codegen.replay import Line, Replayed, read, replay
from codegen.specs import Specs
from tars.core.effects import Traced
from tars.shells.log import iso

MACHINES = Path(__file__).resolve().parent.parent / "machines"
MARKER = "not_replayed"
NEAR = 60
"""Lines of the drawing that are shown before the first finding."""


class Story:
    """What happened to some nodes, in the order of their lines."""

    def __init__(self) -> None:
        self.streams: dict[tuple[str, str], list[Line]] = {}
        self._number = 0

    def add(self, traced: Traced, moment: float) -> None:
        """One line more. Lines of the same moment keep their order."""
        self._number += 1
        self.streams.setdefault((traced.device, traced.node), []).append(
            Line(
                file=traced.node,
                number=self._number,
                time=iso(moment),
                moment=moment + self._number * 1e-6,
                node=traced.node,
                device=traced.device,
                machine=traced.machine,
                event=traced.event,
                payload=dict(traced.payload),
                source=traced.source,
                target=traced.target,
                context=dict(traced.context),
                outcome=traced.outcome,
                effects=traced.effects,
                row=traced.row,
                session=traced.session,
                message=traced.message,
            )
        )


_stories: list[Story] = []


def follow() -> Story:
    """A new story, replayed when the test, or its example, has been told."""
    _stories.append(Story())
    return _stories[-1]


@cache
def rules() -> tuple[Definitions, Specs]:
    """The real ones."""
    definitions, problems = load(MACHINES)
    assert definitions is not None, problems
    properties, problems = specs.load(MACHINES, definitions)
    assert not problems, problems
    return definitions, properties


def check(streams: dict[tuple[str, str], list[Line]]) -> None:
    """Fail with what is found, and the steps that led to it."""
    complain(replay(*rules(), streams))


def check_files(paths: Iterable[Path]) -> None:
    """Replay these traces."""
    check(read(paths))


def complain(devices: Iterable[Replayed]) -> None:
    """Fail if there are findings."""
    from codegen import sequence

    for device in devices:
        if device.findings:
            lines = sequence.text(device.diagram()).splitlines()
            first = next((number for number, line in enumerate(lines) if "━━━" in line), len(lines))
            story = "\n".join(lines[max(0, first - NEAR) : first + 6])
            found = "\n".join(map(str, device.findings[:20]))
            raise AssertionError(f"the trace of {device.device} is not what the definitions and specs allow:\n{found}\n\n{story}")


# --- the plugin ------------------------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}(why): somebody does what the definitions forbid, so its traces are not replayed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, Any, Any]:
    if item.get_closest_marker(MARKER):
        return (yield)
    randomised = getattr(item.obj, "hypothesis", None)
    if randomised is None:
        _stories.clear()
        result = yield
        _check_all()
    else:
        told = randomised.inner_test
        randomised.inner_test = _replaying(told)
        try:
            result = yield
        finally:
            randomised.inner_test = told
    traces = item.funcargs.get("trace_dir")
    if traces is not None and list(traces.rglob("*.jsonl")):
        check_files([traces])
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
    for story in _stories:
        check(story.streams)
    _stories.clear()
