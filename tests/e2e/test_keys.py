"""Keys from the command that makes one to the conversation that it allows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tars.runtime.dialling import KEY_REFUSED, KEY_WANTED
from tests.programs import tars_pi, tars_server
from tests.sounds import quiet, write_wav


def key_command(state: Path, *words: str) -> tuple[int, list[str]]:
    """`tars-server key WORDS`: its status and what it says."""
    command = [sys.executable, "-m", "tars.server", "--state", str(state), "key", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, (ran.stdout + ran.stderr).splitlines()


def test_a_key_lets_its_device_in_and_nobody_else(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
    status, (key, _) = key_command(tmp_path, "add", "kitchen")
    assert status == 0
    with tars_server("--state", tmp_path) as (server, url):
        with tars_pi(url, *sound) as stranger:
            assert f"server={url}" in stranger.says(KEY_WANTED)
            stranger.stop()
        with tars_pi(url, *sound, TARS_KEY=key) as kitchen:
            kitchen.says("link ")
            kitchen.press_enter()
            kitchen.says("ACTIVE_SESSION")
            assert key_command(tmp_path, "remove", "kitchen")[0] == 0
            assert key_command(tmp_path, "add", "kitchen")[0] == 0
            kitchen.stop()
        with tars_pi(url, *sound, TARS_KEY=key) as kitchen:
            kitchen.says(KEY_REFUSED)
            kitchen.stop()
        server.says("refused", 2)
        server.stop()
        for program in (server, stranger, kitchen):
            assert key not in program.output


def test_a_mistake_is_a_sentence(tmp_path: Path) -> None:
    assert key_command(tmp_path, "remove", "kitchen") == (1, ["there is no key for kitchen; `tars-server key list` shows all"])
    (tmp_path / "server.sqlite").write_bytes(b"no database, but long enough to be taken for one" * 50)
    status, (complaint,) = key_command(tmp_path, "list")
    assert status == 1
    assert f"{tmp_path}/server.sqlite is damaged, or no store of tars-server" in complaint
