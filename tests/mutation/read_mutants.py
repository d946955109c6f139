"""Prints as JSON what came of each change. A program of its own: mutmut reads its settings from the current directory when imported."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

NOTICED = ("killed", "timeout", "segfault", "caught by type check")


def function_of(name: str) -> str:
    """`tars.core.outbox.xǁOutboxǁadd__mutmut_6` is of `Outbox.add`, `tars.core.codec.x_encode__mutmut_1` of `encode`."""
    mangled = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return mangled.removeprefix("xǁ").replace("ǁ", ".").removeprefix("x_")


def change_of(difference: str) -> str:
    """The lines taken away and those put in, on one line."""
    lines = [line for line in difference.splitlines() if not line.startswith(("---", "+++", "@@"))]
    old, new = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return f"{old} -> {new}"


def main() -> None:
    """All of the current directory."""
    found = []
    for file in sorted(Path("mutants").rglob("*.py.meta")):
        module = file.relative_to("mutants").as_posix().removesuffix(".meta")
        for name, code in json.loads(file.read_text())["exit_code_by_key"].items():
            status = status_by_exit_code[code]
            change = "" if status in NOTICED else change_of(get_diff_for_mutant(name, path=Path(module)))
            found.append({"module": module, "function": function_of(name), "change": change, "status": status})
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
