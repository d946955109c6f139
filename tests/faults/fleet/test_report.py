"""The page says what was seen, what failed, and what gives way."""

from __future__ import annotations

from tests.faults.fleet.judge import FleetVerdict
from tests.faults.fleet.report import page
from tests.faults.judge import Verdict
from tests.faults.report import Row

GOOD = Row("owner killed", "answering", FleetVerdict("kept", 100, 100, sent=90, played=80, cut=10, answers=2, utterances=2, back=0.5), 30)
BAD = Row("slow Redis", "speaking", Verdict(wrong=["the lab itself failed: no switch"]), 3)


def test_a_row_holds_every_number() -> None:
    (row,) = [text for text in page([GOOD], {}, 60, "2026-01-01").splitlines() if text.startswith("| owner killed")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["owner killed", "answering", "ok", "kept", "100", "100", "0", "2", "2", "90", "80", "10", "-", "0.50"]


def test_what_failed_and_what_gives_way_is_said() -> None:
    text = page([GOOD, BAD], {"owner killed": "an answer is cut", "slow Redis": ""}, 60, "2026-01-01")
    assert "2 rows in 1 minutes; 1 of them failed." in text
    assert "- slow Redis, speaking: the lab itself failed: no switch" in text
    assert "- owner killed: an answer is cut" in text
    assert "- slow Redis: \n" not in text
    assert "Until another server had the device: median 0.50 s (1 rows)." in text
