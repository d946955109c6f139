"""Replay as a command, on good traces of two real cores: of one life and several, of one side and both, whole and cut."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from codegen.verify import replay
from codegen.verify.replay import read
from tests.codegen.traces import Traces, conversation, told
from tests.pair import RESUME, Pair
from tests.replayed import MACHINES, rules


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path, told(conversation()))


def test_a_good_trace_is_what_the_definitions_and_the_specs_allow(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    assert traces.main() == 0
    output = capsys.readouterr().out.splitlines()
    assert output[-1] == "all of it is what the definitions and the specs allow"
    assert output[0].startswith("kitchen (device): ")
    assert output[2] == "kitchen: 11 messages arrived"


@pytest.mark.parametrize("other", ["device", "server"])
def test_one_side_alone_can_be_replayed(other: str, traces: Traces) -> None:
    del traces.sides[other]
    assert traces.findings() == []


# --- the specs -------------------------------------------------------------------------------------------------------------------


def with_specs(folder: Path, old: str, new: str) -> Path:
    """The definitions, with one spec changed."""
    shutil.copytree(MACHINES, folder)
    text = (folder / "specs.yaml").read_text()
    assert old in text
    (folder / "specs.yaml").write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "violated"),
    [
        ('device.microphone != "SERVER" or', 'device.microphone != "SERVER" or not', "privacy"),
        ("session: [[LISTENING, LISTENING], ", "session: [", "agreement"),
        ("sends.hotword_detected == (before", "sends.hotword_detected != (before", "answered_at_once"),
        ("server.brains == 1 if", "server.brains == 2 if", "one_brain"),
    ],
)
def test_a_spec_that_a_trace_does_not_keep_is_named(
    old: str, new: str, violated: str, traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert traces.main("--machines", with_specs(tmp_path / "machines", old, new)) == 1
    findings = [line for line in capsys.readouterr().out.splitlines() if ".jsonl:" in line]
    assert findings
    assert all(f": VIOLATED {violated}: " in line for line in findings), findings


# --- lives, clocks, cut traces -----------------------------------------------------------------------------------------------------


def test_a_server_that_crashes_begins_anew_and_one_that_is_replaced_goes_on(tmp_path: Path) -> None:
    pair = Pair(limits=RESUME).start()
    pair.converse()
    pair.replace()
    pair.pass_time(3)
    pair.crash()
    pair.pass_time(8)
    traces = Traces(tmp_path, told(pair))
    assert traces.findings() == []
    (device,) = replay.replay(*rules(), read(traces.write(), "device"))
    assert [step.cause for step in device.steps if step.node == "server" and step.kind == "begins"] == ["begins", "goes on", "begins"]


def test_the_clocks_of_both_sides_may_differ(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    for line in traces.sides["server"]:
        line["time"] = (datetime.fromisoformat(line["time"]) - timedelta(seconds=30)).isoformat()
    assert traces.main("--draw") == 0
    output = capsys.readouterr().out
    assert "kitchen: the server's clock is -30.0 s ahead of the device's" in output
    assert output.index("● hotword (session=s1") < output.index("● hotword_detected 1 (session=s1)") < output.index("● session_started 1")


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


def test_what_cannot_be_matched_is_said(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    traces.sides["server"] = traces.sides["server"][8:]
    assert traces.main() == 0
    assert "were taken before the other trace begins; whether they were sent is not known (" in capsys.readouterr().out


@pytest.mark.parametrize("lost", [1, 3, 8, 12])
def test_a_trace_may_begin_in_the_middle(lost: int, traces: Traces) -> None:
    traces.sides = {node: lines[lost:] for node, lines in traces.sides.items()}
    assert traces.findings() == []


def test_half_a_line_at_the_end_says_nothing_and_the_step_that_it_cut_is_told(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    server = traces.sides["server"] = traces.sides["server"][: traces.at("server", "brain_ready")]
    traces.sides["device"] = traces.sides["device"][: traces.at("device", "session_started") - 1]
    traces.write()
    with (traces.folder / "server.jsonl").open("a") as file:
        file.write('{"time": "2026-')
    assert replay.main([str(traces.folder)]) == 0
    told = f"server.jsonl:{len(server)}: the server ends in the middle of a step, before turn takes session_began; was it killed?"
    assert told in capsys.readouterr().out


# --- the command -----------------------------------------------------------------------------------------------------------------


def test_the_drawing_shows_steps_messages_and_findings(traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces.line("device", "user_turn_end")["to"] = "SPEAKING"
    assert traces.main("--draw", "--svg", tmp_path / "drawing.svg") == 1
    output = capsys.readouterr().out
    assert "│─ hotword_detected 1 ──" in output
    assert "━━━ " in output
    root = ElementTree.parse(tmp_path / "drawing.svg").getroot()
    assert "hotword_detected 1" in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_one_device_of_several_is_chosen(traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces.sides["server"] += [line | {"device": "bedroom"} for line in traces.sides["server"][:3]]
    assert traces.main() == 0
    assert "bedroom (server): 3 lines" in capsys.readouterr().out
    assert traces.main("--device", "kitchen") == 0
    assert "bedroom" not in capsys.readouterr().out
    assert traces.main("--svg", tmp_path / "drawing.svg") == 2
    assert capsys.readouterr().out == "--svg draws one device; choose it with --device: bedroom, kitchen\n"
    assert traces.main("--device", "attic") == 2
    assert capsys.readouterr().out == "no line is about a device 'attic'; there are: bedroom, kitchen\n"


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


def test_files_that_are_not_there_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay.main([str(tmp_path / "none.jsonl")]) == 2
    assert capsys.readouterr().out == f"{tmp_path / 'none.jsonl'}: no such file or folder\n"
    assert replay.main([str(tmp_path)]) == 2
    assert capsys.readouterr().out == f"{tmp_path}: no *.jsonl file in this folder; was the run traced?\n"
    (tmp_path / "empty.jsonl").touch()
    assert replay.main([str(tmp_path)]) == 2
    assert capsys.readouterr().out == "there is not a single line in these traces\n"


def test_definitions_that_are_wrong_replay_nothing(traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = with_specs(tmp_path / "machines", "device.microphone !=", "device.microphones !=")
    assert traces.main("--machines", folder) == 2
    assert "P401 device.microphones stands for nothing here" in capsys.readouterr().out
