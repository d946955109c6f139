"""Made-up devices that ask a real server to be paired, message by message."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tars.core.codec import PAIRING, V1, Control
from tars.core.pairing import DeviceExchange
from tars.generated.messages import Message, Paired
from tars.server.pairings import Pairing, open_pairing
from tars.server.state_folder import SqliteStore, open_store


def asking(url: str, **arguments: Any) -> connect:
    """A connection for a pairing."""
    return connect(url, subprotocols=[Subprotocol(PAIRING)], compression=None, **arguments)


@contextmanager
def opened(folder: Path, name: str = "") -> Iterator[tuple[SqliteStore, Pairing]]:
    """The store of a server, and the pairing that `tars-server pair` would have opened in it."""
    with closing(open_store(folder)) as store:
        yield store, open_pairing(store, name)


async def send(connection: ClientConnection, message: Message) -> None:
    """Send a message."""
    for frame in V1("server").encode(Control(message, None, 0)):
        await connection.send(frame)


async def receive(connection: ClientConnection) -> Message:
    """The next message."""
    (incoming,) = V1("server").decode(await connection.recv())
    assert isinstance(incoming, Control)
    return incoming.message


def other(digits: str) -> str:
    """Digits that these are not."""
    return f"{(int(digits) + 1) % 10**6:06}"


class Asker:
    """A device on a connection for a pairing."""

    def __init__(self, connection: ClientConnection, digits: str, name: str = "kitchen", certificate: str = "") -> None:
        self.connection = connection
        self.exchange = DeviceExchange(digits, bytes.fromhex(certificate), name, secrets.token_bytes)

    async def proves(self) -> None:
        """Ask, and prove that it knows the digits it was given."""
        await send(self.connection, self.exchange.ask())
        await send(self.connection, self.exchange.prove(await receive(self.connection)))

    async def pairs(self) -> Paired:
        """What the server gives in the end."""
        await self.proves()
        return self.exchange.accept(await receive(self.connection))

    async def refusal(self) -> str:
        """The reason with which the server closes the connection next."""
        with pytest.raises(ConnectionClosed):
            await self.connection.recv()
        assert self.connection.close_code == 1008
        return str(self.connection.close_reason)


async def tries(url: str, digits: str, name: str = "kitchen") -> str:
    """The name of the device that a whole try pairs, or the reason of the refusal."""
    async with asking(url) as connection:
        asker = Asker(connection, digits, name)
        try:
            return (await asker.pairs()).device
        except ConnectionClosed as closed:
            return closed.rcvd.reason if closed.rcvd else "broken"
