"""Simulated devices with real servers: what is measured is what devices do."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import deque
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from tars.runtime import clock
from tars.samples import BLOCK
from tests.bench.bench import BARE, TARS, Bench
from tests.bench.brain import ASKS
from tests.bench.generator import SimulatedDevice
from tests.bench.load import PERIOD, PROBED, begin_sessions, come_back, connect_all, hang_up_all, percentile, stream
from tests.in_process import until

SECONDS = 0.56
BLOCKS = round(SECONDS / PERIOD)


@pytest.mark.parametrize("name", [BARE, TARS])
def test_every_block_and_every_probe_of_a_stream_arrives(name: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with Bench(tmp_path).server(name) as server:
            devices = server.devices(3)
            assert all(took > 0 for took in await connect_all(devices, server.port))
            await begin_sessions(devices)
            streamed = await stream(devices, SECONDS, probes=True)
            assert streamed.blocks == 3 * BLOCKS
            assert len(streamed.probes) == 3, "the first of each device has a probe"
            assert all(device.connected and not device.probing for device in devices)
            if name == TARS:
                await until(lambda: [device.acknowledged for device in devices] == [BLOCKS * BLOCK] * 3)
            await hang_up_all(devices)
            assert not {"WARN", "ERROR"} & set(server.process.output.split())

    asyncio.run(story())


def test_a_device_that_asks_gets_a_reply_in_each_session(tmp_path: Path) -> None:
    async def story() -> None:
        async with Bench(tmp_path).server(TARS) as server:
            (device,) = server.devices(1, ASKS)
            await device.connect(server.port)
            for _ in range(3):
                started, replied = await device.ask_for_reply()
                assert 0 < started <= replied
                device.end_session()
            await until(lambda: server.process.output.count("answers") == 3)  # the log has a thread of its own

    asyncio.run(story())


def test_devices_come_back_to_the_next_server_and_continue(tmp_path: Path) -> None:
    async def story() -> None:
        bench, state = Bench(tmp_path), tmp_path / "state"
        async with bench.server(TARS, state=state) as server:
            devices = server.devices(2)
            await connect_all(devices, server.port)
            await begin_sessions(devices[:1])
            server.process.send_signal(signal.SIGTERM)
            returning = [asyncio.create_task(come_back(device, server.port, random.Random(1))) for device in devices]
            await server.process.ends()
        async with bench.server(TARS, port=server.port, state=state) as second:
            await asyncio.gather(*returning)
            assert all(device.connected for device in devices)
            assert devices[0].not_resumed == "", "its session continues"
            await until(lambda: second.process.output.count("link  device") == 2)

    asyncio.run(story())


class Deaf:
    """Notes what it is to send; nobody answers."""

    def __init__(self) -> None:
        self.due: list[float] = []
        self.probes: list[float] = []
        self.probing = deque[float]()
        self.waiting = deque[tuple[float, bool]]()

    def offer_block(self, due: float, *, probe: bool) -> None:
        self.due.append(due)
        if probe:
            self.probing.append(due)


def test_blocks_are_due_evenly_and_a_probe_without_an_answer_counts() -> None:
    devices = [Deaf() for _ in range(4)]
    streamed = asyncio.run(stream(cast(list[SimulatedDevice], devices), PROBED * PERIOD, probes=True))
    every = sorted(due for device in devices for due in device.due)
    assert all(abs(later - earlier - PERIOD / 4) < 1e-6 for earlier, later in pairwise(every))
    assert [len(device.probing) for device in devices] == [1] * 4
    assert len(streamed.probes) == 4
    assert min(streamed.probes) > clock.now() - every[-1] - 1


def test_a_percentile() -> None:
    values = [float(value) for value in range(101)]
    assert (percentile(values, 99), percentile(values, 50), percentile([7.0], 99)) == (99, 50, 7)
