"""The server's end of a connection, between a gatekeeper and another side that says byte by byte what the test wants."""

from __future__ import annotations

import socket as sockets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.http11 import Request

from tars.core.codec import SUBPROTOCOL
from tars.runtime import clock
from tars.runtime.budget import Budget
from tars.runtime.websocket import CLOSE_LIMIT, READ_SIZE
from tars.server.connection import UNREAD, ServerSocket
from tests.in_process import until
from tests.loops import Run
from tests.runtime.peers import BINARY, CLOSE, GENERATION, PING, PONG, TEXT, Notes, Peer, closing, connected, piece, request

Answer = Callable[[ServerSocket, Request], object]
HELLO = piece(TEXT, b"hello")


class Gate:
    """A gatekeeper that does with a request what the test wants; None: nothing yet."""

    identity = None

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self.told: list[str] = []
        self.requests: list[Request] = []
        self.accepted: list[bool] = []
        self.notes = Notes()

    def connected(self, socket: ServerSocket) -> None:
        self.told.append("connected")

    def requested(self, socket: ServerSocket, request: Request) -> None:
        self.told.append("requested")
        self.requests.append(request)
        if self.answer is not None:
            self.answer(socket, request)

    def distrusted(self, socket: ServerSocket, reason: str) -> None:
        raise AssertionError("nothing is encrypted")

    def disconnected(self, socket: ServerSocket) -> None:
        self.told.append("disconnected")

    def accept(self, socket: ServerSocket, request: Request) -> None:
        """Accept the connection, and take its frames."""
        self.accepted.append(socket.accept(request))
        if self.accepted[-1]:
            socket.start(GENERATION, self.notes)


class Door:
    """A connection, its gatekeeper, and the other side."""

    def __init__(self, gate: Gate, socket: ServerSocket, peer: Peer) -> None:
        self.gate, self.socket, self.peer, self.notes = gate, socket, peer, gate.notes

    def accept(self) -> None:
        """Accept it, later than at once."""
        self.gate.accept(self.socket, self.gate.requests[0])

    async def is_upgraded(self, *offered: str) -> None:
        """Ask, and be accepted."""
        self.peer.writes(request(*offered))
        assert (await self.peer.gets_answer())[0] == 101


def refuse(socket: ServerSocket, _: Request) -> None:
    """What a gatekeeper may do."""
    socket.refuse(HTTPStatus.UNAUTHORIZED, "who are you?", WWW_Authenticate="Bearer")


@asynccontextmanager
async def a_door(answer: Answer | str | None = "accept") -> AsyncIterator[Door]:
    """A connection. `accept`: at once; None: not by itself."""
    gate = Gate(None)
    gate.answer = gate.accept if isinstance(answer, str) else answer
    socket = ServerSocket(gate)
    async with connected(socket) as peer:
        yield Door(gate, socket, peer)


async def turns(count: int = 50) -> None:
    """Let the loop do what it can."""
    for _ in range(count):
        await clock.sleep_until(0)


# --- the upgrade -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offered", "chosen"), [(["tars.v1"], "tars.v1"), (["x", "tars.v1"], "tars.v1"), (["x"], None), ([], None)])
def test_tars_v1_is_chosen_if_offered_and_no_connection_is_refused(offered: list[str], chosen: str | None, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            door.peer.writes(request(*offered, Sec_WebSocket_Extensions="permessage-deflate"))
            status, headers, _ = await door.peer.gets_answer()
            assert (status, headers.get("sec-websocket-protocol")) == (101, chosen)
            assert "sec-websocket-extensions" not in headers, "nothing is compressed"
            assert door.socket.subprotocol == chosen
            assert door.socket.is_open

    run_on_each_loop(main())


def test_the_gatekeeper_knows_of_a_connection_from_its_beginning_to_its_end(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            assert door.gate.told == ["connected"]
            whole = request(SUBPROTOCOL)
            door.peer.writes(whole[:-3])
            await turns()
            assert door.gate.told == ["connected"]
            door.peer.writes(whole[-3:])
            assert (await door.peer.gets_answer())[0] == 101
            assert door.gate.told == ["connected", "requested"]
            door.peer.sends((TEXT, b"hello"))
            await until(lambda: door.notes.frames == ["hello"])
            door.peer.breaks()
            await door.notes.goes_down()
            assert door.gate.told == ["connected", "requested", "disconnected"]

    run_on_each_loop(main())


@pytest.mark.parametrize("later", [False, True])
def test_a_refusal_is_an_answer_with_a_text_and_the_end(later: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door(None if later else refuse) as door:
            door.peer.writes(request(SUBPROTOCOL))
            await until(lambda: door.gate.requests)
            if later:
                refuse(door.socket, door.gate.requests[0])
            status, headers, text = await door.peer.gets_answer()
            assert (status, headers["www-authenticate"], text) == (401, "Bearer", "who are you?\n")
            assert await door.peer.gets_to_the_end() == b""
            assert not door.socket.is_open
            door.peer.ends_writing()
            await until(lambda: door.gate.told[-1] == "disconnected", CLOSE_LIMIT / 2)

    run_on_each_loop(main())


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: tars\r\n\r\n", 426),
        (request(SUBPROTOCOL).replace(b"GET", b"PUT"), 405),
        (request(SUBPROTOCOL, Sec_WebSocket_Key="short"), 400),
        (request(SUBPROTOCOL, Sec_WebSocket_Version="8"), 400),
    ],
    ids=["http", "put", "key", "version"],
)
def test_a_request_for_something_else_is_answered_and_is_no_websocket(asked: bytes, status: int, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            door.peer.writes(asked)
            assert (await door.peer.gets_answer())[0] == status
            assert await door.peer.gets_to_the_end() == b""
            assert door.gate.accepted == [False]

    run_on_each_loop(main())


@pytest.mark.parametrize(("asked", "status"), [(b"GET /" + b"x" * 10_000, 414), (b"GET / HTTP/1.1\r\nX: " + b"x" * 10_000, 431)])
def test_a_request_that_is_too_long_is_refused(asked: bytes, status: int, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            door.peer.writes(asked)
            assert (await door.peer.gets_answer())[0] == status
            door.peer.breaks()
            await until(lambda: door.gate.told == ["connected", "disconnected"])

    run_on_each_loop(main())


def test_what_is_no_request_ends_the_connection(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            door.peer.writes(b"\x16\x03\x01 this is TLS\r\n\r\n")
            assert await door.peer.gets_to_the_end() == b""
            door.peer.breaks()
            await until(lambda: door.gate.told == ["connected", "disconnected"])

    run_on_each_loop(main())


# --- who does not wait for the answer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [False, True])
def test_frames_that_come_with_the_request_reach_the_receiver(later: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door(None if later else "accept") as door:
            door.peer.writes(request(SUBPROTOCOL) + HELLO + piece(BINARY, b"sound"))
            await until(lambda: door.gate.requests)
            if later:
                await turns()
                assert not door.socket.is_open
                door.accept()
            assert (await door.peer.gets_answer())[0] == 101
            door.peer.sends((TEXT, b"more"))
            await until(lambda: len(door.notes.frames) == 3)
            assert door.notes.frames == ["hello", b"sound", "more"]

    run_on_each_loop(main())


def test_until_a_request_is_answered_nothing_more_is_read(run_on_each_loop: Run) -> None:
    """Whoever has no key may not fill the memory."""
    flood = [(BINARY, number.to_bytes(2) * 1000) for number in range(2000)]

    async def main() -> None:
        async with a_door(None) as door:
            door.peer.writes(request(SUBPROTOCOL))
            await until(lambda: door.gate.requests)
            door.peer.sends(*flood)
            await turns(200)
            assert sum(map(len, door.socket._early)) < 32 * READ_SIZE
            door.accept()
            assert (await door.peer.gets_answer())[0] == 101
            await until(lambda: len(door.notes.frames) == len(flood))
            assert door.notes.frames == [frame for _, frame in flood], "nothing is lost"

    run_on_each_loop(main())


EARLY = {"a close frame": piece(CLOSE, closing(1000)), "garbage": b"\xff" * 20, "no mask": b"\x81\x00"}


@pytest.mark.parametrize("what", EARLY)
@pytest.mark.parametrize("how", ["accepted", "refused", "accepted later", "refused later"])
def test_who_ends_the_connection_with_its_request_is_not_answered(what: str, how: str, run_on_each_loop: Run) -> None:
    """Once an answer to it could end the server."""

    async def main() -> None:
        async with a_door("accept" if how == "accepted" else refuse if how == "refused" else None) as door:
            door.peer.writes(request(SUBPROTOCOL) + EARLY[what])
            await until(lambda: door.gate.requests)
            await turns()
            if how == "accepted later":
                door.accept()
            elif how == "refused later":
                refuse(door.socket, door.gate.requests[0])
            assert await door.peer.gets_to_the_end() == b""
            assert door.gate.accepted in ([], [False])
            door.peer.ends_writing()
            await until(lambda: door.gate.told[-1] == "disconnected")

    run_on_each_loop(main())


@pytest.mark.parametrize("how", ["accepted", "refused"])
def test_who_has_gone_is_not_answered(how: str, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door(None) as door:
            door.peer.writes(request(SUBPROTOCOL))
            await until(lambda: door.gate.requests)
            door.socket.abort()
            if how == "accepted":
                door.accept()
                assert door.gate.accepted == [False]
            else:
                refuse(door.socket, door.gate.requests[0])
            await until(lambda: door.gate.told[-1] == "disconnected")
            door.accept()
            assert door.gate.accepted[-1] is False
            assert not door.notes.frames

    run_on_each_loop(main())


def test_a_refused_connection_that_does_not_end_is_cut_off(run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.runtime.websocket.CLOSE_LIMIT", 0.1)

    async def main() -> None:
        async with a_door(refuse) as door:
            door.peer.writes(request(SUBPROTOCOL))
            assert (await door.peer.gets_answer())[0] == 401
            while door.gate.told[-1] != "disconnected":
                door.peer.sends((BINARY, bytes(100)))
                await clock.sleep_until(0)

    run_on_each_loop(main())


# --- who reads too slowly --------------------------------------------------------------------------------------------------------


def narrow(door: Door) -> None:
    """Keep little in the kernel, so that what is not read waits here."""
    sock: sockets.socket = door.socket.transport.get_extra_info("socket")
    sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4096)


def test_nothing_is_read_from_who_does_not_read_and_nothing_is_lost(run_on_each_loop: Run) -> None:
    """The answers to its pings would fill the memory."""
    pings = [(PING, number.to_bytes(2) * 60) for number in range(12_000)]

    async def main() -> None:
        async with a_door() as door:
            await door.is_upgraded(SUBPROTOCOL)
            narrow(door)
            door.peer.stops_reading()
            door.peer.sends(*pings)
            waiting = door.socket.transport.get_write_buffer_size
            await until(lambda: waiting() > 64 * 1024)
            await turns(200)
            assert waiting() < 256 * 1024
            door.peer.reads_on()
            for _, payload in pings:
                assert await door.peer.gets() == (PONG, payload)

    run_on_each_loop(main())


def test_a_device_is_heard_while_a_reply_waits_to_be_read(run_on_each_loop: Run) -> None:
    """It may read only as fast as it plays, or its network may be slow. It must be able to interrupt, and is not dead."""
    second = bytes(32_000)

    async def main() -> None:
        async with a_door() as door:
            await door.is_upgraded(SUBPROTOCOL)
            door.socket.start(GENERATION, door.notes, Budget(clock.now()))
            narrow(door)
            door.peer.stops_reading()
            sent = 20
            for _ in range(sent):
                door.socket.send(second)
            assert door.socket.transport.get_write_buffer_size() > 128 * 1024
            door.peer.sends((TEXT, b"barge_in"))
            await until(lambda: door.notes.frames == ["barge_in"])
            while door.socket.transport.get_write_buffer_size() <= UNREAD:
                door.socket.send(second)
                sent += 1
            door.peer.sends((TEXT, b"not read"))
            await turns(200)
            assert door.notes.frames == ["barge_in"]
            door.peer.reads_on()
            for _ in range(sent):
                assert await door.peer.gets() == (BINARY, second)
            await until(lambda: door.notes.frames == ["barge_in", "not read"])

    run_on_each_loop(main())
