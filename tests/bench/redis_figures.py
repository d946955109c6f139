"""A real redis-server that is measured: what it has done, and what it has taken for that."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from tests.redis_server import RedisServer, redis_server

DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec")
"""What docs/servers.md asks for."""


@dataclass(frozen=True)
class Done:
    """What a redis-server has done since its start, or between two moments."""

    scripts: int
    """A write of a record is one, and so is taking a device."""
    commands: int
    """The commands in scripts among them."""
    received: int
    """Bytes from clients."""
    sent: int
    filed: int
    """Bytes written to its files."""
    rewrites: int
    """How often it has written its file anew, without what is over."""
    cpu: float
    """Seconds, those of a process that rewrites the file included."""

    def __sub__(self, before: Done) -> Self:
        return type(self)(*(getattr(self, each.name) - getattr(before, each.name) for each in fields(self)))


class MeasuredRedis:
    """Looks at one."""

    def __init__(self, server: RedisServer) -> None:
        self.url, self.port = server.url, server.port
        self.client = server.client()
        self._process = server.process

    def info(self) -> dict[str, Any]:
        """All that it says of itself."""
        found: dict[str, Any] = self.client.info("everything")
        return found

    def done(self) -> Done:
        """What it has done since its start. Asking counts as a command."""
        info = self.info()
        # All that it has written went to clients or to files.
        written = int(dict(line.split(": ") for line in Path(f"/proc/{self._process.pid}/io").read_text().splitlines())["wchar"])
        cpu = sum(info[f"used_cpu_{kind}"] for kind in ("user", "sys", "user_children", "sys_children"))
        sent = info["total_net_output_bytes"]
        scripts = sum(info.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("eval", "evalsha"))
        commands = info["total_commands_processed"]
        return Done(scripts, commands, info["total_net_input_bytes"], sent, written - sent, info["aof_rewrites"], cpu)

    def memory(self) -> int:
        """Bytes that its data take."""
        return int(self.info()["used_memory"])

    def load(self, script: str) -> str:
        """Its hash, by which it is called."""
        return str(self.client.script_load(script))

    def fill(self, key: str, rows: Mapping[str, str]) -> None:
        """Add rows to a hash."""
        names = list(rows)
        for at in range(0, len(names), 1000):
            self.client.hset(key, mapping={name: rows[name] for name in names[at : at + 1000]})

    def close(self) -> None:
        """Ask nothing more."""
        self.client.close()


@contextmanager
def measured_redis(core: int, *options: str) -> Iterator[MeasuredRedis]:
    """One on that core while this lasts."""
    with redis_server(*(options or DURABLE)) as server:
        os.sched_setaffinity(server.process.pid, {core})
        with closing(MeasuredRedis(server)) as measured:
            yield measured
