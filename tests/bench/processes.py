"""A process that is measured: pinned to a core, its figures read from the system (Linux)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tars.runtime import clock
from tests.programs import QUIET

LIMIT = 60.0
"""Seconds in which a process has said what is expected of it."""
LOOK = 0.005
"""Seconds between two looks at what it has said."""
STILL = 0.25
"""Seconds from one look at its CPU time to the next, where it is waited until a process has done what it was given."""
IDLE, HEARTBEATS = 0.02, 0.1
"""Shares of a core below which a process has nothing to do, and nothing but the heartbeats of some hundred sessions."""
CPU_CLOCK = 2
"""The kind of the clock that counts the CPU time of a whole process, those of its threads included that have ended."""
KIB = 1024


class Process:
    """`python -m MODULE OPTIONS`, as long as this lasts. What it says goes into a file: nobody has to read it while it is measured."""

    def __init__(self, module: str, *options: object, folder: Path, name: str, core: int, enter: bool = False, **variables: str) -> None:
        """`enter`: whether its standard input is a pipe, so that Enter can be pressed. `variables` are added to the environment."""
        self.name = name
        self._said = folder / f"{name}.log"
        command = [sys.executable, "-X", "utf8", "-m", module, *map(str, options)]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TARS_")} | QUIET | variables
        stdin = subprocess.PIPE if enter else subprocess.DEVNULL
        self.started = clock.now()
        with self._said.open("w") as said:
            self.process = subprocess.Popen(command, stdin=stdin, stdout=said, stderr=said, env=environment, text=True)
        os.sched_setaffinity(self.process.pid, {core})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.kill()

    @property
    def output(self) -> str:
        """All that it has said so far."""
        return self._said.read_text()

    async def says(self, text: str, within: float = LIMIT) -> str:
        """Wait for a line with this; the line. Raises RuntimeError when it does not come."""
        end = clock.now() + within
        while True:
            for line in self.output.splitlines():
                if text in line:
                    return line
            if self.process.poll() is not None or clock.now() > end:
                raise RuntimeError(f"{self.name} has not said {text!r} within {within:g} s, but:\n{self.output[-2000:]}")
            await clock.sleep_until(clock.now() + LOOK)

    async def port(self, text: str) -> int:
        """The port in the line with this text."""
        found = re.search(r"port=(\d+)", await self.says(text))
        assert found
        return int(found[1])

    def press_enter(self) -> float:
        """Enter on its standard input; when."""
        assert self.process.stdin is not None
        pressed = clock.now()
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return pressed

    def cpu(self) -> float:
        """Seconds of CPU that it has used since its start."""
        return time.clock_gettime(~self.process.pid << 3 | CPU_CLOCK)

    def resident(self) -> float:
        """KiB of memory that it holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / KIB

    async def ends(self, within: float = LIMIT) -> None:
        """Wait until it has ended. Raises RuntimeError."""
        end = clock.now() + within
        while self.process.poll() is None:
            if clock.now() > end:
                raise RuntimeError(f"{self.name} still runs after {within:g} s")
            await clock.sleep_until(clock.now() + LOOK)

    def send_signal(self, number: signal.Signals) -> None:
        """Tell it something; SIGTERM: to stop in good order."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """Leave nothing of it behind."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


async def settle(process: Process, share: float = IDLE, within: float = LIMIT) -> None:
    """Wait until the process uses less than that share of a core: what it was given is done."""
    end, before = clock.now() + within, process.cpu()
    while clock.now() < end:
        await clock.sleep_until(clock.now() + STILL)
        if (now := process.cpu()) - before < STILL * share:
            return
        before = now
    raise RuntimeError(f"{process.name} is still busy after {within:g} s")
