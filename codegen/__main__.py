"""`python -m codegen` writes everything that follows from `machines/`; `--check` proves that what is committed is current.

`python -m codegen coverage ...` reports which rows a run took; see codegen/verify/coverage.
`python -m codegen explore` walks everything that can be reached and judges the specs; see codegen/verify/explore.
`python -m codegen mutate` plants faults and says who notices; see codegen/verify/mutate.
`python -m codegen replay ...` checks the traces of a run and draws them; see codegen/verify/replay.
`python -m codegen promela` has SPIN judge them too; see codegen/verify/promela.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.emit import (
    diagrams as emit_diagrams,
)
from codegen.emit import (
    docs as emit_docs,
)
from codegen.emit import (
    export,
)
from codegen.emit import (
    python as emit_python,
)
from codegen.emit import (
    tests as emit_tests,
)
from codegen.emit import (
    wiring as emit_wiring,
)
from codegen.verify import coverage, replay
from codegen.verify.explore import command as explore
from codegen.verify.mutate import command as mutate
from codegen.verify.promela import check as promela
from codegen.verify.specs import load_all

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("tars/generated", "tests/generated", "docs/generated")
BACK_ENDS = (emit_python.emit, emit_wiring.emit, emit_tests.emit, emit_diagrams.emit, emit_docs.emit, export.emit)
COMMANDS = {
    "coverage": coverage.main,
    "explore": explore.main,
    "mutate": mutate.main,
    "promela": promela.main,
    "replay": replay.main,
}


def main(argv: list[str] | None = None) -> int:
    """0: done, or current. 1: findings in the definitions, or something committed is not current. 2: the call is wrong."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and (command := COMMANDS.get(arguments[0])):
        return command(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; say what is not current and exit 1")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this program is in)")
    options = parser.parse_args(arguments)
    definitions, _, findings = load_all(options.root / "machines")
    for finding in findings:
        print(finding)
    if definitions is None or findings:
        print(f"{len(findings)} findings; nothing was written")
        return 1
    return check(definitions, options.root) if options.check else write(definitions, options.root)


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
    for path, dot in diagrams(texts).items():
        file = root / path
        if not file.exists() or not emit_diagrams.svg_is_current(file.read_text(), dot):
            file.write_text(emit_diagrams.render(dot))
            changed += 1
    surplus = committed(root) - set(texts) - set(diagrams(texts))
    for path in surplus:
        (root / path).unlink()
    print(f"{len(texts) + len(diagrams(texts))} files: {changed} written, {len(surplus)} removed")
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
    for path, dot in diagrams(texts).items():
        file = root / path
        if not file.exists():
            problems.append(f"{path}: missing")
        elif not emit_diagrams.svg_is_current(file.read_text(), dot):
            problems.append(f"{path}: outdated")
    problems += [f"{path}: not generated from anything" for path in committed(root) - set(texts) - set(diagrams(texts))]
    for problem in sorted(problems):
        print(problem)
    verdict = f"{len(problems)} not current; run `python -m codegen`" if problems else "all current"
    print(f"{len(texts) + len(diagrams(texts))} files: {verdict}")
    return 1 if problems else 0


def diagrams(texts: dict[str, str]) -> dict[str, str]:
    """The SVGs that belong to the .dot files: path -> the dot it is drawn from."""
    return {path.removesuffix(".dot") + ".svg": text for path, text in texts.items() if path.endswith(".dot")}


def committed(root: Path) -> set[str]:
    """Every file in the generated folders, compiled Python aside."""
    files = (file for folder in FOLDERS for file in (root / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(root).as_posix() for file in files}


if __name__ == "__main__":
    sys.exit(main())
