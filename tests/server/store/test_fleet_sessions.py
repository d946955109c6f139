"""A device is taken, lost and taken again: what this server has of it, and what stays in Redis. The servers and the Redis are real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any, TypeVar

import pytest

from tars.runtime import clock
from tars.server.push.timers import KeptTimer
from tars.server.store.fleet_sessions import FleetSessions
from tars.server.store.leases import RECORD, Leases, Record, Taken, Written
from tars.server.store.redis_store import RedisStore
from tests.in_process import RunningServer, device, server, until
from tests.redis_server import RedisServer

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")

Result = TypeVar("Result")


def fleet_of(tars: RunningServer) -> FleetSessions:
    """What this server has of the sessions of all."""
    assert tars.registry.fleet is not None
    return tars.registry.fleet


@asynccontextmanager
async def another(redis: RedisServer) -> AsyncIterator[Leases]:
    """The leases of one more server."""
    async with asyncio.TaskGroup() as tasks:
        leases = Leases(redis.url, "another", tasks, grace=120)
        yield leases
        await leases.close()


async def a_round(url: str, name: str) -> None:
    """A device comes and is recorded: whatever was sent to server and Redis before has arrived."""
    async with device(url, name) as other:
        await other.steps.event("welcome", device=name)


def test_a_conversation_that_is_over_takes_the_record_of_the_next_one_not_with_it(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with server(store=redis.url) as tars:
            fleet, greeted, may_end, dropped = fleet_of(tars), list[str](), asyncio.Event(), asyncio.Event()
            drop, restored = fleet._leases.drop, fleet.restored

            async def slowly(name: str, fence: int) -> None:
                if name == "kitchen":
                    await may_end.wait()
                await drop(name, fence)
                dropped.set()

            async def noted(name: str, *more: Any) -> None:
                greeted.append(name)
                await restored(name, *more)

            monkeypatch.setattr(fleet._leases, "drop", slowly)
            monkeypatch.setattr(fleet, "restored", noted)
            async with device(tars.url) as kitchen:
                await kitchen.steps.event("welcome")
            await until(lambda: "kitchen" not in tars.registry.runners)
            async with device(tars.url) as kitchen:
                await until(lambda: greeted.count("kitchen") == 2)
                await a_round(tars.url, "hall")
                dropped.clear()
                may_end.set()
                await dropped.wait()
                await kitchen.steps.event("welcome")
                await a_round(tars.url, "bath")
                with closing(redis.client()) as client:
                    assert client.exists(f"{RECORD}kitchen")

    asyncio.run(story())


def test_a_server_that_loses_a_device_while_it_takes_it_keeps_no_timer_of_it(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as command:
            now = clock.wall()
            due, later = KeptTimer("kitchen", "eggs", "timer", 60, now - 9), KeptTimer("kitchen", "tea", "timer", 60, now + 60)
            command.timers.replace("kitchen", [due, later])
        async with server(store=redis.url) as tars, another(redis) as leases:
            timers, reading, may_end = tars.registry.timers, asyncio.Event(), asyncio.Event()
            work: Any = timers._work

            async def slowly(use: Callable[[], Result]) -> Result:
                result: Result = await work(use)
                reading.set()
                await may_end.wait()
                return result

            monkeypatch.setattr(timers, "_work", slowly)
            async with device(tars.url):
                await reading.wait()
                await leases.take("kitchen")
                await until(lambda: "kitchen" not in fleet_of(tars)._fences)
                may_end.set()
                await until(lambda: tars.registry.authenticator.refusals["taken"])
                assert timers.running() == []

    asyncio.run(story())


def test_a_server_that_hears_of_a_loss_before_it_knows_that_it_had_the_device_keeps_nothing_of_it(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as command:
            command.timers.replace("kitchen", [KeptTimer("kitchen", "eggs", "timer", 60, clock.wall() + 60)])
        async with server(store=redis.url) as tars, another(redis) as leases:
            fleet, took, told = fleet_of(tars), asyncio.Event(), asyncio.Event()
            take, taken = fleet._leases.take, fleet._leases.taken

            async def slowly(name: str, fence: int = 0) -> Taken:
                answer = await take(name, fence)
                took.set()
                await told.wait()
                return answer

            def noted(name: str, fence: int) -> object:
                told.set()
                return taken(name, fence)

            monkeypatch.setattr(fleet._leases, "take", slowly)
            monkeypatch.setattr(fleet._leases, "taken", noted)
            async with device(tars.url):
                await took.wait()
            await leases.take("kitchen")  # it has gone there
            await until(lambda: "kitchen" in fleet._fences)
            await until(lambda: "kitchen" not in fleet._fences)
            assert tars.registry.timers.running() == []

    asyncio.run(story())


@pytest.mark.parametrize("late", [False, True])
def test_a_timer_stays_in_the_store_until_its_ring_is_recorded(late: bool, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late: it was due while the device was away."""

    async def story() -> None:
        with closing(RedisStore(redis.url)) as command:
            due = clock.wall() + (-9 if late else 1)
            command.timers.replace("kitchen", [KeptTimer("kitchen", "eggs", "timer", 60, due)])
            async with server(store=redis.url) as tars, device(tars.url) as kitchen:
                leases, may_write = fleet_of(tars)._leases, asyncio.Event()
                write = leases.write

                async def slowly(name: str, fence: int, record: Record) -> Written:
                    if name == "kitchen":
                        await may_write.wait()
                    return await write(name, fence, record)

                monkeypatch.setattr(leases, "write", slowly)
                try:
                    await tars.steps.event("timer_due")
                    await a_round(tars.url, "hall")
                    assert [timer.label for timer in command.timers.all()] == ["eggs"], "a crash now would lose it"
                finally:
                    may_write.set()
                await kitchen.steps.event("ring")
                await until(lambda: command.timers.all() == [])

    asyncio.run(story())
