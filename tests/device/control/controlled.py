"""A device with its control interface, in one process; and a client of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tars.device.control import socket_path
from tars.device.control.control import Control
from tests.in_process import LIMIT, RunningDevice, device, unreachable


@asynccontextmanager
async def controlled(state: Path, url: str = "", **settings: Any) -> AsyncIterator[tuple[RunningDevice, Control]]:
    """A device, by default without a server, and its control interface."""
    async with asyncio.TaskGroup() as tasks, device(url or unreachable(), state=state, **settings) as kitchen:
        control = Control(replace(kitchen.device_runner.config, state=state), kitchen.device_runner, tasks)
        await control.open()
        try:
            yield kitchen, control
        finally:
            control.close()


class Client:
    """A client of the Unix socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, command: object) -> None:
        """Send a command; bytes as they are."""
        self.writer.write(command if isinstance(command, bytes) else json.dumps(command).encode() + b"\n")

    async def next(self) -> dict[str, Any]:
        """The next event. Fails at the end of the connection."""
        async with asyncio.timeout(LIMIT):
            line = await self.reader.readline()
        assert line, "the connection has ended"
        event: dict[str, Any] = json.loads(line)
        return event

    async def until(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first event from now on for which the condition holds."""
        async with asyncio.timeout(LIMIT):
            while not condition(event := await self.next()):
                pass
        return event

    async def event(self, kind: str, **fields: object) -> dict[str, Any]:
        """The first event from now on of this kind, with these fields."""
        return await self.until(lambda event: event["event"] == kind and fields.items() <= event.items())


@asynccontextmanager
async def client_of(kitchen: RunningDevice) -> AsyncIterator[Client]:
    """A client of this device."""
    reader, writer = await asyncio.open_unix_connection(str(socket_path(kitchen.device_runner.config)))
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
