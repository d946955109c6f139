"""What the fakes of both services have in common: scripts, connections, and what was wrong on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.brains.realtime.script import Close, Cut, Stall


class Service:
    """A service on loopback. Each answer follows the next script; the last one is repeated."""

    def __init__(self, scripts: Sequence[Sequence[Any]], set_up: Sequence[Any]) -> None:
        """`set_up`: what happens before a session is ready, on each connection."""
        self.scripts, self.set_up = list(scripts) or [[]], set_up
        self.problems: list[str] = []
        """What was wrong. `running` of the fakes raises them."""
        self.answers = 0
        """How many answers have begun, on all connections."""

    def next_script(self) -> list[Any]:
        self.answers += 1
        return list(self.scripts[min(self.answers, len(self.scripts)) - 1])

    @asynccontextmanager
    async def serving(self, **options: Any) -> AsyncIterator[str]:
        """Serve meanwhile, at this HOST:PORT."""
        async with serve(self._serve, "127.0.0.1", 0, max_size=None, ping_interval=None, **options) as server:
            yield f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        assert self.problems == [], self.problems

    async def admit(self, socket: ServerConnection) -> Connection | None:
        """The connection; None: it was closed."""
        raise NotImplementedError

    async def _serve(self, socket: ServerConnection) -> None:
        try:
            if (connection := await self.admit(socket)) is not None:
                await connection.run()
        except ConnectionClosed:
            pass
        except Exception as error:
            self.problems.append(f"the fake has failed: {error!r}")
            raise


class Connection:
    """One connection."""

    def __init__(self, service: Service, socket: ServerConnection, number: int) -> None:
        """`number`: 1 for the first connection."""
        self.socket = socket
        self.heard = bytearray()
        """The PCM of all sound."""
        self.closed = asyncio.Event()
        """The connection is no more."""
        self._service, self._number = service, number
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """The service speaks first."""

    async def take(self, frame: str | bytes) -> None:
        """A message of the client."""
        raise NotImplementedError

    async def run(self) -> None:
        """Take messages until the connection ends."""
        try:
            await self.begin()
            async for frame in self.socket:
                await self.take(frame)
        finally:
            self.closed.set()
            for task in self._tasks:
                task.cancel()
            for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
                if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionClosed):
                    self.problem(f"the fake has failed: {outcome!r}")

    async def act(self, step: Any) -> None:
        """What happens besides answers."""
        match step:
            case Close(code, reason):
                await self.socket.close(code, reason)
            case Cut():
                self.socket.transport.abort()
            case asyncio.Event():
                await step.wait()
            case Stall():
                await asyncio.Event().wait()
            case _:
                raise ValueError(f"{step} belongs into an answer")

    def problem(self, text: str) -> None:
        self._service.problems.append(f"connection {self._number}: {text}")

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        return task
