"""From a directory of definitions to the representation, with everything that is wrong reported at once, sorted by place."""

from __future__ import annotations

import argparse
from pathlib import Path

from codegen import lint
from codegen.definitions import build, schema
from codegen.definitions.model import Definitions
from codegen.definitions.places import Finding
from codegen.definitions.yaml_reader import Document, read

MESSAGES, SYSTEM, SPECS, EQUIVALENT = "messages.yaml", "system.yaml", "specs.yaml", "equivalent.yaml"


ROOT = Path(__file__).resolve().parent.parent
MACHINES = "machines"
"""The folder of the definitions. Generated documents link to it by this name."""

VERIFICATION = "verification.md"
"""The page that `explore --report` fills in: with {rows}, {specs}, {well}, {all}, {kinds} and {cut}."""


def add_definitions(parser: argparse.ArgumentParser) -> None:
    """The option that all commands share."""
    parser.add_argument(
        "--definitions", type=Path, default=ROOT / MACHINES, metavar="DIR", help="the definitions (default: machines/ of this checkout)"
    )


def load(directory: Path) -> tuple[Definitions | None, list[Finding]]:
    """The definitions, None if a file cannot be read or has the wrong shape, and every finding: syntax, shape, meaning."""
    findings: set[Finding] = set()
    sound: dict[str, Document] = {}
    paths = sorted({*directory.glob("*.yaml"), directory / MESSAGES, directory / SYSTEM} - {directory / SPECS, directory / EQUIVALENT})
    for path in paths:
        document, found = read(path)
        if document.values:
            found |= schema.check(document)
        if not found:
            sound[path.name] = document
        findings |= found

    machines = tuple(machine for name in sound if name not in (MESSAGES, SYSTEM) for machine in build.machines(sound[name].root))
    messages = build.messages(sound[MESSAGES].root) if MESSAGES in sound else None
    system = build.system(sound[SYSTEM].root) if SYSTEM in sound else None
    whole = len(sound) == len(paths)
    # Wiring is judged only when every file is there: names of a file that could not be read would all count as undeclared.
    findings |= lint.check(machines, messages, system if whole else None)
    if not (whole and messages and system):
        return None, sorted(findings)
    return Definitions(machines, messages, system, {name: document.text for name, document in sound.items()}), sorted(findings)
