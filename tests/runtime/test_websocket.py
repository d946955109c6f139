"""One end of a connection on loopback, as a server's and as a client's; the other end says byte by byte what the test wants."""

from __future__ import annotations

import gc
import socket as sockets
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from websockets.client import ClientProtocol
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from tars.core.codec import MAX_FRAME, SUBPROTOCOL, Frame
from tars.runtime import clock, websocket
from tars.runtime.budget import Budget
from tars.runtime.websocket import READ_SIZE, WRITE_LIMIT, Socket, SocketDown, short
from tests.in_process import until
from tests.loops import Run
from tests.runtime.peers import BINARY, CLOSE, CONT, GENERATION, PING, PONG, TEXT, Notes, Peer, closing, connected


class Upgraded(Socket):
    """A socket whose upgrade is done."""

    def upgrade(self, event: Request | Response) -> None:
        raise AssertionError("it is upgraded")


def upgraded(*, server: bool = True, old: bool = False) -> Upgraded:
    """The end of a server or of a client."""
    protocol: ServerProtocol | ClientProtocol
    if server:
        protocol = ServerProtocol(state=State.OPEN, max_size=MAX_FRAME)
    else:
        protocol = ClientProtocol(parse_uri("ws://tars"), state=State.OPEN, max_size=MAX_FRAME)
    protocol.subprotocol = None if old else Subprotocol(SUBPROTOCOL)
    return Upgraded(protocol)


class End:
    """A socket, its receiver, and the other side."""

    def __init__(self, socket: Socket, peer: Peer) -> None:
        self.socket, self.peer, self.notes = socket, peer, Notes()

    def start(self, budget: Budget | None = None) -> None:
        self.socket.start(GENERATION, self.notes, budget)

    async def has(self, frames: Iterable[Frame]) -> None:
        """Wait until so many frames have come; they are these."""
        wanted = list(frames)
        await until(lambda: len(self.notes.frames) >= len(wanted) or self.notes.downs)
        assert self.notes.frames == wanted


@asynccontextmanager
async def an_end(*, server: bool = True, old: bool = False, started: bool = True) -> AsyncIterator[End]:
    """Our end, and the other one."""
    socket = upgraded(server=server, old=old)
    async with connected(socket, masks=server) as peer:
        end = End(socket, peer)
        if started:
            end.start()
        yield end


either_role = pytest.mark.parametrize("server", [True, False], ids=["server", "client"])


# --- frames ----------------------------------------------------------------------------------------------------------------------


@either_role
def test_frames_come_and_go_in_their_order(server: bool, run_on_each_loop: Run) -> None:
    frames = [f"message {number}" if number % 3 else bytes([number]) * 1000 for number in range(100)]

    async def main() -> None:
        async with an_end(server=server) as end:
            pieces = [(TEXT, frame.encode()) if isinstance(frame, str) else (BINARY, frame) for frame in frames]
            for frame in frames:
                end.socket.send(frame)
            end.peer.sends(*pieces)
            assert [await end.peer.gets() for _ in frames] == pieces
            await end.has(frames)
            assert {type(frame) for frame in end.notes.frames} == {str, bytes}

    run_on_each_loop(main())


def test_a_frame_of_the_largest_size_comes_and_goes(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            end.socket.send(bytes(MAX_FRAME))
            end.peer.sends((BINARY, bytes(MAX_FRAME)))
            assert await end.peer.gets() == (BINARY, bytes(MAX_FRAME))
            await end.has([bytes(MAX_FRAME)])

    run_on_each_loop(main())


def test_a_message_in_pieces_is_one_frame_and_pings_between_them_are_answered(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            end.peer.sends((BINARY, b"so", False), (PING, b"1"), (CONT, b" far", False), (PING, b"2"), (CONT, b" good"), (TEXT, b"next"))
            await end.has([b"so far good", "next"])
            assert [await end.peer.gets() for _ in range(2)] == [(PONG, b"1"), (PONG, b"2")]
            smile = "a \N{GRINNING FACE}".encode()
            end.peer.sends((TEXT, smile[:3], False), (CONT, smile[3:5], False), (CONT, smile[5:]), (BINARY, b"next"))
            await end.has([b"so far good", "next", "a \N{GRINNING FACE}", b"next"])

    run_on_each_loop(main())


@pytest.mark.parametrize(("opcode", "whole"), [(TEXT, "in pieces"), (BINARY, b"in pieces")], ids=["text", "binary"])
def test_empty_pieces_add_nothing(opcode: int, whole: Frame, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            empty = [(CONT, b"", False), (PING, b"")] * 500
            end.peer.sends((TEXT if opcode == TEXT else BINARY, b"", False), *empty, (CONT, b"in pieces", False), *empty, (CONT, b""))
            end.peer.sends((TEXT, b""), (BINARY, b""))
            await end.has([whole, "", b""])

    run_on_each_loop(main())


def test_frames_that_come_before_the_start_are_kept_for_the_receiver(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(started=False) as end:
            end.peer.sends((TEXT, b"1"), (BINARY, b"2"), (PING, b"done"))
            assert await end.peer.gets() == (PONG, b"done")
            end.start()
            assert end.notes.frames == ["1", b"2"], "at once"
            end.peer.sends((TEXT, b"3"))
            await end.has(["1", b"2", "3"])

    run_on_each_loop(main())


def test_another_receiver_gets_what_follows(run_on_each_loop: Run) -> None:
    """The one that waits for the greeting hands the connection over while a read is taken apart."""

    async def main() -> None:
        async with an_end(started=False) as end:
            second = Notes()

            class First(Notes):
                def received(self, generation: int, frame: Frame) -> None:
                    end.notes.frames.append(frame)
                    end.socket.start(GENERATION, second)

            end.socket.start(0, First())
            end.peer.sends((TEXT, b"hello"), (TEXT, b"what follows"), (TEXT, b"and more"))
            await until(lambda: len(second.frames) == 2)
            assert (end.notes.frames, second.frames) == (["hello"], ["what follows", "and more"])

    run_on_each_loop(main())


# --- who breaks the protocol -----------------------------------------------------------------------------------------------------

NOT_UTF8 = {
    "in one piece": [(TEXT, b"\xff\xfe")],
    "in two pieces": [(TEXT, b"good so far", False), (CONT, b"\xff")],
    "half a character": [(TEXT, "\N{GRINNING FACE}".encode()[:2])],
}


@either_role
@pytest.mark.parametrize("what", NOT_UTF8)
def test_a_text_that_is_not_utf_8_ends_the_connection_and_nothing_after_it_is_taken(what: str, server: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(server=server) as end:
            end.peer.sends((TEXT, b"before"), *NOT_UTF8[what], (TEXT, b"after"), (BINARY, b"after"))
            opcode, payload = await end.peer.gets()
            assert (opcode, payload[:2]) == (CLOSE, (1007).to_bytes(2))
            end.peer.writes(b"whatever")
            end.peer.ends_writing()
            down = await end.notes.goes_down()
            assert end.notes.frames == ["before"]
            assert down.broken
            assert down.reason.startswith("closed with 1007: ")
            assert " at position " in down.reason

    run_on_each_loop(main())


TOO_LONG = {
    "in one piece": [(BINARY, bytes(MAX_FRAME + 1))],
    "a text": [(TEXT, b"x" * (MAX_FRAME + 1))],
    "in pieces": [(BINARY, bytes(MAX_FRAME // 2), False), (CONT, bytes(MAX_FRAME // 2), False), (CONT, b"1")],
}


@either_role
@pytest.mark.parametrize("what", TOO_LONG)
def test_a_message_that_is_too_long_ends_the_connection(what: str, server: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(server=server) as end:
            end.peer.sends((TEXT, b"before"), *TOO_LONG[what])
            opcode, payload = await end.peer.gets()
            assert (opcode, payload[:2]) == (CLOSE, (1009).to_bytes(2))
            end.peer.breaks()
            down = await end.notes.goes_down()
            assert end.notes.frames == ["before"]
            assert down.broken
            assert down.reason.startswith("closed with 1009: ")

    run_on_each_loop(main())


WRONG = {
    "an opcode that there is not": b"\x83\x80" + bytes(4),
    "the rest of nothing": b"\x80\x80" + bytes(4),
    "a message within a message": b"\x01\x80" + bytes(4) + b"\x81\x80" + bytes(4),
    "a ping in pieces": b"\x09\x80" + bytes(4),
    "no mask": b"\x81\x00",
    "a close frame of one byte": b"\x88\x81" + bytes(5),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_frame_ends_the_connection(what: str, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            end.peer.writes(WRONG[what])
            opcode, payload = await end.peer.gets()
            assert (opcode, payload[:2]) == (CLOSE, (1002).to_bytes(2))
            assert await end.peer.gets_to_the_end() == b""
            end.peer.breaks()
            down = await end.notes.goes_down()
            assert down.broken
            assert down.reason.startswith("closed with 1002: ")

    run_on_each_loop(main())


# --- how a connection ends -------------------------------------------------------------------------------------------------------


@either_role
def test_what_is_sent_goes_out_before_the_connection_is_closed_with_its_reason(server: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(server=server) as end:
            for number in range(50):
                end.socket.send(bytes([number]) * 5000)
            end.socket.close(1008, "this is not allowed")
            assert not end.socket.is_open
            end.socket.send("too late")
            end.socket.close(1000, "too late")
            for number in range(50):
                assert await end.peer.gets() == (BINARY, bytes([number]) * 5000)
            assert await end.peer.gets() == (CLOSE, closing(1008, "this is not allowed"))
            end.peer.sends((TEXT, b"was on its way"), (CLOSE, closing(1008, "this is not allowed")))
            end.peer.ends_writing()
            assert await end.peer.gets_to_the_end() == b""
            assert await end.notes.goes_down() == SocketDown(GENERATION, "closed with 1008: this is not allowed", opened=True)
            assert end.notes.frames == ["was on its way"]

    run_on_each_loop(main())


@either_role
@pytest.mark.parametrize(("reason", "said"), [("", "closed with 1001"), ("good night", "closed with 1001: good night")])
def test_the_other_side_may_close(reason: str, said: str, server: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(server=server) as end:
            end.peer.sends((TEXT, b"last words"), (CLOSE, closing(1001, reason)))
            assert await end.peer.gets() == (CLOSE, closing(1001, reason))
            if server:
                assert await end.peer.gets_to_the_end() == b"", "a server ends the connection, a client waits for that"
            end.peer.ends_writing()
            assert await end.notes.goes_down() == SocketDown(GENERATION, said, opened=True)
            assert end.notes.frames == ["last words"]

    run_on_each_loop(main())


@either_role
def test_a_close_code_of_the_other_side_is_no_violation_of_its_own(server: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(server=server) as end:
            end.peer.sends((CLOSE, closing(1002, "I do not understand")))
            end.peer.ends_writing()
            assert await end.notes.goes_down() == SocketDown(GENERATION, "closed with 1002: I do not understand", opened=True)

    run_on_each_loop(main())


@pytest.mark.parametrize("reason", ["x" * 500, "\N{GRINNING FACE}" * 100], ids=["letters", "smiles"])
def test_a_long_reason_is_cut_to_what_a_close_frame_holds(reason: str, run_on_each_loop: Run) -> None:
    assert 119 < len(short(reason).encode()) <= 123
    assert reason.startswith(short(reason))

    async def main() -> None:
        async with an_end() as end:
            end.socket.close(1008, reason)
            assert await end.peer.gets() == (CLOSE, closing(1008, short(reason)))

    run_on_each_loop(main())


@either_role
@pytest.mark.parametrize("who", ["this end", "the other end"])
@pytest.mark.parametrize("then", ["says nothing", "keeps sending", "does not read"])
def test_a_closing_handshake_that_does_not_end_is_cut_off(
    then: str, who: str, server: bool, run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "CLOSE_LIMIT", 0.1)

    async def main() -> None:
        async with an_end(server=server) as end:
            if then == "does not read":
                end.peer.stops_reading()
                for _ in range(100):
                    end.socket.send(bytes(MAX_FRAME))
            began = clock.now()
            if who == "this end":
                end.socket.close(1000, "enough")
            else:
                end.peer.sends((CLOSE, closing(1000)))
            while then == "keeps sending" and not end.notes.downs:
                end.peer.sends((BINARY, bytes(100)), (PING, b""))
                await clock.sleep_until(0)
            await end.notes.goes_down()
            assert clock.now() - began < 0.1 + 1
            assert clock.now() - began > 0.1 - 0.01

    run_on_each_loop(main())


@either_role
def test_a_connection_whose_other_side_has_ended_its_half_ends(server: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(server=server) as end:
            end.peer.sends((TEXT, b"last words"))
            end.peer.ends_writing()
            assert (await end.notes.goes_down()).reason == "the connection broke"
            assert end.notes.frames == ["last words"]
            assert await end.peer.gets_to_the_end() == b""

    run_on_each_loop(main())


def test_a_connection_that_breaks_is_reported_as_broken(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            end.peer.breaks()
            down = await end.notes.goes_down()
            assert down == SocketDown(GENERATION, "the connection broke", opened=True)
            end.socket.send("too late")
            end.socket.close(1000, "too late")
            end.socket.abort()

    run_on_each_loop(main())


def test_an_aborted_connection_is_gone_at_once_for_both(run_on_each_loop: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with an_end() as end:
            end.socket.send("on its way")
            end.socket.abort()
            for _ in range(10):
                end.socket.send("too late")
            end.socket.close(1000, "too late")
            end.socket.abort()
            assert (await end.notes.goes_down()).reason == "the connection broke"
            await end.peer.is_dropped()

    run_on_each_loop(main())
    assert caplog.messages == [], "asyncio warns of what is written too late"


@pytest.mark.parametrize("old", [False, True])
def test_a_connection_that_has_ended_is_freed(old: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(old=old) as end:
            end.socket.close(1000, "")
            end.peer.sends((CLOSE, closing(1000)))
            end.peer.ends_writing()
            await end.notes.goes_down()
            ended = id(end.socket)
        del end
        for _ in range(2):  # the loop drops its last handles of it
            await clock.sleep_until(0)
        gc.collect()
        assert not [thing for thing in gc.get_objects() if isinstance(thing, Upgraded) and id(thing) == ended]

    run_on_each_loop(main())


def test_an_abort_drops_what_the_other_side_has_not_read(run_on_each_loop: Run) -> None:
    """A close would wait behind it, without end on a link that is dead in one direction."""

    async def main() -> None:
        async with an_end() as end:
            end.peer.stops_reading()
            for _ in range(100):
                end.socket.send(bytes(MAX_FRAME))
            assert end.socket.transport.get_write_buffer_size() > 0
            end.socket.abort()
            await end.notes.goes_down()

    run_on_each_loop(main())


def test_nothing_is_aborted_before_there_is_a_connection() -> None:
    socket = upgraded()
    socket.abort()
    with pytest.raises(AssertionError, match="there is no connection yet"):
        _ = socket.transport


# --- who is too slow, and who is too fast ----------------------------------------------------------------------------------------


def test_a_peer_that_never_reads_is_dropped_when_too_much_waits(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            end.peer.stops_reading()
            waiting = end.socket.transport.get_write_buffer_size
            for _ in range(WRITE_LIMIT // MAX_FRAME):
                end.socket.send(bytes(MAX_FRAME))
            assert 18 * 2**20 - 8 * 2**20 < waiting() <= WRITE_LIMIT, "the reply of 10 minutes to an old device may wait"
            end.peer.sends((TEXT, b"still here"))
            await end.has(["still here"])
            while not end.socket.transport.is_closing():
                assert waiting() <= WRITE_LIMIT
                end.socket.send(bytes(MAX_FRAME))
            assert (await end.notes.goes_down()).reason == "the connection broke"

    run_on_each_loop(main())


class Meter(Budget):
    """Notes when something was read, and makes the reader wait."""

    def __init__(self, waits: float) -> None:
        super().__init__(clock.now())
        self.waits = waits
        self.reads: list[tuple[float, int, int]] = []
        """When, how many frames, how many bytes."""

    def spend(self, frames: int, size: int, now: float) -> float:
        self.reads.append((now, frames, size))
        return self.waits


def test_beyond_the_budget_the_next_read_waits_and_nothing_is_lost(run_on_each_loop: Run) -> None:
    frames = [number.to_bytes(2) * 500 for number in range(40)]

    async def main() -> None:
        async with an_end(started=False) as end:
            budget = Meter(waits=0.02)
            end.start(budget)
            end.peer.sends(*((BINARY, frame) for frame in frames))
            await end.has(frames)
            times = [when for when, _, _ in budget.reads]
            assert len(times) >= 1000 * 40 // READ_SIZE
            assert min(later - earlier for earlier, later in zip(times, times[1:], strict=False)) > 0.02 - 0.002
            assert sum(count for _, count, _ in budget.reads) == len(frames)
            assert sum(size for _, _, size in budget.reads) == sum(len(frame) + 8 for frame in frames), "headers and masks are counted"
            assert max(size for _, _, size in budget.reads) <= READ_SIZE

    run_on_each_loop(main())


def test_within_the_budget_nothing_waits(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(started=False) as end:
            end.start(Meter(waits=0.0))
            end.peer.sends(*[(BINARY, bytes(1000))] * 200)
            await end.has([bytes(1000)] * 200)

    run_on_each_loop(main())


def test_while_the_budget_is_spent_the_connection_can_be_closed_and_can_end(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(started=False) as end:
            end.start(Meter(waits=0.05))
            end.peer.sends((TEXT, b"flood"))
            await end.has(["flood"])
            end.socket.send("an answer")
            end.socket.close(1000, "")
            assert await end.peer.gets() == (TEXT, b"an answer")
            end.peer.sends((CLOSE, closing(1000)))
            assert (await end.notes.goes_down()).reason == "closed with 1000"
        async with an_end(started=False) as end:
            end.start(Meter(waits=0.05))
            end.peer.sends((TEXT, b"flood"))
            await end.has(["flood"])
            end.socket.abort()
            await end.notes.goes_down()
            await clock.sleep_until(clock.now() + 0.06)  # the end of the wait finds no connection

    run_on_each_loop(main())


def test_what_a_frame_has_caused_is_charged(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end(started=False) as end:
            budget = Meter(waits=0.0)
            end.socket.charge(7)
            end.start(budget)
            end.socket.charge(25)
            assert [(frames, size) for _, frames, size in budget.reads] == [(25, 0)]

    run_on_each_loop(main())


# --- the kernel, and old links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [False, True])
def test_only_a_legacy_link_is_pinged_by_the_websocket(old: bool, run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "LEGACY_PING", 0.01)

    async def main() -> None:
        async with an_end(old=old) as end:
            if old:
                for _ in range(3):
                    assert await end.peer.gets() == (PING, b""), "an answer is not needed"
                end.socket.close(1000, "")
                rest = await end.peer.gets()
                while rest == (PING, b""):
                    rest = await end.peer.gets()
                assert rest == (CLOSE, closing(1000))
                await clock.sleep_until(clock.now() + 0.03)
                end.peer.sends((CLOSE, closing(1000)))
                assert await end.peer.gets_to_the_end() == b"", "no ping follows the close frame"
            else:
                await clock.sleep_until(clock.now() + 0.03)
                end.socket.send("x")
                assert await end.peer.gets() == (TEXT, b"x")

    run_on_each_loop(main())


def test_the_socket_has_the_limit_of_the_kernel(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_end() as end:
            sock = end.socket.transport.get_extra_info("socket")
            assert sock.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_USER_TIMEOUT) == 10_000
            assert end.socket.address == "127.0.0.1"

    run_on_each_loop(main())


def test_the_loops_of_two_threads_do_not_read_into_one_buffer() -> None:
    buffers = [upgraded().get_buffer(-1)]
    other = threading.Thread(target=lambda: buffers.append(upgraded().get_buffer(-1)))
    other.start()
    other.join()
    buffers[0][:1], buffers[1][:1] = b"1", b"2"
    assert bytes(buffers[0][:1]) == b"1"
    assert upgraded().get_buffer(-1).obj is buffers[0].obj, "the connections of one loop share theirs"
