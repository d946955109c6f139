"""The page in a real browser, with a real server and real devices behind it."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tars.device.control.commands import Mute
from tars.device.status_reports import StatusReports
from tars.device.wake import Nearest
from tars.generated.device import events
from tars.testing import ScriptedBrain, Turn
from tests.faults.proxy import proxy
from tests.in_process import device, server
from tests.server.console.looking import link_of, looked_at, looking
from tests.server.console.test_app import EVERYWHERE
from tests.sounds import noise

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_machines_of_both_sides_are_seen_live_with_what_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.device.watched.INTERVAL", 0.0)

    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with looked_at(tmp_path, brain=brain) as (tars, browser), device(tars.url) as kitchen:
            assert await browser.see(".card[data-name=kitchen][data-does=idle]")
            await browser.click(".card a")
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-session] [data-state=LISTENING].lit")
            kitchen.wake.nearest = Nearest("hey_tars", 0.6, 0.9)
            await kitchen.is_called()
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-session] [data-state=ACTIVE_SESSION].lit")
                await browser.see(f"[data-machine={side}-session] [data-row].taken")
            await kitchen.hears(noise(0.2))
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-turn] [data-state=DRAINING].lit")
            assert await browser.see(".turns[aria-live=polite] .heard") == "what time is it"
            assert "hey_tars 0.60 of 0.90: near miss" in await browser.see(".misses li")
            await kitchen.plays_to_the_end()
            await browser.see("[data-machine=device-turn] [data-state=USER_TURN].lit")

    asyncio.run(main())


def test_a_level_is_shown_only_while_it_is_one_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.device.watched.INTERVAL", 0.0)

    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser), device(tars.url) as kitchen:
            reporting = asyncio.create_task(StatusReports(kitchen.device_runner).keep())
            await browser.click(".card a")
            await browser.see("[data-machine=device-session] [data-state=LISTENING].lit")
            await kitchen.hears(noise(0.2))
            assert "dB" in await browser.see("meter:visible ~ dl dd:text('dB')")
            kitchen.device_runner.post(Mute(muted=True))
            assert await browser.see("text=The device is muted. >> visible=true")
            assert await browser.do(lambda page: page.locator("meter:visible").count()) == 0
            assert await browser.see("meter ~ dl dd >> nth=0") == "\N{EN DASH}"
            kitchen.device_runner.post(Mute(muted=False))
            await browser.see("text=Nothing comes from its microphone now. >> visible=true")
            await kitchen.hears(noise(0.2))
            await browser.see("meter:visible")
            await browser.see("text=Nothing comes from its microphone now. >> visible=true")  # after 3 s without a level
            reporting.cancel()
            kitchen.device_runner.post(events.Stop())
            await browser.see("text=The device is away. >> visible=true")

    asyncio.run(main())


def test_a_page_that_is_refused_has_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.console.web.routes.MOST_PAGES", 0)

    def asked(blank: Page, console: str) -> list[float]:
        """When another page has asked: the browser reports an error in it, as it is refused."""
        page = blank.context.new_page()
        page.goto(link_of(tmp_path))
        page.wait_for_url(f"{console}/")
        page.locator("#connection:text-is('too many pages are open: 0; close one')").wait_for()
        times = "performance.getEntriesByType('resource').filter(({name}) => name.endsWith('/api/events')).map(({startTime}) => startTime)"
        while len(page.evaluate(times)) < 3:
            pass
        found: list[float] = page.evaluate(times)
        return found

    async def main() -> None:
        async with server(state=tmp_path, console="127.0.0.1:0") as tars, looking("about:blank") as browser:
            times = await browser.do(lambda page: asked(page, tars.console))
            assert all(after - before > 2000 for before, after in pairwise(times)), "once each 3 s"

    asyncio.run(main())


def test_beyond_this_machine_the_page_is_the_same_over_an_encrypted_connection(tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            server(state=tmp_path, console=EVERYWHERE) as tars,
            looking(link_of(tmp_path), ignore_https_errors=True) as browser,
            device(tars.url) as kitchen,
        ):
            await browser.click(".card[data-name=kitchen] a")
            await kitchen.is_called()
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-session] [data-state=ACTIVE_SESSION].lit")
            assert (await browser.do(lambda page: page.url)).startswith("https://")

    asyncio.run(main())


def test_of_a_device_that_cannot_be_watched_the_side_of_the_server_is_shown_and_that_is_said(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser), device(tars.url, protocol="legacy") as old:
            await browser.click(".card[data-name^='legacy.'] a")
            await old.is_called()
            await browser.see("[data-machine=server-session] [data-state=ACTIVE_SESSION].lit")
            assert "cannot tell what its own machines do" in await browser.see("section[aria-labelledby=machines-heading] > .hint")
            assert await browser.do(lambda page: page.locator("[data-machine^=device] .lit").count()) == 0

    asyncio.run(main())


def test_a_connection_that_is_dead_is_noticed_though_nobody_is_told_and_another_one_is_made(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console="127.0.0.1:0") as tars, proxy(int(tars.console.rpartition(":")[2])) as between:
            link = link_of(tmp_path).replace(tars.console, f"http://127.0.0.1:{between.port}")
            async with looking(link) as browser, device(tars.url) as kitchen:
                await browser.see("#connection:text-is('live')")
                await browser.do(lambda page: page.clock.install())
                await browser.do(lambda page: page.reload())
                await browser.see(".card[data-name=kitchen][data-does=idle]")
                between.sever()
                await kitchen.is_called()
                for _ in range(8):  # the browser tries its other connections first, which are dead too: it keeps six at most
                    await browser.do(lambda page: page.clock.fast_forward(16_000))
                await browser.see(".card[data-name=kitchen][data-does=listening]")
                assert await browser.see("#connection") == "live"

    asyncio.run(main())


def test_one_page_too_many_says_so_and_is_live_once_another_one_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.console.web.routes.MOST_PAGES", 1)

    def open_another(page: Page) -> None:
        other = page.context.new_page()  # the browser reports an error in it, as it is refused
        other.goto(page.url)
        other.locator("#connection:text-is('too many pages are open: 1; close one')").wait_for()
        page.goto("about:blank")
        other.locator("#connection:text-is('live')").wait_for()

    async def main() -> None:
        async with looked_at(tmp_path) as (_, browser):
            await browser.see("#connection:text-is('live')")
            await browser.do(open_another)

    asyncio.run(main())
