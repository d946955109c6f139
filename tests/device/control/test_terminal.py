"""The commands status, watch, mute, unmute and volume, against a real control interface."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from tars.device.control import client as module
from tars.device.control import socket_path
from tars.device.control.client import ControlClient, NotRunningError
from tars.device.control.control import MOST_CLIENTS
from tars.device.control.terminal import carry_out, describe, line, painted
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tests.device.control.controlled import client_of, controlled
from tests.in_process import until

STATE = {
    "device": "kitchen",
    "activity": "listening",
    "linked": False,
    "muted": True,
    "server": "ws://tars:7456",
    "volume": 40,
    "wake_word": {"word": "hey_jarvis", "score": 0.975},
    "states": {"session": "LISTENING", "turn": "NO_TURN"},
}


def test_mute_unmute_and_volume_are_carried_out_before_they_return(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _):
            runner = kitchen.device_runner
            for words, muted, volume in (("mute", True, 100), ("volume 40", True, 40), ("unmute", False, 40)):
                await asyncio.to_thread(carry_out, words, runner.config)
                await until(lambda: (runner.core.muted, runner.loudness.volume) == (muted, volume))  # noqa: B023 - used at once
            await asyncio.to_thread(carry_out, "status", runner.config)

    asyncio.run(main())
    said = capsys.readouterr().out
    assert said.startswith("kitchen: not linked, idle\nserver ")
    assert "volume     40 %" in said
    assert "session LISTENING" in said


def test_watch_shows_what_happens_until_the_device_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control):
            watching = asyncio.create_task(asyncio.to_thread(carry_out, "watch", kitchen.device_runner.config))
            await until(lambda: control._clients)
            await asyncio.to_thread(carry_out, "mute", kitchen.device_runner.config)
            await until(lambda: kitchen.device_runner.core.muted)
            await asyncio.to_thread(carry_out, "unmute", kitchen.device_runner.config)
            await until(lambda: not kitchen.device_runner.core.muted)
            kitchen.wake.detect(0.97)
            await kitchen.steps.states(session="HOTWORD_DETECTED")
        with pytest.raises(NotRunningError, match="tars-pi has stopped"):
            await watching

    asyncio.run(main())
    said = [part for part in capsys.readouterr().out.splitlines() if part[2:3] == ":"]
    shown = [part[8:].split("  ", 2)[1:] for part in said if "connection" not in part]
    assert [f"{now.strip()} | {what.strip()}" for now, what in shown[:4]] == [
        "muted, not linked, idle | muted yes",
        "not linked, idle | muted no",
        "not linked, listening | wake word fake, score 0.97",
        "not linked, listening | session LISTENING -> HOTWORD_DETECTED (hotword)",
    ]


def test_a_snapshot_for_people_with_and_without_colours() -> None:
    plain = describe(STATE, colours=False)
    assert plain.splitlines()[0] == "kitchen: muted, not linked, listening"
    assert "wake word  hey_jarvis, score 0.97" in plain or "wake word  hey_jarvis, score 0.98" in plain
    assert "\x1b" not in plain
    assert (
        describe(STATE, colours=True).splitlines()[0]
        == "kitchen: \x1b[31mmuted\x1b[0m, \x1b[33mnot linked\x1b[0m, \x1b[32mlistening\x1b[0m"
    )
    assert describe(STATE | {"wake_word": None}, colours=False).splitlines()[3] == "wake word  none since the start"


@pytest.mark.parametrize("words", ["idle", "listening", "thinking", "speaking", "muted, idle"])
def test_each_activity_has_a_colour(words: str) -> None:
    assert painted(words, colours=True).count("\x1b[0m") == len(words.split(", "))


def test_what_is_said_of_each_event() -> None:
    assert line({"event": "changed", "activity": "idle", "muted": True, "volume": 3}) == "muted yes, volume 3"
    assert line({"event": "changed", "activity": "idle"}) == ""
    assert line({"event": "cue", "sound": "alarm"}) == "sound alarm"
    assert line({"event": "ring", "label": "pasta"}) == "alarm pasta"
    assert line({"event": "ring", "label": ""}) == "alarm"
    assert line({"event": "something new"}) == ""


def test_without_a_running_device_the_command_says_so(tmp_path: Path) -> None:
    config = DeviceConfig(device="kitchen", state=tmp_path)
    with pytest.raises(NotRunningError, match=rf"no tars-pi listens at {tmp_path}/control.sock: start it"):
        carry_out("mute", config)
    with pytest.raises(ConfigError, match="control is off"):
        carry_out("mute", DeviceConfig(device="kitchen", control="off"))


def test_a_device_that_does_not_answer_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_LIMIT", 0.01)
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        with pytest.raises(NotRunningError, match=r"does not answer within 0\.01 s"):
            ControlClient(path)


def test_a_client_hears_why_it_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control):
            path = socket_path(kitchen.device_runner.config)
            others = [await asyncio.open_unix_connection(str(path)) for _ in range(MOST_CLIENTS)]
            await until(lambda: len(control._clients) == MOST_CLIENTS)
            with pytest.raises(NotRunningError, match="16 clients are connected already"):
                await asyncio.to_thread(ControlClient, path)
            for _, writer in others:
                writer.close()

    asyncio.run(main())


def test_a_command_that_is_refused_raises_the_reason(tmp_path: Path) -> None:
    def explode(path: Path) -> None:
        with ControlClient(path) as client:
            client.ask("explode")

    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), client_of(kitchen):
            with pytest.raises(ConfigError, match="a command is one of"):
                await asyncio.to_thread(explode, socket_path(kitchen.device_runner.config))

    asyncio.run(main())
