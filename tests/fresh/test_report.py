from __future__ import annotations

import pytest

from tests.fresh.report import Row, closing_line, commands, table
from tests.fresh.root import ROOT


def test_the_readmes_first_commands_are_run_as_they_stand_there() -> None:
    assert commands((ROOT / "README.md").read_text()) == ["./run demo", "./run test"]
    assert commands("```text\nno\n```\n```sh\none\n\ntwo   # why\n```\n```sh\nthree\n```\n") == ["one", "two"]
    assert commands("```sh\none\n```\n```sh\ntwo\n```\n", blocks=2) == ["one", "two"]
    with pytest.raises(ValueError, match="no block"):
        commands("```text\nno\n```\n")


def test_the_closing_line_is_that_of_the_test_runner() -> None:
    output = "x\n==== 3 passed in 2.10s ====\n=== 4256 passed, 2 skipped in 900.00s (0:15:00) ===\nrows  100 %\n\n"
    assert closing_line(output) == "4256 passed, 2 skipped in 900.00s (0:15:00)"
    assert closing_line("=== short test summary info ===\nall of it is\n\n") == "all of it is"
    assert closing_line("") == "nothing"


def test_the_table_has_a_line_for_each_command() -> None:
    text = table([Row("13", "3.13.5", "./run demo", 0, 119.6, "a | b")])
    assert text.splitlines()[0] == "| Debian | Python | command | status | seconds | closing line |"
    assert text.splitlines()[2:] == ["| 13 | 3.13.5 | `./run demo` | 0 | 120 | a \\| b |"]
