"""Broken definitions: each file in `broken/` is a diff against the sound definitions in `sound/`, with the findings that follow.

# why this is wrong
--- lamp.yaml           the file that is changed, or made
       unchanged        lines that say where; together with those taken away they stand in the file once
-      taken away
+      put in
@@                      another place in the same file
! lamp.yaml:7:3: T110 the findings of a run, all of them
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from codegen.load import load

SOUND = Path(__file__).parent / "sound"
BROKEN = Path(__file__).parent / "broken"
CASES = sorted(BROKEN.glob("*.diff"))


def expected(case: Path) -> list[str]:
    """The findings that a case names."""
    return [line[2:] for line in case.read_text().splitlines() if line.startswith("! ")]


def of(codes: Iterable[str]) -> list[Path]:
    """The cases of these codes."""
    known = set(codes)
    return [case for case in CASES if case.stem.partition("-")[0] in known]


def found(case: Path, directory: Path) -> list[str]:
    """What is found in the definitions that a case breaks."""
    apply(case, directory)
    return [str(finding) for finding in load(directory)[1]]


def apply(case: Path, directory: Path) -> None:
    """The sound definitions in an empty directory, changed as the case says."""
    shutil.copytree(SOUND, directory, dirs_exist_ok=True)
    file, old, new = directory, "", ""
    for line in [*case.read_text().splitlines(), "@@"]:
        if line.startswith(("@@", "--- ", "! ")):
            replace(file, old, new)
            old, new = "", ""
        if line.startswith("--- "):
            file = directory / line[4:]
        elif line[:1] in (" ", "-", "+"):
            old += f"{line[1:]}\n" if line[0] != "+" else ""
            new += f"{line[1:]}\n" if line[0] != "-" else ""


def replace(file: Path, old: str, new: str) -> None:
    """Put `new` for the only `old` of a file; without `old`, for the whole file."""
    if not old and new:
        file.write_text(new)
    elif old:
        before, after = f"\n{file.read_text()}".split(f"\n{old}")
        file.write_text(f"{before}\n{new}{after}"[1:])
