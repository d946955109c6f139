"""Tables."""

from __future__ import annotations

from codegen.emit.markdown import table


def test_a_bar_in_a_text_does_not_break_a_table() -> None:
    assert table(("a", "b"), [("x | y", "two\nlines")]).splitlines()[2] == "| x \\| y | two lines |"


def test_a_column_that_nothing_fills_is_left_out() -> None:
    assert table(("a", "b"), [("1", ""), ("2", "")]) == "| a |\n| --- |\n| 1 |\n| 2 |"
    assert table(("a", "b"), []) == ""
