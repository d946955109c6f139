"""The form of a device key. Both programs need it: the server makes keys, the device checks the one in its settings."""

from __future__ import annotations

import re

PREFIX = "tars_"
"""The first characters of every key. People and secret scanners recognise a key by them."""
KEY = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


def is_key(text: str) -> bool:
    """Whether it has the form of a key."""
    return KEY.fullmatch(text) is not None


def read_key(text: str) -> str | None:
    """A device key; no text is no key. Raises ValueError, which does not repeat the text: errors end up in logs."""
    if text and not is_key(text):
        raise ValueError("must be a key as `tars-server key add NAME` prints it: tars_ and 43 more characters")
    return text or None
