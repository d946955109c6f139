"""Connections that say nothing, or something else than requests, take nothing from the devices and let others in."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tars.runtime import clock
from tars.server.console import connections
from tars.server.console.connections import MOST_CONNECTIONS, Connection
from tars.server.console.console import TOKEN
from tests.in_process import device, server, until
from tests.server.console.raw import LIMIT, ask, connect, end_of, port_of
from tests.server.console.scraping import scrape
from tests.server.console.test_app import EVERYWHERE, HERE, own, trusting
from tests.server.console.visiting import Visitor, secret_of

REQUEST = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize("console", [HERE, EVERYWHERE])
def test_a_scrape_succeeds_while_many_connections_say_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: str) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT", 1000.0)

    async def main() -> None:
        async with server(state=tmp_path, console=console) as tars:
            silent = [await connect(tars.console) for _ in range(3 * MOST_CONNECTIONS)]
            dropped = [asyncio.create_task(end_of(reader)) for reader, _ in silent]
            await until(lambda: sum(task.done() for task in dropped) == 2 * MOST_CONNECTIONS)
            assert all(task.done() for task in dropped[: 2 * MOST_CONNECTIONS]), "the oldest go first"
            if console == HERE:
                page = await scrape(tars.console)
            else:
                page = await scrape(own(tars), (tmp_path / TOKEN).read_text().strip(), trusting(tmp_path))
            assert "tars_links" in page.text
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
            for _, writer in silent:
                writer.close()
            await asyncio.gather(*dropped)

    asyncio.run(main())


@pytest.mark.parametrize("console", [HERE, EVERYWHERE])
@pytest.mark.parametrize("said", [b"", b"GET /metrics HTTP/1.1\r\nHost: loc", b"\x16\x03\x01\x02\x00"])
def test_a_request_or_handshake_that_does_not_come_to_its_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: str, said: bytes
) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT", 0.05)

    async def main() -> None:
        async with server(state=tmp_path, console=console) as tars:
            await ask(tars.console, said)

    asyncio.run(main())


@pytest.mark.parametrize(("limit", "silent"), [(0.5, 1), (1000.0, MOST_CONNECTIONS + 1)], ids=["late", "too many"])
def test_an_answer_under_way_is_not_cut_where_silent_connections_are(monkeypatch: pytest.MonkeyPatch, limit: float, silent: int) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT", limit)

    async def main() -> None:
        asked, go_on = asyncio.Event(), asyncio.Event()

        async def slow_page(*_: object) -> AsyncIterator[bytes]:
            asked.set()
            await go_on.wait()
            yield b"the page"

        monkeypatch.setattr("tars.server.console.console.write_page", slow_page)
        async with server(console=HERE) as tars:
            answer = asyncio.create_task(ask(tars.console, REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")))
            await asked.wait()
            others = [await connect(tars.console) for _ in range(silent)]
            assert await end_of(others[0][0]) == b""
            go_on.set()
            assert b"the page" in await answer
            for _, writer in others:
                writer.close()

    asyncio.run(main())


def test_an_answer_under_way_is_not_cut_where_many_send_the_login_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reaches the port may send one."""

    async def main() -> None:
        asked, go_on = asyncio.Event(), asyncio.Event()

        async def slow_page(*_: object) -> AsyncIterator[bytes]:
            asked.set()
            await go_on.wait()
            yield b"the page"

        monkeypatch.setattr("tars.server.console.console.write_page", slow_page)
        async with server(console=HERE) as tars:
            answer = asyncio.create_task(ask(tars.console, REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")))
            await asked.wait()
            host = tars.console.removeprefix("http://")
            head = f"POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: {tars.console}\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
            slow = []
            for _ in range(MOST_CONNECTIONS + 1):
                reader, writer = await connect(tars.console)
                writer.write(head.encode())
                assert b"100" in await reader.readline()
                slow.append(writer)
            go_on.set()
            assert b"the page" in await answer
            for writer in slow:
                writer.close()

    asyncio.run(main())


@asynccontextmanager
async def not_reading(console: str, monkeypatch: pytest.MonkeyPatch, many: int) -> AsyncIterator[list[Connection]]:
    """Connections that ask for files again and again, and read nothing of them: the ends of the console."""
    full = list[Connection]()
    pause = Connection.pause_writing

    def note(self: Connection) -> None:
        full.append(self)
        pause(self)

    monkeypatch.setattr(Connection, "pause_writing", note)
    loop, opened = asyncio.get_running_loop(), list[socket.socket]()
    try:
        for _ in range(many):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.setblocking(False)
            await loop.sock_connect(one, ("127.0.0.1", port_of(console)))
            opened.append(one)
            with suppress(TimeoutError):  # the console reads no more once its answers wait
                async with asyncio.timeout(1.0):
                    await loop.sock_sendall(one, b"GET /static/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5000)
        await until(lambda: len(full) >= many)
        yield full
    finally:
        for one in opened:
            one.close()


def test_an_open_page_is_not_pushed_out_by_many_who_do_not_read_what_they_ask_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reaches the port may ask for the files of the page."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 4)
    monkeypatch.setattr(connections, "NETWORK_LIMIT", 1000)

    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            await visitor.sign_in(secret_of(tmp_path))
            reader, writer = await connect(tars.console)
            writer.write(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {visitor.cookie}\r\n\r\n".encode())
            await reader.readuntil(b"data: ")
            async with not_reading(tars.console, monkeypatch, 3):
                assert "tars_links" in (await scrape(tars.console)).text, "one more finds a place"
                await reader.readuntil(b"data: ")  # the page is told of all devices each 5 s
            writer.close()

    asyncio.run(main())


def test_a_connection_that_does_not_read_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_LIMIT", 0.1)
    monkeypatch.setattr(connections, "NETWORK_LIMIT", 1000)

    async def main() -> None:
        async with server(console=HERE) as tars, not_reading(tars.console, monkeypatch, 1) as (one, *_):
            await until(one.transport.is_closing)

    asyncio.run(main())


def test_a_second_request_that_does_not_come_to_its_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT", 0.5)

    async def main() -> None:
        async with server(console=HERE) as tars:
            reader, writer = await connect(tars.console)
            writer.write(REQUEST)
            await reader.readuntil(b"\r\n0\r\n\r\n")
            writer.write(b"GET /me")
            assert await end_of(reader) == b""
            writer.close()

    asyncio.run(main())


def test_one_connection_serves_many_requests() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            reader, writer = await connect(tars.console)
            for _ in range(3):
                writer.write(REQUEST)
                assert b"tars_links" in await reader.readuntil(b"\r\n0\r\n\r\n")
            writer.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    "said",
    [
        b"\0" * 1000,
        b"GET /metrics HTTP/1.1\r\n" + b"x: y\r\n" * 100_000,
        b"A" * 1_000_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + b"\0" * 1000,
    ],
    ids=["zeros", "many headers", "one long line", "a WebSocket"],
)
def test_what_is_no_request_ends_its_connection_only(said: bytes) -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            with suppress(ConnectionError):
                await ask(tars.console, said)
            assert "tars_links" in (await scrape(tars.console)).text

    asyncio.run(main())


def test_what_is_no_handshake_ends_its_connection_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT", 1000.0)

    async def main() -> None:
        async with server(state=tmp_path, console=EVERYWHERE) as tars:
            assert b"HTTP" not in await ask(tars.console, REQUEST)

    asyncio.run(main())


def test_an_encrypted_connection_is_closed_in_good_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT", 1000.0)

    def visit(port: int) -> bytes:
        with (
            socket.create_connection(("127.0.0.1", port), LIMIT) as below,
            trusting(tmp_path).wrap_socket(below, suppress_ragged_eofs=False) as tls,
        ):
            tls.unwrap()  # waits for the end that the console says; raises without it
        with (
            socket.create_connection(("127.0.0.1", port), LIMIT) as below,
            trusting(tmp_path).wrap_socket(below, suppress_ragged_eofs=False) as tls,
        ):
            tls.sendall(REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            answer = b""
            while piece := tls.recv(65536):
                answer += piece
            return answer

    async def main() -> None:
        async with server(state=tmp_path, console=EVERYWHERE) as tars:
            answer = await asyncio.to_thread(visit, port_of(tars.console))
            assert answer.split()[1] == b"401"

    asyncio.run(main())


def test_a_compressed_bomb_is_neither_unpacked_nor_kept() -> None:
    """32 MiB in 32 KiB of a body that nobody asked for, and then a body that never ends."""

    async def main() -> None:
        bomb = gzip.compress(bytes(32 * 1024 * 1024))
        head = b"POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
        async with server(console=HERE) as tars:
            resident = (await scrape(tars.console)).value("tars_process_resident_memory_bytes") or 0
            with suppress(ConnectionError):
                answer = await ask(tars.console, head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
                assert answer.split()[1] == b"405"
            reader, writer = await connect(tars.console)
            writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
            reading = asyncio.create_task(end_of(reader))
            with suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(1.0):
                    for _ in range(2000):
                        writer.write(b"8000\r\n" + bytes(0x8000) + b"\r\n")
                        await writer.drain()
            after = (await scrape(tars.console)).value("tars_process_resident_memory_bytes") or 0
            writer.transport.abort()
            await reading
            assert after - resident < 20 * 1024 * 1024

    asyncio.run(main())


def test_the_console_ends_with_the_server_whoever_is_connected() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            reader, writer = await connect(tars.console)
            writer.write(REQUEST)
            await reader.readuntil(b"\r\n0\r\n\r\n")
            began = clock.now()
            await tars.stop()
            assert await end_of(reader) == b""
            assert clock.now() - began < 20
            writer.close()
            with pytest.raises(ConnectionRefusedError):
                await connect(tars.console)

    asyncio.run(main())
