"""Many simulated devices at once: they connect, stream, and come back after their server was away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from tars.generated.limits import Limits
from tars.runtime import clock
from tars.samples import BLOCK, RATE
from tests.bench.generator import LinkLostError, SimulatedDevice

AT_ONCE = 32
"""Connections that are opened at the same time."""
PERIOD = BLOCK / RATE
"""Seconds from one block of a stream to the next."""
PROBED = 13
"""One block in so many, about one a second, has a probe behind it."""
BURST = 64
"""Blocks that are sent before what has come in is looked at."""
LATE_PROBES = 0.5
"""Seconds that are waited for the answers to the last probes."""


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which so many of a hundred are."""
    return quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else values[0]


async def connect_all(devices: Sequence[SimulatedDevice], port: int) -> list[float]:
    """Every device is connected and greeted; the seconds that each took."""
    free = asyncio.Semaphore(AT_ONCE)

    async def connect(device: SimulatedDevice) -> float:
        async with free:
            return await device.connect(port)

    async with asyncio.TaskGroup() as tasks:
        connecting = [tasks.create_task(connect(device)) for device in devices]
    return [task.result() for task in connecting]


async def begin_sessions(devices: Sequence[SimulatedDevice]) -> None:
    """Every device has an active session."""
    for at in range(0, len(devices), AT_ONCE):
        await asyncio.gather(*(device.begin_session() for device in devices[at : at + AT_ONCE]))


async def hang_up_all(devices: Sequence[SimulatedDevice]) -> None:
    """Every connection is dropped."""
    for device in devices:
        device.hang_up()
    await asyncio.gather(*(device.lost for device in devices if device.lost is not None))


@dataclass(frozen=True)
class Streamed:
    """What was seen of streams."""

    blocks: int
    late: float
    """Seconds that the generator itself was late, at the 99th percentile of all blocks."""
    probes: list[float]
    """Seconds from each probe, when it was due, to its answer; one that was not answered counts with the time that was waited."""


async def stream(devices: Sequence[SimulatedDevice], seconds: float, *, probes: bool = False, warm_up: float = 0.0) -> Streamed:
    """Every device sends a block each 80 ms, evenly spread over this time. What happens in `warm_up` is not reported."""
    count, start, ends = len(devices), clock.now() + PERIOD, round((warm_up + seconds) / PERIOD)
    late = []
    for number in range(ends * count):
        turn, which = divmod(number, count)
        due = start + (turn + which / count) * PERIOD
        now = clock.now()
        if due > now or number % BURST == 0:
            await clock.sleep_until(due)
            now = clock.now()
        late.append(now - due)
        if number == round(warm_up / PERIOD) * count:
            for device in devices:
                device.probes.clear()
        devices[which].offer_block(due, probe=probes and turn % PROBED == which % PROBED)
    if probes:
        await clock.sleep_until(clock.now() + LATE_PROBES)
    now = clock.now()
    answered = [took for device in devices for took in device.probes]
    unanswered = [now - due for device in devices for due in (*device.probing, *(due for due, probe in device.waiting if probe))]
    return Streamed(ends * count, percentile(late, 99), answered + unanswered)


async def come_back(device: SimulatedDevice, port: int, chance: random.Random) -> float:
    """Wait until the connection is lost, and dial until there is a link again; the seconds that the greeting took.

    The waits are those of `tars-pi`: as long as the limits say, up to a quarter longer at random. In a session the first attempt comes at
    once, and the wait is always the first one.
    """
    assert device.lost is not None
    await device.lost
    ladder = Limits().backoff
    waits = [0.0, ladder[0]] if device.in_session else ladder
    attempt = 0
    while True:
        await clock.sleep_until(clock.now() + waits[min(attempt, len(waits) - 1)] * chance.uniform(1, 1.25))
        attempt += 1
        try:
            return await device.connect(port)
        except (LinkLostError, TimeoutError):
            device.hang_up()
