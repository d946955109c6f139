"""Runs one core: events and frames in, effects out, one timer. Only the runner touches its core, for one item at a time.

A runner has no task. A frame is taken when it has been read from its socket. An event of the program is posted, and taken in the next turn
of the event loop, before any frame that comes after it.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from tars.core.codec import Frame
from tars.core.effects import AbortSocket, CloseSocket, Effect, Sound, Traced
from tars.core.endpoint import Endpoint
from tars.generated.device.connection import ConnectionState
from tars.generated.messages import Message
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.receiver import SocketDown
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket

AT_ONCE = 32
"""Events that are taken in one turn of the event loop. After so many, the other tasks and connections have their turn."""


@dataclass(frozen=True)
class Tell:
    """Send a message that no row emits, on the link of this generation, unless it is gone."""

    generation: int
    message: Message


class Runner(ABC):
    """Base of the device's and the server's runner. They say what an event means and how an effect is carried out."""

    __slots__ = ("_due", "_events", "_running", "_scheduled", "_timer", "core", "sockets", "trace")

    core: Endpoint

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.sockets: dict[int, Socket] = {}
        self._events: list[object] = []
        self._running = False
        self._scheduled = False
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        """When the timer is due, if there is one."""

    def start(self) -> None:
        """Begin: from now on events and frames are taken, until `finished`."""
        self._running = True
        self._finish_step(self.core.begin())
        if self._events:
            self._schedule()

    def post(self, item: object) -> None:
        """Have an event of this program taken soon. Never waits and never fails. After the end of the runner it is dropped."""
        self._events.append(item)
        if self._running:
            self._schedule()

    def received(self, generation: int, frame: Frame) -> None:
        """Take a frame of a socket, after the events that wait."""
        if self._events:
            self.take_events(len(self._events))
        now = clock.now()
        if self._timer is not None and self._due <= now:
            self._tick()
        if self._running:
            try:
                effects = self.core.receive(generation, frame, now)
                if isinstance(frame, bytes) and all(isinstance(effect, Sound) for effect in effects):
                    self._pass_on(effects)
                else:
                    self._finish_step(effects)
            except Exception as error:  # noqa: BLE001 - whatever it is, the transport that calls must go on
                self._end(error)

    def closed(self, down: SocketDown) -> None:
        """A socket has closed."""
        self.post(down)

    @property
    @abstractmethod
    def finished(self) -> bool:
        """Whether the runner ends."""

    @abstractmethod
    def take(self, item: Any, now: float) -> list[Effect]:
        """Give an event to the core. Raises TypeError for an unknown one."""

    @abstractmethod
    def perform(self, effect: Effect) -> None:
        """Carry out an effect that only this program has."""

    @abstractmethod
    def ended(self, error: Exception | None) -> None:
        """The runner has finished, or failed with this error. It takes nothing any more."""

    def take_events(self, most: int = AT_ONCE) -> None:
        """Take the events that wait, now: so many at most."""
        self._scheduled = False
        if self._timer is not None and self._due <= clock.now():
            self._tick()
        for _ in range(most):
            if not self._running or not self._events:
                break
            item = self._events.pop(0)
            try:
                self._finish_step(self.take(item, clock.now()))
            except Exception as error:  # noqa: BLE001 - the runner ends, and says so
                self._end(error)
        if self._running and self._events:
            self._schedule()

    def stop_taking(self) -> list[object]:
        """Take nothing any more; the events that were not taken."""
        self._running = False
        self._cancel_timer()
        left, self._events = self._events, []
        return left

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self.take_events)

    def _end(self, error: Exception | None) -> None:
        if self._running:
            self._running = False
            self.ended(error)

    # --- time ----------------------------------------------------------------------------------------------------------------

    def _keep_time(self) -> None:
        """See that the core's deadline is met. A timer that is too early stays: it costs less than a new one for each frame."""
        deadline = self.core.deadline
        if deadline is None or (self._timer is not None and self._due <= deadline):
            return
        self._cancel_timer()
        self._due = deadline
        self._timer = asyncio.get_running_loop().call_later(max(deadline - clock.now(), 0.0), self._tick)

    def _tick(self) -> None:
        """The timer is due, or nearly: the clock of an event loop may count in milliseconds."""
        self._cancel_timer()
        if not self._running:
            return
        now, deadline = clock.now(), self.core.deadline
        if deadline is None or deadline > now:
            self._keep_time()
            return
        try:
            self._finish_step(self.core.tick(now))
        except Exception as error:  # noqa: BLE001 - the runner ends, and says so
            self._end(error)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    # --- effects -------------------------------------------------------------------------------------------------------------

    def _finish_step(self, effects: list[Effect]) -> None:
        self._carry_out(effects)
        if self.finished:
            self._end(None)
        else:
            self._keep_time()

    def _pass_on(self, sound: list[Effect]) -> None:
        """Most frames are sound, for which nothing else follows than an acknowledgement."""
        for effect in sound:
            self.perform(effect)
        self._send()
        ack_due = self.core.link.ack_due
        if self._timer is None or (ack_due is not None and ack_due < self._due):
            self._keep_time()

    def _carry_out(self, effects: list[Effect]) -> None:
        # The trace first: a message is in it before the other side can have received it.
        for effect in effects:
            if isinstance(effect, Traced):
                self.report_step(effect)
        # Then frames: a step may send a message and close the socket.
        self._send()
        for effect in effects:
            if isinstance(effect, AbortSocket):
                self.abort(effect.generation)
            elif isinstance(effect, CloseSocket):
                if socket := self.sockets.pop(effect.generation, None):
                    self._close(socket, effect.code, effect.reason)
            elif not isinstance(effect, Traced):
                self.perform(effect)

    def _send(self) -> None:
        for generation, frame in self.core.outgoing():
            if socket := self.sockets.get(generation):
                socket.send(frame)

    def _close(self, socket: Socket, code: int, reason: str) -> None:
        socket.close(code, reason)

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
