"""Peers that speak `tars.v1` by hand, and a device beside them that must notice nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Audio, Control, Frame
from tars.core.status import Status
from tars.generated import messages as m
from tars.runtime import clock
from tars.samples import RATE, to_pcm
from tars.testing import ScriptedBrain, Turn
from tests.greeting import greeting
from tests.in_process import LIMIT, RunningServer, device, server
from tests.sounds import noise

NAME = "bedroom"
CALL = m.HotwordDetected("x1", 1, 0, 0, "m", 1.0)
BLOCK = bytes(2560)


def frame(message: m.Message, number: int | None = None, applied: int = 0) -> Frame:
    """A message as a device sends it."""
    (encoded,) = V1("server").encode(Control(message, number, applied))
    return encoded


def sound(at: int, pcm: bytes = BLOCK, stream: int = 1) -> Frame:
    """Sound as a device sends it."""
    return V1("server").encode_audio(Audio(stream, at, pcm))


def hello(name: str = NAME, applied: int = 0, **offer: Any) -> Frame:
    """A greeting; an offer to resume if it says of what."""
    return frame(greeting(name, **offer), applied=applied)


class Stranger:
    """Speaks `tars.v1` by hand."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def greets(self, greeting: Frame | None = None) -> dict[str, Any]:
        """Say hello; the welcome."""
        await self.connection.send(greeting or hello())
        return await self.told("welcome")

    async def told(self, wanted: str) -> dict[str, Any]:
        """Take what comes until this message."""
        async with asyncio.timeout(LIMIT):
            while True:
                came = await self.connection.recv()
                if isinstance(came, str) and json.loads(came)["type"] == wanted:
                    message: dict[str, Any] = json.loads(came)
                    return message

    async def calls(self) -> None:
        """Open a conversation."""
        await self.connection.send(frame(CALL, 1))
        await self.told("session_started")

    async def closed(self) -> tuple[int | None, str | None]:
        """Take what comes until the connection is closed; how it was."""
        async with asyncio.timeout(LIMIT):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def stranger(tars: RunningServer, key: str | None = None) -> AsyncIterator[Stranger]:
    """A connection that was upgraded."""
    headers = {"Authorization": f"Bearer {key}"} if key else None
    offered = [Subprotocol(SUBPROTOCOL)]
    async with connect(tars.url, subprotocols=offered, compression=None, additional_headers=headers, close_timeout=1) as connection:
        yield Stranger(connection)


@asynccontextmanager
async def at_work(key: str | None = None, **settings: Any) -> AsyncIterator[RunningServer]:
    """A server, and the kitchen in a conversation with it, which goes on to its end after all this."""
    brain = ScriptedBrain(Turn(speech=RATE, sound=noise(1)))
    async with server(brain, **settings) as tars, device(tars.url, key=key) as kitchen:
        await kitchen.is_called()
        yield tars
        question = noise(1.6)
        await kitchen.hears(question)
        await kitchen.plays_to_the_end()
        (heard, *_) = brain.conversations[0].heard
        assert (to_pcm(noise(0.08)) + to_pcm(question)).startswith(heard)
        assert len(heard) >= 2 * RATE
        assert kitchen.steps.state("session") == "ACTIVE_SESSION"
        assert len(kitchen.steps.of("welcome")) == 1, "one link, all the time"
        assert status(tars, "kitchen").refused == 0


def status(tars: RunningServer, name: str = NAME) -> Status:
    """What the server knows of a device."""
    return tars.registry.runners[name].core.status(clock.now())


def resuming(welcome: dict[str, Any], **changes: Any) -> Frame:
    """An offer to resume what this welcome was for."""
    state = {"session": "LISTENING", "id": ""}
    return hello(**{"sid": welcome["sid"], "token": welcome["token"], "epoch": welcome["epoch"], "state": state} | changes)
