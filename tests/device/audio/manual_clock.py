"""A clock that stands still until the test moves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tars.runtime import clock


class ManualClock:
    """For one sleeper: a microphone or a speaker."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._waking: float | None = None
        self._changed = asyncio.Condition()

    def now(self) -> float:
        return self._now

    async def sleep_until(self, moment: float) -> None:
        async with self._changed:
            self._waking = moment
            self._changed.notify_all()
            try:
                await self._changed.wait_for(lambda: self._now >= moment)
            finally:
                self._waking = None

    def call_at(self, moment: float, action: Callable[[], object]) -> asyncio.Task[None]:
        async def call() -> None:
            await self.sleep_until(moment)
            action()

        self._calls = asyncio.create_task(call())
        return self._calls

    async def advance(self, seconds: float) -> None:
        """Let time pass, from one waking of the sleeper to the next; returns when it sleeps beyond."""
        for _ in range(3):
            await clock.sleep_until(0)  # a sleeper that was cancelled goes, and the one that follows it comes
        until = self._now + seconds + 1e-9
        async with self._changed:
            while True:
                await self._changed.wait_for(lambda: self._waking is not None and self._waking > self._now)
                assert self._waking is not None
                if self._waking > until:
                    break
                self._now = self._waking
                self._changed.notify_all()
        self._now = until

    async def jump(self, seconds: float) -> None:
        """Let time pass at once, as for a program that did not get to run; returns when the sleeper has caught up."""
        async with self._changed:
            self._now += seconds
            self._changed.notify_all()
        await self.advance(0)
        await clock.sleep_until(0)
