"""The two programs as processes of their own. Waits for what they say, never for time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from tars.runtime import clock

PATIENCE = 20.0
"""Seconds after which something that should have happened has not: a busy machine starts a program in some."""
EXIT_LIMIT = 2.0
"""Seconds in which a program that is told to stop has stopped."""
SLACK = 1.0
"""Seconds more that a busy test machine may take."""
QUIET = {"TARS_DISCOVERY": "off", "TARS_CONSOLE": "off"}
"""No program of a test announces or looks for a server in the network of this machine, but in one of its own. The console's usual port is
one for all servers of this machine."""


class Program:
    """One program. What it writes to standard output and error is read as it comes."""

    def __init__(
        self,
        module: str,
        *options: str | Path,
        stdin: int | IO[Any] | None = subprocess.DEVNULL,
        entry: Sequence[str] = (),
        **variables: str,
    ) -> None:
        """`python -m MODULE OPTIONS`, with these environment variables and no others of ours. `stdin` None: it is closed.

        `entry` is a command that becomes the program somewhere else, such as `nsenter --net=FILE`; Ctrl-C here does not reach it there.
        """
        self.lines: list[str] = []
        self.name = module
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TARS_")} | QUIET | variables
        command = [*entry, sys.executable, "-m", module, *map(str, options)]
        if stdin is None:
            command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
        self.process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=bool(entry),
        )
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def output(self) -> str:
        """Everything that it has said."""
        return "\n".join(self.lines)

    def says(self, text: str, times: int = 1, within: float = PATIENCE) -> str:
        """Wait until so many of its lines hold this; the last of them."""
        found: list[str] = []

        def said() -> bool:
            found[:] = [line for line in self.lines if text in line]
            return len(found) >= times or not self._reader.is_alive()

        with self._news:
            self._news.wait_for(said, within)
        assert len(found) >= times, f"{self.name} has not said {text!r} {times} times, but:\n{self.output}"
        return found[times - 1]

    def press_enter(self) -> None:
        """Enter on its standard input, a pipe."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def exits(self, within: float = PATIENCE) -> int:
        """Wait until it ends; its status."""
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {within:g} s:\n{self.output}") from None
        self._reader.join(PATIENCE)
        return status

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Tell it to stop and wait until it has, which must go well; the seconds it took."""
        began = clock.now()
        self.process.send_signal(number)
        status = self.exits()
        took = clock.now() - began
        assert status == 0, f"{self.name} exited with {status}:\n{self.output}"
        assert "Traceback" not in self.output, self.output
        return took

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()


@contextmanager
def program(module: str, *options: str | Path, **settings: Any) -> Iterator[Program]:
    """A program while this lasts, with a state folder of its own unless `--state` is given; killed if it runs still."""
    with TemporaryDirectory() as state:
        running = Program(module, *options, **{"STATE_DIRECTORY": state} | settings)
        try:
            yield running
        finally:
            running.end()


@contextmanager
def tars_server(*options: str | Path, brain: str = "echo", **settings: Any) -> Iterator[tuple[Program, str]]:
    """`tars-server` on a free port, listening, and its URL."""
    with program("tars.server", "--brain", brain, "--port", "0", *options, **settings) as server:
        yield server, url_of(server)


def url_of(server: Program, within: float = PATIENCE) -> str:
    """The URL of a server on this machine, when it listens. `within`: the seconds of its start."""
    port = re.search(r"port=(\d+)", server.says("listening", within=within))
    assert port
    return f"ws://127.0.0.1:{port[1]}"


@contextmanager
def tars_pi(url: str, *options: str | Path, wake_word: str = "none", **settings: Any) -> Iterator[Program]:
    """`tars-pi` with push-to-talk from a pipe, if not told otherwise; nobody hears it."""
    given = ["--speaker", "none"] if "--speaker" not in options else []
    settings = {"stdin": subprocess.PIPE} | settings
    with program("tars.device", "--server", url, "--device", "kitchen", "--wake-word", wake_word, *given, *options, **settings) as device:
        yield device


def read_trace(path: Path) -> list[dict[str, Any]]:
    """The lines of a trace."""
    return [json.loads(line) for line in path.read_text().splitlines()]
