"""Pairs devices: one exchange on each connection that asks for it, with the digits that `tars-server pair` shows."""

from __future__ import annotations

import asyncio
import secrets
import socket as system
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from tars.core.close_codes import NORMAL, POLICY_VIOLATION
from tars.core.codec import V1, Control, Frame
from tars.core.pairing import ServerExchange, State
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import Message, PairChallenge
from tars.runtime.log import log
from tars.runtime.receiver import SocketDown
from tars.server.authentication import Authenticator, Keys, RefusedError
from tars.server.browsers import is_browser, of_pages
from tars.server.connection import ServerSocket
from tars.server.keys import digest, make_key
from tars.server.pairings import TRIES, Pairing, claim, end_try, free_name, release, take_try

NOT_OPEN = "the server expects no device, or the digits are void: run `tars-server pair` there"
NOT_ENCRYPTED = "pairing needs an encrypted connection"
TOO_LATE = "another device was faster, or the time is over: run `tars-server pair` on the server again"
"""A close frame holds 123 bytes: these texts, and those of the exchange, are shorter."""


def message_of(frame: Frame) -> Message:
    """The message of a frame. Raises RemoteError."""
    (incoming,) = V1("device").decode(frame)
    if not isinstance(incoming, Control):
        raise RemoteError("no sound may come in a pairing")
    return incoming.message


class PairingContext:
    """Takes over the connections that ask to be paired."""

    def __init__(self, store: Keys, authenticator: Authenticator, tasks: asyncio.TaskGroup, ca: Callable[[], str]) -> None:
        """`tasks` waits for the store. `ca`: the authority that a device must trust if it is encrypted, as PEM; empty: what it has."""
        self.store = store
        self.authenticator = authenticator
        self.ca = ca
        self.name = system.gethostname()[:64]
        """What the device calls this server."""
        self._tasks = tasks

    def take_over(self, socket: ServerSocket, go_on: Callable[[], None]) -> None:
        """Pair the device behind this connection. `go_on` says that the first step is done. Raises RefusedError."""
        if not socket.needs_no_encryption:
            raise RefusedError("pairing without encryption", NOT_ENCRYPTED)
        if not self.authenticator.may_pair:
            raise RefusedError("no pairing is open", NOT_OPEN)
        socket.start(0, _Connection(self, socket, go_on))

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for the store in a task. A server that has stopped waits for nothing."""
        if self.authenticator.is_closed:
            work.close()
        else:
            self._tasks.create_task(work)


class _Connection:
    """One connection, and one try on it."""

    def __init__(self, context: PairingContext, socket: ServerSocket, go_on: Callable[[], None]) -> None:
        self._context, self._socket, self._go_on = context, socket, go_on
        self._exchange = ServerExchange(bytes.fromhex(socket.certificate or ""), secrets.token_bytes)
        self._wanted = ""
        """The name that the device would like to have."""
        self._pairing: Pairing | None = None
        """What was tried; None: nothing yet, or the try has ended and is counted as failed."""
        self._over = False

    # --- what comes in -------------------------------------------------------------------------------------------------------

    def received(self, generation: int, frame: Frame) -> None:
        """The next message. After the end everything is dropped."""
        if self._over:
            return
        try:
            self._take(message_of(frame))
        except RemoteError as error:
            self._fail(error)

    def _take(self, message: Message) -> None:
        if self._exchange.state is State.NEW:
            self._wanted = self._exchange.asked(message)
            self._context.do(self._guarded(self._challenge()))
        else:
            self._exchange.check(message)
            self._context.do(self._guarded(self._give()))

    def closed(self, down: SocketDown) -> None:
        """The connection has closed. A try that has not ended well has failed."""
        if not self._over:
            self._fail(RemoteError(f"the pairing was not finished: {down.reason}"))

    # --- the two steps, which wait for the store -----------------------------------------------------------------------------

    async def _guarded(self, step: Coroutine[Any, Any, None]) -> None:
        """A step that fails ends this connection, and not the server."""
        try:
            await step
        except RemoteError as error:
            self._fail(error)
        except ConfigError as error:
            log.error("a device cannot be paired now", address=self._socket.address, reason=str(error))
            self._fail(RemoteError("the server cannot pair now; its log says why"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the devices go on
            log.error("fault: a device is not paired", address=self._socket.address, error=error)
            self._fail(RemoteError("a fault in the server"))

    async def _challenge(self) -> None:
        """Count the try, then answer. The element takes 0.03 s: the thread of the store has the time."""
        pairing, challenge = await self._context.authenticator.work(self._try)
        if self._over and pairing is not None:  # it has closed meanwhile
            await self._end_try(pairing)
            return
        if pairing is None or challenge is None:
            raise RefusedError("no pairing is open", NOT_OPEN)
        log.info("pairing is tried", address=self._socket.address, wanted=self._wanted, tries_left=TRIES - pairing.tries)
        self._go_on()
        self._say(challenge)

    def _try(self) -> tuple[Pairing | None, PairChallenge | None]:
        self._pairing = take_try(self._context.store)
        return self._pairing, self._exchange.challenge(self._pairing.digits) if self._pairing else None

    async def _give(self) -> None:
        """The device has proved that it knows the digits: make its key."""
        name, key, ca = await self._context.authenticator.work(self._register)
        if not name:
            raise RefusedError("late pairing", TOO_LATE)
        if self._over or not self._socket.is_open:
            await self._context.authenticator.work(lambda: self._unregister(name))
            raise RemoteError("the device has gone before it got its key")
        self._over = True
        log.info("paired", device=name, address=self._socket.address)
        self._say(self._exchange.give(self._context.name, name, key, ca))
        self._socket.close(NORMAL, "")

    def _register(self) -> tuple[str, str, str]:
        """The name of the device, its key, and the authority; no name: the pairing is over. Raises RefusedError."""
        store, pairing, key = self._context.store, self._pairing, make_key()
        if pairing is None:
            return "", "", ""
        ca = self._context.ca() if self._socket.certificate else ""
        name = free_name(pairing.name or self._wanted, [name for name, _ in store.list_keys()])
        if is_browser(name):
            raise RefusedError("name of a browser", of_pages(name))
        store.add_key(name, digest(key))
        if not claim(store, pairing, name):
            store.remove_key(name)
            return "", "", ""
        return name, key, ca

    def _unregister(self, name: str) -> None:
        self._context.store.remove_key(name)
        if self._pairing is not None:
            release(self._context.store, self._pairing)

    # --- how it ends ---------------------------------------------------------------------------------------------------------

    def _say(self, message: Message) -> None:
        for frame in V1("device").encode(Control(message, None, 0)):
            self._socket.send(frame)

    def _fail(self, error: RemoteError) -> None:
        """Refuse. The try has failed, if there was one."""
        if self._over:
            return
        self._over = True
        wrong = self._exchange.state is State.FAILED and self._pairing is not None
        kind = error.kind if isinstance(error, RefusedError) else "wrong digits" if wrong else "unfinished pairing"
        text = f"{error}; tries left: {TRIES - self._pairing.tries}" if wrong and self._pairing else str(error)
        self._context.authenticator.refuse(self._socket.address, kind, text)
        self._socket.close(POLICY_VIOLATION, text)
        if self._pairing is not None:
            self._context.do(self._end_try(self._pairing))

    async def _end_try(self, pairing: Pairing) -> None:
        with suppress(ConfigError):  # it is counted as begun, and ends with its time
            await self._context.authenticator.work(lambda: end_try(self._context.store, pairing))
