"""Compares SPIN's verdict on each spec with that of exploration.

    python -m codegen promela
    python -m codegen promela --safety --messages 2    # without liveness specs, with more messages under way
    python -m codegen promela --out DIR                # keep the model and the programs compiled from it

The two checkers differ in two points:

- SPIN checks liveness under weak fairness alone. A timeout that is disabled again and again need not pass. In exploration every timeout
  passes in the end. So a verdict of SPIN that a spec holds needs fewer assumptions.
- If the only step out of a state is forbidden, exploration also reports a deadlock. SPIN reports only the forbidden cell.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.load import add_definitions
from codegen.verify.explore.machines import verdict as exploration
from codegen.verify.explore.machines.exploration import Configuration, configurations, constants_of, explore
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.progress import Progress
from codegen.verify.promela.cone_of_influence import Constants
from codegen.verify.promela.model import model
from codegen.verify.promela.spin import Spin, missing_tools
from codegen.verify.specs import Spec, Specs, load_all

HOLDS, BROKEN = "holds", "broken"
UNSAID = {
    "possible": "not said in LTL: from everywhere there is a way",
    "no_dead_row": "not said in LTL: a row is no state",
    "fleet": "not in this model: several listeners and their store are explored by themselves",
    "wire": "not in this model: numbers and acknowledgements are explored by themselves",
    "row": "not in this model: it is about one row",
}
"""Kinds of specs without a verdict, and the reason."""


@dataclass(frozen=True)
class SpinVerdict:
    """SPIN's verdict on one spec."""

    spec: Spec
    says: str
    """`holds`, `broken`, or the reason why there is no verdict."""
    steps: tuple[str, ...] = ()
    """The steps to a state in which it is broken."""


@dataclass(frozen=True)
class Checked:
    """SPIN's verdicts on all specs."""

    verdicts: tuple[SpinVerdict, ...]
    states: int
    """The number of states in which no step is in progress."""

    @property
    def broken(self) -> list[str]:
        """The specs that do not hold."""
        return [verdict.spec.name for verdict in self.verdicts if verdict.says == BROKEN]


def check(
    definitions: Definitions,
    found: Specs,
    messages: int,
    directory: Path,
    constants: Constants | None = None,
    *,
    liveness: bool = True,
    fenced: bool = True,
    ways: int = 1,
) -> Checked:
    """Check the specs about states, steps and runs that hold in a configuration. `ways`: the most broken specs for which steps are found.

    Raises SpinError. Raises ValueError for definitions that cannot be written as a model.
    """
    applying = found.assuming(constants_of(definitions, Configuration("", constants or {})))
    made = model(definitions, applying, messages, constants, fenced=fenced)
    spin = Spin(made, directory)
    survey = spin.survey()
    missing = {spec for number, (spec, _) in made.pairs.items() if number not in survey.found and not constants}
    runs = _runs(spin, applying) if liveness else {}
    verdicts = []
    for spec in applying.specs:
        number = made.numbers[spec.name]
        if spec.kind in UNSAID or (spec.kind == "recurs" and not liveness):
            verdicts.append(SpinVerdict(spec, UNSAID.get(spec.kind, "not asked")))
        elif spec.kind == "recurs":
            verdicts.append(SpinVerdict(spec, BROKEN if runs[spec.name] else HOLDS, tuple(runs[spec.name])))
        elif number in survey.found:
            verdicts.append(SpinVerdict(spec, BROKEN, tuple(spin.way_to(number)) if ways > 0 else ()))
            ways -= 1
        elif spec.name in missing:
            verdicts.append(
                SpinVerdict(spec, BROKEN, tuple(f"never met: {what}" for name, what in made.pairs.values() if name == spec.name))
            )
        else:
            verdicts.append(SpinVerdict(spec, HOLDS))
    return Checked(tuple(verdicts), survey.states)


def _runs(spin: Spin, found: Specs) -> dict[str, list[str]]:
    """For each liveness spec a run that breaks it, if there is one. Two searches run at a time."""
    names = [spec.name for spec in found.of_kind("recurs")]
    if names:
        spin.prepare_liveness()
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(spin.lasts, names), strict=True))


def main(argv: Sequence[str] | None = None) -> int:
    """0: both checkers say that all specs hold. 1: they differ, or a spec is broken. 2: wrong call or definitions, or SPIN is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen promela", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=1, metavar="N", help="unapplied each way when something new is said (default: 1)")
    parser.add_argument("--safety", action="store_true", help="leave out what comes in the end, which takes longest")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where model and programs go (default: nowhere)")
    add_definitions(parser)
    options = parser.parse_args(argv)
    if options.messages < 1:
        parser.error(f"--messages is {options.messages}; at least 1 is allowed")
    if missing := missing_tools():
        print(f"{' and '.join(missing)} not found; Debian has them as packages of that name")
        return 2
    definitions, found, findings = load_all(options.definitions)
    if definitions is None or findings:
        print(*findings, f"{len(findings)} findings; nothing was checked", sep="\n")
        return 2
    with tempfile.TemporaryDirectory() as nowhere:
        progress = Progress("SPIN")
        checked = check(definitions, found, options.messages, options.out or Path(nowhere), liveness=not options.safety)
        seconds = progress.seconds
    ours = explore(definitions, found, Bounds(options.messages), configurations(definitions)[0], Progress("exploration"))
    print(f"SPIN: {checked.states:,} states in {seconds:.0f} s; exploration: {len(ours.graph.states):,} states in {ours.seconds:.0f} s")
    return report(checked, {verdict.spec.name: verdict for verdict in ours.verdicts})


def report(checked: Checked, ours: dict[str, exploration.Verdict]) -> int:
    """Print each spec with the verdicts of SPIN and of exploration, then the steps to the states in which specs are broken."""
    width = max(len(verdict.spec.name) for verdict in checked.verdicts)
    different = 0
    for verdict in checked.verdicts:
        own = ours.get(verdict.spec.name)
        says = "judged elsewhere" if own is None else HOLDS if own.holds else BROKEN
        differs = own is not None and verdict.says in (HOLDS, BROKEN) and says != verdict.says
        different += differs
        print(f"{verdict.spec.name.ljust(width)}  SPIN: {verdict.says}; exploration: {says}{'  DIFFERENT' if differs else ''}")
    for verdict in checked.verdicts:
        if verdict.steps:
            print(f"{verdict.spec.name}: {verdict.spec.says}", *(f"  {step}" for step in verdict.steps), sep="\n")
    print(f"{different} differences, {len(checked.broken)} broken")
    return 1 if different or checked.broken else 0
