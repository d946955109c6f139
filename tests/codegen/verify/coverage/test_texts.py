"""Coverage as JSON and JUnit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from codegen.definitions.model import Definitions, Ignored, Row
from codegen.emit.text import place
from codegen.verify.coverage import collect, report
from tests.codegen.coverage_traces import Lines, Write

pytestmark = pytest.mark.usefixtures("no_drawings")


def everything(definitions: Definitions) -> Iterator[dict[str, Any]]:
    """A trace that meets every row and every cell once."""
    for machine in definitions.machines:
        for state in machine.states:
            for event in machine.events:
                ignored = machine.ignored_for(state.name, event.name)
                written: tuple[Row | Ignored | None, ...] = machine.rows_for(state.name, event.name) or (ignored,)
                for entry in written:
                    outcome = "taken" if isinstance(entry, Row) else "ignored" if entry else "forbidden"
                    yield {
                        "time": 1.5,
                        "machine": machine.name,
                        "role": machine.role,
                        "from": state.name,
                        "event": event.name,
                        "outcome": outcome,
                        "row": place(entry.mark) if entry else None,
                    }


@pytest.fixture
def lines(definitions: Definitions) -> Lines:
    return list(everything(definitions))


def without(lines: Lines, row: str) -> Lines:
    return [line for line in lines if line["row"] != row]


def row_of(definitions: Definitions) -> Row:
    return definitions.machine("session", "device").rows_for("LISTENING", "hotword")[0]


def test_the_json_has_every_item_with_its_hits(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    row = place(row_of(definitions).mark)
    report(definitions, collect([trace(without(lines, row))]), tmp_path)
    data = json.loads((tmp_path / "coverage.json").read_text())
    rows = data["total"]["taken"]
    assert rows["covered"] == rows["total"] - 1
    items = [item for machine in data["machines"] for item in machine["items"]]
    assert len(items) == len(lines)
    assert [item["row"] for item in items if not item["hits"]] == [row]


def test_junit_fails_a_row_and_skips_another_cell(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    row = row_of(definitions)
    ignored = definitions.machine("session", "device").state("LISTENING").ignored[0]
    report(definitions, collect([trace(without(without(lines, place(row.mark)), place(ignored.mark)))]), tmp_path)
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert len(root.findall(".//testcase")) == len(lines)
    names = {tag: [case.get("name") for case in root.iter("testcase") if case.find(tag) is not None] for tag in ("failure", "skipped")}
    assert names == {"failure": [row.name], "skipped": [f"listening_{ignored.event}"]}
    suite = next(suite for suite in root if suite.get("name") == "session.device")
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    assert len({(case.get("classname"), case.get("name")) for case in root.iter("testcase")}) == len(lines)
