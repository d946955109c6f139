"""Linux reports new network addresses of this machine: the device then dials at once, and the server announces itself there."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator

ADDRESSES = 0x10 | 0x100
"""The rtnetlink groups for addresses: RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR."""
NEW_ADDRESS = 20
"""The message type RTM_NEWADDR."""
HEADER = struct.Struct("=IHHII")
"""The header of a netlink message in native byte order: length with this header, type, flags, number, sender."""
LARGEST = 65536
"""Bytes that are read at a time."""


def types_of(data: bytes) -> Iterator[int]:
    """The types of the complete netlink messages in a datagram."""
    at = 0
    while at + HEADER.size <= len(data):
        length, kind, *_ = HEADER.unpack_from(data, at)
        if length < HEADER.size or at + length > len(data):
            return
        yield kind
        at += (length + 3) & ~3


def listen_for_network(changed: Callable[[], object]) -> Callable[[], None]:
    """Call `changed` when an address is added or renewed. The returned function stops that. Without netlink nothing is called."""
    loop = asyncio.get_running_loop()
    try:
        netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE)
    except (AttributeError, OSError):  # not Linux, or a sandbox without netlink
        return lambda: None
    netlink.bind((0, ADDRESSES))

    def read() -> None:
        try:
            new_address = NEW_ADDRESS in types_of(netlink.recv(LARGEST))
        except BlockingIOError:
            return
        except OSError:  # the kernel has dropped messages; a new address may be among them
            new_address = True
        if new_address:
            changed()

    def stop() -> None:
        loop.remove_reader(netlink)
        netlink.close()

    loop.add_reader(netlink, read)
    return stop
