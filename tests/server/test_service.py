"""The unit of the server, as systemd reads it. A real service was tried by hand: what it can live with is in docs/decisions/0028."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.server.service import make_unit
from tars.server.settings import load

USER = "games"
"""A user that every Debian has, and whose home folder does not matter."""


def unit(*argv: str, user: str = USER, **environ: str) -> str:
    options = ["install-service", *argv]
    return make_unit(load(options, {})[1], user, options, environ).text


def values(text: str, name: str) -> list[str]:
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}=")]


def test_systemd_finds_no_fault_in_it_and_little_that_it_exposes(tmp_path: Path) -> None:
    file = tmp_path / "tars-server.service"
    file.write_text(unit("--host", "0.0.0.0", "--record", "/srv/what was heard/100%"))
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=20", file], capture_output=True, text=True, check=False
    )
    assert rated.returncode == 0, rated.stdout  # 1.4 of 10 with systemd 252


def test_a_fault_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "tars-server.service"
    file.write_text(unit().replace("ProtectSystem=strict", "ProtectSystem=strictly"))
    assert "strictly" in subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False).stderr


def test_it_runs_as_the_user_who_calls_sudo_with_that_users_state() -> None:
    text = unit(user="", SUDO_USER=USER)
    assert values(text, "User") == [USER]
    assert values(text, "BindPaths") == ["/usr/games/.local/state/tars"]
    assert "--state" not in values(text, "ExecStart")[0]


def test_all_folders_that_it_writes_are_open_and_no_others() -> None:
    text = unit("--state", "/srv/tars", "--record", "/srv/heard", "--trace", "/srv/traces/trace.jsonl")
    assert values(text, "BindPaths") == ["/srv/tars /srv/heard /srv/traces"]


def test_what_it_reads_below_a_home_folder_is_seen(tmp_path: Path) -> None:
    config = tmp_path / "main.yaml"
    config.write_text("tls_certificate: /home/anna/cert.pem\ntls_key: /etc/ssl/key.pem\n")
    (seen,) = values(unit("--config", str(config)), "BindReadOnlyPaths")
    assert "/home/anna/cert.pem" in seen.split()
    assert "/etc/ssl/key.pem" not in seen.split(), "it is seen without that"


def test_it_does_not_run_as_root_nor_as_somebody_who_is_not_there() -> None:
    with pytest.raises(ConfigError, match=r"should not run as root.*`tars-server install-service USER`"):
        unit(user="root")
    with pytest.raises(ConfigError, match="there is no user nobody-at-all here; `adduser --system --group nobody-at-all` makes one"):
        unit(user="nobody-at-all")
