"""What the page shows of the servers that share a Redis, as JSON."""

from __future__ import annotations

import socket
from dataclasses import asdict
from ipaddress import ip_address
from urllib.parse import urlsplit

from tars.server.console.web import Json
from tars.server.store.fleet_sessions import FleetSessions
from tars.server.store.servers import AboutServer


def describe_fleet(fleet: FleetSessions) -> Json:
    """The servers that are alive, which of them this one is, and whether their Redis is reached."""
    servers = [asdict(about) | {"console": console_of(about)} for about in fleet.view.servers]
    return {"server": fleet.server, "store": fleet.place, "reachable": fleet.reachable, "servers": servers}


def place_of(fleet: FleetSessions, name: str) -> Json:
    """Which server has a device that is not linked with this one, or had it last."""
    seen = fleet.view.seen.get(name)
    if seen is None:
        return {}
    owner = fleet.view.server(seen.server)
    elsewhere = seen.linked and seen.server != fleet.server
    return {"server_name": seen.name, "seen": seen.at, "elsewhere": elsewhere, "console": console_of(owner) if owner and elsewhere else ""}


def linked_elsewhere(fleet: FleetSessions) -> set[str]:
    """The devices that are linked with another server."""
    return {name for name, seen in fleet.view.seen.items() if seen.linked and seen.server != fleet.server}


def console_of(about: AboutServer) -> str:
    """Where a browser that has found this console finds that one; empty: nowhere."""
    return about.console if about.host == socket.gethostname() or not _is_loopback(urlsplit(about.console).hostname or "") else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("", "localhost")
