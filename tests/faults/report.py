"""The table: as it grows, and as a page. Pure but for `machine`."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.faults.judge import Verdict

RUN_AGAIN = {False: "make faults", True: "python -m tests.faults --encrypted --report docs/reports/faults-encrypted.md"}
"""The command that writes the page, by whether the links are encrypted."""


@dataclass(frozen=True)
class Row:
    """One fault in one phase."""

    fault: str
    phase: str
    verdict: Verdict
    took: float
    """Seconds."""

    @property
    def ok(self) -> bool:
        """Whether everything held that must."""
        return not self.verdict.wrong


def seconds(value: float | None) -> str:
    """A time to notice or to resume; a dash if it did not come to that."""
    return "-" if value is None else f"{value:.2f}"


TIMES: Mapping[str, Callable[[Verdict], float | None]] = {
    "device noticed": lambda verdict: verdict.device_noticed,
    "server noticed": lambda verdict: verdict.server_noticed,
    "link back": lambda verdict: verdict.resumed,
    "sound back": lambda verdict: verdict.sound,
}
"""In seconds; None if it did not come to that."""

COLUMNS: Sequence[tuple[str, Callable[[Row], str]]] = (
    ("fault", lambda row: row.fault),
    ("phase", lambda row: row.phase),
    ("", lambda row: "ok" if row.ok else "FAILED"),
    ("session", lambda row: row.verdict.session),
    ("captured", lambda row: f"{row.verdict.captured}"),
    ("given", lambda row: f"{row.verdict.given}"),
    ("declared lost", lambda row: f"{row.verdict.gap}"),
    ("sent", lambda row: f"{row.verdict.sent}"),
    ("played", lambda row: f"{row.verdict.played}"),
    *((name, lambda row, value=value: seconds(value(row.verdict))) for name, value in TIMES.items()),
)

MEANING = """\
`captured` and `given` are the samples that the device heard for the brain and that the brain got, in all turns of the run: each
recording is compared with the file that the microphone heard. `declared lost` come on top: the server was told of them, and a short
silence stands for them in the recording. `sent` and `played` are the samples of all answers: what the speaker played is compared with
them, and only silence may come between two of them. The other columns are seconds: from the beginning of the fault until the device and
the server knew of it, and from its end until the link was back and until sound went on. A dash: it did not come to that. A short outage
may pass before anybody misses the other side; then the connection goes on by itself. Who is suspended notices when it goes on."""


def line(row: Row) -> str:
    """One row while others still run."""
    verdict = row.verdict
    samples = f"up {verdict.given}/{verdict.captured}  down {verdict.played}/{verdict.sent}"
    noticed = f"noticed {seconds(verdict.device_noticed)} {seconds(verdict.server_noticed)}"
    back = f"back {seconds(verdict.resumed)} {seconds(verdict.sound)}"
    head = f"{'ok' if row.ok else 'FAILED':<6}  {row.fault}, {row.phase}"
    wrong = "".join(f"\n          {text}" for text in verdict.wrong)
    return f"{head:<52}  {verdict.session:<12}  {samples}  {noticed}  {back}  ({row.took:.0f} s){wrong}"


def table(rows: Sequence[Row], columns: Sequence[tuple[str, Callable[[Row], str]]] = COLUMNS) -> str:
    """Markdown, in columns."""
    cells = [[name for name, _ in columns], *([value(row) for _, value in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells]
    return "\n".join([lines[0], "| " + " | ".join("-" * max(3, width) for width in widths) + " |", *lines[1:]])


def figures(rows: Sequence[Row]) -> str:
    """A sentence for each of the times: median and worst."""
    found = {name: [took for row in rows if (took := value(row.verdict)) is not None] for name, value in TIMES.items()}
    return "\n".join(
        f"- {name}: median {median(times):.2f} s, worst {max(times):.2f} s ({len(times)} rows)" for name, times in found.items() if times
    )


def page(rows: Sequence[Row], took: float, day: str, *, encrypted: bool = False) -> str:
    """The whole report, in Markdown."""
    failed = [row for row in rows if not row.ok]
    parts = [
        "# Faults, with encrypted links" if encrypted else "# Faults",
        f"Written by `{RUN_AGAIN[encrypted]}` on {day}, on {machine()}. {len(rows)} rows in {took / 60:.0f} minutes; "
        f"{len(failed)} of them failed.",
        "Two hosts in network namespaces, the two programs on them, and a network between them that fails when told: `tests/faults/`.",
        table(rows),
        MEANING,
        f"Times in rows in which they came to pass:\n\n{figures(rows)}",
    ]
    return "\n\n".join([*parts, *failures(rows)]) + "\n"


def failures(rows: Sequence[Row]) -> list[str]:
    """The part that says what failed; nothing if all is well."""
    wrong = [f"- {row.fault}, {row.phase}: {text}" for row in rows for text in row.verdict.wrong]
    return ["What failed:\n\n" + "\n".join(wrong)] if wrong else []


def machine() -> str:
    """What this ran on."""
    kernel = ".".join(platform.release().split(".")[:2])
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {kernel}, Python {platform.python_version()}"
