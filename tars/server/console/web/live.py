"""What open pages are told as it happens. While none is open, a step costs one look at an empty set.

A page gets a message ten times a second at most. What happens in between is joined: of a device its last state, of the device that it
looks at the last steps. So a page that reads slowly gets less, nothing grows, and no page holds up the devices.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.engine import values_of
from tars.generated.messages import DeviceStatus, MachineStep, Message, SoundLevel, Watch
from tars.runtime import clock
from tars.runtime.runner import Tell
from tars.server.console.web import Json
from tars.server.console.web.devices import describe, names
from tars.server.console.web.fleet import describe_fleet
from tars.server.device_registry import DeviceRegistry
from tars.server.runner import ServerDeviceRunner

MOST_PAGES = 16
"""Pages at a time: half of the connections of the console."""
INTERVAL = 0.1
"""Seconds between two messages to one page."""
DEVICES_AT_ONCE = 40
"""Devices in one message. Of 200 devices that change all the time, each is shown twice a second."""
MOST_STEPS = 100
"""Steps in one message. Of more, the last ones are sent, and how many are missing."""
WATCHED_FOR, ASK_AGAIN = 30, 15.0
"""Seconds for which a device is asked to tell its own steps, and after which it is asked again if somebody still looks."""
LOOK_INTERVAL = 1.0
"""Seconds between two looks at the other servers, where several share a Redis."""
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
    refreshed: float = -REFRESH
    """When it was told of all devices."""
    asked: tuple[int, float] = (0, 0.0)
    """On which link, and when, the device was asked to tell its own steps."""
    others: dict[str, deque[Json]] = field(default_factory=dict)
    """Kind of message -> what is told of it."""
    fleet: Json = field(default_factory=dict)
    """What it was told of the servers last."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add_step(self, step: Json) -> None:
        """A step of the device that it looks at."""
        self.missing += len(self.steps) == MOST_STEPS
        self.steps.append(step)
        self.news.set()

    def add(self, kind: str, told: Json) -> None:
        """Something of another kind. Of more than fit into one message, the last ones are sent."""
        self.others.setdefault(kind, deque(maxlen=MOST_STEPS)).append(told)
        self.news.set()

    def take(self, registry: DeviceRegistry) -> Json:
        """What is told now."""
        now: Json = {}
        if clock.now() >= self.refreshed + REFRESH:
            self.refreshed = clock.now()
            now["names"] = names(registry)
            self.changed |= dict.fromkeys(now["names"])
        if self.changed:
            some = list(islice(self.changed, DEVICES_AT_ONCE))
            self.changed = dict.fromkeys(islice(self.changed, DEVICES_AT_ONCE, None))
            now["devices"] = [describe(registry, name) for name in some]
        if self.steps:
            now |= {"steps": list(self.steps), "missing": self.missing}
            self.steps.clear()
            self.missing = 0
        if registry.fleet and (fleet := describe_fleet(registry.fleet)) != self.fleet:
            now["fleet"] = self.fleet = fleet
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
        for page in self.pages:
            if step.machine is not None:
                page.changed[step.device] = None
                page.news.set()
                if page.device == step.device:
                    page.add_step(as_json(step))

    def take_told(self, device: str, message: Message) -> None:
        """What a device tells: that it is muted or not; and if it is watched a step of its own machines, or how loud it is there."""
        for page in self.pages:
            if isinstance(message, DeviceStatus):
                page.changed[device] = None
                page.news.set()
            elif page.device != device:
                continue
            elif isinstance(message, MachineStep):
                page.add_step(_of_device(message))
            elif isinstance(message, SoundLevel):
                page.add("levels", {"at": round(clock.wall(), 3)} | values_of(message))

    def _ask(self, page: Page) -> None:
        """Have the device of the page tell its own steps. It stops by itself when it is not asked any more."""
        runner = self._watchable(page.device)
        if runner is None:
            return
        generation, at = page.asked
        now = clock.now()
        if generation != runner.core.link.generation or now >= at + ASK_AGAIN:
            page.asked = runner.core.link.generation, now
            runner.post(Tell(runner.core.link.generation, Watch(WATCHED_FOR)))

    def _ask_no_more(self, device: str) -> None:
        """If nobody looks at this device any more, it need not tell its steps."""
        runner = self._watchable(device)
        if runner is not None and all(page.device != device for page in self.pages):
            runner.post(Tell(runner.core.link.generation, Watch(0)))

    def _watchable(self, device: str) -> ServerDeviceRunner | None:
        """The runner of a device that can tell its steps now; None: it cannot."""
        runner = self._registry.runners.get(device)
        return runner if runner is not None and runner.core.linked and "watch" in runner.core.abilities else None

    def tell(self, kind: str, told: Json) -> None:
        """Something of another kind, to all pages."""
        for page in self.pages:
            page.add(kind, told)

    async def look(self) -> None:
        """Look at the other servers and their devices. Pages are told of what is new."""
        if (fleet := self._registry.fleet) is None:
            return
        before, reachable = fleet.view, fleet.reachable
        after = await fleet.look()
        if (after, fleet.reachable) != (before, reachable):
            for page in self.pages:
                page.changed |= dict.fromkeys(name for name, seen in after.seen.items() if seen != before.seen.get(name))
                page.news.set()

    async def watch_fleet(self) -> None:
        """Do so again and again while a page is open, until this is cancelled."""
        while True:
            await clock.sleep_until(clock.now() + LOOK_INTERVAL)
            if self.pages:
                await self.look()

    async def stream(self, page: Page) -> AsyncIterator[bytes]:
        """The messages to this page, as Server-Sent Events."""
        self.pages.add(page)
        try:
            while True:
                self._ask(page)
                yield _event(page.take(self._registry))
                await clock.sleep_until(clock.now() + INTERVAL)
                with suppress(TimeoutError):
                    async with asyncio.timeout(REFRESH):
                        await page.news.wait()
        finally:
            self.pages.discard(page)
            self._ask_no_more(page.device)


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


def _of_device(step: MachineStep) -> Json:
    """A step of a machine of the device; without an event it is the state in which the machine is."""
    return {"node": "device", "at": round(clock.wall(), 3)} | values_of(step)


def _event(told: Json) -> bytes:
    return f"data: {json.dumps(told)}\n\n".encode()
