"""From `machines/` to the representation, with everything that is wrong reported at once, sorted by place."""

from __future__ import annotations

from pathlib import Path

from codegen import build, shape
from codegen.model import Definitions, Finding
from codegen.yaml_marks import Document, read

NOT_MACHINES = ("messages.yaml", "system.yaml")


def load(directory: Path) -> tuple[Definitions | None, list[Finding]]:
    """The definitions, None if they cannot be built, and every finding: syntax, then shape, then meaning of what is left."""
    findings: set[Finding] = set()
    sound: dict[str, Document] = {}
    paths = sorted({*directory.glob("*.yaml"), *(directory / name for name in NOT_MACHINES)})
    for path in paths:
        document, found = read(path)
        if document.values:
            found |= shape.check(document)
        if not found:
            sound[path.name] = document
        findings |= found
    definitions = _definitions(sound) if len(sound) == len(paths) else None
    return definitions, sorted(findings)


def _definitions(documents: dict[str, Document]) -> Definitions:
    return Definitions(
        machines=tuple(
            machine for name, document in documents.items() if name not in NOT_MACHINES for machine in build.machines(document.root)
        ),
        messages=build.messages(documents["messages.yaml"].root),
        system=build.system(documents["system.yaml"].root),
        sources={name: document.text for name, document in documents.items()},
    )
