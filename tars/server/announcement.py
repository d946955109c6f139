"""Announces the server by mDNS, so that devices find it without an address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from importlib import import_module
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tars.core.codec import PAIRING, SUBPROTOCOL
from tars.runtime.discovery import AUTHORITY, MISSING, PROTOCOLS, SERVICE, is_installed
from tars.runtime.log import log
from tars.runtime.network import listen_for_network
from tars.runtime.tls import authority_ids
from tars.server.certificates import authority_of
from tars.server.settings import ServerConfig

if TYPE_CHECKING:
    from zeroconf import ServiceInfo


def announced_id(config: ServerConfig, *, in_reach: bool, encrypted: bool) -> str:
    """The id with which the server is announced; empty: it is not. Raises ConfigError.

    Only a server that others can reach, with an authority of its own: without it a device that finds the server cannot know it.
    """
    if config.discovery == "off" or not in_reach or not encrypted or not (authority := authority_of(config)):
        return ""
    if not is_installed():
        log.info("the server is not announced", reason=MISSING)
        return ""
    return authority_ids(authority)[0]


async def announce(identity: str, listening: asyncio.Server) -> None:
    """Announce the server until this is cancelled, at each of its addresses in networks, also at those that come later.

    `identity`: as `announced_id` returns it; empty: nothing is announced.
    """
    if not identity:
        return
    await asyncio.to_thread(import_module, "zeroconf.asyncio")  # it reads files
    hosts = {str(each.getsockname()[0]) for each in listening.sockets}
    port, changed = int(listening.sockets[0].getsockname()[1]), asyncio.Event()
    stop_listening = listen_for_network(changed.set)
    try:
        await announce_at(lambda: addresses(hosts), identity, port, changed)
    finally:
        stop_listening()


async def announce_at(find: Callable[[], Collection[str]], identity: str, port: int, changed: asyncio.Event) -> None:
    """Announce a server at the addresses that `find` returns; whenever `changed` is set, look at them again.

    Each network is told its own address only: a device is never sent to one that it cannot reach.
    """
    async with asyncio.TaskGroup() as tasks:
        announced: dict[str, asyncio.Task[None]] = {}
        while True:
            try:
                current = set(find())
            except OSError as error:  # no descriptor is left, for example
                log.warning("the addresses of this machine cannot be read", reason=error)
                current = set(announced)
            for address in announced.keys() - current:
                announced.pop(address).cancel()
            for address in current:
                if address not in announced or announced[address].done():
                    announced[address] = tasks.create_task(_announce(service(identity, address, port), address))
            await changed.wait()
            changed.clear()


async def _announce(info: ServiceInfo, address: str) -> None:
    """Announce in one network, until this is cancelled. Then the network is told that the server has gone."""
    from zeroconf import Error
    from zeroconf.asyncio import AsyncZeroconf

    try:
        zeroconf = AsyncZeroconf(interfaces=[address])
        try:
            # Nobody else has this name: it holds the id. So nobody is asked for it.
            await (await zeroconf.async_register_service(info, cooperating_responders=True))
            log.info("announced", name=info.get_name(), address=address)
            await asyncio.Event().wait()
        finally:
            # One goodbye, not three in 0.25 s: a stop does not wait. Whoever misses it tries an address where nobody answers.
            with suppress(TimeoutError):
                async with asyncio.timeout(0):
                    await zeroconf.async_unregister_all_services()
            await zeroconf.async_close()
    except (OSError, Error, RuntimeError) as error:  # RuntimeError: the address is gone meanwhile
        log.warning("the server cannot be announced", address=address, reason=error)


def service(identity: str, address: str, port: int) -> ServiceInfo:
    """What is announced at an address. It is no secret: whoever is in the network reads it."""
    from zeroconf import ServiceInfo

    name = socket.gethostname().partition(".")[0][:50] or "tars"
    return ServiceInfo(
        SERVICE,
        f"{name} {identity}.{SERVICE}",
        port=port,
        parsed_addresses=[address],
        server=f"tars-{identity}.local.",
        properties={PROTOCOLS: f"{SUBPROTOCOL},{PAIRING}", AUTHORITY: identity},
    )


def addresses(hosts: Collection[str]) -> set[str]:
    """The IPv4 addresses at which others reach a server that listens at these, which may be 0.0.0.0 or `::`."""
    import ifaddr  # comes with zeroconf

    found = {ip_address(host.partition("%")[0]) for host in hosts}
    if any(address.is_unspecified for address in found):
        found = {ip_address(str(ip.ip)) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4}
    return {str(address) for address in found if address.version == 4 and not address.is_loopback}
