"""Runs the core of one device on the server: its sockets and its brain session."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from tars.core import effects as do
from tars.core.arbitration import Call
from tars.core.close_codes import INTERNAL_ERROR
from tars.core.effects import Effect
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ANNOUNCEMENT, ServerEndpoint
from tars.engine import Event, values_of
from tars.generated.messages import AuthoritiesKept, DeviceStatus, Message
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.budget import Budget
from tars.runtime.log import log
from tars.runtime.receiver import SocketDown
from tars.runtime.runner import Runner, Tell
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket
from tars.server.admission import Greeting
from tars.server.brain_posts import ReplyAudio, TraceMark
from tars.server.brain_session import BrainEffect, BrainSession
from tars.server.late_rings import LateRings
from tars.server.rotation import Rotation
from tars.server.snapshots import BrainSnapshot, pack

SESSION_COST = 25
"""Opening a session is as much work for the server as so many frames: ten a second are within the budget of a device."""


class Owner(Protocol):
    """What a runner needs of the server around it."""

    rotation: Rotation
    late_rings: LateRings

    def open_brain(self, runner: ServerDeviceRunner, wanted: do.OpenBrain, resumed: BrainSnapshot | None) -> BrainSession | None:
        """Start a brain session, which posts its events to the runner. `resumed`: the session to continue. None: nothing is to be said."""

    def offer_announcement(self, runner: ServerDeviceRunner) -> None:
        """Tell the device of what is to be said to it, if anything is."""

    def device_away(self, runner: ServerDeviceRunner) -> None:
        """The device is not linked any more."""

    def announcement_ended(self, runner: ServerDeviceRunner, ended: do.AnnouncementEnded) -> None:
        """What was said first in a session has come to this."""

    def ring(self, device: str, label: str) -> None:
        """A timer is due: ring now, or when the device is back."""

    def called(self, call: Call) -> None:
        """The device has heard its wake word; others may have heard the same."""

    def observe(self, traced: do.Traced, core: ServerEndpoint) -> None:
        """A step of a core, or a mark."""

    def told(self, device: str, message: Message) -> None:
        """What a device tells that is watched."""

    def runner_ended(self, runner: ServerDeviceRunner, error: Exception | None) -> None:
        """The runner takes nothing any more. `error`: the fault that ended it."""


@dataclass(frozen=True)
class SocketGreeted:
    """A new socket of this device, and its greeting."""

    socket: Socket
    generation: int
    greeting: Greeting


class ServerDeviceRunner(Runner):
    """Runs one device from its first greeting until it has no link and no session that may be resumed."""

    __slots__ = ("__weakref__", "_greetings", "_owner", "before_answer", "brain_session", "budget", "name", "reported")

    core: ServerEndpoint

    def __init__(self, core: ServerEndpoint, trace: Trace, owner: Owner) -> None:
        super().__init__(trace)
        self.core = core
        self.name = core.device
        self.budget = Budget(clock.now())
        """What the device may send, over all its connections."""
        self.brain_session: BrainSession | None = None
        self.before_answer: Callable[[], Awaitable[None]] | None = None
        """What an answer waits for, before it begins."""
        self.reported: DeviceStatus | None = None
        """What the device has last said of itself on its link; None: nothing, or there is no link."""
        self._owner = owner
        self._greetings = 0
        """Sockets that are posted and not taken."""

    @property
    def finished(self) -> bool:
        """No link, no session, and no socket that waits."""
        return self.core.gone and self._greetings == 0 and not self.sockets and not self._events

    @property
    def can_ring(self) -> bool:
        """Whether a timer reaches the device: it is linked, or its session may be resumed."""
        return self.core.may_ring

    @property
    def can_be_told(self) -> bool:
        """Whether the device may be told now that something is to be said."""
        return self.core.may_announce

    @property
    def has_something_to_resume(self) -> bool:
        """Whether there is a session, a timer that has not rung, or a message that the device may not have."""
        return self.core.in_session or bool(self.core.unrung) or bool(self.core.link.outbox.items)

    def connect(self, socket: Socket, generation: int, greeting: Greeting) -> None:
        """Take over a socket of this device. Until the core has seen it, this runner does not finish."""
        self._greetings += 1
        self.post(SocketGreeted(socket, generation, greeting))
        if not self._running:
            self.start()
        socket.start(generation, self, self.budget)

    def closed(self, down: SocketDown) -> None:
        """A socket has closed."""
        log.info("link closed", device=self.name, reason=down.reason)
        super().closed(down)

    def take(self, item: Any, now: float) -> list[Effect]:
        """Give an event to the core. Raises TypeError for an unknown one."""
        match item:
            case SocketGreeted(socket, generation, greeting):
                self._greetings -= 1
                self.sockets[generation] = socket
                resume_token = ResumeToken(secrets.token_hex(8), secrets.token_urlsafe(32))
                effects = self.core.greeted(generation, greeting.codec, greeting.first, resume_token, now)
                self._owner.rotation.offer(self, generation)
                return effects
            case Tell(generation, message):
                return self.core.tell(generation, message)
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
                self._owner.ring(self.name, label)  # its session was given up while the event waited
                return []
            case events.TimerDue(label):
                self.when_kept(partial(self._owner.late_rings.rung, self.name, label))
                return self.core.handle(item, now)
            case Event():
                return self.core.handle(item, now)
        raise TypeError(f"unknown event: {item!r}")

    def perform(self, effect: Effect) -> None:
        """Carry out an effect that only a server has: the brain's."""
        if isinstance(effect, do.Feed):
            if self.brain_session is not None:
                self.brain_session.post(effect)
        elif isinstance(effect, do.OpenBrain):
            self.brain_session = self._owner.open_brain(self, effect, None)
            for socket in self.sockets.values():
                socket.charge(SESSION_COST)
        elif isinstance(effect, do.DeviceTold):
            self._told(effect.generation, effect.message)
        elif isinstance(effect, do.CloseBrain):
            self.close_brain()
        elif isinstance(effect, do.Called):
            self._owner.called(effect.call)
        elif isinstance(effect, do.ForgetUtterance):
            if self.brain_session is not None:
                self.brain_session.record = None
        elif isinstance(effect, do.LookForAnnouncements):
            self._owner.offer_announcement(self)
        elif isinstance(effect, do.AnnouncementEnded):
            self._owner.announcement_ended(self, effect)
        elif self.brain_session is not None and isinstance(effect, BrainEffect):
            self.brain_session.post(effect)

    def when_kept(self, call: Callable[[], object]) -> None:
        """Call this when what happens in this step outlives a crash. A server alone keeps nothing: at once."""
        call()

    def _told(self, generation: int, message: Message) -> None:
        match message:
            case AuthoritiesKept(sha256):
                self._owner.rotation.kept(self, generation, sha256)
            case _:
                if isinstance(message, DeviceStatus):
                    self.reported = message
                self._owner.told(self.name, message)

    def report_step(self, traced: do.Traced) -> None:
        """Trace and log a step. When a link comes or goes, log the status of the device too."""
        super().report_step(traced)
        self._owner.observe(traced, self.core)
        if traced.machine == "continuity" and traced.source != traced.target:
            log.info("status", **values_of(self.core.status(clock.now())))
            if not self.core.linked:
                self.reported = None
                self._owner.device_away(self)

    # --- from one server to the next -----------------------------------------------------------------------------------------

    async def suspend(self) -> bytes | None:
        """Tell the device that the server stops, and suspend its brain session. The packed session; None if there is nothing to resume."""
        self.post(events.Suspend())
        self.take_all()
        snapshot = None
        if self.brain_session is not None:
            # Its last events make the core post more effects to it. The second snapshot has these too.
            await self.brain_session.suspend()
            self.take_all()
        if self.brain_session is not None:
            snapshot = await self.brain_session.suspend()
        return pack(self.core, snapshot) if not self.core.gone and self.has_something_to_resume else None

    def resume(self, snapshot: BrainSnapshot | None) -> None:
        """Continue the session of an earlier server: open its brain again."""
        if self.core.in_session:
            woken_by = self.core.woken_by
            wanted = do.OpenBrain(self.core.states.session.context.session, woken_by=woken_by, announces=woken_by == ANNOUNCEMENT)
            self.brain_session = self._owner.open_brain(self, wanted, snapshot)

    def take_all(self) -> None:
        """Take all events that wait, now."""
        while self._running and self._events:
            self.take_events()

    # --- the end -------------------------------------------------------------------------------------------------------------

    def ended(self, error: Exception | None) -> None:
        """The device has left, or its runner has failed."""
        self._owner.runner_ended(self, error)

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
        """Take nothing any more; the labels of the timers that have not rung. A link that is closing still has CLOSE_LIMIT for that."""
        self.close_brain()
        left = self.stop_taking()
        for item in left:
            if isinstance(item, SocketGreeted):
                item.socket.abort()
        return [ring.label for ring in self.core.unrung] + [item.label for item in left if isinstance(item, events.TimerDue)]
