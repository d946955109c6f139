"""One end of a connection on loopback, as a server's and as a client's; the other end says byte by byte what the test wants."""

from __future__ import annotations

import gc

import pytest

from tars.core.codec import MAX_FRAME, Frame
from tars.runtime import clock, websocket
from tars.runtime.receiver import SocketDown
from tars.runtime.websocket import short
from tests.in_process import until
from tests.loops import Run
from tests.runtime.ends import Upgraded, an_end, either_role, upgraded
from tests.runtime.peers import BINARY, CLOSE, CONT, GENERATION, PING, PONG, TEXT, Notes, Sent, closing

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
            empty: list[Sent] = [(CONT, b"", False), (PING, b"")] * 500
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
