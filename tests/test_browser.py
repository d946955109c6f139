"""The browser of the tests is a real one, and tells of what is wrong with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import accessible, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SOUND = "<!doctype html><html lang='en'><title>one</title><main><h1>one</h1></main></html>"


def served(page: Page, text: str, policy: str = "default-src 'self'") -> None:
    """The page shows a text, under a policy."""
    page.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html", headers={"content-security-policy": policy}))
    page.goto("http://localhost/")


def test_a_sound_page_has_nothing_wrong(page: Page) -> None:
    served(page, SOUND)
    assert page.title() == "one"
    assert accessible(page) == []


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        (f"{SOUND}<script>nothing.here()</script>", "default-src 'self' 'unsafe-inline'"),
        (f"{SOUND}<p style='color:red'>", "default-src 'self'"),
    ],
    ids=["a script that raises", "a style that the policy forbids"],
)
def test_an_error_of_the_page_fails_the_test(browser: Browser, text: str, policy: str) -> None:
    def visit() -> None:
        with watched(browser.new_page()) as page:
            served(page, text, policy)

    with pytest.raises(AssertionError):
        visit()


def test_what_cannot_be_read_aloud_is_found(page: Page) -> None:
    served(page, SOUND.replace("</h1>", "</h1><button></button>"))
    assert any(found.startswith("button-name") for found in accessible(page))
