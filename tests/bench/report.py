"""The report: a table, pictures, and how each row is measured. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.figures import HEAD, Measured, Row
from tests.faults.report import machine

RUN_AGAIN = "make bench"

PARTS: Mapping[str, tuple[str, str]] = {
    "idle": (
        "Many devices",
        """\
A new server each time. 20 connections are made and dropped, then as many as the row says, 32 at a time, each with `hello` and
`welcome`; the bare server sends the `hello` back. Memory is the growth of the resident set (`/proc/PID/statm`), divided by the
devices. CPU is that of the server's process between two levels, divided by the connections that were added.""",
    ),
    "frame": (
        "A frame of sound",
        """\
200 devices in a session each send 80 ms of noise, 12.5 times a second, evenly spread. CPU of the server's process, divided by the
frames; acknowledgements are in it. The measuring brain counts the samples.""",
    ),
    "streams": (
        "Streams",
        """\
The same streams, more and more of them. One frame in 13 has a `ping` behind it in the same stream, which the program answers once
it has taken the frame; the bare server's handler sends it back. The delay is from the moment at which the frame was due to the
answer. The row is the largest number of streams with 99 % of the delays below 50 ms, of the numbers in the picture.""",
    ),
    "steady": (
        "Long streaming",
        """\
The delay as above: of one frame in 13, from the moment at which it was due to the answer of the `ping` behind it.""",
    ),
    "latency": (
        "From the button to the session",
        """\
The link is `tests/faults/proxy.py`, which delays each direction by half of the round trip. The trace of the server is on. A
simulated device sends `hotword_detected` and a block of sound, and waits for `session_started` and for the first sample of the
reply. `tars-pi` gets Enter on a pipe, and its trace says when the session was active. The limit is a text frame to the bare
server and back, over a link that stays. Who connects for each session waits for TCP (one round trip), the upgrade, the greeting,
and the session; with the bare server for TCP, the upgrade, and an echo.""",
    ),
    "storm": (
        "A server that was away",
        """\
The server is stopped with SIGTERM; another one with its state folder listens about 10 s later. Half of the devices are in a
session. The devices dial after the waits of `tars-pi`. The time is from the moment at which the server listens. A greeting is
from dialling to `welcome`. A session is lost if `welcome` does not resume it.""",
    ),
    "trace": (
        "The trace",
        """\
Two servers, one of them with `--trace`, in turns. A session is button, `session_started`, and `session_end`. Sound is in no line
of the trace.""",
    ),
    "listening": (
        "A device that listens",
        """\
Both programs hear a quiet room from a WAV file, in real time, on the same core. CPU of the process in windows of 8 s, divided by
the blocks. `tars-pi` captures, keeps 40 s, and has a link besides. At the end there is a conversation without pause. Memory is
the resident set.""",
    ),
    "start": (
        "Start",
        """\
From the start of the process to its line in the log. The engine alone loads its model and says so.""",
    ),
}
"""The parts of the measurements: the title, and how they are measured."""


WHAT = """\
What TARS costs, beside the least that could do the same. Both are measured in turns in the same run: CPU figures of the same machine
differ by up to 40 % from run to run, so the ratio is what counts. A figure is the median, with the least and the greatest value in
brackets."""
BESIDE = """\
`websockets` is a server with one handler for each connection, which counts binary frames and sends text back; compression is off, as in
TARS. The load comes from simulated devices, which speak `tars.v1`, in another process on another core. The brain counts samples and does
nothing else. All of it is in `tests/bench/`."""


def table(rows: Iterable[Row]) -> str:
    """Markdown."""
    lines = [HEAD, ["---"] * len(HEAD), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Run:
    """The run that a report is of."""

    day: str
    minutes: float
    load: float
    """The load average of the machine before: what others did on it."""
    passes: int
    versions: Sequence[str]


def page(measured: Mapping[str, Measured], run: Run, pictures: str) -> str:
    """The whole report. `pictures`: the folder of the pictures, as the page links it."""
    written = f"Written by `{RUN_AGAIN}` on {run.day}, on {machine()}; {', '.join(run.versions)}. It took {run.minutes:.0f} minutes."
    parts = [
        "# Performance",
        f"{written} Load average before: {run.load:.1f}; times are right only on a machine that does nothing else.",
        f"{WHAT} A comparison is made {run.passes} times.",
        BESIDE,
        table(row for part in measured.values() for row in part.rows),
    ]
    for name, part in measured.items():
        title, method = PARTS[name]
        parts += [f"## {title}", method, *(f"![{picture.title}]({pictures}/{picture.name}.svg)" for picture in part.pictures)]
        parts += part.notes
    return "\n\n".join(map(wrap, parts)) + "\n"


def wrap(text: str) -> str:
    """Lines of prose as the other pages have them."""
    if text.startswith(("#", "|", "!")):
        return text
    return textwrap.fill(text, 140, break_long_words=False, break_on_hyphens=False)
