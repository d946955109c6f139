"""One end of a connection on loopback: what is no frame, who is too slow or too fast, and links without a heartbeat of their own."""

from __future__ import annotations

import socket as sockets
import threading
from itertools import pairwise

import pytest

from tars.core.codec import MAX_FRAME
from tars.runtime import clock, websocket
from tars.runtime.budget import Budget
from tars.runtime.websocket import FRAMES_AT_ONCE, READ_SIZE, WRITE_LIMIT
from tests.in_process import until
from tests.loops import Run
from tests.runtime.ends import an_end, either_role, upgraded
from tests.runtime.peers import BINARY, CLOSE, CONT, PING, TEXT, Sent, closing


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


# --- who breaks the protocol -----------------------------------------------------------------------------------------------------

NOT_UTF8: dict[str, list[Sent]] = {
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


TOO_LONG: dict[str, list[Sent]] = {
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


def test_who_sends_too_much_is_told_so_within_the_limit_of_a_close(run_on_each_loop: Run) -> None:
    """The budget would hold up the rest, and the reset at CLOSE_LIMIT would overtake the close frame."""

    async def main() -> None:
        async with an_end(started=False) as end:
            end.start(Meter(waits=0.01))
            end.peer.sends((BINARY, bytes(5_000_000)))
            opcode, payload = await end.peer.gets()
            assert (opcode, payload[:2]) == (CLOSE, (1009).to_bytes(2))
            await end.peer.has_sent_all()
            end.peer.ends_writing()
            assert (await end.notes.goes_down()).broken

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
            assert min(later - earlier for earlier, later in pairwise(times)) > 0.02 - 0.002
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


def test_small_frames_of_one_read_are_taken_in_turns_with_others(run_on_each_loop: Run) -> None:
    """4 KiB may hold hundreds of them, and each may cause work."""
    frames = [str(number) for number in range(5000)]

    async def main() -> None:
        async with an_end() as end:
            end.peer.sends(*((TEXT, frame.encode()) for frame in frames))
            taken, most_waiting = [0], 0
            while taken[-1] < len(frames):
                await clock.sleep_until(0)
                taken.append(len(end.notes.frames))
                most_waiting = max(most_waiting, len(end.socket._events))
            assert most_waiting < READ_SIZE / 6, "nothing more is read meanwhile"
            assert max(later - earlier for earlier, later in pairwise(taken)) < 2 * FRAMES_AT_ONCE, (
                "the rest of a read, and some of the next"
            )
            await end.has(frames)

    run_on_each_loop(main())


@pytest.mark.parametrize("aborted", [False, True])
def test_frames_that_wait_for_their_turn_come_before_the_end_of_the_connection(*, aborted: bool, run_on_each_loop: Run) -> None:
    frames = [str(number) for number in range(300)]

    async def main() -> None:
        async with an_end() as end:
            end.peer.sends(*((TEXT, frame.encode()) for frame in frames), (CLOSE, closing(1000)))
            await until(lambda: end.notes.frames)
            assert len(end.notes.frames) < len(frames)
            if aborted:
                end.socket.abort()
            else:
                end.peer.ends_writing()
            await end.notes.goes_down()
            assert end.notes.frames == frames

    run_on_each_loop(main())


def test_of_many_small_frames_those_behind_a_bad_text_are_not_taken(run_on_each_loop: Run) -> None:
    good = [str(number) for number in range(50)]

    async def main() -> None:
        async with an_end() as end:
            end.peer.sends(*((TEXT, frame.encode()) for frame in good), (TEXT, b"\xff"), *[(TEXT, b"after")] * 50)
            opcode, payload = await end.peer.gets()
            assert (opcode, payload[:2]) == (CLOSE, (1007).to_bytes(2))
            end.peer.breaks()
            assert (await end.notes.goes_down()).broken
            assert end.notes.frames == good

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
