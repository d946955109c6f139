"""Which web pages may connect. That the others are refused: test_authentication.py."""

from __future__ import annotations

import pytest
from websockets.datastructures import Headers

from tars.server.authentication import foreign_origin


def request(origin: list[str], host: list[str]) -> Headers:
    """The headers of a request."""
    headers = Headers()
    for name, values in (("Origin", origin), ("Host", host)):
        for value in values:
            headers[name] = value
    return headers


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ([], []),
        ([], ["tars.local:7456"]),
        (["http://192.168.1.10:7456"], ["192.168.1.10:7456"]),
        (["http://LOCALHOST:7456"], ["localhost:7456"]),
        (["http://[::1]:7456"], ["[::1]:7456"]),
        (["https://192.168.1.10"], ["192.168.1.10:443"]),
        (["http://192.168.1.10:80"], ["192.168.1.10"]),
    ],
)
def test_a_device_or_a_page_of_the_servers_own_address_may_connect(origin: list[str], host: list[str]) -> None:
    assert foreign_origin(request(origin, host)) is None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (["https://evil.example"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10:7457"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10:7456.evil.example"], ["192.168.1.10:7456"]),
        (["http://evil.example:7456"], ["evil.example:7456"]),  # its name was made to lead to this server
        (["null"], ["192.168.1.10:7456"]),
        (["file://"], ["192.168.1.10:7456"]),
        ([""], [""]),
        (["http://[::1"], ["[::1"]),
        (["http://192.168.1.10:port"], ["192.168.1.10:port"]),
        (["http://192.168.1.10:7456"], []),
        (["http://192.168.1.10:7456", "https://evil.example"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10:7456"], ["192.168.1.10:7456", "evil.example"]),
    ],
)
def test_any_other_web_page_may_not(origin: list[str], host: list[str]) -> None:
    refused = foreign_origin(request(origin, host))
    assert refused is not None
    assert refused.kind == "foreign origin"
    assert len(str(refused)) < 200
    assert foreign_origin(request(["x" * 10_000], host)) is not None
