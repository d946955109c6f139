"""The diagrams are parsed by Mermaid itself, and every row, limit and state is read back from what it understands."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions.model import Definitions, Machine, Row
from codegen.emit.export import FOLDER
from codegen.emit.export.mermaid import diagram
from tests.codegen.emit.export.conftest import Script
from tests.codegen.emit.export.walks import MACHINES

ROOT = Path(__file__).resolve().parents[4]
LINE = re.compile(r"(?P<event>\w+)(?: \[(?P<guard>[\w ]+)\])?(?: / (?P<done>[^▸]+?))?(?: ▸ (?P<emits>.+))?")


def listed(text: str | None) -> list[str]:
    """Its items; a comma within brackets divides none."""
    return re.split(r", (?![^(]*\))", text) if text else []


def shown(line: str) -> tuple[str, str, list[str], list[str]]:
    """A row as it is drawn: event, guard, what is done, what is emitted."""
    found = LINE.fullmatch(line)
    assert found, line
    return found["event"], found["guard"] or "", listed(found["done"]), listed(found["emits"])


def defined(row: Row) -> tuple[str, str, list[str], list[str]]:
    """The same from the definitions."""
    emits = [emit.event + (f"({', '.join(f'{name}={value}' for name, value in emit.values)})" if emit.values else "") for emit in row.emits]
    return row.event, row.guard_text, [*(f"{name} = {value}" for name, value in row.assign), *row.actions], emits


def check(machine: Machine, read: dict[str, Any]) -> None:
    """What Mermaid has read is the machine."""
    start, *arrows = read["arrows"]
    assert start[:2] == ["root_start", machine.initial]
    drawn = [(source, target, shown(line)) for source, target, lines in arrows for line in lines]
    expected = [(row.state, row.target, defined(row)) for row in machine.rows if row.target]
    assert sorted(drawn, key=str) == sorted(expected, key=str)
    assert set(read["states"]) == {"root_start", *(state.name for state in machine.states)}
    for state in machine.states:
        heading, doc, *lines = read["states"][state.name]["lines"]
        assert (heading, doc) == (state.name, " ".join(state.doc.split()))
        limits = [line.partition(" = ")[0] for line in lines if " after " in line]
        assert limits == [f"{timeout.event} after {timeout.after}" for timeout in state.timeouts]
        assert [line for line in lines if line.startswith("entry / ")] == ([f"entry / {', '.join(state.entry)}"] if state.entry else [])
        staying = [shown(line) for line in lines if " after " not in line and not line.startswith("entry / ")]
        assert staying == [defined(row) for row in state.rows if row.target is None]
        assert read["states"][state.name]["classes"] == (["quiet"] if state.may_rest else [])


def test_mermaid_reads_every_machine_whole(definitions: Definitions, script: Script) -> None:
    paths = [ROOT / FOLDER / f"{name}-{role}.mmd" for name, role in MACHINES]
    for name, read in zip(MACHINES, script("mermaid.cjs", *paths), strict=True):
        check(definitions.machine(*name), read)


def test_the_same_diagrams_stand_in_the_page(definitions: Definitions) -> None:
    page = (ROOT / FOLDER).parent / "exports.md"
    blocks = re.findall(r"(?ms)^```mermaid\n(.*?)^```$", page.read_text())
    assert blocks == [(ROOT / FOLDER / f"{name}-{role}.mmd").read_text().partition("\n")[2] for name, role in MACHINES]


def test_words_that_mean_something_to_mermaid_do_not(definitions: Definitions, script: Script, tmp_path: Path) -> None:
    machine = definitions.machine("turn", "device")
    hostile = 'a: b; c --> d "e" <br/> #35; {f} %% g `h` [*] ; end note'
    states = tuple(replace(state, doc=hostile) for state in machine.states)
    file = tmp_path / "hostile.mmd"
    file.write_text(diagram(replace(machine, states=states), {setting.name: setting for setting in definitions.system.limits}))
    (read,) = script("mermaid.cjs", file)
    check(replace(machine, states=states), read)


@pytest.mark.parametrize(
    ("old", "new"), [("SPEAKING --> DRAINING: tts_stream_end", "SPEAKING --> THINKING: tts_stream_end"), ("--> NO_TURN", "-> NO_TURN")]
)
def test_a_fault_in_the_diagram_is_noticed(definitions: Definitions, script: Script, tmp_path: Path, old: str, new: str) -> None:
    text = (ROOT / FOLDER / "turn-device.mmd").read_text()
    assert old in text
    file = tmp_path / "faulty.mmd"
    file.write_text(text.replace(old, new))
    with pytest.raises(AssertionError):
        check(definitions.machine("turn", "device"), script("mermaid.cjs", file)[0])
