"""Web pages that connect to a program of TARS: one of another server may not."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from websockets.datastructures import Headers


def foreign_page(headers: Headers) -> str:
    """Why a request that a web page makes is refused; empty if no page makes it. A browser names the page's server in `Origin`, always.

    A page of this server's own address may connect. One of the server's name may not: a name can be made to lead to any address.
    """
    origins, hosts = headers.get_all("Origin"), headers.get_all("Host")
    if not origins or (len(origins) == len(hosts) == 1 and _is_own(origins[0], hosts[0])):
        return ""
    return f"a web page of {' and '.join(origins)[:100]} may not connect here"


def _is_own(origin: str, host: str) -> bool:
    try:
        page = urlsplit(origin)
        own = urlsplit(f"{page.scheme}://{host}")
        usual = {"http": 80, "https": 443}.get(page.scheme)
        same = (page.hostname, page.port or usual) == (own.hostname, own.port or usual)
        return same and (page.hostname == "localhost" or bool(ip_address(page.hostname or "")))
    except ValueError:
        return False
