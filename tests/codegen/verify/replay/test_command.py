"""`python -m codegen replay` on whole traces."""

from __future__ import annotations

import shutil
from pathlib import Path

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


def with_specs(folder: Path, old: str, new: str) -> Path:
    """The definitions, with one spec changed."""
    shutil.copytree(MACHINES, folder)
    text = (folder / "specs.yaml").read_text()
    assert old in text
    (folder / "specs.yaml").write_text(text.replace(old, new))
    return folder


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


def test_one_device_of_several_is_chosen(traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces.sides["server"] += [line | {"device": "bedroom"} for line in traces.sides["server"][:3]]
    assert traces.main() == 0
    assert "bedroom (server): 3 lines" in capsys.readouterr().out
    assert traces.main("--pair", "kitchen") == 0
    assert "bedroom" not in capsys.readouterr().out
    assert traces.main("--svg", tmp_path / "drawing.svg") == 2
    assert capsys.readouterr().out == "--svg draws one pair of nodes; choose it with --pair: bedroom, kitchen\n"
    assert traces.main("--pair", "attic") == 2
    assert capsys.readouterr().out == "no line is about 'attic'; there are: bedroom, kitchen\n"


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
    assert traces.main("--definitions", folder) == 2
    assert "P401 device.microphones stands for nothing here" in capsys.readouterr().out
