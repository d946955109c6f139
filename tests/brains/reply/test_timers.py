"""Running timers."""

from __future__ import annotations

import asyncio

import pytest

from tars.brains.reply.timers import Timers
from tests.loops import pass_time, run


def labels(timers: Timers) -> list[str]:
    return [timer.label for timer in timers.running()]


def test_a_timer_rings_once_when_it_is_due_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        timers, rung = Timers(), list[str]()
        timers.set("pasta", 600, rung.append)
        await pass_time(599)
        assert rung == []
        await pass_time(1)
        assert rung == ["pasta"]
        assert labels(timers) == []
        await pass_time(10_000)
        assert rung == ["pasta"]

    run(main(), monkeypatch)


def test_several_timers_run_at_once_the_next_one_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        timers, rung = Timers(), list[str]()
        timers.set("roast", 3600, rung.append)
        timers.set("eggs", 300, rung.append)
        timers.set("tea", 180, rung.append)
        assert labels(timers) == ["tea", "eggs", "roast"]
        await pass_time(300)
        assert rung == ["tea", "eggs"]
        (roast,) = timers.running()
        assert 3299 < roast.left <= 3300

    run(main(), monkeypatch)


def test_a_cancelled_timer_does_not_ring_and_the_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        timers, rung = Timers(), list[str]()
        for label in ("tea", "tea", "eggs"):
            timers.set(label, 60, rung.append)
        timers.cancel(timers.running("tea"))
        assert labels(timers) == ["eggs"]
        await pass_time(60)
        assert rung == ["eggs"]

    run(main(), monkeypatch)


def test_nothing_rings_after_close(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        timers, rung = Timers(), list[str]()
        timers.set("tea", 1, rung.append)
        timers.close()
        timers.close()
        await pass_time(2)
        assert rung == []

    run(main(), monkeypatch)


def test_a_label_that_no_timer_has(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        timers = Timers()
        timers.set("tea", 1, print)
        assert timers.running("eggs") == []
        assert len(timers.running(None)) == 1
        timers.close()
        assert len(asyncio.all_tasks()) == 1

    run(main(), monkeypatch)
