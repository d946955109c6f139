"""Two hosts, `device` and `server`, as network namespaces joined by a cable. No name service, no router, nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count

from tests.faults.namespaces import DEVICE_ADDRESSES, LINK, PREFIX, SERVER_ADDRESS, Host, command

GUEST_ADDRESS, GUEST_SERVER_ADDRESS = "198.19.0.2", "198.19.0.1"
_numbers = count(1)


@cache
def can_be_made() -> bool:
    """Whether this machine can make network namespaces: it is root, has `ip`, and a kernel that allows it."""
    try:
        tried = subprocess.run(
            ["unshare", "--net", "ip", "link", "add", LINK, "type", "veth", "peer", "name", "other"], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return os.geteuid() == 0 and tried.returncode == 0


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """The device's host and the server's, with the first of DEVICE_ADDRESSES and with SERVER_ADDRESS."""
    name = f"tars-{os.getpid()}-cable-{next(_numbers)}"
    device, server = Host(f"{name}-device"), Host(f"{name}-server")
    with ExitStack() as ends:
        for host in (device, server):
            command("ip", "netns", "add", host.name)
            ends.callback(command, "ip", "netns", "delete", host.name)
            command("ip", "-n", host.name, "link", "set", "lo", "up")
        join(device, server, LINK, DEVICE_ADDRESSES[0], SERVER_ADDRESS)
        yield device, server


@contextmanager
def guest_of(server: Host) -> Iterator[Host]:
    """One more host, GUEST_ADDRESS, on a cable of its own to the server, GUEST_SERVER_ADDRESS."""
    guest = Host(f"tars-{os.getpid()}-cable-{next(_numbers)}-guest")
    command("ip", "netns", "add", guest.name)
    try:
        join(guest, server, "guests", GUEST_ADDRESS, GUEST_SERVER_ADDRESS)
        yield guest
    finally:
        command("ip", "netns", "delete", guest.name)


def join(one: Host, server: Host, interface: str, address: str, server_address: str) -> None:
    """A cable from a host to the server, whose end has this name there."""
    command("ip", "-n", one.name, "link", "add", LINK, "type", "veth", "peer", "name", interface, "netns", server.name)
    for host, end, where in ((one, LINK, address), (server, interface, server_address)):
        command("ip", "-n", host.name, "link", "set", end, "up")
        command("ip", "-n", host.name, "address", "add", f"{where}/{PREFIX}", "dev", end)
