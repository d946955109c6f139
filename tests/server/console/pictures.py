"""The pages of the console for the documentation; `python -m tests.screenshots` takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from tests.programs import program

if TYPE_CHECKING:
    from playwright.sync_api import Page

VIEWS = {
    "console": ("", ".card[data-name=bath][data-does=listening]", "h1"),
    "console-device": ("device/kitchen", ".misses li", "h1"),
    "console-machines": ("device/kitchen", "[data-machine=device-turn] [data-row].taken", "[data-machine=device-turn]"),
    "console-pair": ("pair", ".digits", "h1"),
}
"""Name -> view, what is there once it is complete, and what is at the top of the picture."""
HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""A page that nobody sees closes its stream. So the network is idle, which a picture waits for."""


@contextmanager
def view(name: str, page: Page) -> Iterator[None]:
    """A view of a server with some devices."""
    path, complete, top = VIEWS[name]
    with program("tests.server.console.pictured") as server:
        page.goto(server.says("link ").removeprefix("link "))
        page.wait_for_selector(".card")
        page.evaluate("view => { location.hash = `#/${view}`; }", path)
        if path == "pair":
            page.click("text=Show six digits")
        page.locator(complete).first.wait_for()
        if path.startswith("device"):
            page.locator("figure svg").nth(6).wait_for(state="attached")
        page.locator(top).evaluate("it => it.scrollIntoView()")
        page.evaluate(HIDE)
        yield


@contextmanager
def talk(page: Page) -> Iterator[None]:
    """The page to talk, on a phone, before the first press: a press needs a microphone."""
    with program("tests.server.console.pictured") as server:
        page.set_viewport_size({"width": 400, "height": 720})
        page.goto(server.says("link ").removeprefix("link "))
        page.wait_for_selector(".card")
        page.click("text=Talk")
        page.wait_for_function("() => document.getElementById('name')?.textContent")
        page.evaluate("() => { document.getElementById('name').textContent = 'This page is the device browser-4f2a91c0.'; }")
        yield


@contextmanager
def fleet(page: Page) -> Iterator[None]:
    """The page of one of two servers that share a Redis."""
    with program("tests.server.console.pictured_fleet") as servers:
        page.goto(servers.says("link ").removeprefix("link "))
        page.locator(".card[data-name=kitchen][data-does='with another server']").wait_for()
        page.locator("tr[data-server] td:nth-child(5):text-is('1')").first.wait_for()
        page.evaluate(HIDE)
        yield


PICTURES: dict[str, Callable[[Page], AbstractContextManager[None]]] = {name: partial(view, name) for name in VIEWS} | {
    "console-fleet": fleet,
    "talk": talk,
}
