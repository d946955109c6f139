"""The WebSocket of a page that is a device: whom it lets in, by which name, and how it goes on."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.server.console.web.access import FOREIGN
from tars.server.main import command
from tars.server.settings import ServerConfig
from tests.e2e.test_console import url_of
from tests.in_process import device, server, until
from tests.programs import EXIT_LIMIT, SLACK, tars_server
from tests.scenarios.strangers import Stranger, hello, sound
from tests.server.connections import add_keys, refusal
from tests.server.connections import hello as greeting
from tests.server.connections import say as say_message
from tests.server.console.test_app import EVERYWHERE, HERE, own, trusting
from tests.server.console.visiting import Visitor, secret_of

NAME = "browser-1"


async def signed_in(url: str, state: Path, trust: ssl.SSLContext | None = None) -> Visitor:
    visitor = Visitor(url, trust)
    assert (await visitor.sign_in(secret_of(state))).status == 204
    return visitor


def link(visitor: Visitor, path: str = "/talk/link", **headers: str) -> connect:
    """A connection as a page makes it. `headers` go before those that it would send."""
    sent = {"Cookie": visitor.cookie, "Origin": visitor.url} | headers
    origin, subprotocol = sent.pop("Origin"), sent.pop("subprotocol", SUBPROTOCOL)
    return connect(
        visitor.url.replace("http", "ws", 1) + path,
        subprotocols=[Subprotocol(subprotocol)],
        compression=None,
        additional_headers={name: value for name, value in sent.items() if value},
        origin=Origin(origin) if origin else None,
        ssl=visitor.context,
        server_hostname="tars-server" if visitor.context else None,
    )


@pytest.mark.parametrize("at", [HERE, EVERYWHERE])
def test_who_is_signed_in_is_a_device_without_a_key(tmp_path: Path, at: str) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path, console=at) as tars, device(tars.url, key=key) as kitchen:
            trust = trusting(tmp_path) if at == EVERYWHERE else None
            visitor = await signed_in(own(tars), tmp_path, trust)
            async with link(visitor) as connection:
                page = Stranger(connection)
                await page.greets(hello(NAME))
                await page.calls()
                await connection.send(sound(0, bytes(2 * 16_000)))
                await page.told("tts_stream_end")
                assert {NAME, "kitchen"} <= tars.registry.runners.keys()
                await kitchen.is_called()
            await tars.steps.states(NAME, continuity="INTERRUPTED")
            async with link(visitor) as connection:  # the console answers as before
                assert (await Stranger(connection).greets(hello(NAME)))["reason"] == "new"
            assert (await visitor.get("/talk")).status == 200

    asyncio.run(main())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Cookie": ""}, 401),
        ({"Cookie": "tars-7457=1999999999.x"}, 401),
        ({"subprotocol": "tars.pair.v1"}, 400),
    ],
)
def test_another_page_and_whoever_is_not_signed_in_is_refused(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = await signed_in(tars.console, tmp_path)
            with pytest.raises(InvalidStatus) as refused:
                await link(visitor, **headers)
            assert refused.value.response.status_code == status
            if status == 403:
                assert refused.value.response.body == f"{FOREIGN}\n".encode()
            assert sum(tars.registry.authenticator.refusals.values()) == 1
            async with link(visitor) as connection:
                await Stranger(connection).greets(hello(NAME))

    asyncio.run(main())


@pytest.mark.parametrize("name", ["kitchen", "browser", "browser-", "browser-Kitchen", "browser-a-100", "browser-2", "legacy"])
def test_a_page_may_have_no_name_of_another_device(tmp_path: Path, name: str) -> None:
    async def main() -> None:
        add_keys(tmp_path, "kitchen", "browser-2")
        async with server(state=tmp_path, console=HERE) as tars:
            async with link(await signed_in(tars.console, tmp_path)) as connection:
                await say_message(connection, greeting(name))
                assert (await refusal(connection)).startswith("the name of a page must be browser-")
            assert tars.registry.runners == {}

    asyncio.run(main())


def test_there_is_one_path(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            for path in ("/talk", "/", "/talk/link/", "/api/devices"):
                with pytest.raises(InvalidStatus):
                    await link(await signed_in(tars.console, tmp_path), path)

    asyncio.run(main())


def test_a_page_that_says_no_hello_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.admission.GREETING_LIMIT", 0.2)

    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars, link(await signed_in(tars.console, tmp_path)) as connection:
            assert await refusal(connection) == "no hello within 0.2 s"

    asyncio.run(main())


def test_a_stopping_server_tells_its_pages(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars, link(await signed_in(tars.console, tmp_path)) as connection:
            page = Stranger(connection)
            await page.greets(hello(NAME))
            await tars.stop()
            await page.told("going_away")
            assert await page.closed() == (1001, "the server needs this link no more")

    asyncio.run(main())


@pytest.mark.parametrize("at", [HERE, EVERYWHERE])
def test_the_program_serves_a_page_on_its_own_event_loop(tmp_path: Path, at: str) -> None:
    with tars_server("--state", tmp_path, TARS_CONSOLE=at) as (running, _):
        shown = url_of(running)

        async def talk() -> None:
            visitor = await signed_in(shown, tmp_path, trusting(tmp_path) if at == EVERYWHERE else None)
            async with link(visitor) as first:  # for which the server has read the keys of devices again
                await Stranger(first).greets(hello(NAME))
            async with link(visitor) as connection:
                page = Stranger(connection)
                await page.greets(hello(NAME))
                await page.calls()
                for block in range(40):
                    await connection.send(sound(1280 * block))
                await connection.send('{"type":"ping","ack":1,"t":7}')
                assert (await page.told("pong"))["t"] == 7
                assert running.stop() < EXIT_LIMIT + SLACK

        asyncio.run(talk())


def test_the_list_of_devices_names_browsers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path, console=HERE) as tars, link(await signed_in(tars.console, tmp_path)) as connection:
            await Stranger(connection).greets(hello(NAME))
            await until(lambda: NAME in tars.registry.runners)

    asyncio.run(main())
    command("devices", ServerConfig(state=tmp_path))
    kitchen, browser = capsys.readouterr().out.splitlines()
    assert kitchen.startswith("kitchen")
    assert browser.startswith(f"{NAME}  a page of the console, without a key  seen 20")
