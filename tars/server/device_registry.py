"""The devices of this server: one runner for each, which it starts, stops, saves and restores."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import deque
from dataclasses import asdict, replace
from functools import partial

from tars.brains import Brain, Caller, spoken
from tars.core import effects as do
from tars.core.codec import SUBPROTOCOL
from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.trace import Trace
from tars.server.admission import Admission, Greeting
from tars.server.authentication import Authenticator
from tars.server.brain_session import BrainSession
from tars.server.connection import ServerSocket
from tars.server.runner import ServerDeviceRunner
from tars.server.settings import ServerConfig
from tars.server.snapshots import BrainSnapshot, unpack
from tars.server.state_folder import Store

LATE_RINGS = 100
"""Timers that may wait for devices that are away; a device may never come back."""
SUSPEND_LIMIT = 0.8
"""Seconds that a session has to be suspended when the server stops."""
LINKS_LIMIT = 0.8
"""Seconds that a stopping server gives its links to close."""


class DeviceRegistry:
    """Owns the runners. All of them share the brain, the trace and the store."""

    def __init__(self, config: ServerConfig, brain: Brain, trace: Trace, tasks: asyncio.TaskGroup, store: Store) -> None:
        """`tasks` owns the tasks of the runners and of their brain sessions."""
        self.config = config
        self.authenticator = Authenticator(store, legacy=config.legacy)
        self.admission = Admission(self.authenticator, self.admit, tasks, legacy=config.legacy)
        self.epoch = secrets.token_hex(8)
        self.runners: dict[str, ServerDeviceRunner] = {}
        self._brain = brain
        self._trace = trace
        self._tasks = tasks
        self._store = store
        self._late_rings: deque[tuple[str, str]] = deque(maxlen=LATE_RINGS)
        """Device and label of each timer that was due while its device was away."""
        self._generations = 0
        self._spread = random.Random(secrets.randbits(64))
        self._limits_without_resume = replace(config.limits, server_grace=0)
        self._leaving: dict[str, asyncio.Future[None]] = {}
        """The devices whose end is waited for."""

    def admit(self, socket: ServerSocket, greeting: Greeting) -> None:
        """Serve a connection that has greeted, until its end. Raises RefusedError."""
        runner = self._runner(greeting.device, legacy=greeting.legacy)
        self._generations += 1
        log.info("link", device=greeting.device, address=socket.address, protocol="legacy" if greeting.legacy else SUBPROTOCOL)
        runner.connect(socket, self._generations, greeting)
        self._ring_late(runner)

    # --- runners -------------------------------------------------------------------------------------------------------------

    def _runner(self, device: str, *, legacy: bool) -> ServerDeviceRunner:
        if device not in self.runners:
            # With a grace of 0 s a session ends with its link: nothing is resumed. The old protocol cannot resume.
            resumes = self.config.resume == "on" and not legacy
            limits = self.config.limits if resumes else self._limits_without_resume
            self._add(ServerEndpoint(device, limits, self._spread, epoch=self.epoch))
        return self.runners[device]

    def _add(self, core: ServerEndpoint) -> ServerDeviceRunner:
        runner = self.runners[core.device] = ServerDeviceRunner(core, self._trace, self)
        return runner

    def runner_ended(self, runner: ServerDeviceRunner, error: Exception | None) -> None:
        """A device has left. After a fault its links and its session are ended, and the other devices go on."""
        if error is not None:
            runner.fail(error)
        unrung = runner.end()
        del self.runners[runner.name]
        if leaving := self._leaving.get(runner.name):
            leaving.set_result(None)
        for label in unrung:
            self.ring(runner.name, label)

    def open_brain(self, runner: ServerDeviceRunner, wanted: do.OpenBrain, resumed: BrainSnapshot | None) -> BrainSession:
        """Start a brain session, which posts its events to the runner. `resumed`: the session to continue."""
        # The brain rings through the registry, not through the runner: a timer may run for longer than the runner.
        caller = Caller(runner.name, wanted.session, partial(self.ring, runner.name), spoken(wanted.woken_by))
        brain_session = BrainSession(
            self._brain,
            caller,
            runner.post,
            session_timeout=self.config.limits.session_timeout,
            record=self.config.record,
            reports_heard=wanted.reports_heard,
            resumed=resumed,
        )
        brain_session.start(self._tasks)
        return brain_session

    # --- timers --------------------------------------------------------------------------------------------------------------

    def ring(self, device: str, label: str) -> None:
        """A timer is due: ring now, or when the device is back."""
        runner = self.runners.get(device)
        if runner is not None and runner.can_ring:
            runner.post(events.TimerDue(label))
            return
        log.warning("timer is due, but the device is away; it rings when it is back", device=device, label=label)
        if len(self._late_rings) == LATE_RINGS:
            log.warning("too many timers wait for devices that are away; the oldest is given up", device=self._late_rings[0][0])
        self._late_rings.append((device, label))

    def _ring_late(self, runner: ServerDeviceRunner) -> None:
        late = [label for device, label in self._late_rings if device == runner.name]
        self._late_rings = deque((ring for ring in self._late_rings if ring[0] != runner.name), LATE_RINGS)
        for label in late:
            runner.post(events.TimerDue(label))

    # --- from one server to the next -----------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Tell every device, save the sessions that can be resumed, and give the other links LINKS_LIMIT to close."""
        self.admission.stopping = True
        resumable = [runner for runner in self.runners.values() if runner.core.limits.server_grace]
        others = [runner for runner in self.runners.values() if not runner.core.limits.server_grace]
        await asyncio.gather(self._save(resumable), self._end(others))
        for runner in list(self.runners.values()):
            if runner in others:
                log.warning("link did not close in time", device=runner.name)
            self.runner_ended(runner, None)

    async def _end(self, runners: list[ServerDeviceRunner]) -> None:
        """End the sessions of these devices."""
        loop = asyncio.get_running_loop()
        self._leaving = {runner.name: loop.create_future() for runner in runners}
        for runner in runners:
            runner.post(events.Stop())
        if self._leaving:
            await asyncio.wait(self._leaving.values(), timeout=LINKS_LIMIT)
        self._leaving = {}

    async def _save(self, runners: list[ServerDeviceRunner]) -> None:
        states = await asyncio.gather(*map(self._suspend, runners))
        sessions = {runner.name: state for runner, state in zip(runners, states, strict=True) if state is not None}
        if not sessions:
            return
        try:
            await asyncio.to_thread(self._store.save, self.epoch, sessions)  # a slow disk must not delay the closing of the links
        except ConfigError as error:
            log.error("sessions are not saved, they end", devices=len(sessions), reason=error)
        else:
            log.info("saved", devices=len(sessions))

    async def _suspend(self, runner: ServerDeviceRunner) -> bytes | None:
        """The packed session of a device. None without one, if its brain takes longer than SUSPEND_LIMIT, and after a fault."""
        try:
            async with asyncio.timeout(SUSPEND_LIMIT):
                state = await runner.suspend()
        except TimeoutError:
            log.error("session is not saved: its brain was not suspended in time", device=runner.name, limit=SUSPEND_LIMIT)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sessions of the other devices are saved
            log.error("session is not saved: a fault", device=runner.name, error=error)
        else:
            return state if self.runners.get(runner.name) is runner else None
        return None

    def restore(self) -> None:
        """Continue the sessions that an earlier server saved, with its epoch. Call it before the first connection is served."""
        saved = self._store.take()
        if saved is None or self.config.resume != "on":
            return
        if saved.age > self.config.limits.server_grace:
            log.info("what was saved is too old to go on with", age=saved.age)
            return
        self.epoch = saved.epoch  # devices resume only with the epoch that they know
        for device, state in saved.sessions.items():
            try:
                core, snapshot = unpack(state, device, self.config.limits, self._spread, epoch=saved.epoch, now=clock.now())
            except (KeyError, TypeError, ValueError) as error:
                log.warning("what was saved of a device is damaged; it starts anew", device=device, reason=repr(error))
                continue
            runner = self._add(core)
            runner.start()
            runner.resume(snapshot)
            log.info("restored", **asdict(core.status(clock.now())))
