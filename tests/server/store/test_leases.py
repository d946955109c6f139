"""Who has a device, and what is written of it: two servers at one Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing

import pytest

from tars.errors import ConfigError
from tars.server.store.leases import RECORD, REPLY, SPEECH, TAKEN, Leases, Record, Samples, Written
from tars.server.store.redis_server import SERVER
from tests.faults.proxy import proxy
from tests.in_process import until
from tests.redis_server import RedisServer, redis_server


@asynccontextmanager
async def servers(redis: RedisServer) -> AsyncIterator[tuple[Leases, Leases]]:
    async with asyncio.TaskGroup() as tasks:
        one, other = (Leases(redis.url, name, tasks, grace=120) for name in ("one", "other"))
        yield one, other
        await one.close()
        await other.close()


def with_servers(redis: RedisServer, story: Callable[[Leases, Leases], Awaitable[None]]) -> None:
    async def main() -> None:
        async with servers(redis) as (one, other):
            await story(one, other)

    asyncio.run(main())


def spoken(*pieces: bytes, known: int = 0, dropped: int = 0) -> Record:
    return Record(b"state", speech=Samples(known, dropped, pieces))


def test_the_fencing_number_grows_with_each_owner_and_stays_with_one(redis: RedisServer) -> None:
    async def story(one: Leases, other: Leases) -> None:
        first = await one.take("kitchen")
        again = await one.take("kitchen", first.fence)
        assert (first.changed, first.from_other, again.changed) == (True, False, False)
        assert again.fence == first.fence
        second = await other.take("kitchen")
        third = await one.take("kitchen")
        assert first.fence < second.fence < third.fence
        assert second.from_other
        assert (await other.take("hall")).changed

    with_servers(redis, story)


def test_an_owner_that_never_heard_its_number_takes_the_device_with_its_record(redis: RedisServer) -> None:
    async def story(one: Leases, other: Leases) -> None:
        before = await other.take("kitchen")
        await other.write("kitchen", before.fence, spoken(b"11"))
        unheard = await one.take("kitchen")
        taken = await one.take("kitchen")
        assert taken.from_other
        assert (taken.state, taken.speech) == (b"state", b"11")
        assert taken.fence > unheard.fence

    with_servers(redis, story)


def test_the_fencing_number_grows_over_a_redis_that_has_lost_everything(redis: RedisServer) -> None:
    async def story(one: Leases, other: Leases) -> None:
        before = await one.take("kitchen")
        await other.take("kitchen")
        with closing(redis.client()) as client:
            client.flushall()
        after = await other.take("kitchen")
        assert after.fence > before.fence
        assert await one.write("kitchen", before.fence, spoken()) is Written.FENCED

    with_servers(redis, story)


def test_a_fenced_owner_writes_nothing_and_deletes_nothing(redis: RedisServer) -> None:
    async def story(one: Leases, other: Leases) -> None:
        old = await one.take("kitchen")
        assert await one.write("kitchen", old.fence, spoken(b"11")) is Written.WRITTEN
        new = await other.take("kitchen")
        assert (new.state, new.speech) == (b"state", b"11")
        assert await other.write("kitchen", new.fence, Record(b"newer", Samples(0, 0, (b"22",)))) is Written.WRITTEN
        assert await one.write("kitchen", old.fence, Record(b"older", Samples(1, 0, (b"33",)))) is Written.FENCED
        await one.drop("kitchen", old.fence)
        taken = await one.take("kitchen")
        assert (taken.state, taken.speech) == (b"newer", b"22")

    with_servers(redis, story)


def test_samples_are_added_and_dropped_and_begin_anew(redis: RedisServer) -> None:
    async def story(one: Leases, other: Leases) -> None:
        fence = (await one.take("kitchen")).fence
        await one.write("kitchen", fence, Record(b"1", Samples(0, 0, (b"aa", b"bb")), Samples(0, 0, (b"xx",))))
        await one.write("kitchen", fence, Record(b"2", Samples(2, 0, (b"cc",)), Samples(1, 1, (b"yy",))))
        taken = await other.take("kitchen")
        assert (taken.state, taken.speech, taken.reply) == (b"2", b"aabbcc", b"yy")
        await other.write("kitchen", taken.fence, Record(b"3", Samples(0, 0, (b"dd",)), Samples(1)))
        taken = await one.take("kitchen")
        assert (taken.state, taken.speech, taken.reply) == (b"3", b"dd", b"yy")

    with_servers(redis, story)


def test_samples_that_redis_has_lost_are_noticed_and_nothing_is_written(redis: RedisServer) -> None:
    async def story(one: Leases, _: Leases) -> None:
        fence = (await one.take("kitchen")).fence
        await one.write("kitchen", fence, spoken(b"aa", b"bb"))
        with closing(redis.client()) as client:
            client.flushall()
            assert await one.write("kitchen", fence, spoken(b"cc", known=2)) is Written.INCOMPLETE
            assert not client.exists(f"{RECORD}kitchen")
        assert await one.write("kitchen", fence, spoken(b"aa", b"bb", b"cc")) is Written.WRITTEN

    with_servers(redis, story)


@pytest.mark.parametrize("late", ["write", "drop"])
def test_what_comes_late_over_an_old_connection_changes_nothing(late: str, redis: RedisServer) -> None:
    """A network that comes back delivers what a client has given up."""

    async def story() -> None:
        async with proxy(redis.port) as between, asyncio.TaskGroup() as tasks:
            one = Leases(f"redis://127.0.0.1:{between.port}/0", "one", tasks, grace=120)
            fence = (await one.take("kitchen")).fence
            sent: list[bytes] = []
            between.listener = lambda way, data: sent.append(data) if way == "up" else None
            await (one.write("kitchen", fence, spoken(b"11")) if late == "write" else one.drop("kitchen", fence))
            old = b"".join(sent)
            await one.write("kitchen", fence, Record(b"newer", Samples(0, 0, (b"22",))))
            reader, writer = await asyncio.open_connection("127.0.0.1", redis.port)
            writer.write(old + b"*2\r\n$4\r\nECHO\r\n$4\r\ndone\r\n")
            await reader.readuntil(b"done")
            writer.close()
            await one.close()
            other = Leases(redis.url, "other", tasks, grace=120)
            taken = await other.take("kitchen")
            assert (taken.state, taken.speech) == (b"newer", b"22")
            await other.close()

    asyncio.run(story())


def test_a_record_is_kept_as_long_as_the_grace_and_deleted_with_its_samples(redis: RedisServer) -> None:
    async def story(one: Leases, _: Leases) -> None:
        fence = (await one.take("kitchen")).fence
        await one.write("kitchen", fence, Record(b"1", Samples(0, 0, (b"aa",)), Samples(0, 0, (b"xx",))))
        with closing(redis.client()) as client:
            names = [f"{name}kitchen" for name in (RECORD, SPEECH, REPLY)]
            assert all(110_000 < client.pttl(name) <= 120_000 for name in names)
            await one.drop("kitchen", fence)
            assert not client.exists(*names)

    with_servers(redis, story)


def test_a_server_hears_what_was_taken_from_it_once(redis: RedisServer) -> None:
    async def story(one: Leases, other: Leases) -> None:
        heard: list[tuple[str, int]] = []
        one.taken = lambda device, fence: heard.append((device, fence))
        await one.take("kitchen")
        await one.take("hall")
        taken = await other.take("kitchen")
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(one.watch())
            await until(lambda: heard)
            watching.cancel()
        assert heard == [("kitchen", taken.fence)]

    with_servers(redis, story)


def test_what_was_taken_is_heard_again_if_the_answer_was_lost_or_came_too_early(redis: RedisServer) -> None:
    async def story() -> None:
        async with proxy(redis.port) as between, asyncio.TaskGroup() as tasks:
            one = Leases(f"redis://127.0.0.1:{between.port}/0", "one", tasks, grace=120)
            other = Leases(redis.url, "other", tasks, grace=120)
            heard: list[str] = []

            def taken(device: str, _: int) -> bool:
                heard.append(device)
                return len(heard) == 1

            one.taken = taken
            await one.take("kitchen")
            await other.take("kitchen")
            with closing(redis.client()) as client:
                assert client.ttl(f"{TAKEN}one") > 3600, "a server may be cut off for so long"
                between.set("down", blackhole=True)
                watching = tasks.create_task(one.watch())
                await until(lambda: client.exists(f"{SERVER}one"))
                between.set("down", blackhole=False)
                between.reset()
                await until(lambda: not client.exists(f"{TAKEN}one"))
            watching.cancel()
            assert heard == ["kitchen", "kitchen"]
            await one.close()
            await other.close()

    asyncio.run(story())


@pytest.mark.parametrize("fault", ["gone", "full"])
def test_a_redis_that_is_away_is_an_error_at_once_until_it_is_back(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    async def story(redis: RedisServer) -> None:
        async with servers(redis) as (one, _):
            back: list[None] = []
            one.back = lambda: back.append(None)
            fence = (await one.take("kitchen")).fence
            with closing(redis.client()) as client:
                redis.kill() if fault == "gone" else client.config_set("maxmemory", 1)
                for _ in range(3):
                    with pytest.raises(ConfigError):
                        await one.write("kitchen", fence, spoken(b"aa"))
                assert one.away
                assert [record.message for record in caplog.records].count(
                    "Redis is away: conversations go on, but in no other server"
                ) == 1
                redis.start() if fault == "gone" else client.config_set("maxmemory", 0)
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(one.watch())
                await until(lambda: back)
                watching.cancel()
            assert await one.write("kitchen", fence, spoken(b"aa")) is Written.WRITTEN

    with redis_server() as redis:
        asyncio.run(story(redis))
