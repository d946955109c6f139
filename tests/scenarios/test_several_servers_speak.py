"""Announcements and timers of two servers that share a Redis reach the device through whichever has it, once."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tars.core.effects import SPOKEN
from tars.runtime import clock
from tars.samples import RATE
from tars.server.push.timers import KeptTimer
from tars.server.store.leases import ALIVE
from tars.server.store.redis_rows import TIMERS, TOKENS, TOKENS_DAY
from tars.server.store.redis_server import LEASE, SERVER
from tars.server.store.redis_store import RedisStore
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device, server, until
from tests.redis_server import RedisServer
from tests.scenarios.test_several_servers import moves
from tests.server.push.test_offers import hears_it_out
from tests.sounds import noise

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


def test_a_device_whose_server_has_died_is_away_as_soon_as_that_is_known(redis: RedisServer) -> None:
    """It was alive until a moment ago: for so long it may be alive, and have the device."""

    async def story() -> None:
        async with server(store=redis.url):
            with closing(redis.client()) as client, closing(RedisStore(redis.url)) as command:
                client.hset(f"{LEASE}kitchen", mapping={"server": "dead", "fence": 1})
                client.set(f"{SERVER}dead", "its host", px=int(ALIVE * 1000))
                made = command.announcements.add("kitchen", "Dinner.", 60, asks=False)

                def away() -> bool:
                    found = command.announcements.find(made.id)
                    assert found is not None
                    assert not (found.away and client.exists(f"{SERVER}dead"))
                    return found.away

                await until(away)

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


def test_the_answer_to_a_question_reaches_whoever_asked_though_the_device_has_gone_to_another_server(redis: RedisServer) -> None:
    async def story() -> None:
        one, other = ScriptedBrain(Turn(speech=99 * RATE)), ScriptedBrain(Turn(speech=RATE, heard="Yes, please."))
        async with (
            server(one, store=redis.url) as first,
            server(other, store=redis.url) as second,
            device(first.url, other_servers=(second.url,)) as kitchen,
        ):
            await kitchen.steps.event("welcome")
            with closing(RedisStore(redis.url)) as command:
                made = command.announcements.add("kitchen", "Shall I wait?", 60, asks=True)
                await hears_it_out(kitchen)
                await kitchen.steps.states(turn="USER_TURN")
                await kitchen.hears(noise(0.4))
                await moves(kitchen)
                await first.steps.event("fenced")
                await kitchen.hears(noise(1.6, seed=3))
                await until(lambda: (found := command.announcements.find(made.id)) and found.outcome)
                ended = command.announcements.find(made.id)
                assert ended is not None
                assert (ended.outcome, ended.answer) == ("answered", "Yes, please.")

    asyncio.run(story())


def test_a_server_that_takes_a_device_reads_what_is_kept_of_it_and_of_no_other(redis: RedisServer) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as command, closing(redis.client()) as client:
            command.timers.replace("kitchen", [KeptTimer("kitchen", "eggs", "timer", 300, clock.wall() + 60)])
            client.hset(TIMERS, "hall", "what nobody can read")
            client.set(TOKENS_DAY, str(clock.local_time().date()))
            client.hset(TOKENS, mapping={"kitchen": "7", "hall": "what nobody can read"})
            async with server(store=redis.url) as first, device(first.url):
                await first.steps.states(continuity="LINKED")
                assert [timer.label for timer in first.registry.timers.running()] == ["eggs"]
                assert first.registry.tokens.used("kitchen") == 7

    asyncio.run(story())
