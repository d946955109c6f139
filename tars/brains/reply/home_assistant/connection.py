"""The WebSocket API of Home Assistant: one connection for all devices, on which many commands run at the same time.

See https://developers.home-assistant.io/docs/api/websocket. Each command has an id, and so has each message that answers it. Ids increase.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State

from tars.errors import ReplyError
from tars.runtime.home_assistant_settings import HomeAssistantSettings

NOT_THERE = "I cannot reach Home Assistant."
REFUSED = "Home Assistant does not let me in."
LOST = "I have lost Home Assistant. I do not know whether it was done."

QUIET = logging.getLogger("tars.home_assistant")
"""It never gets the level DEBUG, at which each message would be logged, the token too."""
QUIET.setLevel(logging.WARNING)

Message = Mapping[str, Any]
ReadMessage = Callable[[], Awaitable[Message]]
"""The next message that answers a command. Raises ReplyError if the connection is lost."""


class OpenConnection:
    """A connection that is open, until it is lost."""

    def __init__(self, socket: ClientConnection, ids: Iterator[int], url: str) -> None:
        """`socket`: let in by Home Assistant."""
        self._socket, self._ids, self._url = socket, ids, url
        self._waiting: dict[int, asyncio.Queue[Message | None]] = {}
        """The messages of each command that runs. None: the connection is lost."""
        self._reading = asyncio.create_task(self._read())

    @property
    def is_open(self) -> bool:
        """Whether commands can be sent."""
        return self._socket.state is State.OPEN and not self._reading.done()

    @asynccontextmanager
    async def sent(self, command: Message) -> AsyncIterator[ReadMessage]:
        """Send a command; a function that reads what answers it. Messages that come later are ignored. Raises ReplyError."""
        number = next(self._ids)
        inbox = self._waiting[number] = asyncio.Queue()

        async def read() -> Message:
            message = await inbox.get()
            if message is None:
                raise ReplyError(f"{self._url} closed the connection before it answered: see the log of Home Assistant", LOST)
            return message

        try:
            try:
                await self._socket.send(json.dumps({"id": number, **command}))
            except ConnectionClosed as error:
                raise ReplyError(f"{self._url} closed the connection ({error})", LOST) from error
            yield read
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        """Close the connection."""
        await self._socket.close()
        await asyncio.wait([self._reading])

    async def _read(self) -> None:
        """Give each message to the command that it answers, until the connection ends."""
        try:
            async for text in self._socket:
                message = _decoded(text)
                inbox = self._waiting.get(number) if isinstance(number := message.get("id"), int) else None
                if inbox is not None:
                    inbox.put_nowait(message)
        except ConnectionClosed:
            pass  # whoever waits is told
        finally:
            for inbox in self._waiting.values():
                inbox.put_nowait(None)


class Connection:
    """Opens a connection when it is needed, also after the last one was lost."""

    def __init__(self, settings: HomeAssistantSettings) -> None:
        """Nothing is opened yet."""
        self._settings = settings
        self._ids = itertools.count(1)
        self._opening = asyncio.Lock()
        self._open: OpenConnection | None = None
        self._refused = False
        """The token was refused. It is not sent again: Home Assistant may shut out who tries often."""

    async def opened(self) -> OpenConnection:
        """The open connection. Raises ReplyError."""
        async with self._opening:
            if self._refused:
                raise self._refusal()
            if self._open is None or not self._open.is_open:
                await self.close()
                self._open = await self._connect()
            return self._open

    async def close(self) -> None:
        """Close the connection. Safe to call more than once."""
        if self._open is not None:
            was, self._open = self._open, None
            await was.close()

    async def _connect(self) -> OpenConnection:
        settings = self._settings
        url = f"{settings.url.replace('http', 'ws', 1)}/api/websocket"
        try:
            async with asyncio.timeout(settings.timeout):
                socket = await connect(url, close_timeout=1, logger=QUIET)
                try:
                    await self._enter(socket)
                except BaseException:
                    await socket.close()
                    raise
        except (OSError, WebSocketException) as error:
            reason = str(error) or f"no answer within {settings.timeout:g} s"
            raise ReplyError(f"{url}: {reason}: is Home Assistant running, and home_assistant.url right?", NOT_THERE) from error
        return OpenConnection(socket, self._ids, url)

    async def _enter(self, socket: ClientConnection) -> None:
        """Send the token. Raises ReplyError if Home Assistant refuses it."""
        asked = _decoded(await socket.recv())
        if asked.get("type") == "auth_required":
            await socket.send(json.dumps({"type": "auth", "access_token": self._settings.token}))
            entered = _decoded(await socket.recv())
            if entered.get("type") == "auth_ok":
                return
            if entered.get("type") == "auth_invalid":
                self._refused = True
                raise self._refusal()
        raise ReplyError(f"{self._settings.url} is no Home Assistant: correct home_assistant.url", NOT_THERE)

    def _refusal(self) -> ReplyError:
        reason = f"{self._settings.url} refuses the token: make a new one for home_assistant.token, and restart TARS"
        return ReplyError(reason, REFUSED)


def _decoded(text: str | bytes) -> Message:
    """The object in a message; empty if there is none."""
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
