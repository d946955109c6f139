"""The score, the exit code and the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.definitions.places import Mark
from codegen.verify.mutate.command import main
from codegen.verify.mutate.detectors import Notice
from codegen.verify.mutate.operators import faults
from codegen.verify.mutate.report import INTRODUCTION, TESTS, Explanation, Result, explanations, summary, written
from tests.explored import defined

ROOT = Path(__file__).parents[4]
EXPLAINED = ROOT / "machines" / "equivalent.yaml"

MARK = Mark("turn.yaml", 7, 3)
NOTICED = Result("row removed: a", "row removed", MARK, Notice("lint", "T115"), None)
SPECIFIED = Result("target changed: b", "target changed", MARK, Notice("specs", "home"), True)
LEFT = Result("effects swapped: c", "effects swapped", MARK, None, True)
WHY = Explanation("effects swapped: c", "nobody hears which comes first")


def test_when_every_survivor_is_explained_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert summary([NOTICED, SPECIFIED, LEFT], [WHY]) == 0
    said = capsys.readouterr().out
    assert "row removed: 1 planted; noticed by 1 lint, 0 exploration, 0 specs; 0 left" in said
    assert "2 of 3 faults are noticed, 1 make no difference, 0 are unexplained: 100.0 % of those that make a difference are noticed" in said


def test_a_survivor_without_an_explanation_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert summary([NOTICED, LEFT], []) == 1
    assert "UNEXPLAINED turn.yaml:7 effects swapped: c" in capsys.readouterr().out


@pytest.mark.parametrize("results", [[NOTICED], [NOTICED, Result(LEFT.fault, LEFT.operator, MARK, Notice("specs", "home"), True)]])
def test_an_explanation_of_what_does_not_survive_is_an_error(results: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    assert summary(results, [WHY]) == 1
    assert "OUTDATED effects swapped: c is explained, and does not survive" in capsys.readouterr().out


def test_the_page_names_each_survivor_with_its_reason() -> None:
    page = written([NOTICED, SPECIFIED, LEFT], [WHY], 600, 2)
    assert "| turn.yaml:7 | effects swapped: c | nobody hears which comes first |" in page
    assert "| specs | `home` | 1 |" in page
    assert "| all |  | 3 | 1 | 0 | 1 | 1 | 2 |" in page
    assert "**unexplained**" in written([LEFT], [], 600, 2)


def test_the_page_that_is_kept_says_what_the_command_writes() -> None:
    page = (ROOT / "docs/reports/mutation.md").read_text(encoding="utf-8")
    assert page.startswith(f"{INTRODUCTION}\n\n")
    assert f"\n\n{TESTS}\n\n" in page


def test_what_is_explained_is_planted_and_stands_once() -> None:
    names = {fault.name for fault in faults(defined()[0])}
    assert [one.fault for one in explanations(EXPLAINED) if one.fault not in names] == []
    assert all(one.why for one in explanations(EXPLAINED))


def test_an_explanation_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "equivalent.yaml"
    file.write_text("equivalent:\n  - why: one\n    faults: [a, b]\n  - why: other\n    faults: [b]\n")
    with pytest.raises(ValueError, match=r"equivalent\.yaml: explained twice: b"):
        explanations(file)


def test_nothing_is_planted_into_broken_definitions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--definitions", str(tmp_path)]) == 2
    assert "nothing was planted" in capsys.readouterr().out
