"""Where clients connect: a Unix socket, and a port of this machine."""

from __future__ import annotations

import asyncio
import grp
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tars.errors import ConfigError

HOST = "127.0.0.1"
"""The only address on which there is a WebSocket."""


class UnixServer:
    """The Unix socket, from `open` to `close`."""

    def __init__(self, path: Path, server: asyncio.Server) -> None:
        self._path, self._server = path, server
        self._made = path.stat().st_ino

    @classmethod
    async def open(cls, path: Path, group: str | None, client: Callable[[], asyncio.BaseProtocol]) -> UnixServer:
        """Listen there. Only this user may connect, and the members of the group if one is named. Raises ConfigError."""
        listener = _bind(path, group)
        try:
            return cls(path, await asyncio.get_running_loop().create_unix_server(client, sock=listener))
        except BaseException:
            listener.close()
            raise

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
        with suppress(OSError):
            if self._path.stat().st_ino == self._made:
                self._path.unlink()


def _bind(path: Path, group: str | None) -> socket.socket:
    """A socket at this path, for its user, and for the members of the group if one is named. Raises ConfigError."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(path)
        listener.setblocking(False)
        os.fchmod(listener.fileno(), 0o600)  # bind makes the file with this mode: there is no moment in which others may connect
        listener.bind(str(path))
        if group is not None:
            _share(path, group)
    except BaseException as error:
        listener.close()
        if not isinstance(error, OSError):
            raise
        why = error.strerror or error
        raise ConfigError(f"the control socket cannot be made at {path}: {why}. Set another path as `control`, or off") from None
    return listener


def _share(path: Path, group: str) -> None:
    """Let the members of this group use the socket. Raises ConfigError if they cannot be; then there is no socket."""
    try:
        os.chown(path, -1, grp.getgrnam(group).gr_gid)
        path.chmod(0o660)
    except (OSError, KeyError) as error:
        path.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or "there is no such group"
        raise ConfigError(
            f"the control socket {path} cannot be given to the group {group}: {why}. Add the user of tars-pi to that group, "
            f"or set another `control_group`, or none"
        ) from None


def _clear(path: Path) -> None:
    """Remove a socket that nobody listens at any more. Raises ConfigError if somebody does, or if it is something else; OSError."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise ConfigError(f"the control socket cannot be made at {path}: there is a file already. Set another path as `control`")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as attempt:
        attempt.setblocking(False)
        try:
            attempt.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except BlockingIOError:
            pass  # it has many connections to take
    raise ConfigError(f"the control socket cannot be made at {path}: another tars-pi listens there. Set another `state`, or `control`")


async def open_port(port: int, client: Callable[[], asyncio.BaseProtocol]) -> asyncio.Server:
    """Listen on this port of this machine. Raises ConfigError."""
    try:
        return await asyncio.get_running_loop().create_server(client, HOST, port)
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(f"the control interface cannot listen on {HOST}:{port}: {why}. Set another `control_port`, or none") from None
