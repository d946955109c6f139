"""A WebSocket with one reader and one writer, for both programs; and how a device dials."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.frames import CloseCode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from tars.core.close_codes import PROTOCOL_ERROR
from tars.core.codec import MAX_FRAME, SUBPROTOCOL, Frame
from tars.runtime import clock
from tars.runtime.tcp import connect_tcp, reset_on_close, tune

CLOSE_LIMIT = 1.0
"""Seconds that a closing handshake may take. The default of websockets is 10 s."""
PROTOCOL_VIOLATIONS = (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG)
"""Close codes with which this end closes a connection whose other side breaks the WebSocket protocol or sends too long a frame."""
QUEUE_LIMIT = 4096
"""Frames that may wait to be sent. A reply of 10 minutes to an old device is 600 frames; no other case has more."""
LEGACY_PING = 30.0
"""Seconds between WebSocket pings to an old device or server. A missing pong is tolerated."""
CHALLENGE = 'Bearer realm="tars"'
"""The WWW-Authenticate header with which a tars-server refuses a key. A proxy in front of it sends another one, or none."""
KEY_WANTED = "the server wants a key: run `tars-server key add NAME` there, and set `key` here to what it prints"
KEY_REFUSED = "the server refused the key: run `tars-server key list` there; after `key remove NAME`, `key add NAME` prints a new one"


@dataclass(frozen=True)
class Received:
    """A frame from the socket of that generation."""

    generation: int
    frame: Frame


@dataclass(frozen=True)
class SocketUp:
    """The socket of that generation is open, with this subprotocol or none."""

    generation: int
    subprotocol: str | None


@dataclass(frozen=True)
class SocketDown:
    """The socket of that generation could not be opened, or has closed."""

    generation: int
    reason: str
    opened: bool
    broken: bool = False
    """This end has closed it because the other side broke the WebSocket protocol."""


@dataclass(frozen=True)
class _Close:
    code: int
    reason: str


class Socket:
    """Sends frames in order from one queue; hands received frames to `put`, which may make the reader wait."""

    def __init__(self, connection: Connection, generation: int, put: Callable[[Received | SocketDown], Awaitable[None]]) -> None:
        self.connection = connection
        self.generation = generation
        self._put = put
        self._outbox: asyncio.Queue[Frame | _Close] = asyncio.Queue()
        tune(connection)

    def send(self, frame: Frame) -> None:
        """Queue a frame behind all others. A connection with QUEUE_LIMIT queued frames is dropped: its other side does not read."""
        if self._outbox.qsize() >= QUEUE_LIMIT:
            self.abort()
        else:
            self._outbox.put_nowait(frame)

    def close(self, code: int, reason: str) -> None:
        """Close once all queued frames are sent. After CLOSE_LIMIT the connection is dropped."""
        self._outbox.put_nowait(_Close(code, reason))
        # The writer may be blocked by frames that the other side does not read.
        asyncio.get_running_loop().call_later(CLOSE_LIMIT, self.abort)

    def abort(self) -> None:
        """Drop the connection at once, with a TCP reset. Tasks that wait in it are released."""
        reset_on_close(self.connection)
        self.connection.transport.abort()

    async def run(self) -> None:
        """Read and write until the connection ends; then put one SocketDown with the reason."""
        async with asyncio.TaskGroup() as tasks:
            helpers = [tasks.create_task(self._write())]
            if self.connection.subprotocol is None:
                helpers.append(tasks.create_task(self._keep_alive()))
            down = await self._read()
            for helper in helpers:
                helper.cancel()
        await self._put(down)

    async def _read(self) -> SocketDown:
        violation = ""
        try:
            async for frame in self.connection:
                await self._put(Received(self.generation, frame))
        except ConnectionClosed as closed:
            violation = violation_of(closed)
        reason = violation or why_closed(self.connection)
        return SocketDown(self.generation, reason, opened=True, broken=bool(violation))

    async def _write(self) -> None:
        try:
            while True:
                item = await self._outbox.get()
                if isinstance(item, _Close):
                    await self.connection.close(item.code, short(item.reason))
                    return
                await self.connection.send(item)
        except ConnectionClosed:
            return  # the reader puts the SocketDown

    async def _keep_alive(self) -> None:
        try:
            while True:
                await clock.sleep_until(clock.now() + LEGACY_PING)
                await self.connection.ping()
        except ConnectionClosed:
            return


def short(reason: str) -> str:
    """The first 123 bytes of a reason: a close frame holds no more."""
    return reason.encode()[:123].decode(errors="ignore")


def violation_of(closed: ConnectionClosed) -> str:
    """How the other side broke the WebSocket protocol, if this end has closed the connection for it; else empty."""
    if closed.sent is None or closed.rcvd_then_sent or closed.sent.code not in PROTOCOL_VIOLATIONS:
        return ""
    return f"closed with {closed.sent.code}: {closed.sent.reason or 'no frame of a WebSocket'}"


def why_closed(connection: Connection) -> str:
    """Why a connection has ended, for the log."""
    if connection.close_code in (None, CloseCode.ABNORMAL_CLOSURE):
        return "the connection broke"
    return f"closed with {connection.close_code}{f': {connection.close_reason}' if connection.close_reason else ''}"


class KeyRefusedError(OSError):
    """The server refuses this key, or a connection without a key. The text says what to do."""


async def dial(url: str, *, protocol: str, key: str | None = None) -> Connection:
    """A connection to the server. Raises KeyRefusedError if another key is needed, and OSError with a sentence for any other failure.

    `protocol`: `auto` offers tars.v1 and accepts either protocol, `v1` requires tars.v1, `legacy` does not offer it.
    """
    offered = None if protocol == "legacy" else [Subprotocol(SUBPROTOCOL)]
    try:
        uri = parse_uri(url)
        connection = await connect(
            url,
            sock=await connect_tcp(uri.host, uri.port),
            additional_headers={"Authorization": f"Bearer {key}"} if key else None,
            subprotocols=offered,
            compression=None,  # it saves a tenth of speech and costs 32 KiB a connection
            open_timeout=None,  # greeting_limit of the connection machine bounds the whole greeting
            close_timeout=CLOSE_LIMIT,
            ping_interval=None,  # tars.v1 has its own heartbeat; Socket pings legacy links
            max_size=MAX_FRAME,
        )
    except InvalidStatus as error:
        if error.response.status_code != HTTPStatus.UNAUTHORIZED:
            raise OSError(f"the server refused the connection: {error}") from None
        if CHALLENGE not in error.response.headers.get_all("WWW-Authenticate"):
            raise OSError(f"something in front of the server refused the connection, such as a proxy with a password: {error}") from None
        raise KeyRefusedError(KEY_REFUSED if key else KEY_WANTED) from None
    except OSError as error:
        raise OSError(str(error) or "the connection broke while it was opened") from None
    except (InvalidHandshake, InvalidURI, EOFError, ValueError) as error:  # ValueError: an impossible host name, or a redirect
        raise OSError(f"the server refused the connection: {error}") from None
    if protocol == "v1" and connection.subprotocol is None:
        await connection.close(PROTOCOL_ERROR, "tars.v1 is required")
        raise OSError("the server does not speak tars.v1; set protocol: auto to speak the old protocol with it")
    return connection
