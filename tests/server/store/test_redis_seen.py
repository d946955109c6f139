"""Which server has each device, and when it was last linked with any: two servers at one Redis."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tars.device.control.commands import Mute
from tars.device.status_reports import StatusReports
from tars.runtime import clock
from tars.server.last_seen import Seen
from tars.server.main import command
from tars.server.settings import ServerConfig
from tars.server.store import redis_seen
from tars.server.store.redis_seen import RedisSeen
from tars.server.store.redis_server import LEASE, SERVER
from tars.server.store.redis_store import RedisStore
from tests.in_process import RunningDevice, RunningServer, device, server, until
from tests.redis_server import RedisServer
from tests.server.connections import add_keys_to

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")


def named(tars: RunningServer) -> str:
    return f"{socket.gethostname()}:{tars.port}"


def listed(redis: RedisServer, capsys: pytest.CaptureFixture[str], state: Path) -> dict[str, str]:
    """What `tars-server devices` prints: device -> its line."""
    capsys.readouterr()
    assert command("devices", ServerConfig(state=state, store=redis.url)) == 0
    return {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}


async def leaves(kitchen: RunningDevice) -> None:
    """The link is gone for the device, which greets the next server."""
    welcomes = len(kitchen.steps.of("welcome"))
    (link,) = kitchen.device_runner.sockets.values()
    link.abort()
    await kitchen.steps.event("welcome", welcomes + 1)


def test_any_server_says_which_one_has_a_device_and_which_one_had_it_last(
    tmp_path: Path, redis: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as store:
            key, _ = add_keys_to(store, "kitchen", "bedroom")
            async with server(store=redis.url) as first, server(store=redis.url) as second:
                async with device(first.url, key=key, other_servers=(second.url,)) as kitchen:
                    await kitchen.steps.states(continuity="LINKED")
                    await until(lambda: store.last_seen().get("kitchen", Seen(0)).linked)
                    lines = await asyncio.to_thread(listed, redis, capsys, tmp_path)
                    assert lines["kitchen"].endswith(f"linked with {named(first)}")
                    assert lines["bedroom"].endswith("not seen yet")
                    await leaves(kitchen)
                    await until(lambda: store.last_seen()["kitchen"].name == named(second))
                    await first.steps.event("fenced")
                    lines = await asyncio.to_thread(listed, redis, capsys, tmp_path)
                    assert lines["kitchen"].endswith(f"linked with {named(second)}"), "the first one has nothing more to say of it"
                ended = clock.wall()
                await until(lambda: not store.last_seen()["kitchen"].linked)
                seen = store.last_seen()["kitchen"]
                assert (seen.name, abs(seen.at - ended) < 5) == (named(second), True)
                lines = await asyncio.to_thread(listed, redis, capsys, tmp_path)
                assert lines["kitchen"].endswith(f" UTC with {named(second)}")

    asyncio.run(story())


def test_a_device_of_a_server_that_stops_or_dies_is_linked_with_none(redis: RedisServer) -> None:
    async def story() -> None:
        with closing(RedisStore(redis.url)) as store, closing(redis.client()) as client:
            (key,) = add_keys_to(store, "kitchen")
            async with server(store=redis.url) as first, device(first.url, key=key) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
                await until(lambda: store.last_seen().get("kitchen", Seen(0)).linked)
                began = store.last_seen()["kitchen"].at
                client.delete(f"{SERVER}{store.seen.all()['kitchen'].server}")  # as 3 s after `kill -9`
                assert not store.last_seen()["kitchen"].linked
                await until(lambda: store.last_seen()["kitchen"].linked)
                await first.stop()
                assert not store.seen.all()["kitchen"].linked
                assert store.last_seen()["kitchen"].at > began

    asyncio.run(story())


def test_it_is_written_at_the_beginning_and_the_end_of_a_link_and_else_once_a_minute(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[dict[str, Seen]] = []
    note = RedisSeen.note

    def counted(seen: RedisSeen, these: Mapping[str, Seen]) -> None:
        written.append(dict(these))
        note(seen, these)

    monkeypatch.setattr(RedisSeen, "note", counted)
    monkeypatch.setattr(redis_seen, "RETRY", 0.01)

    async def story() -> None:
        with closing(RedisStore(redis.url)) as store:
            (key,) = add_keys_to(store, "kitchen")
            async with server(store=redis.url) as first:
                async with device(first.url, key=key) as kitchen:
                    await kitchen.is_called()
                    await until(lambda: written)
                    later = clock.now() + 0.3
                    await until(lambda: clock.now() > later)
                await until(lambda: len(written) == 2)
            assert [seen["kitchen"].linked for seen in written] == [True, False]

    asyncio.run(story())


def test_whether_a_device_is_muted_is_written_within_a_minute(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_seen, "SAVE_INTERVAL", 0.05)

    async def story() -> None:
        with closing(RedisStore(redis.url)) as store:
            (key,) = add_keys_to(store, "kitchen")
            async with server(store=redis.url) as first, device(first.url, key=key) as kitchen:
                keeping = asyncio.create_task(StatusReports(kitchen.device_runner).keep())
                await kitchen.steps.states(continuity="LINKED")
                kitchen.device_runner.post(Mute(muted=True))
                await until(lambda: store.last_seen().get("kitchen", Seen(0)).muted)
                keeping.cancel()
            assert store.last_seen()["kitchen"].muted, "also when its link has ended"

    asyncio.run(story())


def test_what_redis_has_not_taken_is_written_when_it_is_back(monkeypatch: pytest.MonkeyPatch, redis: RedisServer) -> None:
    monkeypatch.setattr(redis_seen, "RETRY", 0.05)

    async def story() -> None:
        with closing(RedisStore(redis.url)) as store, closing(redis.client()) as client:
            (key,) = add_keys_to(store, "kitchen")
            async with server(store=redis.url) as first:
                async with device(first.url, key=key) as kitchen:
                    await kitchen.steps.states(continuity="LINKED")
                    await until(lambda: store.last_seen().get("kitchen", Seen(0)).linked)
                    client.config_set("maxmemory", 1)
                await until(lambda: "kitchen" not in first.registry.runners or not first.registry.runners["kitchen"].core.linked)
                await until(lambda: first.registry.fleet and not first.registry.fleet.reachable)
                client.config_set("maxmemory", 0)
                await until(lambda: not store.seen.all()["kitchen"].linked)

    try:
        asyncio.run(story())
    finally:
        with closing(redis.client()) as client:
            client.config_set("maxmemory", 0)


def test_names_are_not_kept_where_anybody_may_make_them_up(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_seen, "SAVE_INTERVAL", 0.05)

    async def story() -> None:
        with closing(RedisStore(redis.url)) as store:
            async with server(store=redis.url) as first, device(first.url, "browser-1") as page:
                await page.steps.states("browser-1", continuity="LINKED")
                async with device(first.url, "made-up") as stranger:
                    await stranger.steps.states("made-up", continuity="LINKED")
                    await until(lambda: store.last_seen().keys() == {"made-up", "browser-1"})
                await until(lambda: store.last_seen().keys() == {"browser-1"})

    asyncio.run(story())


def test_only_the_server_that_has_a_device_says_when_it_was_linked(redis: RedisServer) -> None:
    with closing(RedisStore(redis.url)) as one, closing(RedisStore(redis.url)) as other, closing(redis.client()) as client:
        mine: Any = Seen(2.0, server=one.server, name="one", linked=True)
        one.seen.note({"kitchen": mine})
        client.hset(f"{LEASE}kitchen", "server", one.server)
        other.seen.note({"kitchen": Seen(3.0, server=other.server, name="other")})
        assert one.seen.all() == {"kitchen": mine}
        client.hset(redis_seen.SEEN, "hall", "damaged")
        assert one.seen.all() == {"kitchen": mine}
        one.add_key("kitchen", "hash")
        one.rename_key("kitchen", "attic")
        assert other.seen.all() == {"attic": mine}
