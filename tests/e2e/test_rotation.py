"""From one certificate authority to another with the commands as people type them, while both programs run."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.test_pairing import digits_of, run
from tests.programs import program, tars_server
from tests.sounds import quiet, write_wav


def test_the_commands_change_the_authority_under_a_device_that_stays_linked(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(120))
    house, own = tmp_path / "server", tmp_path / "device"
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", "none", "--wake-word", "none"]
    with tars_server("--state", house, "--host", "0.0.0.0") as (server, plain):
        with program("tars.server", "pair", "kitchen", "--state", house) as pairing:
            status, said = run("tars.device", "pair", digits_of(pairing), "--server", plain.replace("ws:", "wss:"), "--state", own)
            assert status == 0, said
        with program("tars.device", *sound, "--state", own) as kitchen:
            kitchen.says("link ")
            assert run("tars.server", "ca", "rotate", "--state", house)[0] == 0
            kitchen.says("the authorities of the server are kept")
            server.says("the device has the authorities")
            said = ""
            while "All devices have the new authority" not in said:  # the server notes it in the background
                status, said = run("tars.server", "devices", "--state", house)
                assert status == 0, said
            assert run("tars.server", "ca", "retire", "--state", house)[0] == 0
            server.says("new certificate", times=1)
            kitchen.says("the authorities of the server are kept", times=2)
            assert kitchen.output.count(" link  ") == 1, "the link has stayed"
            kitchen.stop()
        with program("tars.device", *sound, "--state", own) as kitchen:
            assert "encrypted=yes" in kitchen.says("link ")
            kitchen.stop()
        server.stop()
