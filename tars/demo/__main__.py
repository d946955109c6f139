"""`python -m tars.demo`: three conversations of the two real programs, shown live and checked at the end.

A synthetic voice says the wake word and a question three times, in a WAV file that replaces the microphone. With `--live` the demo uses
the real microphone and speaker, and you say "Hey Jarvis" and a question, three times.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import wave
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from tars.demo.report import judge, sessions_of, summary
from tars.demo.voice import Phrase, Spoken, speak
from tars.errors import ConfigError
from tars.generated.device.session import SessionState
from tars.runtime import clock
from tars.runtime.command import run_command
from tars.runtime.log import pairs
from tars.samples import RATE, Samples
from tars.server.recordings import write_recording

QUESTIONS = (("What is twelve times twelve?", "144"), ("Who are you?", "TARS"), ("What can you do?", "timer"))
"""The question of the voice, and a word that the right answer contains."""
PAUSE = 14.0
"""Seconds from one question to the next wake word: time for the answer and for the end of the session."""
SESSION_TIMEOUT = 3.0
"""Seconds without speech that end a session in the demo; the default of 30 would make it longer."""
LIMIT = 180.0
"""Seconds after which the demo kills the device and fails; not with `--live`."""
COLOURS = {"device": "36", "server": "35", "mark": "32"}


def main() -> None:
    """Run the demo; status 0 only if everything that it must show has happened."""
    parser = argparse.ArgumentParser(prog="python -m tars.demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", action="store_true", help="the real microphone and speaker")
    parser.add_argument("--out", type=Path, default=Path("demo-output"), help="folder for sound, recordings and traces")
    options = parser.parse_args()
    run_command(lambda: asyncio.run(Demo(options.out, live=options.live).run()))


class Demo:
    """Two processes; their traces are read while they are written."""

    def __init__(self, out: Path, *, live: bool) -> None:
        self.out = out
        self.live = live
        self.lines: list[dict[str, Any]] = []
        self.spoken: list[Spoken] = []
        self._colours = sys.stdout.isatty()

    async def run(self) -> int:
        """Run both programs to their end; returns the exit status."""
        self._prepare()
        port = free_port()
        server = await self._start(
            "server", "--port", str(port), "--record", str(self.out / "recordings"), "--state", str(self.out / "state")
        )
        try:
            await self._until_listening(server)
            sound = [] if self.live else ["--microphone", f"file:{self.microphone}", "--speaker", f"file:{self.out / 'answers.wav'}"]
            device = await self._start("device", "--server", f"ws://127.0.0.1:{port}", "--device", "kitchen", *sound)
            statuses = [await self._follow(device), await stop(server)]
        finally:
            with contextlib.suppress(ProcessLookupError):
                server.kill()
        return self._finish(statuses)

    def _finish(self, statuses: list[int]) -> int:
        sessions = sessions_of(self.lines, self.spoken)
        answers = None if self.live else read_sound(self.out / "answers.wav")
        expected = None if self.live else [word for _, word in QUESTIONS]
        problems = judge(self.lines, sessions, expected, answers)
        problems += [f"{name} exited with {status}" for name, status in zip(("tars-pi", "tars-server"), statuses, strict=True) if status]
        print_lines(summary(sessions))
        print_lines([f"FAILED: {problem}" for problem in problems])
        if problems:
            print_lines([f"The logs are in {self.out}"])
            return 1
        print_lines([f"One connection served all {len(sessions)} sessions."])
        return 0

    # --- the two programs ------------------------------------------------------------------------------------------------------

    @property
    def microphone(self) -> Path:
        """The file that replaces the microphone."""
        return self.out / "microphone.wav"

    def _prepare(self) -> None:
        (self.out / "recordings").mkdir(parents=True, exist_ok=True)
        for old in (*self.out.glob("*.jsonl"), *self.out.glob("recordings/*.wav")):
            old.unlink()
        (self.out / "server.yaml").write_text(f"limits: {{session_timeout: {SESSION_TIMEOUT}}}\n")
        if self.live:
            print_lines(['Say "Hey Jarvis", wait for the chime if you like, and ask something. Three times.'])
            return
        phrases = [
            phrase
            for number, (question, _) in enumerate(QUESTIONS)
            for phrase in (Phrase("Hey Jarvis.", pause=PAUSE if number else 2.0), Phrase(question, pause=0.3))
        ]
        samples, self.spoken = speak(phrases)
        write_recording(self.microphone, samples.tobytes())
        print_lines([f"{self.microphone}: {len(samples) / RATE:.0f} s in which a voice says:", *(f"  {phrase.text}" for phrase in phrases)])

    async def _start(self, node: str, *options: str) -> asyncio.subprocess.Process:
        """Start one of the two programs, with its log in a file beside its trace."""
        config = ["--config", str(self.out / "server.yaml")] if node == "server" else []
        command = [sys.executable, "-m", f"tars.{node}", *config, *options, "--trace", str(self.trace(node))]
        log = (self.out / f"{node}.log").open("w")
        quiet = asyncio.subprocess.DEVNULL if not self.live else None
        environment = environment_of_programs(os.environ, live=self.live)
        return await asyncio.create_subprocess_exec(*command, stdin=quiet, stdout=log, stderr=log, env=environment)

    def trace(self, node: str) -> Path:
        """Where a program writes its trace."""
        return self.out / f"{node}.jsonl"

    async def _until_listening(self, server: asyncio.subprocess.Process) -> None:
        """Wait until the brain is loaded and the port is open. Raises ConfigError if the server ends before."""
        log = self.out / "server.log"
        while "listening" not in log.read_text():
            if server.returncode is not None:
                raise ConfigError(f"tars-server did not start:\n{log.read_text()}")
            await clock.sleep_until(clock.now() + 0.1)

    async def _follow(self, device: asyncio.subprocess.Process) -> int:
        """Show the lines of both traces until the device has stopped; returns its exit status."""
        began = clock.now()
        async for line in merged(self.trace("device"), self.trace("server")):
            if line is not None:
                self.lines.append(line)
                self._show(line)
            elif device.returncode is not None:
                return device.returncode
            elif clock.now() - began > LIMIT and not self.live:
                device.kill()
                return await device.wait()
            if self.live and device.returncode is None and self._sessions_done() == len(QUESTIONS):
                device.send_signal(signal.SIGINT)
                return await device.wait()
        raise AssertionError("a trace has no end of its own")

    def _sessions_done(self) -> int:
        return sum(line["node"] == "device" and line["from"] == SessionState.ACTIVE_SESSION != line["to"] for line in self.lines)

    # --- showing ---------------------------------------------------------------------------------------------------------------

    def _show(self, line: dict[str, Any]) -> None:
        """Show a line of a trace: transitions and marks. Ignored and outdated events are only in the file."""
        if line["event"] == "begins":
            return
        if line["machine"] is None:
            self._print(line, "mark", f"{line['event']}  {pairs(line['payload'])}")
        elif line["outcome"] == "taken":
            states = f"{line['from']} -> {line['to']}" if line["from"] != line["to"] else line["from"]
            self._print(line, line["node"], f"{line['machine']:<10} {states:<34} {line['event']:<20} {', '.join(line['effects'])}".rstrip())

    def _print(self, line: dict[str, Any], colour: str, text: str) -> None:
        time = datetime.fromisoformat(line["time"]).astimezone().strftime("%H:%M:%S.%f")[:-3]
        shown = f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if self._colours else text
        print_lines([f"{time}  {line['node']:<6}  {shown}"])


async def merged(*paths: Path) -> AsyncIterator[dict[str, Any] | None]:
    """The lines of growing files in the order of their time; None when there is nothing new, every 0.1 s."""
    positions = dict.fromkeys(paths, 0)
    while True:
        fresh: list[dict[str, Any]] = []
        for path in paths:
            if path.exists():
                with path.open("rb") as file:
                    file.seek(positions[path])
                    whole = file.read().rpartition(b"\n")[0]
                positions[path] += len(whole) + bool(whole)
                fresh += [json.loads(line) for line in whole.splitlines()]
        for line in sorted(fresh, key=lambda line: str(line["time"])):
            yield line
        if not fresh:
            yield None
            await clock.sleep_until(clock.now() + 0.1)


def environment_of_programs(environment: Mapping[str, str], *, live: bool) -> dict[str, str]:
    """The variables that both programs get. Settings of the user, such as TARS_BRAIN, are passed on only in a live demo."""
    return {name: value for name, value in environment.items() if live or not name.startswith("TARS_")}


async def stop(process: asyncio.subprocess.Process) -> int:
    """Tell a program to stop; returns its exit status."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    return await process.wait()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_sound(path: Path) -> Samples:
    """The samples of a WAV file that TARS has written: 16 kHz, mono, 16 bit."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def print_lines(lines: list[str]) -> None:
    """Write to standard output without a delay."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
