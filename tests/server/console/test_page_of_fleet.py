"""The metrics of a server that shares a Redis with another one."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tars.samples import RATE
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device, server, until
from tests.redis_server import RedisServer, redis_server
from tests.server.console.scraping import scrape
from tests.server.console.test_app import HERE
from tests.sounds import noise

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")


def test_what_is_taken_lost_written_and_gone_on_with_is_counted(redis: RedisServer) -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=2 * RATE))
        async with (
            server(brain, store=redis.url, console=HERE) as first,
            server(store=redis.url, console=HERE) as second,
            device(first.url, other_servers=(second.url,)) as kitchen,
        ):
            await kitchen.is_called()
            await kitchen.hears(noise(0.4))
            await until(lambda: brain.conversations[0].heard)
            page = await scrape(first.console)
            assert (page.value("tars_store_reachable"), page.value("tars_store_errors_total"), page.value("tars_leases")) == (1, 0, 1)
            assert page.values("tars_leases_taken_total") == {("nobody",): 1}
            written = page.value("tars_store_writes_total", outcome="written")
            assert written is not None
            assert written >= 1
            assert page.value("tars_store_write_seconds_count") == written
            assert 0 < (page.value("tars_store_write_seconds_sum") or 0) < written
            assert page.value("tars_store_write_seconds_bucket", le="+Inf") == written
            assert page.value("tars_store_commands_total", command="take") == 1
            assert (page.value("tars_store_commands_total", command="alive") or 0) >= 1
            assert (await scrape(second.console)).value("tars_leases") == 0
            (link,) = kitchen.device_runner.sockets.values()
            link.abort()
            await kitchen.steps.event("welcome", 2)
            await first.steps.event("fenced")
            page = await scrape(second.console)
            assert page.values("tars_leases_taken_total") == {("another server",): 1}
            assert (page.value("tars_sessions_gone_on_total"), page.value("tars_leases")) == (1, 1)
            await until(lambda: first.registry.fleet and not first.registry.fleet.leases)
            page = await scrape(first.console)
            assert (page.value("tars_leases_lost_total"), page.value("tars_leases")) == (1, 0)

    asyncio.run(story())


def test_a_device_that_comes_without_a_conversation_is_taken_and_no_session_goes_on(redis: RedisServer) -> None:
    async def story() -> None:
        async with (
            server(store=redis.url, console=HERE) as first,
            server(store=redis.url, console=HERE) as second,
            device(first.url, other_servers=(second.url,)) as kitchen,
        ):
            await kitchen.steps.states(continuity="LINKED")
            (link,) = kitchen.device_runner.sockets.values()
            link.abort()
            await kitchen.steps.event("welcome", 2)
            page = await scrape(second.console)
            assert page.values("tars_leases_taken_total") == {("another server",): 1}
            assert page.value("tars_sessions_gone_on_total") == 0

    asyncio.run(story())


def test_a_redis_that_is_away_is_on_the_page_and_so_is_that_it_is_back() -> None:
    async def story(redis: RedisServer) -> None:
        async with server(store=redis.url, console=HERE) as first, device(first.url) as kitchen:
            await kitchen.is_called()
            redis.kill()
            fleet = first.registry.fleet
            await until(lambda: fleet and not fleet.reachable)
            page = await scrape(first.console)
            assert page.value("tars_store_reachable") == 0
            assert (page.value("tars_store_errors_total") or 0) >= 1
            redis.start()
            await until(lambda: fleet and fleet.reachable)
            assert (await scrape(first.console)).value("tars_store_reachable") == 1

    with redis_server() as redis:
        asyncio.run(story(redis))


def test_what_waits_for_a_record_is_on_the_page_while_redis_is_slow(redis: RedisServer) -> None:
    async def story() -> None:
        async with server(store=redis.url, console=HERE) as first, device(first.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            with closing(redis.client()) as client:
                client.client_pause(300, all=False)  # Redis answers no write for so many milliseconds
                kitchen.press_enter()
                await first.steps.states(session="HOTWORD_DETECTED")
                assert (await scrape(first.console)).value("tars_store_held_devices") == 1
            await kitchen.steps.states(session="ACTIVE_SESSION")
            await until(lambda: first.registry.fleet and not first.registry.fleet.held)
            page = await scrape(first.console)
            assert page.value("tars_store_held_devices") == 0
            slow = [page.value("tars_store_write_seconds_bucket", le=bound) or 0 for bound in ("0.1", "1.0")]
            assert slow[0] < slow[1], "that record took longer than 0.1 s"

    asyncio.run(story())


def test_one_server_has_no_values_of_several() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            page = await scrape(tars.console)
            assert [sample.name for sample in page.samples if sample.name.startswith(("tars_store_", "tars_leases"))] == []

    asyncio.run(main())
