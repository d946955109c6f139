"""TCP settings and attempts to connect: the defaults of Linux notice a dead link, and repeat a lost connection request, too late."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

UNACKNOWLEDGED_LIMIT = 10.0
"""Seconds after which the kernel ends a connection with unacknowledged data; its default is about 15 minutes. The heartbeat of
tars.v1 is faster. The old protocol has none."""
ATTEMPT_INTERVAL = 0.5
"""Seconds after which one more attempt to connect starts. The kernel alone repeats a request after 1, 3 and 7 s."""
MAX_ATTEMPTS = 12
"""Attempts to connect that run at the same time."""

CLOSED = (OSError, ValueError)
"""What a socket raises that is closed already; ValueError on uvloop."""

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""One address, as getaddrinfo returns it."""


def tune(transport: asyncio.BaseTransport, limit: float = UNACKNOWLEDGED_LIMIT) -> None:
    """Set up the TCP socket of a connection: `limit` for data that is not acknowledged, and no delay of small frames."""
    sock = transport.get_extra_info("socket")
    with suppress(*CLOSED):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(limit * 1000))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def ask_when_idle(transport: asyncio.BaseTransport, seconds: int) -> None:
    """Have the kernel ask the other side for an acknowledgement after so many seconds without data, and each second from then on."""
    sock = transport.get_extra_info("socket")
    with suppress(*CLOSED):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)


def reset_on_close(transport: asyncio.BaseTransport) -> None:
    """Make a close send RST at once. FIN would wait behind unacknowledged data, without end on a link that is dead in one direction."""
    with suppress(*CLOSED):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def connect_tcp(host: str, port: int) -> socket.socket:
    """A connected socket. A lost packet costs ATTEMPT_INTERVAL seconds. Does not give up while attempts run: the caller sets a limit.

    The addresses of a host are tried in turn. The first attempt that succeeds is used. An address that fails, for example by a refusal,
    is not tried again. Raises OSError when all addresses have failed.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    race = _Race(list(addresses))
    try:
        return await race.run()
    finally:
        race.end()


class _Race:
    """Attempts to connect that run at the same time."""

    def __init__(self, addresses: list[Address]) -> None:
        self._addresses = addresses
        self._next = 0
        self._attempts: dict[asyncio.Task[socket.socket], Address] = {}
        self._failures: list[OSError] = []

    async def run(self) -> socket.socket:
        while self._addresses:
            self._start()
            full = len(self._attempts) == MAX_ATTEMPTS
            done, _ = await asyncio.wait(self._attempts, timeout=None if full else ATTEMPT_INTERVAL, return_when=asyncio.FIRST_COMPLETED)
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
        """Close every socket but the returned one. Awaits nothing: a cancellation at an await would lose the returned socket."""
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
