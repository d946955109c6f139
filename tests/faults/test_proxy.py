"""The proxy does what it is told, and nothing else."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tars.runtime import clock
from tests.faults.proxy import HOST, Proxy, proxy

TEXT = bytes(range(256)) * 20


@dataclass
class Ends:
    """A client and what the server has of it, joined by the proxy."""

    proxy: Proxy
    client: tuple[StreamReader, StreamWriter]
    server: tuple[StreamReader, StreamWriter]
    dial: Callable[[], Awaitable[tuple[tuple[StreamReader, StreamWriter], tuple[StreamReader, StreamWriter]]]]

    async def carry(self, text: bytes = TEXT) -> None:
        """It arrives, in both directions."""
        for (_, writer), (reader, _) in ((self.client, self.server), (self.server, self.client)):
            writer.write(text)
            assert await reader.readexactly(len(text)) == text


@asynccontextmanager
async def joined() -> AsyncIterator[Ends]:
    arrived: asyncio.Queue[tuple[StreamReader, StreamWriter]] = asyncio.Queue()
    writers: list[StreamWriter] = []
    server = await asyncio.start_server(lambda reader, writer: arrived.put_nowait((reader, writer)), HOST, 0)
    async with asyncio.timeout(10), server, proxy(server.sockets[0].getsockname()[1]) as between:

        async def dial() -> tuple[tuple[StreamReader, StreamWriter], tuple[StreamReader, StreamWriter]]:
            client = await asyncio.open_connection(HOST, between.port)
            writers.append(client[1])
            passed_on = await arrived.get()
            writers.append(passed_on[1])
            return client, passed_on

        try:
            yield Ends(between, *await dial(), dial)
        finally:
            for writer in writers:
                writer.transport.abort()


def test_everything_passes_in_both_directions_and_so_does_the_end() -> None:
    async def story() -> None:
        async with joined() as ends:
            await ends.carry()
            ends.client[1].write_eof()
            assert await ends.server[0].read() == b""
            ends.server[1].write(b"still open")
            assert await ends.client[0].readexactly(10) == b"still open"

    asyncio.run(story())


def test_a_delay_is_one_way_and_keeps_the_order() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set("up", delay=0.2)
            began = clock.now()
            for at in range(0, len(TEXT), 512):
                ends.client[1].write(TEXT[at : at + 512])
            assert await ends.server[0].readexactly(len(TEXT)) == TEXT
            assert 0.2 <= clock.now() - began < 1
            ends.server[1].write(b"back")
            assert await ends.client[0].readexactly(4) == b"back"
            assert clock.now() - began < 0.4

    asyncio.run(story())


def test_a_rate_takes_its_time() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set(rate=20_000)
            began = clock.now()
            ends.client[1].write(TEXT)
            assert await ends.server[0].readexactly(len(TEXT)) == TEXT
            assert clock.now() - began >= len(TEXT) / 20_000 - 0.03

    asyncio.run(story())


def test_slices_arrive_one_by_one() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set("up", slice=7)
            ends.client[1].write(TEXT)
            assert len(await ends.server[0].read(len(TEXT))) <= 70, "not all of it at once"
            await ends.server[0].read(len(TEXT))

    asyncio.run(story())


def test_a_stall_holds_everything_back_and_loses_nothing() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set(stalled=True)
            ends.client[1].write(TEXT)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ends.server[0].read(1), 0.2)
            ends.proxy.set(stalled=False)
            assert await ends.server[0].readexactly(len(TEXT)) == TEXT

    asyncio.run(story())


def test_who_sends_into_a_stall_has_to_wait_in_the_end() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set(stalled=True)
            ends.client[1].write(bytes(20_000_000))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ends.client[1].drain(), 0.5)

    asyncio.run(story())


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_blackhole_one_way_leaves_the_other_one(way: str) -> None:
    async def story() -> None:
        async with joined() as ends:
            dead, alive = (ends.client, ends.server) if way == "up" else (ends.server, ends.client)
            ends.proxy.set(way, blackhole=True)
            dead[1].write(TEXT)
            alive[1].write(TEXT)
            assert await dead[0].readexactly(len(TEXT)) == TEXT
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(alive[0].read(1), 0.2)

    asyncio.run(story())


def test_after_a_blackhole_the_old_connection_is_dead_and_who_dialled_meanwhile_gets_through() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set(blackhole=True)
            ends.client[1].write(TEXT)
            dialling = asyncio.ensure_future(ends.dial())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ends.server[0].read(1), 0.2)
            assert not dialling.done()
            ends.proxy.set(blackhole=False)
            ends.client[1].write(TEXT)
            (_, writer), (reader, _) = await dialling
            writer.write(TEXT)
            assert await reader.readexactly(len(TEXT)) == TEXT
            assert not ends.server[0].at_eof()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ends.server[0].read(1), 0.1)

    asyncio.run(story())


def test_a_severed_connection_is_dead_and_a_new_one_works_at_once() -> None:
    async def story() -> None:
        async with joined() as ends:
            await ends.carry()
            ends.proxy.sever()
            ends.client[1].write(TEXT)
            (_, writer), (reader, _) = await ends.dial()
            writer.write(TEXT)
            assert await reader.readexactly(len(TEXT)) == TEXT
            ends.client[1].transport.abort()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ends.server[0].read(1), 0.1)

    asyncio.run(story())


def test_a_reset_is_a_reset_for_both_and_a_close_is_an_end() -> None:
    async def story() -> None:
        async with joined() as ends:
            await ends.carry()
            ends.proxy.reset()
            for reader, _ in (ends.client, ends.server):
                with pytest.raises(ConnectionResetError):
                    await reader.read()
        async with joined() as ends:
            await ends.carry()
            ends.proxy.close()
            for reader, _ in (ends.client, ends.server):
                assert await reader.read() == b""

    asyncio.run(story())


def test_a_cut_comes_after_so_many_bytes() -> None:
    async def story() -> None:
        async with joined() as ends:
            ends.proxy.set("up", cut_after=1000)
            ends.client[1].write(TEXT)
            with pytest.raises(ConnectionResetError):
                await ends.client[0].read()

    asyncio.run(story())


def test_refused_means_refused_until_it_accepts_again_at_the_same_port() -> None:
    async def story() -> None:
        async with joined() as ends:
            port = ends.proxy.port
            ends.proxy.refuse()
            await ends.carry()
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(HOST, port)
            await ends.proxy.accept()
            assert ends.proxy.port == port
            await ends.dial()

    asyncio.run(story())


def test_an_unknown_setting_is_refused() -> None:
    async def story() -> None:
        async with joined() as ends:
            with pytest.raises(ValueError, match="wind"):
                ends.proxy.set(wind=3)

    asyncio.run(story())
