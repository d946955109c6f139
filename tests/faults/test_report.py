"""The table says what was seen, and what failed."""

from __future__ import annotations

from tests.faults.judge import Verdict
from tests.faults.report import Row, figures, line, page

GOOD = Row("connection reset", "speaking", Verdict("kept", 100, 100, 0, 90, 90, 0, 0.01, 0.02, 1.0, 1.1), 30)
BAD = Row("none", "throughout", Verdict("ended: lost", 100, 80, wrong=["20 samples are lost"]), 20)


def test_a_row_holds_every_number() -> None:
    (row,) = [text for text in page([GOOD], 60, "2026-01-01").splitlines() if text.startswith("| connection")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["connection reset", "speaking", "ok", "kept", "100", "100", "0", "90", "90", "0.01", "0.02", "1.00", "1.10"]
    assert "up 100/100  down 90/90  noticed 0.01 0.02  back 1.00 1.10  (30 s)" in line(GOOD)


def test_what_failed_is_said_with_its_reason() -> None:
    text = page([GOOD, BAD], 60, "2026-01-01")
    assert "2 rows in 1 minutes; 1 of them failed." in text
    assert "- none, throughout: 20 samples are lost" in text
    assert line(BAD).startswith("FAILED")
    assert "What failed" not in page([GOOD], 60, "2026-01-01")


def test_a_page_says_whether_the_links_were_encrypted_and_how_it_is_written() -> None:
    assert page([GOOD], 60, "2026-01-01").startswith("# Faults\n\nWritten by `make faults` on")
    said = page([GOOD], 60, "2026-01-01", encrypted=True)
    assert said.startswith("# Faults, with encrypted links\n\nWritten by `python -m tests.faults --encrypted --report docs/")


def test_figures_leave_out_what_did_not_come_to_pass() -> None:
    assert figures([GOOD, BAD]).splitlines()[2] == "- link back: median 1.00 s, worst 1.00 s (1 rows)"
    assert figures([BAD]) == ""
