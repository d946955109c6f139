"""Hears from Linux that this machine has got a network address: then a device need not wait out its backoff."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator

from tars.generated.device import events

ADDRESSES = 0x10 | 0x100
"""The groups of rtnetlink that tell of addresses: RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR."""
NEW_ADDRESS = 20
"""RTM_NEWADDR."""
HEADER = struct.Struct("=IHHII")
"""Of a netlink message, in the machine's own byte order: length with this header, type, flags, number, sender."""
LARGEST = 65536
"""Bytes of messages that are read at a time."""


def types_of(data: bytes) -> Iterator[int]:
    """The types of the netlink messages in a datagram; what is cut off is left out."""
    at = 0
    while at + HEADER.size <= len(data):
        length, kind, *_ = HEADER.unpack_from(data, at)
        if length < HEADER.size or at + length > len(data):
            return
        yield kind
        at += (length + 3) & ~3


def listen_for_network(post: Callable[[events.Redial], None]) -> Callable[[], None]:
    """Post a redial whenever an address is added, or renewed; what is returned stops it. Without netlink, nothing happens."""
    loop = asyncio.get_running_loop()
    try:
        netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE)
    except (AttributeError, OSError):  # another system than Linux, or a sandbox without it
        return lambda: None
    netlink.bind((0, ADDRESSES))

    def read() -> None:
        try:
            news = NEW_ADDRESS in types_of(netlink.recv(LARGEST))
        except BlockingIOError:
            return
        except OSError:  # more has happened than the kernel could keep for us: an address may be among it
            news = True
        if news:
            post(events.Redial())

    def stop() -> None:
        loop.remove_reader(netlink)
        netlink.close()

    loop.add_reader(netlink, read)
    return stop
