"""What each server that shares a Redis says of itself, as long as it is alive."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class AboutServer:
    """One server."""

    id: str
    """Of its process: after a restart it is another one."""
    host: str
    """The name of its machine."""
    name: str
    """HOST:PORT, for people."""
    address: str
    """Where devices reach it."""
    console: str
    """Where its console is; empty: there is none."""
    version: str
    since: float
    """When it began, in seconds since 1970."""
    devices: int = 0
    """How many are linked with it."""
    sessions: int = 0
    """How many conversations there are."""
    load: float = 0.0
    """Of its machine: programs that run or wait for a processor, on average over a minute."""
    processors: int = 1


NAMES = frozenset(field.name for field in fields(AboutServer))


def to_text(about: AboutServer) -> str:
    """As it is kept in Redis."""
    return json.dumps(asdict(about))


def read_servers(texts: Iterable[str | None]) -> list[AboutServer]:
    """The servers, by name. What another version says more of itself is left out; one whose text cannot be read too."""
    read = (_read(text) for text in texts if text is not None)
    return sorted((about for about in read if about is not None), key=lambda about: (about.name, about.id))


def _read(text: str) -> AboutServer | None:
    try:
        said: Any = json.loads(text)
        return AboutServer(**{name: value for name, value in said.items() if name in NAMES})
    except (AttributeError, TypeError, ValueError):
        return None
