"""What came of each command, as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CLOSING = re.compile(r"=+ (.*\b(?:passed|failed|skipped|errors?|no tests ran)\b.*) =+")
COLUMNS = ("Debian", "Python", "command", "status", "seconds", "closing line")


@dataclass(frozen=True)
class Row:
    """One command of the README on one Debian."""

    debian: str
    python: str
    command: str
    status: int
    seconds: float
    closing: str


def commands(readme: str) -> list[str]:
    """The README's first commands: the lines of its first shell block. Raises ValueError if there is none."""
    block = re.search(r"(?ms)^```sh\n(.*?)^```$", readme)
    if block is None:
        raise ValueError("the README has no block of shell commands")
    return [line.partition(" #")[0].strip() for line in block[1].splitlines() if line.strip()]


def closing_line(output: str) -> str:
    """The last line of the test runner, else the last line that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    closings = [found[1] for line in lines if (found := CLOSING.fullmatch(line))]
    return (closings or lines or ["nothing"])[-1]


def table(rows: Sequence[Row]) -> str:
    """The rows, as a table in Markdown."""
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS)]
    for row in rows:
        cells = (row.debian, row.python, f"`{row.command}`", str(row.status), f"{row.seconds:.0f}", row.closing.replace("|", "\\|"))
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)
