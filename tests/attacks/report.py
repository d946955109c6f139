"""The table on the terminal and as a page. Pure but for the name of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.attacks.judge import Finding
from tests.attacks.rows import Row
from tests.faults.report import machine

RUN_AGAIN = "make attack"
MEANING = """\
Each row is measured from outside: on the wire, in `/proc`, in the log, by exit status and time. A good device pings 40 times a second and
holds one conversation after the other; it is a process of its own, and so is the attacker, which has the last core and what the others
leave of it. The cost of a round trip is the 99th percentile during the attack less that of the same run before it. An underrun is a
silence in the middle of a reply on a device with a jitter buffer of 0.2 s. An attacker that is thrown out comes back at once."""


@dataclass(frozen=True)
class Result:
    """A row that was measured."""

    row: Row
    finding: Finding
    took: float
    """Seconds."""

    @property
    def ok(self) -> bool:
        """Whether every limit holds."""
        return not self.finding.wrong

    @property
    def verdict(self) -> str:
        """In a word."""
        return "ok" if self.ok else "red"


def line(result: Result) -> str:
    """One row while others still run."""
    wrong = "".join(f"\n       {text}" for text in result.finding.wrong)
    return f"{result.verdict:<5}  {result.row.name} ({result.took:.0f} s): {'; '.join(result.finding.figures)}{wrong}"


def table(results: Sequence[Result]) -> str:
    """Markdown."""
    rows = [["name", "attack", "limit", "measured", ""], ["---"] * 5]
    rows += [[one.row.name, one.row.attack, one.row.limit, "; ".join(one.finding.figures) or "-", one.verdict] for one in results]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |" for cells in rows)


def page(results: Sequence[Result], took: float, day: str) -> str:
    """The whole report, in Markdown."""
    red = [result for result in results if not result.ok]
    wrong = [f"- {result.row.name}: {text}" for result in red for text in result.finding.wrong]
    parts = [
        "# Attacks",
        f"Written by `{RUN_AGAIN}` on {day}, on {machine()}. {len(results)} rows in {took / 60:.1f} minutes; {len(red)} of them are red.",
        MEANING,
        table(results),
    ]
    if wrong:
        parts.append("What does not hold:\n\n" + "\n".join(wrong))
    return "\n\n".join(parts) + "\n"
