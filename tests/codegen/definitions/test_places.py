from __future__ import annotations

from codegen.definitions.places import Finding, Mark


def test_a_finding_is_printed_so_that_an_editor_finds_its_place() -> None:
    assert str(Finding(Mark("bell.yaml", 36, 13), "T101", "event latte is not declared")) == (
        "bell.yaml:36:13: T101 event latte is not declared"
    )


def test_findings_are_sorted_by_place_and_lines_as_numbers() -> None:
    places = [Mark("bell.yaml", 10, 1), Mark("bell.yaml", 9, 7), Mark("lamp.yaml", 1, 1), Mark("bell.yaml", 9, 2)]
    found = sorted(Finding(mark, "T101", "") for mark in places)
    assert [str(finding.mark) for finding in found] == ["bell.yaml:9:2", "bell.yaml:9:7", "bell.yaml:10:1", "lamp.yaml:1:1"]
