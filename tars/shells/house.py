"""What the server's devices share, the door they come in by, and one device for as long as anything is known of it."""

from __future__ import annotations

import asyncio
import random
import secrets
from dataclasses import replace
from functools import partial
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tars.config import ServerConfig
from tars.core import effects as do
from tars.core.codec import SUBPROTOCOL, V1, Codec, Control, Frame
from tars.core.effects import Effect
from tars.core.legacy import LegacyDevice
from tars.core.server import Server
from tars.core.tickets import Ticket
from tars.engine import Event
from tars.errors import RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import PROTOCOL, Hello
from tars.generated.server import events
from tars.shells.brains import Brain, Caller
from tars.shells.conversation import Note, Speak, Talk
from tars.shells.door import Door, RefusedError
from tars.shells.log import log
from tars.shells.runner import Runner
from tars.shells.store import KeyStore
from tars.shells.trace import Trace
from tars.shells.websocket import Received, Socket, SocketDown, short, why_closed

GREETING_LIMIT = 5.0
"""Seconds from the upgrade to the device's hello."""
STOP_LIMIT = 0.8
"""Seconds that a stopping server gives its links to close."""


class Greeted:
    """A new socket of this device, its dialect, and its first words."""

    def __init__(self, socket: Socket, codec: Codec, greeting: Frame | Hello) -> None:
        self.socket, self.codec, self.greeting = socket, codec, greeting


class Peer(Runner):
    """One device, for as long as anything is known of it."""

    core: Server

    def __init__(self, name: str, house: House, limits: Limits) -> None:
        super().__init__(house.trace)
        self.name = name
        self.house = house
        self.core = Server(name, limits, random.Random(secrets.randbits(64)), epoch=house.epoch)
        self.talk: tuple[Talk, asyncio.Task[None]] | None = None
        self.task: asyncio.Task[None] | None = None
        self._greetings = 0

    @property
    def finished(self) -> bool:
        """Nothing is left to do: no link, no session, nobody at the door."""
        return self.core.gone and self._greetings == 0 and not self.sockets and self._queue.empty()

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
                ticket = Ticket(secrets.token_hex(8), secrets.token_urlsafe(32))
                return self.core.greeted(item.socket.generation, item.codec, item.greeting, ticket, now)
            case Received(generation, frame):
                return self.core.receive(generation, frame, now)
            case SocketDown(generation, reason):
                self.sockets.pop(generation, None)
                return self.core.handle(events.Lost(generation, reason), now)
            case Speak(session, turn, pcm):
                return self.core.speak(session, turn, pcm, now)
            case Note(name, values):
                self.core.mark(name, **values)
                return self.core.take_effects()
            case Event():
                return self.core.handle(item, now)
        raise TypeError(f"nothing is known of {item!r}")

    def perform(self, effect: Effect) -> None:
        """What only a server does: the brain."""
        match effect:
            case do.OpenBrain(session):
                self._open_brain(session)
            case do.CloseBrain():
                self.close_brain()
            case do.BeginTurn() | do.Feed() | do.CancelReply():
                if self.talk is not None:
                    self.talk[0].tell(effect)

    def _open_brain(self, session: str) -> None:
        house = self.house
        # Not bound to this peer: a timer may be kept for longer than its device is there.
        caller = Caller(self.name, session, partial(house.ring, self.name))
        talk = Talk(house.brain, caller, self.post, session_timeout=house.config.limits.session_timeout, record=house.config.record)
        self.talk = talk, house.tasks.create_task(talk.run())

    def close_brain(self) -> None:
        """End the session's brain; its task saves and closes what it holds."""
        if self.talk is not None:
            self.talk[1].cancel()
        self.talk = None

    def drop(self) -> None:
        """Let go of everything at once."""
        self.close_brain()
        for generation in list(self.sockets):
            self.abort(generation)
        if self.task is not None:
            self.task.cancel()


class House:
    """Everything that the server's devices share."""

    def __init__(self, config: ServerConfig, brain: Brain, trace: Trace, tasks: asyncio.TaskGroup, keys: KeyStore) -> None:
        self.config = config
        self.brain = brain
        self.trace = trace
        self.tasks = tasks
        self.door = Door(keys, legacy=config.legacy)
        self.epoch = secrets.token_hex(8)
        self.peers: dict[str, Peer] = {}
        self.stopping = False
        self._due_rings: dict[str, list[str]] = {}
        self._sockets = 0
        self._legacy = 0

    async def welcome(self, connection: ServerConnection) -> None:
        """One connection, from its greeting to its end."""
        address = str(connection.remote_address[0])
        try:
            codec, greeting, name = await self._greeting(connection)
        except ConnectionClosed:
            return  # a probe, or a device that changed its mind
        except (RemoteError, TimeoutError) as error:
            reason = str(error) or f"no hello within {GREETING_LIMIT:g} s"
            kind = error.kind if isinstance(error, RefusedError) else "no hello" if isinstance(error, TimeoutError) else "malformed hello"
            self.door.refuse(address, kind, reason)
            await connection.close(1008, short(reason))
            return
        legacy = isinstance(codec, LegacyDevice)
        peer = self._peer(name, legacy=legacy)
        self._sockets += 1
        socket = Socket(connection, self._sockets, peer.put)
        log.info("link", device=name, address=address, protocol="legacy" if legacy else SUBPROTOCOL)
        peer.expect(Greeted(socket, codec, greeting))
        self._ring_late(peer)
        await socket.run()
        log.info("link closed", device=name, reason=why_closed(connection))

    async def _greeting(self, connection: ServerConnection) -> tuple[Codec, Frame | Hello, str]:
        """The dialect, the first words and the device's name. Raises RemoteError or TimeoutError."""
        if self.stopping:
            raise RefusedError("stopping", "the server stops")
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

    def _peer(self, name: str, *, legacy: bool) -> Peer:
        if name not in self.peers:
            # Without resume, an interrupted link keeps nothing: its session ends at once. The old protocol has none.
            keeps = self.config.resume == "on" and not legacy
            limits = self.config.limits if keeps else replace(self.config.limits, server_grace=0)
            peer = self.peers[name] = Peer(name, self, limits)
            peer.task = self.tasks.create_task(self._run(peer))
        return self.peers[name]

    async def _run(self, peer: Peer) -> None:
        """Run a device's machines until nothing is known of it."""
        try:
            await peer.run()
        finally:
            peer.close_brain()
            del self.peers[peer.name]

    def ring(self, device: str, label: str) -> None:
        """A timer is due: ring now, or when the device is back."""
        peer = self.peers.get(device)
        if peer is not None and peer.core.state("session") != "IDLE":
            peer.post(events.TimerDue(label))
        else:
            log.warning("timer is due, but the device is away; it rings when it is back", device=device, label=label)
            self._due_rings.setdefault(device, []).append(label)

    def _ring_late(self, peer: Peer) -> None:
        for label in self._due_rings.pop(peer.name, []):
            peer.post(events.TimerDue(label))

    async def stop(self) -> None:
        """Tell every device, and give the links a moment to close."""
        self.stopping = True
        peers = list(self.peers.values())
        for peer in peers:
            peer.post(events.Stop())
        running = [peer.task for peer in peers if peer.task is not None]
        if running:
            await asyncio.wait(running, timeout=STOP_LIMIT)
        for peer in list(self.peers.values()):
            log.warning("link did not close in time", device=peer.name)
            peer.drop()
