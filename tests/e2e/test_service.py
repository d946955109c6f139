"""The two programs as services: what they tell systemd, and what SIGHUP makes them read again."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from tests.programs import program, tars_pi, tars_server
from tests.sounds import quiet, write_wav
from tests.systemd import heard


def watched(manager: socket.socket) -> dict[str, str]:
    """The environment that systemd gives to a service."""
    return {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "200000"}


def microphone(folder: Path) -> list[str]:
    write_wav(folder / "said.wav", quiet(60))
    return ["--microphone", f"file:{folder / 'said.wav'}"]


def test_a_server_says_that_it_is_ready_lives_and_stops(manager: socket.socket) -> None:
    with tars_server(**watched(manager)) as (server, _):
        assert [heard(manager) for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        server.stop()
        assert "STOPPING=1" in iter(lambda: heard(manager), "")


def test_a_device_is_ready_without_a_server(manager: socket.socket, tmp_path: Path) -> None:
    with tars_pi("ws://127.0.0.1:1", *microphone(tmp_path), **watched(manager)) as pi:
        assert [heard(manager) for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        pi.says("IDLE -> LISTENING")
        pi.stop()
        assert "STOPPING=1" in iter(lambda: heard(manager), "")


def test_a_program_that_cannot_start_is_never_ready(manager: socket.socket) -> None:
    with tars_server() as (_, url):
        port = url.rpartition(":")[2]
        with program("tars.server", "--brain", "echo", "--port", port, **watched(manager)) as second:
            assert second.exits() == 1
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        heard(manager)


def key_of(device: str, state: Path) -> str:
    with program("tars.server", "key", "add", device, "--state", state) as command:
        assert command.exits() == 0
        return command.lines[0]


def test_a_key_that_was_changed_counts_after_sighup_on_both_sides_and_nobody_else_loses_a_link(tmp_path: Path) -> None:
    state, settings = tmp_path / "state", tmp_path / "device.yaml"
    key, hall_key = key_of("kitchen", state), key_of("hall", state)
    settings.write_text(f"key: {key}\n")
    with tars_server("--state", state) as (server, url):
        hall = tars_pi(url, "--device", "hall", *microphone(tmp_path), TARS_KEY=hall_key)
        kitchen = tars_pi(url, "--config", settings, *microphone(tmp_path), TARS_LIMITS_BACKOFF="0.1,0.1,0.1,0.1,0.1")
        with hall as in_the_hall, kitchen as pi:
            pi.says("continuity UNLINKED -> LINKED")
            in_the_hall.says("continuity UNLINKED -> LINKED")
            with program("tars.server", "key", "remove", "kitchen", "--state", state) as command:
                assert command.exits() == 0
            pi.says("continuity LINKED -> INTERRUPTED")
            pi.says("the server refused the key")
            settings.write_text(f"key: {key_of('kitchen', state)}\n")
            server.process.send_signal(signal.SIGHUP)
            pi.process.send_signal(signal.SIGHUP)
            pi.says("CONNECTING -> CONNECTED", 2)
            assert "link lost" not in in_the_hall.output
            assert "link lost" in pi.output
            settings.write_text("key: tars_short\n")
            pi.process.send_signal(signal.SIGHUP)
            assert "the key stays" in pi.says("the settings cannot be read again")
            pi.stop()
            server.stop()
