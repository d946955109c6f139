"""Whether there is a console, and what happens where it cannot be."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.server.console import opening
from tars.server.console.opening import PACKAGES, USUAL, console_address
from tars.server.main import run
from tars.server.settings import ServerConfig, load
from tars.testing import ScriptedBrain
from tests.in_process import device, server
from tests.server.console.raw import connect


@pytest.mark.parametrize(
    ("console", "at"),
    [
        ("auto", ("127.0.0.1", 7457)),
        ("off", None),
        ("0.0.0.0:9000", ("0.0.0.0", 9000)),
        ("[::1]:0", ("::1", 0)),
        ("tars.example:80", ("tars.example", 80)),
    ],
)
def test_the_console_is_where_the_setting_says(console: str, at: tuple[str, int] | None) -> None:
    _, config = load([], {"TARS_CONSOLE": console})
    assert console_address(config) == at


@pytest.mark.parametrize("text", ["", "7457", ":7457", "::1:7457", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000", "on"])
def test_another_setting_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ConfigError, match=r"TARS_CONSOLE must be .*(HOST:PORT|port|number|empty)"):
        load([], {"TARS_CONSOLE": text})


@pytest.mark.parametrize("missing", PACKAGES)
def test_without_its_extra_there_is_none_unless_it_is_wanted(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == missing else object())
    assert console_address(ServerConfig()) is None
    with pytest.raises(ConfigError, match=rf"needs the Python module {missing}: .* '\.\[console\]'; or set console: off"):
        console_address(ServerConfig(console=USUAL))


def test_with_a_key_for_other_programs_a_console_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = "a-key-of-these-tests-0"
    with pytest.raises(ConfigError, match="`api_key` is set, but console: off"):
        console_address(ServerConfig(console="off", api_key=key))
    with monkeypatch.context() as without:
        without.setattr(opening, "find_spec", lambda _: None)
        with pytest.raises(ConfigError, match="needs the Python module"):
            console_address(ServerConfig(api_key=key))

    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            monkeypatch.setattr(opening, "USUAL", f"127.0.0.1:{other.getsockname()[1]}")
            with pytest.RaisesGroup(pytest.RaisesExc(ConfigError, match="the console cannot listen on")):
                await run(ServerConfig(port=0, state=tmp_path, api_key=key), ScriptedBrain())

    asyncio.run(main())


def test_a_server_without_the_extra_serves_its_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda _: None)

    async def main() -> None:
        async with server(console="auto") as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            assert not tars.console

    asyncio.run(main())


def test_what_a_server_loads_without_a_console_is_nothing_of_it() -> None:
    code = "import tars.server.main, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name.partition(".")[0] for name in loaded} & set(PACKAGES)


def test_a_usual_port_that_is_taken_costs_the_console_only(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            monkeypatch.setattr(opening, "USUAL", f"127.0.0.1:{other.getsockname()[1]}")
            async with server(console="auto") as tars, device(tars.url) as kitchen:
                await kitchen.is_called()
                assert not tars.console

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert "there is no console" in caplog.messages


def test_a_port_that_was_set_and_is_taken_ends_the_start(tmp_path: Path) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            at = f"127.0.0.1:{other.getsockname()[1]}"
            config = ServerConfig(port=0, state=tmp_path, console=at)
            with pytest.RaisesGroup(
                pytest.RaisesExc(ConfigError, match=f"the console cannot listen on {at}: .* another `console`, or off")
            ):
                await run(config, ScriptedBrain())

    asyncio.run(main())


def test_a_server_that_cannot_listen_leaves_no_console_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            config = ServerConfig(port=other.getsockname()[1], state=tmp_path, console="127.0.0.1:0")
            with pytest.RaisesGroup(pytest.RaisesExc(ConfigError, match="cannot listen on")):
                await run(config, ScriptedBrain())
        (url,) = [vars(record)["values"]["url"] for record in caplog.records if record.getMessage() == "console"]
        with pytest.raises(ConnectionRefusedError):
            await connect(url)

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
