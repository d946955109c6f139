"""A good trace with a single thing changed: each change is found, at its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.codegen.traces import Traces, conversation, told


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path, told(conversation()))


def wrong_target(traces: Traces) -> str:
    at = traces.at("device", "user_turn_end")
    traces.sides["device"][at - 1]["to"] = "SPEAKING"
    return f"device.jsonl:{at}: user_turn_end in USER_TURN of turn: the state afterwards is SPEAKING; by turn.yaml:"


def wrong_context(traces: Traces) -> str:
    traces.line("server", "playback_complete")["context"]["turn"] = 3
    place = f"server.jsonl:{traces.at('server', 'playback_complete')}"
    return f"{place}: playback_complete in DRAINING of turn: the context is turn=3 reply_complete=False; by "


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
    before = "message 2 (user_turn_end) comes before it, and was neither taken nor outdated"
    return f"device.jsonl:{at}: start_of_tts_stream is message 3; {before}"


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


def outdated_without_reason(traces: Traces) -> str:
    at = traces.at("server", "speech_ended", number=1)
    line = traces.sides["server"][at - 1]
    assert line["outcome"] == "outdated"
    line["event"], line["payload"] = "timer_due", {"label": "tea"}
    return f"server.jsonl:{at}: timer_due is dropped as outdated, but it is current: continuity LINKED, "


def message_stale_without_reason(traces: Traces) -> str:
    at = traces.at("device", "user_turn_end")
    mark = {
        "machine": None,
        "event": "outdated_message",
        "payload": {"type": "user_turn_end", "number": 2},
        "outcome": None,
        "message": None,
    }
    traces.sides["device"][at - 1] |= mark | {"from": None, "to": None, "row": None, "effects": [], "context": {}}
    return f"device.jsonl:{at}: user_turn_end is dropped as outdated, but session=s1 turn=1 is current; server.jsonl:"


def late_event_taken(traces: Traces) -> str:
    at = traces.at("server", "speech_ended", number=1)
    mark = {"machine": "turn", "from": "USER_TURN", "to": "THINKING", "outcome": "taken", "context": {"turn": 1}, "effects": []}
    traces.sides["server"][at - 1] |= mark
    return f"server.jsonl:{at}: speech_ended is taken, but it is outdated here: "


def limit_too_early(traces: Traces) -> str:
    at = traces.at("device", "stable")
    before = traces.sides["device"][at - 2]
    traces.sides["device"][at - 1]["time"] = before["time"]
    return f"device.jsonl:{at}: stable passes after "


def limit_of_another_state(traces: Traces) -> str:
    at = traces.at("device", "stable")
    traces.sides["device"][at - 1] |= {"event": "greeting_late"}
    return f"device.jsonl:{at}: greeting_late passes in CONNECTED, which has no such timeout"


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
