"""Transition coverage: which rows, cells and sequences of rows a run took, from the traces it left.

    python -m codegen coverage --trace reports/traces --out reports/transition-coverage --fail-under 100

A trace is a file of JSON lines. `collect` counts what they say; `report` holds that against the definitions and writes it down.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.load import add_definitions, load
from codegen.verify.coverage import page, texts
from codegen.verify.coverage.measure import Coverage, Possible, measure
from codegen.verify.coverage.traces import Hits, collect
from codegen.verify.trace_files import TraceError

__all__ = ["Coverage", "Hits", "TraceError", "collect", "main", "measure", "report"]


def report(definitions: Definitions, hits: Hits, out_dir: Path, possible: Possible | None = None) -> Coverage:
    """Write `index.html`, `coverage.json` and `junit.xml`; about pairs of states only with those that are possible. Raises TraceError."""
    coverage = measure(definitions, hits, possible)
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "index.html").write_text(page.page(definitions, coverage), encoding="utf-8")
    (out_dir / "coverage.json").write_text(json.dumps(texts.as_json(coverage), indent=1) + "\n", encoding="utf-8")
    (out_dir / "junit.xml").write_text(texts.as_junit(coverage), encoding="utf-8")
    return coverage


def main(argv: Sequence[str] | None = None) -> int:
    """0: reported. 1: a machine is below `--fail-under`. 2: the traces or the definitions cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m codegen coverage", description="Which rows and cells of the machines a run took.")
    parser.add_argument("--trace", type=Path, nargs="+", required=True, metavar="FILE_OR_DIR", help="JSON lines, or folders of *.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where index.html, coverage.json and junit.xml go")
    parser.add_argument("--fail-under", type=float, default=0, metavar="PERCENT", help="of the rows of each machine (default: 0)")
    add_definitions(parser)
    options = parser.parse_args(argv)
    definitions, findings = load(options.definitions)
    if definitions is None or findings:
        print(*findings, f"{len(findings)} findings; nothing was reported", sep="\n")
        return 2
    try:
        coverage = report(definitions, collect(options.trace, definitions.system.pair), options.out)
    except TraceError as error:
        print(error)
        return 2
    print(*texts.summary(coverage), sep="\n")
    below = texts.shortfall(coverage, options.fail_under)
    print(*below, sep="\n", end="\n" if below else "")
    return 1 if below else 0
