"""`python -m tests.bench.encryption`: what encryption costs, wss beside ws on the same server."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tars.core.codec import Frame
from tars.runtime import clock
from tars.runtime.dialling import ClientSocket, dial
from tars.runtime.receiver import SocketDown
from tars.runtime.tls import Trust
from tars.samples import BLOCK
from tars.server.certificates import authority_pem
from tests.bench.brain import NAME as BRAIN
from tests.bench.figures import spread
from tests.bench.processes import Process, settle
from tests.faults.proxy import proxy
from tests.isolation import isolate
from tests.scenarios.strangers import CALL, frame, hello, sound

SCHEMES = ("ws", "wss")
CONNECTIONS, LINKS, FRAMES, PASSES = 150, 300, 240, 5
"""Connections, links, frames in a pass, and passes. So many frames are read without a pause."""
DELAY = 0.05
"""Seconds in each direction of the slow network."""
SERVER_CORE, OWN_CORE = 0, 1


@dataclass
class Link:
    """A device that speaks by hand."""

    name: str
    socket: ClientSocket
    welcome: dict[str, Any] = field(default_factory=dict)
    frames: asyncio.Queue[Frame] = field(default_factory=asyncio.Queue)

    def received(self, _: int, came: Frame) -> None:
        self.frames.put_nowait(came)

    def closed(self, _: SocketDown) -> None:
        pass

    async def told(self, wanted: str) -> dict[str, Any]:
        """Take what comes until this message."""
        while True:
            came = await self.frames.get()
            if isinstance(came, str) and (message := json.loads(came))["type"] == wanted:
                return dict(message)


class Bench:
    """A server, what connects to it, and what that costs."""

    _server: Process
    _port: int

    def __init__(self, ca: Path) -> None:
        self.measured: dict[str, dict[str, list[float]]] = {}
        self._ca = ca
        self._made = 0

    @asynccontextmanager
    async def server(self, state: Path) -> AsyncIterator[None]:
        """A server while this lasts."""
        options = ("--brain", BRAIN, "--port", 0, "--state", state)
        with Process(
            "tests.bench.server", *options, folder=state, name="server", core=SERVER_CORE, TARS_ENCRYPTION="optional"
        ) as self._server:
            self._port = await self._server.port("listening")
            yield

    async def link(self, scheme: str, before: Link | None = None, port: int = 0) -> Link:
        """Connect and greet; `before`: the link that is resumed."""
        self._made += 1
        name, greeting = f"d{self._made}", hello(f"d{self._made}")
        if before is not None:
            known = {key: before.welcome[key] for key in ("sid", "token", "epoch")}
            name, greeting = before.name, hello(before.name, **known, state={"session": "LISTENING", "id": ""})
        link = Link(name, await dial(f"{scheme}://127.0.0.1:{port or self._port}", protocol="v1", encryption=Trust(self._ca)))
        link.socket.start(1, link)
        link.socket.send(greeting)
        link.welcome = await link.told("welcome")
        assert link.welcome["resumed"] is (before is not None)
        return link

    def note(self, what: str, scheme: str, value: float) -> None:
        """One value of one pass."""
        self.measured.setdefault(what, {name: [] for name in SCHEMES})[scheme].append(value)

    async def costs(self, what: str, unit: float, scheme: str, count: int, work: Callable[[], Awaitable[Any]]) -> None:
        """The CPU of both sides for each of `count` pieces of this work; so many of the unit are a second."""
        await settle(self._server)
        server, device = self._server.cpu(), time.process_time()
        await work()
        device = time.process_time() - device
        await settle(self._server)
        self.note(f"CPU of the server: {what}", scheme, (self._server.cpu() - server) / count * unit)
        self.note(f"CPU of the device: {what}", scheme, device / count * unit)

    async def connecting(self, scheme: str) -> None:
        """New links, and the same once more, resumed."""
        links: list[Link] = []

        async def connect() -> None:
            links.extend([await self.link(scheme) for _ in range(CONNECTIONS)])

        async def resume() -> None:
            for at, before in enumerate(links):
                before.socket.abort()
                links[at] = await self.link(scheme, before)

        await self.costs("a new link, ms", 1e3, scheme, CONNECTIONS, connect)
        await self.costs("a link that is resumed, ms", 1e3, scheme, CONNECTIONS, resume)
        for link in links:
            link.socket.abort()

    async def streaming(self, scheme: str) -> None:
        """Frames of a microphone in a session."""
        link = await self.link(scheme)
        link.socket.send(frame(CALL, 1))
        await link.told("session_started")

        async def speak() -> None:
            for number in range(FRAMES):
                link.socket.send(sound(number * BLOCK))
                if number % 16 == 0:
                    await clock.sleep_until(0)

        await self.costs("a frame of 80 ms, us", 1e6, scheme, FRAMES, speak)
        link.socket.abort()

    async def memory(self, scheme: str) -> None:
        """Links that do nothing."""
        warm = [await self.link(scheme) for _ in range(20)]
        await settle(self._server)
        before = self._server.resident()
        links = [await self.link(scheme) for _ in range(LINKS)]
        await settle(self._server)
        self.note("memory of the server: a link, KiB", scheme, (self._server.resident() - before) / LINKS)
        for link in warm + links:
            link.socket.abort()

    async def travelling(self, scheme: str) -> None:
        """Bytes, and time on a slow network, through a proxy."""
        passed = {"up": 0, "down": 0}

        def listen(way: str, data: bytes) -> None:
            passed[way] += len(data)

        async with proxy(self._port) as between:
            between.listener = listen
            between.set(delay=DELAY)
            link = None
            for what in ("a new link", "a link that is resumed"):
                if link is not None:
                    link.socket.abort()
                before, began = dict(passed), clock.now()
                link = await self.link(scheme, link, between.port)
                self.note(
                    f"{what} with a round trip of {2 * DELAY * 1e3:.0f} ms, without that of TCP, ms", scheme, (clock.now() - began) * 1e3
                )
                for way, count in passed.items():
                    self.note(f"bytes {way}: {what}", scheme, count - before[way])
            assert link is not None
            link.socket.send(frame(CALL, 1))
            await link.told("session_started")
            until = passed["up"]
            for number in range(100):
                link.socket.send(sound(number * BLOCK))
            await clock.sleep_until(clock.now() + 20 * DELAY)
            self.note("bytes up: a frame of 80 ms", scheme, (passed["up"] - until) / 100)
            link.socket.abort()


async def measure() -> dict[str, dict[str, list[float]]]:
    """All of it, ws and wss in turns. For memory each pass has a new server: an older one takes what others have left."""
    with TemporaryDirectory() as folder:
        state, ca = Path(folder) / "state", Path(folder) / "ca.pem"
        ca.write_text(authority_pem(state))
        bench = Bench(ca)
        async with bench.server(state):
            for number in range(PASSES + 1):
                for scheme in SCHEMES:
                    for part in (bench.connecting, bench.streaming, bench.travelling):
                        await part(scheme)
                if number == 0:  # warms up
                    bench.measured.clear()
        for _ in range(PASSES):
            for scheme in SCHEMES:
                async with bench.server(state):
                    await bench.memory(scheme)
        return bench.measured


def table(measured: dict[str, dict[str, list[float]]]) -> str:
    """The figures, and what encryption adds to each."""
    lines = ["| | ws | wss | more |", "| --- | --- | --- | --- |"]
    for what, of in measured.items():
        more = [wss - ws for ws, wss in zip(of["ws"], of["wss"], strict=True)]
        lines.append(f"| {what} | {spread(of['ws'])} | {spread(of['wss'])} | {spread(more)} |")
    return "\n".join(lines)


PAGE = """# What encryption costs

Written by `python -m tests.bench.encryption --report docs/reports/encryption.md`. `wss` beside `ws`, in turns, with `tars-server` in a
process of its own on one core; the devices are the sockets of `tars-pi`, in one process on the other core. The median of {passes} passes,
in brackets the least and greatest. The certificate has a key of the curve P-256. CPU time depends on how busy the machine is.

{table}

A link that is resumed makes a whole handshake. A session ticket would save {ticket}. It saves no round trip: Python sends no
data in the first packet of TLS 1.3. Two tickets with each handshake cost 512 bytes and memory. So there are none.

How long it takes until sound goes on after a fault is in the tables of faults: [plain](faults.md), [encrypted](faults-encrypted.md).
"""
TICKET = "half a millisecond of CPU on the device, a tenth on the server, and 950 bytes"
"""Measured once, with both ends in one process, on x86_64."""


def main(words: Sequence[str]) -> int:
    """Measure; the status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.encryption", description="What encryption costs: wss beside ws.")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the page there")
    wanted = parser.parse_args(words)
    os.sched_setaffinity(0, {OWN_CORE})
    found = table(asyncio.run(measure()))
    sys.stdout.write(f"{found}\n")
    if wanted.report:
        wanted.report.write_text(PAGE.format(passes=PASSES, table=found, ticket=TICKET))
    return 0


if __name__ == "__main__":
    isolate()
    sys.exit(main(sys.argv[1:]))
