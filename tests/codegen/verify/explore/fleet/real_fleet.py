"""Two real servers, one real device and a real Redis, whose every step waits for the test: what the model of a fleet says of them.

A server is a `DeviceRegistry` with its `FleetSessions`, `Leases`, `RecordedRunner` and `BrainSession`. A device is its core. Each command
to Redis is held until the test has it executed, and each answer until the test has it heard. A connection is two lists of frames.

A request is two things that the device sends: the message with which it is called and half a block of speech, and the other half, with
which the utterance is over.
"""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any, cast

from redis.exceptions import ConnectionError as RedisConnectionError

from tars.core import effects as do
from tars.core.codec import SUBPROTOCOL, V1, Control, Frame
from tars.core.device import DeviceEndpoint
from tars.core.link import Link
from tars.core.resume_tokens import fingerprint
from tars.core.snapshot import from_bytes
from tars.errors import ConfigError
from tars.generated.device import events as device_events
from tars.generated.limits import Limits
from tars.generated.messages import Hello, StartOfTtsStream, Welcome
from tars.runtime import clock
from tars.runtime.receiver import SocketDown
from tars.samples import BLOCK, WIDTH
from tars.server.admission import Greeting
from tars.server.connection import ServerSocket
from tars.server.store import leases
from tars.server.store.leases import RECORD, TAKEN, Written
from tars.server.store.redis_server import LEASE, redis_errors
from tests.codegen.verify.explore.fleet.real_server import DEVICE, FakeSocket, RealServer
from tests.redis_server import RedisServer


class RealFleet:
    """All of it."""

    def __init__(self, redis: RedisServer) -> None:
        self.redis, self.client = redis, redis.client()
        self.servers: list[RealServer] = []
        self.gone: list[RealServer] = []
        self.device = DeviceEndpoint(DEVICE, Limits(), random.Random(7), boot="b1")
        self.link = -1
        """The server that the device is connected with, or greets."""
        self.socket: FakeSocket | None = None
        self.now = 1000.0
        self.conversations = self.heard = 0
        """Conversations that the device has begun; answers that it has heard on its record."""
        self.late: tuple[RealServer, Any] | None = None
        """A command that nobody waits for."""
        self.answered_before: dict[str, int] = {}
        """The last stream of a reply before that record began."""

    async def start(self) -> None:
        for _ in range(2):
            self.servers.append(await self._new_server())
        self._at_device(self.device.handle(device_events.Start(), self.now))

    async def _new_server(self) -> RealServer:
        server = RealServer(self.redis.url)
        await server.start()
        return server

    async def stop(self) -> None:
        for server in (*self.servers, *self.gone):
            await server.close()
        self.client.close()

    def pass_time(self) -> None:
        """A step lasts 2 ms, so that what happens later is later."""
        self.now += 1 / 512

    # --- the device ----------------------------------------------------------------------------------------------------------

    def _at_device(self, effects: list[do.Effect]) -> None:
        refusals = [effect.reason for effect in effects if isinstance(effect, do.CloseSocket)]
        assert not refusals, "the device refuses what it was told"
        frames = [frame for generation, frame in self.device.outgoing() if generation == self.device.link.generation]
        if self.socket is not None:
            self.socket.up += frames

    def device_loses(self, reason: str) -> None:
        """The connection is over, as the device sees it."""
        if self.socket is not None:
            self.socket.left, self.socket, self.link = True, None, -1
            self._at_device(self.device.handle(device_events.Lost(self.device.link.generation, reason), self.now))

    def says(self) -> None:
        """The device is called and hears half a block of speech, or the other half."""
        if (self.sent - 1) % 2:
            self.conversations += 1
            self._at_device(self.device.handle(device_events.Button(f"s{self.conversations}", self.device.ring.end), self.now))
        self._at_device(self.device.captured(bytes(BLOCK // 2 * WIDTH), self.now))

    def greets(self, at: int) -> None:
        """The device leaves its connection, and greets a server on a new one."""
        self.device_loses("left")
        if self.device.states.connection.state == "BACKOFF":
            self._at_device(self.device.handle(device_events.Redial(), self.now))
        self.socket, self.link = FakeSocket(self, at), at
        self._at_device(self.device.socket_opened(self.device.link.generation, SUBPROTOCOL, self.now))
        (frame,) = self.socket.up
        self.socket.up = []
        (control,) = V1("device").decode(frame)
        assert isinstance(control, Control)
        assert isinstance(control.message, Hello)
        server = self.servers[at]
        server.sockets.append(self.socket)
        greeting = Greeting(DEVICE, V1("device"), frame, legacy=False, token=control.message.token)
        server.registry.admit(cast(ServerSocket, self.socket), greeting)

    def is_told(self) -> None:
        """The device gets what has left for it."""
        assert self.socket is not None
        while self.socket is not None and self.socket.down:
            frame = self.socket.down.pop(0)
            for message in _messages(frame):
                if isinstance(message, Welcome) and not message.resumed:
                    self.heard = 0
                self.heard += isinstance(message, StartOfTtsStream)
            self._at_device(self.device.receive(self.device.link.generation, frame, self.now))

    @property
    def sent(self) -> int:
        """How much the device has sent on its record: a message and a block of speech for each request."""
        uplink = self.device.uplink
        return _parts(self.device.link.outbox.sent, uplink.end - uplink.start)

    @property
    def known(self) -> int:
        """How much of it is acknowledged."""
        outbox, uplink = self.device.link.outbox, self.device.uplink
        newest = outbox.acknowledged == outbox.sent
        return _parts(outbox.acknowledged, max(0, uplink.acknowledged - uplink.start) if newest else BLOCK)

    # --- a server ------------------------------------------------------------------------------------------------------------

    def hears(self, socket: FakeSocket) -> bool:
        """A server gets what the device has sent there, up to the next part of a request; whether there was one."""
        while socket.up:
            frame = socket.up.pop(0)
            counts = isinstance(frame, bytes) or '"seq":' in frame.replace(" ", "")
            socket.runner.received(socket.generation, frame)
            if counts:
                return True
        return False

    def notices(self, at: int, socket: FakeSocket) -> None:
        """A server notices that a connection is over."""
        self.servers[at].sockets.remove(socket)
        socket.runner.closed(SocketDown(socket.generation, "cut", opened=True))

    def open_sockets(self, at: int) -> list[FakeSocket]:
        """The connections of the device that this server still has."""
        runner = self.servers[at].runner
        return [] if runner is None else [cast(FakeSocket, socket) for socket in runner.sockets.values()]

    async def crashes(self, at: int) -> None:
        """The process is gone."""
        server = self.servers[at]
        self.gone.append(server)
        await server.crash()
        for socket in server.sockets:
            socket.closed = True
            if socket is self.socket:
                self.device_loses("its server is gone")
        self.servers[at] = await self._new_server()

    async def looks_in_vain(self, at: int) -> None:
        """A server looks at Redis, and does not reach it."""
        with suppress(ConfigError), redis_errors(self.redis.url):
            await self.servers[at].leases._noted(_fails())

    def kept(self, core: dict[str, Any]) -> tuple[object, ...]:
        """What matters of a session, as `take_snapshot` describes it: how far, how many answers, and whether it is that of the device."""
        tokens, inbound = core["resume_tokens"], core["inbound"]
        applied = _parts(core["outbox"]["applied"], inbound["received"] - inbound["start"] if inbound else 0)
        begun = self.answered_before.setdefault(tokens["sid"], core["reply"]["stream"])
        own = tokens["sid"] == self.device.resume_token.sid != ""
        admitted = own and fingerprint(self.device.resume_token.token).hex() in tokens["valid"]
        return applied, core["reply"]["stream"] - begun, own, admitted

    def stored(self) -> dict[str, Any]:
        """What Redis has."""
        lease = self.client.hgetall(f"{LEASE}{DEVICE}")
        state = self.client.get(f"{RECORD}{DEVICE}")
        record = from_bytes(cast(bytes, state)) if state else None
        told = [int(cast(bytes, self.client.hget(TAKEN + server.leases.server, DEVICE)) or 0) for server in self.servers]
        told = [0 if str(fence).encode() in server.leases._heard else fence for fence, server in zip(told, self.servers, strict=True)]
        return {
            "owner": cast("dict[bytes, bytes]", lease).get(b"server", b"").decode(),
            "fence": int(cast("dict[bytes, bytes]", lease).get(b"fence", 0)),
            "record": record and self.kept(record["core"]),
            "told": told,
        }


async def _fails() -> None:
    raise RedisConnectionError("held up by the test")


def _parts(messages: int, samples: int) -> int:
    return 2 * messages - 1 + samples // BLOCK if messages else 0


def _messages(frame: Frame) -> list[Any]:
    return [incoming.message for incoming in V1("server").decode(frame) if isinstance(incoming, Control)]


def freeze(patch: Any, fleet: RealFleet) -> None:
    """Time passes as the test says, and acknowledgements leave at once."""
    patch.setattr(clock, "now", lambda: fleet.now)
    patch.setattr(Link.owe_ack, "__defaults__", (0.0,))
    patch.setattr(leases, "MOST_AT_ONCE", 1)


WORDS = {Written.WRITTEN: "written", Written.FENCED: "refused", Written.LATE: "outdated"}


def word_of(kind: str, answer: Any) -> str:
    """What Redis has said, in the words of the model."""
    if kind == "take":
        return "unchanged" if len(answer) == 1 else "taken" if answer[1] is None else "from another"
    return WORDS[Written(answer)]
