"""Device keys of connections: once a key was made, a connection needs one before its upgrade to a WebSocket."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol, TypeVar

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHeader
from websockets.headers import parse_subprotocol

from tars.core.codec import AUTHORITIES, AUTHORITIES_HEADER, PAIRING, SUBPROTOCOL
from tars.errors import ConfigError, RemoteError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.origin import foreign_page
from tars.server.keys import digest
from tars.server.pairings import Pairing
from tars.server.state_folder import DeviceKey, KeyStore, PairingStore
from tars.server.store.rows import BeingForgotten

NO_KEY = "this server knows its devices: run `tars-server pair` there, then `tars-pi pair` on the device"
WRONG_KEY = "this key is not known here, or no longer: run `tars-server devices` on the server"
NOT_ENCRYPTED = (
    "this server wants encrypted connections: give the device what `tars-server ca` prints (`ca`), and set its `server` to wss://HOST:PORT"
)
OLD_DEVICE = "this server wants a key, which devices of the old protocol cannot send; `legacy: without_key` lets them in"
WATCH_INTERVAL = 0.5
"""Seconds between two looks whether the keys have changed: a device whose key is gone loses its link within a second."""

Result = TypeVar("Result")


class Keys(KeyStore, PairingStore, BeingForgotten, Protocol):
    """What the commands beside a running server change."""


class RefusedError(RemoteError):
    """A connection is refused. `kind` is the name under which it is counted; the text is sent and logged."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def asks_to_pair(headers: Headers) -> bool:
    """Whether this request is for a pairing only: such a device has no key yet. What it offers is read as the upgrade reads it."""
    try:
        offered = [name for value in headers.get_all("Sec-WebSocket-Protocol") for name in parse_subprotocol(value)]
    except InvalidHeader:
        return False
    return offered == [PAIRING]


def foreign_origin(headers: Headers) -> RefusedError | None:
    """Why a request that a web page makes is refused; None if no page makes it, or one of this server."""
    reason = foreign_page(headers)
    return RefusedError("foreign origin", f"{reason}; a device sends no Origin") if reason else None


def offers_new_protocol(headers: Headers) -> bool:
    """Whether a request offers tars.v1; an old device does not."""
    return any(SUBPROTOCOL in offered for offered in headers.get_all("Sec-WebSocket-Protocol"))


def said_authorities(headers: Headers) -> str:
    """The fingerprints of the certificate authorities that a device has saved; empty: it says nothing of them, or nonsense."""
    said = headers.get_all(AUTHORITIES_HEADER)
    return said[0] if len(said) == 1 and AUTHORITIES.fullmatch(said[0]) else ""


class Authenticator:
    """Checks keys, and counts all refusals."""

    def __init__(self, keys: Keys, *, legacy: str, revoke: Callable[[Collection[DeviceKey]], object] = lambda _: None) -> None:
        """`legacy`: the setting. `revoke`: the first of `revoked`."""
        self.refusals: Counter[str] = Counter()
        self._keys = keys
        self._without_key = legacy == "without_key"
        self.revoked = [revoke]
        """Each is called with the keys that are gone, or whose devices have other names."""
        self.forgotten: list[Callable[[str], object]] = []
        """Each is called with the name of a device of which nothing is to be known any more, with or without a key."""
        self._being_forgotten: set[tuple[str, float]] = set()
        self._owners: Mapping[str, DeviceKey] | None = None
        self._pairing: Pairing | None = None
        self._version: object = None
        self._reading = asyncio.Lock()
        self._readings = 0
        """How often the keys were read, or are read now."""
        self._problem: ConfigError | None = None
        """Why the last reading has failed."""
        self.is_closed = False
        # Only this thread waits for a store that another program has locked.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keys")

    def close(self) -> None:
        """Read no keys any more. A thread that still waits for the store is not waited for."""
        self.is_closed = True
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
            if self._readings == begun and not self.is_closed:
                self._readings += 1
                await self._read()
            if self._problem is not None:
                raise ConfigError(str(self._problem))

    async def _read(self) -> None:
        version = self._keys.version  # asked for before the keys are read: a change in between is noticed the next time
        try:
            owners, pairing, going = await self.work(lambda: (self._keys.owners(), self._keys.pairing(), self._keys.being_forgotten()))
        except ConfigError as error:
            self._problem = error
            return
        before = (self._owners or {}).values()
        self._owners, self._pairing, self._version, self._problem = owners, pairing, version, None
        news, self._being_forgotten = going - self._being_forgotten, going
        for device, _ in news:
            for forget in self.forgotten:
                asyncio.get_running_loop().call_soon(forget, device)
        if gone := [key for key in before if not self.knows(key)]:
            # Not in this task: a fault in one connection would end the server.
            for tell in self.revoked:
                asyncio.get_running_loop().call_soon(tell, gone)

    async def work(self, use: Callable[[], Result]) -> Result:
        """What `use` returns. It is called in the thread of the store, which may have to wait. Raises ConfigError once this is closed."""
        if self.is_closed:
            raise ConfigError("the server stops")
        return await asyncio.get_running_loop().run_in_executor(self._thread, use)

    async def watch(self) -> None:
        """Look again and again whether the keys have changed, until this is cancelled."""
        while not self.is_closed:
            await clock.sleep_until(clock.now() + WATCH_INTERVAL)
            if not self.is_current:
                with suppress(ConfigError):  # whoever connects is refused meanwhile, and the log says so
                    await self.read_keys()

    @property
    def names(self) -> set[str]:
        """The devices that have a key."""
        return {key.name for key in (self._owners or {}).values()}

    def knows(self, key: DeviceKey) -> bool:
        """Whether this key is still valid, for a device of that name."""
        return self._owners is None or self._owners.get(key.digest) == key

    def new_name(self, key: DeviceKey) -> str | None:
        """What the device of this key is called now; None: its key is gone."""
        owner = (self._owners or {}).get(key.digest)
        return None if owner is None else owner.name

    @property
    def may_pair(self) -> bool:
        """Whether a device may try to pair now."""
        return self._pairing is not None and self._pairing.may_try(clock.wall())

    def owner(self, headers: Headers) -> DeviceKey | None:
        """The device whose key was sent; None if no key is needed. Raises RefusedError."""
        if self._owners is None:
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
