"""What `forget` finds and deletes in a Redis."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import date

from tars.core.effects import SPOKEN
from tars.runtime import clock
from tars.runtime.growing_file import day_of
from tars.server.last_seen import Seen
from tars.server.pairings import open_pairing
from tars.server.push.timers import KeptTimer
from tars.server.store.leases import RECORD, REPLY, SPEECH
from tars.server.store.redis_forget import ForgettingRedis
from tars.server.store.redis_server import LEASE, SERVER
from tests.in_process import server, until
from tests.redis_server import RedisServer

TODAY = date(2026, 12, 1)


def test_all_that_is_known_of_a_device_is_deleted_and_nothing_of_another(redis: RedisServer) -> None:
    with closing(ForgettingRedis(redis.url)) as store, closing(redis.client()) as client:
        for name in ("kitchen", "hall"):
            store.add_key(name, f"hash of {name}")
            store.announcements.add(name, "Dinner.", 60, asks=False)
            store.announcements.end(store.announcements.add(name, "It gets cold.", 60, asks=False).id, SPOKEN)
            store.timers.replace(name, [KeptTimer(name, "eggs", "timer", 300, 1.0)])
            store.tokens.write(name, TODAY, 7)
            store.seen.note({name: Seen(1.0, name="pi:7456")})
            for key in (RECORD, SPEECH, REPLY):
                client.set(f"{key}{name}", b"what was said")
            client.hset(f"{LEASE}{name}", "server", "one")
        open_pairing(store, "kitchen")
        before = [str(found.what) for found in store.known("hall")]
        for found in list(store.known("kitchen")):
            found.delete()
        store.compact()
        assert list(store.known("kitchen")) == []
        assert [str(found.what) for found in store.known("hall")] == before
        assert len(before) == 6
        assert not [key for key in client.scan_iter() if b"kitchen" in key]
        assert store.seen.all().keys() == {"hall"}


def test_timers_are_deleted_though_a_server_that_runs_has_the_device(redis: RedisServer) -> None:
    with closing(ForgettingRedis(redis.url)) as store, closing(redis.client()) as client:
        store.timers.replace("kitchen", [KeptTimer("kitchen", "eggs", "timer", 300, 1.0)])
        client.hset(f"{LEASE}kitchen", "server", "one")
        client.set(f"{SERVER}one", b"alive")
        store.timers.delete("kitchen")
        assert store.timers.all() == []


def test_what_was_said_on_a_day_is_deleted(redis: RedisServer) -> None:
    with closing(ForgettingRedis(redis.url)) as store:
        store.announcements.add("kitchen", "Dinner.", 60, asks=False)
        store.tokens.write("hall", day_of(clock.wall()), 7)
        for found in list(store.saved_on(day_of(clock.wall()))):
            found.delete()
        assert store.announcements.all() == []
        assert store.tokens.days() == {}


def test_all_servers_are_told_of_a_device_that_is_forgotten_each_time_it_is(redis: RedisServer) -> None:
    async def main() -> None:
        async with server(store=redis.url) as one, server(store=redis.url) as other:
            told: list[str] = []
            for tars in (one, other):
                tars.registry.authenticator.forgotten.append(told.append)
            with closing(ForgettingRedis(redis.url)) as store:
                for times in (1, 2):
                    store.begin_forgetting("browser-1")
                    await until(lambda times=times: told == ["browser-1"] * 2 * times)  # type: ignore[misc]
                    store.end_forgetting("browser-1")
                assert store.being_forgotten() == set()

    asyncio.run(main())
