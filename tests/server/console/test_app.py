"""Who may look at the console, and what it answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from ssl import SSLContext, create_default_context
from urllib.error import HTTPError

import pytest

from tars.runtime.tls import NAME
from tars.server.certificates import AUTHORITY, authority_pem
from tars.server.console.console import TOKEN, read_token
from tests.in_process import RunningServer, server
from tests.server.console.raw import ask, port_of
from tests.server.console.scraping import scrape

HERE = "127.0.0.1:0"
EVERYWHERE = "0.0.0.0:0"


def trusting(state: Path) -> SSLContext:
    """Trusts the authority of this state folder, at any address."""
    context = create_default_context(cadata=authority_pem(state))
    context.check_hostname = False  # the name in the certificate is NAME
    return context


def own(tars: RunningServer) -> str:
    """The URL of a console that listens everywhere, on this machine."""
    return tars.console.replace("0.0.0.0", "127.0.0.1")


def test_a_console_on_this_machine_wants_no_token_and_makes_none(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            assert tars.console.startswith("http://127.0.0.1:")
            assert "tars_links" in (await scrape(tars.console)).text
        assert not (tmp_path / TOKEN).exists()
        assert not (tmp_path / AUTHORITY).exists()

    asyncio.run(main())


def test_a_console_that_others_reach_is_encrypted_and_wants_its_token(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=EVERYWHERE) as tars:
            assert tars.console.startswith("https://")
            token, trust = (tmp_path / TOKEN).read_text().strip(), trusting(tmp_path)
            assert "tars_links" in (await scrape(own(tars), token, trust)).text
            for wrong in ("", "x", f"{token}x", token[:-1], "\u00e9"):
                with pytest.raises(HTTPError, match="401") as refused:
                    await scrape(own(tars), wrong, trust)
                assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")
                refused.value.close()
            assert tars.registry.authenticator.refusals == {"no console token": 1, "wrong console token": 4}
            answer = await ask(tars.console, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"tars_links" not in answer, "nothing is shown without encryption"

    asyncio.run(main())
    assert (tmp_path / TOKEN).stat().st_mode & 0o777 == 0o600


def test_the_certificate_is_that_of_the_server(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=EVERYWHERE) as tars:
            trust = create_default_context(cadata=authority_pem(tmp_path))
            _, writer = await asyncio.open_connection("127.0.0.1", port_of(tars.console), ssl=trust, server_hostname=NAME)
            writer.close()
            await writer.wait_closed()

    asyncio.run(main())


def test_the_token_stays_over_a_restart(tmp_path: Path) -> None:
    token = read_token(tmp_path)
    assert len(token) >= 43
    assert read_token(tmp_path) == token
    (tmp_path / TOKEN).write_text("")
    assert len(read_token(tmp_path)) >= 43, "an empty token would let everybody in"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", b"200"),
        ("127.0.0.1:7457", b"200"),
        ("localhost:7457", b"200"),
        ("[::1]:7457", b"200"),
        ("tars.example:7457", b"400"),
        ("127.0.0.1.example", b"400"),
        ("", b"400"),
    ],
)
def test_a_web_page_whose_name_leads_here_learns_nothing(host: str, status: bytes) -> None:
    """It could read the answers if the console took any name for its own (DNS rebinding)."""

    async def main() -> None:
        async with server(console=HERE) as tars:
            answer = await ask(tars.console, f"GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            assert answer.split()[1] == status
            assert (b"tars_links" in answer) == (status == b"200")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /metric ", b"404"),
        ("GET /metrics/x ", b"404"),
        ("POST /metrics ", b"405"),
        ("DELETE /metrics ", b"405"),
        ("HEAD /metrics ", b"200"),
    ],
)
def test_nothing_else_is_answered(request_line: str, status: bytes) -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            answer = await ask(tars.console, f"{request_line}HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            assert answer.split()[1] == status

    asyncio.run(main())
