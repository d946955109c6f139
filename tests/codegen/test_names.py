"""codegen names no machine, state, event, action, variable or node of TARS: what it must know of a system stands in its definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from codegen.definitions.model import Definitions, Machine
from codegen.load import ROOT
from tests.explored import defined

WORDS = {
    **dict.fromkeys(("connection", "lost", "resume", "resumed", "start", "stopped"), "plain words for a link"),
    **dict.fromkeys(
        ("ack", "gap", "gaps", "same_record", "reason", "numbered", "reply", "speech", "score", "attempt", "failed", "failures"),
        "words of the library",
    ),
    **dict.fromkeys(("at", "label", "model", "operator", "timer", "wanted", "fresh"), "plain English, or words of Python"),
    **dict.fromkeys(("network", "device", "overflow"), "words of system.yaml, HTML and CSS"),
}
"""Words that TARS uses as names, and that the library uses for something of its own, or that another format prescribes."""
PRESCRIBED = {"device": {"codegen/verify/coverage/page.py"}}
"""The files in which HTML prescribes a word that is also a node of TARS."""
TEXTS = {".py", ".pml", ".json", ".txt", ".css", ".yaml", ".md"}


def names(definitions: Definitions) -> set[str]:
    """All that TARS gives a name to, and TARS itself."""
    found = {"tars", "TARS"} | {name for machine in definitions.machines for name in _of_machine(machine)}
    found |= {message.name for message in definitions.messages.messages}
    found |= {name for entry in definitions.system.outside for name in (entry.event, entry.by)}
    return found | {node.name for node in definitions.system.nodes}


def _of_machine(machine: Machine) -> Iterator[str]:
    yield machine.name
    yield from machine.actions
    yield from (guard.name for guard in machine.guards)
    yield from (variable.name for variable in machine.context)
    for state in machine.states:
        yield from (state.name, *(name for name, _ in state.outputs))
    for event in (*machine.events, *machine.emits):
        yield from (event.name, *(field.name for field in event.payload))


def used(text: str, known: set[str]) -> set[str]:
    """The names that stand in a text as words or as parts of words."""
    words = re.findall(r"[A-Za-z_]\w*", text)
    return known & {part for word in words for part in (word, *word.split("_"))}


def files() -> list[Path]:
    return [file for file in sorted((ROOT / "codegen").rglob("*")) if file.suffix in TEXTS]


def test_no_file_of_codegen_names_anything_of_tars() -> None:
    known = names(defined()[0])
    found = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files()
        for name in used(file.read_text(), known)
        if name not in WORDS or str(file.relative_to(ROOT)) not in PRESCRIBED.get(name, {str(file.relative_to(ROOT))})
    }
    assert found == set()


def test_every_exception_is_needed() -> None:
    known = names(defined()[0])
    texts = {file: used(file.read_text(), known) for file in files()}
    assert set(WORDS) <= known
    assert [word for word in WORDS if not any(word in found for found in texts.values())] == []
    assert [(word, file) for word, those in PRESCRIBED.items() for file in those if word not in texts[ROOT / file]] == []


def test_a_name_is_seen_alone_and_in_a_longer_word() -> None:
    assert used("x = device_continuity == UNLINKED", {"device", "continuity", "UNLINKED", "turn"}) == {"device", "continuity", "UNLINKED"}
