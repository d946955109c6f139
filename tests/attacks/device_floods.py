"""A malicious server. The device still hears its button and its signals, and does not fill its memory."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from select import select

from tars.generated import messages as m
from tars.runtime import clock
from tests.attacks import arena
from tests.attacks.judge import LOG_LIMIT, MEMORY_COST, STOP_LIMIT, Finding
from tests.attacks.rows import add
from tests.attacks.wire import CONTINUATION, PING, TEXT, Peer, accept, frame, message, raw, single_samples
from tests.e2e.floods import empty_sound
from tests.programs import Program, program
from tests.sounds import noise, quiet, write_wav

FLOOD = 3.0
"""Seconds of the flood."""
BATCH = 1000
LIMIT = f"Enter within {STOP_LIMIT:g} s, +{MEMORY_COST:g} MB, +{LOG_LIMIT:g} kB of log, stops in {STOP_LIMIT:g} s with status 0"
Flood = Callable[[Peer], Iterator[bytes]]


def says(kind: m.Message, number: int | None = None, ack: int = 0) -> bytes:
    """A message of a server."""
    return message(kind, number, ack, masked=False)


def repeat(one: bytes) -> Flood:
    """The same frame all the time."""

    def batches(_: Peer) -> Iterator[bytes]:
        while True:
            yield one * BATCH

    return batches


def fragments(link: Peer) -> Iterator[bytes]:
    """A message that never ends."""
    yield frame(b"", TEXT, masked=False, last=False)
    yield from repeat(frame(b"", CONTINUATION, masked=False, last=False))(link)


def rings(_: Peer) -> Iterator[bytes]:
    """Timers with a label of 20 kB that cannot be printed."""
    for number in count(1):
        yield says(m.Ring("\u0085" * 10_000), number)


def reply(link: Peer) -> Iterator[bytes]:
    """The session that the button opens gets a reply in frames of one sample, which never ends."""
    while not link.session:
        yield b""
        link.drain()
    name = link.session.decode()
    yield says(m.SessionStarted(name), 1) + says(m.StartOfTtsStream(name, 1, 1, 0, 16_000), 2)
    for at in count(0, BATCH):
        yield single_samples(1, at, BATCH, masked=False)


EMPTY = raw(empty_sound(), masked=False)
# What it sends, and whether it reads what it is answered.
FLOODS: dict[str, tuple[str, Flood, bool]] = {
    "server-sends-empty-frames": ("frames without samples", repeat(EMPTY), True),
    "server-sends-pings": ("pings of tars.v1", repeat(says(m.Ping(1))), True),
    "server-sends-acks": ("acknowledgements", repeat(says(m.Ack({}, {}, {}))), True),
    "server-sends-websocket-pings": (
        "pings of WebSockets, and the answers are not read",
        repeat(frame(bytes(125), PING, masked=False)),
        False,
    ),
    "server-sends-fragments": ("a message in fragments without a byte, which never ends", fragments, True),
    "server-sends-rings": ("timers with labels of 20 kB that cannot be printed", rings, True),
    "server-sends-single-samples": ("a reply in frames of one sample", reply, True),
}


class Sent:
    """What the malicious server has done."""

    def __init__(self) -> None:
        self.bytes = self.links = 0

    def judge(self, finding: Finding) -> None:
        """A server that has done nothing proves nothing."""
        finding.hold(self.bytes > 0, f"attack: {self.bytes / 1e6:.2f} MB, {self.links} links", "it must have been tried")


def serve(listening: socket.socket, flood: Flood, over: threading.Event, sent: Sent, *, reads: bool) -> None:
    """Welcome one device after the other, and flood it."""
    while not over.is_set():
        with suppress(OSError, TimeoutError):
            link = accept(listening)
            with closing(link.socket):
                link.wait_for(b"hello")
                limits: dict[str, object] = {"grace_s": 60}
                link.send(says(m.Welcome(1, False, "new", "e", "s", "t", 1, {}, {}, {}, limits)))
                link.socket.setblocking(False)
                sent.links += 1
                for batch in flood(link):
                    # Acknowledged, so that the device does not take the link for dead.
                    left = memoryview(batch + says(m.Ack({}, {}, {}), ack=link.numbers) if batch and reads else batch)
                    if not left:
                        over.wait(0.02)
                    while left:
                        readable, writable, _ = select([link.socket] if reads else [], [link.socket], [], 0.1)
                        if over.is_set():
                            return
                        if readable:
                            link.drain()
                        if writable:
                            with suppress(BlockingIOError):
                                count = link.socket.send(left)
                                sent.bytes += count
                                left = left[count:]


@contextmanager
def malicious_server(flood: Flood, *, reads: bool) -> Iterator[tuple[str, Sent]]:
    """Its URL and what it has done, while this lasts."""
    over, sent = threading.Event(), Sent()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        thread = threading.Thread(target=serve, args=(listening, flood, over, sent), kwargs={"reads": reads}, daemon=True)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}", sent
        finally:
            over.set()
            thread.join(5.0)


def button(pi: Program, times: int) -> float:
    """Press Enter for the so-manieth time; seconds until the device has heard it."""
    began = clock.now()
    pi.press_enter()
    pi.says("event=button", times)
    return clock.now() - began


def flood_device(name: str, finding: Finding, folder: Path, *, lasts: float = FLOOD) -> None:
    """The device is linked, its user calls, and it is flooded; its memory is watched; Enter is pressed; it is told to stop."""
    _, flood, reads = FLOODS[name]
    write_wav(folder / "said.wav", noise(1), quiet(60))
    with malicious_server(flood, reads=reads) as (url, sent):
        options = ["--server", url, "--device", "kitchen", "--wake-word", "none", "--speaker", "none"]
        with program("tars.device", *options, "--microphone", f"file:{folder / 'said.wav'}", stdin=subprocess.PIPE) as pi:
            pi.says("continuity UNLINKED -> LINKED")
            memory, logged, calls = arena.Memory(pi.process.pid), len(pi.output), int(reads)
            if calls:  # a call that is not acknowledged ends the link
                button(pi, 1)
            arena.pause(lasts)
            sent.judge(finding)
            finding.within("memory +", memory.grown(), MEMORY_COST, "MB")
            finding.within("Enter", button(pi, calls + 1), STOP_LIMIT, "s")
            finding.within("log +", (len(pi.output) - logged) / 1000, LOG_LIMIT, "kB")
            arena.judge_stop(pi.process, finding)
            (folder / "device.log").write_text(pi.output)


for _name, (_what, *_) in FLOODS.items():
    add(_name, f"a malicious server: {_what}", f"the device: {LIMIT}", partial(flood_device, _name))
