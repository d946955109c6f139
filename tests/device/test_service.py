"""The unit of the device, as systemd reads it. A real service was tried by hand: what it can live with is in docs/decisions/0028."""

from __future__ import annotations

import getpass
import subprocess
from pathlib import Path

import pytest

from tars.device.service import make_unit
from tars.device.settings import load
from tars.errors import ConfigError
from tars.runtime.service import Unit


def unit(*argv: str, **environ: str) -> Unit:
    options = ["install-service", *argv]
    return make_unit(load(options, {})[1], options, environ)


def test_systemd_finds_no_fault_in_it_and_little_that_it_exposes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    file = tmp_path / "tars-pi.service"
    file.write_text(unit("--speaker", "jabra", "--wake-word", "hey_jarvis, alexa=0.9").text)
    checked = subprocess.run(["systemd-analyze", "--user", "verify", "--man=no", file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    rated = subprocess.run(
        ["systemd-analyze", "--user", "security", "--offline=yes", "--no-pager", "--threshold=30", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout  # 2.4 of 10 with systemd 252, which takes the user for root


def test_it_is_a_service_of_the_user_and_runs_without_a_login(tmp_path: Path) -> None:
    made = unit(XDG_CONFIG_HOME=str(tmp_path))
    assert made.file == tmp_path / "systemd/user/tars-pi.service"
    assert made.commands == [
        ["systemctl", "--user", "daemon-reload"],
        ["systemctl", "--user", "enable", "tars-pi"],
        ["systemctl", "--user", "restart", "tars-pi"],
        ["loginctl", "enable-linger", getpass.getuser()],
    ]
    assert made.journal == "journalctl --user-unit tars-pi --follow"
    assert unit().file == Path.home() / ".config/systemd/user/tars-pi.service"


def test_it_writes_its_own_folders_only() -> None:
    assert "\nReadWritePaths=/srv/state /srv/traces\n" in unit("--state", "/srv/state", "--trace", "/srv/traces/pi.jsonl").text


def test_sudo_is_refused_for_the_sound_is_not_that_of_root() -> None:
    with pytest.raises(ConfigError, match="call this without sudo"):
        unit(SUDO_USER="anna")
