"""The table of several servers as a page. Pure but for `machine`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from textwrap import fill

from tests.faults.fleet.judge import BACK, FleetVerdict
from tests.faults.report import Row, failures, machine, seconds, table


def of(value: Callable[[FleetVerdict], object]) -> Callable[[Row], str]:
    """A column of this value."""

    def text(row: Row) -> str:
        return str(value(row.verdict)) if isinstance(row.verdict, FleetVerdict) else "-"

    return text


COLUMNS: Sequence[tuple[str, Callable[[Row], str]]] = (
    ("fault", lambda row: row.fault),
    ("phase", lambda row: row.phase),
    ("", lambda row: "ok" if row.ok else "FAILED"),
    ("session", of(lambda verdict: verdict.session)),
    ("captured", of(lambda verdict: verdict.captured)),
    ("given", of(lambda verdict: verdict.given)),
    ("declared lost", of(lambda verdict: verdict.gap)),
    ("utterances", of(lambda verdict: verdict.utterances)),
    ("answers", of(lambda verdict: verdict.answers)),
    ("answered", of(lambda verdict: verdict.sent)),
    ("played", of(lambda verdict: verdict.played)),
    ("cut", of(lambda verdict: verdict.cut)),
    ("noticed", of(lambda verdict: seconds(verdict.device_noticed))),
    ("back", of(lambda verdict: seconds(verdict.back))),
)

MEANING = f"""\
`captured` and `given` are the samples of all recordings of all servers, compared with the file that the microphone heard; a turn that two
servers have heard counts twice. A server that is killed while it answers has recorded nothing: its answer, an echo, shows what it was
given. `declared lost` come on top. `utterances` and `answers`: how many were answered, and how many answers a brain has given; more answers
than utterances: two servers have answered. `answered` and `played` are the samples of all answers, and what the speaker played of them:
each once, in order. `cut` are samples that nobody made: an answer ends where its server was when it lost the device. `noticed`: seconds
from the fault until the device knew that its server is gone. `back`: seconds from then until another server had the device, the longest of
a row; at most {BACK:g} are allowed where Redis is there. A dash: it did not come to that."""


def wrapped(text: str) -> str:
    """Lines of a page; those of a list are indented."""
    return fill(text, 140, subsequent_indent="  " if text.startswith("- ") else "", break_long_words=False, break_on_hyphens=False)


def page(rows: Sequence[Row], ways: Mapping[str, str], took: float, day: str) -> str:
    """The whole report, in Markdown. `ways`: of a fault, which guarantee gives way, and how far."""
    failed = [row for row in rows if not row.ok]
    backs = [row.verdict.back for row in rows if isinstance(row.verdict, FleetVerdict) and row.verdict.back is not None]
    parts = [
        "# Faults with several servers",
        f"Written by `make faults` on {day}, on {machine()}. {len(rows)} rows in {took / 60:.0f} minutes; {len(failed)} of them failed.",
        wrapped(
            "Hosts in network namespaces: one with the devices, two or three with a tars-server each, one with their Redis. A switch "
            "between them cuts and delays when told: `tests/faults/fleet/`. The *owner* is the server that has the device."
        ),
        table(rows, COLUMNS),
        MEANING,
    ]
    if backs:
        parts.append(f"Until another server had the device: median {median(backs):.2f} s ({len(backs)} rows).")
    says = [(row.fault, row.verdict.said) for row in rows if isinstance(row.verdict, FleetVerdict) and row.verdict.said is not None]
    parts += [f"{fault}: heard {said:.1f} s after the command was called." for fault, said in says]
    parts.append("Where a guarantee gives way:\n\n" + "\n".join(wrapped(f"- {fault}: {way}") for fault, way in ways.items() if way))
    return "\n\n".join([*parts, *failures(rows)]) + "\n"
