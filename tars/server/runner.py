"""Runs the core of one device on the server: its sockets and its brain session."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from tars.core import effects as do
from tars.core.close_codes import INTERNAL_ERROR
from tars.core.effects import Effect
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ServerEndpoint
from tars.engine import Event
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.runner import Runner
from tars.runtime.trace import Trace
from tars.runtime.websocket import Received, Socket, SocketDown
from tars.server.admission import Greeting
from tars.server.brain_session import BrainSession, ReplyAudio, TraceMark
from tars.server.snapshots import BrainSnapshot, pack

OpenBrain = Callable[[do.OpenBrain, BrainSnapshot | None, Callable[[object], None]], BrainSession]
"""Starts a brain session: what the core wants, the session to resume or None, and where its events are posted."""


@dataclass(frozen=True)
class SocketGreeted:
    """A new socket of this device, and its greeting."""

    socket: Socket
    greeting: Greeting


class _CaughtUp(asyncio.Future[None]):
    """An item of the inbox; done when everything that was posted before it has been taken."""


class ServerDeviceRunner(Runner):
    """Runs one device from its first greeting until it has no link and no session that may be resumed."""

    core: ServerEndpoint

    def __init__(self, core: ServerEndpoint, trace: Trace, open_brain: OpenBrain, ring: Callable[[str], None]) -> None:
        """`ring` takes the label of a timer that is due when this device was given up."""
        super().__init__(trace)
        self.core = core
        self.name = core.device
        self.task: asyncio.Task[None] | None = None
        """The task that runs this; its owner sets it."""
        self.brain_session: BrainSession | None = None
        self._open_brain = open_brain
        self._ring_elsewhere = ring
        self._greetings = 0
        """Sockets that are posted and not taken."""

    @property
    def finished(self) -> bool:
        """No link, no session, and no socket that waits."""
        return self.core.gone and self._greetings == 0 and not self.sockets and self.inbox.empty

    @property
    def can_ring(self) -> bool:
        """Whether a timer reaches the device: it is linked, or its session may be resumed."""
        return self.core.may_ring

    def connect(self, socket: Socket, greeting: Greeting) -> None:
        """Take over a socket of this device. Until the core has seen it, this runner does not finish."""
        self._greetings += 1
        self.post(SocketGreeted(socket, greeting))

    def take(self, item: Any, now: float) -> list[Effect]:
        """Give an item of the inbox to the core. Raises TypeError for an unknown item."""
        match item:
            case SocketGreeted(socket, greeting):
                self._greetings -= 1
                self.sockets[socket.generation] = socket
                resume_token = ResumeToken(secrets.token_hex(8), secrets.token_urlsafe(32))
                return self.core.greeted(socket.generation, greeting.codec, greeting.first, resume_token, now)
            case Received(generation, frame):
                return self.core.receive(generation, frame, now)
            case SocketDown(generation, reason):
                self.sockets.pop(generation, None)
                if item.broken:
                    return self.core.broken(generation, reason, now)
                return self.core.handle(events.Lost(generation, reason), now)
            case ReplyAudio(session, turn, pcm):
                return self.core.speak(session, turn, pcm, now)
            case TraceMark(name, values):
                self.core.mark(name, **values)
                return self.core.take_effects()
            case events.TimerDue(label) if not self.can_ring:
                self._ring_elsewhere(label)  # its session was given up while the event waited
                return []
            case Event():
                return self.core.handle(item, now)
            case _CaughtUp():
                item.set_result(None)
                return []
        raise TypeError(f"unknown item in the inbox: {item!r}")

    def perform(self, effect: Effect) -> None:
        """Carry out an effect that only a server has: the brain's."""
        match effect:
            case do.OpenBrain():
                self.brain_session = self._open_brain(effect, None, self.post)
            case do.CloseBrain():
                self.close_brain()
            case do.BeginTurn() | do.Feed() | do.Gap() | do.ReplyHeard() | do.CancelReply():
                if self.brain_session is not None:
                    self.brain_session.post(effect)

    def report_step(self, traced: do.Traced) -> None:
        """Trace and log a step. When a link comes or goes, log the status of the device too."""
        super().report_step(traced)
        if traced.machine == "continuity" and traced.source != traced.target:
            log.info("status", **asdict(self.core.status(clock.now())))

    # --- from one server to the next -----------------------------------------------------------------------------------------

    async def suspend(self) -> bytes | None:
        """Tell the device that the server stops, and suspend its brain session. The packed session; None if there is none."""
        self.post(events.Suspend())
        await self._catch_up()
        snapshot = None
        if self.brain_session is not None:
            # Its last events make the core post more effects to it. The second snapshot has these too.
            await self.brain_session.suspend()
            await self._catch_up()
        if self.brain_session is not None:
            snapshot = await self.brain_session.suspend()
        return None if self.core.gone else pack(self.core, snapshot)

    def resume(self, snapshot: BrainSnapshot | None) -> None:
        """Continue the session of an earlier server: open its brain again."""
        if self.core.in_session:
            wanted = do.OpenBrain(self.core.states.session.context.session, woken_by=self.core.woken_by)
            self.brain_session = self._open_brain(wanted, snapshot, self.post)

    async def _catch_up(self) -> None:
        caught_up = _CaughtUp()
        self.post(caught_up)
        # The runner may end at this moment. Then nothing is taken any more.
        await asyncio.wait([caught_up, *([self.task] if self.task is not None else [])], return_when=asyncio.FIRST_COMPLETED)

    # --- the end -------------------------------------------------------------------------------------------------------------

    def close_brain(self) -> None:
        """End the brain session; its task writes and closes what it holds."""
        if self.brain_session is not None:
            self.brain_session.end()
        self.brain_session = None

    def fail(self, error: Exception) -> None:
        """A fault in this runner: log it and close the links. The device begins a new session."""
        log.error("fault: this device starts anew", device=self.name, error=error)
        self.core.drop_record(events.Stop())  # its timers still ring
        for socket in self.sockets.values():
            socket.close(INTERNAL_ERROR, "a fault in the server; start anew")

    def end(self) -> list[str]:
        """Take nothing any more; the labels of the timers that have not rung."""
        self.close_brain()
        left = self.inbox.close()
        for item in left:
            if isinstance(item, SocketGreeted):
                item.socket.abort()
        return [ring.label for ring in self.core.unrung] + [item.label for item in left if isinstance(item, events.TimerDue)]

    def cancel(self) -> None:
        """End without waiting. A link that is closing still has CLOSE_LIMIT for that."""
        self.close_brain()
        if self.task is not None:
            self.task.cancel()
