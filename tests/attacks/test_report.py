"""The table says what was measured, and what does not hold."""

from __future__ import annotations

from tests.attacks.judge import Finding
from tests.attacks.report import Result, line, page, table
from tests.attacks.rows import Row


def result(name: str, *wrong: str) -> Result:
    """A row that was measured."""
    row = Row(name, f"somebody | {name}", "holds", lambda *_: None)
    return Result(row, Finding(["memory + 1.00 MB", "status 0"], list(wrong)), 2.4)


def test_a_row_is_red_if_one_of_its_limits_does_not_hold() -> None:
    assert (result("floods").verdict, result("floods", "status 1").verdict) == ("ok", "red")
    assert line(result("floods", "status 1; must be 0")).splitlines() == [
        "red    floods (2 s): memory + 1.00 MB; status 0",
        "       status 1; must be 0",
    ]


def test_the_table_has_five_cells_a_row_whatever_is_in_them() -> None:
    lines = table([result("floods")]).splitlines()
    assert [text.count(" | ") for text in lines] == [4, 4, 4]
    assert lines[2] == "| floods | somebody / floods | holds | memory + 1.00 MB; status 0 | ok |"


def test_the_page_counts_and_names_what_is_red() -> None:
    text = page([result("floods"), result("guesses", "900 /s; at most 50 /s")], 90.0, "2026-01-02")
    assert "on 2026-01-02" in text
    assert "2 rows in 1.5 minutes; 1 of them are red" in text
    assert "- guesses: 900 /s; at most 50 /s" in text
    assert "What does not hold" not in page([result("floods")], 1.0, "2026-01-02")
