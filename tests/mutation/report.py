"""What came of the changes to the core, as a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("explained.yaml")
TYPES = "caught by type check"
NOTICED = ("killed", "timeout", "segfault", TYPES)
"""How mutmut calls what is noticed: a test fails, does not end, or ends the process; or mypy rejects the change."""
HEAD = """# Mutation of the core

Written by `make mutate-core`. `python -m tests.mutation tars/core/outbox.py` tries some modules; `--page` writes this page from the last
run of each module.

Do the checks notice when the hand-written core is wrong? mutmut made small changes to `tars/core`, one at a time: another operator, another
number, another text, an argument left out. A change that mypy rejects counts as noticed, and no test was run with it. For each other change
mutmut ran the tests that execute the changed function, until one failed: all of `tests/core` but the counts of bytes and calls in
`test_costs.py`, with ten random examples a test, and the scenarios that need no socket.

mutmut changes functions. It leaves alone constants of modules, and functions with a decorator: the properties.

A change that nothing notices needs an explanation in `tests/mutation/explained.yaml`. Without one, or if an explained change is noticed
after all, the run fails.
"""


@dataclass(frozen=True)
class Mutant:
    """One change."""

    module: str
    function: str
    """With its class: `Outbox.add_message`."""
    change: str
    """`old line -> new line`; empty if it is noticed."""
    status: str
    """mutmut's word."""

    @property
    def survives(self) -> bool:
        """Whether nothing notices."""
        return self.status not in NOTICED

    def __str__(self) -> str:
        return f"{Path(self.module).stem} {self.function}: {self.change}"


@dataclass(frozen=True)
class Result:
    """What came of the changes of one module."""

    module: str
    commit: str
    """Of the checkout; with `+` if it was changed since."""
    digest: str
    """The hash of the module."""
    minutes: float
    """Its share of the time of the run."""
    mutants: tuple[Mutant, ...]


@dataclass(frozen=True)
class Explanation:
    """Why some changes make no difference that a test should notice."""

    change: str
    """The text of a mutant; `*` stands for any text."""
    why: str

    def fits(self, mutant: Mutant) -> bool:
        """Whether it is about this change."""
        return re.fullmatch(".*".join(map(re.escape, self.change.split("*"))), str(mutant)) is not None


def explanations(file: Path) -> list[Explanation]:
    """What a file says: under `explained` a list of `why` and the `changes`."""
    entries = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("explained") or []
    return [Explanation(change, " ".join(entry["why"].split())) for entry in entries for change in entry["changes"]]


def unexplained(mutants: Iterable[Mutant], explained: Sequence[Explanation]) -> list[Mutant]:
    """The survivors without an explanation."""
    return [mutant for mutant in mutants if mutant.survives and not any(one.fits(mutant) for one in explained)]


def outdated(mutants: Sequence[Mutant], explained: Iterable[Explanation]) -> list[str]:
    """What is explained, and no such change survives."""
    return [one.change for one in explained if not any(mutant.survives and one.fits(mutant) for mutant in mutants)]


def score(mutants: Sequence[Mutant], explained: Sequence[Explanation]) -> str:
    """The result in a sentence."""
    left, missing = sum(mutant.survives for mutant in mutants), len(unexplained(mutants, explained))
    different = len(mutants) - left + missing
    share = f"{100 * (different - missing) / different:.1f} %" if different else "-"
    return (
        f"{len(mutants) - left} of {len(mutants)} changes are noticed, {left - missing} are explained, {missing} are not: "
        f"{share} of those that make a difference are noticed."
    )


def page(results: Sequence[Result], explained: Sequence[Explanation]) -> str:
    """The report."""
    mutants = [mutant for result in results for mutant in result.mutants]
    lines = [HEAD, f"{score(mutants, explained)} It took {sum(result.minutes for result in results):.0f} minutes.", "", "## By module", ""]
    lines += ["| module | changes | noticed by tests | by mypy | explained | unexplained | commit |", f"|{' --- |' * 7}"]
    for result in results:
        own = result.mutants
        left, missing = sum(mutant.survives for mutant in own), len(unexplained(own, explained))
        types = sum(mutant.status == TYPES for mutant in own)
        counts = f"{len(own)} | {len(own) - left - types} | {types} | {left - missing} | {missing}"
        lines.append(f"| `{result.module}` | {counts} | `{result.commit}` |")
    lines += ["", "A module without changes has no functions that mutmut changes."]
    lines += ["", "## Changes that nothing notices", "", "| module, function | change | why |", "| --- | --- | --- |"]
    for mutant in mutants:
        if mutant.survives:
            why = next((one.why for one in explained if one.fits(mutant)), "**not explained**")
            lines.append(f"| `{Path(mutant.module).stem}` `{mutant.function}` | {_code(mutant.change)} | {why} |")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    """As code in a cell of a table."""
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}".replace("|", "\\|") if fence == "``" else f"{fence}{text}{fence}".replace("|", "\\|")
