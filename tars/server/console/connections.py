"""The connections of the console: uvicorn speaks HTTP on them; here they are counted, encrypted and bounded in time.

uvicorn's own server is not used: it takes over the signals of the process, ends it when a port is taken, and keeps a connection that
never sends a request.
"""

from __future__ import annotations

import asyncio
from ssl import SSLContext, SSLError
from typing import Any, cast

import h11
from starlette.applications import Starlette
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tars.runtime.tcp import ask_when_idle, tune
from tars.runtime.tls import Tls
from tars.server.console.talk import PATH, PageLinks
from tars.server.encryption import Encryption

MOST_CONNECTIONS = 32
"""Connections at a time: the devices need the other descriptors. One more takes the place of the oldest whose request has not come, or that
does not read its answer."""
REQUEST_LIMIT = 5.0
"""Seconds for the handshake, and for each request until its headers have come."""
IDLE_LIMIT = 20
"""Seconds that a connection may wait for its next request."""
NETWORK_LIMIT = 4
"""Seconds without an acknowledgement after which a connection ends. An open page is told something each 5 s: within 10 s it holds no place
any more."""
READ_LIMIT = 10.0
"""Seconds that a connection may take to read what waits for it, 48 KiB at least."""
CLOSE_LIMIT = 0.3
"""Seconds that the end of the server waits for what answers a request."""


class Connections:
    """All connections of the console."""

    def __init__(self, app: Starlette, encryption: Encryption, pages: PageLinks | None = None) -> None:
        """`encryption`: its certificate, as it is when a connection comes; without one nothing is encrypted.

        `pages`: takes over connections that ask for the WebSocket of a page; None: there is none.
        """
        self.pages = pages
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
            waiting = [other for other in self.open if not other.is_answered or other.is_sending or other.is_unread]
            (waiting or list(self.open))[0].drop()
        self.open[connection] = None

    async def close(self) -> None:
        """Drop all of them, and wait until nothing answers them any more, for CLOSE_LIMIT at most."""
        for connection in list(self.open):
            connection.drop()
        if answering := list(self.state.tasks):
            await asyncio.wait(answering, timeout=CLOSE_LIMIT)


class Connection(H11Protocol):
    """One connection."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections.config, connections.state, {}, asyncio.get_running_loop())
        self._connections = connections
        self._tls: Tls | None = None
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        """The limit until which the other side must read; None: there is room for more."""

    @property
    def is_answered(self) -> bool:
        """Whether a request has come and its answer is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def is_sending(self) -> bool:
        """Whether the body of a request has not come to its end. It may be the login's, which anybody may send."""
        return self.conn.their_state is h11.SEND_BODY

    @property
    def is_unread(self) -> bool:
        """Whether the other side does not read what was written."""
        return self._unread is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a connection."""
        below = cast("asyncio.Transport", transport)
        tune(below, NETWORK_LIMIT)
        ask_when_idle(below, NETWORK_LIMIT)
        self._connections.add(self)
        if identity := self._connections.encryption.identity:
            self._tls = identity.accept()
            below = _EncryptedTransport(below, self._tls, identity.context)
        super().connection_made(below)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """More of a handshake or of a request."""
        if self._tls is not None:
            data = self._decrypted(self._tls, data)
        if data and not self.transport.is_closing():
            super().data_received(data)
        if self in self._connections.open:
            self._watch()

    def _decrypted(self, tls: Tls, data: bytes) -> bytes:
        transport = cast("_EncryptedTransport", self.transport)
        try:
            data = tls.receive(data)
        except SSLError:
            transport.below.write(tls.outgoing())  # why not
            transport.below.close()
            return b""
        transport.below.write(tls.outgoing())
        if tls.ended:
            transport.close()
        return data

    def _should_upgrade_to_ws(self) -> bool:
        """Whether the request is for the one WebSocket that there is."""
        return self._connections.pages is not None and self.scope["raw_path"] == PATH

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """The connection is the console's no more."""
        assert self._connections.pages is not None
        lines = [b" ".join((event.method, event.target, b"HTTP/1.1")), *(name + b": " + value for name, value in event.headers), b"", b""]
        self._forget()
        self.connections.discard(self)
        below = self.transport.below if isinstance(self.transport, _EncryptedTransport) else self.transport
        self._connections.pages.take_over(below, self._tls, b"\r\n".join(lines) + self.conn.trailing_data[0])

    def _watch(self) -> None:
        """While a request is awaited or comes in, its time runs. Between two requests uvicorn's own limit does."""
        if self._late is not None and self.is_answered:
            self._late.cancel()
            self._late = None
        elif self._late is None and not self.is_answered and not self.transport.is_closing():
            self._late = self.loop.call_later(REQUEST_LIMIT, self.drop)

    def pause_writing(self) -> None:
        """What was written waits to be read."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_LIMIT, self.drop)

    def resume_writing(self) -> None:
        """There is room for more."""
        super().resume_writing()
        self._read()

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._forget()
        super().connection_lost(exc)

    def drop(self) -> None:
        """End the connection at once."""
        self._forget()
        self.transport.abort()

    def _forget(self) -> None:
        self._connections.open.pop(self, None)
        self._read()
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _EncryptedTransport(asyncio.Transport):
    """What uvicorn needs of a transport; what it writes is encrypted."""

    def __init__(self, below: asyncio.Transport, tls: Tls, context: SSLContext) -> None:
        super().__init__({"sslcontext": context})  # uvicorn asks for it, to know that this is https
        self.below = below
        self._tls = tls

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the connection."""
        return super().get_extra_info(name) or self.below.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send this, unless the connection ends."""
        if not self.is_closing():
            self.below.write(self._tls.send(bytes(data)))

    def close(self) -> None:
        """End the connection, after what was written."""
        if not self.is_closing():
            self.below.write(self._tls.end())
            self.below.close()

    def abort(self) -> None:
        """End the connection at once."""
        self.below.abort()

    def is_closing(self) -> bool:
        """Whether the connection ends."""
        return self.below.is_closing()

    def pause_reading(self) -> None:
        """Read nothing more."""
        self.below.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        self.below.resume_reading()
