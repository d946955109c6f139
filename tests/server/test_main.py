"""How `tars-server` starts and stops, and its doctor."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tars.errors import ConfigError
from tars.runtime.signals import STOP_LIMIT
from tars.server import admission
from tars.server.brain_session import REPLY_LIMIT
from tars.server.device_registry import LINKS_LIMIT
from tars.server.keys import NO_KEYS
from tars.server.main import CLOSED_LIMIT, doctor, make_folder, run
from tars.server.settings import ServerConfig
from tars.server.state_folder import open_store
from tars.server.suspending import SUSPEND_LIMIT
from tars.testing import ScriptedBrain
from tests.in_process import server
from tests.programs import EXIT_LIMIT


@pytest.mark.parametrize(("offered", "chosen"), [(["tars.v1"], "tars.v1"), (["x", "tars.v1"], "tars.v1"), (["x"], None), ([], None)])
def test_tars_v1_is_chosen_if_offered_and_no_connection_is_refused(offered: list[str], chosen: str | None) -> None:
    async def main() -> None:
        subprotocols = [Subprotocol(name) for name in offered]
        async with server() as tars, connect(tars.url, subprotocols=subprotocols or None) as connection:
            assert connection.subprotocol == chosen

    asyncio.run(main())


def test_a_port_that_is_taken_is_reported(tmp_path: Path) -> None:
    async def main() -> None:
        async with server() as tars:
            with pytest.RaisesGroup(pytest.RaisesExc(ConfigError, match=f"cannot listen on 127.0.0.1:{tars.port}: .* another --port")):
                await run(ServerConfig(port=tars.port, state=tmp_path), ScriptedBrain())

    asyncio.run(main())


def test_each_part_of_a_stop_ends_before_what_waits_for_it() -> None:
    assert REPLY_LIMIT < SUSPEND_LIMIT < CLOSED_LIMIT < STOP_LIMIT < EXIT_LIMIT
    assert LINKS_LIMIT < CLOSED_LIMIT


def test_a_brain_that_cannot_be_loaded_ends_the_start(tmp_path: Path) -> None:
    class Unloadable(ScriptedBrain):
        async def warm(self) -> None:
            raise ConfigError("its model is missing")

    with pytest.raises(ConfigError, match="its model is missing"):
        asyncio.run(run(ServerConfig(port=0, state=tmp_path), Unloadable()))


def test_a_folder_for_recordings_is_made_or_the_reason_is_reported(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "a" / "b").chmod(0o750)
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o750, "a folder that is there stays as it is"
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot write recordings to .*; choose another --record"):
        make_folder(tmp_path / "file" / "b")


@pytest.mark.parametrize(("host", "keys", "warned"), [("0.0.0.0", 0, True), ("::", 0, True), ("::", 1, False), ("127.0.0.1", 0, False)])
def test_a_server_in_reach_of_others_without_keys_says_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, host: str, keys: int, warned: bool
) -> None:
    async def main() -> None:
        with closing(open_store(tmp_path)) as store:
            for number in range(keys):
                store.add_key(f"device-{number}", "hash")
        async with server(host=host, state=tmp_path):
            pass

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert (NO_KEYS in caplog.messages) == warned


def test_the_doctor_knows_a_server_with_keys_by_its_refusal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)

    async def main() -> int:
        with closing(open_store(tmp_path)) as store:
            store.add_key("kitchen", "hash")
        async with server(state=tmp_path) as tars:
            return await asyncio.to_thread(doctor, ServerConfig(brain="echo", port=tars.port, state=tmp_path, console="off"))

    assert asyncio.run(main()) == 0
    assert "answers and wants a key" in capsys.readouterr().out


def test_the_doctor_looks_at_all_that_the_server_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = ServerConfig(brain="echo", port=port, state=tmp_path, console="off")
    assert doctor(config) == 0
    brain, encryption, store, time, room, where, console, verdict = capsys.readouterr().out.splitlines()
    assert brain.split()[:2] == ["ok", "brain:"]
    assert encryption.split(maxsplit=1) == ["ok", "encryption: not used here"]
    assert store == f"ok   store: SQLite in {tmp_path}"
    assert time.startswith("ok   clock: it is 20")
    assert room.startswith("ok   room: free: ")
    assert f"127.0.0.1:{port} is free" in where
    assert console == "ok   console: off"
    assert verdict == "all is well"
    assert doctor(replace(config, host="192.0.2.1")) == 1
