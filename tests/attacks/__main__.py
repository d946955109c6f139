"""`python -m tests.attacks`: the table. Status 0: every limit holds; 1: one does not; 2: there is no such row."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tars.runtime import clock
from tests.attacks.judge import Finding
from tests.attacks.report import Result, line, page, table
from tests.attacks.rows import Row, load
from tests.isolation import isolate

OUT = Path("reports/attacks")
"""Logs and states, in a folder for each row."""


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description="Attacks the two programs, and measures what it costs.")
    parser.add_argument("--only", metavar="NAME", action="append", default=[], help="only this row; may be given several times")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table there, as a page")
    parser.add_argument("--list", action="store_true", help="say which rows there are, and run none")
    return parser.parse_args(words)


def run(row: Row) -> Result:
    """Measure one row."""
    folder = (OUT / row.name).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    finding, began = Finding(), clock.now()
    try:
        row.measure(finding, folder)
    except (AssertionError, OSError) as error:
        finding.raised(error)
    return Result(row, finding, clock.now() - began)


def main(words: Sequence[str]) -> int:
    """Run what is wanted; the status."""
    wanted, rows = arguments(words), load()
    if unknown := [name for name in wanted.only if name not in rows]:
        say(f"there is no row {', '.join(unknown)}; --list says which there are")
        return 2
    chosen = [row for row in rows.values() if (row.name in wanted.only if wanted.only else not row.optional)]
    if wanted.list:
        say("\n".join(f"{row.name:<28} {row.attack}{' (only if named)' if row.optional else ''}" for row in rows.values()))
        return 0
    began, results = clock.now(), list[Result]()
    for row in chosen:
        results.append(run(row))
        say(f"{len(results):>2}/{len(chosen)}  {line(results[-1])}")
    if wanted.report:
        wanted.report.parent.mkdir(parents=True, exist_ok=True)
        wanted.report.write_text(page(results, clock.now() - began, f"{clock.local_time():%Y-%m-%d}"))
    say(f"\n{table(results)}")
    return 0 if all(result.ok for result in results) else 1


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    isolate()
    sys.exit(main(sys.argv[1:]))
