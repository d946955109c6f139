"""codegen names no machine, state, event, action, variable or node of TARS: what it must know of a system stands in its definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from codegen.definitions.model import Definitions, Machine
from codegen.load import ROOT
from tests.explored import defined

DEFINITIONS, VERIFY = "codegen/definitions/*", "codegen/verify/*"
LINK, WIRE, PROMELA = "codegen/verify/explore/machines/*", "codegen/verify/explore/wire/*", "codegen/verify/promela/*"
SERVE, FLEET = "codegen/verify/serve/*", "codegen/verify/explore/fleet/*"
REPLAY, LINT, EMIT = "codegen/verify/replay/*", "codegen/lint/*", "codegen/emit/*"
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    # plain words for a link
    "connection": (DEFINITIONS, LINK, WIRE, FLEET, PROMELA, SERVE),
    "lost": (DEFINITIONS, LINT, LINK, WIRE, FLEET, PROMELA, "codegen/verify/replay/draw.py", "codegen/verify/sequence_diagram.py", SERVE),
    "resume": (DEFINITIONS, LINK, WIRE, PROMELA),
    "resumed": (DEFINITIONS, LINT, LINK, WIRE, FLEET, PROMELA),
    "same_record": (DEFINITIONS, LINT, LINK, WIRE, PROMELA),
    "fenced": (WIRE, PROMELA, SERVE),
    "session": (FLEET,),
    "fresh": (LINK, PROMELA, REPLAY),
    "numbered": (DEFINITIONS, EMIT, LINT, LINK, WIRE, PROMELA, REPLAY, "codegen/verify/search.py"),
    # words of the model in explore/wire, which has streams of samples and acknowledgements
    "ack": (WIRE, "codegen/definitions/schemas/messages.schema.json", "codegen/emit/reference.py"),
    "gap": (WIRE, "codegen/verify/coverage/page.css", SERVE),
    "gaps": (WIRE, "codegen/verify/explore/command.py"),
    "given_up": (WIRE,),
    "reply": (WIRE,),
    "speech": (WIRE,),
    # words of the library for something of its own
    "attempt": ("codegen/emit/export/xstate.py", "codegen/verify/explore/machines/story.py", SERVE),
    "button": (SERVE,),
    "failed": ("codegen/verify/coverage/texts.py",),
    "failures": ("codegen/verify/coverage/texts.py",),
    "network": (DEFINITIONS, EMIT, LINK, PROMELA),
    "reason": (DEFINITIONS, EMIT, LINT, LINK, WIRE, PROMELA, "codegen/verify/mutate/report.py"),
    "score": ("codegen/verify/mutate/report.py",),
    "start": (DEFINITIONS, EMIT, LINK, WIRE, PROMELA, "codegen/verify/mutate/detectors.py", "codegen/verify/sequence_diagram.py", SERVE),
    "stopped": ("codegen/verify/search.py",),
    "timer": ("codegen/emit/export/scxml.py",),
    "machine_step": ("codegen/verify/explore/machines/alone.py",),
    "watch": (DEFINITIONS, VERIFY),
    # plain English, or words of Python, HTML and CSS
    "at": ("codegen/*",),
    "device": ("codegen/verify/coverage/page.py", "codegen/verify/serve/web/page.html"),
    "label": (EMIT, VERIFY),
    "model": ("codegen/*",),
    "operator": (DEFINITIONS, "codegen/verify/mutate/*"),
    "overflow": ("codegen/verify/coverage/page.css", SERVE),
    "server": (SERVE,),
    "wanted": (DEFINITIONS, LINT, LINK, REPLAY),
}
"""Words that TARS uses as names, and the files (`*`: any below) where the library uses them for something of its own, or another format
prescribes them.
"""
TEXTS = {".py", ".pml", ".json", ".txt", ".css", ".js", ".html", ".yaml", ".md"}


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
    """The names that stand in a text as words or as parts of words: in `LinkLost` and `on_link_lost` there are `link_lost` and `lost`."""
    found: set[str] = set()
    for word in set(re.findall(r"[A-Za-z_]\w*", text)):
        parts = [part for piece in word.split("_") for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", piece)]
        runs = {"_".join(parts[begin:end]) for begin in range(len(parts)) for end in range(begin + 1, len(parts) + 1)}
        found |= runs | {run.lower() for run in runs if not run.isupper()}
    return known & found


def files() -> list[Path]:
    return [file for file in sorted((ROOT / "codegen").rglob("*")) if file.suffix in TEXTS]


def needed() -> dict[str, set[str]]:
    """The names of TARS that stand in codegen/, each with the files."""
    known = names(defined()[0])
    found = [(name, str(file.relative_to(ROOT))) for file in files() for name in used(file.read_text(), known)]
    return {name: {file for one, file in found if one == name} for name, _ in found}


def test_no_file_of_codegen_names_anything_of_tars() -> None:
    found = [(file, name) for name, those in needed().items() for file in sorted(those)]
    assert [(file, name) for file, name in found if not any(fnmatch(file, pattern) for pattern in EXCEPTIONS.get(name, ()))] == []


def test_every_exception_is_needed() -> None:
    found = needed()
    exceptions = [(name, pattern) for name, patterns in EXCEPTIONS.items() for pattern in patterns]
    assert [(name, pattern) for name, pattern in exceptions if not any(fnmatch(file, pattern) for file in found.get(name, ()))] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = device_continuity == UNLINKED", {"device", "continuity", "UNLINKED"}),
        ("class ServerSession: ContinuityState", {"server", "session", "continuity"}),
        ("deviceTurns = UnlinkedTARSLink", {"device", "TARS"}),
        ("on_link_lost(), LinkLost", {"link_lost"}),
        ("returns, sessions, devices, unlinked", set()),
    ],
)
def test_a_name_is_seen_alone_and_in_a_longer_word(text: str, found: set[str]) -> None:
    assert used(text, {"device", "server", "session", "continuity", "UNLINKED", "turn", "TARS", "link_lost"}) == found
