"""Walk everything that device, server and link can reach together, and say of each spec of machines/specs.yaml whether it holds.

    python -m codegen explore
    python -m codegen explore --deep          # for a night
    python -m codegen explore --messages 3    # so many messages under way each way

For a spec that is broken the shortest path is printed, and written as text, as SVG, and as a test that walks it on the generated machines.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codegen import sequence, specs
from codegen.explore import story
from codegen.explore.exploration import Configuration, Exploration, configurations, explore
from codegen.explore.system import Bounds
from codegen.explore.verdict import Verdict, dead_rows
from codegen.load import load
from codegen.model import Definitions
from codegen.progress import Progress
from codegen.specs import Specs

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finding:
    """A spec that is broken, ready to be shown."""

    spec: str
    says: str
    text: str
    svg: str
    test: str


@dataclass(frozen=True)
class Result:
    """What came of one configuration, in plain values."""

    configuration: str
    messages: int
    states: int
    edges: int
    seconds: float
    cut: int
    held: tuple[str, ...]
    dead: frozenset[str]
    broken: tuple[Finding, ...] = field(default=())

    def __str__(self) -> str:
        bounds = f"{self.configuration}, {self.messages} message{'s' * (self.messages > 1)} each way"
        rate = self.states / max(self.seconds, 0.001)
        cut = f", {self.cut} times cut off" if self.cut else ""
        return f"{bounds}: {self.states:,} states, {self.edges:,} edges in {self.seconds:.1f} s, {rate:,.0f} a second{cut}"


def main(argv: Sequence[str] | None = None) -> int:
    """0: every spec holds. 1: a spec is broken. 2: the definitions or the call are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen explore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=2, metavar="N", help="unapplied each way when something new is said (default: 2)")
    parser.add_argument("--deep", action="store_true", help="one message more in every configuration")
    parser.add_argument(
        "--out", type=Path, default=Path("reports/exploration"), metavar="DIR", help="where paths go (default: %(default)s)"
    )
    parser.add_argument(
        "--machines", type=Path, default=ROOT / "machines", metavar="DIR", help="the definitions (default: of this checkout)"
    )
    options = parser.parse_args(argv)
    if options.messages < 1:
        parser.error(f"--messages is {options.messages}; at least 1 is allowed")
    definitions, findings = load(options.machines)
    found, more = specs.load(options.machines, definitions) if definitions else (Specs(), [])
    if definitions is None or findings or more:
        print(*findings, *more, f"{len(findings) + len(more)} findings; nothing was explored", sep="\n")
        return 2
    results = run(definitions, found, options.messages + options.deep)
    return report(found, results, options.out)


def run(definitions: Definitions, found: Specs, messages: int) -> list[Result]:
    """The usual configuration with so many messages, the others with one less, on all cores."""
    tasks = [(definitions, found, one, Bounds(max(1, messages - (number > 0)))) for number, one in enumerate(configurations(definitions))]
    with multiprocessing.Pool(min(len(tasks), multiprocessing.cpu_count())) as pool:
        return pool.starmap(walk, tasks, chunksize=1)


def walk(definitions: Definitions, found: Specs, configuration: Configuration, bounds: Bounds) -> Result:
    """One configuration, whole."""
    exploration = explore(definitions, found, bounds, configuration, Progress(configuration.name))
    states, edges = exploration.graph.size
    return Result(
        configuration=configuration.name,
        messages=bounds.messages,
        states=states,
        edges=edges,
        seconds=exploration.seconds,
        cut=exploration.system.cut,
        held=tuple(verdict.spec.name for verdict in exploration.verdicts if verdict.holds),
        dead=frozenset(dead_rows(definitions, [exploration.system])),
        broken=tuple(_finding(exploration, verdict) for verdict in exploration.verdicts if not verdict.holds),
    )


def _finding(exploration: Exploration, verdict: Verdict) -> Finding:
    told = story.tell(exploration.system, verdict.path)
    more = f" (and in {verdict.more} more places)" if verdict.more else ""
    drawn = story.diagram(told, f"{verdict.spec.name}: {verdict.broken}{more}")
    return Finding(
        verdict.spec.name, verdict.spec.says, sequence.text(drawn), sequence.svg(drawn), story.as_test(exploration.system, verdict, told)
    )


def report(found: Specs, results: list[Result], out: Path) -> int:
    """Print what was found, write the paths, and say whether all is well."""
    print(*results, sep="\n")
    for spec in found.specs:
        print(*_line(spec.name, spec.says, spec.kind, results, out), sep="\n")
    dead = frozenset.intersection(*(result.dead for result in results))
    broken = {finding.spec for result in results for finding in result.broken} | ({"no_dead_row"} if dead else set())
    print(f"{len(found.specs) - len(broken)} of {len(found.specs)} specs hold")
    return 1 if broken else 0


def _line(name: str, says: str, kind: str, results: list[Result], out: Path) -> Iterator[str]:
    if kind == "no_dead_row":
        dead = sorted(frozenset.intersection(*(result.dead for result in results)))
        yield f"{'BROKEN' if dead else 'holds ':6}  {name}: {says}"
        yield from (f"        {row}" for row in dead)
        return
    broken = [(result, finding) for result in results for finding in result.broken if finding.spec == name]
    yield f"{'BROKEN' if broken else 'holds ':6}  {name}: {says}"
    for result, finding in broken[:1]:
        out.mkdir(parents=True, exist_ok=True)
        for suffix, text in ((".txt", finding.text), (".svg", finding.svg), (".py", finding.test)):
            (out / f"{'test_' * (suffix == '.py')}{name}{suffix}").write_text(text, encoding="utf-8")
        yield f"        {result.configuration}; the path is in {out}/{name}.txt, {name}.svg and test_{name}.py:"
        yield finding.text
