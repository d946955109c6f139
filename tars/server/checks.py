"""What the doctor looks at besides brain and port: room on the disk, the clock, the console."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from ssl import CERT_NONE, create_default_context

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.addresses import address, where
from tars.server.certificates import EARLIEST
from tars.server.console.opening import console_address
from tars.server.settings import ServerConfig

LEAST_FREE = 500_000_000
"""Bytes that must be free. Recordings take 32 kB for each second of speech."""
SET_BACK = timedelta(hours=26)
"""A file whose time is so far ahead was written before the clock was set back. Time zones do not matter: file systems of others may."""
ANSWER_LIMIT = 5.0
"""Seconds in which a console must answer."""


# --- room ------------------------------------------------------------------------------------------------------------------------


def describe_room(config: ServerConfig) -> str:
    """How much is free where the server writes. Raises ConfigError if it is too little."""
    found = [(key, folder, shutil.disk_usage(folder).free) for key, folder in _written(config)]
    full = [f"{_size(free)} for `{key}` in {folder}" for key, folder, free in found if free < LEAST_FREE]
    if full:
        raise ConfigError(f"the disk is full soon: {' and '.join(full)}; delete old files there, or choose another folder")
    return "free: " + ", ".join(f"{_size(free)} for `{key}`" for key, _, free in found)


def _written(config: ServerConfig) -> Iterator[tuple[str, Path]]:
    """Setting -> the folder where it has the server write, or the one in which that will be made."""
    paths = {"state": config.state, "record": config.record, "trace": config.trace, "log_file": config.log_file}
    for key, path in paths.items():
        if path is not None:
            yield key, next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir())


def _size(number: float) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


# --- clock -----------------------------------------------------------------------------------------------------------------------


def describe_clock(config: ServerConfig) -> str:
    """The time of day. Raises ConfigError if it cannot be right."""
    now = datetime.fromtimestamp(clock.wall(), UTC)
    here = f"it is {clock.local_time():%Y-%m-%d %H:%M %Z} here"
    if now < EARLIEST:
        raise ConfigError(f"{here}, which is before TARS was made: set the clock, such as with `timedatectl set-ntp true`")
    if (newest := _newest(config.state)) is not None and newest - now > SET_BACK:
        raise ConfigError(
            f"{here}, but the state folder was changed on {newest:%Y-%m-%d}: set the clock; it was set back, or was wrong then"
        )
    match clock.is_synchronised():
        case True:
            return f"{here}; a time server keeps it right"
        case False:
            return f"{here}; no time server keeps it right: compare it with your watch, or see `timedatectl`"
        case _:
            return here


def _newest(folder: Path) -> datetime | None:
    """When a file of this folder was changed last."""
    try:
        times = [file.stat().st_mtime for file in folder.iterdir()]
    except OSError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


# --- console ---------------------------------------------------------------------------------------------------------------------


async def look_at_console(config: ServerConfig) -> str:
    """Whether the console has its port, or can have it. Raises ConfigError."""
    at = console_address(config)
    if at is None:
        return "off" if config.console == "off" else "not installed; metrics need it: pip install -c constraints.txt -e '.[console]'"
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, **where(*at))
    except OSError as error:
        if await asyncio.to_thread(_is_console, *at):
            return f"a console of tars-server answers at {address(*at)}"
        raise ConfigError(f"it cannot listen on {address(*at)}: {error.strerror or error}. Set another `console`, or off") from None
    server.close()
    return f"{address(*at)} is free"


def _is_console(host: str, port: int) -> bool:
    """Whether what answers there is a console of tars-server. Nothing secret is sent, so anybody may answer."""
    context = create_default_context()
    context.check_hostname, context.verify_mode = False, CERT_NONE
    return any(
        _answers_as_console(connection)
        for connection in (
            HTTPConnection(host, port, timeout=ANSWER_LIMIT),
            HTTPSConnection(host, port, timeout=ANSWER_LIMIT, context=context),
        )
    )


def _answers_as_console(connection: HTTPConnection) -> bool:
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        return b"tars_links" in response.read(4096) or "tars-server" in response.getheader("WWW-Authenticate", "")
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
