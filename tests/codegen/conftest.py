"""What the tests of coverage share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.verify.coverage import page
from tests.codegen.coverage_traces import Lines, Write


@pytest.fixture
def trace(tmp_path: Path) -> Write:
    """Write a trace, given as lines or as text."""

    def write(content: Lines | str) -> Path:
        file = tmp_path / "trace.jsonl"
        file.write_text(content if isinstance(content, str) else "".join(json.dumps(line) + "\n" for line in content))
        return file

    return write


@pytest.fixture
def no_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing seven diagrams takes a second; a test that looks at them undoes this."""
    monkeypatch.setattr(page, "render", lambda dot: f"<svg>{len(dot)}</svg>")
