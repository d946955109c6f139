"""A server that encrypts, with a state folder in which it makes its own certificate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tars.server.certificates import authority_pem
from tests.in_process import RunningServer, server


def ca_of(state: Path, folder: Path) -> Path:
    """What a device needs to trust the server with this state folder."""
    file = folder / "ca.pem"
    file.write_text(authority_pem(state))
    return file


@asynccontextmanager
async def encrypted(folder: Path, **settings: Any) -> AsyncIterator[tuple[RunningServer, dict[str, Any]]]:
    """A server that encrypts, and the settings of its devices."""
    values: dict[str, Any] = {"encryption": "required", "state": folder / "state"} | settings
    async with server(**values) as tars:
        yield tars, {"url": tars.url.replace("ws:", "wss:"), "ca": ca_of(folder / "state", folder), "state": folder / "device"}
