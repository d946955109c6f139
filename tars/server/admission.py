"""Admits connections: how many there may be, their upgrade to a WebSocket with a device key, and their greeting."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count

from websockets.http11 import Request

from tars.core.close_codes import NORMAL, POLICY_VIOLATION
from tars.core.codec import PAIRING, SUBPROTOCOL, V1, Codec, Control, Frame
from tars.core.legacy import LegacyDevice
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import PROTOCOL, Hello, Probe, Probed
from tars.runtime import clock
from tars.runtime.dialling import CHALLENGE
from tars.runtime.log import log
from tars.runtime.receiver import SocketDown
from tars.runtime.tls import Identity
from tars.server.authentication import (
    NOT_ENCRYPTED,
    Authenticator,
    RefusedError,
    asks_to_pair,
    foreign_origin,
    offers_new_protocol,
    said_authorities,
)
from tars.server.browsers import is_browser
from tars.server.connection import ServerSocket
from tars.server.encryption import Encryption
from tars.server.state_folder import DeviceKey

GREETING_LIMIT = 5.0
"""Seconds from the connection to its request, and from its upgrade to the device's hello."""
REFUSAL_DELAY = 1.0
"""Seconds after which a refused key is answered. Those of one address are answered one after the other, so that guessing is slow."""
MOST_UNGREETED = 2048
"""Connections that may wait for their greeting. One more takes the place of the oldest of the address that has most of them."""
LEGACY = "legacy."
"""An old device is called this and a number. The name of a new device has no dot (`codec.NAME`), so it is never the same."""
RESERVED_DESCRIPTORS = 64
"""File descriptors that are not used for connections: files, the store, and accepting a connection to drop it."""

_CODEC = V1("device")
"""Of all devices: it keeps nothing."""


@dataclass(frozen=True)
class Greeting:
    """Who has connected, and in which protocol."""

    device: str
    codec: Codec
    first: Frame | Hello
    """The first frame, or the hello that stands for the one an old device does not send."""
    legacy: bool
    token: str = ""
    """What the device shows to resume its session; empty: nothing."""


class Admission:
    """Knows every connection, and decides about each until it has greeted."""

    def __init__(
        self,
        authenticator: Authenticator,
        admit: Callable[[ServerSocket, Greeting], None],
        pair: Callable[[ServerSocket, Callable[[], None]], None],
        tasks: asyncio.TaskGroup,
        *,
        legacy: str,
    ) -> None:
        """`admit` takes over a connection that has greeted, `pair` one that asks to be paired; both may raise RefusedError.
        The callable that `pair` is given says that a step is done: the next one has GREETING_LIMIT too.

        `tasks` reads keys. `legacy`: the setting.
        """
        self.encryption = Encryption()
        """What connections are encrypted with. Until `listen` sets it, with nothing."""
        self.stopping = False
        """The server stops: no connection is admitted any more."""
        self._most = most_connections()
        self._authenticator = authenticator
        self._admit = admit
        self._pair = pair
        self._tasks = tasks
        self._refuses_legacy = legacy == "refuse"
        self._legacy_devices = count(1)
        self._sockets: set[ServerSocket] = set()
        self._ungreeted: dict[ServerSocket, float] = {}
        """The connections that have not greeted, and until when they may: the earliest first."""
        self._greeted: Counter[str] = Counter()
        """How many connections of each address have greeted."""
        self._answered: dict[str, float] = {}
        """When the last refused key of each address is answered."""
        self._timer: asyncio.TimerHandle | None = None
        self._all_closed: asyncio.Future[None] | None = None

    @property
    def identity(self) -> Identity | None:
        """With which a connection is encrypted now; None: with none."""
        return self.encryption.identity

    def new_socket(self) -> ServerSocket:
        """The socket of a new connection: the protocol factory of the listening server."""
        return ServerSocket(self)

    # --- connections ---------------------------------------------------------------------------------------------------------

    def connected(self, socket: ServerSocket) -> None:
        """There is a connection. If there are too many, one that has not greeted is dropped."""
        self._sockets.add(socket)
        self._expect(socket)
        if len(self._ungreeted) > min(MOST_UNGREETED, self._most // 2) or len(self._sockets) > self._most:
            self._make_room()

    def distrusted(self, socket: ServerSocket, reason: str) -> None:
        """The encryption of a connection has failed. It closes."""
        self._authenticator.refuse(socket.address, "encryption failed", reason)

    def disconnected(self, socket: ServerSocket) -> None:
        """The connection has ended, whether it has greeted or not."""
        self._sockets.discard(socket)
        self._ungreeted.pop(socket, None)
        if socket.greeted:
            self._greeted[socket.address] -= 1
            if not self._greeted[socket.address]:
                del self._greeted[socket.address]
        if self._all_closed is not None and not self._sockets and not self._all_closed.done():
            self._all_closed.set_result(None)

    def _make_room(self) -> None:
        """Drop the oldest connection of the address that has most of those that have not greeted: a device greets within moments."""
        addresses = Counter(socket.address for socket in self._ungreeted)
        ((most, _),) = addresses.most_common(1)
        socket = next(socket for socket in self._ungreeted if socket.address == most)
        del self._ungreeted[socket]
        self._authenticator.refuse(most, "too many connections", "too many connections wait for their greeting; the oldest is dropped")
        socket.transport.abort()

    def _expect(self, socket: ServerSocket) -> None:
        """The connection has GREETING_LIMIT for its next step."""
        self._ungreeted.pop(socket, None)
        self._ungreeted[socket] = clock.now() + GREETING_LIMIT
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GREETING_LIMIT, self._end_late)

    def _end_late(self) -> None:
        self._timer = None
        now = clock.now()
        for socket in [socket for socket, until in self._ungreeted.items() if until <= now]:
            del self._ungreeted[socket]
            if socket.is_open and socket.subprotocol == PAIRING:
                self.refuse(socket, RefusedError("late pairing", f"the pairing took longer than {GREETING_LIMIT:g} s"))
            elif socket.is_open:
                self.refuse(socket, RefusedError("no hello", f"no hello within {GREETING_LIMIT:g} s"))
            else:
                self._authenticator.refuse(socket.address, "no upgrade", f"no upgrade to a WebSocket within {GREETING_LIMIT:g} s")
                socket.transport.abort()
        if self._ungreeted:
            wait = next(iter(self._ungreeted.values())) - now
            self._timer = asyncio.get_running_loop().call_later(max(wait, 0.001), self._end_late)

    async def close(self, until: float) -> None:
        """Wait until all connections have closed; at that moment those that have not are dropped."""
        if self._sockets:
            self._all_closed = asyncio.get_running_loop().create_future()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._all_closed
        for socket in self._sockets:
            socket.abort()
        if self._timer is not None:
            self._timer.cancel()

    # --- upgrade -------------------------------------------------------------------------------------------------------------

    def requested(self, socket: ServerSocket, request: Request) -> None:
        """A connection asks for its upgrade. Keys that may have changed are read first."""
        if (foreign := foreign_origin(request.headers)) is not None:
            self._authenticator.refuse(socket.address, foreign.kind, str(foreign))
            socket.refuse(HTTPStatus.FORBIDDEN, str(foreign))
        elif self._must_be_encrypted(socket, request):
            self._authenticator.refuse(socket.address, "not encrypted", NOT_ENCRYPTED)
            socket.refuse(HTTPStatus.UPGRADE_REQUIRED, NOT_ENCRYPTED, Upgrade="TLS/1.3, HTTP/1.1")
        else:
            self._upgrade_with_keys(socket, request)

    def _upgrade_with_keys(self, socket: ServerSocket, request: Request) -> None:
        if self._authenticator.is_current:
            self._upgrade(socket, request)
        else:
            self._tasks.create_task(self._upgrade_with_new_keys(socket, request))

    def _must_be_encrypted(self, socket: ServerSocket, request: Request) -> bool:
        """Whether the connection is refused because it is not encrypted. An old device cannot encrypt: `legacy` decides about it."""
        return self.encryption.required and not socket.needs_no_encryption and offers_new_protocol(request.headers)

    async def _upgrade_with_new_keys(self, socket: ServerSocket, request: Request) -> None:
        try:
            await self._authenticator.read_keys()
        except ConfigError as error:
            log.error("keys cannot be read; every connection is refused", reason=str(error))
            self._authenticator.refusals["keys cannot be read"] += 1
            socket.refuse(HTTPStatus.SERVICE_UNAVAILABLE, "the keys cannot be read now")
        else:
            # Not in this task: a fault in one connection would end the server.
            asyncio.get_running_loop().call_soon(self._upgrade, socket, request)

    def _upgrade(self, socket: ServerSocket, request: Request) -> None:
        pairs = asks_to_pair(request.headers)
        try:
            socket.owner = None if pairs or socket.is_page else self._authenticator.owner(request.headers)
        except RefusedError as refused:
            self._authenticator.refuse(socket.address, refused.kind, str(refused))
            self._refuse_later(socket, str(refused))
            return
        if not socket.accept(request):
            return
        socket.authorities = said_authorities(request.headers) if socket.certificate else ""
        if pairs or socket.subprotocol == PAIRING:  # whatever was chosen: without a key there is nothing else
            self._begin_pairing(socket)
        elif self.stopping or socket.subprotocol is None:
            self._greet(socket, None)
        else:
            self._expect(socket)
            socket.start(0, _FirstFrame(self, socket))

    def _refuse_later(self, socket: ServerSocket, reason: str) -> None:
        """Answer REFUSAL_DELAY after the refusal before, to this address. One that would wait too long is dropped without an answer."""
        now = clock.now()
        if len(self._answered) > MOST_UNGREETED:
            self._answered = {address: until for address, until in self._answered.items() if until > now}
        due = max(self._answered.get(socket.address, now), now) + REFUSAL_DELAY
        if due - now > GREETING_LIMIT:
            socket.transport.abort()
        else:
            self._answered[socket.address] = due
            asyncio.get_running_loop().call_later(due - now, self._refuse_key, socket, reason)

    def _refuse_key(self, socket: ServerSocket, reason: str) -> None:
        socket.refuse(HTTPStatus.UNAUTHORIZED, reason, WWW_Authenticate=CHALLENGE)

    # --- pages ---------------------------------------------------------------------------------------------------------------

    def accept_page(self, socket: ServerSocket, request: Request) -> None:
        """A page of the console, which has let it in, asks for its upgrade. It needs no key, and may have no name but a browser's."""
        socket.is_page = True
        if offers_new_protocol(request.headers):
            self._upgrade_with_keys(socket, request)
        else:
            self.refuse_page(socket, HTTPStatus.BAD_REQUEST, "old page", f"a page must offer {SUBPROTOCOL}")

    def refuse_page(self, socket: ServerSocket, status: HTTPStatus, kind: str, reason: str) -> None:
        """Answer a page that may not connect."""
        self._authenticator.refuse(socket.address, kind, reason)
        socket.refuse(status, reason)

    # --- pairing -------------------------------------------------------------------------------------------------------------

    def _begin_pairing(self, socket: ServerSocket) -> None:
        """The connection has GREETING_LIMIT for each step."""
        self._expect(socket)
        if self.stopping:
            self.refuse(socket, RefusedError("stopping", "the server stops"))
            return
        try:
            self._pair(socket, partial(self._expect_more, socket))
        except RefusedError as refused:
            self.refuse(socket, refused)

    def _expect_more(self, socket: ServerSocket) -> None:
        if socket in self._ungreeted:
            self._expect(socket)

    def revoke(self, keys: Collection[DeviceKey]) -> None:
        """Close every connection that has shown one of these keys."""
        for socket in [socket for socket in self._sockets if socket.owner in keys]:
            self._ungreeted.pop(socket, None)
            socket.close(POLICY_VIOLATION, "the key of this device was removed, or the device has another name")

    # --- greeting ------------------------------------------------------------------------------------------------------------

    def first_frame(self, socket: ServerSocket, frame: Frame) -> None:
        """The first frame of a connection: its greeting."""
        if socket in self._ungreeted:
            self._greet(socket, frame)

    def closed_early(self, socket: ServerSocket, down: SocketDown) -> None:
        """A connection has closed without a greeting. Without a violation it is a probe, or a device that has closed it itself."""
        if down.broken:
            self._authenticator.refuse(socket.address, "no frame", down.reason)

    def _greet(self, socket: ServerSocket, frame: Frame | None) -> None:
        """`frame`: None for an old device, which does not greet, and while the server stops."""
        self._ungreeted.pop(socket, None)
        try:
            if self.stopping:
                raise RefusedError("stopping", "the server stops")  # a session that is being saved must not be resumed here
            greeting = self._legacy_greeting() if frame is None else self._greeting(socket, frame)
            if greeting is not None:
                self._count(socket)
                self._admit(socket, greeting)
        except RemoteError as error:
            self.refuse(socket, error)

    def _count(self, socket: ServerSocket) -> None:
        """One address has half of all connections at most. Raises RefusedError."""
        if self._greeted[socket.address] >= self._most // 2:
            raise RefusedError("too many links", f"{socket.address} has {self._most // 2} links; no more are served")
        self._greeted[socket.address] += 1
        socket.greeted = True

    def refuse(self, socket: ServerSocket, error: RemoteError) -> None:
        """Close a WebSocket with this reason. It is counted and logged."""
        kind = error.kind if isinstance(error, RefusedError) else "malformed hello"
        self._authenticator.refuse(socket.address, kind, str(error))
        socket.close(POLICY_VIOLATION, str(error))

    def _greeting(self, socket: ServerSocket, frame: Frame) -> Greeting | None:
        """None after a probe, which is answered here. Raises RemoteError."""
        (first,) = _CODEC.decode(frame)
        if not isinstance(first, Control) or not isinstance(first.message, Hello | Probe):
            raise RefusedError("no hello", "the first frame must be hello")
        message = first.message
        if message.proto != PROTOCOL:
            raise RefusedError("proto", f"{message.type}.proto is {message.proto}; this server speaks {PROTOCOL}")
        owner = socket.owner
        if owner is not None and message.device not in (owner.says, owner.name):
            raise RefusedError("key of another device", "this key belongs to another device: `device` must be the name it was made for")
        if socket.is_page and (not is_browser(message.device) or message.device in self._authenticator.names):
            raise RefusedError(
                "name of a browser", "the name of a page must be browser- and letters or digits, and no device's that has a key"
            )
        device = message.device if owner is None else owner.name
        if isinstance(message, Hello):
            return Greeting(device, _CODEC, frame, legacy=False, token=message.token)
        log.info("probed", device=device, address=socket.address)
        (answer,) = _CODEC.encode(Control(Probed(PROTOCOL), None, 0))
        socket.send(answer)
        socket.close(NORMAL, "")
        return None

    def _legacy_greeting(self) -> Greeting:
        if self._refuses_legacy:
            raise RefusedError("old device", "devices of the old protocol are refused here (legacy: refuse); update the device")
        codec = LegacyDevice(f"{LEGACY}{next(self._legacy_devices)}")
        return Greeting(codec.name, codec, codec.greeting(), legacy=True)


class _FirstFrame:
    """The receiver of a connection until it has greeted."""

    def __init__(self, admission: Admission, socket: ServerSocket) -> None:
        self._admission, self._socket = admission, socket

    def received(self, generation: int, frame: Frame) -> None:
        """The greeting. What follows a refused one is dropped."""
        self._admission.first_frame(self._socket, frame)

    def closed(self, down: SocketDown) -> None:
        """There was none."""
        self._admission.closed_early(self._socket, down)


def most_connections() -> int:
    """How many connections the limit of file descriptors of this process admits."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(soft - RESERVED_DESCRIPTORS, 1) if soft != resource.RLIM_INFINITY else 2**20
