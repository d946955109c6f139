"""An admission that admits everybody who has a key, and connections to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import connect
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.server.admission import Admission
from tars.server.authentication import Authenticator, Keys
from tars.server.keys import digest, make_key
from tars.server.memory_store import MemoryStore

KEY, OTHER = make_key(), make_key()


def keys(**of: str) -> MemoryStore:
    """Keys of these devices."""
    store = MemoryStore()
    for name, key in of.items():
        store.add_key(name, digest(key))
    return store


@asynccontextmanager
async def guarded(store: Keys, legacy: str = "allow") -> AsyncIterator[tuple[Authenticator, str]]:
    """An Authenticator and the URL of its server."""
    authenticator = Authenticator(store, legacy=legacy)
    async with asyncio.TaskGroup() as tasks:
        admission = Admission(authenticator, lambda *_: None, lambda *_: None, tasks, legacy="allow")
        listening = await asyncio.get_running_loop().create_server(admission.new_socket, "127.0.0.1", 0)
        try:
            yield authenticator, f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        finally:
            listening.close()
            await admission.close(0.0)
            authenticator.close()


async def connect_with(url: str, *authorization: str, old: bool = False) -> tuple[int, str]:
    """The status of the answer to these headers and what it says."""
    headers = Headers()
    for value in authorization:
        headers["Authorization"] = value
    try:
        async with connect(url, additional_headers=headers, subprotocols=None if old else [Subprotocol(SUBPROTOCOL)]):
            return 101, ""
    except InvalidStatus as refused:
        return refused.response.status_code, (refused.response.body or b"").decode().strip()
