"""Hosts for devices, servers and Redis, and the switch that joins them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping

from tests.faults import namespaces
from tests.faults.namespaces import Joined

DEVICES, REDIS, BALANCER = "devices", "redis", "haproxy"
SERVERS = ("first", "second", "third")
ADDRESSES = {
    DEVICES: "198.18.0.2",
    BALANCER: "198.18.0.3",
    REDIS: "198.18.0.10",
    "first": "198.18.0.11",
    "second": "198.18.0.12",
    "third": "198.18.0.13",
}
"""Of each host that a lab may have."""


def what_is_missing() -> list[str]:
    """What this machine lacks for several servers, in sentences; nothing if they can be had."""
    programs = {"redis-server": "redis-server", "redis-cli": "redis-tools", "haproxy": "haproxy"}
    lacks = [f"the command {name} (Debian package {package})" for name, package in programs.items() if shutil.which(name) is None]
    return [*namespaces.what_is_missing(), *lacks]


class Network(Joined):
    """Some of these hosts and the switch that joins them."""

    module = "tests.faults.fleet.switch"

    def __init__(self, *hosts: str) -> None:
        super().__init__({host: ADDRESSES[host] for host in hosts})

    def arguments(self, tuns: Mapping[str, str]) -> Iterable[str]:
        """Each TUN device, and whose it is."""
        return [f"{tun}={ADDRESSES[host]}" for host, tun in tuns.items()]

    def set(self, one: str, other: str, **settings: float | bool) -> None:
        """Settings of `Way` for both directions between two hosts."""
        for source, target in ((one, other), (other, one)):
            self.obeyed({"from": ADDRESSES[source], "to": ADDRESSES[target], "settings": settings})

    def cut(self, one: str, *others: str) -> None:
        """Nothing arrives any more between these hosts, and nobody is told."""
        for other in others:
            self.set(one, other, blackhole=True)

    def join(self, one: str, *others: str) -> None:
        """Everything arrives again."""
        for other in others:
            self.set(one, other, blackhole=False)
