"""The socket in the file system: who may use it, and what was there before."""

from __future__ import annotations

import asyncio
import errno
import grp
import os
import socket
import stat
from pathlib import Path

import pytest

from tars.device.control.listening import UnixServer, open_port
from tars.errors import ConfigError


class Closes(asyncio.Protocol):
    """Ends each connection at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def opened(path: Path, group: str | None = None) -> os.stat_result:
    """Listen there for a moment; what the socket is."""

    async def main() -> os.stat_result:
        server = await UnixServer.open(path, group, Closes)
        try:
            reader, writer = await asyncio.open_unix_connection(str(path))
            assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()
            return os.stat(path)
        finally:
            server.close()

    return asyncio.run(main())


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_socket_is_its_users_alone_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "state/control.sock"
    before = os.umask(mask)
    try:
        assert stat.S_IMODE(opened(path).st_mode) == 0o600
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert not path.exists(), "it goes with the program"


def test_the_members_of_a_group_may_use_it_too(tmp_path: Path) -> None:
    group = grp.getgrgid(os.getgid())
    made = opened(tmp_path / "control.sock", group.gr_name)
    assert (stat.S_IMODE(made.st_mode), made.st_gid) == (0o660, group.gr_gid)


def test_a_group_that_the_socket_may_not_be_given_to_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:  # as for everybody but root who is no member
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    path, group = tmp_path / "control.sock", grp.getgrgid(os.getgid()).gr_name
    monkeypatch.setattr(os, "chown", refused)
    told = f"cannot be given to the group {group}: Operation not permitted. Add the user of tars-pi to that group"
    with pytest.raises(ConfigError, match=told):
        opened(path, group)
    assert not path.exists()


def test_a_socket_that_a_killed_program_has_left_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "control.sock"))
    opened(tmp_path / "control.sock")


def test_a_socket_at_which_somebody_listens_is_left_to_them(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "control.sock"))
        other.listen()
        with pytest.raises(ConfigError, match="another tars-pi listens there"):
            opened(tmp_path / "control.sock")
    assert (tmp_path / "control.sock").exists()


def test_a_file_is_not_deleted_for_the_socket(tmp_path: Path) -> None:
    (tmp_path / "control.sock").write_text("precious")
    with pytest.raises(ConfigError, match="there is a file already"):
        opened(tmp_path / "control.sock")
    assert (tmp_path / "control.sock").read_text() == "precious"


def test_a_path_that_cannot_be_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"control socket cannot be made at .*file/control.sock: .*Set another path as `control`"):
        opened(tmp_path / "file/control.sock")
    with pytest.raises(ConfigError, match="path too long"):
        opened(tmp_path / ("x" * 120))


def test_a_port_that_is_taken_is_named() -> None:
    async def main() -> None:
        await open_port(port, asyncio.Protocol)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port}: .*Set another `control_port`"):
            asyncio.run(main())
