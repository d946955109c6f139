"""Each view in a real browser: it works with the keyboard, on a phone, for screen readers, light and dark, and runs no text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tars.testing import ScriptedBrain, Turn
from tests.browser import accessible
from tests.in_process import RunningDevice, device, until
from tests.server.console.looking import Browser, link_of, looked_at
from tests.sounds import noise

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
VIEWS = {
    "": ".card[data-name=kitchen]",
    "device/kitchen": ".turns .heard",
    "say": "#to option[value=kitchen]",
    "timers": "td",
    "pair": "form",
    "settings": "#silence",
    "log": ".log li",
}
"""View -> what is there once it is complete."""
LENGTH = """() => new Promise(done => {
  const sound = document.querySelector("audio");
  sound.duration > 0 ? done(sound.duration) : (sound.onloadedmetadata = () => done(sound.duration));
})"""
"""The length of the recording that is played, in seconds."""
NO_SERVER = "() => { globalThis.asked = 0; globalThis.fetch = async () => { globalThis.asked += 1; throw new TypeError('no network'); }; }"
"""From now on each request of the page fails."""
WAITS = "() => fetch('/api/say', { method: 'POST', body: JSON.stringify({ device: 'kitchen', text: 'Dinner.' }) }).then(() => null)"
"""Something waits to be said."""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""By so many pixels the page is wider than the screen."""
HEADER = """connection => {
  document.querySelector("#connection").textContent = connection;
  return ["header", ".brand", "nav"].map(part => document.querySelector(part).getBoundingClientRect().toJSON());
}"""
"""Where the header, the name and the links are, with this text about the connection."""


async def converse(kitchen: RunningDevice) -> None:
    await kitchen.is_called()
    await kitchen.hears(noise(0.2))
    await kitchen.steps.states(turn="DRAINING")


async def show(browser: Browser, view: str) -> None:
    """Show a view, and wait until it is complete."""

    def go(page: Page) -> None:
        page.evaluate("view => { location.hash = `#/${view}`; }", view)
        page.wait_for_selector(VIEWS[view], state="attached")
        if view.startswith("device"):
            page.locator("figure svg").nth(6).wait_for(state="attached")

    await browser.do(go)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_can_be_used_by_everybody(tmp_path: Path, scheme: Any) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with looked_at(tmp_path, brain=brain) as (tars, browser), device(tars.url) as kitchen:
            await browser.do(lambda page: page.emulate_media(color_scheme=scheme, reduced_motion="reduce"))
            await browser.see(".card")
            await converse(kitchen)
            tars.registry.timers.of("kitchen").set("tea", 600, lambda _: None)
            problems, wide = [], []
            for view in VIEWS:
                await show(browser, view)
                problems += [f"{view}: {problem}" for problem in await browser.do(accessible)]
                await browser.do(lambda page: page.set_viewport_size({"width": 360, "height": 740}))
                if await browser.do(lambda page: page.evaluate(OVER)) > 0:
                    wide.append(view)
                await browser.do(lambda page: page.set_viewport_size({"width": 1280, "height": 900}))
            assert problems == []
            assert wide == [], "on a phone nothing is wider than the screen"

    asyncio.run(main())


def test_on_a_phone_the_links_are_below_the_name_and_leave_the_screen_to_the_page(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):

            def look_at(page: Page, path: str) -> Any:
                page.goto(f"{tars.console}{path}")
                return page.evaluate(HEADER, "the server does not answer")

            def measure(page: Page) -> list[Any]:
                page.set_viewport_size({"width": 360, "height": 640})
                return [look_at(page, path) for path in ("/", "/talk")]

            for header, brand, nav in await browser.do(measure):
                assert nav["top"] >= brand["bottom"]
                assert nav["width"] > 300, "the links have the whole row"
                assert header["height"] <= 160, "a quarter of the screen at most"

    asyncio.run(main())


def test_the_login_can_be_used_by_everybody(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path, console_password="correct horse battery") as (tars, browser):
            await browser.click("#leave")
            await browser.see("#secret")
            assert await browser.do(accessible) == []
            await browser.do(lambda page: page.fill("#secret", "correct horse battery"))
            await browser.do(lambda page: page.keyboard.press("Enter"))
            await browser.do(lambda page: page.wait_for_url(f"{tars.console}/"))

    asyncio.run(main())


def test_the_secret_stays_in_no_address_and_no_history(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (_, browser):
            link, addresses = link_of(tmp_path), list[str]()
            secret = link.partition("#")[2]
            assert secret not in await browser.do(lambda page: page.url)

            def sign_in_again(page: Page) -> None:
                page.context.clear_cookies()
                page.on("request", lambda request: addresses.append(request.frame.url) if request.method == "POST" else None)
                page.goto(link)
                page.wait_for_selector(".brand")

            await browser.do(sign_in_again)
            assert len(addresses) == 1
            assert secret not in addresses[0], "it is gone before anything is asked of the server"
            await browser.do(lambda page: page.go_back())
            assert secret not in await browser.do(lambda page: page.url)

    asyncio.run(main())


def test_texts_of_devices_and_people_stay_texts(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard=HOSTILE, text=HOSTILE))
        async with looked_at(tmp_path, brain=brain) as (tars, browser), device(tars.url) as kitchen:
            dialogs: list[str] = []

            def dismiss(dialog: Dialog) -> None:
                dialogs.append(dialog.message)
                dialog.dismiss()

            await browser.do(lambda page: page.on("dialog", dismiss))
            await show(browser, "")
            await browser.click(".card a")
            await converse(kitchen)
            assert await browser.see(".turns .heard") == HOSTILE
            assert await browser.see(".turns .answer") == HOSTILE
            tars.registry.timers.of("kitchen").set(HOSTILE, 600, lambda _: None)
            await show(browser, "timers")
            assert HOSTILE in await browser.see("tbody")
            await show(browser, "log")
            await browser.see(".log li")
            assert await browser.do(lambda page: page.locator("main img, main script").count()) == 0
            assert dialogs == []

    asyncio.run(main())


def test_with_the_keyboard_a_device_is_made_to_speak_and_a_timer_cancelled(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with looked_at(tmp_path, brain=brain) as (tars, browser), device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            await show(browser, "")
            await show(browser, "say")

            def say(page: Page) -> None:
                page.focus("#to")
                page.keyboard.press("Tab")
                page.keyboard.type("Dinner.")
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")

            await browser.do(say)
            await kitchen.steps.states(turn="DRAINING")
            assert [conversation.said for conversation in brain.conversations] == [["Dinner."]]
            tars.registry.timers.of("kitchen").set("tea", 600, lambda _: None)
            await show(browser, "timers")
            await browser.do(lambda page: page.focus("td button"))
            await browser.do(lambda page: page.keyboard.press("Enter"))
            await until(lambda: not tars.registry.timers.running())

    asyncio.run(main())


def test_with_the_keyboard_a_timer_is_set(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser), device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            await browser.do(lambda page: page.evaluate("() => { location.hash = '#/timers'; }"))
            await browser.see("#on option[value=kitchen]")

            def set_timer(page: Page) -> None:
                page.focus("#on")
                for keys in ("Tab", "1", "0", "Tab", "Tab", "t", "e", "a", "Enter"):
                    page.keyboard.press(keys)

            await browser.do(set_timer)
            await browser.see("td:text-is('tea')")
            (timer,) = tars.registry.timers.running()
            assert (timer.device, timer.label, timer.seconds) == ("kitchen", "tea", 600)

    asyncio.run(main())


def test_what_is_not_known_while_the_server_is_away_is_not_said(tmp_path: Path) -> None:
    async def asked_twice(browser: Browser) -> None:
        await browser.do(lambda page: page.evaluate(NO_SERVER))
        while await browser.do(lambda page: page.evaluate("asked")) < 2:
            pass

    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):
            tars.registry.timers.of("kitchen").set("tea", 600, lambda _: None)
            await show(browser, "timers")
            await asked_twice(browser)
            assert "tea" in await browser.see("main tbody")
            await browser.do(lambda page: page.reload())
            await browser.do(lambda page: page.evaluate(WAITS))
            await browser.do(lambda page: page.evaluate("() => { location.hash = '#/say'; }"))
            await browser.see("text=Dinner.")
            await asked_twice(browser)
            assert "Dinner." in await browser.see("main ul")
            await browser.click("text=Withdraw")
            assert await browser.see("main [role=status]:not(:empty)") == "no network"

    asyncio.run(main())


def test_the_login_says_that_the_server_does_not_answer(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):
            await browser.do(lambda page: page.context.clear_cookies())
            await browser.do(lambda page: page.goto(f"{tars.console}/login"))
            await browser.do(lambda page: page.evaluate(NO_SERVER))
            await browser.do(lambda page: page.fill("#secret", "a password"))
            await browser.click("text=Sign in")
            assert await browser.see("#problem:not(:empty)") == "The server does not answer."

    asyncio.run(main())


def test_one_click_shows_digits_and_another_voids_them(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):
            await show_pairing(browser)
            digits = await browser.see(".digits:not(:empty)")
            assert len(digits) == 6
            assert f"tars-pi pair {digits}" in await browser.see(".instructions pre")
            await until(lambda: tars.registry.authenticator.may_pair)
            await browser.click("text=Make the digits void")
            await until(lambda: not tars.registry.authenticator.may_pair)

    async def show_pairing(browser: Browser) -> None:
        await browser.do(lambda page: page.evaluate("() => { location.hash = '#/pair'; }"))
        await browser.click("text=Show six digits")

    asyncio.run(main())


def test_what_was_said_is_played(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with looked_at(tmp_path, brain=brain, record=tmp_path / "said") as (tars, browser), device(tars.url) as kitchen:
            await show(browser, "")
            await browser.click(".card a")
            await converse(kitchen)
            await kitchen.plays_to_the_end()
            await until(lambda: list((tmp_path / "said").glob("*.wav")))
            await browser.click("text=Play what was said")
            assert await browser.do(lambda page: page.evaluate(LENGTH)) > 0.1

    asyncio.run(main())


def test_only_what_there_is_a_recording_of_can_be_played(tmp_path: Path) -> None:
    said = tmp_path / "said"

    def offered(page: Page) -> list[bool]:
        """Of each turn, whether it can be played, once the page has asked again."""
        with page.expect_response("**/api/conversation*"):
            page.reload()
        page.locator(".turns[aria-live]").wait_for()
        return [button.is_visible() for button in page.locator(".turns button").all()]

    async def main() -> None:
        brain = ScriptedBrain(*[Turn(speech=1600, heard="what time is it")] * 3)
        async with looked_at(tmp_path, brain=brain, record=said) as (tars, browser), device(tars.url) as kitchen:
            await converse(kitchen)
            await kitchen.plays_to_the_end()
            await until(lambda: list(said.glob("*.wav")))
            kitchen.press_enter()
            await tars.steps.states("kitchen", session="LISTENING")
            tars.registry.config = replace(tars.registry.config, record=None)
            await converse(kitchen)
            await kitchen.plays_to_the_end()
            await tars.steps.event("playback_complete", 2)
            await show(browser, "device/kitchen")
            assert await browser.do(offered) == [True, False, False, False]
            (recording,) = said.glob("*.wav")
            recording.unlink()
            assert await browser.do(offered) == [False] * 4

    asyncio.run(main())


def test_a_recording_that_is_gone_since_it_was_offered_is_said_to_be_gone(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with looked_at(tmp_path, brain=brain, record=tmp_path / "said") as (tars, browser), device(tars.url) as kitchen:
            await converse(kitchen)
            await kitchen.plays_to_the_end()
            await until(lambda: list((tmp_path / "said").glob("*.wav")))
            await show(browser, "device/kitchen")
            await browser.see("text=Play what was said")
            # The browser would report a 404 as an error of the page.
            await browser.do(lambda page: page.route("**/api/recordings/**", lambda route: route.fulfill(body="no sound")))
            await browser.click("text=Play what was said")
            assert (await browser.see(".device [role=alert]:not(:empty)")).startswith("The recording cannot be played")

    asyncio.run(main())


def test_whoever_comes_from_another_site_with_a_cookie_is_let_in(tmp_path: Path) -> None:
    """Then the browser keeps the cookie back at first, so the login page looks again."""

    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):
            await browser.do(lambda page: page.goto(f"{tars.console}/login"))
            await browser.do(lambda page: page.wait_for_url(f"{tars.console}/"))

    asyncio.run(main())


def test_a_browser_that_is_not_signed_in_is_led_to_the_login(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):
            await browser.see("h1")
            await browser.do(lambda page: page.context.clear_cookies())
            await browser.do(lambda page: page.goto(f"{tars.console}/"))
            await browser.see("#secret")

    asyncio.run(main())
