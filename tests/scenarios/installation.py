"""A server with a state folder, and devices that are paired with it, whose certificate authority changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tars.device.paired import SERVER_CA, PairedServer, read_paired, save_paired, saved_authorities
from tars.runtime.tls import authorities_in
from tars.server.ca_command import run_ca_command
from tars.server.certificates import authority_pem, next_authority_pem
from tars.server.settings import ServerConfig
from tars.server.state_folder import open_store
from tests.in_process import RunningDevice, RunningServer, device, server
from tests.server.connections import add_keys

NOT_KEPT = "the authorities of the server are not kept"
"""What the log of a device says."""


class Installation:
    """A server with a state folder, and the devices that are paired with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / "server"

    def pair(self, *names: str) -> None:
        """Give these devices what pairing gives them."""
        for name, key in zip(names, add_keys(self.state, *names), strict=True):
            save_paired(self.folder / name, PairedServer("wss://somewhere:7456", name, key), authority_pem(self.state))

    @asynccontextmanager
    async def open(self, **settings: Any) -> AsyncIterator[RunningServer]:
        """The server, while this lasts."""
        async with server(state=self.state, encryption="required", **settings) as tars:
            yield tars

    @asynccontextmanager
    async def device(self, name: str, port: int, scheme: str = "wss", **settings: Any) -> AsyncIterator[RunningDevice]:
        """A device, while this lasts. It talks to the server on this port."""
        paired = read_paired(self.folder / name)
        assert paired is not None
        known = {"key": paired.key, "state": self.folder / name}
        async with device(f"{scheme}://127.0.0.1:{port}", name, **known | settings) as running:
            yield running

    def ca(self, *words: str) -> str:
        """What `tars-server ca` says. Raises ConfigError."""
        lines: list[str] = []
        with closing(open_store(self.state)) as store:
            run_ca_command(words, ServerConfig(state=self.state), store, lines.append)
        return "\n".join(lines)

    def next(self) -> str:
        """The fingerprint of the new authority."""
        return authorities_in(next_authority_pem(self.state))

    def repair(self, name: str) -> None:
        """Pair a device again that was left behind; it gets its old key here."""
        (self.folder / name / SERVER_CA).write_text(authority_pem(self.state))

    def has(self, name: str) -> str:
        """The authorities that a device has saved."""
        return saved_authorities(self.folder / name)

    def noted(self, name: str) -> str:
        """What the server has noted of it."""
        with closing(open_store(self.state)) as store:
            return store.trusted_authorities()[name]
