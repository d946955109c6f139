"""Runs one core: one inbox, effects out, one timer. Only the runner touches its core, for one item at a time."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from tars.core.effects import AbortSocket, CloseSocket, Effect, Traced
from tars.core.endpoint import Endpoint
from tars.generated.device.connection import ConnectionState
from tars.runtime import clock
from tars.runtime.inbox import Inbox
from tars.runtime.log import log
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket


class Runner(ABC):
    """Base of the device's and the server's runner. They say what an item of the inbox means and how an effect is carried out."""

    core: Endpoint

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.sockets: dict[int, Socket] = {}
        self.inbox = Inbox()

    def post(self, item: object) -> None:
        """Put an event of this program into the inbox. Never waits and never fails. After the end of the runner it is dropped."""
        self.inbox.post(item)

    async def run(self) -> None:
        """Take one item after the other until `finished`. The caller closes the inbox afterwards."""
        self._carry_out(self.core.begin())
        while not self.finished:
            item = await self._next()
            now = clock.now()
            self._carry_out(self.core.tick(now) if item is None else self.take(item, now))

    @property
    @abstractmethod
    def finished(self) -> bool:
        """Whether the runner ends."""

    @abstractmethod
    def take(self, item: Any, now: float) -> list[Effect]:
        """Give an item of the inbox to the core. Raises TypeError for an unknown item."""

    @abstractmethod
    def perform(self, effect: Effect) -> None:
        """Carry out an effect that only this program has."""

    async def _next(self) -> object | None:
        """The next item, or None when the core's deadline has passed."""
        if not self.inbox.empty:
            await clock.sleep_until(0)  # other tasks run between two items, however many wait
        deadline = self.core.deadline
        if deadline is not None and deadline <= clock.now():
            return None
        try:
            async with asyncio.timeout_at(deadline):
                await self.inbox.wait()
        except TimeoutError:
            return None
        return self.inbox.take()

    def _carry_out(self, effects: list[Effect]) -> None:
        # The trace first: a message is in it before the other side can have received it.
        for effect in effects:
            if isinstance(effect, Traced):
                self.report_step(effect)
        # Then frames: a step may send a message and close the socket.
        for generation, frame in self.core.outgoing():
            if socket := self.sockets.get(generation):
                socket.send(frame)
        for effect in effects:
            match effect:
                case Traced():
                    pass
                case AbortSocket(generation):
                    self.abort(generation)
                case CloseSocket(generation, code, reason):
                    if socket := self.sockets.pop(generation, None):
                        socket.close(code, reason)
                case _:
                    self.perform(effect)

    def report_step(self, traced: Traced) -> None:
        """Write a step to the trace and, if it matters, to the log."""
        self.trace.write(traced)
        log_step(traced)

    def abort(self, generation: int) -> None:
        """Drop a socket at once, without a closing handshake."""
        if socket := self.sockets.pop(generation, None):
            socket.abort()


def log_step(traced: Traced) -> None:
    """Log a step that changed a state, was forbidden, or lost data. Other steps are not logged."""
    names = {"device": traced.device, "session": traced.session or "-"}
    if traced.outcome == "forbidden":
        log.error(f"{traced.machine} forbids {traced.event} in {traced.source}", **names)
    elif traced.event == "refused":
        log.error("link refused", **names, **traced.payload)
    elif traced.event == "not_resumed":
        log.warning("session not resumed", **names, **traced.payload)
    elif traced.event == "gap":
        log.warning("speech is lost", **names, **traced.payload)
    elif {traced.source, traced.target} == {ConnectionState.CONNECTING, ConnectionState.BACKOFF}:
        pass  # further attempts to connect: only the first failure and the success are logged
    elif traced.machine and traced.source != traced.target:
        reason = {"reason": traced.payload["reason"]} if traced.payload.get("reason") else {}
        log.info(f"{traced.machine} {traced.source} -> {traced.target}", event=traced.event, **reason, **names)
