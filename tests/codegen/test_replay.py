"""Good traces of two real cores, and the same with a single thing changed: each change is found, at its line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from codegen import replay
from codegen.replay import Line, read
from tars.generated.server import events as server_events
from tests.pair import RESUME, Pair
from tests.replayed import MACHINES, found, rules

Lines = list[dict[str, Any]]


def as_json(line: Line) -> dict[str, Any]:
    return {
        "time": line.time,
        "node": line.node,
        "device": line.device,
        "machine": line.machine,
        "event": line.event,
        "payload": line.payload,
        "from": line.source,
        "to": line.target,
        "context": line.context,
        "outcome": line.outcome,
        "effects": list(line.effects),
        "row": line.row,
        "session": line.session,
        "message": line.message,
    }


def told(pair: Pair) -> dict[str, Lines]:
    """The trace of each side."""
    return {node: [json.loads(json.dumps(as_json(line))) for line in lines] for (_, node), lines in pair.story.streams.items()}


def conversation() -> Pair:
    """Two turns, an outage that is resumed, an end by the button; then nothing for a while."""
    pair = Pair(limits=RESUME).start()
    session = pair.converse()
    pair.pass_time(1)
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.carry()
    pair.cut()
    pair.pass_time(3)
    pair.reply(session, 1, bytes(3200))
    pair.pass_time(1)
    pair.at_server(server_events.SpeechEnded("an older one", 1))
    pair.heard(1, 1600)
    pair.pass_time(1)
    pair.button()
    pair.pass_time(20)
    return pair


class Traces:
    """The files of a run, and what replay says about them."""

    def __init__(self, folder: Path, sides: dict[str, Lines]) -> None:
        self.folder, self.sides = folder, sides

    def at(self, node: str, event: str, machine: str | None = None, number: int = 0) -> int:
        """The number of a line, from 1."""
        found = [at for at, line in enumerate(self.sides[node], 1) if line["event"] == event and machine in (None, line["machine"])]
        return found[number]

    def line(self, node: str, event: str, machine: str | None = None, number: int = 0) -> dict[str, Any]:
        return self.sides[node][self.at(node, event, machine, number) - 1]

    def write(self) -> list[Path]:
        for node, lines in self.sides.items():
            (self.folder / f"{node}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return [self.folder / f"{node}.jsonl" for node in self.sides]

    def findings(self) -> list[str]:
        return [str(finding).replace(f"{self.folder}/", "") for finding in found(read(self.write()))]

    def main(self, *options: str | Path) -> int:
        return replay.main([*map(str, self.write()), *map(str, options)])


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


# --- planted faults ------------------------------------------------------------------------------------------------------------


def wrong_target(traces: Traces) -> str:
    at = traces.at("device", "user_turn_end")
    traces.sides["device"][at - 1]["to"] = "SPEAKING"
    return f"device.jsonl:{at}: user_turn_end in USER_TURN of turn: the state afterwards is SPEAKING; by turn.yaml:"


def wrong_context(traces: Traces) -> str:
    traces.line("server", "playback_complete")["context"]["turn"] = 3
    return f"server.jsonl:{traces.at('server', 'playback_complete')}: playback_complete in DRAINING of turn: the context is turn=3; by "


def wrong_row(traces: Traces) -> str:
    traces.line("device", "hotword", "session")["row"] = "session.yaml:1"
    return f"device.jsonl:{traces.at('device', 'hotword', 'session')}: hotword in LISTENING of session: the row is session.yaml:1; by "


def wrong_guard(traces: Traces) -> str:
    """The other row of the cell would have been right."""
    at = traces.at("server", "hello", number=1)
    traces.sides["server"][at - 1]["payload"]["same_record"] = False
    return f"server.jsonl:{at}: hello in INTERRUPTED of continuity: the row is continuity.yaml:"


def effect_missing(traces: Traces) -> str:
    traces.line("device", "drained")["effects"] = []
    return f"device.jsonl:{traces.at('device', 'drained')}: drained in DRAINING of turn: the effects is nothing; by "


def effects_swapped(traces: Traces) -> str:
    traces.line("device", "hotword", "session")["effects"][0:2] = ["chime", "stop_speaker"]
    return f"device.jsonl:{traces.at('device', 'hotword', 'session')}: hotword in LISTENING of session: the effects is chime, stop_speaker,"


def ignored_is_taken(traces: Traces) -> str:
    at = traces.at("device", "hotword", "turn")
    traces.sides["device"][at - 1] |= {"outcome": "taken", "to": "USER_TURN"}
    return f"device.jsonl:{at}: hotword in NO_TURN of turn: the outcome is taken; by turn.yaml:"


def forbidden(traces: Traces) -> str:
    at = traces.at("server", "playback_complete")
    traces.sides["server"][at - 1] |= {"from": "SPEAKING"}
    return f"server.jsonl:{at}: turn is in SPEAKING; since server.jsonl:{at - 2} it is in DRAINING"


def unknown_state(traces: Traces) -> str:
    traces.line("device", "drained")["to"] = "DREAMING"
    return f"device.jsonl:{traces.at('device', 'drained')}: turn goes from DRAINING to DREAMING; there is no such state"


def line_missing(traces: Traces) -> str:
    """A machine is not told what another one emits."""
    at = traces.at("server", "session_began")
    del traces.sides["server"][at - 1]
    return f"server.jsonl:{at}: before this, a line is missing in which turn takes session_began (caused in server.jsonl:{at - 1})"


def wired_line_missing(traces: Traces) -> str:
    """An outside event does not reach all machines that it is wired to."""
    at = traces.at("device", "hotword", "turn")
    del traces.sides["device"][at - 1]
    return f"device.jsonl:{at}: before this, a line is missing in which turn takes hotword (caused in device.jsonl:{at - 1})"


def lines_swapped(traces: Traces) -> str:
    at = traces.at("device", "hotword", "turn")
    lines = traces.sides["device"]
    lines[at - 1], lines[at] = lines[at], lines[at - 1]
    return f"device.jsonl:{at}: before this, a line is missing in which turn takes hotword"


def out_of_nothing(traces: Traces) -> str:
    at = traces.at("server", "session_began")
    traces.sides["server"].insert(at, dict(traces.sides["server"][at - 1]))
    return f"server.jsonl:{at + 1}: turn takes session_began, which nothing caused; nothing waits for delivery"


def taken_twice(traces: Traces) -> str:
    at = traces.at("device", "user_turn_end")
    traces.sides["device"].insert(at, dict(traces.sides["device"][at - 1]))
    number = traces.line("device", "user_turn_end")["message"]
    return f"device.jsonl:{at + 1}: user_turn_end is message {number}; {number} was taken already: each is taken once, in order"


def never_sent(traces: Traces) -> str:
    del traces.sides["server"][traces.at("server", "speech_ended", "turn") - 1]
    return f"device.jsonl:{traces.at('device', 'user_turn_end')}: message 2 is user_turn_end; server.jsonl:"


def passed_over(traces: Traces) -> str:
    del traces.sides["device"][traces.at("device", "user_turn_end") - 1]
    at = traces.at("device", "start_of_tts_stream")
    return (
        f"device.jsonl:{at}: start_of_tts_stream is message 3; message 2 (user_turn_end) comes before it, and was neither taken nor stale"
    )


def foreign_session(traces: Traces) -> str:
    at = traces.at("device", "user_turn_end")
    traces.sides["device"][at - 1]["payload"]["session"] = "s9"
    return f"device.jsonl:{at}: user_turn_end session=s9 turn=1 is not current, but was taken: "


def foreign_turn(traces: Traces) -> str:
    at = traces.at("server", "playback_complete")
    traces.sides["server"][at - 1]["payload"]["turn"] = 3
    return f"server.jsonl:{at}: playback_complete has turn=3; device.jsonl:{traces.at('device', 'drained')} sends turn=2"


def greeting_out_of_nothing(traces: Traces) -> str:
    at = traces.at("device", "socket_opened", number=1)
    del traces.sides["device"][at - 1]
    return f"server.jsonl:{traces.at('server', 'hello', number=1)}: hello is taken; no line of the device sends it before that"


def stale_without_reason(traces: Traces) -> str:
    at = traces.at("server", "speech_ended", number=1)
    line = traces.sides["server"][at - 1]
    assert line["outcome"] == "stale"
    line["event"], line["payload"] = "timer_due", {"label": "tea"}
    return f"server.jsonl:{at}: timer_due is dropped as stale, but it is current: continuity LINKED, "


def message_stale_without_reason(traces: Traces) -> str:
    at = traces.at("device", "user_turn_end")
    mark = {"machine": None, "event": "stale_message", "payload": {"type": "user_turn_end", "number": 2}, "outcome": None, "message": None}
    traces.sides["device"][at - 1] |= mark | {"from": None, "to": None, "row": None, "effects": [], "context": {}}
    return f"device.jsonl:{at}: user_turn_end is dropped as stale, but session=s1 turn=1 is current; server.jsonl:"


def late_event_taken(traces: Traces) -> str:
    at = traces.at("server", "speech_ended", number=1)
    mark = {"machine": "turn", "from": "USER_TURN", "to": "THINKING", "outcome": "taken", "context": {"turn": 1}, "effects": []}
    traces.sides["server"][at - 1] |= mark
    return f"server.jsonl:{at}: speech_ended is taken, but it is stale here: "


def limit_too_early(traces: Traces) -> str:
    at = traces.at("device", "stable")
    before = traces.sides["device"][at - 2]
    traces.sides["device"][at - 1]["time"] = before["time"]
    return f"device.jsonl:{at}: stable passes after "


def limit_of_another_state(traces: Traces) -> str:
    at = traces.at("device", "stable")
    traces.sides["device"][at - 1] |= {"event": "greeting_late"}
    return f"device.jsonl:{at}: greeting_late passes in CONNECTED, which has no such limit"


def limits_longer(traces: Traces) -> str:
    """What a node says of its limits holds, not the defaults."""
    traces.line("device", "begins")["payload"]["limits"]["stable_after"] = 60.0
    return f"device.jsonl:{traces.at('device', 'stable')}: stable passes after 1"


def begins_in_the_middle(traces: Traces) -> str:
    """A device keeps nothing over a restart."""
    lines = traces.sides["device"]
    again = json.loads(json.dumps(lines[0]))
    again["payload"]["machines"]["session"]["state"] = "ACTIVE_SESSION"
    again["time"] = lines[-1]["time"]
    lines.append(again)
    return f"device.jsonl:{len(lines)}: session begins in ACTIVE_SESSION with session= gaps=False; a life begins in IDLE, or where"


def wrong_payload(traces: Traces) -> str:
    at = traces.at("server", "session_end")
    del traces.sides["server"][at - 1]["payload"]["reason"]
    return f"server.jsonl:{at}: session_end brings session; it brings session, reason"


FAULTS = [
    value
    for value in vars().copy().values()
    if callable(value) and getattr(value, "__annotations__", {}) == {"traces": "Traces", "return": "str"}
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_changed_line_is_found(fault: Callable[[Traces], str], traces: Traces) -> None:
    expected = fault(traces)
    findings = traces.findings()
    assert any(line.startswith(expected) for line in findings), "\n".join([f"expected: {expected}", *findings])


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
    (device,) = replay.replay(*rules(), read(traces.write()))
    assert [step.cause for step in device.steps if step.node == "server" and step.kind == "begins"] == ["begins", "goes on", "begins"]


def test_the_clocks_of_both_sides_may_differ(traces: Traces, capsys: pytest.CaptureFixture[str]) -> None:
    for line in traces.sides["server"]:
        line["time"] = (datetime.fromisoformat(line["time"]) - timedelta(seconds=30)).isoformat()
    assert traces.main("--draw") == 0
    output = capsys.readouterr().out
    assert "kitchen: the server's clock is -30.0 s ahead of the device's" in output
    assert output.index("● hotword (session=s1") < output.index("● hotword_detected 1 (session=s1)") < output.index("● session_started 1")


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
        ('{"time": "noon"}', "time 'noon' is not ISO 8601"),
        ('{"outcome": "odd"}', "outcome 'odd'; allowed: taken, ignored, forbidden, stale, or null"),
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
