"""The rows of the servers: memory and greeting of many devices, a frame, the number of streams, long streaming, the trace."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.bench import BARE, TARS, Bench, Server
from tests.bench.figures import Line, Measured, Picture, Row
from tests.bench.generator import SimulatedDevice
from tests.bench.load import Streamed, begin_sessions, connect_all, hang_up_all, percentile, stream
from tests.bench.processes import HEARTBEATS, settle
from tests.bench.profile import record

WARM = 20
"""Connections before those that are measured: what only the first ones cost is not counted."""
FEW = 500
"""Devices below which memory that is given out in large pieces hides what each takes."""
STREAMING = 200
"""Connections on which frames are measured."""
SMOOTH = 0.05
"""Seconds: a server carries so many streams while the 99th percentile of the delays is below this."""
WARM_UP = 0.5
"""Seconds of streaming before the delays count."""
STEADY = 500
"""Devices that stream for long."""
LATEST = 0.25
"""Seconds that a frame may be late."""
MS, US = 1e3, 1e6

Values = dict[str, list[float]]
"""Values by server."""


def row(quantity: str, values: Values, target: str = "") -> Row:
    """TARS beside the bare server, and beside the others."""
    others = {name: found for name, found in values.items() if name not in (TARS, BARE)}
    return Row(quantity, values[TARS], values[BARE], BARE, others, target)


async def warm_up(server: Server) -> None:
    """What only the first connections cost is paid."""
    devices = server.devices(WARM)
    await connect_all(devices, server.port)
    await hang_up_all(devices)
    await settle(server.process)


# --- memory and greeting -------------------------------------------------------------------------------------------------------


@dataclass
class Idle:
    """Idle devices of one server, level by level."""

    memory: dict[int, list[float]] = field(default_factory=dict)
    """Devices -> KiB more than without them, of each pass."""
    greeting: dict[int, list[float]] = field(default_factory=dict)
    """Devices -> CPU ms of each connection since the level below, of each pass."""


async def idle_devices(bench: Bench) -> Measured:
    """KiB of an idle device, and CPU of a connection with its greeting."""
    found = {name: Idle() for name in bench.servers}
    for _ in range(bench.sizes.passes):
        for name, idle in found.items():
            async with bench.server(name) as server:
                await warm_up(server)
                await _fill(server, bench.sizes.devices, idle)
    rows = [
        row(
            f"KiB of an idle device, of {level:,}", {name: [kib / level for kib in idle.memory[level]] for name, idle in found.items()}, "1"
        )
        for level in bench.sizes.devices
        if level >= FEW
    ]
    for level in bench.sizes.devices:
        greeting: Values = {name: idle.greeting[level] for name, idle in found.items()}
        rows.append(row(f"CPU ms of a connection with its greeting, up to {level:,}", greeting, "2, and flat"))
    memory = [Line(name, [(0, 0), *((at, median(kib) / 1024) for at, kib in idle.memory.items())]) for name, idle in found.items()]
    each = [Line(name, [(at, median(ms)) for at, ms in idle.greeting.items()]) for name, idle in found.items()]
    pictures = [
        Picture("memory", "Memory of idle devices", "devices", "MiB", memory),
        Picture("greeting", "CPU of a connection with its greeting", "devices that are connected", "ms", each),
    ]
    return Measured(rows, pictures)


async def _fill(server: Server, levels: Sequence[int], idle: Idle) -> None:
    empty = server.process.resident()
    devices: list[SimulatedDevice] = []
    for level in levels:
        more, used = server.devices(level - len(devices)), server.process.cpu()
        await connect_all(more, server.port)
        await settle(server.process)
        idle.greeting.setdefault(level, []).append((server.process.cpu() - used) / len(more) * MS)
        idle.memory.setdefault(level, []).append(server.process.resident() - empty)
        devices += more
    await hang_up_all(devices)


# --- a frame -------------------------------------------------------------------------------------------------------------------


async def talking(server: Server, number: int) -> list[SimulatedDevice]:
    """So many devices in a session."""
    devices = server.devices(number)
    await connect_all(devices, server.port)
    await begin_sessions(devices)
    return devices


async def frame(bench: Bench) -> Measured:
    """CPU of a frame of 80 ms, from the socket to the brain."""
    async with bench.all_servers() as servers:
        devices = {server.name: await talking(server, STREAMING) for server in servers}
        used: Values = {server.name: [] for server in servers}
        for number in range(bench.sizes.passes + 1):
            for server in servers:
                before = server.process.cpu()
                streamed = await stream(devices[server.name], bench.sizes.streaming)
                await settle(server.process, HEARTBEATS)
                if number:
                    used[server.name].append((server.process.cpu() - before) / streamed.blocks * US)
        if bench.profile is not None:
            recording = record(servers[0].process.process.pid, bench.sizes.streaming, bench.profile)
            await stream(devices[TARS], bench.sizes.streaming)
            await asyncio.to_thread(recording.wait)
    return Measured([row(f"CPU us of a frame of 80 ms up, {STREAMING} connections", used, "0.8")])


# --- streams -------------------------------------------------------------------------------------------------------------------


async def streams(bench: Bench) -> Measured:
    """How many streams a server carries."""
    carried: Values = {name: [] for name in bench.servers}
    lines: dict[str, Line] = {}
    late = 0.0
    for _ in range(bench.sizes.passes):
        for name in bench.servers:
            seen = await _climb(bench, name, carried[name][0] if carried[name] else 0.0)
            carried[name].append(max((number for number, streamed in seen if smooth(streamed)), default=0))
            lines.setdefault(name, Line(name, [(number, percentile(streamed.probes, 99) * MS) for number, streamed in seen]))
            late = max(late, *(streamed.late for _, streamed in seen if smooth(streamed)), 0.0)
    note = f"The generator was at most {late * MS:.1f} ms late, 99th percentile, wherever a server carried its streams."
    tried = [number for line in lines.values() for number, _ in line.points]
    limit = Line(f"{SMOOTH * MS:g} ms", [(min(tried), SMOOTH * MS), (max(tried), SMOOTH * MS)])
    title, across = "Delay under load, 99th percentile", "streams of 80 ms frames"
    picture = Picture("streams", title, across, "ms", [*lines.values(), limit], logarithmic=True)
    return Measured([row("streams of 80 ms frames, 99th percentile of the delay under 50 ms", carried, "1")], [picture], [note])


async def _climb(bench: Bench, name: str, known: float) -> list[tuple[int, Streamed]]:
    """The steps from `known` on, up until the delays are too long; if they are at once, the steps below it, down until they are not."""
    steps, seen = bench.sizes.streams, dict[int, Streamed]()
    at = steps.index(int(known)) if known in steps else 0
    while True:
        async with bench.server(name) as server:
            devices: list[SimulatedDevice] = []
            for number in steps[at:]:
                if number in seen:
                    break
                devices += await talking(server, number - len(devices))
                seen[number] = await stream(devices, bench.sizes.climbing, probes=True, warm_up=WARM_UP)
                if not smooth(seen[number]):
                    break
        if at == 0 or smooth(seen[steps[at]]):
            return sorted(seen.items())
        at -= 1


def smooth(streamed: Streamed) -> bool:
    """Whether the delays are short enough."""
    return percentile(streamed.probes, 99) < SMOOTH


async def steady(bench: Bench) -> Measured:
    """How late frames are while many devices stream for long."""
    async with bench.server(TARS) as server:
        devices = await talking(server, STEADY)
        streamed = await stream(devices, bench.sizes.steady, probes=True)
        lost = sum(not device.connected for device in devices)
    name = f"{STEADY} devices stream for {bench.sizes.steady:g} s"
    rows = [
        Row(f"{name}: ms of delay of a frame, 99th percentile", [percentile(streamed.probes, 99) * MS], target=f"{LATEST * MS:g}"),
        Row(f"{name}: the same, worst", [max(streamed.probes) * MS], target=f"{LATEST * MS:g}"),
        Row(f"{name}: links lost", [lost], target="0"),
    ]
    return Measured(rows, notes=[f"{name}: the generator was {streamed.late * MS:.1f} ms late, 99th percentile."])
