from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.report import Explanation, Mutant, Result, explanations, outdated, page, score, unexplained

KILLED = Mutant("tars/core/outbox.py", "Outbox.add", "", "killed")
ENDLESS = Mutant("tars/core/outbox.py", "Outbox.add", "", "timeout")
LEFT = Mutant("tars/core/outbox.py", "Outbox.add", "a | b -> a & b", "survived")
UNTESTED = Mutant("tars/core/codec.py", "encode", "return 1 -> return 2", "no tests")
REJECTED = Mutant("tars/core/codec.py", "encode", "", "caught by type check")
ALL = [KILLED, ENDLESS, LEFT, UNTESTED, REJECTED]


def test_what_no_test_notices_or_runs_needs_an_explanation() -> None:
    assert unexplained(ALL, []) == [LEFT, UNTESTED]
    assert unexplained(ALL, [Explanation("outbox Outbox.add: a | b -> a & b", "the same")]) == [UNTESTED]


@pytest.mark.parametrize("change", ["codec encode: *", "codec *: return 1 -> return 2", "*"])
def test_an_explanation_may_leave_text_open(change: str) -> None:
    assert UNTESTED not in unexplained(ALL, [Explanation(change, "so")])


@pytest.mark.parametrize("change", ["outbox Outbox.add: x -> y", "outbox Outbox.add", "codec encode: return . -> return 2"])
def test_an_explanation_of_what_does_not_survive_is_outdated(change: str) -> None:
    assert outdated(ALL, [Explanation(change, "so")]) == [change]


def test_the_score_counts_only_changes_that_make_a_difference() -> None:
    explained = [Explanation("outbox *", "the same")]
    expected = "3 of 5 changes are noticed, 1 are explained, 1 are not: 75.0 % of those that make a difference are noticed."
    assert score(ALL, explained) == expected


def test_the_page_lists_modules_and_survivors() -> None:
    modules = sorted({mutant.module for mutant in ALL})
    results = [Result(name, f"c{number}", "", 1.7, tuple(one for one in ALL if one.module == name)) for number, name in enumerate(modules)]
    text = page([*results, Result("tars/core/status.py", "c7+", "", 0.1, ())], [Explanation("outbox *", "the same")])
    assert "| `tars/core/outbox.py` | 3 | 2 | 0 | 1 | 0 | `c1` |" in text
    assert "| `tars/core/codec.py` | 2 | 0 | 1 | 0 | 1 | `c0` |" in text
    assert "| `tars/core/status.py` | 0 | 0 | 0 | 0 | 0 | `c7+` |" in text
    assert r"| `outbox` `Outbox.add` | `a \| b -> a & b` | the same |" in text
    assert "| `codec` `encode` | `return 1 -> return 2` | **not explained** |" in text
    assert "It took 4 minutes." in text


def test_explanations_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "explained.yaml"
    file.write_text("explained:\n  - why: >\n      two\n      lines\n    changes: [one, other]\n")
    assert explanations(file) == [Explanation("one", "two lines"), Explanation("other", "two lines")]
    file.write_text("explained: []\n")
    assert explanations(file) == []
