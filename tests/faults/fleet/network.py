"""Hosts for devices, servers and Redis, as network namespaces, and the switch that joins them. Labs have nothing in common."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from tests.faults import namespaces
from tests.faults.namespaces import LINK, Host, command, new_name

DEVICES, REDIS = "devices", "redis"
SERVERS = ("first", "second", "third")
ADDRESSES = {
    DEVICES: "198.18.0.2",
    REDIS: "198.18.0.10",
    "first": "198.18.0.11",
    "second": "198.18.0.12",
    "third": "198.18.0.13",
}
"""Of each host that a lab may have."""


def what_is_missing() -> list[str]:
    """What this machine lacks for several servers, in sentences; nothing if they can be had."""
    programs = {"redis-server": "redis-server", "redis-cli": "redis-tools"}
    lacks = [f"the command {name} (Debian package {package})" for name, package in programs.items() if shutil.which(name) is None]
    return [*namespaces.what_is_missing(), *lacks]


class Network:
    """These hosts and the switch, while this lasts."""

    def __init__(self, *hosts: str) -> None:
        self._name = new_name()
        self.hosts = {name: Host(f"{self._name}-{name}") for name in hosts}
        self._ends = ExitStack()
        self._switch: subprocess.Popen[str]

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ends.close()

    def _build(self) -> None:
        for host in self.hosts.values():
            command("ip", "netns", "add", host.name)
            self._ends.callback(command, "ip", "netns", "delete", host.name)
        # A name of an interface has 15 letters at most.
        tuns = {name: f"{self._name[-12:]}-{number}" for number, name in enumerate(self.hosts)}
        switch = [sys.executable, "-m", "tests.faults.fleet.switch", *(f"{tun}={ADDRESSES[name]}" for name, tun in tuns.items())]
        self._switch = subprocess.Popen(switch, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, start_new_session=True)
        self._ends.callback(self._end_switch)
        if self._hear() != "ready":
            raise RuntimeError("the switch did not start")
        for name, host in self.hosts.items():
            command("ip", "link", "set", tuns[name], "netns", host.name)
            command("ip", "-n", host.name, "link", "set", tuns[name], "name", LINK)
            for interface in (LINK, "lo"):
                command("ip", "-n", host.name, "link", "set", interface, "up")
            host.move(ADDRESSES[name])

    def _end_switch(self) -> None:
        with self._switch:  # which closes its standard input, its sign to end
            pass

    def _hear(self) -> str:
        assert self._switch.stdout is not None
        return self._switch.stdout.readline().strip()

    def set(self, one: str, other: str, **settings: float | bool) -> None:
        """Settings of `Way` for both directions between two hosts."""
        for source, target in ((one, other), (other, one)):
            self._tell({"from": ADDRESSES[source], "to": ADDRESSES[target], "settings": settings})

    def cut(self, one: str, *others: str) -> None:
        """Nothing arrives any more between these hosts, and nobody is told."""
        for other in others:
            self.set(one, other, blackhole=True)

    def join(self, one: str, *others: str) -> None:
        """Everything arrives again."""
        for other in others:
            self.set(one, other, blackhole=False)

    def _tell(self, wanted: dict[str, Any]) -> None:
        assert self._switch.stdin is not None
        self._switch.stdin.write(json.dumps(wanted) + "\n")
        if not self._hear():
            raise RuntimeError(f"the switch ended at {wanted}")
