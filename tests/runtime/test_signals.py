"""Inside one process; what signals do to whole programs is in tests/e2e/test_operators.py and test_stopping.py."""

from __future__ import annotations

import asyncio
import os
import signal
from threading import Event

import pytest

from tars.errors import ConfigError
from tars.runtime.signals import TOO_LATE, Deadline, signals, unless
from tests.in_process import until


def test_each_signal_is_told_and_afterwards_everything_is_as_before() -> None:
    told: list[str] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    async def run() -> None:
        within = {number: signal.getsignal(number) for number in before}
        with signals(lambda: told.append("stop"), lambda: told.append("reopen")):
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                known = len(told)
                os.kill(os.getpid(), number)
                await until(lambda: len(told) > known)  # noqa: B023 - awaited here
        assert {number: signal.getsignal(number) for number in before} == within

    asyncio.run(run())
    assert told == ["stop", "reopen", "stop", "stop"]
    assert {number: signal.getsignal(number) for number in before} == before


def test_what_loads_is_given_up_when_the_program_is_stopped() -> None:
    async def run() -> None:
        stopped, given_up = asyncio.Event(), []

        async def load() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                given_up.append(True)

        loading = asyncio.create_task(unless(stopped, load()))
        await until(lambda: True)
        stopped.set()
        assert not await asyncio.wait_for(loading, 1)
        await until(lambda: given_up)

    asyncio.run(run())


def test_what_has_loaded_is_used_and_what_cannot_be_loaded_is_said() -> None:
    async def load() -> None:
        """At once."""

    async def fail() -> None:
        raise ConfigError("it is not there")

    async def run() -> None:
        assert await unless(asyncio.Event(), load())
        with pytest.raises(ConfigError, match="it is not there"):
            await unless(asyncio.Event(), fail())

    asyncio.run(run())


def test_a_process_that_does_not_stop_in_time_is_ended_and_says_why(capfd: pytest.CaptureFixture[str]) -> None:
    ended, statuses = Event(), list[int]()

    def end(status: int) -> None:
        statuses.append(status)
        ended.set()

    deadline = Deadline(0.01, end)
    deadline.begin()
    deadline.begin()
    assert ended.wait(5)
    assert statuses == [1]
    assert capfd.readouterr().err == f"{TOO_LATE}\n"


def test_a_process_that_stops_in_time_is_left_alone() -> None:
    statuses: list[int] = []
    deadline = Deadline(3600, statuses.append)
    deadline.begin()
    deadline.cancel()
    assert deadline._timer is not None
    deadline._timer.join(5)
    assert not deadline._timer.is_alive()
    assert statuses == []
