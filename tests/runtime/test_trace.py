from __future__ import annotations

import json
import os
import pty
from pathlib import Path

import pytest

from tars.core.effects import Traced
from tars.errors import ConfigError
from tars.generated.device import events as device_events
from tars.runtime import clock
from tars.runtime.trace import Trace, describe
from tests.pair import Pair

HOTWORD = Traced(
    node="device",
    device="kitchen",
    machine="session",
    event="hotword",
    payload={"model": "hey_jarvis", "score": 0.98},
    source="LISTENING",
    target="HOTWORD_DETECTED",
    context={"session": "s1"},
    outcome="taken",
    row="session.yaml:47",
    effects=("chime", "emit hotword_detected"),
    session="s1",
    message=None,
)
IGNORED = Traced("server", "kitchen", "turn", "fresh", {}, "NO_TURN", "NO_TURN", {"turn": 0}, "ignored", "turn.yaml:33", message=4)
FORBIDDEN = Traced("server", "kitchen", "turn", "fresh", {}, "NO_TURN", "NO_TURN", {"turn": 0}, "forbidden")
STAYED = Traced("device", "kitchen", "session", "ring", {"label": "the tea"}, "LISTENING", "LISTENING", {}, "taken", "x:1", ("play_alarm",))
OUTDATED = Traced("device", "kitchen", None, "drained", {"turn": 2}, outcome="outdated")
MARK = Traced("server", "kitchen", None, "first_sample_received", {"at": 640})


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_has_every_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: 1_767_649_263.25)
    monkeypatch.setattr(clock, "now", lambda: 17.5)
    trace = Trace(tmp_path / "trace.jsonl")
    trace.write(HOTWORD)
    assert lines(tmp_path / "trace.jsonl") == [
        {
            "time": "2026-01-05T21:41:03.250000+00:00",
            "clock": 17.5,
            "node": "device",
            "device": "kitchen",
            "machine": "session",
            "event": "hotword",
            "payload": {"model": "hey_jarvis", "score": 0.98},
            "from": "LISTENING",
            "to": "HOTWORD_DETECTED",
            "context": {"session": "s1"},
            "outcome": "taken",
            "effects": ["chime", "emit hotword_detected"],
            "row": "session.yaml:47",
            "session": "s1",
            "message": None,
        }
    ]
    trace.close()


def test_each_line_can_be_read_as_soon_as_it_is_written(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    for count in range(1, 4):
        trace.write(MARK)
        assert len(lines(tmp_path / "trace.jsonl")) == count
    trace.close()


def test_what_real_cores_do_can_be_written(tmp_path: Path) -> None:
    pair = Pair().start()
    pair.hotword()
    pair.carry()
    pair.at_device(device_events.Stop())
    pair.carry()
    traced = [effect for _, effect in pair.effects if isinstance(effect, Traced)]
    trace = Trace(tmp_path / "trace.jsonl")
    for effect in traced:
        trace.write(effect)
    trace.close()
    assert [line["event"] for line in lines(tmp_path / "trace.jsonl")] == [effect.event for effect in traced]
    assert {line["node"] for line in lines(tmp_path / "trace.jsonl")} == {"device", "server"}


def test_a_restart_continues_the_file(tmp_path: Path) -> None:
    for _ in range(2):
        trace = Trace(tmp_path / "trace.jsonl")
        trace.write(MARK)
        trace.close()
    assert len(lines(tmp_path / "trace.jsonl")) == 2


def test_without_a_file_nothing_happens() -> None:
    trace = Trace(None)
    trace.write(HOTWORD)
    trace.close()


def test_after_close_nothing_is_written(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    trace.close()
    trace.close()
    trace.write(HOTWORD)
    assert lines(tmp_path / "trace.jsonl") == []


def test_a_file_that_cannot_be_opened_is_the_users_to_change(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "trace.jsonl"
    with pytest.raises(ConfigError) as raised:
        Trace(path)
    assert str(raised.value) == f"cannot write the trace to {path}: No such file or directory; choose another --trace"


def test_a_trace_is_for_its_owner_and_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "older").touch()
    (tmp_path / "older").chmod(0o644)
    for name, mode in (("older", 0o644), ("new", 0o600)):
        Trace(tmp_path / name).close()
        assert (tmp_path / name).stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("read", [False, True])
def test_a_pipe_is_refused_at_once_whether_somebody_reads_it_or_not(tmp_path: Path, read: bool) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK) if read else None
    with pytest.raises(ConfigError) as raised:
        Trace(path)
    assert str(raised.value) == (
        f"cannot write the trace to {path}: it is no file, and the program would wait for whoever reads it; choose another --trace"
    )
    if reader is not None:
        os.close(reader)


def test_a_terminal_is_refused() -> None:
    ours, its = pty.openpty()
    with pytest.raises(ConfigError, match="it is no file"):
        Trace(Path(os.ttyname(its)))
    os.close(its)
    os.close(ours)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_ends_the_trace_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    trace = Trace(Path("/dev/full"))
    trace.write(HOTWORD)
    trace.write(HOTWORD)
    trace.close()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "the trace ends here, it cannot be written any more")
    ]


@pytest.mark.parametrize(
    ("traced", "line"),
    [
        (HOTWORD, "session | LISTENING -> HOTWORD_DETECTED | hotword (model=hey_jarvis score=0.98) | chime, emit hotword_detected"),
        (STAYED, 'session | LISTENING | ring (label="the tea") | play_alarm'),
        (IGNORED, "turn | NO_TURN | fresh | ignored turn.yaml:33"),
        (FORBIDDEN, "turn | NO_TURN | fresh | forbidden"),
        (OUTDATED, "drained (turn=2) | outdated"),
        (MARK, "first_sample_received (at=640)"),
    ],
)
def test_a_line_for_people(traced: Traced, line: str) -> None:
    columns = [column.strip() for column in describe(traced).split("   ")]
    assert " | ".join(column for column in columns if column) == line
    assert describe(traced).index(traced.event) == 50, "events stand below each other"
