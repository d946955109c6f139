"""One WebSocket with one reader and one writer, the same on both sides; and how a device dials."""

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

from tars.core.codec import MAX_FRAME, SUBPROTOCOL, Frame
from tars.runtime import clock
from tars.runtime.tcp import connect_tcp, reset_on_close, tune

CLOSE_LIMIT = 1.0
"""Seconds that a closing handshake may take; left alone it takes ten."""
NO_FRAME = (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG)
"""Close codes of a connection whose other side does not keep to WebSocket itself, or sends too much at once."""
MOST_WAITING = 4096
"""Frames that may wait to be sent. An answer of ten minutes to an old device is 600, and nobody is further behind."""
LEGACY_PING = 30.0
"""Seconds between WebSocket pings to an old device or server; their silence is tolerated."""
CHALLENGE = 'Bearer realm="tars"'
"""What a tars-server says with a refusal for want of the right key. A proxy in front of it has a challenge of its own, or none."""
KEY_WANTED = "the server wants a key: run `tars-server key add NAME` there, and set `key` here to what it prints"
KEY_REFUSED = "the server refused the key: run `tars-server key list` there; after `key remove NAME`, `key add NAME` prints a new one"


@dataclass(frozen=True)
class Received:
    """A frame from the socket of that generation."""

    generation: int
    frame: Frame


@dataclass(frozen=True)
class SocketUp:
    """The socket of that generation is open and speaks this subprotocol, or none."""

    generation: int
    subprotocol: str | None


@dataclass(frozen=True)
class SocketDown:
    """The socket of that generation could not be opened, or is gone."""

    generation: int
    reason: str
    opened: bool
    broken: bool = False
    """This end has closed it over something that is no frame."""


@dataclass(frozen=True)
class _Close:
    code: int
    reason: str


class Socket:
    """Frames out in order through one queue; frames in through `put`, which may make the reader wait."""

    def __init__(self, connection: Connection, generation: int, put: Callable[[Received | SocketDown], Awaitable[None]]) -> None:
        self.connection = connection
        self.generation = generation
        self._put = put
        self._outbox: asyncio.Queue[Frame | _Close] = asyncio.Queue()
        tune(connection)

    def send(self, frame: Frame) -> None:
        """Queue a frame behind all others. Whoever asks for ever and never reads is dropped."""
        if self._outbox.qsize() >= MOST_WAITING:
            self.abort()
        else:
            self._outbox.put_nowait(frame)

    def close(self, code: int, reason: str) -> None:
        """Close once everything queued is sent, within CLOSE_LIMIT."""
        self._outbox.put_nowait(_Close(code, reason))
        # The writer may be stuck behind what the other side does not read.
        asyncio.get_running_loop().call_later(CLOSE_LIMIT, self.abort)

    def abort(self) -> None:
        """Drop the connection at once: whoever waits in it is released, and the other side learns of it if anything arrives there."""
        reset_on_close(self.connection)
        self.connection.transport.abort()

    async def run(self) -> None:
        """Read and write until the connection ends; then say why, once."""
        async with asyncio.TaskGroup() as tasks:
            helpers = [tasks.create_task(self._write())]
            if self.connection.subprotocol is None:
                helpers.append(tasks.create_task(self._keep_alive()))
            down = await self._read()
            for helper in helpers:
                helper.cancel()
        await self._put(down)

    async def _read(self) -> SocketDown:
        complaint = ""
        try:
            async for frame in self.connection:
                await self._put(Received(self.generation, frame))
        except ConnectionClosed as closed:
            complaint = complaint_of(closed)
        reason = complaint or why_closed(self.connection)
        return SocketDown(self.generation, reason, opened=True, broken=bool(complaint))

    async def _write(self) -> None:
        try:
            while True:
                item = await self._outbox.get()
                if isinstance(item, _Close):
                    await self.connection.close(item.code, short(item.reason))
                    return
                await self.connection.send(item)
        except ConnectionClosed:
            return  # the reader says so

    async def _keep_alive(self) -> None:
        try:
            while True:
                await clock.sleep_until(clock.now() + LEGACY_PING)
                await self.connection.ping()
        except ConnectionClosed:
            return


def short(reason: str) -> str:
    """As much of it as a close frame holds: 123 bytes."""
    return reason.encode()[:123].decode(errors="ignore")


def complaint_of(closed: ConnectionClosed) -> str:
    """What the other side has sent that is no frame, if this end has closed the connection over it; else empty."""
    if closed.sent is None or closed.rcvd_then_sent or closed.sent.code not in NO_FRAME:
        return ""
    return f"closed with {closed.sent.code}: {closed.sent.reason or 'no frame of a WebSocket'}"


def why_closed(connection: Connection) -> str:
    """Why a connection has ended, for the log."""
    if connection.close_code in (None, 1006):
        return "the connection broke"
    return f"closed with {connection.close_code}{f': {connection.close_reason}' if connection.close_reason else ''}"


class KeyRefusedError(OSError):
    """The server lets nobody in with this key, or without one. The text says what to do."""


async def dial(url: str, *, protocol: str, key: str | None = None) -> Connection:
    """A connection to the server. Raises OSError with a sentence for any failure, KeyRefusedError if another key is needed.

    `protocol`: `auto` offers tars.v1 and takes what comes, `v1` insists on it, `legacy` does not offer it.
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
            open_timeout=None,  # the machine's greeting_limit bounds the whole greeting
            close_timeout=CLOSE_LIMIT,
            ping_interval=None,  # tars.v1 has its own heartbeat; legacy links are pinged above
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
    except (InvalidHandshake, InvalidURI, EOFError, ValueError) as error:  # the last: a host that no name service can know, a redirect
        raise OSError(f"the server refused the connection: {error}") from None
    if protocol == "v1" and connection.subprotocol is None:
        await connection.close(1002, "tars.v1 is required")
        raise OSError("the server does not speak tars.v1; set protocol: auto to speak the old protocol with it")
    return connection
