"""What a device makes of what is announced to it: by its server, by others, by whoever wants to harm it."""

from __future__ import annotations

import asyncio
import gc
import secrets
import socket
from contextlib import closing

import pytest
from zeroconf import ServiceInfo

from tars.device import discovery as module
from tars.device.discovery import MOST, FoundServer, look, read
from tars.errors import ConfigError
from tars.runtime import discovery
from tars.runtime.discovery import MISSING, SERVICE
from tests.in_process import until
from tests.server.test_announcement import HERE, UNUSABLE, announced


def info(
    *, name: str = "attic 9f3a0b12", port: int = 7456, addresses: tuple[str, ...] = ("192.168.1.10",), **said: str | bytes
) -> ServiceInfo:
    properties: dict[str, str | bytes] = {"ca": "9f3a0b12", "protocols": "tars.v1,tars.pair.v1", **said}
    parsed, target = list(addresses), f"{name.replace(' ', '-')}.local."
    return ServiceInfo(SERVICE, f"{name}.{SERVICE}", port=port, parsed_addresses=parsed, properties=properties, server=target)


def test_a_server_is_read_once_for_each_of_its_addresses() -> None:
    assert read(info(addresses=("192.168.1.10", "10.0.0.1", "fe80::1"))) == [
        FoundServer("attic 9f3a0b12", "wss://192.168.1.10:7456", "9f3a0b12"),
        FoundServer("attic 9f3a0b12", "wss://10.0.0.1:7456", "9f3a0b12"),
    ]


@pytest.mark.parametrize(
    "announcement",
    [
        info(ca=""),
        info(ca="9F3A0B12"),
        info(ca="9f3a0b12\n"),
        info(ca="9f3a0b12" * 20),
        info(ca=b"\xff\xfe"),
        info(protocols="tars.v2"),
        info(protocols=b"\xff"),
        info(port=0),
        info(addresses=()),
    ],
)
def test_what_is_no_server_for_this_device_is_left_out(announcement: ServiceInfo) -> None:
    assert read(announcement) == []


def test_a_name_cannot_write_on_the_terminal() -> None:
    assert read(info(name="attic \N{RIGHT-TO-LEFT OVERRIDE}9f3a0b12"))[0].name == "attic 9f3a0b12"


def test_a_flood_of_announcements_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them costs questions and memory."""
    monkeypatch.setattr(module, "LOOK_TIME", 1.5)
    resolved: list[FoundServer] = []

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(look(resolved.append, [HERE]))
            sending = tasks.create_task(announce_many(3 * MOST))
            await looking
            sending.cancel()

    asyncio.run(main())
    assert 0 < len(resolved) <= MOST


async def announce_many(servers: int) -> None:
    """So many servers in one network, none of which exists."""
    from zeroconf.asyncio import AsyncZeroconf

    many = AsyncZeroconf(interfaces=[HERE])
    try:
        for number in range(servers):
            announcement = info(name=f"server {number}", addresses=(HERE,), ca=f"{number:08x}")
            many.zeroconf.registry.async_add(announcement)
            many.zeroconf.async_send(many.zeroconf.generate_service_broadcast(announcement, None))
        await asyncio.Event().wait()
    finally:
        await many.async_close()


ANSWER = bytes.fromhex("000084000000000100000000")
"""The header of an answer with one record."""


def pointer_to(label: bytes) -> bytes:
    """A record that says that there is a server of this name, whatever is in the name."""
    kind = b"\x05_tars\x04_tcp\x05local\0"
    name = bytes([len(label)]) + label + kind
    return kind + bytes.fromhex("000c000100001194") + len(name).to_bytes(2) + name


def test_bytes_that_are_no_announcement_harm_nothing() -> None:
    early, late = secrets.token_hex(4), secrets.token_hex(4)
    received: list[FoundServer] = []

    async def main() -> None:
        looking = asyncio.create_task(look(received.append, [HERE]))
        async with announced(early, {HERE}):
            await until(lambda: early in [server.authority for server in received])
            with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as noise:
                noise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                noise.bind((HERE, 5353))  # what comes from other ports is no answer
                noise.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(HERE))
                for size in range(0, 64, 4):
                    for packet in (secrets.token_bytes(size), ANSWER + b"\xc0\x0c" * size, ANSWER + pointer_to(b"attic\x1b[2J%d" % size)):
                        noise.sendto(packet, ("224.0.0.251", 5353))
            async with announced(late, {HERE}):
                await looking
        assert late in [server.authority for server in received]

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # of zeroconf, where it cannot listen
def test_what_prevents_the_look_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="the network cannot be searched: "):
        asyncio.run(look(print, [UNUSABLE]))
    gc.collect()
    monkeypatch.setattr(discovery, "find_spec", lambda _: None)
    with pytest.raises(ConfigError) as missing:
        asyncio.run(look(print, [HERE]))
    assert str(missing.value) == MISSING
