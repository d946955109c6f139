"""`python -m tests.faults`: the table. Status 0: every row holds; 1: one does not; 2: this machine lacks something; 130: interrupted."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event

from tars.runtime import clock
from tests.faults.faults import faults
from tests.faults.judge import Verdict
from tests.faults.stage import Interrupted
from tests.faults.namespaces import what_is_missing
from tests.faults.report import Row, figures, line, page, table
from tests.faults.story import Fault, Phase, run
from tests.isolation import isolate

OUT = Path("reports/faults")
"""Traces, logs, recordings and what was played, in a folder for each row."""


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Breaks the network between the two programs, and proves what was lost."
    )
    parser.add_argument("--fault", metavar="NAME", default="", help="only faults with this in their name")
    parser.add_argument("--phase", choices=[phase.value for phase in Phase], help="only in this phase")
    parser.add_argument("--one-phase-a-fault", action="store_true", help="each fault in its first phase only")
    parser.add_argument("--encrypted", action="store_true", help="with wss instead of ws")
    parser.add_argument("--jobs", type=int, default=8, metavar="N", help="so many labs at once (default: 8)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="so many minutes of random cuts (default: 3)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table there, as a page")
    parser.add_argument("--list", action="store_true", help="say which rows there are, and run none")
    return parser.parse_args(words)


def chosen(wanted: argparse.Namespace) -> list[tuple[Fault, Phase]]:
    """The rows that are wanted."""
    rows = []
    for fault in faults(wanted.seeds):
        phases = fault.phases[:1] if wanted.one_phase_a_fault else fault.phases
        rows += [(fault, phase) for phase in phases if wanted.fault in fault.name and wanted.phase in (None, phase.value)]
    return rows


def tell(fault: Fault, phase: Phase, stopped: Event, *, encrypted: bool) -> Row:
    """Run one row. Raises Interrupted."""
    if stopped.is_set():
        raise Interrupted
    folder = OUT / "".join(letter if letter.isalnum() else "-" for letter in f"{fault.name} {phase.value}")
    shutil.rmtree(folder, ignore_errors=True)
    began = clock.now()
    try:
        verdict = run(fault, phase, folder, stopped, encrypted=encrypted)
    except (RuntimeError, OSError) as error:
        verdict = Verdict(wrong=[f"the lab itself failed: {error}"])
    return Row(fault.name, phase.value, verdict, clock.now() - began)


def finished(rows: Sequence[tuple[Fault, Phase]], jobs: int, stopped: Event, *, encrypted: bool = False) -> Iterator[Row]:
    """Each row as it is done, in whatever order; fewer when somebody interrupts."""
    with ThreadPoolExecutor(jobs) as pool:
        # The longest first, so that none of them is waited for alone at the end.
        futures: list[Future[Row]] = [
            pool.submit(tell, *row, stopped, encrypted=encrypted) for row in sorted(rows, key=lambda row: -row[0].lasts)
        ]
        try:
            for future in as_completed(futures):
                if not isinstance(future.exception(), Interrupted):
                    yield future.result()
        finally:
            stopped.set()


def main(words: Sequence[str]) -> int:
    """Run what is wanted; the status."""
    wanted = arguments(words)
    rows = chosen(wanted)
    if wanted.list:
        say("\n".join(f"{fault.name}, {phase.value}" for fault, phase in rows))
        return 0
    if not rows:
        say(f"no row has {wanted.fault!r} in its name and that phase; --list says which there are")
        return 2
    if missing := what_is_missing():
        say("the fault lab cannot run here; this machine lacks\n" + "\n".join(f"- {what}" for what in missing))
        return 2
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    began = clock.now()
    done = []
    for row in finished(rows, wanted.jobs, stopped, encrypted=wanted.encrypted):
        done.append(row)
        say(f"{len(done):>3}/{len(rows)}  {line(row)}")
    if len(done) < len(rows):
        say("interrupted")
        return 130
    order = [(fault.name, phase.value) for fault, phase in rows]
    done.sort(key=lambda row: order.index((row.fault, row.phase)))
    say(f"\n{table(done)}\n\n{figures(done)}")
    if wanted.report:
        wanted.report.parent.mkdir(parents=True, exist_ok=True)
        wanted.report.write_text(page(done, clock.now() - began, f"{clock.local_time():%Y-%m-%d}", encrypted=wanted.encrypted))
    return 0 if all(row.ok for row in done) else 1


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    isolate()
    sys.exit(main(sys.argv[1:]))
