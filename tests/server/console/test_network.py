"""A network that is gone: the console notices it, though nobody says so, and gives the places to others."""

from __future__ import annotations

import asyncio
import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from ssl import SSLSocket

import pytest

from tars.runtime import clock
from tars.testing import ScriptedBrain, Turn
from tests import two_hosts as hosts
from tests.faults.namespaces import LINK, SERVER_ADDRESS, Host, command
from tests.in_process import RunningServer, device, server, until
from tests.server.console.raw import port_of
from tests.server.console.test_app import EVERYWHERE, own, trusting
from tests.server.console.visiting import LIMIT, Visitor, secret_of
from tests.server.console.web.test_live import pages_of

pytestmark = pytest.mark.skipif(not hosts.can_be_made(), reason="this machine cannot make network namespaces")

NEWNET = 0x40000000
"""The flag of setns(2) for a network."""
GONE = 10.0
"""Seconds after which a connection whose network is gone holds no place any more."""


@contextmanager
def inside(host: Host) -> Iterator[None]:
    """This thread makes its sockets on that host. A socket stays where it was made."""
    libc = ctypes.CDLL(None, use_errno=True)
    before, there = os.open("/proc/thread-self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{host.name}", os.O_RDONLY)
    try:
        assert libc.setns(there, NEWNET) == 0, os.strerror(ctypes.get_errno())
        yield
    finally:
        libc.setns(before, NEWNET)
        os.close(before)
        os.close(there)


def ask_from(host: Host, tars: RunningServer, visitor: Visitor, request: str, state: Path) -> SSLSocket:
    """Send the head of a request, with the cookie, from that host."""
    with inside(host):
        below = socket.create_connection((SERVER_ADDRESS, port_of(tars.console)), LIMIT)
    there = trusting(state).wrap_socket(below, server_hostname="tars-server")
    method, path, *body = request.split(" ", 2)
    origin = f"https://{SERVER_ADDRESS}:{port_of(tars.console)}"
    head = f"{method} {path} HTTP/1.1\r\nHost: {origin.removeprefix('https://')}\r\nOrigin: {origin}\r\nCookie: {visitor.cookie}\r\n"
    there.sendall((head + "".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in body or [""])).encode())
    return there


def test_an_open_page_and_a_question_whose_network_is_gone_hold_no_place_for_long(tmp_path: Path) -> None:
    async def main(outside: Host, opened: ExitStack) -> None:
        brain = ScriptedBrain(Turn(speech=60 * 16_000))
        async with server(brain, state=tmp_path, console=EVERYWHERE) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            visitor = Visitor(own(tars), trusting(tmp_path))
            await visitor.sign_in(secret_of(tmp_path))
            question = 'POST /api/ask {"device": "kitchen", "text": "Who is there?"}'
            for request in ("GET /api/events", "GET /api/events?device=kitchen", question):
                opened.callback((await asyncio.to_thread(ask_from, outside, tars, visitor, request, tmp_path)).close)
            pages = pages_of(tars)
            await until(lambda: len(pages) == 2 and tars.registry.runners["kitchen"].core.in_session)
            command("ip", "-n", outside.name, "link", "set", LINK, "down")
            began = clock.now()
            await until(lambda: not pages, within=60)
            assert clock.now() - began < GONE
            await until(lambda: not tars.registry.runners["kitchen"].core.in_session, within=60)  # nobody waits for the answer any more
            assert clock.now() - began < GONE + 2

    with hosts.two_hosts() as (outside, inner), inside(inner), ExitStack() as opened:
        asyncio.run(main(outside, opened))
