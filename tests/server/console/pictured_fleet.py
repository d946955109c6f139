"""`python -m tests.server.console.pictured_fleet`: two servers at one Redis, for a picture of a page. It prints the link and stays."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from tests.in_process import device, server
from tests.redis_server import redis_server
from tests.server.console.looking import link_of


async def main() -> None:
    """Serve until this is ended."""
    async with AsyncExitStack() as opened:
        state = Path(opened.enter_context(TemporaryDirectory()))
        opened.enter_context(patch("socket.gethostname", lambda: "tars"))
        opened.enter_context(patch("os.getloadavg", lambda: (0.31, 0.24, 0.2)))
        shared: dict[str, Any] = {"store": opened.enter_context(redis_server()).url}
        one, other = [
            await opened.enter_async_context(server(state=state / str(port), port=port, console=f"127.0.0.1:{port + 1}", **shared))
            for port in (7456, 7466)
        ]
        for name in ("kitchen", "hall"):
            kitchen = await opened.enter_async_context(device(one.url, name))
        for name in ("bath", "bedroom", "living-room"):
            bath = await opened.enter_async_context(device(other.url, name))
        await kitchen.is_called()
        await bath.is_called()
        sys.stdout.write(f"link {link_of(state / '7466')}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
