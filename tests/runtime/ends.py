"""One end of a connection whose upgrade is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from websockets.client import ClientProtocol
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from tars.core.codec import MAX_FRAME, SUBPROTOCOL, Frame
from tars.runtime.budget import Budget
from tars.runtime.websocket import Socket
from tests.in_process import until
from tests.runtime.peers import GENERATION, Notes, Peer, connected


class Upgraded(Socket):
    """A socket whose upgrade is done."""

    def upgrade(self, event: Request | Response) -> None:
        raise AssertionError("it is upgraded")


def upgraded(*, server: bool = True, old: bool = False) -> Upgraded:
    """The end of a server or of a client."""
    protocol: ServerProtocol | ClientProtocol
    if server:
        protocol = ServerProtocol(state=State.OPEN, max_size=MAX_FRAME)
    else:
        protocol = ClientProtocol(parse_uri("ws://tars"), state=State.OPEN, max_size=MAX_FRAME)
    protocol.subprotocol = None if old else Subprotocol(SUBPROTOCOL)
    return Upgraded(protocol)


class End:
    """A socket, its receiver, and the other side."""

    def __init__(self, socket: Socket, peer: Peer) -> None:
        self.socket, self.peer, self.notes = socket, peer, Notes()

    def start(self, budget: Budget | None = None) -> None:
        self.socket.start(GENERATION, self.notes, budget)

    async def has(self, frames: Iterable[Frame]) -> None:
        """Wait until so many frames have come; they are these."""
        wanted = list(frames)
        await until(lambda: len(self.notes.frames) >= len(wanted) or self.notes.downs)
        assert self.notes.frames == wanted


@asynccontextmanager
async def an_end(*, server: bool = True, old: bool = False, started: bool = True) -> AsyncIterator[End]:
    """Our end, and the other one."""
    socket = upgraded(server=server, old=old)
    async with connected(socket, masks=server) as peer:
        end = End(socket, peer)
        if started:
            end.start()
        yield end


either_role = pytest.mark.parametrize("server", [True, False], ids=["server", "client"])
