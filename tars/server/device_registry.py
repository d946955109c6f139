"""The devices of this server: one runner for each, which it starts, stops, saves and restores."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Collection
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
from tars.server.authentication import Authenticator, RefusedError
from tars.server.brain_session import BrainSession
from tars.server.connection import ServerSocket
from tars.server.late_rings import LateRings
from tars.server.pairing import PairingDesk
from tars.server.runner import ServerDeviceRunner
from tars.server.settings import ServerConfig
from tars.server.snapshots import BrainSnapshot, unpack
from tars.server.state_folder import DeviceKey, Store

MOST_DEVICES = 10_000
"""Devices that the server knows at a time. A new one takes the place of one that is away and has no session."""
MOST_OLD_DEVICES = 100
"""Devices of the old protocol among them. They have no names, so that each connection is a device."""
RESTORED_AT_ONCE = 100
"""Saved sessions that go on before their devices have come: an answer that was being thought about is ready when the device is back."""
SUSPEND_LIMIT = 0.8
"""Seconds that a session has to be suspended when the server stops."""
LINKS_LIMIT = 0.8
"""Seconds that a stopping server gives its links to close."""


class DeviceRegistry:
    """Owns the runners. All of them share the brain, the trace and the store."""

    def __init__(self, config: ServerConfig, brain: Brain, trace: Trace, tasks: asyncio.TaskGroup, store: Store) -> None:
        """`tasks` owns the tasks of the runners and of their brain sessions."""
        self.config = config
        self.authenticator = Authenticator(store, legacy=config.legacy, revoke=self.revoke)
        desk = PairingDesk(store, self.authenticator, tasks, lambda: "")
        self.admission = Admission(self.authenticator, self.admit, desk.take_over, tasks, legacy=config.legacy)
        self.epoch = secrets.token_hex(8)
        self.runners: dict[str, ServerDeviceRunner] = {}
        self._brain = brain
        self._trace = trace
        self._tasks = tasks
        self._store = store
        self._late_rings = LateRings()
        self._saved: dict[str, bytes] = {}
        """The sessions of the server before that are not restored yet, by device."""
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
        for label in self._late_rings.take(greeting.device):
            runner.post(events.TimerDue(label))

    def revoke(self, keys: Collection[DeviceKey]) -> None:
        """These keys are gone, or their devices have other names: their links close and their sessions end."""
        self.admission.revoke(keys)
        for key in keys:
            log.info("key removed, or device renamed", device=key.name)
            self._saved.pop(key.name, None)
            if runner := self.runners.get(key.name):
                runner.post(events.Stop())

    # --- runners -------------------------------------------------------------------------------------------------------------

    def _runner(self, device: str, *, legacy: bool) -> ServerDeviceRunner:
        """The runner of a device, perhaps a new one that is not started. Raises RefusedError if there are too many devices."""
        self._restore(device)
        if device not in self.runners:
            self._make_room(legacy=legacy)
            # With a grace of 0 s a session ends with its link: nothing is resumed. The old protocol cannot resume.
            resumes = self.config.resume == "on" and not legacy
            limits = self.config.limits if resumes else self._limits_without_resume
            self._add(ServerEndpoint(device, limits, self._spread, epoch=self.epoch))
        return self.runners[device]

    def _make_room(self, *, legacy: bool) -> None:
        if legacy and sum(not runner.core.limits.server_grace for runner in self.runners.values()) >= MOST_OLD_DEVICES:
            raise RefusedError("too many old devices", f"{MOST_OLD_DEVICES} devices of the old protocol are linked; no more are served")
        if len(self.runners) >= MOST_DEVICES:
            away = next((runner for runner in self.runners.values() if not runner.sockets and not runner.has_something_to_resume), None)
            if away is None:
                raise RefusedError("too many devices", f"{MOST_DEVICES} devices are linked or have a session; no more are served")
            away.post(events.Stop())
            away.take_events()

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
        self._restore(device)
        runner = self.runners.get(device)
        if runner is not None and runner.can_ring:
            runner.post(events.TimerDue(label))
            return
        self._late_rings.add(device, label)

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
        sessions = self._saved | {runner.name: state for runner, state in zip(runners, states, strict=True) if state is not None}
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
        """Continue the sessions that an earlier server saved, with its epoch. Call it before the first connection is served.

        RESTORED_AT_ONCE of them are restored one after the other, the others when their devices come: however many there are, the server
        serves at once. What nobody has come for after the grace is given up; its timers still ring.
        """
        saved = self._store.take()
        if saved is None or self.config.resume != "on":
            return
        if saved.age > self.config.limits.server_grace:
            log.info("what was saved is too old to go on with", age=saved.age)
            return
        self.epoch = saved.epoch  # devices resume only with the epoch that they know
        self._saved = saved.sessions
        loop = asyncio.get_running_loop()
        for device in list(self._saved)[:RESTORED_AT_ONCE]:
            loop.call_soon(self._restore, device)
        loop.call_later(self.config.limits.server_grace, self._give_up_saved)

    def _restore(self, device: str) -> None:
        """Continue the session of this device, if one was saved."""
        if (state := self._saved.pop(device, None)) is None:
            return
        try:
            core, snapshot = self._unpack(device, state)
            runner = self._add(core)
            runner.start()
            runner.resume(snapshot)
        except Exception as error:  # noqa: BLE001 - a file may hold anything: the other sessions go on
            self.runners.pop(device, None)
            log.warning("what was saved of a device is damaged; it starts anew", device=device, reason=repr(error))
        else:
            log.info("restored", **asdict(core.status(clock.now())))

    def _unpack(self, device: str, state: bytes) -> tuple[ServerEndpoint, BrainSnapshot | None]:
        return unpack(state, device, self.config.limits, self._spread, epoch=self.epoch, now=clock.now())

    def _give_up_saved(self) -> None:
        """Nobody has come for these sessions. Their timers wait for the devices; one session a turn of the loop."""
        if not self._saved:
            return
        device, state = self._saved.popitem()
        try:
            core, _ = self._unpack(device, state)
            core.drop_record(events.Stop())
            labels = [ring.label for ring in core.unrung]
        except Exception as error:  # noqa: BLE001 - a file may hold anything: the other sessions go on
            log.warning("what was saved of a device is damaged; it starts anew", device=device, reason=repr(error))
        else:
            for label in labels:
                self._late_rings.add(device, label)
        asyncio.get_running_loop().call_soon(self._give_up_saved)
