"""An admission that listens, without a server behind it; and visitors that say byte by byte what the test wants."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tars.core.codec import SUBPROTOCOL, V1, Control
from tars.runtime import clock
from tars.server.admission import Admission, Greeting
from tars.server.authentication import Authenticator, Keys
from tars.server.connection import ServerSocket
from tars.server.memory_store import MemoryStore
from tests.runtime.peers import CLOSE, TEXT, Peer, piece, request
from tests.server.connections import hello


def said(name: str = "kitchen") -> bytes:
    """The hello of a device, as it travels."""
    (frame,) = V1("server").encode(Control(hello(name), None, 0))
    assert isinstance(frame, str)
    return piece(TEXT, frame.encode())


class Entrance:
    """The admission, and whom it has admitted."""

    def __init__(self, admission: Admission, authenticator: Authenticator, port: int) -> None:
        self.admission, self.authenticator, self.port = admission, authenticator, port
        self.admitted: list[tuple[ServerSocket, Greeting]] = []
        self.visitors: list[Peer] = []

    @property
    def names(self) -> list[str]:
        """The devices that were admitted."""
        return [greeting.device for _, greeting in self.admitted]

    @property
    def refusals(self) -> Counter[str]:
        """What was refused."""
        return self.authenticator.refusals

    async def visitor(self, address: str = "127.0.0.1") -> Peer:
        """A connection from this address, on which nothing was said."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
        self.visitors.append(Peer(reader, writer, masks=True))
        return self.visitors[-1]

    async def upgraded(self, address: str = "127.0.0.1") -> Peer:
        """A connection that is a WebSocket."""
        visitor = await self.visitor(address)
        visitor.writes(request(SUBPROTOCOL))
        assert (await visitor.gets_answer())[0] == 101
        return visitor

    async def device(self, name: str, address: str = "127.0.0.1") -> Peer:
        """A connection that has greeted."""
        visitor = await self.upgraded(address)
        visitor.writes(said(name))
        while name not in self.names:
            await clock.sleep_until(0)
        return visitor


@asynccontextmanager
async def an_entrance(
    store: Keys | None = None, legacy: str = "allow", admit: Callable[[ServerSocket, Greeting], None] | None = None
) -> AsyncIterator[Entrance]:
    """It listens while the context lasts."""
    authenticator = Authenticator(store or MemoryStore(), legacy=legacy)
    async with asyncio.TaskGroup() as tasks:
        found: list[Entrance] = []

        def take(socket: ServerSocket, greeting: Greeting) -> None:
            if admit is not None:
                admit(socket, greeting)
            found[0].admitted.append((socket, greeting))

        admission = Admission(authenticator, take, lambda *_: None, tasks, legacy=legacy)
        listening = await asyncio.get_running_loop().create_server(admission.new_socket, "127.0.0.1", 0, backlog=512)
        found.append(Entrance(admission, authenticator, listening.sockets[0].getsockname()[1]))
        try:
            yield found[0]
        finally:
            listening.close()
            for visitor in found[0].visitors:
                visitor.breaks()
            await admission.close(clock.now())
            authenticator.close()


async def refusal(visitor: Peer) -> str:
    """The reason with which the next frame closes the connection."""
    opcode, payload = await visitor.gets()
    assert (opcode, payload[:2]) == (CLOSE, (1008).to_bytes(2))
    return payload[2:].decode()
