"""From the digits that one program shows to the link of the other that is cut, with the commands as people type them."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

from tars.runtime.dialling import KEY_REFUSED, KEY_WANTED
from tests.programs import Program, program, tars_pi, tars_server
from tests.sounds import quiet, write_wav


def run(module: str, *words: str | Path, **settings: str) -> tuple[int, str]:
    """A command, to its end: its status and what it says."""
    with program(module, *words, **settings) as running:
        status = running.exits()
        return status, running.output


def digits_of(pairing: Program) -> str:
    """What `tars-server pair` shows, once it waits."""
    pairing.says("Waiting for the device")
    shown = re.search(r"tars-pi pair (\d{6}) --server (\S+)", pairing.output)
    assert shown
    return shown[1]


def test_a_device_is_paired_talks_without_a_setting_and_is_shut_out(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    house, own = tmp_path / "server", tmp_path / "device"
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", "none", "--wake-word", "none"]
    with tars_server("--state", house, "--host", "0.0.0.0") as (server, plain):
        url = plain.replace("ws://", "wss://")
        with program("tars.server", "pair", "kitchen", "--state", house) as pairing:
            digits = digits_of(pairing)
            assert "wss://" in pairing.output
            wrong = f"{(int(digits) + 1) % 10**6:06}"
            status, said = run("tars.device", "pair", wrong, "--server", url, "--state", own)
            assert (status, "tries left: 2" in said) == (1, True)
            status, said = run("tars.device", "pair", digits, "--server", url, "--state", own)
            assert status == 0, said
            assert "is called kitchen there" in said
            assert pairing.exits() == 0
            assert "kitchen is paired" in pairing.output
        with program("tars.device", *sound, "--state", own, stdin=subprocess.PIPE) as kitchen:
            assert "encrypted=yes" in kitchen.says("link ")
            kitchen.press_enter()
            kitchen.says("ACTIVE_SESSION")
            status, said = run("tars.server", "devices", "--state", house)
            assert (status, said.split()[0]) == (0, "kitchen")
            assert run("tars.server", "devices", "rename", "kitchen", "hall", "--state", house)[0] == 0
            assert "name=hall" in kitchen.says("the server has renamed this device")
            kitchen.stop()
        with program("tars.device", *sound, "--state", own) as kitchen:
            assert "device=hall" in kitchen.says("starting")
            kitchen.says("link ")
            assert run("tars.server", "devices", "revoke", "hall", "--state", house)[0] == 0
            kitchen.says("the key of this device was removed")
            kitchen.says(KEY_REFUSED)
            kitchen.stop()
        server.stop()
        assert digits not in server.output


def test_ctrl_c_makes_the_digits_void(tmp_path: Path) -> None:
    with tars_server("--state", tmp_path) as (_, url):
        with program("tars.server", "pair", "--state", tmp_path) as pairing:
            digits = digits_of(pairing)
            assert pairing.stop(signal.SIGINT) < 5
            assert "The digits are void." in pairing.output
        status, said = run("tars.device", "pair", digits, "--server", url)
        assert (status, "the server expects no device, or the digits are void" in said) == (1, True)


def test_a_server_that_knows_its_devices_says_to_a_stranger_what_to_do(tmp_path: Path) -> None:
    assert run("tars.server", "key", "add", "kitchen", "--state", tmp_path)[0] == 0
    write_wav(tmp_path / "said.wav", quiet(60))
    with tars_server("--state", tmp_path) as (_, url), tars_pi(url, "--microphone", f"file:{tmp_path / 'said.wav'}") as stranger:
        stranger.says(KEY_WANTED)
        stranger.stop()


def test_mistakes_are_sentences(tmp_path: Path) -> None:
    for module, words, complaint in [
        ("tars.device", ["pair", "12345", "--server", "wss://127.0.0.1:1"], "must be the six digits"),
        ("tars.device", ["pair", "123456"], "no server is known, and discovery is off here (`discovery`)"),
        ("tars.device", ["pair", "123456", "--server", "wss://127.0.0.1:1"], "not paired with wss://127.0.0.1:1: "),
        ("tars.device", ["pair", "--server", "wss://127.0.0.1:1"], "the digits must be the six digits"),
        ("tars.server", ["pair", "the kitchen"], "must be 1 to 64 letters"),
        ("tars.server", ["devices", "revoke", "kitchen"], "there is no device kitchen"),
        ("tars.server", ["devices", "rename", "kitchen"], "there is: devices, devices rename OLD NEW, devices revoke NAME"),
    ]:
        status, said = run(module, *words, "--state", tmp_path)
        assert status == 1, said
        assert complaint in said
        assert "Traceback" not in said
