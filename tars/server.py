"""`tars-server`: many devices at once, each with its own machines, one brain for all."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tars.config import ServerConfig, load_server
from tars.core import effects as do
from tars.core.codec import MAX_FRAME, SUBPROTOCOL, V1, Codec, Control, Frame
from tars.core.effects import Effect
from tars.core.legacy import LegacyDevice
from tars.core.server import Server
from tars.engine import Event
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import PROTOCOL, Hello
from tars.generated.server import events
from tars.shells.brains import Brain, BrainSettings, Caller
from tars.shells.brains.registry import make_brain
from tars.shells.command import run_command
from tars.shells.conversation import Note, Speak, Talk
from tars.shells.doctor import checked, greet, report
from tars.shells.log import log
from tars.shells.log import setup as setup_log
from tars.shells.runner import Runner
from tars.shells.trace import Trace
from tars.shells.websocket import CLOSE_LIMIT, Received, Socket, SocketDown, short, why_closed

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

    def __init__(self, name: str, house: House) -> None:
        super().__init__(house.trace)
        self.name = name
        self.house = house
        self.core = Server(name, house.limits, random.Random(secrets.randbits(64)), epoch=house.epoch)
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
                return self.core.greeted(item.socket.generation, item.codec, item.greeting, now)
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
            case do.OpenBrain():
                self._open_brain(effect)
            case do.CloseBrain():
                self.close_brain()
            case do.BeginTurn() | do.Feed() | do.Gap() | do.ReplyHeard() | do.CancelReply():
                if self.talk is not None:
                    self.talk[0].tell(effect)

    def _open_brain(self, wanted: do.OpenBrain) -> None:
        house = self.house
        # Not bound to this peer: a timer may be kept for longer than its device is there.
        caller = Caller(self.name, wanted.session, partial(house.ring, self.name))
        talk = Talk(
            house.brain,
            caller,
            self.post,
            session_timeout=house.limits.session_timeout,
            record=house.config.record,
            reports_heard=wanted.reports_heard,
        )
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

    def __init__(self, config: ServerConfig, brain: Brain, trace: Trace, tasks: asyncio.TaskGroup) -> None:
        self.config = config
        self.brain = brain
        self.trace = trace
        self.tasks = tasks
        # Without resume, an interrupted link keeps nothing: its session ends at once.
        self.limits = replace(config.limits, server_grace=0)
        self.epoch = secrets.token_hex(8)
        self.peers: dict[str, Peer] = {}
        self.stopping = False
        self._due_rings: dict[str, list[str]] = {}
        self._sockets = 0
        self._legacy = 0

    async def welcome(self, connection: ServerConnection) -> None:
        """One connection, from its greeting to its end."""
        socket_name = str(connection.remote_address[0])
        try:
            codec, greeting, name = await self._greeting(connection)
        except ConnectionClosed:
            return  # a probe, or a device that changed its mind
        except (RemoteError, TimeoutError) as error:
            reason = str(error) or f"no hello within {GREETING_LIMIT:g} s"
            log.warning("refused", address=socket_name, reason=reason)
            await connection.close(1008, short(reason))
            return
        peer = self._peer(name)
        self._sockets += 1
        socket = Socket(connection, self._sockets, peer.put)
        log.info("link", device=name, address=socket_name, protocol="legacy" if isinstance(codec, LegacyDevice) else SUBPROTOCOL)
        peer.expect(Greeted(socket, codec, greeting))
        self._ring_late(peer)
        await socket.run()
        log.info("link closed", device=name, reason=why_closed(connection))

    async def _greeting(self, connection: ServerConnection) -> tuple[Codec, Frame | Hello, str]:
        """The dialect, the first words and the device's name. Raises RemoteError or TimeoutError."""
        if self.stopping:
            raise RemoteError("the server stops")
        if connection.subprotocol != SUBPROTOCOL:
            return self._legacy_greeting()
        codec = V1("device")
        async with asyncio.timeout(GREETING_LIMIT):
            frame = await connection.recv()
        (first,) = codec.decode(frame)
        if not isinstance(first, Control) or not isinstance(first.message, Hello):
            raise RemoteError("the first frame must be hello")
        if first.message.proto != PROTOCOL:
            raise RemoteError(f"hello.proto is {first.message.proto}; this server speaks {PROTOCOL}")
        return codec, frame, first.message.device

    def _legacy_greeting(self) -> tuple[Codec, Frame | Hello, str]:
        if self.config.legacy == "refuse":
            raise RemoteError("devices of the old protocol are refused here (legacy: refuse); update the device")
        self._legacy += 1
        old = LegacyDevice(f"legacy-{self._legacy}")
        return old, old.greeting(), old.name

    def _peer(self, name: str) -> Peer:
        if name not in self.peers:
            peer = self.peers[name] = Peer(name, self)
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


def choose_subprotocol(_: ServerConnection, offered: list[Subprotocol] | Any) -> Subprotocol | None:
    """tars.v1 if it is offered; nothing for an old device, which `subprotocols=` would refuse with HTTP 400."""
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None


async def run(config: ServerConfig, brain: Brain, stopped: asyncio.Event | None = None) -> None:
    """Serve until SIGINT or SIGTERM (or `stopped`). Raises ConfigError when it cannot start."""
    stopped = stopped or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if config.record:
        make_folder(config.record)
    trace = Trace(config.trace)
    await brain.warm()
    async with asyncio.TaskGroup() as tasks:
        house = House(config, brain, trace, tasks)
        server = await listen(house, config)
        await stopped.wait()
        log.info("stopping")
        await house.stop()
        server.close()
        # Who has connected and said nothing is not waited for: it ends with the program.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_LIMIT):
                await server.wait_closed()
        await brain.close()
    trace.close()
    log.info("stopped")


async def listen(house: House, config: ServerConfig) -> WebSocketServer:
    """Take connections from now on. Raises ConfigError when the port is taken."""
    try:
        server = await serve(
            house.welcome,
            config.host,
            config.port,
            select_subprotocol=choose_subprotocol,
            compression=None,  # it saves a tenth of speech and costs 32 KiB a connection
            ping_interval=None,  # tars.v1 has its own heartbeat; legacy links are pinged by their Socket
            open_timeout=GREETING_LIMIT,
            close_timeout=CLOSE_LIMIT,
            max_size=MAX_FRAME,
        )
    except OSError as error:
        where = f"{config.host}:{config.port}"
        raise ConfigError(f"cannot listen on {where}: {error.strerror or error}. Stop what runs there, or choose another --port") from None
    log.info("listening", host=config.host, port=server.sockets[0].getsockname()[1], brain=config.brain)
    return server


def make_folder(folder: Path) -> None:
    """A folder for recordings. Raises ConfigError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write recordings to {folder}: {error.strerror}; choose another --record") from None


def brain_of(config: ServerConfig) -> Brain:
    """The configured brain; its packages are imported here, before the loop runs."""
    return make_brain(config.brain, settings_of(config))


def settings_of(config: ServerConfig) -> BrainSettings:
    """What the configuration tells a brain."""
    return BrainSettings(whisper_model=config.recogniser_model, voice_model=config.voice_model)


def doctor(config: ServerConfig) -> int:
    """Check the brain with its packages and models, and the port, and say what to do."""
    from tars.shells.brains.doctor import examine

    brain = examine(settings_of(config)) if config.brain == "offline" else [checked("brain", lambda: _name(brain_of(config)))]
    return report([*brain, checked("port", lambda: asyncio.run(_look_at_port(config)))])


def _name(brain: Brain) -> str:
    return f"{type(brain).__name__} needs no package and no model"


async def _look_at_port(config: ServerConfig) -> str:
    """Free, or taken by a TARS server. Raises ConfigError when something else has it."""
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, config.host, config.port)
    except OSError:
        return f"taken: {await greet(f'ws://{config.host}:{config.port}', 'doctor')}"
    server.close()
    return f"{config.host}:{config.port} is free; tars-server does not run there"


def main() -> None:
    """The command `tars-server`."""

    def action() -> int:
        command, config = load_server(sys.argv[1:], os.environ)
        setup_log(config.log, "server")
        if command == "doctor":
            return doctor(config)
        asyncio.run(run(config, brain_of(config)))
        return 0

    run_command(action)


if __name__ == "__main__":
    main()
