"""`python -m tests.mutation` changes the hand-written core, one small change at a time, and says which changes nothing notices.

    python -m tests.mutation                              # all of tars/core; writes docs/reports/core-mutation.md
    python -m tests.mutation tars/core/outbox.py          # only these modules; keeps what came of them
    python -m tests.mutation --page                       # runs nothing; writes the page from what was kept of each module

mutmut makes the changes. mypy rejects some. For each of the others mutmut runs the tests that execute the changed function, shortest first,
until one fails. It works in a copy of the checkout, `.cache/mutation/`. A change that is not noticed needs an explanation in
`tests/mutation/explained.yaml`. The results are kept in `.cache/mutation-results.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tars.runtime import clock
from tests.mutation.report import FILE, Mutant, Result, explanations, outdated, page, score, unexplained

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / ".cache" / "mutation"
KEPT = ROOT / ".cache" / "mutation-results.json"
REPORT = ROOT / "docs" / "reports" / "core-mutation.md"
MODULES = "tars/core/*.py"
TESTS = [
    "tests/core",
    *(f"tests/scenarios/test_{name}.py" for name in ("acceptance", "announcements", "conversation", "interruptions")),
    *(f"tests/scenarios/test_{name}.py" for name in ("interruptions_and_outages", "regressions_of_links", "resume", "told_again")),
]
"""All tests of the core, and the scenarios that need no socket."""
LEFT_OUT = "tests/core/test_costs.py"
"""It counts calls of functions and bytes. mutmut adds some of its own."""
COPIED = ["tars", "tests", "codegen", "machines", "docs"]


def main(words: Sequence[str]) -> int:
    """0: every change is noticed or explained. 1: one is neither, or an explanation is outdated. 2: there are no results."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"modules to change (default: {MODULES})")
    parser.add_argument("--page", action="store_true", help="run nothing, write the page from what was kept")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), metavar="N", help="at the same time (default: one a core)")
    options = parser.parse_args(words)
    every = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(MODULES))
    chosen = options.modules or every
    if not options.page and not run(chosen, options.processes):
        return 2
    results = [result for result in kept() if result.module in chosen]
    whole = chosen == every
    if old := [module for module in chosen if digest(module) not in {result.digest for result in results if result.module == module}]:
        sys.stdout.write(f"not run as they are now: {' '.join(old)}\n")
        return 2
    explained = explanations(FILE)
    mutants = [mutant for result in results for mutant in result.mutants]
    missing, over = unexplained(mutants, explained), outdated(mutants, explained) if whole else []
    lines = [f"UNEXPLAINED {mutant.status}: {mutant}" for mutant in missing]
    lines += [f"OUTDATED {change} is explained, and no such change survives" for change in over]
    sys.stdout.write("".join(f"{line}\n" for line in [*lines, score(mutants, explained)]))
    if whole:
        REPORT.write_text(page(results, explained), encoding="utf-8")
    return 1 if missing or over else 0


def run(modules: Sequence[str], processes: int) -> bool:
    """Change these modules, and keep what came of it. False: the tests fail without a change."""
    began, commit, digests = clock.now(), present_commit(), {module: digest(module) for module in modules}
    copy(modules)
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes)],
        cwd=COPY,
        env=os.environ | {"HYPOTHESIS_PROFILE": "mutation"},
        check=False,
    )
    if done.returncode:
        return False
    mutants, minutes = read(), (clock.now() - began) / 60 / len(modules)
    new = [Result(name, commit, digests[name], minutes, tuple(one for one in mutants if one.module == name)) for name in modules]
    results = {result.module: result for result in [*kept(), *new]}
    KEPT.write_text(json.dumps([asdict(results[module]) for module in sorted(results)]), encoding="utf-8")
    return True


def kept() -> list[Result]:
    """What was kept of each module, sorted by module."""
    found = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    return [Result(**one | {"mutants": tuple(Mutant(**mutant) for mutant in one["mutants"])}) for one in found]


def digest(module: str) -> str:
    """The hash of a module as it is now."""
    return hashlib.sha256((ROOT / module).read_bytes()).hexdigest()


def present_commit() -> str:
    """The commit of this checkout, with `+` if a file of the core or of the tests was changed since."""
    git = ["git", "-c", f"safe.directory={ROOT}"]
    commit = subprocess.run([*git, "rev-parse", "--short=9", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "tars", "tests"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return f"{commit}{'+' * bool(changed)}"


def copy(modules: Sequence[str]) -> None:
    """Make the copy of the checkout in which mutmut works, with its settings."""
    shutil.rmtree(COPY, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)
    settings = {
        "source_paths": ["tars"],
        "only_mutate": list(modules),
        "also_copy": COPIED,
        "pytest_add_cli_args_test_selection": TESTS,
        "pytest_add_cli_args": ["-p", "no:cacheprovider", f"--ignore={LEFT_OUT}"],
        "type_check_command": [sys.executable, "-m", "mypy", "--no-warn-unused-ignores", "--output", "json", "tars/core"],
        "use_git_change_detection": False,
    }
    with (COPY / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))


def read() -> list[Mutant]:
    """What came of each change."""
    script = Path(__file__).with_name("read_mutants.py")
    said = subprocess.run([sys.executable, script], cwd=COPY, capture_output=True, text=True, check=True)
    return [Mutant(**one) for one in json.loads(said.stdout)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
