"""The pages on machines, the index and the rules."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from codegen.definitions.model import Definitions, Machine
from codegen.emit import diagrams, docs, export
from codegen.lint import CODES


@pytest.fixture
def pages(definitions: Definitions) -> dict[str, str]:
    return {path.removeprefix("docs/generated/"): text for path, text in docs.emit(definitions).items()}


def page_of(pages: dict[str, str], machine: Machine) -> str:
    return pages[f"{machine.name}-{machine.role}.md"]


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level."""
    level = heading.split(maxsplit=1)[0]
    return page.split(f"\n{heading}\n", 1)[1].split(f"\n{level} ", 1)[0]


def test_there_is_a_page_for_each_machine_and_the_five_for_all(definitions: Definitions, pages: dict[str, str]) -> None:
    machines = {f"{machine.name}-{machine.role}.md" for machine in definitions.machines}
    assert set(pages) == machines | {"index.md", "system.md", "messages.md", "rules.md"}


def test_each_page_begins_with_the_command_and_its_source(pages: dict[str, str]) -> None:
    assert pages["turn-server.md"].startswith("<!-- Written by `python -m codegen` from machines/turn.yaml; do not edit. -->\n")
    assert all(page.startswith("<!-- Written by `python -m codegen` from ") for page in pages.values())


def test_every_link_leads_to_a_page_a_picture_or_a_line_that_is_there(definitions: Definitions, pages: dict[str, str]) -> None:
    drawn = {path.rsplit("/", 1)[1].replace(".dot", ".svg") for path in diagrams.emit(definitions)}
    exports = export.emit(definitions)
    for name, page in pages.items():
        for link in re.findall(r"\]\(([^)]+)\)", page):
            target, _, anchor = link.partition("#")
            if target.startswith("../../machines/"):
                text = definitions.sources[target.removeprefix("../../machines/")]
                assert not anchor or int(anchor.removeprefix("L")) <= len(text.splitlines()), f"{name}: {link}"
            elif target:
                assert target in pages or target in drawn or f"{diagrams.FOLDER}/{target}" in exports, f"{name}: {link}"
            else:
                assert f"\n### {anchor}\n" in page, f"{name}: {link}"


def test_every_row_is_listed_in_its_state_with_its_line(definitions: Definitions, pages: dict[str, str]) -> None:
    for machine in definitions.machines:
        for row in machine.rows:
            lines = section(page_of(pages, machine), f"### {row.state}").splitlines()
            line = next(line for line in lines if f"(../../machines/{row.mark.file}#L{row.mark.line})" in line)
            assert line.startswith(f"| `{row.event}` |")
            wanted = [row.guard_text, row.target or "stays", row.doc, *row.actions, *(emit.event for emit in row.emits)]
            assert all(part in line for part in wanted), line


def test_every_ignored_cell_is_listed_with_its_reason(definitions: Definitions, pages: dict[str, str]) -> None:
    for machine in definitions.machines:
        for state in machine.states:
            listed = section(page_of(pages, machine), f"### {state.name}")
            assert all(f"| `{cell.event}` | {cell.why} |" in listed for cell in state.ignored)


def test_the_matrix_has_every_cell_once(definitions: Definitions, pages: dict[str, str]) -> None:
    machine = definitions.machine("session", "device")
    matrix = section(page_of(pages, machine), "## Every cell")
    assert "| **fresh** | ✗ | *ignored* | stays | `HOTWORD_DETECTED` or `LISTENING` |" in matrix
    taken, ignored, forbidden = docs.cells(machine)
    assert matrix.count("| *ignored*") == ignored
    assert matrix.count("| ✗") == forbidden
    assert taken + ignored + forbidden == len(machine.states) * len(machine.events)


def test_a_limit_is_told_with_its_default(pages: dict[str, str]) -> None:
    assert "`no_answer` comes after `answer_limit` (12 s)." in pages["session-device.md"]
    assert "| `answer_limit > brain_limit` | `12 > 8` |" in pages["system.md"]


def test_every_event_says_where_it_comes_from_and_where_it_goes(definitions: Definitions, pages: dict[str, str]) -> None:
    for machine in definitions.machines:
        taken = section(page_of(pages, machine), "## Events it takes")
        for event in machine.events:
            row = next(line for line in taken.splitlines() if line.startswith(f"| `{event.name}` |"))
            assert "device." in row or "server." in row or "outside: " in row or event.kind == "timeout", row
        assert page_of(pages, machine).count("[server.") + page_of(pages, machine).count("[device.") >= 1


def test_every_rule_is_listed(pages: dict[str, str]) -> None:
    assert all(f"| `{code}` | {meaning} |" in pages["rules.md"] for code, meaning in CODES.items())


def test_a_changed_row_changes_the_page(definitions: Definitions) -> None:
    machine = definitions.machine("session", "device")
    first = machine.states[0]
    changed = replace(first, rows=(replace(first.rows[0], actions=("sing",)), *first.rows[1:]))
    other = replace(machine, states=(changed, *machine.states[1:]))
    assert "`sing`" in docs.machine_page(definitions, other)
    assert "`sing`" not in docs.machine_page(definitions, machine)
