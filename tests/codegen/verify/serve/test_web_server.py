from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from threading import Thread

import pytest

from codegen.verify.serve.site import SIMULATION, Site
from codegen.verify.serve.web_server import LARGEST, Server
from tests.lamp.explored import LAMP
from tests.programs import PATIENCE


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Site(LAMP), 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def request(server: Server, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> HTTPResponse:
    with closing(HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer


def test_a_page_is_sent_with_a_strict_policy(server: Server) -> None:
    answer = request(server, "GET", "/simulator?x=1")
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "", "127.0.0.1"])
def test_a_name_of_somebody_else_that_leads_here_is_refused(server: Server, host: str) -> None:
    answer = request(server, "GET", "/simulator", headers={"Host": host})
    assert answer.status == 403
    assert str(server.server_port).encode() in answer.body  # type: ignore[attr-defined]


def test_it_answers_to_localhost_too(server: Server) -> None:
    assert request(server, "GET", "/simulator", headers={"Host": f"localhost:{server.server_port}"}).status == 200


def test_another_page_of_the_browser_cannot_ask(server: Server) -> None:
    own = f"http://127.0.0.1:{server.server_port}"
    assert request(server, "POST", SIMULATION, b'{"path": []}', {"Origin": own}).status == 200
    assert request(server, "POST", SIMULATION, b'{"path": []}', {"Origin": "http://evil.example"}).status == 403


def test_a_request_has_a_largest_size(server: Server) -> None:
    for length in (LARGEST + 1, -1):
        assert request(server, "POST", SIMULATION, headers={"Content-Length": str(length)}).status == 413


def test_other_machines_do_not_reach_it(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
