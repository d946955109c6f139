"""An event loop whose clock a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from tars.runtime import clock


class SteeredLoop(asyncio.SelectorEventLoop):
    """Its time is the real time plus what the test has added."""

    added = 0.0

    def time(self) -> float:
        return super().time() + self.added


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
