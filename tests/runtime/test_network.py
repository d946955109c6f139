"""Messages of the kernel about a new address: recorded, and live where a network namespace can be made."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from tars.runtime.network import NEW_ADDRESS, listen_for_network, types_of

V4_ADDED = bytes.fromhex(
    "4c000000140000000000000000000000"
    "020880fe01000000080001007f000001080002007f000001070003006c6f0000080008008000000014000600ffffffffffffffffa4f40100a4f40100"
)
V6_ADDED = bytes.fromhex(
    "50000000140000000000000000000000"
    "0a8080fe01000000140001000000000000000000000000000000000114000600ffffffffffffffffa4f40100a4f40100080008008000000005000b0001000000"
)
V6_REMOVED = V6_ADDED[:4] + b"\x15" + V6_ADDED[5:]
"""Recorded while a loopback device came up and went down."""

IN_A_NAMESPACE = """
import asyncio, fcntl, socket, struct, sys
from tars.runtime.network import listen_for_network

def set_loopback(up):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH22x", b"lo", up))  # SIOCSIFFLAGS, IFF_UP

async def main():
    news = asyncio.Queue()
    stop = listen_for_network(lambda: news.put_nowait("changed"))
    for _ in range(2):
        set_loopback(True)
        async with asyncio.timeout(10):
            await news.get()
        set_loopback(False)
    stop()

asyncio.run(main())
"""


def run_in_a_namespace(code: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in a network namespace of its own."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]  # root does not need it, and a chroot refuses it
    return subprocess.run(["unshare", *user, "--net", sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_a_new_address_is_seen_and_other_messages_are_ignored() -> None:
    assert list(types_of(V4_ADDED)) == [NEW_ADDRESS]
    assert list(types_of(V4_ADDED + V6_ADDED)) == [NEW_ADDRESS, NEW_ADDRESS]
    assert NEW_ADDRESS not in types_of(V6_REMOVED)
    assert NEW_ADDRESS in types_of(V6_REMOVED + V4_ADDED)


@pytest.mark.parametrize("data", [b"", V4_ADDED[:15], V4_ADDED[:-1], bytes(16), bytes(100)])
def test_a_truncated_message_or_one_without_a_length_is_skipped(data: bytes) -> None:
    assert list(types_of(data)) == []


@pytest.mark.skipif(run_in_a_namespace("").returncode != 0, reason="no network namespace can be made here")
def test_an_address_that_is_added_is_noticed() -> None:
    ran = run_in_a_namespace(IN_A_NAMESPACE)
    assert ran.returncode == 0, ran.stderr


def test_without_netlink_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("socket.AF_NETLINK")

    async def main() -> None:
        listen_for_network(lambda: pytest.fail("nothing can be known"))()

    asyncio.run(main())
