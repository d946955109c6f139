"""Somebody who looks at the page in a real browser, while the server runs in the event loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.browser import chromium, watched
from tests.in_process import RunningServer, server

if TYPE_CHECKING:
    from playwright.sync_api import Page

Result = TypeVar("Result")


class Browser:
    """One page of a browser. playwright wants all its calls in one thread, which is not that of the event loop."""

    def __init__(self, thread: ThreadPoolExecutor, page: Page) -> None:
        self._thread, self._page = thread, page

    async def do(self, work: Callable[[Page], Result]) -> Result:
        """What `work` returns for the page."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._page)

    async def see(self, selector: str) -> str:
        """Wait until an element is seen; its text."""
        return str(await self.do(lambda page: page.locator(selector).first.evaluate("it => it.innerText ?? it.textContent")))

    async def click(self, selector: str) -> None:
        await self.do(lambda page: page.click(selector))


@asynccontextmanager
async def looking(url: str, *arguments: str, **context: Any) -> AsyncIterator[Browser]:
    """A browser at that URL. An error in a page, such as something that its policy forbids, fails the test."""
    thread, opened = ThreadPoolExecutor(1), ExitStack()

    def open_page() -> Page:
        browser = opened.enter_context(chromium(*arguments))
        page = opened.enter_context(watched(opened.enter_context(browser.new_context(**context)).new_page()))
        page.goto(url)
        return page

    loop = asyncio.get_running_loop()
    try:
        yield Browser(thread, await loop.run_in_executor(thread, open_page))
    finally:
        await loop.run_in_executor(thread, opened.close)
        thread.shutdown()


def link_of(state: Path) -> str:
    """The link that signs in."""
    return (state / "console.link").read_text().strip()


@asynccontextmanager
async def looked_at(state: Path, *arguments: str, **settings: Any) -> AsyncIterator[tuple[RunningServer, Browser]]:
    """A server with this state folder, and a browser that has opened its link."""
    async with server(state=state, console="127.0.0.1:0", **settings) as tars, looking(link_of(state), *arguments) as browser:
        await browser.do(lambda page: page.wait_for_url(f"{tars.console}/"))
        yield tars, browser
