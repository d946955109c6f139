"""What the fakes of HTTP services have in common."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from tars.runtime import clock


class Cut:
    """The connection is closed at once."""


class Stall:
    """Nothing more comes, and the connection stays."""


@dataclass(frozen=True)
class Pause:
    """Nothing comes for so many seconds. For measurements, not for tests."""

    seconds: float


HttpStep = Cut | Stall | Pause | asyncio.Event
"""What can happen instead of a piece of an answer. At an event the fake waits for the test."""


class HttpFake:
    """A service on loopback. It speaks HTTP/1.1."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        """What was wrong with requests. `running` raises them."""
        self.gone = asyncio.Event()
        """The other side has closed a connection before the answer was over."""
        self.connections = 0
        """How many there were."""
        self.address = ""
        """http://HOST:PORT."""
        self._serving: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Serve meanwhile."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
        assert self.problems == [], self.problems

    async def answer(self, head: dict[str, str], body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer a request; whether the connection goes on. `head`: the headers, and the request line as ":path"."""
        raise NotImplementedError

    async def happens(self, step: object, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """What is no piece of an answer happens; whether the answer goes on."""
        match step:
            case asyncio.Event():
                await step.wait()
            case Pause(seconds):
                await writer.drain()
                await clock.sleep_until(clock.now() + seconds)
            case Stall():
                if not await reader.read(1):
                    self.gone.set()
                return False
            case Cut():
                await writer.drain()
                return False
            case _:
                raise ValueError(f"unknown step {step}")
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self.connections += 1
        try:
            while head := await _head(reader):
                body = await reader.readexactly(int(head.get("content-length", 0)))
                if not await self.answer(head, body, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.gone.set()
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            self._serving.discard(task)
            writer.close()


async def _head(reader: asyncio.StreamReader) -> dict[str, str]:
    """The lines of a request before its body; empty: there is no further request."""
    lines = []
    while line := (await reader.readline()).decode().rstrip():
        lines.append(line)
    headers = (line.partition(": ") for line in lines[1:])
    return {":path": lines[0], **{name.lower(): value for name, _, value in headers}} if lines else {}


def send_json(writer: asyncio.StreamWriter, body: object, status: int = 200) -> None:
    """A whole answer."""
    text = json.dumps(body).encode()
    headers = f"content-type: application/json\r\ncontent-length: {len(text)}"
    writer.write(f"HTTP/1.1 {status} Status\r\n{headers}\r\n\r\n".encode() + text)


def begin_chunks(writer: asyncio.StreamWriter, kind: str) -> None:
    """The beginning of an answer in pieces. `kind`: its content type."""
    writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n".encode())


def send_chunk(writer: asyncio.StreamWriter, content: bytes) -> None:
    """A piece of it. The empty one is the end."""
    writer.write(b"%x\r\n%b\r\n" % (len(content), content))
