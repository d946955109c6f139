"""What was sent and what arrived."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.codegen.traces import Traces, conversation, told


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path, told(conversation()))


def test_the_clocks_of_both_sides_may_differ(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    for line in traces.sides["server"]:
        line["time"] = (datetime.fromisoformat(line["time"]) - timedelta(seconds=30)).isoformat()
    assert traces.main("--draw") == 0
    output = capsys.readouterr().out
    assert "kitchen: the server's clock is -30.0 s ahead of the device's" in output
    assert output.index("● hotword (session=s1") < output.index("● hotword_detected 1 (session=s1)") < output.index("● session_started 1")


def test_what_cannot_be_matched_is_said(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    traces.sides["server"] = traces.sides["server"][8:]
    assert traces.main() == 0
    assert "were taken before the other trace begins; whether they were sent is not known (" in capsys.readouterr().out
