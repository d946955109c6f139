"""One lab: two hosts, the two programs, and what a fault may do to them. Whatever happens, nothing of it is left behind."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from tars.demo.voice import say
from tars.runtime import clock
from tars.server.certificates import authority_pem
from tests.faults.brain import NAME as BRAIN
from tests.faults.namespaces import DEVICE_ADDRESSES, SERVER_ADDRESS, Network
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


class Lab:
    """Two hosts while this lasts; the programs write into `folder`. `variables` configure both of them."""

    def __init__(
        self, folder: Path, seconds: float, stopped: Event, *, by_voice: bool = False, encrypted: bool = False, **variables: str
    ) -> None:
        """`seconds`: how long the first utterance is. `by_voice`: a wake word comes before it, and the device listens for one."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.variables = folder, variables | {"TARS_ENCRYPTION": "required" if encrypted else "off"}
        self.url = f"{'wss' if encrypted else 'ws'}://{SERVER_ADDRESS}:{PORT}"
        if encrypted:
            authority = folder / "ca.pem"
            authority.write_text(authority_pem(folder / "state"))
            self.variables["TARS_CA"] = str(authority)
        self.by_voice = by_voice
        self.said = speech(seconds, say("Hey Jarvis.") if by_voice else None)
        self.network = Network()
        self.device: Program
        self.server: Program
        self.device_trace, self.server_trace = Trace(), Trace()
        self.programs: list[Program] = []
        """Every program that was started, in order."""
        self.broken = self.healed = 0.0
        """When the fault began and ended, on the wall's clock."""
        self._stopped = stopped
        self._address = DEVICE_ADDRESSES[0]
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        self._ends.enter_context(self.network)
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

    def start(self) -> None:
        """Both programs run, and are linked."""
        self.start_server()
        self.start_device()
        self.until_linked()

    def start_server(self) -> None:
        """tars-server runs, again perhaps, and listens. Each life has a trace and recordings of its own; its state is kept."""
        life = len(self.server_trace.lives) + 1
        trace = self.folder / f"server-{life}.jsonl"
        options = ["--brain", BRAIN, "--host", SERVER_ADDRESS, "--port", PORT, "--state", self.folder / "state"]
        self.server_trace.follow(trace)
        kept = ["--trace", trace, "--record", self.recordings(life)]
        self.server = self._start(SERVER, self.network.server.entry, *options, *kept)
        self.server.says("listening")

    def start_device(self) -> None:
        """tars-pi runs."""
        said, trace = self.folder / "said.wav", self.folder / "device.jsonl"
        write_wav(said, self.said)
        options = ["--server", self.url, "--device", DEVICE, "--trace", trace]
        options += ["--wake-word", "hey_jarvis" if self.by_voice else "none"]
        sound = ["--microphone", f"file:{said}", "--speaker", f"file:{self.folder / 'played.wav'}"]
        self.device_trace.follow(trace)
        self.device = self._start("tars.device", self.network.device.entry, *options, *sound)

    def _start(self, module: str, entry: Sequence[str], *options: object) -> Program:
        program = Program(module, *map(str, options), stdin=subprocess.PIPE, entry=entry, **self.variables)
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

    # --- what faults do ------------------------------------------------------------------------------------------------------

    def signal(self, program: Program, number: signal.Signals) -> None:
        """Send it to a program."""
        program.process.send_signal(number)

    def kill_server(self) -> None:
        """The server's process is gone without a word."""
        self.server.process.kill()
        self.server.process.wait()

    def change_address(self) -> None:
        """The device has another address, and the one that it had is nobody's."""
        old = self._address
        self._address = next(address for address in DEVICE_ADDRESSES if address != old)
        self.network.device.move(self._address, old)
        self.network.sever()  # nothing finds its way to an address that nobody has

    def sever(self) -> None:
        """The link is dead, and nobody is told; a new one can be made."""
        self.network.sever()
