"""What every lab has: a folder, a device that hears a file, programs on hosts, and their traces. Nothing of it is left behind."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from tars.demo.voice import say
from tars.runtime import clock
from tests.faults.namespaces import Host
from tests.faults.speech import speech
from tests.faults.traces import Trace, moment
from tests.programs import EXIT_LIMIT, PATIENCE, SLACK, Program
from tests.sounds import write_wav

SERVER = "tests.faults.server"
"""The module that is tars-server."""
PORT = 7456
STEP = 0.02
"""Seconds between two looks at the traces."""
DEVICE = "kitchen"


class Interrupted(Exception):  # noqa: N818 - no error: somebody does not want the rest
    """Everybody is to stop."""


class Failure(Exception):  # noqa: N818 - of the programs under test, not of the lab
    """What should have happened did not."""


class Stage:
    """The programs write into `folder`. `variables` configure all of them."""

    def __init__(self, folder: Path, seconds: float, stopped: Event, *, by_voice: bool = False, **variables: str) -> None:
        """`seconds`: how long the first utterance is. `by_voice`: a wake word comes before it, and the device listens for one."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.variables, self.by_voice = folder, variables, by_voice
        self.said = speech(seconds, say("Hey Jarvis.") if by_voice else None)
        self.device: Program
        self.device_trace, self.server_trace = Trace(), Trace()
        self.programs: list[Program] = []
        """Every program that was started, in order."""
        self.broken = self.healed = 0.0
        """When the fault began and ended, on the wall's clock."""
        self._stopped = stopped
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ends.close()
        for number, program in enumerate(self.programs, 1):
            (self.folder / f"{number}-{program.name}.log").write_text(program.output)

    # --- waiting -------------------------------------------------------------------------------------------------------------

    def until(self, what: str, so: Callable[[], object], within: float = PATIENCE) -> None:
        """Wait for a line of a trace after which something is so. Raises Failure, saying what is not."""
        end = clock.now() + within
        while True:
            self.device_trace.read()
            self.server_trace.read()
            if so():
                return
            if clock.now() > end:
                raise Failure(f"not within {within:g} s: {what}")
            self.hold(STEP)

    def hold(self, seconds: float) -> None:
        """Let time pass: a fault lasts so long. Raises Interrupted when everybody is to stop."""
        if self._stopped.wait(max(0.0, seconds)):
            raise Interrupted

    def hold_until_heard(self, second: float) -> None:
        """Wait until the microphone has heard its file up to there."""
        (start,) = self.device_trace.taken("start", "session")
        self.hold(moment(start) + second - clock.wall())

    # --- the programs --------------------------------------------------------------------------------------------------------

    def run_device(self, host: Host, url: str, **variables: str) -> None:
        """tars-pi runs on that host, and knows this server. `variables` are its own."""
        said, trace = self.folder / "said.wav", self.folder / "device.jsonl"
        write_wav(said, self.said)
        options = ["--server", url, "--device", DEVICE, "--trace", trace]
        options += ["--wake-word", "hey_jarvis" if self.by_voice else "none"]
        sound = ["--microphone", f"file:{said}", "--speaker", f"file:{self.folder / 'played.wav'}"]
        self.device_trace.follow(trace)
        self.device = self.run_program("tars.device", host, *options, *sound, **variables)

    def run_program(self, module: str, host: Host, *options: object, **variables: str) -> Program:
        """A program runs on that host until the lab ends. `variables` are its own."""
        program = Program(module, *map(str, options), stdin=subprocess.PIPE, entry=host.entry, **self.variables, **variables)
        self.programs.append(program)
        self._ends.callback(self._end, program)
        return program

    def _end(self, program: Program) -> None:
        """Leave nothing of it behind; in peace if it can be, so that it saves what it has recorded."""
        for number in (signal.SIGCONT, signal.SIGTERM):
            program.process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(EXIT_LIMIT + SLACK)
        program.end()

    def recordings(self, life: int) -> Path:
        """Where the server of that life records."""
        return self.folder / f"recordings-{life}"

    def until_linked(self, within: float = PATIENCE) -> None:
        """Wait until both sides know the link."""
        traces = (self.device_trace, self.server_trace)
        self.until("both sides are linked", lambda: all(trace.state("continuity") == "LINKED" for trace in traces), within)

    def stop(self, program: Program) -> None:
        """Tell a program to stop. Raises Failure if it does not, in time and in peace."""
        try:
            took = program.stop()
        except AssertionError as error:
            raise Failure(str(error)) from None
        if took > EXIT_LIMIT + SLACK:
            raise Failure(f"{program.name} took {took:.1f} s to stop")

    def open_session(self) -> None:
        """The user presses the button, or has just said the wake word."""
        if self.by_voice:
            self.until("the wake word is heard", lambda: self.device_trace.taken("hotword", "session"))
        else:
            self.device.press_enter()

    def signal(self, program: Program, number: signal.Signals) -> None:
        """Send it to a program."""
        program.process.send_signal(number)
