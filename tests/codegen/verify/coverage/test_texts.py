"""Coverage as JSON and JUnit."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify.coverage import collect, report
from tests.codegen.coverage_traces import Lines, Write, row_of, without

pytestmark = pytest.mark.usefixtures("no_drawings")


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
