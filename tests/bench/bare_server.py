"""`python -m tests.bench.bare_server PORT [uvloop]`: the least server that can be written with `websockets`, for comparison.

A handler for each connection counts binary frames and sends text frames back.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

READY = "ready"
"""In the line that says the port."""


async def count(connection: ServerConnection) -> None:
    """Serve one connection."""
    frames = 0
    try:
        async for frame in connection:
            if isinstance(frame, str):
                await connection.send(frame)
            else:
                frames += 1
    except ConnectionClosed:
        pass


async def run(port: int) -> None:
    """Serve until the process is killed."""
    server = await serve(count, "127.0.0.1", port, compression=None, ping_interval=None)
    sys.stdout.write(f"{READY} port={server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.wait_closed()


if __name__ == "__main__":
    serving = run(int(sys.argv[1]))
    if "uvloop" in sys.argv:
        import_module("uvloop").run(serving)
    else:
        asyncio.run(serving)
