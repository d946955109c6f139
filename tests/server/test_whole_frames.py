"""A frame that was read as a whole is the one that the parser would have read, however the bytes are cut into reads."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from websockets.protocol import State
from websockets.server import ServerProtocol

from tars.runtime import clock
from tars.runtime.budget import Budget
from tars.server.whole_frames import WholeFrames
from tests.in_process import until
from tests.loops import Run
from tests.runtime.peers import BINARY, CLOSE, CONT, GENERATION, PING, PONG, TEXT, Sent, closing, piece, request
from tests.server.test_connection import Door, a_door

SOUND = piece(BINARY, bytes(range(200)))
MASKED = bytes([0x82, 0xFE, 0, 126, 1, 2, 3, 4, *[7] * 126])


class Account(Budget):
    """A budget that notes what was paid."""

    __slots__ = ("spent",)

    def __init__(self, now: float) -> None:
        super().__init__(now)
        self.spent: list[tuple[int, int]] = []

    def spend(self, frames: int, size: int, now: float) -> float:
        self.spent.append((frames, size))
        return super().spend(frames, size, now)


def frames(*sent: Sent) -> bytes:
    return b"".join(piece(opcode, payload, fin=not rest or rest[0]) for opcode, payload, *rest in sent)


async def hears(door: Door, reads: Iterable[bytes], expected: Sequence[str | bytes]) -> None:
    """It takes these reads, one after the other, and has the expected frames."""
    for read in reads:
        door.socket.receive(read, len(read))
    await until(lambda: len(door.notes.frames) >= len(expected))
    assert door.notes.frames == expected


def parsing() -> tuple[WholeFrames, ServerProtocol]:
    """After the request."""
    whole, parser = WholeFrames(), ServerProtocol()
    parser.receive_data(request("tars.v1"))
    whole.parsed(request("tars.v1"), parser.events_received())
    parser.state = State.OPEN
    return whole, parser


def test_the_payload_is_unmasked() -> None:
    whole, _ = parsing()
    assert whole.read(memoryview(MASKED)) == bytes(7 ^ (1 + at % 4) for at in range(126))


@pytest.mark.parametrize(
    "data",
    [
        SOUND[:-1],
        SOUND + b"\x82",
        SOUND + SOUND,
        SOUND[:7],
        b"",
        piece(TEXT, bytes(200)),
        piece(BINARY, bytes(200), fin=False),
        piece(CONT, bytes(200)),
        piece(BINARY, bytes(200), masked=False),
        piece(BINARY, bytes(100)),
        piece(BINARY, bytes(2**16)),
        bytes([SOUND[0] | 0x40]) + SOUND[1:],
    ],
    ids=[
        *("a part", "one and a part", "two", "a part of its header", "nothing", "text", "a first piece", "a last piece"),
        *("not masked", "short", "long", "compressed"),
    ],
)
def test_what_is_not_exactly_one_frame_of_sound_is_for_the_parser(data: bytes) -> None:
    whole, _ = parsing()
    assert whole.read(data) is None


@pytest.mark.parametrize("cut", range(1, len(SOUND)))
def test_nothing_is_read_in_the_middle_of_a_frame(cut: int) -> None:
    whole, parser = parsing()
    parser.receive_data(SOUND[:cut])
    whole.parsed(SOUND[:cut], parser.events_received())
    assert whole.read(SOUND) is None
    parser.receive_data(SOUND[cut:])
    whole.parsed(SOUND[cut:], parser.events_received())
    assert whole.read(SOUND) == bytes(range(200))


def test_after_frames_of_each_length_the_next_one_is_read() -> None:
    whole, parser = parsing()
    for length in (0, 1, 125, 126, 2**16 - 1, 2**16):
        for opcode in (BINARY, TEXT, PING, PONG) if length < 126 else (BINARY, TEXT):
            data = piece(opcode, bytes(length))
            parser.receive_data(data)
            whole.parsed(data, parser.events_received())
            assert whole.read(SOUND) is not None, f"{opcode.name} of {length} bytes"


def test_what_comes_in_the_packet_of_the_request_is_for_the_parser_and_so_is_all_that_follows() -> None:
    whole, parser = WholeFrames(), ServerProtocol()
    data = request("tars.v1") + SOUND[:1]
    parser.receive_data(data)
    whole.parsed(data, parser.events_received())
    parser.state = State.OPEN
    assert whole.read(SOUND) is None
    parser.receive_data(SOUND[1:])
    whole.parsed(SOUND[1:], parser.events_received())
    assert whole.read(SOUND) is None


def test_a_length_of_more_bytes_than_needed_ends_the_reading_of_whole_frames() -> None:
    whole, parser = parsing()
    wasteful = b"\x82\xff" + (5).to_bytes(8) + bytes(4) + b"hello"
    parser.receive_data(wasteful)
    (frame,) = events = parser.events_received()
    assert frame.data == b"hello"  # type: ignore[union-attr]  # no request
    whole.parsed(wasteful, events)
    assert whole.read(SOUND) is None


def test_a_connection_takes_the_same_frames_however_they_are_cut(run_on_each_loop: Run) -> None:
    sent: list[Sent] = [
        (BINARY, b"\x82\xfe\x00\x80\0\0\0\0" + bytes(128)),  # a frame that holds one
        (TEXT, b"hello"),
        (PING, b"?"),
        (BINARY, bytes(range(256))),
        (BINARY, bytes(126), False),
        (PING, bytes(125)),
        (CONT, SOUND, False),
        (CONT, SOUND),
        (BINARY, SOUND),
    ]
    expected: list[str | bytes] = [sent[0][1], "hello", bytes(range(256)), bytes(126) + SOUND + SOUND, SOUND]
    data = frames(*sent)

    async def main() -> None:
        for seed in range(30):
            chance = random.Random(seed)
            cuts = sorted({0, len(data), *chance.sample(range(len(data)), chance.randrange(0, 40))})
            async with a_door() as door:
                await door.is_upgraded("tars.v1")
                await hears(door, [data[begin:end] for begin, end in pairwise(cuts)], expected)

    run_on_each_loop(main())


def test_a_whole_frame_waits_behind_those_that_are_not_taken_yet(run_on_each_loop: Run) -> None:
    many: list[Sent] = [(BINARY, bytes([number])) for number in range(100)]

    async def main() -> None:
        async with a_door() as door:
            await door.is_upgraded("tars.v1")
            await hears(door, [frames(*many), SOUND], [*(payload for _, payload, *_ in many), bytes(range(200))])

    run_on_each_loop(main())


def test_a_frame_of_sound_within_a_message_in_pieces_breaks_the_protocol(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            await door.is_upgraded("tars.v1")
            await hears(door, [piece(BINARY, b"a", fin=False), SOUND], [])
            assert not door.socket.is_open
            assert "1002" in door.socket.violation

    run_on_each_loop(main())


def test_what_comes_before_the_other_side_closes_too_is_taken(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            await door.is_upgraded("tars.v1")
            door.socket.close(1000, "")
            await hears(door, [SOUND], [bytes(range(200))])

    run_on_each_loop(main())


def test_nothing_is_taken_after_the_close_frame_of_the_other_side(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door() as door:
            await door.is_upgraded("tars.v1")
            await hears(door, [SOUND, piece(CLOSE, closing(1000)), SOUND], [bytes(range(200))])

    run_on_each_loop(main())


def test_whole_frames_are_paid_from_the_budget(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with a_door(None) as door:
            door.peer.writes(request("tars.v1"))
            await until(lambda: door.gate.requests)
            assert door.socket.accept(door.gate.requests[0])
            budget = Account(clock.now())
            door.socket.start(GENERATION, door.notes, budget)
            await hears(door, [SOUND] * 3, [bytes(range(200))] * 3)
            assert budget.spent == [(1, len(SOUND))] * 3

    run_on_each_loop(main())
