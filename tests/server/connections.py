"""Connections of made-up devices to a real server, frame by frame."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Control
from tars.generated.messages import Hello, Message
from tars.server.keys import digest, make_key
from tars.server.state_folder import KeyStore, open_store
from tests.greeting import greeting
from tests.in_process import RunningServer


def new_device(tars: RunningServer, key: str | None = None) -> connect:
    """A connection that offers tars.v1."""
    headers = {"Authorization": f"Bearer {key}"} if key else None
    return connect(tars.url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, additional_headers=headers)


async def say(connection: ClientConnection, message: Message, number: int | None = None) -> None:
    """Send a message."""
    for frame in V1("server").encode(Control(message, number, 0)):
        await connection.send(frame)


def hello(name: str) -> Hello:
    """The greeting of a device."""
    return greeting(name)


async def answer(connection: ClientConnection) -> dict[str, Any]:
    """The next message."""
    received: dict[str, Any] = json.loads(await connection.recv())
    return received


async def refusal(connection: ClientConnection) -> str:
    """The reason with which the server closes the connection next."""
    with pytest.raises(ConnectionClosed):
        await connection.recv()
    assert connection.close_code == 1008
    return str(connection.close_reason)


def add_keys(folder: Path, *names: str) -> list[str]:
    """A new key for each of these devices."""
    with closing(open_store(folder)) as store:
        return add_keys_to(store, *names)


def add_keys_to(store: KeyStore, *names: str) -> list[str]:
    """The same, in a store."""
    made = [make_key() for _ in names]
    for name, key in zip(names, made, strict=True):
        store.add_key(name, digest(key))
    return made
