"""The report on durability: two tables, and how they are measured. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.figures import number, spread
from tests.bench.report import wrap
from tests.faults.report import machine

NOTHING, SQLITE, REDIS = "nothing is kept", "SQLite", "Redis"
STORES = (NOTHING, SQLITE, REDIS)

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""Quantity -> store -> one value of each pass."""


@dataclass(frozen=True)
class Run:
    """The run that a report is of."""

    day: str
    minutes: float
    load: tuple[float, float]
    """The load average of the machine before and after."""
    conversations: int
    passes: int
    seconds: float
    redis: str
    """Its version."""


def conversations(values: Values) -> str:
    """The table of the three servers, in Markdown."""
    lines = [f"| quantity | {' | '.join(STORES)} | Redis beside SQLite |", "| --- | --- | --- | --- | --- |"]
    for quantity, of in values.items():
        cells = [spread(of[store]) if store in of else "-" for store in STORES]
        kept, shared = of.get(SQLITE), of.get(REDIS)
        ratio = f"{number(median(shared) / median(kept))} times" if kept and shared and median(kept) else "-"
        lines.append(f"| {quantity} | {' | '.join(cells)} | {ratio} |")
    return "\n".join(lines)


def pieces(values: Mapping[str, Sequence[float]]) -> str:
    """The table of what many devices cost, in Markdown."""
    return "\n".join(["| quantity | |", "| --- | --- |", *(f"| {quantity} | {spread(of)} |" for quantity, of in values.items())])


CONVERSATIONS = """\
The devices are simulated, in a process of their own on another core. Each speaks 25 frames of 80 ms, is answered for 2 s, hears the answer
to its end, and speaks again; their beginnings are spread evenly. So half of them speak at any moment. The brain counts samples and answers
with as many as it heard: what is lost in either direction is missing at the device. It remembers 500 characters of the conversation. The
servers are measured in turns."""
STORE = """\
Nothing is kept: `resume: off`. SQLite, the default, keeps a conversation when the server stops in good order, and writes nothing before.
Redis is a redis-server with `appendonly yes` and `appendfsync everysec`, on the core of the devices; its clients are the server alone. Its
figures are those of `INFO`, in the same time. Bytes to its file are all that its process wrote, without those to its clients."""
ACKNOWLEDGEMENT = """\
A frame is acknowledged within 500 ms, so that a server sends two acknowledgements a second and not 12: the first three rows are this wait
for the most part. The next three are of the last frame before each acknowledgement, while the device speaks. The server answers it at
once, so it shows how long a record takes. Memory is what the resident set grew by from before the devices were connected; a link is in
it."""
PIECES = """\
A ping comes from each of many idle devices at once, and is answered. A greeting is a connection, its upgrade, `hello` and `welcome`,
without encryption. The devices of the mass reconnect have lost their server to SIGKILL, and a tenth of them were in a conversation; all
greet another server, 32 at a time. Records are written by the script of the server, over 4 connections, 50 at a time, each with 8 kB of
speech; what is sent is made before, so only Redis works. Keys, and the announcements that wait, are read by the code of the server, in a
process of its own: each server does so after each change of a key, and after each change of what waits. What has ended is not read."""
FOOT = "[The plan for 100,000 devices](../scale.md) is made of these figures."


def page(values: Values, found: Mapping[str, Sequence[float]], run: Run) -> str:
    """The whole report."""
    before, after = run.load
    written = f"""\
Written by `python -m tests.bench.durability` on {run.day}, on {machine()}; Redis {run.redis}. It took {run.minutes:.0f} minutes.
Load average before: {before:.1f}, after: {after:.1f}; the run itself makes about 2.
Times are right only on a machine that does nothing else."""
    parts = [
        "# What durability costs",
        written,
        f"{run.conversations} conversations with three servers, for {run.seconds:g} s, {run.passes} times. A figure is the median, "
        "with the least and the greatest value in brackets.",
        conversations(values),
        CONVERSATIONS,
        STORE,
        ACKNOWLEDGEMENT,
        "## What many devices cost",
        pieces(found),
        PIECES,
        FOOT,
    ]
    return "\n\n".join(map(wrap, parts)) + "\n"
