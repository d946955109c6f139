"""`tars-server forget` beside a running server, which goes on writing its trace and its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tars.server.state_folder import read_url
from tests.e2e.test_operators import Tail
from tests.programs import program, tars_pi
from tests.sounds import noise, quiet, write_wav


def holding(folder: Path, text: str) -> list[str]:
    """The files in which this text stands, or whose names hold it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if text in path.name or text.encode() in path.read_bytes()]


def json_lines(folder: Path) -> list[dict[str, Any]]:
    """The lines of all files of the trace, in their order."""
    files = [*sorted(folder.glob("trace.*.jsonl")), *folder.glob("trace.jsonl")]
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_is_left_of_a_device_and_the_server_writes_on(form: str, tmp_path: Path) -> None:
    folder, said = tmp_path / "server", tmp_path / "said.wav"
    folder.mkdir()
    write_wav(said, noise(1), quiet(60))
    places: list[str | Path] = ["--state", folder / "state", "--trace", folder / "trace.jsonl", "--record", folder / "heard"]
    config = tmp_path / "main.yaml"
    config.write_text(f"log: {form}\nlog_file: {folder / 'log'}\n")
    keys = {}
    for device in ("kitchen", "hall"):
        with program("tars.server", "key", "add", device, *places) as command:
            assert command.exits() == 0
            keys[device] = command.lines[0]
    with program("tars.server", "--brain", "echo", "--port", "0", *places, "--config", config) as server:
        Tail(folder / "log").wait_for("listening")
        url, _ = read_url(folder / "state")
        hall = tars_pi(url, "--device", "hall", "--microphone", f"file:{said}", TARS_KEY=keys["hall"])
        kitchen = tars_pi(url, "--device", "kitchen", "--microphone", f"file:{said}", TARS_KEY=keys["kitchen"])
        with hall as in_the_hall, kitchen as in_the_kitchen:
            for pi in (in_the_hall, in_the_kitchen):
                pi.says("continuity UNLINKED -> LINKED")
                pi.press_enter()
            for pi in (in_the_hall, in_the_kitchen):
                pi.says("turn DRAINING -> USER_TURN")
            assert {"state/server.sqlite", "trace.jsonl", "log"} <= set(holding(folder, "kitchen"))
            with program("tars.server", "forget", "device", "kitchen", *places, "--config", config) as command:
                assert command.exits() == 0
                command.says("Nothing was deleted")
            with program("tars.server", "forget", "device", "kitchen", "--yes", *places, "--config", config) as command:
                assert command.exits() == 0, command.output
                command.says("kitchen is forgotten here")
            in_the_kitchen.says("link lost")
            assert holding(folder, "kitchen") == []
            began = len(json_lines(folder))
            in_the_hall.press_enter()
            Tail(folder / "log").wait_for("session ACTIVE_SESSION -> LISTENING")
            assert "link lost" not in in_the_hall.output
            server.stop()
    lines = json_lines(folder)
    assert {line["device"] for line in lines} == {"hall"}
    assert "answered" in [line["event"] for line in lines[:began]], "what was there before stays"
    assert "session_end" in [line["event"] for line in lines[began:]], "the server writes on"
    assert holding(folder, "kitchen") == []
