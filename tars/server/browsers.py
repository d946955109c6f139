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
