"""One lab: a host of devices, one for each server, and one for Redis; and what a fault may do to them."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Self

from tests.faults.brain import NAME as BRAIN
from tests.faults.fleet.network import ADDRESSES, DEVICES, REDIS, SERVERS, Network
from tests.faults.fleet.traces import FleetTrace
from tests.faults.stage import PORT, SERVER, Failure, Stage
from tests.programs import Program
from tests.redis_server import RedisServer

FULL = "1mb"
"""`maxmemory` of a Redis that is full: an empty one takes about that much."""


class FleetLab(Stage):
    """These hosts while this lasts."""

    server_trace: FleetTrace

    def __init__(self, folder: Path, seconds: float, stopped: Event, *, servers: int = 2, **variables: str) -> None:
        """`servers`: how many. For the rest see `Stage`."""
        self.names = SERVERS[:servers]
        urls = [f"ws://{ADDRESSES[name]}:{PORT}" for name in self.names]
        super().__init__(folder, seconds, stopped, by_voice=False, TARS_ENCRYPTION="off", **variables)
        self.url, self.other_urls = urls[0], urls[1:]
        self.device_variables = {"TARS_OTHER_SERVERS": ",".join(self.other_urls)}
        self.server_variables = {"TARS_STORE": f"redis://{ADDRESSES[REDIS]}:6379/0"}
        self.network = Network(DEVICES, REDIS, *self.names)
        self.server_trace = FleetTrace()
        self.redis: RedisServer
        self.servers: dict[str, Program] = {}
        """Of each server the program that runs, or has run last."""
        self.lives: list[str] = []
        """The server of each life."""
        self.cut: tuple[str, tuple[str, ...]] = ("", ())
        """The host that a fault has cut off, and from which others."""

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
        for name in self.names:
            self.start_server(name)
        for name in self.names:
            self.servers[name].says("listening")

    def start_server(self, name: str) -> None:
        """A server runs, again perhaps. Each life has a trace and recordings of its own."""
        self.lives.append(name)
        life = len(self.lives)
        trace = self.folder / f"server-{life}.jsonl"
        options = ["--brain", BRAIN, "--host", ADDRESSES[name], "--port", PORT, "--state", self.folder / f"state-{name}"]
        self.server_trace.follow(trace)
        kept = ["--trace", trace, "--record", self.recordings(life)]
        self.servers[name] = self.run_program(SERVER, self.network.hosts[name], *options, *kept, **self.server_variables)

    def stop_servers(self) -> None:
        """All that run still."""
        for server in self.servers.values():
            if server.process.poll() is None:
                self.stop(server)

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
