"""A trace as a sequence diagram."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.codegen.traces import Traces, conversation, told


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path, told(conversation()))


def test_the_drawing_shows_steps_messages_and_findings(traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces.line("device", "user_turn_end")["to"] = "SPEAKING"
    assert traces.main("--draw", "--svg", tmp_path / "drawing.svg") == 1
    output = capsys.readouterr().out
    assert "│─ hotword_detected 1 ──" in output
    assert "━━━ " in output
    root = ElementTree.parse(tmp_path / "drawing.svg").getroot()
    assert "hotword_detected 1" in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
