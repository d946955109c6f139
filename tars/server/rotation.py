"""Gives devices the certificate authorities of this server over links that are protected by those that they have, and notes who has them.

It is how a server goes from one authority to another without a visit to its devices: `tars-server ca rotate`, then `ca retire`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Protocol

from tars.errors import ConfigError
from tars.generated.messages import Authorities
from tars.runtime.log import log
from tars.runtime.runner import Tell
from tars.runtime.tls import authorities_in
from tars.runtime.websocket import Socket
from tars.server.authentication import Authenticator
from tars.server.state_folder import KeyStore


class Device(Protocol):
    """What is needed of the runner of a device."""

    name: str
    sockets: dict[int, Socket]

    def post(self, item: object) -> None:
        """Have an event of this program taken soon."""


class Rotation:
    """Knows which authorities the devices must have, and who has them."""

    def __init__(self, store: KeyStore, authenticator: Authenticator, tasks: asyncio.TaskGroup) -> None:
        """`tasks` waits for the store."""
        self._store, self._authenticator, self._tasks = store, authenticator, tasks
        self._ca = self._wanted = ""
        """The authorities that a device must have, as PEM, and their fingerprints; empty: it is not said here."""
        self._noted: dict[str, str] = {}
        """Device -> what the store has of it; empty before the first was noted."""
        self._waiting: dict[str, str] = {}
        """Device -> what is to be noted. As long as there is anything, a task writes it."""

    def require(self, ca: str) -> None:
        """From now on a device must have these authorities (PEM); empty: nothing is said of them."""
        self._ca, self._wanted = ca, authorities_in(ca) if ca else ""

    def offer(self, device: Device, generation: int) -> None:
        """The device gets the authorities on this link, if it has others and can take them."""
        socket = device.sockets.get(generation)
        if socket is None or not socket.authorities or not self._wanted:
            return
        self._note(device.name, socket.authorities)
        if socket.authorities != self._wanted:
            device.post(Tell(generation, Authorities(self._ca)))

    def kept(self, device: Device, generation: int, sha256: str) -> None:
        """The device says on this link that it has saved authorities. Only those that it must have count."""
        socket = device.sockets.get(generation)
        if socket is not None and socket.authorities and sha256 == self._wanted != socket.authorities:
            socket.authorities = sha256
            log.info("the device has the authorities", device=device.name)
            self._note(device.name, sha256)

    def _note(self, name: str, said: str) -> None:
        if self._waiting.get(name, self._noted.get(name)) == said or self._authenticator.is_closed:
            return
        if not self._waiting:
            self._tasks.create_task(self._write())
        self._waiting[name] = said

    async def _write(self) -> None:
        """What comes while the store is written waits, and is written at once then."""
        while self._waiting:
            some = dict(self._waiting)
            try:
                self._noted = await self._authenticator.work(partial(self._save, some))
            except ConfigError as error:
                log.warning("it is not noted which authorities the devices have", devices=len(some), reason=error)
            self._waiting = {name: said for name, said in self._waiting.items() if some.get(name) != said}

    def _save(self, some: Mapping[str, str]) -> dict[str, str]:
        self._store.note_authorities(some)
        return self._store.trusted_authorities()
