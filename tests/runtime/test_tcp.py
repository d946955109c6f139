"""Real sockets on loopback. A lost SYN is made by a listener whose backlog is full: the kernel then drops every SYN silently."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from typing import Any, cast

import pytest

from tars.runtime import clock, tcp
from tars.runtime.tcp import MAX_ATTEMPTS, UNACKNOWLEDGED_LIMIT, connect_tcp, reset_on_close, tune
from tests.in_process import until
from tests.loops import Run

KERNEL_ASKS_AGAIN = 1.0
"""Seconds after which Linux repeats a SYN for the first time."""


@contextmanager
def deaf() -> Iterator[socket.socket]:
    """A listener that drops every SYN until a connection is accepted."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        sockets.enter_context(socket.create_connection(listener.getsockname()))
        listener.setblocking(False)
        yield listener


def asking(port: int) -> int:
    """The number of connections of this machine that wait for an answer of that port."""
    with open("/proc/net/tcp") as table:
        return sum(line.split()[2].endswith(f":{port:04X}") and line.split()[3] == "02" for line in table)


def refused_port() -> int:
    """A port at which no program listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return int(gone.getsockname()[1])


def resolves_to(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    """Resolve every name to 127.0.0.1 with each of these ports."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]

    async def getaddrinfo(*_: Any, **__: Any) -> Any:
        return found

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


def test_a_lost_packet_costs_less_than_the_wait_of_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ATTEMPT_INTERVAL", 0.02)

    async def main() -> None:
        with deaf() as listener:
            port = listener.getsockname()[1]
            began = clock.now()
            dialling = asyncio.create_task(connect_tcp("127.0.0.1", port))
            await until(lambda: asking(port) == 3)
            listener.accept()[0].close()
            with closing(await dialling) as sock:
                assert sock.getpeername() == listener.getsockname()
            assert clock.now() - began < KERNEL_ASKS_AGAIN
            assert asking(port) == 0, "the others are given up"

    asyncio.run(main())


def test_attempts_are_limited_and_all_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ATTEMPT_INTERVAL", 0)

    async def main() -> None:
        with deaf() as listener:
            port = listener.getsockname()[1]
            dialling = asyncio.create_task(connect_tcp("127.0.0.1", port))
            await until(lambda: asking(port) == MAX_ATTEMPTS)
            for _ in range(100):
                await clock.sleep_until(0)
            assert asking(port) == MAX_ATTEMPTS
            dialling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await dialling
            assert asking(port) == 0

    asyncio.run(main())


def test_a_refusal_is_final() -> None:
    async def main() -> None:
        port, began = refused_port(), clock.now()
        with pytest.raises(ConnectionRefusedError, match=rf"Connect call failed \('127.0.0.1', {port}\)"):
            await connect_tcp("127.0.0.1", port)
        assert clock.now() - began < tcp.ATTEMPT_INTERVAL

    asyncio.run(main())


def test_the_addresses_of_a_host_are_tried_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ATTEMPT_INTERVAL", 0.02)

    async def main() -> None:
        with deaf() as mute, socket.create_server(("127.0.0.1", 0)) as open_to_all:
            resolves_to(monkeypatch, refused_port(), mute.getsockname()[1], open_to_all.getsockname()[1])
            with closing(await connect_tcp("tars", 7456)) as sock:
                assert sock.getpeername() == open_to_all.getsockname()
            assert asking(mute.getsockname()[1]) == 0

    asyncio.run(main())


def test_when_every_address_refuses_all_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        first, second = refused_port(), refused_port()
        resolves_to(monkeypatch, first, second)
        with pytest.raises(OSError, match=rf"\('127.0.0.1', {first}\); .*\('127.0.0.1', {second}\)"):
            await connect_tcp("tars", 7456)

    asyncio.run(main())


def options(transport: asyncio.BaseTransport) -> tuple[int, int]:
    """What `tune` sets."""
    sock = transport.get_extra_info("socket")
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT), sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@asynccontextmanager
async def transports() -> AsyncIterator[list[asyncio.Transport]]:
    """Both ends of a connection."""
    ends: list[asyncio.Transport] = []

    class End(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            ends.append(cast("asyncio.Transport", transport))

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(End, "127.0.0.1", 0)
    await loop.create_connection(End, *listening.sockets[0].getsockname())
    listening.close()
    await until(lambda: len(ends) == 2)
    try:
        yield ends
    finally:
        for end in ends:
            end.abort()


def test_the_socket_of_a_connection_has_our_limits_at_both_ends(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with transports() as ends:
            for end in ends:
                tune(end)
                assert options(end) == (UNACKNOWLEDGED_LIMIT * 1000, 1)

    run_on_each_loop(main())


def test_it_is_no_error_that_a_connection_has_ended_already(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with transports() as ends:
            for end in ends:
                tune(end)
                end.abort()
            for _ in range(3):
                await clock.sleep_until(0)
                for end in ends:
                    tune(end)
                    reset_on_close(end)

    run_on_each_loop(main())


def test_what_is_reset_ends_at_once_with_what_waits(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with transports() as (one, other):
            one.pause_reading()
            other.pause_reading()
            one.write(bytes(10_000_000))
            sock = other.get_extra_info("socket")
            reset_on_close(one)
            one.abort()
            await until(lambda: sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET)

    run_on_each_loop(main())
