"""`python -m codegen` writes everything that follows from the definitions; `--check` proves that what is committed is current.

`python -m codegen coverage ...` reports which rows a run took; see codegen/verify/coverage.
`python -m codegen explore` walks everything that can be reached and judges the specs; see codegen/verify/explore.
`python -m codegen mutate` plants faults and says who notices; see codegen/verify/mutate.
`python -m codegen replay ...` checks the traces of a run and draws them; see codegen/verify/replay.
`python -m codegen serve` shows the machines in a browser; see codegen/verify/serve.
`python -m codegen promela` has SPIN judge them too; see codegen/verify/promela.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.emit import diagrams as emit_diagrams
from codegen.emit import docs as emit_docs
from codegen.emit import export, web
from codegen.emit import python as emit_python
from codegen.emit import tests as emit_tests
from codegen.emit import wiring as emit_wiring
from codegen.emit.web import javascript
from codegen.load import MACHINES, ROOT, add_definitions
from codegen.verify import coverage, replay
from codegen.verify.explore import command as explore
from codegen.verify.mutate import command as mutate
from codegen.verify.promela import check as promela
from codegen.verify.serve import command as serve
from codegen.verify.specs import load_all

BACK_ENDS = (
    emit_python.emit,
    emit_wiring.emit,
    javascript.emit,
    emit_tests.emit,
    emit_diagrams.emit,
    emit_docs.emit,
    export.emit,
    web.emit,
)
COMMANDS = {
    "coverage": coverage.main,
    "explore": explore.main,
    "mutate": mutate.main,
    "promela": promela.main,
    "replay": replay.main,
    "serve": serve.main,
}


def main(argv: list[str] | None = None) -> int:
    """0: done, or current. 1: findings in the definitions, or something committed is not current. 2: the call is wrong."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and (command := COMMANDS.get(arguments[0])):
        return command(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; say what is not current and exit 1")
    add_definitions(parser)
    parser.set_defaults(definitions=None)
    parser.add_argument("--root", type=Path, metavar="DIR", help="where the generated folders go (default: the folder of the definitions)")
    parser.add_argument("--package", metavar="NAME", help="the Python package to write (default: `package` of system.yaml)")
    parser.add_argument("--engine", metavar="MODULE", help="the step engine that it imports (default: `engine` of system.yaml)")
    options = parser.parse_args(arguments)
    directory = options.definitions or (options.root or ROOT) / MACHINES
    definitions, _, findings = load_all(directory)
    for finding in findings:
        print(finding)
    if definitions is None or findings:
        print(f"{len(findings)} findings; nothing was written")
        return 1
    system = definitions.system
    system = replace(system, package=options.package or system.package, engine=options.engine or system.engine)
    if not system.package or not system.engine:
        print("the Python package and its step engine have no name; give --package and --engine, or `package` and `engine` in system.yaml")
        return 2
    definitions, root = replace(definitions, system=system), options.root or directory.resolve().parent
    return check(definitions, root) if options.check else write(definitions, root)


def expected(definitions: Definitions) -> dict[str, str]:
    """Every generated text but the SVGs, whose bytes depend on the version of graphviz."""
    return {path: text for back_end in BACK_ENDS for path, text in back_end(definitions).items()}


def write(definitions: Definitions, root: Path) -> int:
    """Write what is not current, remove what is no longer generated."""
    changed = 0
    texts = expected(definitions)
    for path, text in texts.items():
        file = root / path
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            changed += 1
    drawn = drawings(definitions)
    for path, dot in drawn.items():
        file = root / path
        if not file.exists() or not emit_diagrams.svg_is_current(file.read_text(), dot):
            file.write_text(emit_diagrams.render(dot, styled=path.startswith(emit_diagrams.FOLDER)))
            changed += 1
    surplus = committed(definitions, root) - set(texts) - set(drawn)
    for path in surplus:
        (root / path).unlink()
    print(f"{len(texts) + len(drawn)} files: {changed} written, {len(surplus)} removed")
    return 0


def check(definitions: Definitions, root: Path) -> int:
    """Say what is missing, outdated or surplus."""
    texts = expected(definitions)
    problems = []
    for path, text in texts.items():
        file = root / path
        if not file.exists():
            problems.append(f"{path}: missing")
        elif file.read_text() != text:
            problems.append(f"{path}: outdated")
    drawn = drawings(definitions)
    for path, dot in drawn.items():
        file = root / path
        if not file.exists():
            problems.append(f"{path}: missing")
        elif not emit_diagrams.svg_is_current(file.read_text(), dot):
            problems.append(f"{path}: outdated")
    problems += [f"{path}: not generated from anything" for path in committed(definitions, root) - set(texts) - set(drawn)]
    for problem in sorted(problems):
        print(problem)
    verdict = f"{len(problems)} not current; run `python -m codegen`" if problems else "all current"
    print(f"{len(texts) + len(drawn)} files: {verdict}")
    return 1 if problems else 0


def drawings(definitions: Definitions) -> dict[str, str]:
    """The SVGs: path -> the dot it is drawn from. Those for pages of the web get their dark colours from a style sheet."""
    dots = {path.removesuffix(".dot") + ".svg": text for path, text in emit_diagrams.emit(definitions).items()}
    return dots | web.drawings(definitions)


def committed(definitions: Definitions, root: Path) -> set[str]:
    """Every file in the generated folders, compiled Python aside."""
    folders = (emit_python.folder(definitions), emit_tests.FOLDER, emit_diagrams.FOLDER)
    files = (file for folder in folders for file in (root / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(root).as_posix() for file in files}


if __name__ == "__main__":
    sys.exit(main())
