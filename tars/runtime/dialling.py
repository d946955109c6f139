"""How a device opens a connection to the server: TCP, perhaps TLS, then the upgrade to a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from ssl import SSLError
from typing import Protocol

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.http11 import Request, Response
from websockets.protocol import Event
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from tars.core.close_codes import PROTOCOL_ERROR
from tars.core.codec import AUTHORITIES_HEADER, MAX_FRAME, NAME, NAME_HEADER, PAIRING, SUBPROTOCOL
from tars.runtime.tcp import connect_tcp
from tars.runtime.tls import Tls, Trust, explain_to_device
from tars.runtime.websocket import Socket

CHALLENGE = 'Bearer realm="tars"'
"""The WWW-Authenticate header with which a tars-server refuses a key. A proxy in front of it sends another one, or none."""
KEY_WANTED = "the server knows its devices, and this is none of them: run `tars-server pair` there, then `tars-pi pair` here"
KEY_REFUSED = "the server refused the key: this device is shut out. `tars-server pair` there, then `tars-pi pair` here, let it in again"
ENCRYPTION_WANTED = (
    "the server wants an encrypted connection: run `tars-server pair` there, then `tars-pi pair` here; or give this device what "
    "`tars-server ca` prints (`ca`), and set `server` to wss://HOST:PORT"
)
NOT_YET_ENCRYPTED = "the connection ended before it was encrypted; does the server encrypt (`encryption` there)?"

OFFERED: Mapping[str, Sequence[str] | None] = {"auto": [SUBPROTOCOL], "v1": [SUBPROTOCOL], "legacy": None, "pair": [PAIRING]}
"""What each way to dial offers."""


class NotAdmittedError(OSError):
    """The server does not want this device, or the device does not trust the server. The text says what to do."""


class KeyRefusedError(NotAdmittedError):
    """The server refuses this key, or a connection without a key."""


class Encryption(Protocol):
    """Begins the encryption of a connection."""

    def connect(self, host: str) -> Tls:
        """The device's end of a new connection to this host. Reads files. Raises OSError."""


class ClientSocket(Socket):
    """The device's end of a connection."""

    __slots__ = ("_client", "_headers", "name", "opened")

    def __init__(self, client: ClientProtocol, headers: Mapping[str, str], tls: Tls | None) -> None:
        """`headers`: what its request says besides what every such request says."""
        super().__init__(client)
        self._client, self._headers, self._tls = client, headers, tls
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the server has accepted the upgrade; InvalidHandshake or OSError if it has not."""
        self.name = ""
        """What the server calls this device; empty: it did not say."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade. With TLS the request waits until the server is trusted."""
        super().connection_made(transport)
        if self._tls is not None:
            self._tls.begin()
            self.transport.write(self._tls.outgoing())
        request = self._client.connect()
        request.headers.update(self._headers)
        self._client.send_request(request)
        self._write()

    def upgrade(self, event: Request | Response) -> None:
        """The answer of the server. Until `start`, frames are not read: they wait for their receiver."""
        if self._client.handshake_exc is None and not self.opened.done():
            self.name = next((name for name in event.headers.get_all(NAME_HEADER) if NAME.fullmatch(name)), "")
            self.opened.set_result(None)
            self._held = True
            self._read_or_wait()

    def distrust(self, error: SSLError) -> None:
        """Nothing was sent to this server, or it is not the same any more."""
        if not self.opened.done():
            self.opened.set_exception(NotAdmittedError(explain_to_device(error)))

    def exchange(self, size: int) -> list[Event]:
        """Take what came in. It may be a refusal."""
        events = super().exchange(size)
        if self._client.handshake_exc is not None and not self.opened.done():
            self.opened.set_exception(OSError(NOT_YET_ENCRYPTED) if self._encrypts_not_yet else self._client.handshake_exc)
        return events

    @property
    def _encrypts_not_yet(self) -> bool:
        return self._tls is not None and not self._tls.established

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended, perhaps before the upgrade."""
        super().connection_lost(exc)
        if not self.opened.done():
            self.opened.set_exception(self._client.handshake_exc or exc or OSError("the connection broke while it was opened"))


async def dial(
    url: str, *, protocol: str, key: str | None = None, encryption: Encryption | None = None, authorities: str = ""
) -> ClientSocket:
    """A connection to the server. Raises NotAdmittedError if somebody has to do something, and OSError with a sentence for other failures.

    A connection is encrypted if its URL begins with wss; without `encryption` the authorities of the system are trusted.

    `protocol`: `auto` offers tars.v1 and accepts either protocol, `v1` requires tars.v1, `legacy` does not offer it, `pair` is for a
    pairing only. `authorities`: the fingerprints of those that this device has saved; empty: it says nothing of them. The whole upgrade has
    no limit here: `greeting_limit` of the connection machine bounds it.
    """
    try:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if authorities:
            headers[AUTHORITIES_HEADER] = authorities
        socket = await _open(url, OFFERED[protocol], headers, encryption)
    except InvalidStatus as error:
        if error.response.status_code == HTTPStatus.UPGRADE_REQUIRED:
            raise NotAdmittedError(ENCRYPTION_WANTED) from None
        if error.response.status_code != HTTPStatus.UNAUTHORIZED:
            raise OSError(f"the server refused the connection: {error}") from None
        if CHALLENGE not in error.response.headers.get_all("WWW-Authenticate"):
            raise OSError(f"something in front of the server refused the connection, such as a proxy with a password: {error}") from None
        raise KeyRefusedError(KEY_REFUSED if key else KEY_WANTED) from None
    except NotAdmittedError:
        raise
    except OSError as error:
        raise OSError(str(error) or "the connection broke while it was opened") from None
    except (InvalidHandshake, InvalidURI, EOFError, ValueError) as error:  # ValueError: an impossible host name
        raise OSError(f"the server refused the connection: {error}") from None
    if protocol == "v1" and socket.subprotocol is None:
        socket.close(PROTOCOL_ERROR, "tars.v1 is required")
        raise OSError("the server does not speak tars.v1; set protocol: auto to speak the old protocol with it")
    if protocol == "pair" and socket.subprotocol is None:
        socket.abort()
        raise OSError("it is no tars-server that can pair; update it, and see that nothing else answers there")
    return socket


async def _open(url: str, offered: Sequence[str] | None, headers: Mapping[str, str], encryption: Encryption | None) -> ClientSocket:
    uri = parse_uri(url)
    tls = None
    if uri.secure:
        tls = await asyncio.to_thread((encryption or Trust(None)).connect, uri.host)  # it reads files
    subprotocols = None if offered is None else [Subprotocol(name) for name in offered]
    # Not compressed: that saves a tenth of speech and costs 32 KiB a connection.
    _, socket = await asyncio.get_running_loop().create_connection(
        lambda: ClientSocket(ClientProtocol(uri, subprotocols=subprotocols, max_size=MAX_FRAME), headers, tls),
        sock=await connect_tcp(uri.host, uri.port),
    )
    try:
        await socket.opened
    except BaseException:
        socket.abort()
        raise
    return socket
