"""Whatever knocks at the port, the server lives on and its devices notice nothing."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL
from tests.in_process import device
from tests.programs import EXIT_LIMIT, SLACK, Program, tars_server


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Program, int]]:
    with tars_server() as (server, url):
        yield server, int(url.rpartition(":")[2])


def knock(port: int) -> socket.socket:
    """A connection that nothing was said on."""
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def look_and_go(port: int) -> None:
    knock(port).close()


def look_and_reset(port: int) -> None:
    visitor = knock(port)
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visitor.close()


def browse(port: int) -> None:
    with knock(port) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: tars\r\n\r\n")
        assert b"426 Upgrade Required" in visitor.recv(1000)


def babble(port: int) -> None:
    with knock(port) as visitor, suppress(ConnectionError):
        visitor.sendall(os.urandom(10_000))
        visitor.recv(1000)


def talk(port: int, frame: str | bytes, *, offered: bool = True) -> ClientConnection:
    """Say this first, on a proper connection; returns when it was closed over it."""
    subprotocols = [Subprotocol(SUBPROTOCOL)] if offered else None
    connection = connect(f"ws://127.0.0.1:{port}", subprotocols=subprotocols, compression=None, close_timeout=1)
    with connection as visitor, suppress(ConnectionClosed):
        visitor.send(frame)
        visitor.recv(timeout=10)
        pytest.fail("it was answered")
    return visitor


UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: tars\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: tars.v1\r\n\r\n"
)


def be_hasty(port: int) -> None:
    """Once a close frame behind the request ended the server."""
    for frame in (b"\x88\x80" + bytes(4), b"\xff" * 10, b"\x89\x80" + bytes(4)):
        with knock(port) as visitor, suppress(ConnectionError):
            visitor.sendall(UPGRADE + frame)
            visitor.shutdown(socket.SHUT_WR)
            while visitor.recv(1000):
                pass


def shout(port: int) -> None:
    assert talk(port, bytes(10_000_000)).close_code == 1009
    assert talk(port, bytes(10_000_000), offered=False).close_code == 1009


NO_GREETINGS = (
    "hello?",
    "\N{GRINNING FACE}" * 100,
    "[]",
    "{}",
    '{"type": "hello"}',
    '{"type": "ping", "t": 1}',
    "[" * 50_000,
    b"",
    b"\xa1",
    bytes(2000),
)


def greet_strangely(port: int) -> None:
    for frame in NO_GREETINGS:
        visitor = talk(port, frame)
        assert visitor.close_code == 1008, frame[:20]
        assert visitor.close_reason


def leave_without_a_word(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}", subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None):
        pass


@pytest.mark.parametrize("probe", [look_and_go, look_and_reset, browse, babble, be_hasty, shout, greet_strangely, leave_without_a_word])
def test_a_visitor_disturbs_nobody(running: tuple[Program, int], probe: Callable[[int], None]) -> None:
    server, port = running

    async def story() -> None:
        async with device(f"ws://127.0.0.1:{port}") as kitchen:
            await kitchen.is_called()
            await asyncio.to_thread(probe, port)
            kitchen.press_enter()
            await kitchen.steps.states(session="LISTENING")
            await kitchen.is_called()
            assert len(kitchen.steps.of("welcome")) == 1

    asyncio.run(story())
    assert server.process.poll() is None
    assert "Traceback" not in server.output


@pytest.mark.parametrize("upgraded", [False, True])
def test_visitors_that_say_nothing_do_not_keep_a_server_from_stopping(upgraded: bool) -> None:
    with tars_server() as (server, url):
        port = int(url.rpartition(":")[2])
        visitors = [knock(port) for _ in range(3)]
        if upgraded:
            for visitor in visitors:
                visitor.sendall(UPGRADE)
                assert b"101 Switching Protocols" in visitor.recv(1000)
        assert server.stop() < EXIT_LIMIT + SLACK
        for visitor in visitors:
            visitor.close()
