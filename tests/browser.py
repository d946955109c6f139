"""A real browser: Debian's chromium, led by playwright, as the fixtures `browser` and `page` of every test.

playwright keeps an event loop running in the thread of the tests while a browser is open. So nothing there may run one of its own: a
server runs as a process, or in a thread (`tests/in_thread.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # most tests need no browser, and playwright takes a while to import
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(sys.prefix) / "node_modules/axe-core/axe.min.js"


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """A browser without a window. `arguments`: further ones of its command line."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there; `make test` installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *arguments])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """The page, closed afterwards. Fails if a script of it raised, or the browser had to report an error, such as a blocked style."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
    finally:
        page.close()
    assert errors == []


def accessible(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now: a line for each rule and element."""
    if not AXE.exists():
        pytest.skip(f"{AXE} is not there; `make test` installs it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("() => axe.run()")
    return [
        f"{found['id']}: {found['help']}: {node['html'][:200]} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of a module."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that knows nothing yet. An error in it fails the test."""
    with browser.new_context() as context, watched(context.new_page()) as page:
        yield page
