"""The connections of the console: uvicorn speaks HTTP on them; here they are counted, encrypted and bounded in time.

uvicorn's own server is not used: it takes over the signals of the process, ends it when a port is taken, and keeps a connection that
never sends a request.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from starlette.applications import Starlette
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tars.server.encryption import Encryption

MOST_CONNECTIONS = 32
"""Connections at a time: the devices need the other descriptors. One more takes the place of the oldest that is not being answered."""
REQUEST_LIMIT = 5.0
"""Seconds for the handshake, and for each request until its headers have come."""
IDLE_LIMIT = 20
"""Seconds that a connection may wait for its next request."""


class Connections:
    """All connections of the console."""

    def __init__(self, app: Starlette, encryption: Encryption) -> None:
        """`encryption`: its certificate, as it is when a connection comes; without one nothing is encrypted."""
        self.encryption = encryption
        self.open: dict[Connection, None] = {}
        """The oldest first."""
        self.state = ServerState()
        self.config = Config(
            app,
            http=Connection,
            ws="none",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=IDLE_LIMIT,
        )
        self.config.load()

    def new_connection(self) -> Connection:
        """The protocol factory of the listening server."""
        return Connection(self)

    def add(self, connection: Connection) -> None:
        """There is one more."""
        if len(self.open) >= MOST_CONNECTIONS:
            waiting = [other for other in self.open if not other.is_answered]
            (waiting or list(self.open))[0].drop()
        self.open[connection] = None

    def close(self) -> None:
        """Drop all of them."""
        for connection in list(self.open):
            connection.drop()


class Connection(H11Protocol):
    """One connection."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections.config, connections.state, {}, asyncio.get_running_loop())
        self._connections = connections
        self._below: asyncio.Transport | None = None
        """The transport of TCP."""
        self._early = b""
        """What came before the handshake was known to be done."""
        self._late: asyncio.TimerHandle | None = None
        self._handshake: asyncio.Task[None] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether a request has come and its answer is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a connection."""
        self._below = cast("asyncio.Transport", transport)
        self._connections.add(self)
        if self._connections.encryption.identity is None:
            self._begin(self._below)
        else:
            self._below.pause_reading()  # until the handshake reads
            self._handshake = self.loop.create_task(self._encrypt(self._below, self._connections.encryption.identity.context))

    async def _encrypt(self, transport: asyncio.Transport, context: Any) -> None:
        try:
            encrypted = await self.loop.start_tls(transport, self, context, server_side=True, ssl_handshake_timeout=REQUEST_LIMIT)
        except OSError:  # it was no TLS, or it has ended, or it took too long
            self.drop()
            return
        if encrypted is None or encrypted.is_closing():
            self.drop()
        else:
            self._begin(encrypted)

    def _begin(self, transport: asyncio.Transport) -> None:
        """From now on uvicorn reads requests."""
        super().connection_made(transport)
        self._watch()
        if self._early:
            self.data_received(self._early)

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        if self.transport is None:
            self._early += data
            return
        super().data_received(data)
        self._watch()

    def _watch(self) -> None:
        """While a request is awaited or comes in, its time runs. Between two requests uvicorn's own limit does."""
        if self._late is not None and self.is_answered:
            self._late.cancel()
            self._late = None
        elif self._late is None and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self._late = self.loop.call_later(REQUEST_LIMIT, self.drop)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._forget()
        if self.transport is not None:
            super().connection_lost(exc)

    def drop(self) -> None:
        """End the connection at once."""
        self._forget()
        if self._below is not None:
            self._below.abort()

    def _forget(self) -> None:
        self._connections.open.pop(self, None)
        if self._late is not None:
            self._late.cancel()
            self._late = None
        if self._handshake is not None:
            self._handshake.cancel()
            self._handshake = None
