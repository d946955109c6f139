"""Coverage as a page."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

import graphviz
import pytest

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify import coverage
from codegen.verify.coverage import collect, page, report
from tests.codegen.coverage_traces import Lines, Write, row_of, without

MACHINES = Path(__file__).resolve().parents[4] / "machines"


pytestmark = pytest.mark.usefixtures("no_drawings")


needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")


def test_the_page_quotes_the_yaml_of_every_row_and_ignored_cell(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path
) -> None:
    report(definitions, collect([trace(lines)]), tmp_path)
    text = (tmp_path / "index.html").read_text()
    for machine in definitions.machines:
        marks = [row.mark for row in machine.rows] + [cell.mark for state in machine.states for cell in state.ignored]
        for mark in marks:
            line = definitions.sources[mark.file].splitlines()[mark.line - 1].strip()
            assert html.escape(line) in text, line


def test_the_page_lists_what_was_never_exercised(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    row = row_of(definitions)
    report(definitions, collect([trace(without(lines, place(row.mark))[1:])]), tmp_path)
    never = (tmp_path / "index.html").read_text().split("Never exercised", 1)[1].split("</section>", 1)[0]
    assert f'href="#{place(row.mark)}"' in never
    assert never.count("<li>") == 2
    report(definitions, collect([trace(lines)]), tmp_path)
    assert "Nothing: every row was taken" in (tmp_path / "index.html").read_text()


def test_every_link_of_the_page_leads_somewhere_in_it(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    report(definitions, collect([trace("")]), tmp_path)
    text = (tmp_path / "index.html").read_text()
    parts = text.split('href="')[1:]
    targets = {part.split('"', 1)[0] for part in parts}
    assert targets
    assert all(target.startswith("#") and f'id="{target[1:]}"' in text for target in targets)
    ids = [part.split('"', 1)[0] for part in text.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


@needs_dot
def test_the_page_holds_the_diagrams_and_nothing_from_elsewhere(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    report(definitions, collect([trace(lines)]), tmp_path)
    text = (tmp_path / "index.html").read_text()
    assert text.count("<svg ") == len(definitions.machines)
    assert "<script" not in text
    assert 'src="' not in text
    assert "@import" not in text
    assert "prefers-color-scheme: dark" in text


def test_without_graphviz_the_page_says_so(definitions: Definitions, trace: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(dot: str) -> str:
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr(page, "render", absent)
    report(definitions, collect([trace("")]), tmp_path)
    assert "The diagram needs graphviz" in (tmp_path / "index.html").read_text()


def test_a_row_over_several_lines_is_quoted_whole(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    shutil.copytree(MACHINES, tmp_path / "machines")
    session = tmp_path / "machines" / "session.yaml"
    old = "          - {event: start, target: LISTENING, emit: [started]}\n"
    assert old in session.read_text()
    block = "          - event: start\n            target: LISTENING\n            emit: [started]\n"
    session.write_text(session.read_text().replace(old, block))
    arguments = ["--trace", str(trace("")), "--out", str(tmp_path / "out"), "--definitions", str(tmp_path / "machines")]
    assert coverage.main(arguments) == 0
    assert "- event: start\n  target: LISTENING\n  emit: [started]</code>" in (tmp_path / "out" / "index.html").read_text()
