"""The switch between hosts, with pipes for TUN devices. That it carries packets between hosts is shown by every row of the table."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.fleet.switch import Switch

DEVICE, SERVER = "198.18.0.2", "198.18.0.11"


def packet(source: str, target: str) -> bytes:
    """As much of an IPv4 packet as the switch looks at."""
    return bytes([0x45, *bytes(11)]) + socket.inet_aton(source) + socket.inet_aton(target) + b"what is said"


@dataclass
class Hosts:
    """A switch, and the other ends of its devices."""

    switch: Switch
    ends: dict[str, socket.socket]
    numbers: dict[str, int]

    def arrives(self, source: str, target: str) -> bool:
        """Whether a packet that one host sends is at the other now."""
        self.ends[source].send(packet(source, target))
        self.switch.carry(self.numbers[source])
        try:
            return self.ends[target].recv(1000) == packet(source, target)
        except BlockingIOError:
            return False


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    pairs = {address: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for address in (DEVICE, SERVER)}
    for pair in pairs.values():
        for end in pair:
            end.setblocking(False)
    numbers = {address: near.fileno() for address, (near, _) in pairs.items()}
    yield Hosts(
        Switch({socket.inet_aton(address): number for address, number in numbers.items()}),
        {address: far for address, (_, far) in pairs.items()},
        numbers,
    )
    for pair in pairs.values():
        for end in pair:
            end.close()


def test_a_packet_goes_to_the_host_of_its_address(hosts: Hosts) -> None:
    assert hosts.arrives(DEVICE, SERVER)
    assert hosts.arrives(SERVER, DEVICE)


def test_one_direction_is_cut_and_joined_again(hosts: Hosts) -> None:
    cut = {"from": DEVICE, "to": SERVER, "settings": {"blackhole": True}}
    hosts.switch.obey(cut)
    assert not hosts.arrives(DEVICE, SERVER)
    assert hosts.arrives(SERVER, DEVICE)
    assert hosts.switch.obey(cut | {"settings": {"blackhole": False}}) == {"packets": 1, "dropped": 1}
    assert hosts.arrives(DEVICE, SERVER)


def test_what_is_for_nobody_and_what_is_no_ipv4_is_dropped(hosts: Hosts) -> None:
    for strange in (packet(DEVICE, "198.18.0.99"), bytes([0x60]) + packet(DEVICE, SERVER)[1:]):
        hosts.ends[DEVICE].send(strange)
    hosts.switch.carry(hosts.numbers[DEVICE])
    with pytest.raises(BlockingIOError):
        os.read(hosts.ends[SERVER].fileno(), 1000)


def test_what_it_is_not_told_in_its_own_words_is_refused(hosts: Hosts) -> None:
    with pytest.raises(ValueError, match="a command has `from`, `to` and `settings`, not sideways"):
        hosts.switch.obey({"sideways": True})
    with pytest.raises(ValueError, match=r"no host has the address 192\.0\.2\.1"):
        hosts.switch.obey({"from": DEVICE, "to": "192.0.2.1", "settings": {}})
    with pytest.raises(ValueError, match="the setting wind is unknown; known are delay"):
        hosts.switch.obey({"from": DEVICE, "to": SERVER, "settings": {"wind": 3}})
