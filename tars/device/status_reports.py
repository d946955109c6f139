"""Tells the server whether this device is muted, and what it has counted of its sound: for people who look at the server."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tars.core.effects import Traced
from tars.device.control.commands import Mute
from tars.device.runner import DeviceRunner
from tars.generated.messages import DeviceStatus
from tars.runtime import clock
from tars.runtime.runner import Tell

INTERVAL = 60.0
"""Seconds after which the counts are looked at again."""
SPACING = 1.0
"""Seconds between two messages at least, however often somebody mutes."""


class StatusReports:
    """Sends `device_status` after each welcome, at a change of mute, and each minute if something has changed."""

    def __init__(self, runner: DeviceRunner) -> None:
        self._runner = runner
        self._due = asyncio.Event()
        self._sent: tuple[int, DeviceStatus] | None = None
        """The generation of the link on which it was last said, and what."""
        runner.observers.append(self.observe)

    def observe(self, happened: object) -> None:
        """A step of a machine, or a command that was carried out."""
        linked = isinstance(happened, Traced) and happened.machine == "continuity" and happened.source != happened.target
        if linked or isinstance(happened, Mute):
            self._due.set()

    async def keep(self) -> None:
        """Report again and again, until this is cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL):
                    await self._due.wait()
            self._due.clear()
            if self._report():
                await clock.sleep_until(clock.now() + SPACING)

    def _report(self) -> bool:
        """Send what is new. Whether something was sent."""
        core = self._runner.core
        counts: dict[str, object] = {**self._runner.microphone.counts, **self._runner.speaker.counts}
        now = core.link.generation, DeviceStatus(core.muted, counts)
        if not (core.linked and core.takes_status) or now == self._sent:
            return False
        self._sent = now
        self._runner.post(Tell(*now))
        return True
