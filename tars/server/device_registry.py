"""What the server's devices share, the door they come in by, and one device for as long as anything is known of it."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import deque
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from tars.brains import Brain, Caller, spoken
from tars.core import effects as do
from tars.core.codec import SUBPROTOCOL, V1, Codec, Control, Frame
from tars.core.effects import Effect
from tars.core.legacy import LegacyDevice
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ServerEndpoint
from tars.engine import Event
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import PROTOCOL, Hello
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.runner import Runner
from tars.runtime.trace import Trace
from tars.runtime.websocket import Received, Socket, SocketDown, complaint_of, short, why_closed
from tars.server.authentication import Authenticator, RefusedError
from tars.server.brain_session import BrainSession, BrainSnapshot, Note, Speak
from tars.server.saving import pack, unpack
from tars.server.settings import ServerConfig
from tars.server.store import Store

GREETING_LIMIT = 5.0
"""Seconds from the upgrade to the device's hello."""
LATE_RINGS = 100
"""Timers that may wait for devices that are away: some never come back."""
REST_LIMIT = 0.8
"""Seconds that a session has to come to rest when the server stops; its reply has 0.5 of them."""
STOP_LIMIT = 0.8
"""Seconds that a stopping server gives its links to close."""


class _CaughtUp(asyncio.Future[None]):
    """Resolved when everything that was posted before it has been taken."""


class Greeted:
    """A new socket of this device, its dialect, and its first words."""

    def __init__(self, socket: Socket, codec: Codec, greeting: Frame | Hello) -> None:
        self.socket, self.codec, self.greeting = socket, codec, greeting


class ServerDeviceRunner(Runner):
    """One device, for as long as anything is known of it."""

    core: ServerEndpoint

    def __init__(self, core: ServerEndpoint, house: DeviceRegistry) -> None:
        super().__init__(house.trace)
        self.core = core
        self.name = core.device
        self.house = house
        self.talk: tuple[BrainSession, asyncio.Task[None]] | None = None
        self.task: asyncio.Task[None] | None = None
        self._greetings = 0

    @property
    def finished(self) -> bool:
        """Nothing is left to do: no link, no session, nobody at the door."""
        return self.core.gone and self._greetings == 0 and not self.sockets and self.inbox.empty

    def expect(self, greeted: Greeted) -> None:
        """A socket of this device waits to be greeted; until then this peer may not be forgotten."""
        self._greetings += 1
        self.post(greeted)

    def take(self, item: Any, now: float) -> list[Effect]:
        """Hand an item to the core."""
        match item:
            case Greeted():
                self._greetings -= 1
                self.sockets[item.socket.generation] = item.socket
                ticket = ResumeToken(secrets.token_hex(8), secrets.token_urlsafe(32))
                return self.core.greeted(item.socket.generation, item.codec, item.greeting, ticket, now)
            case Received(generation, frame):
                return self.core.receive(generation, frame, now)
            case SocketDown(generation, reason):
                self.sockets.pop(generation, None)
                if item.broken:
                    return self.core.broken(generation, reason, now)
                return self.core.handle(events.Lost(generation, reason), now)
            case Speak(session, turn, pcm):
                return self.core.speak(session, turn, pcm, now)
            case Note(name, values):
                self.core.mark(name, **values)
                return self.core.take_effects()
            case events.TimerDue(label) if self.core.state("session") == "IDLE":
                self.house.ring(self.name, label)  # it was given up while this waited
                return []
            case Event():
                return self.core.handle(item, now)
            case _CaughtUp():
                item.set_result(None)
                return []
        raise TypeError(f"nothing is known of {item!r}")

    def perform(self, effect: Effect) -> None:
        """What only a server does: the brain."""
        match effect:
            case do.OpenBrain():
                self._open_brain(effect)
            case do.CloseBrain():
                self.close_brain()
            case do.BeginTurn() | do.Feed() | do.Gap() | do.ReplyHeard() | do.CancelReply():
                if self.talk is not None:
                    self.talk[0].tell(effect)

    def note(self, traced: do.Traced) -> None:
        """Whenever a link comes or goes, the log says all that is known of the device."""
        super().note(traced)
        if traced.machine == "continuity" and traced.source != traced.target:
            log.info("status", **asdict(self.core.status(clock.now())))

    def _open_brain(self, wanted: do.OpenBrain, resumed: BrainSnapshot | None = None) -> None:
        house = self.house
        # Not bound to this peer: a timer may be kept for longer than its device is there.
        caller = Caller(self.name, wanted.session, partial(house.ring, self.name), spoken(wanted.woken_by))
        talk = BrainSession(
            house.brain,
            caller,
            self.post,
            session_timeout=house.config.limits.session_timeout,
            record=house.config.record,
            reports_heard=wanted.reports_heard,
            resumed=resumed,
        )
        self.talk = talk, house.tasks.create_task(talk.run())

    async def suspend(self) -> bytes | None:
        """Say that we go away and bring the session to rest; what the next server needs of it, None if there is nothing."""
        self.post(events.Suspend())
        await self._catch_up()
        suspended = None
        if self.talk is not None:
            # What its last events make the core tell it, it has to keep as well: so it is asked again.
            await self.talk[0].suspend()
            await self._catch_up()
        if self.talk is not None:
            suspended = await self.talk[0].suspend()
        return None if self.core.gone else pack(self.core, suspended)

    def go_on(self, suspended: BrainSnapshot | None) -> None:
        """The session of an earlier server goes on: its brain is opened anew."""
        if self.core.in_session:
            opened = do.OpenBrain(self.core.machines["session"].context.session, woken_by=self.core.woken_by)
            self._open_brain(opened, suspended)

    async def _catch_up(self) -> None:
        caught_up = _CaughtUp()
        self.post(caught_up)
        # Its device may be given up at this moment: then nobody takes anything any more.
        await asyncio.wait([caught_up, *([self.task] if self.task is not None else [])], return_when=asyncio.FIRST_COMPLETED)

    def close_brain(self) -> None:
        """End the session's brain; its task saves and closes what it holds."""
        if self.talk is not None:
            self.talk[1].cancel()
        self.talk = None

    def fail(self, error: Exception) -> None:
        """Something in here is broken: the log says what, and the device starts anew."""
        log.error("fault: this device starts anew", device=self.name, error=error)
        self.core.drop_record(events.Stop())  # its timers still ring
        for socket in self.sockets.values():
            socket.close(CloseCode.INTERNAL_ERROR, "a fault in the server; start anew")

    def end(self) -> list[str]:
        """Nothing is taken any more; the labels of the timers that have not rung."""
        self.close_brain()
        left = self.inbox.close()
        for item in left:
            if isinstance(item, Greeted):
                item.socket.abort()
        return [ring.label for ring in self.core.unrung] + [item.label for item in left if isinstance(item, events.TimerDue)]

    def leave(self) -> None:
        """Let go of everything; a link that is closing gets the moment that it has for that."""
        self.close_brain()
        if self.task is not None:
            self.task.cancel()


class DeviceRegistry:
    """Everything that the server's devices share."""

    def __init__(self, config: ServerConfig, brain: Brain, trace: Trace, tasks: asyncio.TaskGroup, store: Store) -> None:
        self.config = config
        self.brain = brain
        self.trace = trace
        self.tasks = tasks
        self.door = Authenticator(store, legacy=config.legacy)
        self.epoch = secrets.token_hex(8)
        self.peers: dict[str, ServerDeviceRunner] = {}
        self._store = store
        self.stopping = False
        self._late_rings: deque[tuple[str, str]] = deque(maxlen=LATE_RINGS)
        self._sockets = 0
        self._legacy = 0

    async def welcome(self, connection: ServerConnection) -> None:
        """One connection, from its greeting to its end."""
        address = str(connection.remote_address[0])
        try:
            self._check_stopping()
            codec, greeting, name = await self._greeting(connection)
            self._check_stopping()  # what is being saved may not be resumed here any more
        except ConnectionClosed as closed:
            if complaint := complaint_of(closed):
                self.door.refuse(address, "no frame", complaint)
            return  # else a probe, or a device that changed its mind
        except (RemoteError, TimeoutError) as error:
            reason = str(error) or f"no hello within {GREETING_LIMIT:g} s"
            kind = error.kind if isinstance(error, RefusedError) else "no hello" if isinstance(error, TimeoutError) else "malformed hello"
            self.door.refuse(address, kind, reason)
            await connection.close(1008, short(reason))
            return
        legacy = isinstance(codec, LegacyDevice)
        peer = self._peer(name, legacy=legacy)
        self._sockets += 1
        socket = Socket(connection, self._sockets, peer.inbox.link())
        log.info("link", device=name, address=address, protocol="legacy" if legacy else SUBPROTOCOL)
        peer.expect(Greeted(socket, codec, greeting))
        self._ring_late(peer)
        await socket.run()
        log.info("link closed", device=name, reason=why_closed(connection))

    def _check_stopping(self) -> None:
        if self.stopping:
            raise RefusedError("stopping", "the server stops")

    async def _greeting(self, connection: ServerConnection) -> tuple[Codec, Frame | Hello, str]:
        """The dialect, the first words and the device's name. Raises RemoteError or TimeoutError."""
        if connection.subprotocol != SUBPROTOCOL:
            return self._legacy_greeting()
        codec = V1("device")
        async with asyncio.timeout(GREETING_LIMIT):
            frame = await connection.recv()
        (first,) = codec.decode(frame)
        if not isinstance(first, Control) or not isinstance(first.message, Hello):
            raise RefusedError("no hello", "the first frame must be hello")
        if first.message.proto != PROTOCOL:
            raise RefusedError("proto", f"hello.proto is {first.message.proto}; this server speaks {PROTOCOL}")
        self.door.check_name(connection, first.message.device)
        return codec, frame, first.message.device

    def _legacy_greeting(self) -> tuple[Codec, Frame | Hello, str]:
        if self.config.legacy == "refuse":
            raise RefusedError("old device", "devices of the old protocol are refused here (legacy: refuse); update the device")
        self._legacy += 1
        old = LegacyDevice(f"legacy-{self._legacy}")
        return old, old.greeting(), old.name

    def _peer(self, name: str, *, legacy: bool) -> ServerDeviceRunner:
        if name not in self.peers:
            # Without resume, an interrupted link keeps nothing: its session ends at once. The old protocol has none.
            keeps = self.config.resume == "on" and not legacy
            limits = self.config.limits if keeps else replace(self.config.limits, server_grace=0)
            self._take_in(ServerEndpoint(name, limits, new_random(), epoch=self.epoch))
        return self.peers[name]

    def _take_in(self, core: ServerEndpoint) -> ServerDeviceRunner:
        peer = self.peers[core.device] = ServerDeviceRunner(core, self)
        peer.task = self.tasks.create_task(self._run(peer))
        return peer

    async def _run(self, peer: ServerDeviceRunner) -> None:
        """Run a device's machines until nothing is known of it. A fault in them ends this device's links and session, and no other's."""
        try:
            await peer.run()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other devices have nothing to do with it
            peer.fail(error)
        finally:
            unrung = peer.end()
            del self.peers[peer.name]
            for label in unrung:
                self.ring(peer.name, label)

    def ring(self, device: str, label: str) -> None:
        """A timer is due: ring now, or when the device is back."""
        peer = self.peers.get(device)
        if peer is not None and peer.core.state("session") != "IDLE":
            peer.post(events.TimerDue(label))
        else:
            log.warning("timer is due, but the device is away; it rings when it is back", device=device, label=label)
            if len(self._late_rings) == LATE_RINGS:
                log.warning("too many timers wait for devices that are away; the oldest is given up", device=self._late_rings[0][0])
            self._late_rings.append((device, label))

    def _ring_late(self, peer: ServerDeviceRunner) -> None:
        late = [label for device, label in self._late_rings if device == peer.name]
        self._late_rings = deque((ring for ring in self._late_rings if ring[0] != peer.name), LATE_RINGS)
        for label in late:
            peer.post(events.TimerDue(label))

    # --- from one server to the next -----------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Tell every device, save what can be resumed, and give the other links a moment to close."""
        self.stopping = True
        kept = [peer for peer in self.peers.values() if peer.core.limits.server_grace]
        others = [peer for peer in self.peers.values() if not peer.core.limits.server_grace]
        await asyncio.gather(self._save(kept), self._end(others))
        for peer in list(self.peers.values()):
            if peer in others:
                log.warning("link did not close in time", device=peer.name)
            peer.leave()

    async def _end(self, peers: list[ServerDeviceRunner]) -> None:
        """Their sessions end."""
        for peer in peers:
            peer.post(events.Stop())
        running = [peer.task for peer in peers if peer.task is not None]
        if running:
            await asyncio.wait(running, timeout=STOP_LIMIT)

    async def _save(self, peers: list[ServerDeviceRunner]) -> None:
        states = await asyncio.gather(*map(self._suspend, peers))
        sessions = {peer.name: state for peer, state in zip(peers, states, strict=True) if state is not None}
        if not sessions:
            return
        try:
            await asyncio.to_thread(self._store.save, self.epoch, sessions)  # a disk that waits holds up nobody's goodbye
        except ConfigError as error:
            log.error("sessions are not saved, they end", devices=len(sessions), reason=error)
        else:
            log.info("saved", devices=len(sessions))

    async def _suspend(self, peer: ServerDeviceRunner) -> bytes | None:
        """What the next server needs of it. None too if its brain does not come to rest, or something in it is broken."""
        try:
            async with asyncio.timeout(REST_LIMIT):
                state = await peer.suspend()
        except TimeoutError:
            log.error("session is not saved: its brain does not come to rest", device=peer.name, limit=REST_LIMIT)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sessions of the others are saved
            log.error("session is not saved: a fault", device=peer.name, error=error)
        else:
            return state if self.peers.get(peer.name) is peer else None
        return None

    def restore(self) -> None:
        """What an earlier server has saved goes on here, with its epoch. Before the first device is greeted."""
        saved = self._store.take()
        if saved is None or self.config.resume != "on":
            return
        if saved.age > self.config.limits.server_grace:
            log.info("what was saved is too old to go on with", age=saved.age)
            return
        self.epoch = saved.epoch
        for device, state in saved.sessions.items():
            try:
                core, suspended = unpack(state, device, self.config.limits, new_random(), epoch=saved.epoch, now=clock.now())
            except (KeyError, TypeError, ValueError) as error:
                log.warning("what was saved of a device is damaged; it starts anew", device=device, reason=repr(error))
                continue
            self._take_in(core).go_on(suspended)
            log.info("restored", **asdict(core.status(clock.now())))


def new_random() -> random.Random:
    """Chance of its own for each device: when its attempts come need not be secret."""
    return random.Random(secrets.randbits(64))
