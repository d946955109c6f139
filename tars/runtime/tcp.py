"""What TCP does too slowly when left alone: to notice that nobody answers, and to ask again for a connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

from websockets.asyncio.connection import Connection

UNACKNOWLEDGED_LIMIT = 10.0
"""The kernel's own limit beneath our watchdog: data unacknowledged for so many seconds ends the connection, where it could take a
quarter of an hour. Also for the old protocol, which has no watchdog."""
ASK_AGAIN = 0.5
"""Seconds after which another attempt joins those that have not succeeded. The kernel asks again after 1, 3 and 7 s."""
ATTEMPTS = 12
"""Attempts under way at a time."""

READ_SIZE = 16 * 1024
"""Bytes that are read from a connection at a time. asyncio reads 256 KiB, up to 40,000 frames, and nobody runs until they are parsed."""

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""What getaddrinfo says of one address."""


def tune(connection: Connection) -> None:
    """Set what we want of a connection's TCP socket, at either end: its limit, small frames that leave at once, and short reads."""
    connection.transport.max_size = READ_SIZE  # type: ignore[attr-defined]  # asyncio's transports have it, and their `recv` goes by it
    sock = connection.transport.get_extra_info("socket")
    with suppress(OSError):  # it is closed already: its reader says so
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(UNACKNOWLEDGED_LIMIT * 1000))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def reset_on_close(connection: Connection) -> None:
    """Closing sends RST at once. FIN would wait behind data that is not acknowledged, for ever on a link that is dead in one direction."""
    with suppress(OSError):
        connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def connect_tcp(host: str, port: int) -> socket.socket:
    """A connected socket. A lost packet costs ASK_AGAIN seconds; never gives up by itself while attempts are under way.

    The addresses of a host are tried in turn, and the first attempt that succeeds counts. An address that fails, as when it refuses, is
    not tried again. Raises OSError when all have failed.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    race = _Race(list(addresses))
    try:
        return await race.run()
    finally:
        race.end()


class _Race:
    """Attempts to connect that run beside each other."""

    def __init__(self, addresses: list[Address]) -> None:
        self._addresses = addresses
        self._next = 0
        self._attempts: dict[asyncio.Task[socket.socket], Address] = {}
        self._failures: list[OSError] = []

    async def run(self) -> socket.socket:
        while self._addresses:
            self._start()
            full = len(self._attempts) == ATTEMPTS
            done, _ = await asyncio.wait(self._attempts, timeout=None if full else ASK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                address = self._attempts[attempt]
                error = attempt.exception()
                if error is None:
                    del self._attempts[attempt]
                    return attempt.result()
                if not isinstance(error, OSError):
                    raise error
                if address in self._addresses:
                    self._addresses.remove(address)
                    self._failures.append(error)
                del self._attempts[attempt]
        if len(self._failures) == 1:
            raise self._failures[0]
        raise OSError("; ".join(map(str, self._failures)))

    def _start(self) -> None:
        address = self._addresses[self._next % len(self._addresses)]
        self._next += 1
        self._attempts[asyncio.create_task(_attempt(address))] = address

    def end(self) -> None:
        """Close every socket but the one that was returned. Without an await, in which that one could be lost to a cancellation."""
        for attempt in self._attempts:
            if not attempt.done():
                attempt.cancel()  # it closes its socket
            elif attempt.exception() is None:
                attempt.result().close()


async def _attempt(address: Address) -> socket.socket:
    family, kind, protocol, _, where = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock
