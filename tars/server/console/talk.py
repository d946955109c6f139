"""The WebSocket of a page that is a device. It comes to the console, which has served the page, and goes on as that of any device.

A browser can send no key with it. It sends the cookie of who is signed in, and says which page asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus

from starlette.datastructures import Headers
from websockets.http11 import Request

from tars.runtime.tls import Identity, Tls
from tars.server.admission import Admission
from tars.server.connection import ServerSocket
from tars.server.console.web.access import FOREIGN, LINK, NOT_SIGNED_IN, Access

PATH = b"/talk/link"


class PageLinks:
    """Decides about the upgrade of a page, and gives its connection to the admission. It is the gatekeeper of these connections."""

    def __init__(self, access: Access, admission: Admission) -> None:
        self._access, self._admission = access, admission

    def take_over(self, transport: asyncio.Transport, tls: Tls | None, request: bytes) -> None:
        """Take over a connection that asks for an upgrade, encrypted with `tls`. From now on it is none of the console's."""
        socket = ServerSocket(self)
        socket.adopt(transport, tls)
        transport.set_protocol(socket)
        socket.receive(request, len(request))

    @property
    def identity(self) -> Identity | None:
        """None: the console has begun the encryption already."""
        return None

    def connected(self, socket: ServerSocket) -> None:
        """There is a connection."""
        self._admission.connected(socket)

    def requested(self, socket: ServerSocket, request: Request) -> None:
        """Only a page of this console may ask, for who is signed in. Any other could talk with the cookie that a browser adds by itself."""
        headers = Headers(raw=list(_raw(request)))
        if not self._access.is_own_page(headers):
            self._admission.refuse_page(socket, HTTPStatus.FORBIDDEN, "foreign origin", FOREIGN)
        elif not self._access.is_signed_in(headers):
            self._admission.refuse_page(socket, HTTPStatus.UNAUTHORIZED, "not signed in", NOT_SIGNED_IN.format(LINK=LINK))
        else:
            self._admission.accept_page(socket, request)

    def distrusted(self, socket: ServerSocket, reason: str) -> None:
        """The encryption of a connection has failed."""
        self._admission.distrusted(socket, reason)

    def disconnected(self, socket: ServerSocket) -> None:
        """The connection has ended."""
        self._admission.disconnected(socket)


def _raw(request: Request) -> Iterable[tuple[bytes, bytes]]:
    for name, value in request.headers.raw_items():
        yield name.lower().encode(), value.encode()
