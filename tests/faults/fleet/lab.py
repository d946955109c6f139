"""One lab: a host of devices, one for each server, and one for Redis; and what a fault may do to them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Self

from tars.server.certificates import authority_pem, current_certificate
from tests.faults.brain import NAME as BRAIN
from tests.faults.fleet.network import ADDRESSES, BALANCER, DEVICES, REDIS, SERVERS, Network
from tests.faults.fleet.traces import FleetTrace
from tests.faults.stage import DEVICE, PORT, SERVER, Failure, Stage
from tests.haproxy import Haproxy
from tests.programs import Program
from tests.redis_server import RedisServer

FULL = "1mb"
"""`maxmemory` of a Redis that is full: an empty one takes about that much."""


class FleetLab(Stage):
    """These hosts while this lasts."""

    server_trace: FleetTrace

    def __init__(
        self,
        folder: Path,
        seconds: float,
        stopped: Event,
        *,
        servers: int = 2,
        balanced: bool = False,
        encrypted: bool = False,
        devices: Sequence[str] = (DEVICE,),
    ) -> None:
        """`servers`: how many. `balanced`: devices know the address of haproxy, and no other. `encrypted`: and they need keys.

        For the rest see `Stage`.
        """
        super().__init__(folder, seconds, stopped, by_voice=False, TARS_ENCRYPTION="required" if encrypted else "off")
        self.names, self._balanced, self._encrypted, self._devices = SERVERS[:servers], balanced, encrypted, devices
        self.url, *self.other_urls = (
            f"{'wss' if encrypted else 'ws'}://{ADDRESSES[name]}:{PORT}" for name in ((BALANCER,) if balanced else self.names)
        )
        self.server_variables = {"TARS_STORE": f"redis://{ADDRESSES[REDIS]}:6379/0"}
        self.network = Network(DEVICES, REDIS, *self.names, *([BALANCER] if balanced else []))
        self.server_trace = FleetTrace()
        self.redis: RedisServer
        self.balancer: Haproxy
        self.keys: dict[str, str] = {}
        """Of each device, if it needs one."""
        self.servers: dict[str, Program] = {}
        """Of each server the program that runs, or has run last."""
        self.lives: list[str] = []
        """The server of each life."""
        self.cut: tuple[str, tuple[str, ...]] = ("", ())
        """The host that a fault has cut off, and from which others."""
        if encrypted:
            self._share_certificate()

    def _share_certificate(self) -> None:
        """One authority for all servers, as the documentation says: their state folders begin with the certificates of the first one."""
        first = self.state(self.names[0])
        first.mkdir()
        current_certificate(first)
        for name in self.names[1:]:
            shutil.copytree(first, self.state(name))
        authority = self.folder / "ca.pem"
        authority.write_text(authority_pem(first))
        self.variables["TARS_CA"] = str(authority)

    def __enter__(self) -> Self:
        self._ends.enter_context(self.network)
        return self

    # --- the programs --------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """All programs run, and the device is linked."""
        self.start_fleet()
        self.start_device()

    def start_device(self) -> None:
        """The device runs, and is linked."""
        self.run_device(self.network.hosts[DEVICES], self.url, **self.device_variables)
        self.until_linked()

    def start_fleet(self) -> None:
        """Redis and all servers run."""
        folder = self.folder / "redis"
        folder.mkdir()
        self.redis = RedisServer(folder, host=ADDRESSES[REDIS], entry=self.network.hosts[REDIS].entry)
        self._ends.callback(self.redis.kill)
        if self._encrypted:
            self.keys = {device: self.operate(self.names[0], "key", "add", device).splitlines()[0] for device in self._devices}
        for name in self.names:
            self.start_server(name)
        for name in self.names:
            self.servers[name].says("listening")
        if self._balanced:
            servers = {f"192.168.1.{number}": ADDRESSES[name] for number, name in enumerate(self.names, 11)}
            self.balancer = Haproxy(self.folder, servers, entry=self.network.hosts[BALANCER].entry)
            self._ends.callback(self.balancer.kill)

    def start_server(self, name: str) -> None:
        """A server runs, again perhaps. Each life has a trace and recordings of its own."""
        self.lives.append(name)
        life = len(self.lives)
        trace = self.folder / f"server-{life}.jsonl"
        options = ["--brain", BRAIN, "--host", ADDRESSES[name], "--port", PORT, "--state", self.state(name)]
        self.server_trace.follow(trace)
        kept = ["--trace", trace, "--record", self.recordings(life)]
        self.servers[name] = self.run_program(SERVER, self.network.hosts[name], *options, *kept, **self.server_variables)

    def stop_servers(self) -> None:
        """All that run still."""
        for server in self.servers.values():
            if server.process.poll() is None:
                self.stop(server)

    def operate(self, name: str, *words: str) -> str:
        """The command `tars-server WORDS` on the host of a server; what it prints. Raises Failure."""
        command = self.run_program(SERVER, self.network.hosts[name], *words, "--state", self.state(name), **self.server_variables)
        if command.exits() != 0:
            raise Failure(f"tars-server {' '.join(words)}: {command.output}")
        return command.output

    def state(self, name: str) -> Path:
        """The state folder of a server."""
        return self.folder / f"state-{name}"

    @property
    def device_variables(self) -> dict[str, str]:
        """What the one device of a lab knows."""
        return {"TARS_OTHER_SERVERS": ",".join(self.other_urls), "TARS_KEY": self.keys.get(DEVICE, "")}

    @property
    def owner(self) -> str:
        """The server that has the device."""
        self.server_trace.read()
        owner = self.server_trace.owner
        if owner is None:
            raise Failure("no server has the device")
        return self.lives[owner]

    # --- what faults do ------------------------------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """`kill -9`: the process is gone, and its system tells whoever was connected."""
        self.servers[name].process.kill()
        self.servers[name].process.wait()

    def others(self, name: str) -> list[str]:
        """All other hosts."""
        return [host for host in self.network.hosts if host != name]

    def fill_redis(self, *, full: bool) -> None:
        """It takes nothing more; or it does again."""
        self.network.hosts[REDIS].run("redis-cli", "-h", ADDRESSES[REDIS], "CONFIG", "SET", "maxmemory", FULL if full else "0")

    def slow_redis(self, seconds: float) -> None:
        """Each answer of Redis takes that long."""
        for name in self.names:
            self.network.set(name, REDIS, delay=seconds / 2)
