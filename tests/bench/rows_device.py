"""The rows of the device: what a `tars-pi` that listens costs, beside its wake word engine alone, and how soon it listens."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tars.runtime import clock
from tars.samples import BLOCK, RATE
from tests.bench.bench import GENERATOR_CORE, MEASURED_CORE, TARS, Bench
from tests.bench.brain import ASKS
from tests.bench.engine import READY
from tests.bench.figures import Line, Measured, Picture, Row
from tests.bench.generator import HOST
from tests.bench.processes import KIB, Process
from tests.bench.rows_servers import MS
from tests.sounds import quiet, write_wav

ENGINES = {"microWakeWord": "hey_jarvis", "openWakeWord": "openwakeword/hey_jarvis"}
"""Of each engine the setting of its word."""
LOOKS = 60
"""How often the CPU time is read while a device listens."""
LISTENING = 40
"""After so many of them Enter is pressed: a conversation is the rest."""
WINDOW = 8
"""Looks from one value of a row to the next."""
LISTENS = "IDLE -> LISTENING"
"""In the log of `tars-pi`."""
TARGET = "1.2"


@dataclass
class Watched:
    """A process and the CPU seconds that it had used at each look."""

    process: Process
    used: list[float] = field(default_factory=list)

    def blocks(self, first: int, last: int, seconds: float) -> list[float]:
        """CPU ms of a block in each window from one look to another. `seconds`: from one look to the next."""
        windows = range(first, last - WINDOW + 1, WINDOW)
        return [(self.used[at + WINDOW] - self.used[at]) / (WINDOW * seconds * RATE / BLOCK) * MS for at in windows]


async def listening(bench: Bench) -> Measured:
    """CPU and memory of a device that listens, and the CPU of a minute with a conversation at its end."""
    step = bench.sizes.steady / LOOKS
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(bench.server(TARS))
        devices, engines = dict[str, Watched](), dict[str, Watched]()
        for core, (name, words) in zip((MEASURED_CORE, GENERATOR_CORE), ENGINES.items(), strict=True):
            engines[name] = Watched(stack.enter_context(alone(bench, words, core)))
            devices[name] = Watched(stack.enter_context(device_of(bench, server.port, words, core)))
        for watched in (*engines.values(), *devices.values()):
            await watched.process.says(READY if watched in engines.values() else "UNLINKED -> LINKED")
        began = clock.now() + 1
        for look in range(LOOKS + 1):
            await clock.sleep_until(began + look * step)
            for watched in (*engines.values(), *devices.values()):
                watched.used.append(watched.process.cpu())
            if look == LISTENING:
                memory = {name: [each[name].process.resident() / KIB for each in (devices, engines)] for name in ENGINES}
                for watched in devices.values():
                    watched.process.press_enter()
    rows = []
    for name in ENGINES:
        heard, alone_heard = (each[name].blocks(0, LISTENING, step) for each in (devices, engines))
        talked = devices[name].blocks(LISTENING, LOOKS, step)
        held, alone_held = memory[name]
        beside = f"{name} alone"
        rows += [
            Row(f"CPU ms of a block of 80 ms, listening with {name}", heard, alone_heard, beside, target=TARGET),
            Row(f"the same in a conversation, {name}", talked),
            Row(f"MB resident, listening with {name}", [held], [alone_held], beside, target="90 MB"),
        ]
    lines = [Line(f"tars-pi with {name}", shares(watched, step)) for name, watched in devices.items()]
    lines += [Line(f"{name} alone", shares(watched, step)) for name, watched in engines.items()]
    title = f"CPU of a device: it listens, and after {LISTENING * step:g} s it holds a conversation"
    return Measured(rows, [Picture("device", title, "s", "% of a core", lines)])


def shares(watched: Watched, seconds: float) -> list[tuple[float, float]]:
    """Per cent of a core, from look to look."""
    return [((at + 1) * seconds, (watched.used[at + 1] - watched.used[at]) / seconds * 100) for at in range(LOOKS)]


def alone(bench: Bench, words: str, core: int) -> Process:
    """An engine alone, which hears what a device hears."""
    return bench.process("tests.bench.engine", words, sound_of(bench), core=core)


def device_of(bench: Bench, port: int, words: str, core: int) -> Process:
    """A `tars-pi` that hears a quiet room. Its utterances are answered at once."""
    options = ["--server", f"ws://{HOST}:{port}", "--device", f"{ASKS}-{core}", "--wake-word", words]
    return bench.process("tars.device", *options, "--microphone", f"file:{sound_of(bench)}", "--speaker", "none", core=core, enter=True)


def sound_of(bench: Bench) -> str:
    """A quiet room, for longer than anybody listens."""
    path = bench.folder / "room.wav"
    if not path.exists():
        write_wav(path, quiet(3 * bench.sizes.steady))
    return str(path)


async def start(bench: Bench) -> Measured:
    """How soon a `tars-pi` listens."""
    took: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ENGINES}
    async with bench.server(TARS) as server:
        for _ in range(bench.sizes.passes):
            for name, words in ENGINES.items():
                device, engine = took[name]
                device.append(await _until(device_of(bench, server.port, words, GENERATOR_CORE), LISTENS))
                engine.append(await _until(alone(bench, words, GENERATOR_CORE), READY))
    what = "s from the start of tars-pi to LISTENING"
    return Measured([Row(f"{what}, {name}", *both, f"{name} alone, loaded", target="1 s") for name, both in took.items()])


async def _until(process: Process, says: str) -> float:
    """Seconds from the start of the process until it says that."""
    with process:
        await process.says(says)
        return clock.now() - process.started
