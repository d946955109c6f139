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


def commands(page: str, blocks: int = 1) -> list[str]:
    """The first commands of a page: the lines of its first shell blocks. Raises ValueError if there are fewer blocks."""
    found = re.findall(r"(?ms)^```sh\n(.*?)^```$", page)
    if len(found) < blocks:
        raise ValueError(f"the page has no block of shell commands, or fewer than {blocks}")
    return [line.partition(" #")[0].strip() for block in found[:blocks] for line in block.splitlines() if line.strip()]


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
