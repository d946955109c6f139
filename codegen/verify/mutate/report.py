"""What came of the planted faults, as a page and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen.definitions.places import Mark
from codegen.definitions.yaml_reader import read
from codegen.emit.markdown import code, table
from codegen.emit.text import place
from codegen.verify.mutate.detectors import STAGES, Notice
from codegen.verify.mutate.operators import OPERATORS


@dataclass(frozen=True)
class Result:
    """What came of one fault."""

    fault: str
    operator: str
    mark: Mark
    notice: Notice | None
    """None: it survives."""
    tested: bool | None
    """Whether a generated test fails; None where nothing can be generated."""


@dataclass(frozen=True)
class Explanation:
    """Why a fault makes no difference."""

    fault: str
    why: str


def explanations(file: Path) -> list[Explanation]:
    """What a file says: under `equivalent` a list of `why` and the names of its `faults`. Raises ValueError if a fault stands twice."""
    document, findings = read(file)
    if findings:
        raise ValueError("; ".join(map(str, sorted(findings))))
    found = [Explanation(fault, at.get("why").strip()) for at in document.root.below("equivalent") for fault in at.get("faults")]
    twice = sorted({one.fault for one in found if sum(other.fault == one.fault for other in found) > 1})
    if twice:
        raise ValueError(f"{file.name}: explained twice: {', '.join(twice)}")
    return found


def unexplained(results: Iterable[Result], explained: Iterable[Explanation]) -> list[Result]:
    """The survivors without an explanation."""
    known = {one.fault for one in explained}
    return [result for result in results if result.notice is None and result.fault not in known]


def outdated(results: Iterable[Result], explained: Iterable[Explanation]) -> list[str]:
    """What is explained and does not survive, or is not planted."""
    left = {result.fault for result in results if result.notice is None}
    return [one.fault for one in explained if one.fault not in left]


def summary(results: Sequence[Result], explained: Sequence[Explanation]) -> int:
    """Print the score and what is wrong with it; 1 if anything is, else 0."""
    for operator in OPERATORS:
        of_operator = [result for result in results if result.operator == operator]
        counts = ", ".join(f"{_by(of_operator, stage)} {stage}" for stage in STAGES)
        print(f"{operator}: {len(of_operator)} planted; noticed by {counts}; {_left(of_operator)} left")
    print(score(results, explained))
    for result in unexplained(results, explained):
        print(f"UNEXPLAINED {place(result.mark)} {result.fault}")
    for fault in outdated(results, explained):
        print(f"OUTDATED {fault} is explained, and does not survive")
    return 1 if unexplained(results, explained) or outdated(results, explained) else 0


def score(results: Sequence[Result], explained: Sequence[Explanation]) -> str:
    """The score in a sentence."""
    left, open_ends = _left(results), len(unexplained(results, explained))
    different = len(results) - left + open_ends
    share = f"{100 * (different - open_ends) / different:.1f} %" if different else "-"
    return (
        f"{len(results) - left} of {len(results)} faults are noticed, {left - open_ends} make no difference, {open_ends} are unexplained: "
        f"{share} of those that make a difference are noticed"
    )


def _by(results: Iterable[Result], stage: str) -> int:
    return sum(result.notice is not None and result.notice.stage == stage for result in results)


def _left(results: Iterable[Result]) -> int:
    return sum(result.notice is None for result in results)


# --- the page --------------------------------------------------------------------------------------------------------------------------

INTRODUCTION = """# Planted faults

Written by `make mutate`; `python -m codegen mutate --only TEXT` tries some of them and writes nothing.

How good are the specs? Every fault of ten operators was planted into `machines/`, one at a time, none left out, and shown to the linter, to
exploration (a forbidden cell that is reached, a deadlock, a row that is never taken) and to the specs of `machines/specs.yaml`, until one
noticed. Exploration and specs look at the same walk, so of these two the first to meet the fault is counted. It had one message each way
under way, as usual first, then in each other configuration. Specs of the wire have no part in it: no fault of a row can break them.

A fault that nobody notices needs a reason, in `machines/equivalent.yaml`. Without one, or if a fault with a reason is noticed after
all, the run fails."""

TESTS = """The last column counts the faults on which a generated test fails. It is no part of the score: those tests are made from the
rows, so they fail on nearly every row that is changed, also on one that is changed for the better. They prove that the programs do what the
rows say; only the other columns say something about the rows. Faults that the linter refuses generate nothing, and routes have no generated
tests."""


def written(results: Sequence[Result], explained: Sequence[Explanation], seconds: float, processes: int) -> str:
    """The report as Markdown."""
    parts = (
        INTRODUCTION,
        f"{score(results, explained)}. It took {seconds / 60:.0f} minutes in {processes} processes.",
        "## By operator",
        _operators(results),
        TESTS,
        "## What nobody noticed, and why",
        _survivors(results, explained),
        "## Who noticed first",
        _noticed(results),
    )
    return "\n\n".join(parts) + "\n"


def _operators(results: Sequence[Result]) -> str:
    rows = []
    for operator, plant in OPERATORS.items():
        of_operator = [result for result in results if result.operator == operator]
        rows.append([operator, (plant.__doc__ or "").strip(), *_counts(of_operator)])
    return table(["operator", "planted in", "faults", *STAGES, "nobody", "a generated test"], [*rows, ["all", "", *_counts(results)]])


def _counts(results: Sequence[Result]) -> list[str]:
    numbers = [len(results), *(_by(results, stage) for stage in STAGES), _left(results), sum(bool(one.tested) for one in results)]
    return [str(number) for number in numbers]


def _noticed(results: Sequence[Result]) -> str:
    counts: dict[Notice, int] = {}
    for result in results:
        if result.notice:
            counts[result.notice] = counts.get(result.notice, 0) + 1
    listed = sorted(counts.items(), key=lambda item: (STAGES.index(item[0].stage), -item[1], item[0].by))
    return table(["stage", "rule or spec", "noticed first"], ([notice.stage, code(notice.by), str(number)] for notice, number in listed))


def _survivors(results: Sequence[Result], explained: Sequence[Explanation]) -> str:
    why = {one.fault: one.why for one in explained}
    left = [result for result in results if result.notice is None]
    return table(
        ["place", "fault", "why it makes no difference"],
        ([place(one.mark), one.fault, why.get(one.fault, "**unexplained**")] for one in left),
    )
