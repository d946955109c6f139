"""What the doctor of the device says of the server: whether it answers, where, and what is announced in the network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from tars.device.discovery import FoundServer, find_all
from tars.device.settings import DeviceConfig
from tars.device.trust import encryption_of, known_authorities
from tars.errors import ConfigError
from tars.runtime.doctor import Check, checked, probe


def check(config: DeviceConfig) -> list[Check]:
    """What is announced, and each server. What is announced is never a fault by itself: a server may be reached without."""
    known = known_authorities(config)
    servers, said = _search(config, known)
    own = [server.url for server in servers if server.authority in known and server.url != config.server]
    others = config.other_servers or ()  # a device that knows them looks for no server
    return [
        Check("discovery", True, said),
        checked("server", lambda: _ask(config, () if others else own)),
        *(checked("other server", partial(_probe, config, url)) for url in others),
    ]


def _search(config: DeviceConfig, known: Sequence[str]) -> tuple[list[FoundServer], str]:
    """The servers that are announced, and what to say of them."""
    if config.discovery == "off":
        return [], "off (`discovery`)"
    try:
        servers = asyncio.run(find_all())
    except ConfigError as error:
        return [], str(error)
    listed = [f"{server}{', the server of this device' if server.authority in known else ''}" for server in servers]
    return servers, "; ".join(listed) or "no tars-server is announced in this network"


def _ask(config: DeviceConfig, found: Sequence[str]) -> str:
    """Ask the server where it was last, then where it is announced. Raises ConfigError, that of the first."""
    try:
        return _probe(config, config.server)
    except ConfigError as error:
        for url in found:
            try:
                return f"{_probe(config, url)}; found in the network, for it does not answer at {config.server} any more"
            except ConfigError:  # somebody else announces the same authority
                continue
        raise error from None


def _probe(config: DeviceConfig, url: str) -> str:
    return asyncio.run(probe(url, config.device, config.protocol, config.key, encryption_of(config)))
