"""The two journeys of docs/architecture.md are what the programs do: the functions of each table are called, in this order.

Both programs run in this process, joined by a real socket, and every call of a function of `tars` is noted. Within `tars/core` calls go
down: no function calls one of a module that imports its own. The only exception is the dispatch of rows by `MachineSet`.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tars.samples import RATE
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device, server, until
from tests.sounds import noise
from tests.test_layers import TARS, imports

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
STEP = re.compile(r"(?m)^\| `(tars/\S+\.py): (\S+)` \|")
DISPATCH = {"MachineSet._step", "MachineSet._route"}
"""Rows ask for actions and messages; these two call the object that carries them out."""


class Call(NamedTuple):
    """A call from one function of tars to another, each as (file, name)."""

    caller: tuple[str, str] | None
    function: tuple[str, str]


def steps_of(title: str) -> list[tuple[str, str]]:
    """The functions in the table of this section of the page."""
    section = PAGE.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
    steps = STEP.findall(section)
    assert len(steps) > 10, title
    return steps


@contextmanager
def noted() -> Iterator[list[Call]]:
    """Every call of a function of tars in this thread, in order."""
    calls: list[Call] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and (function := _name(frame)):
            above = frame.f_back
            while above is not None and _name(above) is None:
                above = above.f_back
            calls.append(Call(_name(above) if above is not None else None, function))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def _name(frame: FrameType) -> tuple[str, str] | None:
    file = _file(frame.f_code.co_filename)
    return (file, frame.f_code.co_qualname) if file else None


@cache
def _file(path: str) -> str:
    """Where a file of tars lies in the checkout; empty for any other."""
    found = Path(path)
    inside = found.is_relative_to(ROOT / "tars") and found.name != "testing.py"
    return found.relative_to(ROOT).as_posix() if inside else ""


def missing(steps: list[tuple[str, str]], calls: list[Call]) -> tuple[str, str] | None:
    """The first of these functions that is not called after the one before it."""
    left = iter(calls)
    return next((step for step in steps if not any(call.function == step for call in left)), None)


@cache
def imported_by(file: str) -> frozenset[str]:
    """The files of tars that a file imports, directly or not."""
    files = {name: path.relative_to(ROOT).as_posix() for name, path in TARS.items()}
    found, waiting = set[str](), [file]
    while waiting:
        for name in imports(ROOT / waiting.pop(), of_types=False):
            if name in files and files[name] not in found:
                found.add(files[name])
                waiting.append(files[name])
    return frozenset(found)


def climbs(calls: list[Call]) -> list[str]:
    """The calls within the core that go to a module above the caller's, without the dispatch of rows."""
    found = []
    for caller, function in dict.fromkeys(calls):
        within = caller is not None and caller[0].startswith("tars/core/") and function[0].startswith("tars/core/")
        if caller and within and caller[1] not in DISPATCH and caller[0] != function[0] and caller[0] in imported_by(function[0]):
            found.append(f"{': '.join(caller)} calls {': '.join(function)}")
    return found


def test_a_microphone_frame_and_a_hotword_take_the_way_that_the_page_shows() -> None:
    ways: dict[str, list[Call]] = {}

    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=60 * RATE))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            await kitchen.hears(noise(0.8))
            with noted() as ways["The way of a hotword"]:
                kitchen.wake.detect()
                await tars.steps.states(turn="USER_TURN")
                await kitchen.steps.states(turn="USER_TURN")
            await until(lambda: not kitchen.device_runner.core.link.outbox.items)
            heard = len(brain.conversations[0].heard[-1]) if brain.conversations[0].heard else 0
            with noted() as ways["The way of a microphone frame"]:
                await kitchen.hears(noise(0.08, seed=3))
                await until(lambda: len(brain.conversations[0].heard[-1]) > heard)

    asyncio.run(story())
    for title, calls in ways.items():
        assert missing(steps_of(title), calls) is None, title
        assert climbs(calls) == []
        assert any(call.caller and call.caller[1] in DISPATCH for call in calls) == ("hotword" in title), "the dispatch is seen"


def _calls(*names: str) -> list[Call]:
    return [Call(None, ("tars/core/link.py", name)) for name in names]


def test_a_step_that_is_left_out_or_out_of_order_is_noticed() -> None:
    steps = [("tars/core/link.py", "one"), ("tars/core/link.py", "two")]
    assert missing(steps, _calls("one", "other", "two")) is None
    assert missing(steps, _calls("two", "one")) == steps[1]
    assert missing(steps, _calls("two")) == steps[0]


def test_a_call_upwards_is_noticed() -> None:
    down = Call(("tars/core/device.py", "DeviceEndpoint.captured"), ("tars/core/link.py", "Link.next_audio"))
    up = Call(down.function, ("tars/core/device.py", "DeviceEndpoint.queue_audio"))
    assert climbs([down]) == []
    assert climbs([down, up]) == ["tars/core/link.py: Link.next_audio calls tars/core/device.py: DeviceEndpoint.queue_audio"]
