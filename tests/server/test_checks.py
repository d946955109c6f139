"""What the doctor says of disk, clock and console."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.checks import describe_clock, describe_room, look_at_console
from tars.server.settings import ServerConfig
from tests.in_process import server

Usage = namedtuple("Usage", "total used free")


def free(monkeypatch: pytest.MonkeyPatch, **folders: int) -> None:
    """So many bytes are free in the folders of these names, and many in all others."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 0, folders.get(folder.name, 12_300_000_000)))


def test_room_is_looked_for_wherever_the_server_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("recordings", "traces"):
        (tmp_path / name).mkdir()
    config = ServerConfig(
        state=tmp_path / "not" / "yet", record=tmp_path / "recordings", trace=tmp_path / "traces" / "server.jsonl", log_file=None
    )
    free(monkeypatch)
    assert describe_room(config) == "free: 12.3 GB for `state`, 12.3 GB for `record`, 12.3 GB for `trace`"
    free(monkeypatch, recordings=499_000_000)
    with pytest.raises(ConfigError, match=f"the disk is full soon: 499 MB for `record` in {tmp_path / 'recordings'}; delete old files"):
        describe_room(config)
    free(monkeypatch, traces=1_000_000)
    with pytest.raises(ConfigError, match=r"1 MB for `trace` in .*traces;"):
        describe_room(config)


def test_a_clock_before_this_program_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: 1_600_000_000.0)
    with pytest.raises(ConfigError, match="before TARS was made: set the clock"):
        describe_clock(ServerConfig(state=tmp_path))


def test_a_clock_that_was_set_back_is_wrong(tmp_path: Path) -> None:
    config = ServerConfig(state=tmp_path)
    file = tmp_path / "server.sqlite"
    file.touch()
    assert " here" in describe_clock(config)
    later = clock.wall() + 3 * 86400
    os.utime(file, (later, later))
    with pytest.raises(ConfigError, match=r"but the state folder was changed on 20\d\d-\d\d-\d\d: set the clock"):
        describe_clock(config)


@pytest.mark.parametrize(
    ("synchronised", "says"), [(True, "; a time server keeps it right"), (False, "; no time server keeps it right"), (None, " here")]
)
def test_a_clock_that_nobody_keeps_right_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synchronised: bool | None, says: str
) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: synchronised)
    assert says in describe_clock(ServerConfig(state=tmp_path / "none"))


def look(config: ServerConfig) -> str:
    return asyncio.run(look_at_console(config))


def test_a_console_that_is_off_or_whose_port_is_free_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(ServerConfig(console="off")) == "off"
    assert look(ServerConfig(console="127.0.0.1:0")) == "127.0.0.1:0 is free"
    monkeypatch.setattr("tars.server.console.opening.find_spec", lambda _: None)
    assert look(ServerConfig()).startswith("not installed; metrics need it: pip install")


@pytest.mark.parametrize("console", ["127.0.0.1:0", "0.0.0.0:0"])
def test_a_console_that_runs_is_known(console: str) -> None:
    async def main() -> str:
        async with server(console=console) as tars:
            return await look_at_console(ServerConfig(console=tars.console.partition("//")[2]))

    assert asyncio.run(main()).startswith("a console of tars-server answers at ")


def test_a_port_that_another_program_has_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tars.server.checks.ANSWER_LIMIT", 0.05)
            with pytest.raises(ConfigError, match=rf"it cannot listen on 127\.0\.0\.1:{port}: .* Set another `console`, or off"):
                look(ServerConfig(console=f"127.0.0.1:{port}"))
