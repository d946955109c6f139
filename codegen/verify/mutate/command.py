"""Plant every fault of a list of operators into the definitions, one at a time, and say which are noticed, and by what.

    python -m codegen mutate                                  # all of them, and docs/reports/mutation.md
    python -m codegen mutate --only "door.bell RINGING"    # those with this in their name; writes nothing

Each fault is shown to the linter, to exploration and to the specs, in this order, until one notices. A fault that nobody notices must
be explained in equivalent.yaml beside the definitions: why nobody could notice a difference.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.definitions.test_cases import Cases
from codegen.load import EQUIVALENT, add_definitions
from codegen.verify.explore.machines.exploration import Exploration
from codegen.verify.mutate import committed, report
from codegen.verify.mutate.detectors import notice, originals, unsound
from codegen.verify.mutate.operators import Fault, faults
from codegen.verify.mutate.report import Result, explanations
from codegen.verify.progress import Progress
from codegen.verify.specs import Specs, load_all
from codegen.verify.workers import on_all_cores


def main(argv: Sequence[str] | None = None) -> int:
    """0: every survivor is explained. 1: one is not, or what is explained is noticed. 2: the definitions or the call are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen mutate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="only faults with this in their name; no report is written")
    parser.add_argument("--report", type=Path, metavar="FILE", help="default: docs/reports/mutation.md beside the definitions")
    add_definitions(parser)
    options = parser.parse_args(argv)
    definitions, found, findings = load_all(options.definitions)
    if definitions is None or findings:
        print(*findings, f"{len(findings)} findings; nothing was planted", sep="\n")
        return 2
    known = list(originals(definitions, found))
    if broken := unsound(definitions, found, known):
        print(*broken, "without any fault; nothing was planted", sep="\n")
        return 2
    progress = Progress("mutate")
    planted = [fault for fault in faults(definitions) if options.only in fault.name]
    results = try_all(definitions, planted, known, found, progress)
    file = options.definitions / EQUIVALENT
    explained = [one for one in (explanations(file) if file.exists() else ()) if options.only in one.fault]
    if not options.only:
        page = options.report or options.definitions.resolve().parent / "docs/reports/mutation.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(report.written(results, explained, progress.seconds, multiprocessing.cpu_count()), encoding="utf-8")
    return report.summary(results, explained)


@dataclass(frozen=True)
class Work:
    """What each worker needs; it gets it by being forked, for nothing of it is small."""

    planted: Sequence[Fault]
    known: Sequence[Exploration]
    found: Specs
    tests: Sequence[Cases]


_WORK: list[Work] = []


def try_all(
    definitions: Definitions, planted: Sequence[Fault], known: Sequence[Exploration], found: Specs, progress: Progress
) -> list[Result]:
    """Every fault, on all cores; the results are in the order given, whichever is ready first."""
    work = Work(planted, known, found, [Cases(machine) for machine in definitions.machines])
    results: dict[int, Result] = {}
    with on_all_cores("fork", _begin, work) as workers:
        for tried in as_completed(workers.submit(_try_one, number) for number in range(len(planted))):
            number, result = tried.result()
            results[number] = result
            left = sum(one.notice is None for one in results.values())
            progress.say(f"{len(results)} of {len(planted)} faults, {left} of them noticed by nobody")
    return [results[number] for number in sorted(results)]


def _begin(work: Work) -> None:
    _WORK.append(work)
    gc.freeze()  # nothing of it is ever garbage


def _try_one(number: int) -> tuple[int, Result]:
    """The fault of that number, and its number."""
    work = _WORK[-1]
    fault = work.planted[number]
    gc.disable()  # nothing of what a walk grows is garbage before its end, and looking for some takes most of the time
    first = notice(fault, work.known, work.found)
    gc.enable()
    tested = None if first and first.stage == "lint" else committed.fails(work.tests, fault.definitions)
    return number, Result(fault.name, fault.operator, fault.mark, first, tested)
