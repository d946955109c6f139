"""The runner of a device whose session another server can go on with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from tars.core.effects import Effect, Traced
from tars.core.server import ANNOUNCEMENT, ServerEndpoint
from tars.generated.messages import Ping
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.runner import Tell
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket
from tars.server.push.announcements import TURN
from tars.server.runner import Owner, ServerDeviceRunner
from tars.server.snapshots import BrainSnapshot
from tars.server.store.leases import Leases
from tars.server.store.recorder import Recorder
from tars.server.store.unanswered import Unanswered


class RecordedRunner(ServerDeviceRunner):
    """What leaves for the device, and the beginning of an answer, waits until what has happened is recorded."""

    __slots__ = ("_asked", "_met", "recorder")

    def __init__(self, core: ServerEndpoint, trace: Trace, owner: Owner, leases: Leases, fence: int, tasks: asyncio.TaskGroup) -> None:
        super().__init__(core, trace, owner)
        self.recorder = Recorder(leases, core, fence, tasks, brain=lambda: self.brain_session, fenced=self.fence, failed=self._end)
        self.before_answer = self._may_answer
        self._met = asyncio.Event()
        """The device has begun or resumed its session with this server."""
        self._asked: dict[asyncio.Event, float] = {}
        """What waits for the device to show that it is linked here, and since when."""

    async def _may_answer(self) -> None:
        """Return when this server has the device: Redis says so or, while Redis is away, the device itself. Else never.

        A session of another server is answered when the device has resumed it: the device may know more than the record, and begin anew.
        """
        await self._met.wait()
        if await self.recorder.settled():
            return
        milliseconds, shown = int(clock.now() * 1000), asyncio.Event()
        self._asked[shown] = milliseconds / 1000
        self.post(Tell(self.core.link.generation, Ping(milliseconds)))
        try:
            await shown.wait()
        finally:
            del self._asked[shown]
        await self.recorder.settled()  # Redis may be back

    def _finish_step(self, effects: list[Effect]) -> None:
        super()._finish_step(effects)
        if not self.core.states.unanswered:
            self.recorder.unanswered.forget()
        if not self.core.may_be_old:
            self._met.set()
        for shown, since in self._asked.items():
            if self.core.link.liveness.shown_at >= since:
                shown.set()

    def fence(self) -> None:
        """Another server has the device."""
        log.warning("another server has this device now", device=self.name)
        self.post(events.Fenced())

    def resume(self, snapshot: BrainSnapshot | None) -> None:
        """Continue the session of another server. What that has not generated of a reply is lost."""
        self.recorder.unanswered = Unanswered(snapshot)
        super().resume(snapshot)
        if self.core.states.reply_grows:
            session, turn = self.core.states.numbers
            log.warning("reply cut short: its server is gone", device=self.name, session=session, turn=turn)
            if self.core.woken_by == ANNOUNCEMENT and turn == TURN:  # it will be said whole, not cut
                self.post(events.BrainFailed(session, "its server is gone"))
            else:
                self.post(events.ReplyEnded(session, turn))

    def perform(self, effect: Effect) -> None:
        """Carry out an effect."""
        self.recorder.unanswered.note(effect, stopped=self.brain_session is not None and self.brain_session.is_stopped)
        super().perform(effect)

    def when_kept(self, call: Callable[[], object]) -> None:
        """Call this when what happens in this step is in Redis."""
        self.recorder.hold(call)

    def report_step(self, traced: Traced) -> None:
        """Trace and log a step. What it changes is recorded, also while nothing leaves for the device."""
        super().report_step(traced)
        self.recorder.hold(lambda: None)

    def _send(self) -> None:
        for generation, frame in self.core.outgoing():
            if socket := self.sockets.get(generation):
                self.recorder.hold(partial(socket.send, frame))

    def _close(self, socket: Socket, code: int, reason: str) -> None:
        self.recorder.hold(partial(socket.close, code, reason))

    def end(self) -> list[str]:
        """Take nothing any more; see `ServerDeviceRunner.end`. A session that is over is gone on with nowhere."""
        if self.core.gone:
            self.recorder.end()
        return super().end()
