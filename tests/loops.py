"""Event loops for tests: one whose clock a test moves, and those that the programs run on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tars.runtime import clock
from tars.runtime.loop import _uvloop

Run = Callable[[Coroutine[Any, Any, None]], None]
"""Runs a coroutine to its end. See `run_on_each_loop` in conftest.py."""


class SteeredLoop(asyncio.SelectorEventLoop):
    """Its time is the real time plus what the test has added."""

    added = 0.0

    def time(self) -> float:
        return super().time() + self.added


def new_uvloop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop, on which `tars-server` runs where it is installed. A test needs it: it is a development dependency."""
    factory = _uvloop()
    assert factory is not None, "uvloop is not installed"
    return factory()


LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop, "uvloop": new_uvloop}
"""What makes each loop on which a program may run."""


LONGEST = 60.0
"""Seconds that a test may run. While uvloop waits for the kernel, pytest-timeout cannot end a test."""


def run_on(new_loop: Callable[[], asyncio.AbstractEventLoop], main: Coroutine[Any, Any, None]) -> None:
    """Run `main` on a new loop. What fails in a callback fails the test."""
    failures: list[dict[str, Any]] = []

    async def limited() -> None:
        async with asyncio.timeout(LONGEST):
            await main

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.get_loop().set_exception_handler(lambda _, failure: failures.append(failure))
        runner.run(limited())
    assert failures == []


def run(main: Coroutine[Any, Any, None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run `main` on a steered loop; clock.now shows its time. What fails in a callback fails the test."""

    failures: list[dict[str, Any]] = []
    with asyncio.Runner(loop_factory=SteeredLoop) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _, failure: failures.append(failure))
        monkeypatch.setattr(clock, "now", loop.time)
        runner.run(main)
    assert failures == []


async def pass_time(seconds: float) -> None:
    """Move the clock of the loop forward, and let the timers that are due run."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SteeredLoop)
    loop.added += seconds
    await clock.sleep_until(0.0)
    await clock.sleep_until(0.0)
