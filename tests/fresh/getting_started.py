"""docs/getting-started.md, word by word: two fresh Debians, one the server's and one the device's, from nothing to the first answer.

Packages are installed in the network of this machine. From then on the two are hosts of their own, joined by a cable: no name service, no
router, and nobody but them. The only thing that is not as in a home: the microphone is a file.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tars.demo.voice import Phrase, speak
from tars.runtime import clock
from tests.fresh.report import Row, commands
from tests.fresh.root import CLONE, ROOT, Debian, end, fresh
from tests.sounds import quiet, write_wav
from tests.two_hosts import two_hosts

NAME = "getting-started"
GUIDE = ROOT / "docs/getting-started.md"
DIGITS = "492817"
"""Those of the guide: what the server shows stands in their place."""
LIMIT = 900.0
"""Seconds in which a command has said what is expected of it; the first ones install."""
SOUND = {"TARS_MICROPHONE": "file:/root/said.wav", "TARS_SPEAKER": "none"}
LOOK = 0.1
"""Seconds between two looks at what a command has said."""


class Failed(Exception):  # noqa: N818 - of what is tried, not of the trial
    """A command has not said what the guide promises."""


class Running:
    """A line of the guide that runs in a Debian; what it says goes into a file."""

    def __init__(self, debian: Debian, line: str, log: Path, entry: Sequence[str] = (), **variables: str) -> None:
        self.line, self.log, self.began = line, log, clock.now()
        given = [f"{name}={value}" for name, value in variables.items()]
        words = ["env", *given, "sh", "-c", f"cd /{CLONE} && exec {line}"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*entry, *debian.command(*words)], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def says(self, form: str) -> re.Match[str]:
        """Wait until it has said this. Raises Failed."""
        while True:
            ended = self.process.poll() is not None
            said = self.log.read_text(errors="replace")
            if found := re.search(form, said):
                return found
            if ended or clock.now() - self.began > LIMIT:
                raise Failed(f"{self.line} has not said {form!r}, but:\n{said}")
            Event().wait(LOOK)


@contextmanager
def running(debian: Debian, line: str, log: Path, entry: Sequence[str] = (), **variables: str) -> Iterator[Running]:
    """It runs while this lasts."""
    command = Running(debian, line, log, entry, **variables)
    try:
        yield command
    finally:
        end(command.process)


def try_out(debian: str, out: Path) -> Iterator[Row]:
    """Follow the guide on two of these; the row of each command as soon as it has done what the guide says. Raises CalledProcessError."""
    server_line, pi_line, show_line, pair_line, talk_line = commands(GUIDE.read_text(), blocks=5)
    logs = [out / f"debian-{debian}-{NAME}-{number}.log" for number in range(6)]

    def row(command: Running, said: re.Match[str]) -> Row:
        return Row(debian, server.version_of_python(), command.line, 0, clock.now() - command.began, said[0])

    with fresh(debian) as server, fresh(debian) as device:
        with running(server, server_line, logs[0], TARS_DISCOVERY="off") as serving:  # nobody in the network of this machine is to see it
            yield row(serving, serving.says("Next, in a second terminal: .*"))
            serving.says("listening")
        with running(device, pi_line, logs[1]) as installing:
            yield row(installing, installing.says("Then here, .*"))
            installing.process.wait()
        said, _ = speak([Phrase("Hey Jarvis.", 2), Phrase("What is 12 times 12?", 0.7)])
        write_wav(device.folder / "root/said.wav", said, quiet(60))
        with two_hosts() as (device_host, server_host), running(server, server_line, logs[2], server_host.entry) as serving:
            serving.says("announced")
            with running(server, show_line, logs[3], server_host.entry) as showing:
                digits = showing.says(r"tars-pi pair (\d{6})\n")[1]
                showing.says("Waiting for the device")
                with running(device, pair_line.replace(DIGITS, digits), logs[4], device_host.entry) as pairing:
                    paired = pairing.says("This device is paired with .*")
                    yield row(showing, showing.says(".* is paired"))
                    yield row(pairing, paired)
            with running(device, talk_line, logs[5], device_host.entry, **SOUND) as talking:
                yield row(talking, talking.says("turn THINKING -> SPEAKING"))
