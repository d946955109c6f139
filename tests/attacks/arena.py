"""What takes part: a server or a device under attack, a good device, an attacker; each a process of its own, seen from outside only."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tars.runtime import clock
from tests.attacks.judge import RTT_COST, STOP_LIMIT, WAIT_COST, Finding, p99, underruns
from tests.attacks.server import PACED
from tests.attacks.wire import peer
from tests.programs import Program, program

PATIENCE = 15.0
"""Seconds after which something has not happened."""
MOMENT = threading.Event()
"""Never set: what waits on it waits for the time."""
CORES = sorted(os.sched_getaffinity(0))
OUT_OF_THE_WAY = ["taskset", "--cpu-list", str(CORES[-1])] if len(CORES) > 1 else []
"""An attacker has the last core, and only what the others leave of it."""


def pause(seconds: float) -> None:
    """Let the attack go on for so long."""
    MOMENT.wait(seconds)


def memory_of(pid: int) -> float:
    """MB of memory that a process holds; 0 when it has ended."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


class Memory:
    """The memory of a process, looked at all the time."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.before = self.most = memory_of(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, memory_of(self._pid))

    def grown(self) -> float:
        """MB more at its highest than at the beginning."""
        self._over.set()
        self._thread.join()
        return max(0.0, self.most - self.before)


class Server:
    """`tars-server` with its log in a file."""

    def __init__(self, folder: Path, program: Program, began: float) -> None:
        self.program, self.folder = program, folder
        self.log = folder / "server.log"
        self.began = began
        self.port = 0

    def listens(self, patience: float = PATIENCE) -> None:
        """Wait until it does. Raises AssertionError when it does not, or ends."""
        end = self.began + patience
        while clock.now() < end and self.program.process.poll() is None:
            if found := re.search(r"listening.*? port=(\d+)", self.said()):
                self.port = int(found[1])
                return
            pause(0.02)
        raise AssertionError(f"it has not listened within {clock.now() - self.began:.1f} s of its start: {self.said()[-300:]!r}")

    def said(self) -> str:
        """The log so far, or its beginning if it is very long."""
        with suppress(OSError), self.log.open(errors="replace") as file:
            return file.read(2_000_000)
        return ""

    def serves(self, patience: float = PATIENCE) -> float:
        """Seconds from its start until somebody was welcome. Raises AssertionError if nobody is."""
        end = self.began + patience
        while clock.now() < end:
            with suppress(OSError), peer(self.url, "first", patience=max(0.1, end - clock.now())):
                return clock.now() - self.began
            pause(0.05)
        raise AssertionError(f"nobody is welcome within {patience:g} s of its start")

    def judge_tracebacks(self, finding: Finding) -> None:
        """None may be in its log, nor on its standard error."""
        count = (self.said() + self.program.output).count("Traceback")
        finding.hold(not count, f"{count} tracebacks", "must be none")

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.program.process.pid

    def encrypted(self) -> tuple[str, str]:
        """Its URL for encrypted connections, and a file with its authority."""
        file = self.folder / "ca.pem"
        with program("tars.server", "ca", "--state", self.folder / "state") as command:
            assert command.exits() == 0, command.output
            file.write_text(command.output)
        return self.url.replace("ws:", "wss:"), str(file)

    def log_size(self) -> float:
        """kB."""
        return sum(file.stat().st_size for file in self.folder.glob("server.log*")) / 1000


def judge_stop(process: subprocess.Popen[Any], finding: Finding, limit: float = STOP_LIMIT) -> None:
    """Tell a program to stop: how long it takes, and its status."""
    if (status := process.poll()) is not None:
        finding.hold(False, f"ended by itself, status {status}")
        return
    began = clock.now()
    process.terminate()
    try:
        status = process.wait(limit + 3.0)
    except subprocess.TimeoutExpired:
        finding.hold(False, f"still runs {limit + 3.0:g} s after SIGTERM")
        process.kill()
        return
    finding.within("stops in", clock.now() - began, limit, "s")
    finding.hold(status == 0, f"status {status}", "must be 0")


@contextmanager
def server(
    folder: Path, *options: str | Path, brain: str = PACED, entry: Sequence[str] = (), patience: float = PATIENCE, **variables: Any
) -> Iterator[Server]:
    """A server while this lasts, with its state and its log in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.log").unlink(missing_ok=True)
    given = ["--brain", brain, "--state", folder / "state", *([] if "--port" in options else ["--port", "0"]), *options]
    began = clock.now()
    process = Program("tests.attacks.server", *given, entry=entry, **{"TARS_LOG_FILE": str(folder / "server.log")} | variables)
    running = Server(folder, process, began)
    try:
        running.listens(patience)
        yield running
    finally:
        process.end()


class Helper:
    """A program of ours that says in lines of JSON what it does."""

    def __init__(self, module: str, *words: str, entry: Sequence[str] = ()) -> None:
        self.lines: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [*entry, sys.executable, "-m", module, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait_for(self, kind: str, patience: float = PATIENCE, times: int = 1) -> dict[str, Any] | None:
        """The line of that kind, the last of so many; None if it does not come."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.lines if line.get("kind") == kind]

        with self._news:
            self._news.wait_for(lambda: len(found()) >= times or not self._reader.is_alive(), patience)
        return found()[times - 1] if len(found()) >= times else None

    def end(self, patience: float = 3.0) -> None:
        """It has been enough. What it says last is read."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """At once."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()


class GoodDevice(Helper):
    """A good device, and what it has noted."""

    def of(self, kind: str, since: float, until: float) -> list[dict[str, Any]]:
        """Its lines from this time."""
        return [line for line in self.lines if line.get("kind") == kind and since <= line["now"] <= until]

    def round_trips(self, since: float, until: float) -> list[float]:
        """Seconds of each ping that was sent in this time. One that was not answered has taken until its end, or longer."""
        answered = [(line["sent"], line["took"]) for line in self.lines if line.get("kind") == "pong"]
        answered += [(sent, until - sent) for line in self.lines if line.get("kind") == "left" for sent in line["pings"]]
        return [min(took, until - sent) for sent, took in answered if since <= sent < until - 0.05]

    def silences(self, since: float, until: float) -> list[float]:
        """Seconds of each silence in the middle of a reply of this time."""
        found: list[float] = []
        for reply in self._replies():
            if reply["arrivals"] and reply["arrivals"][-1][0] >= since and reply["arrivals"][0][0] <= until:
                there = [(moment, end) for moment, end in reply["arrivals"] if moment <= until]
                found += underruns(there, reply["total"], until)
        return found

    def waits(self, since: float, until: float) -> list[float]:
        """Seconds from the end of a question to the first sound of its answer, of questions of this time."""
        found = []
        for reply in self._replies():
            if reply["asked"] is not None and since <= reply["asked"] <= until:
                first = reply["arrivals"][0][0] if reply["arrivals"] else until
                found.append(min(first, until) - reply["asked"])
        return found

    def _replies(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("kind") == "reply"]


@contextmanager
def good_device(url: str, name: str = "kitchen", *words: str, linked: bool = True) -> Iterator[GoodDevice]:
    """A good device while this lasts. `linked`: only once it has a link."""
    device = GoodDevice("tests.attacks.good_device", url, name, *words)
    try:
        if linked:
            assert device.wait_for("linked"), f"a good device is not let in: {device.lines[-1:]}"
        yield device
    finally:
        device.end()


class Attacker(Helper):
    """An attacker, and what it has done."""

    @property
    def done(self) -> str:
        """In words."""
        last = {"frames": 0, "links": 0, "refused": 0} | (self.lines[-1] if self.lines else {})
        parts = [f"{last['frames']:,} frames", f"{last['links']:,} links", f"{last['refused']:,} refusals"]
        return ", ".join(part for part in parts if part and not part.startswith("0 "))

    def begins(self) -> None:
        """Wait until it has done something."""
        with self._news:
            self._news.wait_for(lambda: self.lines or not self._reader.is_alive(), PATIENCE)

    @property
    def held(self) -> int:
        """Connections that it holds now."""
        return int(self.lines[-1]["held"]) if self.lines else 0

    def has_all(self, patience: float) -> None:
        """Wait until it gets no more connections, or for so many seconds."""
        end, most, unchanged = clock.now() + patience, 0, 0
        while clock.now() < end and unchanged < 4:
            pause(0.5)
            unchanged = unchanged + 1 if 0 < self.held <= most else 0
            most = max(most, self.held)

    def judge(self, finding: Finding) -> None:
        """An attacker that has done nothing proves nothing."""
        finding.hold(bool(self.done), f"attack: {self.done or 'none'}", "it must have been tried")


@contextmanager
def attacker(name: str, url: str, *words: str) -> Iterator[Attacker]:
    """An attacker while this lasts."""
    one = Attacker("tests.attacks.attackers", name, url, *words, entry=OUT_OF_THE_WAY)
    try:
        yield one
    finally:
        one.kill()


def judge_service(
    device: GoodDevice, calm: tuple[float, float], attacked: tuple[float, float], finding: Finding, *, wait: float = WAIT_COST
) -> None:
    """What the attack has cost this device: round trip, sound, answers, link. `wait`: seconds that it may cost an answer."""
    before, under = p99(device.round_trips(*calm)), p99(device.round_trips(*attacked))
    finding.within(f"round trip {before * 1000:.1f} -> {under * 1000:.1f} ms, cost", (under - before) * 1000, RTT_COST * 1000, "ms")
    silences = device.silences(*attacked)
    finding.hold(not silences, f"{len(silences)} underruns" + (f", {sum(silences):.2f} s" if silences else ""), "must be none")
    waits, usual = device.waits(*attacked), device.waits(*calm)
    if waits and usual:
        finding.within(f"answer {min(usual):.1f} -> {max(waits):.1f} s, cost", max(waits) - min(usual), wait, "s")
    if lost := device.of("lost", *attacked):
        finding.hold(False, f"its link is lost: {lost[0]['reason']}")
