"""The link that the start prints."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tars.server.console.console import reached_at
from tests.programs import QUIET
from tests.server.console.visiting import secret_of


def test_in_a_terminal_the_start_prints_the_link(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    command = [sys.executable, "-m", "tars.server", "--brain", "echo", "--port", "0", "--state", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TARS_")}
    settings = QUIET | {"TARS_CONSOLE": "127.0.0.1:0"}
    with subprocess.Popen(command, stdout=terminal, stderr=subprocess.DEVNULL, env=environment | settings) as server:
        try:
            os.close(terminal)
            said = b""
            while b"\n" not in said:
                said += os.read(ours, 1000)
        finally:
            server.terminate()
    os.close(ours)
    assert said.decode().strip() == f"The page: {(tmp_path / 'console.link').read_text().strip()}"
    assert len(secret_of(tmp_path)) >= 43


@pytest.mark.parametrize(
    ("host", "listening", "reached"),
    [("127.0.0.1", "127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1", "localhost"), ("attic.lan", "192.0.2.7", "attic.lan")],
)
def test_the_link_names_what_was_set(host: str, listening: str, reached: str) -> None:
    assert reached_at(host, listening) == reached


@pytest.mark.parametrize(("host", "listening"), [("0.0.0.0", "0.0.0.0"), ("::", "::"), ("network", "0.0.0.0")])
def test_where_it_listens_everywhere_the_link_names_this_machine(host: str, listening: str) -> None:
    assert reached_at(host, listening) not in ("", host, listening)
