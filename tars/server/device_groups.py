"""The setting `one_answer`: which devices may hear the same person, so that one of them answers."""

from __future__ import annotations

from collections.abc import Callable

ALL, OFF = "all", "off"


def read_groups(text: str) -> str:
    """`all`, `off`, or groups of devices: `kitchen hall, attic study`. Raises ValueError."""
    text = text.strip()
    if text in (ALL, OFF):
        return text
    names = [name for group in text.split(",") for name in group.split()]
    if any(len(group.split()) < 2 for group in text.split(",")):
        raise ValueError(f"must be all, off, or groups of two devices or more, such as 'kitchen hall, attic study', not {text!r}")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"must have each device once, not {', '.join(twice)} twice")
    return text


def grouping(setting: str) -> Callable[[str], str | None]:
    """What says the group of a device; None: it is in none, and answers always."""
    if setting == ALL:
        return lambda _: ALL
    if setting == OFF:
        return lambda _: None
    return {name: group for group in setting.split(",") for name in group.split()}.get
