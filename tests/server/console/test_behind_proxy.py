"""The console behind a proxy that ends the encryption, as nginx and Caddy do: its pages are of https, and it is asked over http."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tars.samples import RATE
from tars.server.encryption import open_own_encryption
from tars.server.settings import ServerConfig
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device, server
from tests.server.console.browser.test_talk import says
from tests.server.console.looking import looking
from tests.server.console.raw import connect
from tests.server.console.test_app import HERE
from tests.server.console.visiting import Visitor, secret_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAY = """async () => (await fetch("/api/say", { method: "POST", body: JSON.stringify({ device: "kitchen", text: "Dinner." }) })).status"""


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(console: str, folder: Path) -> AsyncIterator[str]:
    """Ends the encryption in front of a console and changes nothing, `Host` neither. The URL at which it listens."""
    identity = open_own_encryption(ServerConfig(state=folder)).identity
    assert identity is not None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_console = await connect(console)
        await asyncio.gather(carry(reader, to_console[1]), carry(to_console[0], writer))

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=identity.context)
    try:
        yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


def test_both_pages_work_behind_a_proxy_that_ends_the_encryption(tmp_path: Path) -> None:
    def cookie_is_guarded(page: Page) -> bool:
        (cookie,) = page.context.cookies()
        return bool(cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict")

    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=60 * RATE))
        async with (
            server(brain, state=tmp_path, console=HERE) as tars,
            proxy(tars.console, tmp_path / "proxy") as url,
            device(tars.url) as kitchen,
            looking(f"{url}/login#{secret_of(tmp_path)}", *says(tmp_path), ignore_https_errors=True) as browser,
        ):
            await kitchen.steps.states(continuity="LINKED")
            await browser.see("#connection:text-is('live')")
            assert await browser.do(cookie_is_guarded)
            assert await browser.do(lambda page: page.evaluate(SAY)) == 202
            await browser.do(lambda page: page.goto(f"{url}/talk"))
            await browser.click("#press")
            await browser.see("#state:text-is('I hear you')")
            await browser.click("text=Sign out")
            await browser.see("#secret")

    asyncio.run(main())


FOREIGN = (
    "https://evil.example",
    "https://tars.example:8443",
    "https://tars.example.evil",
    "https://tars",
    "http://evil.example",
    "null",
    "",
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_server_is_refused_behind_a_proxy_too(tmp_path: Path, origin: str) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console, headers={"Host": "tars.example"})
            signed_in = await visitor.ask("POST", "/login", {"secret": secret_of(tmp_path)}, {"Origin": "https://tars.example"})
            assert signed_in.status == 204
            visitor.cookie = signed_in.headers["set-cookie"].partition(";")[0]
            wanted = {"device": "kitchen", "text": "Dinner."}
            own = await visitor.ask("POST", "/api/say", wanted, {"Origin": "https://tars.example"})
            foreign = await visitor.ask("POST", "/api/say", wanted, {"Origin": origin})
            assert (own.status, foreign.status) == (202, 403)

    asyncio.run(main())
