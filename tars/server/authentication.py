"""Device keys of connections: once any key exists, a connection needs one before its upgrade to a WebSocket."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tars.core.codec import SUBPROTOCOL
from tars.errors import ConfigError, RemoteError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.websocket import CHALLENGE
from tars.server.keys import digest
from tars.server.state_folder import KeyStore

REFUSAL_DELAY = 1.0
"""Seconds after which a refusal is sent, so that guessing keys is slow."""
WAITING = 32
"""Refusals that may wait at a time. More are sent at once: each that waits holds a socket."""

NO_KEY = "this server wants a key: run `tars-server key add NAME` there, and set `key` on the device"
WRONG_KEY = "this key is not known here, or no longer: run `tars-server key list` on the server"
OLD_DEVICE = "this server wants a key, which devices of the old protocol cannot send; `legacy: without_key` lets them in"


class RefusedError(RemoteError):
    """A connection is refused. `kind` is the name under which it is counted; the text is sent and logged."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def foreign_origin(headers: Headers) -> RefusedError | None:
    """Why a request that a web page makes is refused; None if no page makes it. A browser names the page's server in `Origin`, always.

    A page of this server's own address may connect. One of the server's name may not: a name can be made to lead to any address.
    """
    origins, hosts = headers.get_all("Origin"), headers.get_all("Host")
    if not origins or (len(origins) == len(hosts) == 1 and _is_own(origins[0], hosts[0])):
        return None
    return RefusedError("foreign origin", f"a web page of {' and '.join(origins)[:100]} may not connect here; a device sends no Origin")


def _is_own(origin: str, host: str) -> bool:
    try:
        page = urlsplit(origin)
        own = urlsplit(f"{page.scheme}://{host}")
        usual = {"http": 80, "https": 443}.get(page.scheme)
        same = (page.hostname, page.port or usual) == (own.hostname, own.port or usual)
        return same and (page.hostname == "localhost" or bool(ip_address(page.hostname or "")))
    except ValueError:
        return False


class HandshakeLimitedConnection(ServerConnection):
    """A connection that is dropped if its upgrade to a WebSocket takes too long."""

    def __init__(self, authenticator: Authenticator, limit: float, *args: Any, **options: Any) -> None:
        """`limit`: seconds from its first byte to the end of the upgrade."""
        super().__init__(*args, **options)
        self._authenticator, self._limit = authenticator, limit

    async def handshake(self, *args: Any, **options: Any) -> None:
        """Upgrade the connection. Raises TimeoutError."""
        try:
            async with asyncio.timeout(self._limit):
                await super().handshake(*args, **options)
        except TimeoutError:
            self._authenticator.refuse(str(self.remote_address[0]), "no upgrade", f"no upgrade to a WebSocket within {self._limit:g} s")
            raise


class Authenticator:
    """Checks keys, and counts all refusals."""

    def __init__(self, keys: KeyStore, *, legacy: str) -> None:
        """`legacy`: the setting."""
        self.refusals: Counter[str] = Counter()
        self._keys = keys
        self._without_key = legacy == "without_key"
        self._owners: WeakKeyDictionary[ServerConnection, str] = WeakKeyDictionary()
        self._waiting = 0
        # Only this thread waits for a store that another program has locked.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keys")

    def close(self) -> None:
        """Check no keys any more. A thread that still waits for the store is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def check_key(self, connection: ServerConnection, request: Request) -> Response | None:
        """The refusal, or None. It is the `process_request` of a WebSocket server. A refused key is answered after REFUSAL_DELAY."""
        if (foreign := foreign_origin(request.headers)) is not None:
            self.refuse(str(connection.remote_address[0]), foreign.kind, str(foreign))
            return connection.respond(HTTPStatus.FORBIDDEN, f"{foreign}\n")
        try:
            owner = await asyncio.get_running_loop().run_in_executor(self._thread, self._owner, request.headers)
        except RefusedError as refused:
            self.refuse(str(connection.remote_address[0]), refused.kind, str(refused))
            await self._delay()
            response = connection.respond(HTTPStatus.UNAUTHORIZED, f"{refused}\n")
            response.headers["WWW-Authenticate"] = CHALLENGE
            return response
        except ConfigError as error:
            log.error("keys cannot be read; every connection is refused", reason=str(error))
            self.refusals["keys cannot be read"] += 1
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "the keys cannot be read now\n")
        if owner is not None:
            self._owners[connection] = owner
        return None

    def check_name(self, connection: ServerConnection, device: str) -> None:
        """Raises RefusedError if the connection's key belongs to another device."""
        owner = self._owners.get(connection)
        if owner is not None and device != owner:
            raise RefusedError("key of another device", "this key belongs to another device: `device` must be the name it was made for")

    def refuse(self, address: str, kind: str, reason: str) -> None:
        """Count and log a refusal."""
        self.refusals[kind] += 1
        log.warning("refused", address=address, reason=reason)

    def _owner(self, headers: Headers) -> str | None:
        """The device whose key was sent; None if no key is needed. Raises RefusedError or ConfigError."""
        if not self._keys.has_keys:
            return None
        sent = headers.get_all("Authorization")
        if not sent:
            new = any(SUBPROTOCOL in offered for offered in headers.get_all("Sec-WebSocket-Protocol"))
            if new:
                raise RefusedError("no key", NO_KEY)
            if self._without_key:
                return None
            raise RefusedError("old device without a key", OLD_DEVICE)
        scheme, _, key = sent[0].partition(" ")
        owner = self._keys.device_of(digest(key.strip())) if len(sent) == 1 and scheme.lower() == "bearer" else None
        if owner is None:
            raise RefusedError("wrong key", WRONG_KEY)
        return owner

    async def _delay(self) -> None:
        """Wait REFUSAL_DELAY, unless WAITING refusals wait already."""
        if self._waiting >= WAITING:
            return
        self._waiting += 1
        try:
            await clock.sleep_until(clock.now() + REFUSAL_DELAY)
        finally:
            self._waiting -= 1
