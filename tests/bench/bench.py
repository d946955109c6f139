"""One run of the measurements: its sizes, its folder, its cores, and the processes that it starts."""

from __future__ import annotations

import os
import resource
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from tests.bench.bare_server import READY
from tests.bench.brain import NAME as BRAIN
from tests.bench.generator import ANSWERS, ECHO, SimulatedDevice
from tests.bench.processes import Process

_CORES = os.sched_getaffinity(0)
MEASURED_CORE, GENERATOR_CORE = min(_CORES), max(_CORES)
TARS, BARE, UVLOOP = "TARS", "websockets", "websockets + uvloop"
"""The servers that are measured in turns."""
NO_VARIABLES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    passes: int = 3
    """How often each comparison is made."""
    devices: tuple[int, ...] = (100, 500, 1000, 2000, 5000)
    streams: tuple[int, ...] = (50, 100, 150, 200, 300, 400, 600, 800, 1000, 1200, 1400, 1600, 2000)
    climbing: float = 2.0
    """Seconds in which so many streams are tried."""
    streaming: float = 3.0
    """Seconds in which the CPU of frames is measured."""
    presses: int = 25
    """Sessions that are begun for one median."""
    returning: int = 2000
    """Devices that come back."""
    steady: float = 60.0
    """Seconds in which 500 devices stream, and in which a device listens."""


FULL = Sizes()
SHORT = Sizes(
    passes=1, devices=(100, 500), streams=(50, 100, 200, 400, 800, 1600), climbing=1.5, streaming=2.0, presses=9, returning=300, steady=10.0
)


@dataclass
class Server:
    """A server that is measured."""

    name: str
    process: Process
    port: int
    answers: Mapping[str, str]
    _made: Iterator[int] = field(default_factory=count)

    def devices(self, number: int, kind: str = "d") -> list[SimulatedDevice]:
        """So many new devices of it."""
        return [SimulatedDevice(f"{kind}{next(self._made)}", self.answers) for _ in range(number)]


@dataclass
class Bench:
    """One run."""

    folder: Path
    sizes: Sizes = FULL
    profile: Path | None = None
    """Where a profile of the server during the frames is written."""
    _started: Iterator[int] = field(default_factory=count)

    @property
    def servers(self) -> list[str]:
        """The servers that can be measured here."""
        return [TARS, BARE, *([UVLOOP] if find_spec("uvloop") else [])]

    def process(
        self,
        module: str,
        *options: object,
        core: int = MEASURED_CORE,
        enter: bool = False,
        variables: Mapping[str, str] = NO_VARIABLES,
    ) -> Process:
        """A process with a log of its own."""
        name = f"{next(self._started)}-{module}"
        return Process(module, *options, folder=self.folder, name=name, core=core, enter=enter, **variables)

    @asynccontextmanager
    async def server(
        self,
        name: str,
        *options: object,
        port: int = 0,
        state: Path | None = None,
        module: str = "tests.bench.server",
        variables: Mapping[str, str] = NO_VARIABLES,
    ) -> AsyncIterator[Server]:
        """A server, listening, while this lasts. `options`, `state`, `module` and `variables` of the environment are for TARS."""
        if name == TARS:
            state = state or self.folder / f"state-{next(self._started)}"
            given = ["--brain", BRAIN, "--port", port, "--state", state, *options]
            variables = {"TARS_CONSOLE": "127.0.0.1:0"} | dict(variables)
            # It counts for the console, as a server does where the extra is installed, but not at the one port of this machine.
            process, ready, answers = self.process(module, *given, variables=variables), "listening", ANSWERS
        else:
            loop = ["uvloop"] if name == UVLOOP else []
            process, ready, answers = self.process("tests.bench.bare_server", port, *loop), READY, ECHO
        with process:
            yield Server(name, process, await process.port(ready), answers)

    @asynccontextmanager
    async def all_servers(self) -> AsyncIterator[list[Server]]:
        """Every server that is measured, side by side; the one that is not asked does nothing."""
        async with AsyncExitStack() as stack:
            yield [await stack.enter_async_context(self.server(name)) for name in self.servers]


def pin() -> None:
    """Keep this process, which makes the load, off the core of what it measures, and let both have a socket for each device."""
    os.sched_setaffinity(0, {GENERATOR_CORE})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
