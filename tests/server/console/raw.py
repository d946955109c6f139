"""What travels on a connection to a console, byte by byte."""

from __future__ import annotations

import asyncio
from contextlib import suppress

LIMIT = 20.0
"""Seconds in which a connection must end."""


def port_of(console: str) -> int:
    """The port in the URL of a console."""
    return int(console.rpartition(":")[2])


async def connect(console: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the console at this URL."""
    return await asyncio.open_connection("127.0.0.1", port_of(console))


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side ends the connection."""
    received = b""
    async with asyncio.timeout(LIMIT):
        with suppress(ConnectionError):
            while piece := await reader.read(65536):
                received += piece
    return received


async def ask(console: str, request: bytes) -> bytes:
    """Send this; what comes until the end of the connection."""
    reader, writer = await connect(console)
    try:
        writer.write(request)
        return await end_of(reader)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
