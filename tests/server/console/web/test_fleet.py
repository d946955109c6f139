"""The page of a server that shares a Redis with another one, in a real browser: it shows both, and the devices of both."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tars import __version__
from tars.server.console.web.fleet import console_of
from tars.server.store.servers import AboutServer
from tars.testing import ScriptedBrain, Turn
from tests.browser import accessible
from tests.in_process import RunningDevice, RunningServer, device, server, until
from tests.redis_server import RedisServer, redis_server
from tests.server.console.looking import Browser, link_of, looking
from tests.server.console.test_app import HERE
from tests.server.console.web.test_views import OVER
from tests.sounds import noise

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")


@dataclass
class Fleet:
    """Two servers, a device of the first, and a page of the second."""

    first: RunningServer
    second: RunningServer
    kitchen: RunningDevice
    browser: Browser

    async def show(self, view: str) -> None:
        await self.browser.do(lambda page: page.evaluate("view => { location.hash = `#/${view}`; }", view))


@asynccontextmanager
async def fleet(redis: RedisServer, folder: Path, brain: ScriptedBrain | None = None) -> AsyncIterator[Fleet]:
    shared: dict[str, Any] = {"store": redis.url, "console": HERE}
    async with (
        server(brain, state=folder / "one", **shared) as first,
        server(state=folder / "two", **shared) as second,
        device(first.url, other_servers=(second.url,)) as kitchen,
        looking(link_of(folder / "two")) as browser,
    ):
        await kitchen.steps.states(continuity="LINKED")
        await browser.do(lambda page: page.wait_for_url(f"{second.console}/"))
        yield Fleet(first, second, kitchen, browser)


def named(tars: RunningServer) -> str:
    return f"{socket.gethostname()}:{tars.port}"


def row(tars: RunningServer) -> str:
    return f"tr[data-server='{named(tars)}']"


KITCHEN = ".card[data-name=kitchen]"


def test_a_device_of_another_server_is_shown_as_that_and_its_console_is_one_click_away(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            await both.browser.see(f"{KITCHEN}[data-does='with another server']")
            assert await both.browser.see(f"{KITCHEN} .where") == f"with {named(both.first)}"
            await both.show("device/kitchen")
            assert "the console of that server shows" in await both.browser.see("p.where:has(a)")
            assert "with another server" in await both.browser.see("dl.facts")
            await both.show("")
            await both.browser.click(f"{KITCHEN} .where a")
            await both.browser.do(lambda page: page.wait_for_url(f"{both.first.console}/login"))
            link = link_of(tmp_path / "one")
            await both.browser.do(lambda page: page.goto(link))
            await both.browser.do(lambda page: page.wait_for_url(f"{both.first.console}/#/device/kitchen"))
            assert await both.browser.see("p.where:not([hidden])") == "It is with this server."

    asyncio.run(story())


def test_a_link_to_a_device_leads_there_also_by_way_of_the_login(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            there = f"{both.first.console}/#/device/kitchen"
            secret = link_of(tmp_path / "one").partition("#")[2]

            def sign_in(page: Page) -> None:
                page.goto(there)
                page.wait_for_url(f"{both.first.console}/login")
                assert page.locator("#problem").inner_text() == "", "what the link names was not tried as a secret"
                page.fill("#secret", secret)
                page.keyboard.press("Enter")
                page.wait_for_url(there)

            await both.browser.do(sign_in)
            assert await both.browser.see("h1") == "kitchen"

    asyncio.run(story())


def test_the_servers_are_listed_with_what_each_has_and_one_that_stops_is_not_any_more(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            await both.kitchen.is_called()
            await both.browser.see(f"{row(both.first)} td:nth-child(5):text-is('1')")
            cells = (await both.browser.see(row(both.first))).split("\t")
            assert cells[:5] == [named(both.first), both.first.url, __version__, "1", "1"]
            processors = os.cpu_count() or 1
            assert cells[5].rpartition(" on ")[2] == f"{processors} processor{'s' * (processors > 1)}"
            assert await both.browser.see(f"{row(both.first)} a") == named(both.first)
            cells = (await both.browser.see(row(both.second))).split("\t")
            assert cells[:5] == [f"{named(both.second)} (this one)", both.second.url, __version__, "0", "0"]
            place = redis.url.removeprefix("redis://")
            assert await both.browser.see("section .wide, section [role=status]") == f"The Redis at {place} is reached."
            await both.first.stop()
            await both.browser.do(lambda page: page.locator(row(both.first)).wait_for(state="detached"))
            await both.browser.see(f"{KITCHEN}[data-does=listening]")
            assert await both.browser.see(f"{KITCHEN} .where") == "with this server"

    asyncio.run(story())


def test_a_device_that_is_with_no_server_is_away_and_was_with_the_last_one(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            await both.browser.see(f"{KITCHEN}[data-does='with another server']")
            async with device(both.second.url, "hall") as hall:
                await hall.steps.states("hall", continuity="LINKED")
                await both.browser.see(".card[data-name=hall][data-does=idle]")
            await both.browser.see(".card[data-name=hall][data-does=away]")
            await both.browser.see(f".card[data-name=hall] .where:text('last with {named(both.second)}, ')")

    asyncio.run(story())


def test_a_redis_that_is_away_is_said_and_what_was_known_of_the_others_stays(tmp_path: Path) -> None:
    async def story(redis: RedisServer) -> None:
        async with fleet(redis, tmp_path) as both:
            await both.browser.see(f"{KITCHEN}[data-does='with another server']")
            redis.kill()
            assert "is away: conversations go on" in await both.browser.see(".wrong[role=status]")
            await both.browser.see(row(both.first))
            redis.start()
            await both.browser.see("[role=status]:not(.wrong):text('is reached')")

    with redis_server() as redis:
        asyncio.run(story(redis))


def test_a_device_of_another_server_speaks_and_answers_from_the_page(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="yes please"))
        async with fleet(redis, tmp_path, brain) as both:
            await both.browser.see(KITCHEN)
            await both.show("say")

            def say(page: Page, what: str, button: str) -> None:
                page.wait_for_selector("#to option[value=kitchen]", state="attached")
                page.fill("#text", what)
                page.click(f"button[value={button}]")

            await both.browser.do(lambda page: say(page, "Dinner.", "say"))
            await both.kitchen.plays_to_the_end()
            await both.browser.do(lambda page: say(page, "Wait for you?", "ask"))
            await both.kitchen.plays_to_the_end()
            await both.kitchen.hears(noise(0.2))
            assert await both.browser.see("main [role=status]:text('The answer')") == "The answer: yes please"
            assert [text for one in brain.conversations for text in one.said] == ["Dinner.", "Wait for you?"]

    asyncio.run(story())


def test_a_timer_of_another_server_is_cancelled_on_the_page(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            running = both.first.registry.timers.of("kitchen")
            running.set("tea", 600, lambda _: None)
            await both.browser.see(KITCHEN)
            await both.show("timers")
            assert "tea" in await both.browser.see("main tbody td:text('tea')")
            await both.browser.click("td button")
            await both.browser.do(lambda page: page.locator("td button").wait_for(state="detached"))
            assert running.running() == []
            assert await both.browser.see("[role=alert]") == ""

    asyncio.run(story())


def test_digits_that_one_page_shows_pair_a_device_with_any_server(tmp_path: Path, redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            await both.browser.see(KITCHEN)
            await both.show("pair")
            await both.browser.click("text=Show six digits")
            await both.browser.see(".digits:not(:empty)")
            await until(lambda: both.first.registry.authenticator.may_pair)
            await both.browser.click("text=Make the digits void")
            await until(lambda: not both.first.registry.authenticator.may_pair)

    asyncio.run(story())


@pytest.mark.parametrize(("scheme", "view", "complete"), [("light", "", "tr[data-server] a"), ("dark", "device/kitchen", "p.where a")])
def test_the_servers_can_be_read_by_everybody_and_on_a_phone(
    tmp_path: Path, redis: RedisServer, scheme: str, view: str, complete: str
) -> None:
    async def story() -> None:
        async with fleet(redis, tmp_path) as both:
            await both.browser.do(lambda page: page.emulate_media(color_scheme=scheme, reduced_motion="reduce"))  # type: ignore[arg-type]
            await both.show(view)
            await both.browser.see(complete)
            assert await both.browser.do(accessible) == []
            await both.browser.do(lambda page: page.set_viewport_size({"width": 360, "height": 740}))
            assert await both.browser.do(lambda page: page.evaluate(OVER)) <= 0

    asyncio.run(story())


def test_one_server_shows_no_servers_and_no_whereabouts(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            server(state=tmp_path, console=HERE) as tars,
            device(tars.url) as kitchen,
            looking(link_of(tmp_path)) as browser,
        ):
            await kitchen.steps.states(continuity="LINKED")
            await browser.see(f"{KITCHEN}[data-does=idle]")
            assert await browser.do(lambda page: page.locator(".where:visible, section:visible").count()) == 0

    asyncio.run(story())


MINE = AboutServer("1", socket.gethostname(), "pi:7456", "ws://127.0.0.1:7456", "http://127.0.0.1:7457", "1", 0.0)


@pytest.mark.parametrize(
    ("host", "console", "found"),
    [
        (socket.gethostname(), "http://127.0.0.1:7457", True),
        ("another", "http://127.0.0.1:7457", False),
        ("another", "http://[::1]:7457", False),
        ("another", "http://localhost:7457", False),
        ("another", "https://192.168.1.12:7457", True),
        ("another", "https://tars-two.example:7457", True),
        ("another", "", False),
    ],
)
def test_a_console_that_only_its_own_machine_reaches_is_linked_to_from_that_machine_only(host: str, console: str, found: bool) -> None:
    assert console_of(replace(MINE, host=host, console=console)) == (console if found else "")
