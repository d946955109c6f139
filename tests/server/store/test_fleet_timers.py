"""Timers of all devices, seen, set and cancelled through any server: two of them at one Redis."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tars.errors import ConfigError
from tars.server.push.timers import KeptTimer
from tars.server.store import fleet_timers
from tars.server.store.fleet_timers import FleetTimers
from tars.server.store.redis_rows import TIMERS
from tars.server.store.redis_server import LEASE, SERVER
from tars.server.store.redis_store import RedisStore
from tests.in_process import RunningServer, device, server, until
from tests.redis_server import RedisServer

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")


def timers_of(tars: RunningServer) -> FleetTimers:
    assert tars.registry.fleet is not None
    return tars.registry.fleet.timers


async def labels(tars: RunningServer) -> list[tuple[str, str]]:
    return [(timer.device, timer.label) for timer in await timers_of(tars).running()]


def test_the_timers_of_a_device_are_seen_and_cancelled_through_another_server(redis: RedisServer) -> None:
    async def story() -> None:
        async with (
            server(store=redis.url) as first,
            server(store=redis.url) as second,
            device(first.url) as kitchen,
            device(second.url, "hall") as hall,
        ):
            await kitchen.steps.states(continuity="LINKED")
            await hall.steps.states("hall", continuity="LINKED")
            running = first.registry.timers.of("kitchen")
            for label in ("pasta", "tea"):
                running.set(label, 600, lambda _: None)
            second.registry.timers.of("hall").set("eggs", 300, lambda _: None)
            everything = [("hall", "eggs"), ("kitchen", "pasta"), ("kitchen", "tea")]
            for tars in (first, second):
                while await labels(tars) != everything:
                    pass
            assert await timers_of(second).cancel("kitchen", "pasta") == ["pasta"]
            assert [timer.label for timer in running.running()] == ["tea"], "it does not ring"
            assert await labels(second) == [("hall", "eggs"), ("kitchen", "tea")]
            assert await timers_of(second).cancel("kitchen", "pasta") == []
            assert await timers_of(first).cancel("kitchen", "tea") == ["tea"]
            assert running.running() == []

    asyncio.run(story())


def test_the_timers_of_a_device_that_no_server_has_are_cancelled_where_they_are_kept(redis: RedisServer) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as store:
            store.timers.replace("kitchen", [KeptTimer("kitchen", label, "timer", 300, 4e9) for label in ("pasta", "tea")])
            async with server(store=redis.url) as first:
                assert await labels(first) == [("kitchen", "pasta"), ("kitchen", "tea")]
                assert await timers_of(first).cancel("kitchen", "pasta") == ["pasta"]
                assert await labels(first) == [("kitchen", "tea")]

    asyncio.run(story())


def test_a_timer_is_set_through_another_server_and_rings_where_the_device_is_also_once_that_is_away(redis: RedisServer) -> None:
    async def story() -> None:
        async with server(store=redis.url) as first, server(store=redis.url) as second:
            async with device(first.url) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
                made = await timers_of(second).set("kitchen", "tea", 600)
                assert (made.device, made.label, made.seconds) == ("kitchen", "tea", 600)
                assert await labels(second) == await labels(first) == [("kitchen", "tea")]
                (tea,) = first.registry.timers.of("kitchen").running()
                tea.ring(tea.label)
                assert (await kitchen.steps.event("ring")).payload["label"] == "tea"
            await until(lambda: "kitchen" not in first.registry.runners)
            await timers_of(second).set("kitchen", "eggs", 300)
            await timers_of(first).set("kitchen", "pasta", 900)
            assert [timer.label for timer in first.registry.timers.running()] == ["eggs", "tea", "pasta"]

    asyncio.run(story())


def test_a_timer_of_a_device_that_no_server_has_waits_in_the_store_for_the_one_that_takes_it(redis: RedisServer) -> None:
    async def story() -> None:
        async with server(store=redis.url) as first:
            for label, seconds in (("tea", 600), ("eggs", 300)):
                await timers_of(first).set("kitchen", label, seconds)
            assert await labels(first) == [("kitchen", "eggs"), ("kitchen", "tea")]
            assert first.registry.timers.running() == []
            async with server(store=redis.url) as second, device(second.url) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
                await until(lambda: len(second.registry.timers.running()) == 2)

    asyncio.run(story())


def test_what_is_kept_is_not_changed_while_a_server_takes_the_device(redis: RedisServer) -> None:
    """Its own timers would replace what is written then: nobody would hear this one."""

    def taken(kept: list[KeptTimer]) -> list[KeptTimer]:
        with closing(redis.client()) as client:
            client.hset(f"{LEASE}kitchen", "server", "another")
        return [*kept, KeptTimer("kitchen", "tea", "timer", 300, 4e9)]

    with closing(RedisStore(redis.url)) as store, closing(redis.client()) as client:
        client.set(f"{SERVER}another", "alive")
        assert not store.timers.change_unowned("kitchen", taken)
        assert store.timers.of("kitchen") == []


def test_a_device_has_no_more_timers_than_so_many_through_whichever_server(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_timers, "MOST", 1)

    async def story() -> None:
        async with server(store=redis.url) as first:
            await timers_of(first).set("kitchen", "tea", 600)
            with pytest.raises(ConfigError, match="timers run on kitchen already; cancel one"):
                await timers_of(first).set("kitchen", "eggs", 300)
            assert await labels(first) == [("kitchen", "tea")]

    asyncio.run(story())


def test_what_another_version_asks_ends_no_server(redis: RedisServer) -> None:
    async def story() -> None:
        async with server(store=redis.url) as first, device(first.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            running = first.registry.timers.of("kitchen")
            running.set("tea", 600, lambda _: None)
            with closing(RedisStore(redis.url)) as store:
                assert first.registry.fleet is not None
                for text in (
                    "no JSON",
                    "7",
                    "[]",
                    '["kitchen", "tea"]',
                    '{"set": {"device": "kitchen"}}',
                    '{"cancel": ["kitchen", "tea"]}',
                ):
                    store.ask(first.registry.fleet.server, text)
            await until(lambda: running.running() == [])

    asyncio.run(story())


def test_of_a_server_that_does_not_answer_it_is_said_that_nothing_is_known(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_timers, "ASK_LIMIT", 0.2)

    async def story() -> None:
        with closing(RedisStore(redis.url)) as store, closing(redis.client()) as client:
            client.hset(f"{LEASE}kitchen", "server", "stuck")
            store.timers.replace("kitchen", [KeptTimer("kitchen", "tea", "timer", 300, 4e9)])
            client.set(f"{SERVER}stuck", "alive")
            async with server(store=redis.url) as first:
                with pytest.raises(ConfigError, match="does not answer; whether it has done so is not known"):
                    await timers_of(first).cancel("kitchen", "tea")
                assert await labels(first) == [("kitchen", "tea")]

    asyncio.run(story())


def test_while_redis_is_away_the_timers_of_this_server_are_seen_and_cancelled(redis: RedisServer) -> None:
    async def story() -> None:
        async with server(store=redis.url) as first, device(first.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            first.registry.timers.of("kitchen").set("tea", 600, lambda _: None)
            with closing(redis.client()) as client:
                await until(lambda: client.hlen(TIMERS))
            redis.kill()
            try:
                assert await labels(first) == [("kitchen", "tea")]
                assert await timers_of(first).cancel("kitchen", "tea") == ["tea"]
            finally:
                redis.start()

    asyncio.run(story())
