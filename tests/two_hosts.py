"""Two hosts, `device` and `server`, as network namespaces joined by a cable. No name service, no router, nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count

from tests.faults.namespaces import DEVICE_ADDRESSES, LINK, SERVER_ADDRESS, Host, command

_numbers = count(1)


@cache
def can_be_made() -> bool:
    """Whether this machine can make network namespaces: it is root, has `ip`, and a kernel that allows it."""
    try:
        tried = subprocess.run(["unshare", "--net", "ip", "link", "add", LINK, "type", "veth", "peer", "name", "other"], check=False)
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
        command("ip", "-n", device.name, "link", "add", LINK, "type", "veth", "peer", "name", LINK, "netns", server.name)
        for host, address in ((device, DEVICE_ADDRESSES[0]), (server, SERVER_ADDRESS)):
            command("ip", "-n", host.name, "link", "set", "lo", "up")
            command("ip", "-n", host.name, "link", "set", LINK, "up")
            host.move(address)
        yield device, server
