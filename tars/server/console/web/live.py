"""What open pages are told as it happens. While none is open, a step costs one look at an empty set.

A page gets a message ten times a second at most. What happens in between is joined: of a device its last state, of the device that it
looks at the last steps. So a page that reads slowly gets less, nothing grows, and no page holds up the devices.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.runtime import clock
from tars.server.console.web.devices import Json, describe, names
from tars.server.device_registry import DeviceRegistry

MOST_PAGES = 16
"""Pages at a time: half of the connections of the console."""
INTERVAL = 0.1
"""Seconds between two messages to one page."""
DEVICES_AT_ONCE = 40
"""Devices in one message. Of 200 devices that change all the time, each is shown twice a second."""
MOST_STEPS = 100
"""Steps in one message. Of more, the last ones are sent, and how many are missing."""
REFRESH = 5.0
"""Seconds until a device is told again though no machine has moved: its round trip may have changed."""


@dataclass(eq=False)
class Page:
    """One open page, and what it has not been told yet."""

    device: str
    """The device whose steps it shows; empty: none."""
    changed: dict[str, None] = field(default_factory=dict)
    """Devices, in the order in which they are told."""
    steps: deque[Json] = field(default_factory=lambda: deque(maxlen=MOST_STEPS))
    missing: int = 0
    """Steps that did not fit into `steps`."""
    refreshed: float = 0.0
    """When it was told of all devices."""
    others: dict[str, deque[Json]] = field(default_factory=dict)
    """Kind of message -> what is told of it."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add_step(self, step: Json) -> None:
        """A step of the device that it looks at."""
        self.missing += len(self.steps) == MOST_STEPS
        self.steps.append(step)
        self.news.set()

    def take(self, registry: DeviceRegistry) -> Json:
        """What is told now."""
        now: Json = {}
        if clock.now() >= self.refreshed + REFRESH:
            self.refreshed = clock.now()
            self.changed |= dict.fromkeys(names(registry))
            now["names"] = list(self.changed)
        if self.changed:
            some = list(islice(self.changed, DEVICES_AT_ONCE))
            self.changed = dict.fromkeys(islice(self.changed, DEVICES_AT_ONCE, None))
            now["devices"] = [describe(registry, name) for name in some]
        if self.steps:
            now |= {"steps": list(self.steps), "missing": self.missing}
            self.steps.clear()
            self.missing = 0
        for kind, told in self.others.items():
            now[kind] = list(told)
        self.others.clear()
        self.news.clear()
        if self.changed:
            self.news.set()
        return now


class Live:
    """Tells the open pages."""

    def __init__(self, registry: DeviceRegistry) -> None:
        self.pages: set[Page] = set()
        self._registry = registry

    def observe(self, step: Traced, core: ServerEndpoint) -> None:
        """A step of the server's machines of a device, or a mark."""
        if not self.pages:
            return
        for page in self.pages:
            if step.machine is not None:
                page.changed[step.device] = None
                page.news.set()
                if page.device == step.device:
                    page.add_step(as_json(step))

    def tell(self, kind: str, told: Json, most: int = MOST_STEPS) -> None:
        """Something of another kind."""
        for page in self.pages:
            page.others.setdefault(kind, deque(maxlen=most)).append(told)
            page.news.set()

    async def stream(self, page: Page, begin: Callable[[], Json]) -> AsyncIterator[bytes]:
        """The messages to this page, as Server-Sent Events. `begin`: what it must know first."""
        self.pages.add(page)
        try:
            yield _event(begin())
            while True:
                yield _event(page.take(self._registry))
                await clock.sleep_until(clock.now() + INTERVAL)
                with suppress(TimeoutError):
                    async with asyncio.timeout(REFRESH):
                        await page.news.wait()
        finally:
            self.pages.discard(page)


def as_json(step: Traced) -> Json:
    """A step as the page shows it."""
    return {
        "node": step.node,
        "machine": step.machine,
        "event": step.event,
        "source": step.source,
        "target": step.target,
        "outcome": step.outcome,
        "row": step.row,
        "at": round(clock.wall(), 3),
    }


def _event(told: Json) -> bytes:
    return f"data: {json.dumps(told)}\n\n".encode()
