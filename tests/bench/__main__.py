"""`python -m tests.bench`: measures, says each row as it is done, and writes the report."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tars.runtime import clock
from tests.bench import rows_device, rows_links, rows_servers
from tests.bench.bench import FULL, SHORT, Bench, pin
from tests.bench.figures import HEAD, Measured
from tests.bench.plots import matplotlib, write
from tests.bench.profile import MissingError, recorder
from tests.bench.report import Run, page
from tests.isolation import isolate

PARTS: dict[str, Callable[[Bench], Awaitable[Measured]]] = {
    "idle": rows_servers.idle_devices,
    "frame": rows_servers.frame,
    "streams": rows_servers.streams,
    "steady": rows_servers.steady,
    "latency": rows_links.latency,
    "storm": rows_links.storm,
    "trace": rows_links.trace,
    "listening": rows_device.listening,
    "start": rows_device.start,
}
"""The parts of the measurements, in the order in which they are made."""


PACKAGES = ("websockets", "uvloop")
"""What the figures depend on."""
PROFILE = Path("reports/bench/frame.svg")


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measures what TARS costs, beside the least that could do the same."
    )
    parser.add_argument("--only", metavar="PART", action="append", choices=PARTS, help=f"only this part; one of {', '.join(PARTS)}")
    parser.add_argument("--short", action="store_true", help="less of everything, to see whether it works")
    parser.add_argument("--passes", type=int, metavar="N", help=f"how often each comparison is made (default: {FULL.passes})")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there, and its pictures into a folder beside it")
    parser.add_argument("--profile", action="store_true", help=f"only the frames, and a profile of the server in {PROFILE}")
    return parser.parse_args(words)


async def measure(bench: Bench, parts: Sequence[str]) -> dict[str, Measured]:
    """Each part after the other."""
    done = {}
    for part in parts:
        began = clock.now()
        done[part] = measured = await PARTS[part](bench)
        for row in measured.rows:
            say(" | ".join(row.cells()))
        for note in measured.notes:
            say(note)
        say(f"({part}: {clock.now() - began:.0f} s)")
        gc.collect()
    return done


def write_report(measured: Mapping[str, Measured], file: Path, run: Run) -> None:
    """Write the page, and the pictures into a folder of its name."""
    pictures = file.with_suffix("")
    for part in measured.values():
        for picture in part.pictures:
            write(picture, pictures)
    file.write_text(page(measured, run, pictures.name))


def main(words: Sequence[str]) -> int:
    """Run what is wanted; the status."""
    wanted = arguments(words)
    try:
        if wanted.report:
            matplotlib()
        if wanted.profile:
            recorder()
    except MissingError as error:
        say(f"{error}")
        return 2
    sizes = SHORT if wanted.short else FULL
    sizes = replace(sizes, passes=wanted.passes or sizes.passes)
    began, (load, _, _) = clock.now(), os.getloadavg()
    pin()
    gc.disable()  # a pause of the generator would be a delay of the server
    say(" | ".join(HEAD))
    with TemporaryDirectory(prefix="tars-bench-") as folder:
        bench = Bench(Path(folder), sizes, PROFILE if wanted.profile else None)
        measured = asyncio.run(measure(bench, ["frame"] if wanted.profile else wanted.only or list(PARTS)))
    if wanted.report:
        versions = [f"{package} {version(package)}" for package in PACKAGES if find_spec(package)]
        run = Run(f"{clock.local_time():%Y-%m-%d}", (clock.now() - began) / 60, load, sizes.passes, versions)
        write_report(measured, wanted.report, run)
    return 0


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    isolate()
    sys.exit(main(sys.argv[1:]))
