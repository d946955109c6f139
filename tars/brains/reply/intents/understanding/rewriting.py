"""Tables of rewriting rules. A rule is a regular expression and its replacement, as `re.sub` takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable

Rules = Iterable[tuple[str, str]]


def rewrite(text: str, rules: Rules) -> str:
    """The text after all rules. Each rule applies, in order, to every match in what the rules before it have made."""
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text


def rewrite_whole(text: str, rules: Rules) -> str | None:
    """The replacement of the first rule whose pattern matches the whole text; None if none does."""
    for pattern, replacement in rules:
        if found := re.fullmatch(pattern, text):
            return found.expand(replacement)
    return None
