"""The rows of the links: from the button to the session, over links of different length; many devices that come back; the trace."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median

from tars.runtime import clock
from tests.bench.bench import BARE, GENERATOR_CORE, TARS, Bench, Server
from tests.bench.brain import ASKS
from tests.bench.figures import Line, Measured, Picture, Row
from tests.bench.generator import HOST, SimulatedDevice
from tests.bench.load import begin_sessions, come_back, connect_all, hang_up_all, percentile, stream
from tests.bench.processes import HEARTBEATS, settle
from tests.bench.rows_servers import MS, US
from tests.faults.proxy import proxy
from tests.sounds import quiet, write_wav

ROUND_TRIPS = (0.0, 0.02, 0.1)
"""Seconds."""
BETWEEN = 0.05
"""Seconds from one session to the next."""
QUIET = 300
"""Seconds of sound that a device has to hear."""
LIMIT = 10.0
"""Seconds in which a session has begun."""
AWAY = 10.0
"""Seconds for which a server is away, about: it is started STARTING seconds before."""
STARTING = 0.7
RETURN_LIMIT = 60.0
"""Seconds in which all devices are back."""
TRACED = 100
"""Devices of which each has a session, for the trace."""

# --- from the button to the session --------------------------------------------------------------------------------------------


@dataclass
class Pressed:
    """What was seen at one round trip: milliseconds, one value of each press."""

    echo: list[float] = field(default_factory=list)
    """To the bare server and back."""
    started: list[float] = field(default_factory=list)
    """From the button to the session."""
    replied: list[float] = field(default_factory=list)
    """From the button, with a block of sound behind it, to the first sample of the reply."""
    program: list[float] = field(default_factory=list)
    """From Enter at `tars-pi` to the session."""
    connecting: list[float] = field(default_factory=list)
    """From the button to the session, with a new connection for it."""
    bare: list[float] = field(default_factory=list)
    """A new connection to the bare server, and an echo."""


class Pi:
    """A `tars-pi` with push-to-talk while this lasts. Its trace says when what happened."""

    def __init__(self, bench: Bench, port: int) -> None:
        sound, self._trace = bench.folder / "quiet.wav", bench.folder / f"pi-{port}.jsonl"
        write_wav(sound, quiet(QUIET))
        options = ["--server", f"ws://{HOST}:{port}", "--device", "pi", "--wake-word", "none", "--trace", self._trace]
        options += ["--microphone", f"file:{sound}", "--speaker", "none"]
        self.process = bench.process("tars.device", *options, core=GENERATOR_CORE, enter=True)
        self._lines = 0

    async def press(self) -> float:
        """Press Enter, and again once the session is active; the seconds until it was."""
        pressed = self.process.press_enter()
        at = await self._reaches("ACTIVE_SESSION")
        self.process.press_enter()
        await self._reaches("LISTENING")
        return at - pressed

    async def _reaches(self, state: str) -> float:
        """When the session next reaches that state."""
        end = clock.now() + LIMIT
        while clock.now() < end:
            for line in self._trace.read_text().splitlines(keepends=True)[self._lines :]:
                if line.endswith("\n"):
                    self._lines += 1
                    step = json.loads(line)
                    if step["machine"] == "session" and step["from"] != step["to"] == state:
                        return float(step["clock"])
            await clock.sleep_until(clock.now() + BETWEEN)
        raise TimeoutError(f"the session of tars-pi is not {state} within {LIMIT:g} s")


async def press_buttons(bench: Bench, round_trip: float) -> Pressed:
    """Begin sessions over that distance. What is compared is measured in turns."""
    seen = Pressed()
    async with AsyncExitStack() as stack:
        trace = bench.folder / f"server-{round_trip:g}.jsonl"
        tars = await stack.enter_async_context(bench.server(TARS, "--trace", trace))
        bare = await stack.enter_async_context(bench.server(BARE))
        to_tars = await stack.enter_async_context(proxy(tars.port))
        to_bare = await stack.enter_async_context(proxy(bare.port))
        for way in (to_tars, to_bare):
            way.set(delay=round_trip / 2)
        (asking,), (echoing,), (calling,) = tars.devices(1, ASKS), bare.devices(1), tars.devices(1)
        await asking.connect(to_tars.port)
        await echoing.connect(to_bare.port)
        pi = Pi(bench, to_tars.port)
        stack.enter_context(pi.process)
        await pi.process.says("UNLINKED -> LINKED")
        for _ in range(bench.sizes.presses + 1):
            seen.echo.append(await echoing.echo() * MS)
            started, replied = await asking.ask_for_reply()
            asking.end_session()
            seen.started.append(started * MS)
            seen.replied.append(replied * MS)
            seen.program.append(await pi.press() * MS)
            dialled = await calling.connect(to_tars.port, dialling=round_trip)
            seen.connecting.append((dialled + await calling.begin_session()) * MS)
            calling.end_session()
            (other,) = bare.devices(1)
            seen.bare.append(await other.connect(to_bare.port, dialling=round_trip) * MS)
            await clock.sleep_until(clock.now() + BETWEEN + round_trip)
            await hang_up_all([calling, other])
    return seen


async def latency(bench: Bench) -> Measured:
    """From the button to the session, and to the first sample of the reply."""
    found = {round_trip: await press_buttons(bench, round_trip) for round_trip in ROUND_TRIPS}
    rows = []
    for round_trip, seen in found.items():
        far = f"round trip {round_trip * MS:g} ms"
        echo = medians(seen.echo, bench.sizes.passes)

        def beside_the_limit(what: str, values: list[float], target: str, far: str = far, echo: list[float] = echo) -> Row:
            return Row(
                f"ms from {what}, {far}", medians(values, bench.sizes.passes), echo, "persistent echo", target=target, difference=True
            )

        rows += [
            beside_the_limit("the button to the session", seen.started, "limit + 2"),
            beside_the_limit("the button to the first sample of the reply", seen.replied, ""),
            beside_the_limit("Enter at tars-pi to the session", seen.program, ""),
        ]
        connecting, bare = (medians(values, bench.sizes.passes) for values in (seen.connecting, seen.bare))
        rows.append(Row(f"ms from the button to the session, connecting for it, {far}", connecting, bare, f"{BARE} connecting"))
    names = {"TARS": "started", "limit: persistent echo": "echo", "TARS, connecting": "connecting", f"{BARE}, connecting": "bare"}
    lines = [Line(name, [(at * MS, median(getattr(seen, kind))) for at, seen in found.items()]) for name, kind in names.items()]
    return Measured(rows, [Picture("latency", "From the button to the session", "round trip in ms", "ms", lines)])


def medians(values: list[float], passes: int) -> list[float]:
    """The median of each pass; the first value is left out: it pays for what only the first one needs."""
    size = len(values[1:]) // passes
    return [median(values[1 + number * size : 1 + (number + 1) * size]) for number in range(passes)]


# --- devices that come back ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Return:
    """How devices came back."""

    seconds: float
    """From the moment at which a server listens again until the last of them is greeted."""
    greetings: list[float]
    """Seconds of each."""
    ended: list[str]
    """Of each session that was not resumed the reason."""
    missing: int
    """Devices that did not come back."""


async def come_back_all(bench: Bench, name: str) -> Return:
    """A server stops, and another one takes its place. Half of the devices are in a session."""
    state, chance = bench.folder / f"returning-{name}", random.Random(1)
    async with bench.server(name, state=state) as server:
        devices = server.devices(bench.sizes.returning)
        await connect_all(devices, server.port)
        talking = devices[::2]
        await begin_sessions(talking)
        for device in talking:
            device.send_block()
        await asyncio.gather(*(device.echo() for device in talking))  # the blocks before it are taken
        stopped = clock.now()
        server.process.send_signal(signal.SIGTERM)
        tasks = [asyncio.create_task(come_back(device, server.port, chance)) for device in devices]
        await server.process.ends()
    await clock.sleep_until(stopped + AWAY - STARTING)
    async with bench.server(name, port=server.port, state=state):
        listening = clock.now()
        done, missing = await asyncio.wait(tasks, timeout=RETURN_LIMIT)
        seconds = clock.now() - listening
        for task in missing:
            task.cancel()
        ended = [device.not_resumed for device in talking if device.not_resumed] if name == TARS else []
        await hang_up_all(devices)
    return Return(seconds, [task.result() for task in done], ended, len(missing))


async def storm(bench: Bench) -> Measured:
    """Many devices come back at once."""
    tars, bare = await come_back_all(bench, TARS), await come_back_all(bench, BARE)
    name = f"{bench.sizes.returning:,} devices back after {AWAY:g} s, half of them in a session"
    greetings = [percentile(tars.greetings, 99) * MS], [percentile(bare.greetings, 99) * MS]
    rows = [
        Row(f"{name}: s until all are", [tars.seconds], [bare.seconds], BARE),
        Row(f"{name}: ms of a greeting, 99th percentile", *greetings, BARE),
        Row(f"{name}: sessions lost", [len(tars.ended)], target="0"),
        Row(f"{name}: devices that did not come back", [tars.missing], [bare.missing], BARE, target="0"),
    ]
    reasons = ", ".join(f"{count} {reason}" for reason, count in Counter(tars.ended).items())
    return Measured(rows, notes=[f"{name}: sessions ended: {reasons}."] if reasons else [])


# --- the trace -----------------------------------------------------------------------------------------------------------------


async def trace(bench: Bench) -> Measured:
    """What the trace costs: a session, and a frame."""
    sessions: dict[bool, list[float]] = {False: [], True: []}
    frames: dict[bool, list[float]] = {False: [], True: []}
    async with bench.server(TARS) as without, bench.server(TARS, "--trace", bench.folder / "trace.jsonl") as traced:
        servers = {False: without, True: traced}
        devices = {on: server.devices(TRACED) for on, server in servers.items()}
        for on, server in servers.items():
            await connect_all(devices[on], server.port)
        for _ in range(bench.sizes.passes):
            for on, server in servers.items():
                frames[on].append(await _talk(server, devices[on], bench.sizes.streaming))
                sessions[on].append(await _talk(server, devices[on], 0.0))
    rows = [
        Row("CPU ms of a session, from the button to its end, with the trace", sessions[True], sessions[False], "without"),
        Row("CPU us of a frame of 80 ms up, with the trace", frames[True], frames[False], "without", target="1"),
    ]
    return Measured(rows)


async def _talk(server: Server, devices: Sequence[SimulatedDevice], seconds: float) -> float:
    """Each device has a session, in which it streams for so long; CPU us of a frame. Without streams: CPU ms of a session."""
    await settle(server.process, HEARTBEATS)
    before = server.process.cpu()
    await begin_sessions(devices)
    if seconds:
        await settle(server.process, HEARTBEATS)
        before = server.process.cpu()
        blocks = (await stream(devices, seconds)).blocks
        await settle(server.process, HEARTBEATS)
        used = (server.process.cpu() - before) / blocks * US
    for device in devices:
        device.end_session()
    await settle(server.process)
    return used if seconds else (server.process.cpu() - before) / len(devices) * MS
