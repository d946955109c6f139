"""`python -m tests.bench.console`: what an open page costs the streams of 200 devices, and how smooth it is. It writes the report.

The slices of a pass follow each other on one server, in the same run: without a page, with all devices, with one device.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tars.runtime.command import say
from tests.bench.bench import TARS, Bench, Server, pin
from tests.bench.console_server import STEPS
from tests.bench.generator import SimulatedDevice
from tests.bench.load import begin_sessions, connect_all, percentile, stream
from tests.server.console.looking import Browser, link_of, looking

if TYPE_CHECKING:
    from playwright.sync_api import Page

REPORT = Path("docs/reports/console.md")
DEVICES, STREAMING = 200, 50
"""Devices that are linked and take steps, and those of them that stream: with more, the generator itself is late on two cores."""
PASSES, SECONDS, WARM_UP = 5, 6.0, 1.0
FRAMES = """seconds => new Promise(done => {
  const began = performance.now(), gaps = [];
  let before = began;
  const frame = now => {
    gaps.push(now - before);
    before = now;
    now - began < seconds * 1000 ? requestAnimationFrame(frame) : done(gaps);
  };
  requestAnimationFrame(frame);
})"""
"""The milliseconds from each frame of the page to the next."""
NOBODY, ALL, ONE = "nobody looks", "all devices are shown", "one device is shown"


@dataclass
class Seen:
    """What was seen of one kind of slices."""

    delays: list[float] = field(default_factory=list)
    """Seconds from a ping behind a block of sound to its answer."""
    late: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Share of a core that the server took."""
    gaps: list[float] = field(default_factory=list)
    """Milliseconds between two frames of the page."""


async def measure(folder: Path, devices: int, passes: int, seconds: float) -> dict[str, Seen]:
    """All slices, in turns."""
    seen: dict[str, Seen] = defaultdict(Seen)
    state = folder / "state"
    async with Bench(folder).server(TARS, state=state, module="tests.bench.console_server") as server:
        simulated = server.devices(devices)
        await connect_all(simulated, server.port)
        streaming = simulated[:STREAMING]
        await begin_sessions(streaming)
        for number in range(passes):
            for what in (NOBODY, ALL, ONE) if number % 2 == 0 else (ONE, ALL, NOBODY):
                say(f"{number + 1} of {passes}: {what}")
                if what == NOBODY:
                    await _slice(seen[what], server, streaming, seconds, None)
                    continue
                async with looking(link_of(state), viewport={"width": 1280, "height": 900}) as browser:
                    await browser.see(f".card:nth-child({devices})")
                    if what == ONE:
                        await browser.do(lambda page: page.evaluate("() => { location.hash = '#/device/d7'; }"))
                        await browser.see("[data-machine=server-turn] .lit")
                    await _slice(seen[what], server, streaming, seconds, browser)
    return seen


async def _slice(seen: Seen, server: Server, devices: list[SimulatedDevice], seconds: float, browser: Browser | None) -> None:
    def count_frames(page: Page) -> list[float]:
        return list(page.evaluate(FRAMES, seconds))

    frames = asyncio.create_task(browser.do(count_frames)) if browser else None
    before = server.process.cpu()
    found = await stream(devices, seconds, probes=True, warm_up=WARM_UP)
    seen.cpu.append((server.process.cpu() - before) / (seconds + WARM_UP))
    seen.delays += found.probes
    seen.late.append(found.late)
    if frames is not None:
        seen.gaps += (await frames)[1:]


def report(seen: dict[str, Seen], devices: int, passes: int, seconds: float) -> str:
    """The page."""
    ms = 1e3
    rows = []
    for what, found in seen.items():
        delays = [percentile(found.delays, share) * ms for share in (50, 99)]
        frames = [f"{1000 / median(found.gaps):.0f}", f"{percentile(found.gaps, 99):.0f} ms"] if found.gaps else ["", ""]
        busy = f"{median(found.cpu):.0%}".replace("%", " %")
        cells = [what, *(f"{delay:.1f} ms" for delay in delays), f"{max(found.late) * ms:.1f} ms", busy, *frames]
        rows.append(f"| {' | '.join(cells)} |")
    return f"""# What the page of the console costs

Written by `python -m tests.bench.console`. {devices} simulated devices are linked to one server, which reports {STEPS} steps of machines a
second of each; {min(STREAMING, devices)} of them stream sound. A ping stands behind one block of sound in 13; its answer says how late
the server is. The three kinds of slices take turns on the same server: {passes} of each, {seconds:g} s long. The browser is Debian's
chromium, without a window and without a graphics card.

| | answer, median | answer, 99 % | generator late, 99 % | server, of a core | frames a second, median | between two frames, 99 % |
| --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}

A delay that the generator shares is not the server's. Browser, generator and server share the cores of this machine, of which there are
{os.cpu_count()}; the load average was {os.getloadavg()[1]:.1f} at the end, so what else ran there is in the figures too.
"""


def main() -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument("--devices", type=int, default=DEVICES)
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args()
    pin()
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(measure(Path(folder), given.devices, given.passes, given.seconds))
    given.report.write_text(report(seen, given.devices, given.passes, given.seconds))
    say(given.report.read_text())


if __name__ == "__main__":
    main()
