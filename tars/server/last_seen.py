"""When each device had its last link, and whether it was muted: for `tars-server devices`. A file of the state folder, written once a
minute at most. What several servers share of it is in `store/redis_seen.py`.

It is not in the store: a change of the store makes a running server read its keys again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.generated.server.continuity import ContinuityState
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.state import write_private
from tars.server.browsers import KEPT, is_browser

if TYPE_CHECKING:
    from tars.server.device_registry import DeviceRegistry

FILE = "last-seen.json"
SAVE_INTERVAL = 60.0
"""Seconds between two writes, while a device is linked."""
LAST_SAVE_LIMIT = 0.2
"""Seconds that a stopping server waits for the last one."""


@dataclass(frozen=True)
class Seen:
    """How a device was seen last."""

    at: float
    """In seconds since 1970."""
    muted: bool = False
    """Whether it said so, at a time when it was linked."""
    server: str = ""
    """The id of the server that it was linked with; empty: there is one only."""
    name: str = ""
    """What that server is called."""
    linked: bool = False
    """Whether that server has said that it is linked. It may be gone since."""


class LastSeen:
    """Knows it of the devices that have a key, and of browsers; `devices` lists no others."""

    def __init__(self, folder: Path, registry: DeviceRegistry) -> None:
        self._folder = folder
        self._registry = registry
        self._seen = read_last_seen(folder)
        self._saved = dict(self._seen)
        registry.observers.append(self.observe)
        registry.authenticator.forgotten.append(self.forget)

    def observe(self, traced: Traced, core: ServerEndpoint) -> None:
        """A device whose link ends was seen just now."""
        if traced.machine == "continuity" and traced.source == ContinuityState.LINKED != traced.target:
            self._seen[traced.device] = self._now(traced.device)

    def forget(self, device: str) -> None:
        """The device is forgotten: what the file does not say any more does not come back from memory."""
        self._seen.pop(device, None)
        self._saved.pop(device, None)

    def _now(self, device: str) -> Seen:
        reported = runner.reported if (runner := self._registry.runners.get(device)) else None
        return Seen(clock.wall(), reported is not None and reported.muted)

    async def keep(self) -> None:
        """Save again and again, until this is cancelled."""
        while True:
            await clock.sleep_until(clock.now() + SAVE_INTERVAL)
            await self.save()

    async def save(self) -> None:
        """Write the file, if something has changed. A disk that is full does not matter: the next minute comes."""
        names, now = self._registry.authenticator.names, clock.wall()
        linked = {name: self._now(name) for name, runner in self._registry.runners.items() if runner.core.linked}
        seen = read_last_seen(self._folder) | self._seen | linked  # a device may have got another name there
        if not names:  # no device has a key, or the keys are not read yet
            seen = self._saved | {name: one for name, one in seen.items() if is_browser(name)}
            names = set(self._saved)
        self._seen = {name: one for name, one in seen.items() if (now - one.at < KEPT if is_browser(name) else name in names)}
        if self._seen == self._saved:
            return
        seen = dict(self._seen)
        try:
            await asyncio.to_thread(_write, self._folder, seen)
        except ConfigError as error:
            log.warning("when devices were seen is not saved", reason=error)
        else:
            self._saved = {name: one for name, one in seen.items() if name in self._seen}

    async def save_at_end(self) -> None:
        """Save once more, but hold up the stop for LAST_SAVE_LIMIT at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SAVE_LIMIT):
                await self.save()


def drop_seen(folder: Path, device: str) -> None:
    """Forget when that device was seen. A running server writes it again as long as the device has a key. Raises ConfigError."""
    _write(folder, {name: seen for name, seen in read_last_seen(folder).items() if name != device})


def rename_seen(folder: Path, old: str, new: str) -> None:
    """The device has another name. Raises ConfigError."""
    seen = read_last_seen(folder)
    if old in seen:
        _write(folder, {new if name == old else name: one for name, one in seen.items()})


def _write(folder: Path, seen: Mapping[str, Seen]) -> None:
    write_private(folder, FILE, json.dumps({name: {"at": one.at, "muted": one.muted} for name, one in seen.items()}))


def read_last_seen(folder: Path) -> dict[str, Seen]:
    """Device -> how it was seen last. A file that is missing or damaged says nothing."""
    try:
        saved = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    read = {name: _read(one) for name, one in saved.items()} if isinstance(saved, Mapping) else {}
    return {name: seen for name, seen in read.items() if seen is not None}


def _read(saved: object) -> Seen | None:
    """One entry; an earlier version has written a number alone. None: it is damaged."""
    at, muted = (saved.get("at"), saved.get("muted")) if isinstance(saved, Mapping) else (saved, False)
    return Seen(at, muted is True) if isinstance(at, int | float) else None
