"""Announcements and timers of two servers that share a Redis reach the device through whichever has it, once."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tars.core.effects import SPOKEN
from tars.runtime import clock
from tars.server.push.timers import KeptTimer
from tars.server.store.redis_store import RedisStore
from tars.testing import ScriptedBrain
from tests.in_process import device, server, until
from tests.redis_server import RedisServer
from tests.scenarios.test_several_servers import moves
from tests.server.push.test_offers import hears_it_out

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")


@pytest.mark.parametrize("moved", [False, True])
def test_what_is_to_be_said_is_said_by_the_server_that_has_the_device(moved: bool, redis: RedisServer) -> None:
    async def story() -> None:
        one, other = ScriptedBrain(), ScriptedBrain()
        async with (
            server(one, store=redis.url) as first,
            server(other, store=redis.url) as second,
            device(first.url, other_servers=(second.url,)) as kitchen,
        ):
            await kitchen.steps.event("welcome")
            if moved:
                await moves(kitchen)
            with closing(RedisStore(redis.url)) as command:
                made = command.announcements.add("kitchen", "Dinner.", 60, asks=False)
                await hears_it_out(kitchen)
                await until(lambda: (found := command.announcements.find(made.id)) and found.outcome == SPOKEN)
                found = command.announcements.find(made.id)
                assert found is not None
                assert not found.away, "the other server does not have the device, but does not say that it is away"
            assert [conversation.said for conversation in (one if not moved else other).conversations] == [["Dinner."]]
            assert (other if not moved else one).conversations == []

    asyncio.run(story())


def test_a_device_that_no_server_has_is_away(redis: RedisServer) -> None:
    async def story() -> None:
        async with server(store=redis.url), server(store=redis.url):
            with closing(RedisStore(redis.url)) as command:
                made = command.announcements.add("kitchen", "Dinner.", 60, asks=False)
                await until(lambda: (found := command.announcements.find(made.id)) and found.away)

    asyncio.run(story())


def test_timers_ring_once_on_the_server_that_has_the_device(redis: RedisServer) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as command:
            command.timers.replace("kitchen", [KeptTimer("kitchen", "eggs", "timer", 300, clock.wall() + 2)])
            async with (
                server(store=redis.url) as first,
                server(store=redis.url) as second,
                device(first.url, other_servers=(second.url,)) as kitchen,
            ):
                await first.steps.states(continuity="LINKED")
                await moves(kitchen)
                assert [timer.label for timer in second.registry.timers.running()] == ["eggs"]
                await until(lambda: first.registry.timers.running() == [])
                await kitchen.steps.event("ring")
                await until(lambda: command.timers.all() == [])
                assert len(kitchen.steps.of("ring")) == 1

    asyncio.run(story())
