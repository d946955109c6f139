"""Reads the greeting of a new connection, and refuses connections that may not stay."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tars.core.close_codes import POLICY_VIOLATION
from tars.core.codec import SUBPROTOCOL, V1, Codec, Control, Frame
from tars.core.legacy import LegacyDevice
from tars.errors import RemoteError
from tars.generated.messages import PROTOCOL, Hello, Probe, Probed
from tars.runtime.log import log
from tars.runtime.websocket import short, violation_of
from tars.server.authentication import Authenticator, RefusedError

GREETING_LIMIT = 5.0
"""Seconds from the upgrade to the device's hello."""
LEGACY = "legacy."
"""An old device is called this and a number. The name of a new device has no dot (`codec.NAME`), so it is never the same."""


@dataclass(frozen=True)
class Greeting:
    """Who has connected, and in which protocol."""

    device: str
    codec: Codec
    first: Frame | Hello
    """The first frame, or the hello that stands for the one an old device does not send."""
    legacy: bool


class Admission:
    """Admits a connection once its greeting is read. Before that, `Authenticator.check_key` has checked its key."""

    def __init__(self, authenticator: Authenticator, *, legacy: str) -> None:
        """`legacy`: the setting."""
        self.stopping = False
        """The server stops: no connection is admitted any more."""
        self._authenticator = authenticator
        self._refuses_legacy = legacy == "refuse"
        self._legacy_devices = count(1)

    async def admit(self, connection: ServerConnection) -> Greeting | None:
        """The greeting of a connection. None if it has closed, was only a probe, or was refused: then it is closed and counted."""
        address = str(connection.remote_address[0])
        try:
            self._check_stopping()
            greeting = await self._greeting(connection, address)
            self._check_stopping()  # a session that is being saved must not be resumed here
        except ConnectionClosed as closed:
            # Without a violation it is a probe, or a device that has closed the connection itself.
            if violation := violation_of(closed):
                self._authenticator.refuse(address, "no frame", violation)
        except TimeoutError:
            await self._refuse(connection, address, RefusedError("no hello", f"no hello within {GREETING_LIMIT:g} s"))
        except RemoteError as error:
            await self._refuse(connection, address, error)
        else:
            return greeting
        return None

    async def _refuse(self, connection: ServerConnection, address: str, error: RemoteError) -> None:
        kind = error.kind if isinstance(error, RefusedError) else "malformed hello"
        self._authenticator.refuse(address, kind, str(error))
        await connection.close(POLICY_VIOLATION, short(str(error)))

    def _check_stopping(self) -> None:
        if self.stopping:
            raise RefusedError("stopping", "the server stops")

    async def _greeting(self, connection: ServerConnection, address: str) -> Greeting | None:
        """None after a probe, which is answered here. Raises RemoteError, TimeoutError or ConnectionClosed."""
        if connection.subprotocol != SUBPROTOCOL:
            return self._legacy_greeting()
        codec = V1("device")
        async with asyncio.timeout(GREETING_LIMIT):
            frame = await connection.recv()
        (first,) = codec.decode(frame)
        if not isinstance(first, Control) or not isinstance(first.message, Hello | Probe):
            raise RefusedError("no hello", "the first frame must be hello")
        message = first.message
        if message.proto != PROTOCOL:
            raise RefusedError("proto", f"{message.type}.proto is {message.proto}; this server speaks {PROTOCOL}")
        self._authenticator.check_name(connection, message.device)
        if isinstance(message, Hello):
            return Greeting(message.device, codec, frame, legacy=False)
        log.info("probed", device=message.device, address=address)
        (answer,) = codec.encode(Control(Probed(PROTOCOL), None, 0))
        await connection.send(answer)
        await connection.close()
        return None

    def _legacy_greeting(self) -> Greeting:
        if self._refuses_legacy:
            raise RefusedError("old device", "devices of the old protocol are refused here (legacy: refuse); update the device")
        codec = LegacyDevice(f"{LEGACY}{next(self._legacy_devices)}")
        return Greeting(codec.name, codec, codec.greeting(), legacy=True)
