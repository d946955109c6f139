"""Web pages that connect: see also tests/server/test_authentication.py, for the answers of the server."""

from __future__ import annotations

import pytest
from websockets.datastructures import Headers

from tars.runtime.origin import foreign_page


@pytest.mark.parametrize(
    ("origin", "host", "reason"),
    [
        (None, "127.0.0.1:7458", ""),
        ("http://127.0.0.1:7458", "127.0.0.1:7458", ""),
        ("http://evil.example", "127.0.0.1:7458", "a web page of http://evil.example may not connect here"),
        ("http://evil.example:7458", "evil.example:7458", "a web page of http://evil.example:7458 may not connect here"),
        ("null", "127.0.0.1:7458", "a web page of null may not connect here"),
    ],
)
def test_only_a_page_of_this_address_may_connect(origin: str | None, host: str, reason: str) -> None:
    headers = Headers(Host=host)
    if origin is not None:
        headers["Origin"] = origin
    assert foreign_page(headers) == reason
