"""The devices of this server: one runner for each, which it starts, stops, saves and restores."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

from tars.brains import Brain, Caller, spoken
from tars.core import effects as do
from tars.core.arbitration import Call
from tars.core.codec import SUBPROTOCOL
from tars.core.server import ANNOUNCEMENT, ServerEndpoint
from tars.engine import values_of
from tars.errors import ConfigError
from tars.generated.messages import Message
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.trace import Trace
from tars.server.admission import Admission, Greeting
from tars.server.arbitration import Arbitration
from tars.server.authentication import Authenticator, RefusedError
from tars.server.brain_session import BrainSession
from tars.server.certificates import authority_of
from tars.server.connection import ServerSocket
from tars.server.encryption import Encryption
from tars.server.late_rings import LateRings
from tars.server.pairing import PairingContext
from tars.server.push.announcements import TURN, Announcement, announced_in, session_for
from tars.server.push.queue import AnnouncementQueue
from tars.server.push.timers import DeviceTimers
from tars.server.rotation import Rotation
from tars.server.runner import ServerDeviceRunner
from tars.server.saved_sessions import SavedSessions
from tars.server.settings import ServerConfig
from tars.server.snapshots import BrainSnapshot, unpack, unpack_record
from tars.server.state_folder import DeviceKey, LocalStore
from tars.server.store.fleet_sessions import FleetSessions
from tars.server.store.leases import Taken
from tars.server.store.redis_store import RedisStore
from tars.server.suspending import suspend_all
from tars.server.token_rows import DeviceTokens

MOST_DEVICES = 10_000
"""Devices that the server knows at a time. A new one takes the place of one that is away and has no session."""
MOST_OLD_DEVICES = 100
"""Devices of the old protocol among them. They have no names, so that each connection is a device."""
LINKS_LIMIT = 0.8
"""Seconds that a stopping server gives its links to close."""


class DeviceRegistry:
    """Owns the runners. All of them share the brain, the trace and the store."""

    def __init__(self, config: ServerConfig, brain: Brain, trace: Trace, tasks: asyncio.TaskGroup, store: LocalStore | RedisStore) -> None:
        """`tasks` owns the tasks of the runners and of their brain sessions."""
        self.config = config
        self.authenticator = Authenticator(store, legacy=config.legacy, revoke=self.revoke)
        pairing = PairingContext(store, self.authenticator, tasks, partial(authority_of, config))
        self.admission = Admission(self.authenticator, self.admit, pairing.take_over, tasks, legacy=config.legacy)
        self.rotation = Rotation(store, self.authenticator, tasks)
        self.epoch = secrets.token_hex(8)
        self.runners: dict[str, ServerDeviceRunner] = {}
        self._arbitration = Arbitration(self.runners, config.limits, config.one_answer)
        self.observers: list[Callable[[do.Traced, ServerEndpoint], object]] = []
        """Each is called with every step and mark of a device's core, and the core. No frame of sound is among them."""
        self.watchers: list[Callable[[str, Message], object]] = []
        """Each is called with the name of a device that is watched, and with what it tells."""
        self._brain, self._trace, self._tasks = brain, trace, tasks
        self.timers = DeviceTimers(store, self.authenticator.work, tasks, self.ring)
        self.tokens = DeviceTokens(store, self.authenticator.work, tasks)
        self.late_rings = LateRings(self.timers.late)
        self.announcements = AnnouncementQueue(store, self.authenticator.work, tasks, self.offer_to, self.withdrawn)
        self.fleet = None
        if isinstance(store, RedisStore):
            self.fleet = FleetSessions(store, tasks, self, trace, self.authenticator.work, grace=config.limits.server_grace)
            self._saved: FleetSessions | SavedSessions = self.fleet
        else:
            self._saved = SavedSessions(store, tasks, restore=self._restore, give_up=self._give_up)
        self._generations = 0
        self._spread = random.Random(secrets.randbits(64))
        self._limits_without_resume = replace(config.limits, server_grace=0)
        self._renamed: dict[str, str] = {}
        """Runners that end because their devices have other names -> these names."""
        self._leaving: dict[str, asyncio.Future[None]] = {}
        """The devices whose end is waited for."""

    def admit(self, socket: ServerSocket, greeting: Greeting) -> None:
        """Serve a connection that has greeted, until its end. Raises RefusedError."""
        if not greeting.legacy and self._saved.holds(greeting.device):
            self._tasks.create_task(self._restore_and_connect(socket, greeting))
        else:
            self._connect(socket, greeting)

    async def _restore_and_connect(self, socket: ServerSocket, greeting: Greeting) -> None:
        try:
            await self._saved.restored(greeting.device, greeting.token, socket.transport.is_closing)
            if not socket.transport.is_closing():
                self._connect(socket, greeting)
        except RefusedError as error:
            self.admission.refuse(socket, error)

    def _connect(self, socket: ServerSocket, greeting: Greeting) -> None:
        runner = self._runner(greeting.device, legacy=greeting.legacy)
        self._generations += 1
        protocol, encrypted = "legacy" if greeting.legacy else SUBPROTOCOL, "no" if socket.certificate is None else "yes"
        log.info("link", device=greeting.device, address=socket.address, protocol=protocol, encrypted=encrypted)
        runner.connect(socket, self._generations, greeting)
        for label in self.late_rings.take(greeting.device):
            runner.post(events.TimerDue(label))

    def revoke(self, keys: Collection[DeviceKey]) -> None:
        """These keys are gone, or their devices have other names: their links close and their sessions end."""
        self.admission.revoke(keys)
        for key in keys:
            log.info("key removed, or device renamed", device=key.name)
            runner, name = self.runners.get(key.name), self.authenticator.new_name(key)
            if name is not None and name != key.name:
                self._rename(key.name, name)
            if runner is not None:
                runner.post(events.Stop())

    def _rename(self, old: str, new: str) -> None:
        """What waits for a device follows it to its new name. Announcements do so in the store."""
        if old in self.runners:
            self._renamed[old] = new
        self.timers.rename(old, new)
        self.late_rings.rename(old, new)
        self.tokens.rename(old, new)

    # --- encryption ----------------------------------------------------------------------------------------------------------

    def encrypt(self, encryption: Encryption) -> None:
        """Encrypt connections so, from now on."""
        self.admission.encryption = encryption
        encryption.changed = self._change_authorities
        self._change_authorities()

    def _change_authorities(self) -> None:
        """The devices must have these authorities from now on: those that are linked get them."""
        self.rotation.require(self.admission.encryption.authorities)
        for runner in self.runners.values():
            for generation in runner.sockets:
                self.rotation.offer(runner, generation)

    # --- runners -------------------------------------------------------------------------------------------------------------

    def _runner(self, device: str, *, legacy: bool) -> ServerDeviceRunner:
        """The runner of a device, perhaps a new one that is not started. Raises RefusedError if there are too many devices."""
        if device not in self.runners:
            self._make_room(legacy=legacy)
            # With a grace of 0 s a session ends with its link: nothing is resumed. The old protocol cannot resume.
            resumes = self.config.resume == "on" and not legacy
            limits = self.config.limits if resumes else self._limits_without_resume
            self._add(ServerEndpoint(device, limits, self._spread, epoch=secrets.token_hex(8) if self.fleet else self.epoch))
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
        made = ServerDeviceRunner(core, self._trace, self) if self.fleet is None else self.fleet.runner(core)
        return self.runners.setdefault(core.device, made)

    def called(self, call: Call) -> None:
        """A device has heard its wake word; others may have heard the same."""
        self._arbitration.called(call, clock.now())

    def observe(self, traced: do.Traced, core: ServerEndpoint) -> None:
        """A step of a core, or a mark."""
        for observer in self.observers:
            observer(traced, core)

    def told(self, device: str, message: Message) -> None:
        """What a device tells that is watched."""
        for watcher in self.watchers:
            watcher(device, message)

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
        self.late_rings.ended(runner.name)
        self._renamed.pop(runner.name, None)

    def open_brain(self, runner: ServerDeviceRunner, wanted: do.OpenBrain, resumed: BrainSnapshot | None) -> BrainSession | None:
        """Start a brain session, which posts its events to the runner. `resumed`: the session to continue. None: nothing is to be said."""
        # The brain rings through the registry, not through the runner: a timer may run for longer than the runner.
        ring, timers = partial(self.ring, runner.name), partial(self.timers.of, runner.name)
        memory = "" if resumed is None else resumed.memory
        tokens = self.tokens if self.config.llm.tokens_a_day else None
        caller = Caller(runner.name, wanted.session, ring, spoken(wanted.woken_by), timers, memory, tokens)
        spoken_before = resumed is not None and (resumed.complete or resumed.turn > TURN)
        announcement = None
        if wanted.announces:
            announcement = self.announcements.of_session(runner.name, wanted.session, spoken_before=spoken_before)
        if announcement is None and wanted.announces and not spoken_before:
            runner.post(events.BrainFailed(wanted.session, "nothing is to be said any more"))
            return None
        brain_session = BrainSession(
            self._brain,
            caller,
            runner.post,
            session_timeout=self.config.limits.session_timeout,
            record=self.config.record,
            reports_heard=wanted.reports_heard,
            resumed=resumed,
            announcing=announcement,
            awaits_answer=lambda: runner.core.states.awaits_answer,
            before_answer=runner.before_answer,
        )
        brain_session.start(self._tasks)
        return brain_session

    # --- announcements -------------------------------------------------------------------------------------------------------

    def offer_to(self, device: str) -> None:
        """Something new is to be said to this device."""
        runner = self.runners.get(device)
        if runner is not None and runner.core.linked:
            self.offer_announcement(runner)
        else:
            self.announcements.note_away(device)

    def offer_announcement(self, runner: ServerDeviceRunner) -> None:
        """Tell the device of what is to be said to it, if anything is. While it cannot be told, this is done again when it can."""
        announcement = self.announcements.next_for(runner.name)
        if announcement is None:
            return
        if "announcements" not in runner.core.abilities:
            self.announcements.cannot_be_told(announcement)
        elif runner.can_be_told:
            session = session_for(announcement)
            runner.post(events.QuestionDue(session) if announcement.asks else events.AnnouncementDue(session))

    def withdrawn(self, announcement: Announcement) -> None:
        """Nobody wants it any more: a session in which it is spoken, or its answer awaited, ends."""
        if session := self.session_of(announcement):
            self.runners[announcement.device].post(events.EndPhrase(session))

    def session_of(self, announcement: Announcement) -> str:
        """The session in which it is spoken now, or its answer awaited; empty: there is none."""
        runner = self.runners.get(announcement.device)
        if runner is None or not runner.core.in_session or runner.core.woken_by != ANNOUNCEMENT:
            return ""
        session = runner.core.states.session.context.session
        return session if announced_in(session) == announcement.id else ""

    def device_away(self, runner: ServerDeviceRunner) -> None:
        """The device is not linked any more."""
        self.announcements.note_away(runner.name)

    def announcement_ended(self, runner: ServerDeviceRunner, ended: do.AnnouncementEnded) -> None:
        """What was said first in a session has come to this."""
        self.announcements.end_in(runner.name, ended.session, ended.outcome, ended.answer)

    # --- timers --------------------------------------------------------------------------------------------------------------

    def ring(self, device: str, label: str) -> None:
        """A timer is due: ring now, or when the device is back."""
        device = self._renamed.get(device, device)
        runner = self.runners.get(device)
        if runner is not None and runner.can_ring and runner.core.linked:
            self.late_rings.ring(device, label)
            runner.post(events.TimerDue(label))
        else:
            self.late_rings.add(device, label)

    # --- from one server to the next -----------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Tell every device, save the sessions that can be resumed, and give the other links LINKS_LIMIT to close."""
        self.admission.stopping = True
        self._saved.close()
        resumable = [runner for runner in self.runners.values() if runner.core.limits.server_grace]
        others = [runner for runner in self.runners.values() if not runner.core.limits.server_grace]
        await asyncio.gather(self._save(resumable), self._end(others))
        for runner in list(self.runners.values()):
            if runner in others:
                log.warning("link did not close in time", device=runner.name)
            self.runner_ended(runner, None)
        self.timers.close()

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
        sessions = await suspend_all(runners, self._tasks, lambda runner: self.runners.get(runner.name) is runner)
        try:
            if saved := await self._saved.save(self.epoch, sessions):
                log.info("saved", devices=saved)
        except ConfigError as error:
            log.error("sessions are not saved, they end", devices=len(sessions), reason=error)

    async def read_store(self) -> None:
        """Take over announcements, timers and counts of an earlier server. Call it before `restore`, whose sessions may need them."""
        await self.announcements.read()
        if self.fleet is not None:  # the rest when a device comes
            await self.authenticator.read_keys()
            return
        await self.timers.load()
        await self.tokens.load()

    def restore(self) -> None:
        """Continue the sessions that an earlier server saved, with its epoch. Call it before the first connection is served."""
        if self.config.resume == "on" and (epoch := self._saved.begin(self.config.limits.server_grace)) is not None:
            self.epoch = epoch  # devices resume only with the epoch that they know

    def _unpack(self, device: str, state: bytes) -> tuple[ServerEndpoint, BrainSnapshot | None]:
        return unpack(state, device, self.config.limits, self._spread, epoch=self.epoch, now=clock.now())

    def _restore(self, device: str, state: bytes) -> None:
        """Continue the session of this device. Raises KeyError, TypeError or ValueError for other bytes."""
        self._begin_again(*self._unpack(device, state))

    def _begin_again(self, core: ServerEndpoint, snapshot: BrainSnapshot | None) -> None:
        runner = self._add(core)
        runner.start()
        runner.resume(snapshot)
        log.info("restored", **values_of(core.status(clock.now())))

    def go_on(self, device: str, taken: Taken) -> None:
        """Continue the session of another server. Raises KeyError, TypeError or ValueError for a record that is damaged."""
        kept = (taken.state or b"", taken.speech, taken.reply)
        self._begin_again(*unpack_record(*kept, device, self.config.limits, self._spread, now=clock.now()))

    async def take_over(self, device: str) -> None:
        """Timers and counts of this device are the business of this server from now on."""
        self.leave(device)
        await self.timers.load(device)
        await self.tokens.load(device)

    def leave(self, device: str) -> None:
        """They are the business of another one."""
        self.late_rings.forget(device)
        self.timers.forget(device)

    async def watch_store(self) -> None:
        """Look whether other servers have changed the store, until this is cancelled."""
        if self.fleet is not None:
            await self.fleet.watch()

    def _give_up(self, device: str, state: bytes) -> None:
        """The device has not come back: its timers wait for it. Raises KeyError, TypeError or ValueError for other bytes."""
        core, _ = self._unpack(device, state)
        core.drop_record(events.Stop())
        for ring in core.unrung:
            self.late_rings.add(device, ring.label)
