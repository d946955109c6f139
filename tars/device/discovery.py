"""Finds servers in the network, by what they announce by mDNS. Nothing of that is proved: whoever is in the network may announce anything.

So a device that is paired asks each one for a certificate of its authority, and pairing proves who has the digits.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tars.core.codec import SUBPROTOCOL
from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.discovery import AUTHORITY, PROTOCOLS, SERVICE, need_zeroconf

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

LOOK_TIME = 3.0
"""Seconds that a look takes. A server answers in less than 0.2 s; what is lost on the way is asked for again after 1 s."""
RESOLVE_LIMIT = 1.0
"""Seconds in which an announced server must say its address."""
MOST = 32
"""Announcements that one look takes. Whoever sends more than that sends too many."""


@dataclass(frozen=True)
class FoundServer:
    """A server that is announced in the network."""

    name: str
    """What it is called there."""
    url: str
    authority: str
    """The id of its authority."""

    def __str__(self) -> str:
        return f"{self.name} at {self.url}"


async def look(found: Callable[[FoundServer], object], interfaces: Collection[str] = ()) -> None:
    """Look for servers for LOOK_TIME, and call `found` with each as soon as it is known. Raises ConfigError.

    `interfaces`: addresses of this machine, in whose networks to look; none: in all.
    """
    need_zeroconf()
    from zeroconf import DNSQuestionType, Error, InterfaceChoice, ServiceStateChange
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

    names: set[str] = set()
    # Answered to the whole network: to this device alone, a server would also say its addresses in other networks.
    asked = DNSQuestionType.QM

    async def resolve(zeroconf: Zeroconf, name: str) -> None:
        with suppress(Error):  # of a name that may not be
            info = await zeroconf.async_get_service_info(SERVICE, name, round(RESOLVE_LIMIT * 1000), asked)
            for server in read(info) if info is not None else ():
                found(server)

    def changed(zeroconf: Zeroconf, name: str, state_change: ServiceStateChange, **_: Any) -> None:
        if state_change is not ServiceStateChange.Removed and name not in names and len(names) < MOST:
            names.add(name)
            tasks.create_task(resolve(zeroconf, name))

    try:
        async with (
            AsyncZeroconf(interfaces=list(interfaces) or InterfaceChoice.All) as own,
            asyncio.TaskGroup() as tasks,
            AsyncServiceBrowser(own.zeroconf, SERVICE, handlers=[changed], question_type=asked),
        ):
            await clock.sleep_until(clock.now() + LOOK_TIME)
    except* (OSError, Error, RuntimeError) as errors:  # RuntimeError: no network at all
        raise ConfigError(f"the network cannot be searched: {errors.exceptions[0]}") from None


def read(info: ServiceInfo) -> list[FoundServer]:
    """The server that is announced so, once for each of its addresses; none if it is no server for this device."""
    from zeroconf import IPVersion

    said = info.decoded_properties
    authority = said.get(AUTHORITY) or ""
    if not re.fullmatch("[0-9a-f]{8}", authority) or SUBPROTOCOL not in (said.get(PROTOCOLS) or "").split(",") or not info.port:
        return []
    name = "".join(character for character in info.get_name() if character.isprintable())
    return [FoundServer(name, f"wss://{address}:{info.port}", authority) for address in info.parsed_addresses(IPVersion.V4Only)]


async def find_all() -> list[FoundServer]:
    """The servers in the network, by name. Raises ConfigError."""
    servers: set[FoundServer] = set()
    await look(servers.add)
    return sorted(servers, key=lambda server: (server.name, server.url))
