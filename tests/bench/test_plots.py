"""Pictures are small, and the same figures give the same file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.figures import Line, Picture
from tests.bench.plots import write

LARGEST = 60_000
"""Bytes."""
MINUTE = [Line(name, [(at, at % 7) for at in range(1, 61)]) for name in ("one", "another", "a third", "a fourth")]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_picture_is_small_and_always_the_same(logarithmic: bool, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = Picture("device", "CPU of a device", "s", "% of a core", MINUTE, logarithmic)
    written = [write(picture, tmp_path / folder).read_text() for folder in ("first", "second")]
    assert written[0] == written[1]
    assert len(written[0]) < LARGEST
    assert ">CPU of a device<" in written[0], "text is text"
    assert "<dc:date>" not in written[0]
