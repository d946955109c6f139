"""Hosts as network namespaces, and the network between them. Labs have nothing in common."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SERVER_ADDRESS = "198.18.0.1"
DEVICE_ADDRESSES = ("198.18.0.2", "198.18.0.3")
"""In the range for tests of networks, RFC 2544. Each lab has its own network, so all use the same addresses."""
PREFIX = 24
LINK = "radio"
"""The name of either host's interface."""
_numbers = count(1)


def what_is_missing() -> list[str]:
    """What this machine lacks for two hosts, in sentences; nothing if they can be had."""
    missing = [f"the command {name} (Debian package iproute2)" for name in ("ip", "ss") if shutil.which(name) is None]
    if os.geteuid() != 0:
        missing.append("root, who alone may make network namespaces: run it with sudo")
    if not Path("/dev/net/tun").exists():
        missing.append("the device /dev/net/tun: the kernel has no TUN, or this container was not given it")
    if not missing:
        name = f"tars-{os.getpid()}-try"
        tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            command("ip", "netns", "delete", name)
        else:
            missing.append(f"the right to make network namespaces: {tried.stderr.strip()}")
    return missing


def command(*words: str) -> str:
    """Run a command; its output. Raises RuntimeError with what it said when it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


class Host:
    """A network namespace."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def entry(self) -> Sequence[str]:
        """What to put before a command that runs here. Unlike `ip netns exec` it mounts nothing, which a chroot refuses."""
        return ("nsenter", f"--net=/run/netns/{self.name}")

    def run(self, *words: str) -> str:
        """Run a command here; its output."""
        return command(*self.entry, *words)

    def move(self, new: str, old: str | None = None) -> None:
        """It has this address from now on, and the old one no more."""
        if old is not None:
            command("ip", "-n", self.name, "address", "delete", f"{old}/{PREFIX}", "dev", LINK)
        command("ip", "-n", self.name, "address", "add", f"{new}/{PREFIX}", "dev", LINK)

    def reset_connections(self) -> None:
        """Every open TCP connection is broken at this end, and the other end is sent a RST."""
        self.run("ss", "--kill", "--tcp", "--numeric", "state", "established")


class Joined:
    """Hosts, and the process that carries packets between them, while this lasts."""

    module = ""
    """The process: it is told of the TUN devices in its arguments, says `ready`, and then obeys lines of JSON."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """`addresses`: of each host, by name."""
        name = f"tars-{os.getpid()}-{next(_numbers)}"
        self.hosts = {host: Host(f"{name}-{host}") for host in addresses}
        self._addresses = addresses
        self._tuns = {host: f"{name[-12:]}-{number}" for number, host in enumerate(addresses)}  # 15 letters at most
        self._ends = ExitStack()
        self._process: subprocess.Popen[str]

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ends.close()

    def arguments(self, tuns: Mapping[str, str]) -> Iterable[str]:
        """What the process is told; `tuns`: of each host the TUN device."""
        return tuns.values()

    def _build(self) -> None:
        for host in self.hosts.values():
            command("ip", "netns", "add", host.name)
            self._ends.callback(command, "ip", "netns", "delete", host.name)
        words = [sys.executable, "-m", self.module, *self.arguments(self._tuns)]
        # A session of its own, so that Ctrl-C on the terminal ends it no sooner than the lab does.
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, start_new_session=True)
        self._ends.callback(self._end_process)
        if self._hear() != "ready":
            raise RuntimeError(f"{self.module} did not start")
        for name, host in self.hosts.items():
            command("ip", "link", "set", self._tuns[name], "netns", host.name)
            command("ip", "-n", host.name, "link", "set", self._tuns[name], "name", LINK)
            for interface in (LINK, "lo"):
                command("ip", "-n", host.name, "link", "set", interface, "up")
            host.move(self._addresses[name])

    def _end_process(self) -> None:
        with self._process:  # which closes its standard input, its sign to end
            pass

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def obeyed(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Give the process a command; its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        answer = self._hear()
        if not answer:
            raise RuntimeError(f"{self.module} ended at {wanted}")
        found: dict[str, Any] = json.loads(answer)
        return found


class Network(Joined):
    """Two hosts, `device` and `server`, and the relay that joins them."""

    module = "tests.faults.relay"

    def __init__(self) -> None:
        super().__init__({"device": DEVICE_ADDRESSES[0], "server": SERVER_ADDRESS})
        self.device, self.server = self.hosts.values()

    def tell(self, **wanted: Any) -> dict[str, Any]:
        """Give the relay a command; its answer."""
        return self.obeyed(wanted)

    def set(self, *ways: str, **settings: float | bool) -> None:
        """Settings of `Way`, for the directions `up` and `down`; for both if none is named."""
        self.tell(**dict.fromkeys(ways or ("up", "down"), settings))

    def sever(self) -> None:
        """Every connection that there is is dead, and nobody is told; new ones can be made."""
        self.tell(sever=True)
