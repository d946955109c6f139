"""The commands `tars-server say` and `tars-server ask`. They run beside the server and meet it in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from tars.core.effects import ANSWERED, SPOKEN, UNANSWERED
from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.signals import signals
from tars.server.browsers import is_browser
from tars.server.push.announcements import FAILED, IMPOSSIBLE, WITHDRAWN, Announcement
from tars.server.state_folder import Store, no_such_device

LOOK_INTERVAL = 0.2
"""Seconds between two looks at what has become of it."""

Say = Callable[[str], object]


async def say(store: Store, served: Callable[[], bool], device: str, text: str, seconds: float, tell: Say) -> None:
    """Have a device speak, and say whether it has. For one that is away it waits, and the command ends. Raises ConfigError."""
    announcement = _add(store, device, text, seconds, asks=False)
    until = f"until {datetime.fromtimestamp(announcement.until):%Y-%m-%d %H:%M}"
    if not served():
        tell(f"No tars-server runs with this store. It waits {until}.")
        return
    ended = await _outcome(store, announcement, stops_if_away=True)
    if ended is None:
        tell(f"It waits {until}.")
    elif ended.outcome == SPOKEN:
        tell(f"Spoken on {device}.")
    elif ended.away and ended.is_due(clock.wall()):
        tell(f"{device} is away. It waits {until}.")
    else:
        raise _unspoken(ended)


async def ask(store: Store, served: Callable[[], bool], device: str, text: str, seconds: float, tell: Say) -> None:
    """Have a device ask, and say what was answered. Raises ConfigError, also if nobody has answered."""
    if not served():
        raise ConfigError("no tars-server runs with this store, so nobody would hear the answer; start it, or name its --state and store")
    announcement = _add(store, device, text, seconds, asks=True)
    try:
        ended = await _outcome(store, announcement, stops_if_away=False)
    finally:
        store.announcements.end(announcement.id, WITHDRAWN)  # nobody waits for its answer any more
    if ended is None:
        tell("The question is withdrawn.")
    elif ended.outcome == ANSWERED:
        tell(ended.answer)
    elif ended.outcome == UNANSWERED:
        raise ConfigError(f"nobody has answered on {device}")
    else:
        raise _unspoken(ended)


def _add(store: Store, device: str, text: str, seconds: float, *, asks: bool) -> Announcement:
    if store.needs_keys and not is_browser(device) and device not in [name for name, _ in store.list_keys()]:
        raise no_such_device(device)
    return store.announcements.add(device, text, seconds, asks=asks)


async def _outcome(store: Store, announcement: Announcement, *, stops_if_away: bool) -> Announcement | None:
    """The announcement once it has ended, or its time is over, or its device is away. None: this command was stopped."""
    stopped = asyncio.Event()
    with signals(stopped.set, lambda: None):
        while not stopped.is_set():
            now = store.announcements.find(announcement.id)
            if now is None:
                raise ConfigError("the announcement is gone from the store")
            if not now.is_due(clock.wall()) or (now.away and stops_if_away):
                return now
            try:
                async with asyncio.timeout(LOOK_INTERVAL):
                    await stopped.wait()
            except TimeoutError:
                pass
    return None


def _unspoken(ended: Announcement) -> ConfigError:
    if ended.outcome == IMPOSSIBLE:
        return ConfigError(f"{ended.device} runs a version that cannot be spoken to; update it")
    if ended.outcome == FAILED:
        return ConfigError(f"it could not be spoken on {ended.device}; the log of the server says why")
    return ConfigError(f"it was not spoken on {ended.device} in time, and is expired")
