"""Whether there is a console, and where. Its packages are imported here only if there is one."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tars.errors import ConfigError
from tars.runtime.log import log
from tars.server.settings import ServerConfig, split_address

if TYPE_CHECKING:
    from tars.server.console.console import Console
    from tars.server.device_registry import DeviceRegistry
    from tars.server.state_folder import Store

USUAL = "127.0.0.1:7457"
"""Where `auto` listens."""
PACKAGES = ("starlette", "uvicorn", "prometheus_client")
"""The modules of the extra `console`."""
NOT_INSTALLED = (
    "the console needs the Python module {missing}: in the checkout, pip install -c constraints.txt -e '.[console]'; or set console: off"
)


def is_wanted(config: ServerConfig) -> bool:
    """Whether somebody has asked for a console, or for what is on it."""
    return config.console != "auto" or bool(config.api_key)


def console_address(config: ServerConfig) -> tuple[str, int] | None:
    """Host and port of the console; None: there is none. Raises ConfigError if it is wanted and cannot be."""
    if config.console == "off":
        if config.api_key:
            raise ConfigError("`api_key` is set, but console: off; set `console` to HOST:PORT or auto, or leave out `api_key`")
        return None
    missing = next((package for package in PACKAGES if find_spec(package) is None), None)
    if missing is not None:
        if not is_wanted(config):
            return None
        raise ConfigError(NOT_INSTALLED.format(missing=missing))
    return split_address(USUAL if config.console == "auto" else config.console)


async def open_console(
    config: ServerConfig, registry: DeviceRegistry, store: Store, tasks: asyncio.TaskGroup, hung_up: asyncio.Event
) -> Console | None:
    """Serve the console until it is closed; None: there is none. After `hung_up` its certificate is read again.

    Raises ConfigError. Where nobody has asked for a console, a port that is taken is a warning: the devices are served all the same.
    """
    at = console_address(config)
    if at is None:
        return None
    from tars.server.console.console import Console, PortTakenError

    console = Console(config, registry, store)
    try:
        await console.open(*at, tasks, hung_up)
    except PortTakenError as error:
        if is_wanted(config):
            raise
        log.warning("there is no console", reason=error)
        return None
    return console
