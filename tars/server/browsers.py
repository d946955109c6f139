"""The devices that are pages of the console: they have no key, and names of their own."""

from __future__ import annotations

import re

NAME = re.compile(r"browser-[a-z0-9]{1,16}(-[0-9]{1,2})?")
"""`browser-4f2a`; a second tab of the same browser is `browser-4f2a-2`."""
KEPT = 30 * 86_400
"""Seconds for which it is remembered when a browser was last seen."""


def is_browser(device: str) -> bool:
    """Whether a device of this name is a page."""
    return NAME.fullmatch(device) is not None


def of_pages(name: str) -> str:
    """Why a device may not get this name. It fits into the close of a WebSocket."""
    return f"{name} is no name for a device: pages of the console are called so. Choose another name"
