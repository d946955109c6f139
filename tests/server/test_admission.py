"""Which connections are admitted, and how the others are refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Control
from tars.generated.messages import PROTOCOL, Probe
from tars.runtime.trace import Trace
from tars.server import admission
from tars.server.device_registry import DeviceRegistry
from tars.server.memory_store import MemoryStore
from tars.server.settings import ServerConfig
from tars.testing import ScriptedBrain
from tests.in_process import device, server
from tests.server.connections import add_keys, answer, hello, new_device, refusal, say


@pytest.mark.parametrize("name", ["", "a" * 65, "../kitchen", "kit chen", "k\N{LATIN SMALL LETTER U WITH DIAERESIS}che", "kitchen\n"])
def test_a_name_that_could_be_no_part_of_a_file_name_is_refused(name: str) -> None:
    async def main() -> None:
        async with server() as tars, new_device(tars) as connection:
            await say(connection, hello(name))
            assert (await refusal(connection)).startswith("hello.device must be 1 to 64 letters, digits, - or _")

    asyncio.run(main())


def test_a_connection_without_a_hello_in_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "GREETING_LIMIT", 0.05)

    async def main() -> None:
        async with server() as tars, new_device(tars) as connection:
            assert await refusal(connection) == "no hello within 0.05 s"

    asyncio.run(main())


def test_a_first_frame_that_is_no_hello_is_refused() -> None:
    async def main() -> None:
        async with server() as tars:
            for frame in (b"\xa1" + bytes(11), '{"type": "goodbye"}'):
                async with new_device(tars) as connection:
                    await connection.send(frame)
                    assert await refusal(connection) == "the first frame must be hello"

    asyncio.run(main())


@pytest.mark.parametrize("first", ["hello", "probe"])
@pytest.mark.parametrize(("name", "welcome"), [("kitchen", True), ("kitchen-doctor", False), ("bedroom", False), ("kitchen-2", False)])
def test_a_key_is_valid_for_one_device_and_its_doctor(tmp_path: Path, name: str, *, welcome: bool, first: str) -> None:
    async def main() -> None:
        kitchen, _ = add_keys(tmp_path, "kitchen", "bedroom")
        async with server(state=tmp_path) as tars, new_device(tars, kitchen) as connection:
            await say(connection, hello(name) if first == "hello" else Probe(PROTOCOL, name))
            if welcome:
                assert (await answer(connection))["type"] == ("welcome" if first == "hello" else "probed")
            else:
                reason = await refusal(connection)
                assert reason == "this key belongs to another device: `device` must be the name it was made for"

    asyncio.run(main())


def test_an_old_device_has_a_name_that_no_other_device_can_have() -> None:
    async def main() -> None:
        async with server() as tars, connect(tars.url, compression=None):
            await tars.steps.states("legacy.1", continuity="LINKED")
            for name in ("legacy.1", "legacy-1"):
                async with new_device(tars) as connection:
                    await say(connection, hello(name))
                    if name == "legacy.1":
                        assert (await refusal(connection)).startswith("hello.device must be 1 to 64 letters, digits, - or _")
                    else:
                        assert (await answer(connection))["type"] == "welcome"
            assert tars.steps.state("continuity", "legacy.1") == "LINKED"

    asyncio.run(main())


@pytest.mark.parametrize(("proto", "name"), [(9, "kitchen"), (1, "../kitchen")])
def test_a_probe_is_checked_like_a_hello(proto: int, name: str) -> None:
    async def main() -> None:
        async with server() as tars, new_device(tars) as connection:
            await say(connection, Probe(proto, name))
            assert (await refusal(connection)).startswith("probe.")

    asyncio.run(main())


def test_a_connection_without_the_key_is_refused_and_the_device_stays_linked(tmp_path: Path) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            await kitchen.is_called()
            with pytest.raises(InvalidStatus, match="401"):
                await new_device(tars)
            kitchen.press_enter()
            await kitchen.steps.states(session="LISTENING")
            assert len(kitchen.steps.of("welcome")) == 1

    asyncio.run(main())


def test_every_refusal_is_counted_by_its_kind(tmp_path: Path) -> None:
    async def main() -> None:
        config = ServerConfig(state=tmp_path, legacy="refuse")
        async with asyncio.TaskGroup() as tasks:
            registry = DeviceRegistry(config, ScriptedBrain(), Trace(None), tasks, MemoryStore())
            async with await asyncio.get_running_loop().create_server(registry.admission.new_socket, "127.0.0.1", 0) as listening:
                url = f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
                for frame in ("hello?", '{"type": "goodbye"}', *V1("server").encode(Control(replace(hello("kitchen"), proto=9), None, 0))):
                    async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as connection:
                        await connection.send(frame)
                        await refusal(connection)
                async with connect(url) as connection:
                    await refusal(connection)
                async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as early:
                    await (await early.ping())  # it is accepted and has sent no hello
                    registry.admission.stopping = True
                    await say(early, hello("kitchen"))
                    assert "the server stops" in await refusal(early), "its session is being saved for the next server"
                async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as connection:
                    await refusal(connection)
            assert registry.authenticator.refusals == {"malformed hello": 1, "no hello": 1, "proto": 1, "old device": 1, "stopping": 2}

    asyncio.run(main())
