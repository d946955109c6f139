"""The WebSocket: the same events and commands, and who may not connect."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tars.device.control import clients
from tests.device.control.controlled import controlled
from tests.in_process import until


async def client_events(client: ClientConnection) -> AsyncIterator[str | bytes]:
    """What comes until the connection is closed, however."""
    with suppress(ConnectionClosed):
        while True:
            yield await client.recv()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_websocket_has_the_same_snapshot_events_and_commands(tmp_path: Path) -> None:
    async def main() -> None:
        port = free_port()
        async with controlled(tmp_path, control_port=port) as (_, control), connect(f"ws://127.0.0.1:{port}") as client:
            first = json.loads(await client.recv())
            assert (first["event"], first["format"], first["device"], first["muted"]) == ("snapshot", 1, "kitchen", False)
            await client.send(json.dumps({"command": "mute"}))
            while (event := json.loads(await client.recv())) != {"event": "changed", "muted": True}:
                assert event["event"] in ("ok", "state")
            await client.send(b"\xff\x00")
            while (event := json.loads(await client.recv()))["event"] != "error":
                pass
            assert "a command is" in event["reason"]
            await client.close()
            await until(lambda: not control._clients)

    asyncio.run(main())


def test_a_foreign_web_page_is_refused_and_one_of_this_address_is_not(tmp_path: Path) -> None:
    async def main() -> None:
        port = free_port()
        url = f"ws://127.0.0.1:{port}"
        async with controlled(tmp_path, control_port=port):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, origin=Origin("http://evil.example"))
            assert refused.value.response.status_code == 403
            async with connect(url, origin=Origin(f"http://127.0.0.1:{port}")) as client:
                assert json.loads(await client.recv())["event"] == "snapshot"

    asyncio.run(main())


def test_a_frame_that_is_too_long_ends_the_connection(tmp_path: Path) -> None:
    async def main() -> None:
        port = free_port()
        async with controlled(tmp_path, control_port=port), connect(f"ws://127.0.0.1:{port}") as client:
            await client.send("x" * (clients.LONGEST + 1))
            async for _ in client_events(client):
                pass
            assert client.close_code == 1009

    asyncio.run(main())


def test_a_connection_that_never_asks_for_its_upgrade_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "REQUEST_LIMIT", 0.01)

    async def main() -> None:
        port = free_port()
        async with controlled(tmp_path, control_port=port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with pytest.raises(ConnectionResetError):
                await reader.read()
            writer.close()

    asyncio.run(main())


def test_no_other_machine_reaches_the_port(tmp_path: Path) -> None:
    async def main() -> None:
        port = free_port()
        async with controlled(tmp_path, control_port=port) as (_, control):
            (server,) = [server for server in control._servers if isinstance(server, asyncio.Server)]
            assert [listener.getsockname() for listener in server.sockets] == [("127.0.0.1", port)]

    asyncio.run(main())
