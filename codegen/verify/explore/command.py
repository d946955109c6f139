"""Walk everything that both nodes and the link can reach together, and say of each spec of specs.yaml whether it holds.

    python -m codegen explore
    python -m codegen explore --deep          # for a night
    python -m codegen explore --messages 2 --report docs/reports/verification.md    # so many messages under way each way

For a spec that is broken the shortest path is printed, and written as text, as SVG, and as a test that walks it on the generated machines.
The test needs codegen and the generated package on the path of Python. It finds the definitions from the current directory.
`python -m codegen serve --steps FILE.steps.json` shows the path in the simulator.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.load import VERIFICATION, add_definitions
from codegen.verify import sequence_diagram
from codegen.verify.explore import page
from codegen.verify.explore.fleet import exploration as fleet_exploration
from codegen.verify.explore.fleet import state as fleet_state
from codegen.verify.explore.machines import alone, choices, story
from codegen.verify.explore.machines.exploration import Configuration, Exploration, configurations, explore
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.explore.machines.verdict import Verdict, dead_rows
from codegen.verify.explore.result import Finding, Result
from codegen.verify.explore.wire import exploration as wire_exploration
from codegen.verify.explore.wire import state as wire_state
from codegen.verify.progress import Progress
from codegen.verify.search import PropertyVerdict
from codegen.verify.specs import Spec, Specs, load_all
from codegen.verify.workers import on_all_cores


def main(argv: Sequence[str] | None = None) -> int:
    """0: every spec holds. 1: a spec is broken. 2: the definitions or the call are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen explore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=1, metavar="N", help="unapplied each way when something new is said (default: 1)")
    parser.add_argument("--deep", action="store_true", help="one message more in every configuration")
    parser.add_argument(
        "--out", type=Path, default=Path("reports/exploration"), metavar="DIR", help="where paths go (default: %(default)s)"
    )
    add_definitions(parser)
    parser.add_argument("--package", metavar="NAME", help="whose machines the tests walk (default: `package` of system.yaml)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was walked and what holds as a page")
    options = parser.parse_args(argv)
    if options.messages < 1:
        parser.error(f"--messages is {options.messages}; at least 1 is allowed")
    definitions, found, findings = load_all(options.definitions)
    if definitions is None or findings:
        print(*findings, f"{len(findings)} findings; nothing was explored", sep="\n")
        return 2
    if options.package:
        definitions = replace(definitions, system=replace(definitions.system, package=options.package))
    results = run(definitions, found, _seen_from_here(options.definitions), messages=options.messages + options.deep, deep=options.deep)
    well = report(found, results, options.out)
    if options.report:
        options.report.write_text(page.page(found, results, well, options.definitions / VERIFICATION), encoding="utf-8")
    return 0 if len(well) == len(found.specs) else 1


def _seen_from_here(folder: Path) -> str:
    """As a test names it: relative if it is below the current directory."""
    folder = folder.resolve()
    return (folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder).as_posix()


def run(definitions: Definitions, found: Specs, folder: str, *, messages: int, deep: bool) -> list[Result]:
    """The usual configuration with so many messages, the others with one less, each machine by itself, the wire, the fleet; on all cores.

    `folder`: where the tests of broken specs find the definitions.
    """
    with on_all_cores("spawn") as workers:
        tasks = [
            workers.submit(walk, definitions, found, folder, one, Bounds(max(1, messages - (number > 0))))
            for number, one in enumerate(configurations(definitions))
        ]
        tasks.append(workers.submit(walk_alone, definitions, found))
        if found.of_kind("wire"):
            bounds = wire_exploration.DEEP if deep else wire_exploration.DEFAULT
            tasks[1:1] = [workers.submit(walk_wire, one) for one in bounds]
        if found.of_kind("fleet"):
            fleets = fleet_exploration.DEEP if deep else fleet_exploration.DEFAULT
            tasks[1:1] = [workers.submit(walk_fleet, one) for one in fleets]
        return [task.result() for task in tasks]


def walk(definitions: Definitions, found: Specs, folder: str, configuration: Configuration, bounds: Bounds) -> Result:
    """One configuration, whole."""
    exploration = explore(definitions, found, bounds, configuration, Progress(configuration.name))
    states, edges = exploration.graph.size
    return Result(
        what=f"{configuration.name}, {bounds.messages} message{'s' * (bounds.messages > 1)} each way",
        states=states,
        edges=edges,
        seconds=exploration.seconds,
        held=frozenset(verdict.spec.name for verdict in exploration.verdicts if verdict.holds),
        broken=tuple(_finding(exploration, verdict, folder) for verdict in exploration.verdicts if not verdict.holds),
        dead=frozenset(dead_rows(definitions, [exploration.system])),
        cut=exploration.system.cut,
    )


def walk_alone(definitions: Definitions, found: Specs) -> Result:
    """Each machine by itself."""
    progress = Progress("each machine by itself")
    steps = [taken for machine in definitions.machines for taken in alone.steps(machine)]
    states = len({(id(taken.machine), *taken.before.values()) for taken in steps})
    verdicts = list(alone.verdicts(steps, found))
    broken = []
    for verdict in verdicts:
        if not verdict.holds:
            drawn = sequence_diagram.Sequence(
                definitions.link.nodes, (sequence_diagram.Note(f"{verdict.spec.name}: {verdict.broken}", bad=True),)
            )
            broken.append(Finding(verdict.spec.name, sequence_diagram.text(drawn), sequence_diagram.svg(drawn)))
    held = frozenset(verdict.spec.name for verdict in verdicts if verdict.holds)
    return Result("each machine by itself", states, len(steps), progress.seconds, held, tuple(broken))


def walk_wire(bounds: wire_state.Bounds) -> Result:
    """The rules of the wire within some bounds."""
    what = f"the wire, {bounds.up} / {bounds.down}{', with gaps' * bounds.gaps}{', with late greetings' * bounds.late}"
    progress = Progress(what)
    states, edges, verdicts = wire_exploration.check(bounds, progress)
    broken = tuple(_wire_finding(verdict) for verdict in verdicts if not verdict.holds)
    return Result(what, states, edges, progress.seconds, frozenset(verdict.name for verdict in verdicts if verdict.holds), broken)


def _wire_finding(verdict: PropertyVerdict) -> Finding:
    lanes = {"the dialer": "dialer", "the listener": "listener", "the source": "dialer", "the replier": "listener"}
    items: list[sequence_diagram.Happening | sequence_diagram.Note] = []
    for step in verdict.path:
        lane = next((lane for word, lane in lanes.items() if step.startswith(word)), None)
        items.append(sequence_diagram.Happening(lane, step) if lane else sequence_diagram.Note(step))
    drawn = sequence_diagram.Sequence(("dialer", "listener"), (*items, sequence_diagram.Note(verdict.name, bad=True)))
    return Finding(verdict.name, sequence_diagram.text(drawn), sequence_diagram.svg(drawn))


def walk_fleet(bounds: fleet_state.Bounds) -> Result:
    """The rules of a fleet within some bounds."""
    more = [name for name in ("crashes", "away", "late", "slow", "forgets") if getattr(bounds, name)]
    what = ", ".join([f"the fleet, requests of {bounds.parts}", *more, *([] if bounds.calm else ["greetings broken off"])])
    progress = Progress(what)
    states, edges, verdicts = fleet_exploration.check(bounds, progress)
    broken = tuple(_fleet_finding(verdict) for verdict in verdicts if not verdict.holds)
    return Result(what, states, edges, progress.seconds, frozenset(verdict.name for verdict in verdicts if verdict.holds), broken)


def _fleet_finding(verdict: PropertyVerdict) -> Finding:
    notes = [sequence_diagram.Note(step) for step in verdict.path]
    drawn = sequence_diagram.Sequence(("dialer", "listener"), (*notes, sequence_diagram.Note(verdict.name, bad=True)))
    return Finding(verdict.name, sequence_diagram.text(drawn), sequence_diagram.svg(drawn))


def _finding(exploration: Exploration, verdict: Verdict, folder: str) -> Finding:
    told = story.tell(exploration.system, verdict.path)
    more = f" (and in {verdict.more} more places)" if verdict.more else ""
    drawn = story.diagram(exploration.system, told, f"{verdict.spec.name}: {verdict.broken}{more}")
    package = exploration.definitions.system.package
    test = story.as_test(exploration.system, verdict, told, package, folder) if package else ""
    steps = tuple(choices.names(exploration.system, verdict.path))
    return Finding(
        verdict.spec.name, sequence_diagram.text(drawn), sequence_diagram.svg(drawn), test, exploration.configuration.name, steps
    )


def report(found: Specs, results: list[Result], out: Path) -> list[Spec]:
    """Print what was found, and write the paths; the specs that hold."""
    print(*results, sep="\n")
    dead = sorted(frozenset.intersection(*(result.dead for result in results if result.dead is not None)))
    well = []
    for spec in found.specs:
        broken = [(result, finding) for result in results for finding in result.broken if finding.spec == spec.name]
        judged = spec.kind == "no_dead_row" or broken or any(spec.name in result.held for result in results)
        if judged and not broken and not (dead and spec.kind == "no_dead_row"):
            well.append(spec)
        print(f"{'holds ' if spec in well else 'BROKEN' if judged else 'UNSAID'} {spec.name}: {spec.says}")
        for result, finding in broken[:1]:
            print(f"       {result.what}; written to {out}: {', '.join(_write(finding, out))}", finding.text, sep="\n")
        if dead and spec.kind == "no_dead_row":
            print(*(f"       {row}" for row in dead), sep="\n")
    print(f"{len(well)} of {len(found.specs)} specs hold")
    return well


def _write(finding: Finding, out: Path) -> list[str]:
    """The files of a broken spec, written."""
    files = {f"{finding.spec}.txt": finding.text, f"{finding.spec}.svg": finding.svg}
    if finding.test:
        files[f"test_{finding.spec}.py"] = finding.test
    if finding.steps:
        told = {"spec": finding.spec, "configuration": finding.configuration, "steps": finding.steps}
        files[f"{finding.spec}.steps.json"] = json.dumps(told, indent=1) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    return list(files)
