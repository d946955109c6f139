"""Progress on stderr."""

from __future__ import annotations

import pytest

from codegen.verify.progress import Progress


def test_a_quiet_one_says_nothing_and_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert Progress("a search", quiet=True).seconds >= 0
    assert capsys.readouterr().err == ""
