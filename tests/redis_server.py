"""A real redis-server for tests: on a free port of this machine, with its files in a folder that is deleted."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return int(free.getsockname()[1])


class RedisServer:
    """One redis-server. It can be killed and started again, and keeps what it has written to its folder."""

    def __init__(self, folder: Path, *options: str, host: str = "127.0.0.1", entry: Sequence[str] = ()) -> None:
        """`entry` is a command that becomes the program on a host of its own, as for `Program`; `host` is its address there."""
        program = shutil.which("redis-server")
        assert program, "apt-get install redis-server"
        self.port = 6379 if entry else free_port()
        where = ("--port", str(self.port), "--bind", host, "--dir", str(folder), "--daemonize", "no", "--protected-mode", "no")
        self._entry = entry
        self._command = [*entry, program, *where, "--save", "", "--appendonly", "yes", "--appendfsync", "no", *options]
        self.url = f"redis://{host}:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, start_new_session=bool(self._entry))
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if re.search("Ready to accept connections", line):
                break
        else:
            raise AssertionError("redis-server has ended")

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def client(self) -> Redis:
        """A client, for looking at what is there."""
        return Redis.from_url(self.url, decode_responses=False)


@contextmanager
def redis_server(*options: str) -> Iterator[RedisServer]:
    """One while this lasts."""
    with TemporaryDirectory() as folder:
        server = RedisServer(Path(folder), *options)
        try:
            yield server
        finally:
            server.kill()
