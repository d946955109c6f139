"""One end of a connection: who is too slow, who is too fast, the limits of the kernel, and old links."""

from __future__ import annotations

import socket as sockets
import threading
from itertools import pairwise

import pytest

from tars.core.codec import MAX_FRAME
from tars.runtime import clock, websocket
from tars.runtime.budget import Budget
from tars.runtime.websocket import READ_SIZE, WRITE_LIMIT
from tests.loops import Run
from tests.runtime.ends import an_end, upgraded
from tests.runtime.peers import BINARY, CLOSE, PING, TEXT, closing

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
