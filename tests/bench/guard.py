"""What guards the cost of the server: figures that do not depend on the machine, each with its budget."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bench import TARS, Bench
from tests.bench.counting import COUNTED
from tests.bench.load import connect_all, hang_up_all, stream
from tests.bench.processes import settle
from tests.bench.rows_servers import talking, warm_up

IDLE = 300
"""Devices whose memory is measured."""
STREAMING = 20
SECONDS = 2.0


@dataclass(frozen=True)
class Cost:
    """Of the server."""

    kib: float
    """Of an idle device."""
    callbacks: float
    """Of the event loop, for a frame."""
    calls: float
    """Of functions, for a frame."""
    left: float
    """Containers that a frame leaves to the collector, or for good."""


async def cost(folder: Path) -> Cost:
    """Measure."""
    bench = Bench(folder)
    async with bench.server(TARS) as server:
        await warm_up(server)
        empty = server.process.resident()
        devices = server.devices(IDLE)
        await connect_all(devices, server.port)
        await settle(server.process)
        kib = (server.process.resident() - empty) / IDLE
        await hang_up_all(devices)
    async with bench.server(TARS, module="tests.bench.counting") as server:
        devices = await talking(server, STREAMING)
        server.process.send_signal(signal.SIGUSR1)
        blocks = (await stream(devices, SECONDS)).blocks
        await settle(server.process)
        server.process.send_signal(signal.SIGUSR2)
        counted = json.loads((await server.process.says(COUNTED)).removeprefix(COUNTED))
        await hang_up_all(devices)
    return Cost(kib, **{name: count / blocks for name, count in counted.items()})
