"""The text of a recogniser, as the other parts are given it."""

from __future__ import annotations

import re


def words(text: str) -> str:
    """The words, without punctuation around them, and without sounds other than speech: "[BLANK_AUDIO]", "(coughs)"."""
    return re.sub(r"\[.*?\]|\(.*?\)", " ", text).strip(" ,.;:!?")
