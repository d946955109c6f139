"""Where a server listens, as asyncio and as URLs need it, and whether other machines reach it there."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import Any


def where(host: str, port: int) -> dict[str, Any]:
    """The arguments that make an asyncio server listen there. With `::` it accepts IPv4 too. Raises OSError."""
    if host == "::":
        return {"sock": socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=True)}
    return {"host": host, "port": port}


def address(host: str, port: int) -> str:
    """Host and port as a URL writes them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def in_reach_of_others(server: asyncio.Server) -> bool:
    """Whether other machines can reach the server: it listens on more than loopback."""
    return not all(ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback for listening in server.sockets)


def own_address() -> str:
    """The address of this machine in its network; empty: there is none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chosen:
        try:
            chosen.connect(("192.0.2.1", 9))  # an address for documentation: the kernel only looks up the way to it
        except OSError:
            return ""
        return str(chosen.getsockname()[0])
