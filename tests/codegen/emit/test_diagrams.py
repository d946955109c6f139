from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from codegen.definitions.model import Definitions, Machine, Row, Setting
from codegen.emit import diagrams
from codegen.emit.diagrams import GREEN, RED, machine_dot, render, svg_is_current
from codegen.emit.text import place
from codegen.load import load

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")


@pytest.fixture
def session(definitions: Definitions) -> Machine:
    return definitions.machine("session", "device")


def with_row(machine: Machine, old: Row, new: Row) -> Machine:
    states = (replace(state, rows=tuple(new if row is old else row for row in state.rows)) for state in machine.states)
    return replace(machine, states=tuple(states))


def test_there_is_a_dot_for_each_machine_and_role_and_one_for_the_system(definitions: Definitions) -> None:
    names = {f"docs/generated/{machine.name}-{machine.role}.dot" for machine in definitions.machines}
    assert set(diagrams.emit(definitions)) == names | {"docs/generated/system.dot"}


def test_each_dot_names_its_definition_and_the_command_in_its_first_line(definitions: Definitions) -> None:
    dot = diagrams.emit(definitions)["docs/generated/session-device.dot"]
    assert dot.splitlines()[0] == "// Written by `python -m codegen` from machines/session.yaml; do not edit."


def test_every_row_links_to_its_line(definitions: Definitions) -> None:
    for machine in definitions.machines:
        dot = machine_dot(machine)
        for row in machine.rows:
            assert f'HREF="../../machines/{row.mark.file}#L{row.mark.line}"' in dot, place(row.mark)


def test_every_state_shows_its_meaning_and_its_limit(session: Machine) -> None:
    dot = machine_dot(session, [Setting("answer_limit", 12.0, session.mark)])
    assert all(f'tooltip="{state.doc}' in dot for state in session.states)
    assert "after answer_limit = 12 s" in dot.replace("&#160;", " ")


def test_a_limit_in_plain_seconds_shows_them(session: Machine) -> None:
    states = tuple(replace(state, timeout=state.timeout and replace(state.timeout, after="3")) for state in session.states)
    assert "after 3 s" in machine_dot(replace(session, states=states)).replace("&#160;", " ")


def test_equal_definitions_give_equal_bytes(definitions: Definitions) -> None:
    again, _ = load(Path(__file__).resolve().parents[3] / "machines")
    assert again is not None
    assert diagrams.emit(definitions) == diagrams.emit(again)


@pytest.mark.parametrize(
    "change",
    [{"target": "IDLE"}, {"actions": ("dance",)}, {"assign": (("session", "payload.other"),)}, {"emits": ()}, {"doc": "because"}],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_a_row_changes_the_dot(session: Machine, change: dict[str, object]) -> None:
    row = session.rows_for("LISTENING", "hotword")[0]
    assert machine_dot(with_row(session, row, replace(row, **change))) != machine_dot(session)  # type: ignore[arg-type]


def test_a_row_that_leaves_and_enters_again_is_told_from_one_that_stays(definitions: Definitions) -> None:
    connection = definitions.machine("connection", "device")
    again = next(row for row in connection.rows if row.target == row.state)
    assert "enters&#160;again" in machine_dot(connection)
    assert "enters&#160;again" not in machine_dot(with_row(connection, again, replace(again, target=None)))


def test_every_wire_appears_in_the_system(definitions: Definitions) -> None:
    dot = diagrams.emit(definitions)["docs/generated/system.dot"].replace("&#160;", " ")
    for wire in definitions.system.routes:
        for port in wire.targets:
            ends = f"{wire.source.node}.{wire.source.machine}", f"{port.node}.{port.machine}"
            assert f'"{ends[0]} to {ends[1]}"' in dot or f'"{ends[1]} to {ends[0]}"' in dot, str(wire.source)
            assert wire.source.event in dot


def test_hits_colour_rows_and_link_into_the_report(session: Machine) -> None:
    first, *others = session.rows
    hits = {place(row.mark): 7 for row in others}
    dot = machine_dot(session, hits=hits)
    assert f'HREF="#{place(first.mark)}"' in dot
    assert dot.count(">never<") == 1
    assert dot.count(">7<") == len(others)
    assert RED in dot
    assert RED not in machine_dot(session, hits=hits | {place(first.mark): 1})
    assert GREEN not in machine_dot(session, hits={})


@needs_dot
def test_an_svg_is_current_for_its_own_dot_only(session: Machine) -> None:
    dot = machine_dot(session)
    svg = render(dot)
    row = session.rows[0]
    assert svg_is_current(svg, dot)
    assert not svg_is_current(svg, machine_dot(with_row(session, row, replace(row, doc="because"))))
    assert not svg_is_current("", dot)


@needs_dot
def test_other_bytes_of_an_svg_do_not_matter(session: Machine) -> None:
    dot = machine_dot(session)
    assert svg_is_current(render(dot).replace("<svg ", '<svg class="drawn-by-another-version" '), dot)


@needs_dot
def test_every_svg_is_well_formed_and_begins_with_the_command(definitions: Definitions) -> None:
    for path, dot in diagrams.emit(definitions).items():
        svg = render(dot)
        assert svg.startswith("<!-- Written by `python -m codegen` from machines/"), path
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
