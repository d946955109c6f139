"""The link between the two programs goes and comes back, and nobody has to do anything about it."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

from tests.programs import program, tars_pi, tars_server
from tests.sounds import quiet, write_wav

SOON = {"TARS_LIMITS_BACKOFF": "0.05,0.05,0.05,0.05,0.05"}


def test_a_server_that_cannot_be_reached_is_tried_again_quietly_until_it_is_there(tmp_path: Path, trace_dir: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
    with socket.create_server(("127.0.0.1", 0)) as closed_door:
        closed_door.settimeout(20)
        port = closed_door.getsockname()[1]
        with tars_pi(f"ws://127.0.0.1:{port}", *sound, "--trace", trace_dir / "device.jsonl", **SOON) as pi:
            for _ in range(5):
                closed_door.accept()[0].close()
            pi.says("the server does not answer; it is tried again and again")
            closed_door.close()
            with program("tars.server", "--brain", "echo", "--port", str(port), "--trace", trace_dir / "server.jsonl") as server:
                pi.says("continuity UNLINKED -> LINKED")
                attempts = [line for line in pi.lines if "does not answer" in line or "BACKOFF" in line]
                assert len(attempts) <= 3, "quietly"
                pi.press_enter()
                pi.says("turn NO_TURN -> USER_TURN")
                server.stop()
            pi.stop()


def test_a_killed_server_is_missed_audibly_and_found_again_when_it_is_restarted(tmp_path: Path, trace_dir: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
    with ExitStack() as programs:
        first, url = programs.enter_context(tars_server("--trace", trace_dir / "server-1.jsonl", TARS_RESUME="off"))
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl", **SOON) as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN")
            first.process.kill()
            pi.says("session ACTIVE_SESSION -> LISTENING")
            assert '"play_error"' in (trace_dir / "device.jsonl").read_text()
            port = url.rpartition(":")[2]
            with program("tars.server", "--brain", "echo", "--port", port, "--trace", trace_dir / "server-2.jsonl") as second:
                pi.says("continuity UNLINKED -> LINKED", times=2)
                pi.press_enter()
                pi.says("turn NO_TURN -> USER_TURN", times=2)
                second.stop()
            pi.stop()


def test_a_killed_device_is_missed_by_the_server_and_welcome_when_it_is_restarted(tmp_path: Path, trace_dir: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
    with tars_server("--trace", trace_dir / "server.jsonl", TARS_RESUME="off") as (server, url):
        for life in (1, 2):
            with tars_pi(url, *sound, "--trace", trace_dir / f"device-{life}.jsonl") as pi:
                pi.says("continuity UNLINKED -> LINKED")
                pi.press_enter()
                pi.says("turn NO_TURN -> USER_TURN")
                pi.process.kill()
                server.says("session ACTIVE_SESSION -> IDLE", times=life)
        server.stop()
