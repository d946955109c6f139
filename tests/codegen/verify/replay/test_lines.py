"""Reading a trace line by line."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from codegen.verify import replay
from codegen.verify.replay import read
from tests.codegen.traces import Traces, conversation, told


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path, told(conversation()))


@pytest.mark.parametrize("node", ["device", "server"])
@pytest.mark.parametrize("seconds", [3600, -3600, 5, -5])
@pytest.mark.parametrize("place", [0.3, 0.6, 0.95])
def test_a_time_of_day_that_is_set_in_the_middle_changes_nothing(
    node: str, seconds: int, place: float, traces: Traces, capsys: pytest.CaptureFixture[str]
) -> None:
    for side, lines in traces.sides.items():
        first = datetime.fromisoformat(lines[0]["time"])
        for line in lines:
            line["clock"] = (datetime.fromisoformat(line["time"]) - first).total_seconds() + (100 if side == "server" else 0)
    for line in traces.sides[node][int(len(traces.sides[node]) * place) :]:
        line["time"] = (datetime.fromisoformat(line["time"]) + timedelta(seconds=seconds)).isoformat()
    assert traces.main() == 0
    assert "kitchen: 11 messages arrived" in capsys.readouterr().out


def test_a_machine_that_was_started_anew_counts_from_the_time_of_day_again(traces: Traces) -> None:
    lines = traces.sides["device"]
    for number, line in enumerate(lines):
        line["clock"] = (datetime.fromisoformat(line["time"]) - datetime.fromisoformat(lines[0]["time"])).total_seconds()
        line["clock"] += 500 if number < 5 else -0.001
    read_back = read(traces.write(), "device")["kitchen", "device"]
    assert read_back[-1].moment == pytest.approx(datetime.fromisoformat(lines[-1]["time"]).timestamp(), abs=0.01)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("oops\n", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]\n", "a line must be a JSON object, not []"),
        ("{}\n", "time is null; it must be str"),
        ('{"node": "attic"}', "node 'attic'; allowed: device, server"),
        ('{"clock": "noon"}', 'clock is "noon"; it must be a number of seconds'),
        ('{"time": "noon"}', "time 'noon' is not ISO 8601"),
        ('{"outcome": "odd"}', "outcome 'odd'; allowed: taken, ignored, forbidden, outdated, or null"),
    ],
)
def test_what_is_no_trace_is_refused_with_its_line(
    text: str, complaint: str, traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = traces.sides["device"][0]
    path = tmp_path / "odd.jsonl"
    path.write_text(text if text.endswith("\n") else json.dumps(first | json.loads(text)) + "\n")
    assert replay.main([str(path)]) == 2
    assert capsys.readouterr().out == f"{path}:1: {complaint}\n"
