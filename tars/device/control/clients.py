"""The two kinds of clients: lines of JSON over a Unix socket, and text frames over a WebSocket."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Protocol, cast

from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from tars.core.codec import Frame
from tars.runtime import clock
from tars.runtime.budget import Budget
from tars.runtime.origin import foreign_page
from tars.runtime.receiver import SocketDown
from tars.runtime.websocket import READ_SIZE, Socket

LONGEST = 1024
"""Bytes of a command."""
TOO_LONG = f"a line has {LONGEST} bytes at most"
UNREAD = 64 * 1024
"""Bytes that a client may leave unread; with more it is dropped."""
REQUEST_LIMIT = 5.0
"""Seconds until a WebSocket has sent its request."""


class Client(Protocol):
    """One connection."""

    def send(self, text: str) -> None:
        """Send one JSON object. A client that does not read is dropped: nothing here waits for it."""

    def drop(self) -> None:
        """End the connection, after what was sent."""


class Host(Protocol):
    """Whom the clients talk to."""

    def joined(self, client: Client) -> None:
        """A client is there. If there are too many, it is told so and dropped."""

    def commanded(self, client: Client, text: str | bytes) -> None:
        """It has sent this."""

    def left(self, client: Client) -> None:
        """It is gone."""


class LineClient(asyncio.BufferedProtocol):
    """A client of the Unix socket."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._buffer = memoryview(bytearray(READ_SIZE))
        self._line = bytearray()
        """What has come of a line that is not complete."""
        self._transport: asyncio.Transport | None = None
        self._budget = Budget(clock.now())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._host.joined(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes are read into."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes were read."""
        self._line += self._buffer[:nbytes]
        *lines, self._line = self._line.split(b"\n")
        for line in lines:
            if len(line) > LONGEST:
                self._refuse(TOO_LONG)
            elif line.strip() and not self._is_closing:
                self._host.commanded(self, bytes(line))
        if len(self._line) > LONGEST:
            self._refuse(TOO_LONG)
        elif (wait := self._budget.spend(len(lines), nbytes, clock.now())) > 0 and self._transport and not self._is_closing:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(wait, self._read_on)

    def eof_received(self) -> None:
        """The client sends nothing any more: the connection ends, after what was sent to it."""
        if self._line.strip():
            self._refuse("the last line has no end: a command is a line, with a newline behind it")

    def _refuse(self, reason: str) -> None:
        """Say why, and end the connection."""
        self.send(json.dumps({"event": "error", "reason": reason}))
        self.drop()

    def _read_on(self) -> None:
        if self._transport and not self._is_closing:
            self._transport.resume_reading()

    @property
    def _is_closing(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def send(self, text: str) -> None:
        """Send a line."""
        if self._transport is None or self._is_closing:
            return
        self._transport.write(f"{text}\n".encode())
        if self._transport.get_write_buffer_size() > UNREAD:
            self._transport.abort()

    def drop(self) -> None:
        """End the connection. What is not read within REQUEST_LIMIT is lost."""
        if self._transport is not None:
            self._transport.close()
            asyncio.get_running_loop().call_later(REQUEST_LIMIT, self._transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._transport = None
        self._host.left(self)


class WebClient(Socket):
    """A client of the WebSocket."""

    def __init__(self, host: Host) -> None:
        self._server = ServerProtocol(max_size=LONGEST)
        super().__init__(self._server)
        self._host = host
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a connection."""
        super().connection_made(transport)
        self._late = asyncio.get_running_loop().call_later(REQUEST_LIMIT, self.abort)

    def upgrade(self, event: Request | Response) -> None:
        """Its request."""
        assert isinstance(event, Request), "a client sends requests"
        if self._late is not None:
            self._late.cancel()
        if reason := foreign_page(event.headers):
            response = self._server.reject(HTTPStatus.FORBIDDEN, f"{reason}\n")
        else:
            response = self._server.accept(event)
        self._server.send_response(response)
        self._write()
        if self.is_open:
            self.start(0, self, Budget(clock.now()))
            self._host.joined(self)

    def send(self, frame: Frame) -> None:
        """Send a text frame."""
        super().send(frame)
        if self.transport.get_write_buffer_size() > UNREAD:
            self.abort()

    def drop(self) -> None:
        """End the connection."""
        self.close(1001, "")

    def received(self, generation: int, frame: Frame) -> None:
        """A command."""
        self._host.commanded(self, frame)

    def closed(self, down: SocketDown) -> None:
        """The connection has ended."""
        self._host.left(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)
