"""One real server of a real fleet, its line to Redis, and its connections. Whatever it does waits for the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from redis.exceptions import ConnectionError as RedisConnectionError

from tars.brains import Caller, Reply
from tars.core.codec import SUBPROTOCOL, Frame
from tars.runtime import clock
from tars.runtime.trace import Trace
from tars.samples import BLOCK, Samples
from tars.server.admission import Greeting
from tars.server.connection import ServerSocket
from tars.server.device_registry import DeviceRegistry
from tars.server.runner import ServerDeviceRunner
from tars.server.settings import ServerConfig
from tars.server.store import leases
from tars.server.store.leases import Leases, Record, Written
from tars.server.store.recorded_runner import RecordedRunner
from tars.server.store.redis_store import RedisStore
from tars.testing import ScriptedBrain, ScriptedConversation, Turn

DEVICE = "kitchen"
TURNS, AT_ONCE = 120, 12
"""Turns of the event loop until everything has happened that waits for nothing outside; and everything that needs no record."""


async def settle() -> None:
    """Let the servers run until they wait for the test."""
    for _ in range(TURNS):
        await clock.sleep_until(0)


class Tasks(asyncio.TaskGroup):
    """Starts a task that records only after all that happens at once: the model has no state between."""

    def create_task(self, coro: Any, **named: Any) -> asyncio.Task[Any]:
        later = coro.__qualname__ == "Recorder._write_all"
        return super().create_task(_later(coro) if later else coro, **named)


async def _later(coro: Coroutine[Any, Any, Any]) -> None:
    try:
        for _ in range(AT_ONCE):
            await clock.sleep_until(0)
    except asyncio.CancelledError:
        coro.close()
        raise
    await coro


class Line:
    """Between a server and Redis. One command is under way at a time, as `Leases` sends them."""

    def __init__(self, of: Leases) -> None:
        self.call: Any = None
        """The command that is under way."""
        self.answer: Any = None
        """What Redis has said; None: the command is not executed."""
        self._done: asyncio.Future[list[Any]]
        self._execute = of._execute
        of._execute = self._hold  # type: ignore[method-assign]

    async def _hold(self, calls: list[Any]) -> list[Any]:
        (self.call,), self.answer = calls, None
        self._done = asyncio.get_running_loop().create_future()
        try:
            return await self._done
        finally:
            self.call = self.answer = None

    @property
    def kind(self) -> str:
        """Of the command under way: `take`, `write`, `drop`, or empty."""
        text = self.call and self.call.script.script
        return "" if text is None else {leases.TAKE: "take", leases.WRITE: "write"}.get(text, "drop")

    async def execute(self, call: Any = None) -> Any:
        """Redis executes the command under way, or one that nobody waits for any more."""
        (answer,) = await self._execute([call or self.call])
        if call is None:
            self.answer = answer
        return answer

    def hear(self) -> None:
        """The answer arrives."""
        self._done.set_result([self.answer])

    def fail(self) -> None:
        """No answer arrives."""
        self._done.set_exception(RedisConnectionError("held up by the test"))


class FakeSocket:
    """A connection, as both sides see it."""

    authorities, certificate, address, subprotocol = "", None, "a test", SUBPROTOCOL

    def __init__(self, fleet: Any, at: int) -> None:
        self.fleet, self.at = fleet, at
        self.up: list[Frame] = []
        self.down: list[Frame] = []
        self.left = self.closed = False
        """The device, or the server, has closed it."""
        self.runner: Any = None
        self.generation = 0
        self.transport = SimpleNamespace(is_closing=lambda: self.left or self.closed)

    def start(self, generation: int, receiver: Any, budget: Any) -> None:
        self.generation, self.runner = generation, receiver

    def charge(self, cost: float) -> None:
        """A budget is not what is tested here."""

    def send(self, frame: Frame) -> None:
        if not self.left and not self.closed:
            self.down.append(frame)

    def close(self, code: int = 0, reason: str = "") -> None:
        self.closed = True
        self.down.clear()
        if self.fleet.socket is self:
            self.fleet.device_loses("closed")

    abort = close


class Conversation(ScriptedConversation):
    """Its answer begins and is never generated to its end."""

    async def answer(self) -> Reply:
        return Reply("what was said", "an answer", _endless())


async def _endless() -> AsyncIterator[Samples]:
    yield np.zeros(BLOCK, np.int16)
    await asyncio.Event().wait()


class Brain(ScriptedBrain):
    """An utterance is over after a block."""

    async def open(self, caller: Caller) -> Conversation:
        return Conversation(caller, (Turn(speech=BLOCK),))


class Registry(DeviceRegistry):
    """What else a server loads is loaded when the test says so."""

    may_load: asyncio.Event | None = None
    greetings: list[FakeSocket]

    async def take_over(self, device: str) -> None:
        self.may_load = asyncio.Event()
        try:
            await self.may_load.wait()
        finally:
            self.may_load = None

    async def _restore_and_connect(self, socket: ServerSocket, greeting: Greeting) -> None:
        self.greetings.append(cast(FakeSocket, socket))
        try:
            await super()._restore_and_connect(socket, greeting)
        finally:
            self.greetings.remove(cast(FakeSocket, socket))


class RealServer:
    """One server, until it crashes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sockets: list[FakeSocket] = []
        self.packed: tuple[int, Record] | None = None
        """What was packed last, with the number by which it is to be written. It may wait until Redis has answered something else."""

    async def start(self) -> None:
        started = asyncio.Event()
        self._store = await asyncio.to_thread(RedisStore, self.url)
        self._task = asyncio.create_task(self._live(started))
        await started.wait()

    async def _live(self, started: asyncio.Event) -> None:
        config = ServerConfig(port=0, state=Path("unused"), console="off", discovery="off", store=self.url)
        async with Tasks() as tasks:
            self.registry = Registry(config, Brain(), Trace(None), tasks, self._store)
            self.registry.greetings = []
            assert self.registry.fleet
            self.fleet = self.registry.fleet
            self.leases = self.fleet._leases
            self.line = Line(self.leases)
            self._write, self.leases.write = self.leases.write, self._note_write  # type: ignore[method-assign]
            started.set()
            await asyncio.Event().wait()

    async def _note_write(self, device: str, fence: int, record: Record) -> Written:
        self.packed = fence, record
        return await self._write(device, fence, record)

    async def crash(self) -> None:
        """Nothing of it happens any more."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def close(self) -> None:
        """Free what a process that ends frees."""
        await self.crash()
        await self.leases._redis.aclose()
        await asyncio.to_thread(self._store.close)

    # --- what it says of itself ----------------------------------------------------------------------------------------------

    @property
    def runner(self) -> ServerDeviceRunner | None:
        """The runner of the device."""
        return self.registry.runners.get(DEVICE)

    @property
    def records_by(self) -> int:
        """By which number it records its session; 0: it does not."""
        return self.runner.recorder.fence if isinstance(self.runner, RecordedRunner) else 0

    @property
    def fence(self) -> int:
        """The number of its lease, as far as it knows."""
        return self.fleet._fences.get(DEVICE, 0)

    @property
    def greeting(self) -> str:
        """What it does about a greeting, in the words of the model."""
        if not self.registry.greetings:
            return ""
        if self.registry.may_load is not None:
            return "loaded" if self.line.kind != "take" else "two at a time"
        return "given" if self.line.kind == "take" and self.line.answer is not None else "asks"

    @property
    def again(self) -> bool:
        """Whether another greeting waits."""
        return any(not socket.transport.is_closing() for socket in self.registry.greetings[1:])

    @property
    def writes_for_nobody(self) -> bool:
        """Whether the command under way is of a session that is over here."""
        if self.line.kind not in ("write", "drop"):
            return False
        return self.line.kind == "drop" or self.line.call.arguments[0] != str(self.records_by)
