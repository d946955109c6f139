"""The server's end of a connection: the answer to a request for an upgrade, and waiting while a device reads too slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from ssl import SSLError
from typing import Protocol

from websockets.http11 import Request, Response
from websockets.protocol import Event
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from tars.core.codec import MAX_FRAME, NAME_HEADER, PAIRING, SUBPROTOCOL
from tars.runtime.budget import Budget
from tars.runtime.receiver import Receiver
from tars.runtime.tls import HANDSHAKE, Identity, Tls, explain_to_server
from tars.runtime.websocket import Socket
from tars.server.state_folder import DeviceKey
from tars.server.whole_frames import WholeFrames

UNREAD = 1024 * 1024
"""Bytes that a device may leave unread before nothing more is read from it. A reply is sent up to 20 s ahead, which is 625 KiB: meanwhile
the device must be heard. Before the greeting it is 64 KiB, the default of asyncio."""


class Gatekeeper(Protocol):
    """Decides about a connection until it has greeted."""

    @property
    def identity(self) -> Identity | None:
        """With which a connection is encrypted now; None: with none."""

    def connected(self, socket: ServerSocket) -> None:
        """There is a connection."""

    def requested(self, socket: ServerSocket, request: Request) -> None:
        """It asks for its upgrade to a WebSocket. `accept` or `refuse` answers, now or later."""

    def distrusted(self, socket: ServerSocket, reason: str) -> None:
        """Its encryption has failed. It closes."""

    def disconnected(self, socket: ServerSocket) -> None:
        """The connection has ended, whether it has greeted or not."""


class _Upgrade(ServerProtocol):
    def select_subprotocol(self, subprotocols: Sequence[Subprotocol]) -> Subprotocol | None:
        """What is offered and known; None: nothing of it, and the setting `subprotocols` would refuse an old device with HTTP 400."""
        return next((Subprotocol(known) for known in (SUBPROTOCOL, PAIRING) if known in subprotocols), None)


class ServerSocket(Socket):
    """A connection that a device has made."""

    __slots__ = ("_begun", "_gatekeeper", "_upgrade", "_whole_frames", "greeted", "is_page", "owner")

    def __init__(self, gatekeeper: Gatekeeper) -> None:
        # Not compressed: that saves a tenth of speech and costs 32 KiB a connection.
        self._upgrade = _Upgrade(max_size=MAX_FRAME)
        super().__init__(self._upgrade)
        self._gatekeeper = gatekeeper
        self._begun = False
        """The first bytes have come."""
        self._whole_frames = WholeFrames()
        self.greeted = False
        """A device has greeted."""
        self.owner: DeviceKey | None = None
        """The key that was sent; None: none was needed, or the device asks to be paired."""
        self.is_page = False
        """A page of the console is the device."""

    @property
    def needs_no_encryption(self) -> bool:
        """Whether nobody can listen: the connection is encrypted, or both of its ends are on this machine."""
        return self._tls is not None or is_local(self.address, self.transport.get_extra_info("sockname"))

    def start(self, generation: int, receiver: Receiver, budget: Budget | None = None) -> None:
        """From now on frames go to the receiver. `budget` bounds what is read; a connection that has greeted has one."""
        if budget is not None:
            self.transport.set_write_buffer_limits(high=UNREAD)
        super().start(generation, receiver, budget)

    def accept(self, request: Request) -> bool:
        """Answer the request as a WebSocket server does; whether it is a WebSocket now."""
        response = self._upgrade.accept(request)
        if self.owner is not None:
            response.headers[NAME_HEADER] = self.owner.name
        self._answer(response)
        return self.is_open

    def refuse(self, status: HTTPStatus, text: str, **headers: str) -> None:
        """Answer the request with this status and text."""
        response = self._upgrade.reject(status, f"{text}\n")
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        self._answer(response)

    def _answer(self, response: Response) -> None:
        """Answer, unless the connection has ended meanwhile: the other side may have closed it in the packet of its request."""
        if not self._upgrade.eof_sent and not self.transport.is_closing():
            self._upgrade.send_response(response)
            self._write()
        self._held = False
        self._read_or_wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a connection."""
        super().connection_made(transport)
        self._gatekeeper.connected(self)

    def adopt(self, transport: asyncio.Transport, tls: Tls | None) -> None:
        """Take over a connection on which HTTP was spoken before."""
        self._begun, self._tls = True, tls
        self.connection_made(transport)

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes were read. The first one tells whether they are encrypted."""
        if not self._begun:
            self._begun = True
            identity = self._gatekeeper.identity
            if identity is not None and self.get_buffer(1)[0] == HANDSHAKE:
                self._tls = identity.accept()
        super().buffer_updated(nbytes)

    def receive(self, data: memoryview | bytes, size: int) -> list[Event]:
        """Take what came in. Nearly always it is one frame of sound, for which the parser is not needed."""
        if not self._events and self._message is None and self.is_open and (frame := self._whole_frames.read(data)) is not None:
            self._spend(1, size)
            self._hand_over(frame)
            return []
        events = super().receive(data, size)
        self._whole_frames.parsed(data, events)
        return events

    def distrust(self, error: SSLError) -> None:
        """The device does not trust this server, or what came in is no TLS."""
        self._gatekeeper.distrusted(self, explain_to_server(error))

    def upgrade(self, event: Request | Response) -> None:
        """The request came in. Until it is answered, nothing more is read."""
        assert isinstance(event, Request), "a client sends requests"
        self._held = True
        self._gatekeeper.requested(self, event)
        self._read_or_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        super().connection_lost(exc)
        self._gatekeeper.disconnected(self)

    def pause_writing(self) -> None:
        """The device reads too slowly: nothing more is read from it. The answers to its pings would fill the memory."""
        self._full = True
        self._read_or_wait()

    def resume_writing(self) -> None:
        """The device has read what was written."""
        self._full = False
        self._read_or_wait()


def is_local(address: str, own: tuple[str, ...] | None) -> bool:
    """Whether a connection from this address, to an own one, comes from this machine."""
    try:
        other = ip_address(address.partition("%")[0])
    except ValueError:  # unknown: the connection has ended already
        return False
    if isinstance(other, IPv6Address):
        other = other.ipv4_mapped or other
    return other.is_loopback or (own is not None and address == own[0])
