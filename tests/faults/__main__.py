"""`python -m tests.faults`: the table. Status 0: every row holds; 1: one does not; 2: this machine lacks something; 130: interrupted."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event

from tars.runtime import clock
from tests.faults.fleet.faults import what_gives_way
from tests.faults.fleet.network import what_is_missing
from tests.faults.fleet.report import COLUMNS
from tests.faults.fleet.report import page as servers_page
from tests.faults.jobs import HOSTS, SERVERS, Job, jobs
from tests.faults.judge import Verdict
from tests.faults.report import Row, figures, line, page, table
from tests.faults.stage import Interrupted
from tests.faults.story import Phase
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
    parser.add_argument("--encrypted", action="store_true", help="with wss instead of ws; only the table of two hosts")
    parser.add_argument("--jobs", type=int, default=8, metavar="N", help="so many labs at once (default: 8)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="so many minutes of random cuts (default: 3)")
    parser.add_argument("--table", choices=[HOSTS, SERVERS], help="only this table: of two hosts, or of several servers")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table of two hosts there, as a page")
    parser.add_argument("--report-servers", type=Path, metavar="FILE", help="write the table of several servers there, as a page")
    parser.add_argument("--list", action="store_true", help="say which rows there are, and run none")
    return parser.parse_args(words)


def chosen(wanted: argparse.Namespace) -> list[Job]:
    """The rows that are wanted."""
    return [
        job
        for job in jobs(wanted.seeds, encrypted=wanted.encrypted, one_phase=wanted.one_phase_a_fault)
        if wanted.fault in job.fault and wanted.phase in (None, job.phase.value) and wanted.table in (None, job.table)
    ]


def folder_of(name: str) -> Path:
    """Where a row of that name leaves its files."""
    return OUT / "".join(letter if letter.isalnum() else "-" for letter in name)


def tell(job: Job, stopped: Event) -> Row:
    """Run one row. Raises Interrupted."""
    if stopped.is_set():
        raise Interrupted
    folder = folder_of(job.name)
    shutil.rmtree(folder, ignore_errors=True)
    began = clock.now()
    try:
        verdict = job.run(folder, stopped)
    except (RuntimeError, OSError) as error:
        verdict = Verdict(wrong=[f"the lab itself failed: {error}"])
    return Row(job.fault, job.phase.value, verdict, clock.now() - began)


def finished(rows: Sequence[Job], at_once: int, stopped: Event) -> Iterator[tuple[Job, Row]]:
    """Each row as it is done, in whatever order; fewer when somebody interrupts."""
    try:
        with ThreadPoolExecutor(at_once) as pool:
            # The longest first, so that none of them is waited for alone at the end.
            together = sorted((job for job in rows if not job.alone), key=lambda job: -job.lasts)
            futures = {pool.submit(tell, job, stopped): job for job in together}
            for future in as_completed(futures):
                if not isinstance(future.exception(), Interrupted):
                    yield futures[future], future.result()
        for job in rows:
            if job.alone and not stopped.is_set():
                yield job, tell(job, stopped)
    except Interrupted:
        return
    finally:
        stopped.set()


def main(words: Sequence[str]) -> int:
    """Run what is wanted; the status."""
    wanted = arguments(words)
    rows = chosen(wanted)
    if wanted.list:
        say("\n".join(job.name for job in rows))
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
    done: dict[Job, Row] = {}
    for job, row in finished(rows, wanted.jobs, stopped):
        done[job] = row
        say(f"{len(done):>3}/{len(rows)}  {line(row)}")
    if len(done) < len(rows):
        say("interrupted")
        return 130
    took, day = clock.now() - began, f"{clock.local_time():%Y-%m-%d}"
    if hosts := [done[job] for job in rows if job.table == HOSTS]:
        say(f"\n{table(hosts)}\n\n{figures(hosts)}")
        write(wanted.report, page(hosts, took, day, encrypted=wanted.encrypted))
    if servers := [done[job] for job in rows if job.table == SERVERS]:
        say(f"\n{table(servers, COLUMNS)}")
        write(wanted.report_servers, servers_page(servers, what_gives_way(), took, day))
    return 0 if all(row.ok for row in done.values()) else 1


def write(path: Path | None, text: str) -> None:
    """A page, if it is wanted."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    isolate()
    sys.exit(main(sys.argv[1:]))
