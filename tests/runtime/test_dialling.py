"""How a device opens a connection, to servers and to what is none."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.runtime import clock, tcp, websocket
from tars.runtime.dialling import CHALLENGE, KEY_REFUSED, KEY_WANTED, ClientSocket, KeyRefusedError, dial
from tars.runtime.websocket import CLOSE_LIMIT
from tars.server.keys import make_key
from tests.in_process import until
from tests.loops import Run
from tests.runtime.peers import BINARY, CLOSE, GENERATION, PING, PONG, TEXT, Notes, Peer, closing, piece

PORTLESS = "ws://127.0.0.1:{}".format


def port_of(listening: Any) -> int:
    """Where it listens."""
    port: int = listening.sockets[0].getsockname()[1]
    return port


@asynccontextmanager
async def serving(
    handle: Callable[[ServerConnection], object] = lambda connection: connection.wait_closed(),
    *,
    offers: bool = True,
    answer: Callable[[ServerConnection, Request], Response] | None = None,
) -> AsyncIterator[str]:
    """The URL of a server that does or does not know tars.v1."""

    def choose(_: object, names: list[Subprotocol]) -> Subprotocol | None:
        return Subprotocol(SUBPROTOCOL) if offers and SUBPROTOCOL in names else None

    async with serve(handle, "127.0.0.1", 0, select_subprotocol=choose, process_request=answer, close_timeout=1) as listening:  # type: ignore[arg-type]
        yield PORTLESS(port_of(listening))


async def closes(connection: ClientSocket) -> None:
    """Close it, and wait for its end."""
    notes = Notes()
    connection.start(GENERATION, notes)
    connection.close(1000, "")
    assert (await notes.goes_down()).reason == "closed with 1000"


async def dialled(protocol: str, *, offers: bool) -> str | None:
    """Dial a server that does or does not know tars.v1; the agreed protocol."""
    offered: list[list[str]] = []
    compressed: list[list[str]] = []

    async def handle(connection: ServerConnection) -> None:
        assert connection.request
        offered.append(connection.request.headers.get_all("Sec-WebSocket-Protocol"))
        compressed.append(connection.request.headers.get_all("Sec-WebSocket-Extensions"))
        await connection.wait_closed()

    async with serving(handle, offers=offers) as url:
        connection = await dial(url, protocol=protocol)
        await closes(connection)
        assert offered == [[] if protocol == "legacy" else [SUBPROTOCOL]]
        assert compressed == [[]], "nothing is compressed"
        return connection.subprotocol


@pytest.mark.parametrize(
    ("protocol", "offers", "agreed"),
    [("auto", True, SUBPROTOCOL), ("auto", False, None), ("v1", True, SUBPROTOCOL), ("legacy", True, None), ("legacy", False, None)],
)
def test_the_protocol_depends_on_both_sides(protocol: str, offers: bool, agreed: str | None, run_on_each_loop: Run) -> None:
    async def main() -> None:
        assert await dialled(protocol, offers=offers) == agreed

    run_on_each_loop(main())


def test_protocol_v1_refuses_an_old_server_and_says_what_to_do(run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "CLOSE_LIMIT", 0.1)
    told: list[tuple[int | None, str | None]] = []

    async def handle(connection: ServerConnection) -> None:
        await connection.wait_closed()
        told.append((connection.close_code, connection.close_reason))

    async def main() -> None:
        async with serving(handle, offers=False) as url:
            with pytest.raises(OSError, match=r"does not speak tars\.v1; set protocol: auto"):
                await dial(url, protocol="v1")
            await until(lambda: told == [(1002, "tars.v1 is required")])

    run_on_each_loop(main())


def test_a_server_that_is_not_there_is_an_ordinary_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(OSError, match="Connect call failed"):
        asyncio.run(dial(PORTLESS(port), protocol="auto"))


@asynccontextmanager
async def answering(answer: Callable[[bytes], bytes]) -> AsyncIterator[tuple[str, list[Peer]]]:
    """The URL of a program that answers a request with these bytes, and the other ends of its connections."""
    peers: list[Peer] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        peers.append(Peer(reader, writer, masks=False))
        if data := answer(request):
            writer.write(data)
        else:
            writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as listening:
        try:
            yield PORTLESS(port_of(listening)), peers
        finally:
            for peer in peers:
                peer.breaks()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
    ids=["http", "another key", "ssh", "nothing"],
)
def test_another_program_on_that_port_is_an_ordinary_error(answer: bytes, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with answering(lambda _: answer) as (url, _):
            with pytest.raises(OSError, match="the server refused the connection"):
                await dial(url, protocol="auto")

    run_on_each_loop(main())


@pytest.mark.parametrize("how", [Peer.breaks, Peer.ends_writing], ids=["reset", "end"])
def test_a_connection_that_breaks_during_the_upgrade_is_an_ordinary_error(how: Callable[[Peer], None], run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with answering(lambda _: b"HTTP/1.1 101 ") as (url, peers):
            dialling = asyncio.create_task(dial(url, protocol="auto"))
            await until(lambda: peers)
            how(peers[0])
            with pytest.raises(OSError, match=r"\w"):
                await dialling

    run_on_each_loop(main())


def test_a_refusal_is_reported_at_once_though_the_connection_stays_open(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with answering(lambda _: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as (url, _):
            began = clock.now()
            with pytest.raises(OSError, match="404"):
                await dial(url, protocol="auto")
            assert clock.now() - began < CLOSE_LIMIT / 2

    run_on_each_loop(main())


def test_a_dial_that_is_given_up_leaves_no_connection(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with answering(lambda _: b"HTTP/1.1 101 ") as (url, peers):
            dialling = asyncio.create_task(dial(url, protocol="auto"))
            await until(lambda: peers)
            dialling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await dialling
            await peers[0].is_dropped()

    run_on_each_loop(main())


def test_a_server_without_tls_is_an_ordinary_error_with_a_reason(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with serving() as url:
            with pytest.raises(OSError, match=r"\w"):
                await dial(url.replace("ws:", "wss:"), protocol="auto")

    run_on_each_loop(main())


def test_a_name_that_can_be_no_host_is_an_ordinary_error() -> None:
    with pytest.raises(OSError, match="the server refused the connection"):
        asyncio.run(dial("ws://kitchen..home:7456", protocol="auto"))


def test_a_proxy_that_wants_a_password_is_not_a_refused_key(run_on_each_loop: Run) -> None:
    def refuse(connection: ServerConnection, _: Request) -> Response:
        response = connection.respond(HTTPStatus.UNAUTHORIZED, "401 Authorization Required")
        response.headers["WWW-Authenticate"] = 'Basic realm="restricted"'
        return response

    async def main() -> None:
        async with serving(answer=refuse) as url:
            with pytest.raises(OSError, match="something in front of the server refused the connection") as refused:
                await dial(url, protocol="auto", key=make_key())
            assert not isinstance(refused.value, KeyRefusedError)

    run_on_each_loop(main())


@pytest.mark.parametrize(("key", "complaint"), [(None, KEY_WANTED), pytest.param(make_key(), KEY_REFUSED, id="another key")])
def test_a_refused_key_is_sent_to_the_server_and_reported_with_the_remedy(key: str | None, complaint: str, run_on_each_loop: Run) -> None:
    seen: list[str | None] = []

    def refuse(connection: ServerConnection, request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        response = connection.respond(HTTPStatus.UNAUTHORIZED, "no")
        response.headers["WWW-Authenticate"] = CHALLENGE
        return response

    async def main() -> None:
        async with serving(answer=refuse) as url:
            with pytest.raises(KeyRefusedError) as refused:
                await dial(url, protocol="auto", key=key)
            assert str(refused.value) == complaint

    run_on_each_loop(main())
    assert seen == [f"Bearer {key}" if key else None]


def test_a_redirect_does_not_send_the_key_to_another_server(run_on_each_loop: Run) -> None:
    asked: list[str] = []

    def note(connection: ServerConnection, request: Request) -> Response:
        asked.append(request.path)
        return connection.respond(HTTPStatus.OK, "")

    async def main() -> None:
        async with serving(answer=note) as other:

            def redirect(connection: ServerConnection, _: Request) -> Response:
                response = connection.respond(HTTPStatus.FOUND, "")
                response.headers["Location"] = other
                return response

            async with serving(answer=redirect) as url:
                with pytest.raises(OSError, match=r"the server refused the connection: .*302"):
                    await dial(url, protocol="auto", key=make_key())
        assert asked == []

    run_on_each_loop(main())


def accepted(request: bytes) -> bytes:
    """The answer of a server of tars.v1."""
    key = re.findall(rb"Sec-WebSocket-Key: (\S+)", request)[0]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest())
    lines = (b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Accept: " + accept)
    return b"\r\n".join((*lines, b"Sec-WebSocket-Protocol: tars.v1", b"", b""))


def test_what_comes_with_the_answer_waits_for_the_receiver_and_the_rest_is_not_read(run_on_each_loop: Run) -> None:
    first = piece(TEXT, b"first", masked=False) + piece(PING, b"?", masked=False)

    async def main() -> None:
        async with answering(lambda request: accepted(request) + first) as (url, peers):
            connection = await dial(url, protocol="v1")
            assert await peers[0].gets() == (PONG, b"?")
            peers[0].sends((BINARY, b"second"), (PING, b"!"))
            for _ in range(50):
                await clock.sleep_until(0)
            notes = Notes()
            connection.start(GENERATION, notes)
            assert notes.frames == ["first"]
            assert await peers[0].gets() == (PONG, b"!")
            assert notes.frames == ["first", b"second"]
            connection.abort()
            await notes.goes_down()

    run_on_each_loop(main())


def test_a_connection_that_is_closed_with_the_answer_is_reported_to_the_receiver(run_on_each_loop: Run) -> None:
    last = piece(TEXT, b"sorry", masked=False) + piece(CLOSE, closing(1008, "too many devices"), masked=False)

    async def main() -> None:
        async with answering(lambda request: accepted(request) + last) as (url, peers):
            connection, notes = await dial(url, protocol="v1"), Notes()
            peers[0].ends_writing()
            connection.start(GENERATION, notes)
            assert (await notes.goes_down()).reason == "closed with 1008: too many devices"
            assert notes.frames == ["sorry"]

    run_on_each_loop(main())


def test_a_lost_packet_does_not_keep_a_device_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener drops every SYN while its backlog is full."""
    monkeypatch.setattr(tcp, "ATTEMPT_INTERVAL", 0.01)

    async def main() -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            dialling = asyncio.create_task(dial(PORTLESS(port), protocol="auto"))
            for _ in range(10):
                await clock.sleep_until(0)
            listener.accept()[0].close()
            async with serve(lambda connection: connection.wait_closed(), sock=listener):
                await closes(await dialling)

    asyncio.run(main())


def test_the_connection_of_a_device_has_the_limit_of_the_kernel(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with serving() as url:
            connection = await dial(url, protocol="auto")
            sock = connection.transport.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
            await closes(connection)

    run_on_each_loop(main())
