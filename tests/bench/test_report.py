"""The report holds every row, every picture, and how each part was measured."""

from __future__ import annotations

from tests.bench.__main__ import PARTS as MEASURED_PARTS
from tests.bench.figures import Line, Measured, Picture, Row
from tests.bench.report import PARTS, Run, page

MEASURED = {
    "idle": Measured([Row("KiB", [13], [13], "websockets")], [Picture("memory", "Memory", "devices", "MiB", [Line("TARS", [(0, 0)])])]),
    "frame": Measured([Row("us", [80], [100], "websockets")], notes=["The machine was busy."]),
}
TEXT = page(MEASURED, Run("2026-01-01", minutes=9.6, load=1.5, passes=3, versions=["websockets 17.4"]), "performance")


def test_every_row_stands_in_the_table_once() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ")]
    assert rows[2:] == ["| KiB | 13 | websockets 13 | 1.00 | - |", "| us | 80 | websockets 100 | 0.80 | - |"]


def test_pictures_and_notes_stand_in_their_part() -> None:
    idle, frame = TEXT.partition("## Many devices")[2].split("## A frame of sound")
    assert "![Memory](performance/memory.svg)" in idle
    assert "The machine was busy." in frame
    assert "2026-01-01" in TEXT
    assert "websockets 17.4" in TEXT
    assert "Load average before: 1.5;" in " ".join(TEXT.split())


def test_every_part_says_how_it_is_measured() -> None:
    assert PARTS.keys() == MEASURED_PARTS.keys()
