"""A service with the Wyoming protocol. Each request has a connection of its own.

To connect takes about a millisecond. A service may be restarted at any time, some end a connection after each answer, and closing it tells
the service that nobody wants the rest. So no connection is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event

from tars.errors import BrainError

NONSENSE = (ValueError, KeyError, TypeError, AttributeError, AssertionError)
"""What is raised when something is read that is not Wyoming, or not what its type has."""

ReadEvent = Callable[..., Awaitable[Event]]
"""`read(*types)`: the next event of one of these types. Events of other types are ignored. Raises BrainError."""


class Service:
    """One service."""

    def __init__(self, uri: str, setting: str, timeout: float) -> None:
        """`uri`: tcp://HOST:PORT or unix:///PATH; `setting`: where that is configured; `timeout`: seconds that it has for each step."""
        self._uri, self._setting, self._timeout = uri, setting, timeout

    @asynccontextmanager
    async def asked(self, events: Iterable[Event]) -> AsyncIterator[ReadEvent]:
        """Send these events on a connection; a function that reads the answer.

        Raises BrainError, also if the caller raises one of NONSENSE about an event that it cannot use.
        """
        reader, writer = await self._connect()
        try:
            await self._send(writer, events)
            yield partial(self._read, reader)
        except NONSENSE as error:
            raise self._failed(f"answered nonsense ({type(error).__name__}: {error}): is it a Wyoming service?") from error
        finally:
            writer.transport.abort()  # what was not sent yet is not wanted any more

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = urlsplit(self._uri)
        try:
            async with asyncio.timeout(self._timeout):
                if address.scheme == "unix":
                    return await asyncio.open_unix_connection(address.path)
                return await asyncio.open_connection(address.hostname, address.port)
        except OSError as error:
            reason = str(error) or f"no connection within {self._timeout:g} s"
            raise self._failed(f"cannot be reached ({reason}): is the service running, and {self._setting} right?") from error

    async def _send(self, writer: asyncio.StreamWriter, events: Iterable[Event]) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                for event in events:
                    await async_write_event(event, writer)
        except TimeoutError:
            raise self._late() from None
        except OSError as error:
            raise self._failed(f"closed the connection ({error}): see its log") from error

    async def _read(self, reader: asyncio.StreamReader, *types: str) -> Event:
        try:
            async with asyncio.timeout(self._timeout):
                while (event := await async_read_event(reader)) is not None:
                    if Error.is_type(event.type):
                        raise self._failed(f"failed ({Error.from_event(event).text}): see its log")
                    if event.type in types:
                        return event
        except TimeoutError:
            raise self._late() from None
        except (OSError, EOFError) as error:
            raise self._closed() from error
        if reader.at_eof():
            raise self._closed()
        raise ValueError("no event")

    def _late(self) -> BrainError:
        return self._failed(f"does not answer within {self._timeout:g} s; see its log, or raise wyoming.timeout")

    def _closed(self) -> BrainError:
        return self._failed("closed the connection before its answer was complete: see its log")

    def _failed(self, what: str) -> BrainError:
        return BrainError(f"{self._setting}: the service at {self._uri} {what}")
