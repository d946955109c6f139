"""A TCP proxy that misbehaves when told. It needs no rights; what happens below TCP, such as a lost packet, it cannot do."""

from __future__ import annotations

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tars.runtime import clock

HOST = "127.0.0.1"
CHUNK = 65536
IN_FLIGHT = 16
"""Chunks that may be under way before the sender has to wait."""
TICK = 0.02
"""Seconds in which a slow way passes a piece on."""
_CLOSE_BY_RST = struct.pack("ii", 1, 0)


@dataclass
class Way:
    """What is done to one direction of every connection: `up` is what the client says."""

    delay: float = 0.0
    """Seconds."""
    rate: float = 0.0
    """Bytes a second; 0: no limit."""
    slice: int = CHUNK
    """Bytes that are passed on at a time, at most."""
    stalled: bool = False
    """Nothing passes. Nothing is lost either: the sender has to wait."""
    blackhole: bool = False
    """What comes is thrown away, and nobody is told. A connection to which that has happened never works again."""
    cut_after: int | None = None
    """So many bytes more, and the connection is reset."""


class Connection:
    """One client's, and the one to the server that belongs to it."""

    def __init__(self, to_client: StreamWriter) -> None:
        self.writers = [to_client]
        self.severed: set[str] = set()
        """The directions in which nothing will ever arrive again."""

    def reset(self) -> None:
        """A RST to both sides."""
        for writer in self.writers:
            end: socket.socket = writer.get_extra_info("socket")
            if end.fileno() >= 0:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_BY_RST)
            writer.transport.abort()

    def close(self) -> None:
        """A FIN to both sides."""
        for writer in self.writers:
            writer.close()


class Proxy:
    """Passes connections on to a port of this machine. `port` is its own."""

    def __init__(self, target: int, tasks: asyncio.TaskGroup) -> None:
        self.port = 0
        self.ways = {"up": Way(), "down": Way()}
        self.connections: set[Connection] = set()
        self.accepted = 0
        self.listener: Callable[[str, bytes], object] = lambda _, __: None
        """Is told what comes, `up` or `down`."""
        self._target = target
        self._tasks = tasks
        self._serving: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None

    def set(self, *ways: str, **settings: float | None) -> None:
        """Settings of `Way` for the directions `up` and `down`; for both if none is named."""
        for name in ways or ("up", "down"):
            for setting, value in settings.items():
                if not hasattr(self.ways[name], setting):
                    raise ValueError(f"a way has no setting {setting!r}")
                setattr(self.ways[name], setting, value)
        self._changed.set()
        self._changed = asyncio.Event()

    def reset(self) -> None:
        """Every connection is broken, and both sides learn so."""
        for connection in self.connections:
            connection.reset()

    def close(self) -> None:
        """Every connection is ended in order."""
        for connection in self.connections:
            connection.close()

    def sever(self) -> None:
        """Every connection is dead, and nobody is told; new ones work."""
        for connection in self.connections:
            connection.severed |= self.ways.keys()

    def refuse(self) -> None:
        """New connections are refused, until `accept`."""
        if self._server is not None:
            self._server.close()
        self._server = None

    async def accept(self) -> None:
        """New connections are passed on."""
        if self._server is None:
            self._server = await asyncio.start_server(self._welcome, HOST, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    def _welcome(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.accepted += 1
        task = self._tasks.create_task(self._pass_on(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    def stop(self) -> None:
        """Every connection is broken, and no new one comes."""
        self.refuse()
        for task in list(self._serving):
            task.cancel()

    async def _pass_on(self, client: StreamReader, to_client: StreamWriter) -> None:
        connection = Connection(to_client)
        try:
            while any(way.blackhole for way in self.ways.values()):
                await self._changed.wait()
            server, to_server = await asyncio.open_connection(HOST, self._target)
            connection.writers.append(to_server)
            self.connections.add(connection)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry("up", client, to_server, connection))
                both.create_task(self._carry("down", server, to_client, connection))
            connection.close()
        except OSError:
            connection.reset()  # nobody listens there
        except asyncio.CancelledError:
            connection.reset()
            raise
        finally:
            self.connections.discard(connection)

    async def _carry(self, name: str, source: StreamReader, target: StreamWriter, connection: Connection) -> None:
        """One direction of a connection, until its source ends. What breaks it breaks the other one too, unless it is severed."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(IN_FLIGHT)
        try:
            async with asyncio.TaskGroup() as halves:
                halves.create_task(self._deliver(name, under_way, target, connection))
                data = b"some"
                while data:
                    data = await source.read(CHUNK)
                    self.listener(name, data)
                    await under_way.put((clock.now() + self.ways[name].delay, data))
        except* (OSError, RuntimeError):  # RuntimeError: what uvloop raises when the connection has been reset
            if name not in connection.severed:
                connection.reset()

    async def _deliver(
        self, name: str, under_way: asyncio.Queue[tuple[float, bytes]], target: StreamWriter, connection: Connection
    ) -> None:
        way, data = self.ways[name], b"some"
        while data:
            due, data = await under_way.get()
            await clock.sleep_until(due)
            while way.stalled:
                await self._changed.wait()
            if way.blackhole:
                connection.severed.add(name)
            if name not in connection.severed:
                await _write(data, target, way, connection)


async def _write(data: bytes, target: StreamWriter, way: Way, connection: Connection) -> None:
    """Pass it on in pieces, as slowly as the way is; no data: the source has ended."""
    if not data:
        target.write_eof()
    while data:
        size = max(1, min(way.slice, int(way.rate * TICK) or CHUNK, CHUNK if way.cut_after is None else way.cut_after))
        piece, data = data[:size], data[size:]
        target.write(piece)
        await target.drain()
        await clock.sleep_until(clock.now() + len(piece) / way.rate if way.rate else 0)
        if way.cut_after is not None:
            way.cut_after -= len(piece)
            if way.cut_after <= 0:
                way.cut_after = None
                connection.reset()
                return


@asynccontextmanager
async def proxy(target: int) -> AsyncIterator[Proxy]:
    """A proxy in front of that port while this lasts."""
    async with asyncio.TaskGroup() as tasks:
        running = Proxy(target, tasks)
        await running.accept()
        try:
            yield running
        finally:
            running.stop()
