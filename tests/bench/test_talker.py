"""Simulated devices that hold conversations with a real server: what is lost is noticed."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from tars.core.codec import HEADER, MAGIC
from tars.samples import BLOCK
from tests.bench.bench import TARS, Bench
from tests.bench.brain import TALKS, UTTERANCE
from tests.bench.load import connect_all, hang_up_all
from tests.bench.talker import CYCLE, Seen, Talker, talk

DEVICES = 4


def test_devices_speak_are_answered_and_speak_again_and_nothing_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with Bench(tmp_path).server(TARS) as server:
            seen = Seen()
            devices = [Talker(f"{TALKS}{number}", seen) for number in range(DEVICES)]
            await connect_all(devices, server.port)
            talked = await talk(devices, 2 * CYCLE + 0.5)
            assert (talked.links_lost, talked.ended, talked.unanswered, seen.lost) == (0, 0, 0, 0)
            assert DEVICES < len(seen.answered) <= 2 * DEVICES, "each was answered, and some twice"
            assert 0 < max(seen.at_once) <= max(seen.acknowledged)
            assert len(seen.acknowledged) >= DEVICES * UTTERANCE // BLOCK, "every block of the first utterance"
            await hang_up_all(devices)

    asyncio.run(story())


def test_a_server_that_dies_leaves_lost_links(tmp_path: Path) -> None:
    async def story() -> None:
        async with Bench(tmp_path).server(TARS) as server:
            devices = [Talker(f"{TALKS}{number}", Seen()) for number in range(2)]
            await connect_all(devices, server.port)
            await talk(devices, 0.5)
            server.process.send_signal(signal.SIGKILL)
            assert (await talk(devices, 0.5)).links_lost == 2

    asyncio.run(story())


class Written(asyncio.Transport):
    """Takes what a device writes."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass


def answer(device: Talker, kind: str, **fields: object) -> None:
    device._take_message(json.dumps({"type": kind, **fields}).encode(), 1.0)


def test_an_answer_that_is_too_short_or_has_a_hole_is_lost_samples() -> None:
    seen = Seen()
    device = Talker(f"{TALKS}0", seen)
    device.connection_made(Written())
    device.tick(0.0)
    answer(device, "user_turn_end")
    answer(device, "start_of_tts_stream", session="x", stream=1)
    device._take_sound(HEADER.pack(MAGIC, 0, 1, BLOCK) + bytes(2 * BLOCK), 1.0)
    assert seen.lost == BLOCK, "the first block is missing"
    answer(device, "tts_stream_end", samples=2 * BLOCK)
    device.tick(9.0)
    assert seen.lost == BLOCK + UTTERANCE - 2 * BLOCK, "so much of the utterance was not answered"
    assert seen.answered


def test_an_utterance_without_an_answer_waits() -> None:
    device = Talker(f"{TALKS}0", Seen())
    device.connection_made(Written())
    for number in range(UTTERANCE // BLOCK):
        device.tick(float(number))
    last = UTTERANCE // BLOCK - 1
    assert (device.waits(last + 0.5), device.waits(last + 1.5)) == (False, True)
