"""One end of a real connection on loopback; the other end is the test's."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tars.core.codec import MAX_FRAME, SUBPROTOCOL
from tars.runtime import clock, tcp, websocket
from tars.runtime.websocket import (
    CHALLENGE,
    CLOSE_LIMIT,
    KEY_REFUSED,
    KEY_WANTED,
    QUEUE_LIMIT,
    KeyRefusedError,
    Received,
    Socket,
    SocketDown,
    dial,
    short,
)
from tars.server.keys import make_key
from tests.in_process import until

GENERATION = 3


class End:
    """A Socket, and the items that it has put."""

    def __init__(self, connection: ServerConnection) -> None:
        self.came: list[Received | SocketDown] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.socket = Socket(connection, GENERATION, self.put)

    async def put(self, item: Received | SocketDown) -> None:
        await self.gate.wait()
        self.came.append(item)

    @property
    def frames(self) -> list[str | bytes]:
        """The received frames."""
        return [item.frame for item in self.came if isinstance(item, Received)]

    async def goes_down(self) -> str:
        """Wait for SocketDown; its reason."""
        await until(lambda: self.came and isinstance(self.came[-1], SocketDown))
        (down,) = [item for item in self.came if isinstance(item, SocketDown)]
        assert (down.generation, down.opened) == (GENERATION, True)
        return down.reason


@asynccontextmanager
async def joined(*, offered: bool = True) -> AsyncIterator[tuple[End, ClientConnection]]:
    """Our running end of a connection, and the other end."""
    ends: list[End] = []

    async def handle(connection: ServerConnection) -> None:
        ends.append(End(connection))
        await ends[0].socket.run()

    subprotocols = [Subprotocol(SUBPROTOCOL)] if offered else None
    async with serve(handle, "127.0.0.1", 0, subprotocols=subprotocols, compression=None, close_timeout=CLOSE_LIMIT) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", subprotocols=subprotocols, compression=None, close_timeout=1) as other:
            await until(lambda: ends)
            yield ends[0], other


def test_frames_come_and_go_in_their_order() -> None:
    frames = [f"message {number}" if number % 3 else bytes([number]) * 1000 for number in range(100)]

    async def main() -> None:
        async with joined() as (end, other):
            for frame in frames:
                end.socket.send(frame)
                await other.send(frame)
            assert [await other.recv() for _ in frames] == frames
            await until(lambda: len(end.came) == len(frames))
            assert end.frames == frames
            assert {item.generation for item in end.came} == {GENERATION}

    asyncio.run(main())


def test_what_is_queued_goes_out_before_the_connection_is_closed_with_its_reason() -> None:
    async def main() -> None:
        async with joined() as (end, other):
            for number in range(50):
                end.socket.send(bytes([number]) * 5000)
            end.socket.close(1008, "this is not allowed")
            assert [(await other.recv())[:1] for _ in range(50)] == [bytes([number]) for number in range(50)]
            await other.wait_closed()
            assert (other.close_code, other.close_reason) == (1008, "this is not allowed")
            assert await end.goes_down() == "closed with 1008: this is not allowed"

    asyncio.run(main())


@pytest.mark.parametrize("reason", ["x" * 500, "\N{GRINNING FACE}" * 100])
def test_a_long_reason_is_cut_to_what_a_close_frame_holds(reason: str) -> None:
    assert 119 < len(short(reason).encode()) <= 123
    assert reason.startswith(short(reason))

    async def main() -> None:
        async with joined() as (end, other):
            end.socket.close(1008, reason)
            await other.wait_closed()
            assert other.close_reason == short(reason)

    asyncio.run(main())


def test_closing_does_not_wait_for_a_peer_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "CLOSE_LIMIT", 0.1)

    async def main() -> None:
        async with joined() as (end, other):
            other.transport.pause_reading()
            for _ in range(500):
                end.socket.send(bytes(MAX_FRAME))
            end.socket.close(1000, "enough")
            assert await end.goes_down() == "the connection broke"

    asyncio.run(main())


def test_a_peer_that_never_reads_is_dropped_when_the_queue_is_full() -> None:
    async def main() -> None:
        async with joined() as (end, other):
            other.transport.pause_reading()
            for _ in range(QUEUE_LIMIT):
                end.socket.send(bytes(1000))
            await other.send("still here")
            await until(lambda: end.frames == ["still here"])
            for _ in range(QUEUE_LIMIT):
                end.socket.send(bytes(1000))
            assert await end.goes_down() == "the connection broke"

    asyncio.run(main())


def test_an_aborted_connection_is_gone_for_both() -> None:
    async def main() -> None:
        async with joined() as (end, other):
            end.socket.send("on its way")
            end.socket.abort()
            assert await end.goes_down() == "the connection broke"
            await other.wait_closed()
            assert other.close_code == 1006
            end.socket.send("too late")
            end.socket.close(1000, "too late")
            end.socket.abort()

    asyncio.run(main())


@pytest.mark.parametrize(("reason", "said"), [("", "closed with 1001"), ("good night", "closed with 1001: good night")])
def test_the_reason_of_the_other_side_is_reported(reason: str, said: str) -> None:
    async def main() -> None:
        async with joined() as (end, other):
            await other.send("last words")
            await other.close(1001, reason)
            assert await end.goes_down() == said
            assert end.frames == ["last words"]

    asyncio.run(main())


def test_a_connection_that_breaks_is_reported_as_broken() -> None:
    async def main() -> None:
        async with joined() as (end, other):
            other.transport.abort()
            assert await end.goes_down() == "the connection broke"

    asyncio.run(main())


def test_a_busy_program_makes_the_sender_wait_and_loses_nothing() -> None:
    async def main() -> None:
        async with joined() as (end, other):
            end.gate.clear()
            sending = asyncio.create_task(send_all(other))
            await until(lambda: other.transport.get_write_buffer_size() > 0)
            assert not sending.done()
            end.gate.set()
            await sending
            await until(lambda: len(end.came) == 1000)
            assert [int.from_bytes(frame[:2], "big") for frame in end.frames if isinstance(frame, bytes)] == list(range(1000))

    async def send_all(other: ClientConnection) -> None:
        for number in range(1000):
            await other.send(number.to_bytes(2, "big") + bytes(50_000))

    asyncio.run(main())


@pytest.mark.parametrize("old", [False, True])
def test_only_a_legacy_link_is_pinged_by_the_websocket(old: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "LEGACY_PING", 0.01)
    pings = 0

    async def ping(_: ServerConnection) -> None:
        nonlocal pings
        pings += 1

    monkeypatch.setattr(ServerConnection, "ping", ping)

    async def main() -> None:
        async with joined(offered=not old) as (end, other):
            if old:
                await until(lambda: pings > 3)
            for _ in range(100):
                await other.send("x")
                end.socket.send("x")
                await other.recv()
            assert bool(pings) == old

    asyncio.run(main())


# --- dialling --------------------------------------------------------------------------------------------------------------------


async def dialled(protocol: str, *, offers: bool) -> str | None:
    """Dial a server that does or does not know tars.v1; the agreed protocol."""
    offered: list[list[str]] = []

    async def handle(connection: ServerConnection) -> None:
        assert connection.request
        offered.append(connection.request.headers.get_all("Sec-WebSocket-Protocol"))
        await connection.wait_closed()

    choose: Callable[..., Subprotocol | None] = lambda _, names: Subprotocol(SUBPROTOCOL) if offers and SUBPROTOCOL in names else None  # noqa: E731
    async with serve(handle, "127.0.0.1", 0, select_subprotocol=choose) as listening:
        connection = await dial(f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}", protocol=protocol)
        await until(lambda: offered)
        assert offered == [[] if protocol == "legacy" else [SUBPROTOCOL]]
        assert connection.response
        assert "Sec-WebSocket-Extensions" not in connection.response.headers, "nothing is compressed"
        await connection.close()
        return connection.subprotocol


@pytest.mark.parametrize(
    ("protocol", "offers", "agreed"),
    [("auto", True, SUBPROTOCOL), ("auto", False, None), ("v1", True, SUBPROTOCOL), ("legacy", True, None), ("legacy", False, None)],
)
def test_the_protocol_depends_on_both_sides(protocol: str, offers: bool, agreed: str | None) -> None:
    assert asyncio.run(dialled(protocol, offers=offers)) == agreed


def test_protocol_v1_refuses_an_old_server_and_says_what_to_do() -> None:
    with pytest.raises(OSError, match=r"does not speak tars\.v1; set protocol: auto"):
        asyncio.run(dialled("v1", offers=False))


def test_a_server_that_is_not_there_is_an_ordinary_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(OSError, match="Connect call failed"):
        asyncio.run(dial(f"ws://127.0.0.1:{port}", protocol="auto"))


@pytest.mark.parametrize("answer", [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b""])
def test_another_program_on_that_port_is_an_ordinary_error(answer: bytes) -> None:
    async def answer_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(answer_and_close, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            with pytest.raises(OSError, match="the server refused the connection"):
                await dial(f"ws://127.0.0.1:{port}", protocol="auto")

    asyncio.run(main())


def test_a_server_without_tls_is_an_ordinary_error_with_a_reason() -> None:
    async def main() -> None:
        async with serve(lambda connection: connection.wait_closed(), "127.0.0.1", 0) as listening:
            with pytest.raises(OSError, match=r"\w"):
                await dial(f"wss://127.0.0.1:{listening.sockets[0].getsockname()[1]}", protocol="auto")

    asyncio.run(main())


def test_a_name_that_can_be_no_host_is_an_ordinary_error() -> None:
    with pytest.raises(OSError, match="the server refused the connection"):
        asyncio.run(dial("ws://kitchen..home:7456", protocol="auto"))


def test_a_proxy_that_wants_a_password_is_not_a_refused_key() -> None:
    async def main() -> None:
        def refuse(connection: ServerConnection, _: Request) -> Response:
            response = connection.respond(HTTPStatus.UNAUTHORIZED, "401 Authorization Required")
            response.headers["WWW-Authenticate"] = 'Basic realm="restricted"'
            return response

        async with serve(lambda _: asyncio.Future(), "127.0.0.1", 0, process_request=refuse) as listening:
            port = listening.sockets[0].getsockname()[1]
            with pytest.raises(OSError, match="something in front of the server refused the connection") as refused:
                await dial(f"ws://127.0.0.1:{port}", protocol="auto", key=make_key())
            assert not isinstance(refused.value, KeyRefusedError)

    asyncio.run(main())


@pytest.mark.parametrize(("key", "complaint"), [(None, KEY_WANTED), pytest.param(make_key(), KEY_REFUSED, id="another key")])
def test_a_refused_key_is_sent_to_the_server_and_reported_with_the_remedy(key: str | None, complaint: str) -> None:
    seen: list[str | None] = []

    def refuse(connection: ServerConnection, request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        response = connection.respond(HTTPStatus.UNAUTHORIZED, "no")
        response.headers["WWW-Authenticate"] = CHALLENGE
        return response

    async def main() -> None:
        async with serve(lambda _: asyncio.Future(), "127.0.0.1", 0, process_request=refuse) as listening:
            with pytest.raises(KeyRefusedError) as refused:
                await dial(f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}", protocol="auto", key=key)
            assert str(refused.value) == complaint

    asyncio.run(main())
    assert seen == [f"Bearer {key}" if key else None]


def test_a_redirect_does_not_send_the_key_to_another_server() -> None:
    def redirect(connection: ServerConnection, _: Request) -> Response:
        response = connection.respond(HTTPStatus.FOUND, "")
        response.headers["Location"] = "ws://127.0.0.1:1/"
        return response

    async def main() -> None:
        async with serve(lambda _: asyncio.Future(), "127.0.0.1", 0, process_request=redirect) as listening:
            with pytest.raises(OSError, match="the server refused the connection: cannot follow redirect"):
                await dial(f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}", protocol="auto", key=make_key())

    asyncio.run(main())


def test_a_lost_packet_does_not_keep_a_device_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener drops every SYN while its backlog is full."""
    monkeypatch.setattr(tcp, "ATTEMPT_INTERVAL", 0.01)

    async def main() -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            dialling = asyncio.create_task(dial(f"ws://127.0.0.1:{port}", protocol="auto"))
            for _ in range(10):
                await clock.sleep_until(0)
            listener.accept()[0].close()
            async with serve(lambda connection: connection.wait_closed(), sock=listener):
                await (await dialling).close()

    asyncio.run(main())


def test_both_ends_have_the_limit_of_the_kernel() -> None:
    async def main() -> None:
        async with joined() as (end, _):
            sock = end.socket.connection.transport.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000

    asyncio.run(main())
