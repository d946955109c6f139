"""Device keys of connections: once any key exists, a connection needs one before its upgrade to a WebSocket."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from urllib.parse import urlsplit

from websockets.datastructures import Headers

from tars.core.codec import SUBPROTOCOL
from tars.errors import ConfigError, RemoteError
from tars.runtime.log import log
from tars.server.keys import digest
from tars.server.state_folder import KeyStore

NO_KEY = "this server wants a key: run `tars-server key add NAME` there, and set `key` on the device"
WRONG_KEY = "this key is not known here, or no longer: run `tars-server key list` on the server"
NOT_ENCRYPTED = (
    "this server wants encrypted connections: give the device what `tars-server ca` prints (`ca`), and set its `server` to wss://HOST:PORT"
)
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


def offers_new_protocol(headers: Headers) -> bool:
    """Whether a request offers tars.v1; an old device does not."""
    return any(SUBPROTOCOL in offered for offered in headers.get_all("Sec-WebSocket-Protocol"))


def _is_own(origin: str, host: str) -> bool:
    try:
        page = urlsplit(origin)
        own = urlsplit(f"{page.scheme}://{host}")
        usual = {"http": 80, "https": 443}.get(page.scheme)
        same = (page.hostname, page.port or usual) == (own.hostname, own.port or usual)
        return same and (page.hostname == "localhost" or bool(ip_address(page.hostname or "")))
    except ValueError:
        return False


class Authenticator:
    """Checks keys, and counts all refusals."""

    def __init__(self, keys: KeyStore, *, legacy: str) -> None:
        """`legacy`: the setting."""
        self.refusals: Counter[str] = Counter()
        self._keys = keys
        self._without_key = legacy == "without_key"
        self._owners: Mapping[str, str] = {}
        self._version: object = None
        self._reading = asyncio.Lock()
        self._readings = 0
        """How often the keys were read, or are read now."""
        self._problem: ConfigError | None = None
        """Why the last reading has failed."""
        self._closed = False
        # Only this thread waits for a store that another program has locked.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keys")

    def close(self) -> None:
        """Read no keys any more. A thread that still waits for the store is not waited for."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    @property
    def is_current(self) -> bool:
        """Whether the keys are those of the store: nobody has changed them since `read_keys`."""
        version = self._keys.version
        return version is not None and version == self._version

    async def read_keys(self) -> None:
        """Read the keys from the store. All who come during one reading share the next. Raises ConfigError."""
        begun = self._readings
        async with self._reading:
            if self._readings == begun and not self._closed:
                self._readings += 1
                await self._read()
            if self._problem is not None:
                raise ConfigError(str(self._problem))

    async def _read(self) -> None:
        version = self._keys.version  # asked for before the keys are read: a change in between is noticed the next time
        try:
            self._owners = await asyncio.get_running_loop().run_in_executor(self._thread, self._keys.owners)
        except ConfigError as error:
            self._problem = error
        else:
            self._version, self._problem = version, None

    def owner(self, headers: Headers) -> str | None:
        """The device whose key was sent; None if no key is needed. Raises RefusedError."""
        if not self._owners:
            return None
        sent = headers.get_all("Authorization")
        if not sent:
            if offers_new_protocol(headers):
                raise RefusedError("no key", NO_KEY)
            if self._without_key:
                return None
            raise RefusedError("old device without a key", OLD_DEVICE)
        scheme, _, key = sent[0].partition(" ")
        owner = self._owners.get(digest(key.strip())) if len(sent) == 1 and scheme.lower() == "bearer" else None
        if owner is None:
            raise RefusedError("wrong key", WRONG_KEY)
        return owner

    def refuse(self, address: str, kind: str, reason: str) -> None:
        """Count and log a refusal."""
        self.refusals[kind] += 1
        log.warning("refused", address=address, reason=reason)
