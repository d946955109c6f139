"""Timers that were due while their device was away: they ring when it is back."""

from __future__ import annotations

from collections.abc import Callable

from tars.runtime.log import log

MOST = 100
"""Timers that may wait for one device. A device may never come back, and no device takes the place of another's timers."""
MOST_DEVICES = 1000
"""Devices whose timers may wait."""


class LateRings:
    """The labels of these timers, by device, each in the order in which they were due."""

    def __init__(self, changed: Callable[[str, list[str]], None] = lambda *_: None) -> None:
        """`changed(device, labels)` is called with what waits for a device, after each change."""
        self._labels: dict[str, list[str]] = {}
        self._changed = changed

    def add(self, device: str, label: str) -> None:
        """A timer of a device that is away is due. Of too many, the oldest of this device or all of the oldest device are given up."""
        log.warning("timer is due, but the device is away; it rings when it is back", device=device, label=label)
        labels = self._labels.setdefault(device, [])
        labels.append(label)
        if len(labels) > MOST:
            log.warning("too many timers wait for this device; the oldest is given up", device=device, label=labels.pop(0))
        if len(self._labels) > MOST_DEVICES:
            oldest = next(iter(self._labels))
            log.warning("timers wait for too many devices; those of one are given up", device=oldest, timers=len(self._labels.pop(oldest)))
            self._changed(oldest, [])
        self._changed(device, labels)

    def rename(self, old: str, new: str) -> None:
        """The device has another name."""
        for label in self.take(old):
            self.add(new, label)

    def forget(self, device: str) -> None:
        """Another server has had this device: what waits for it is in the store."""
        self._labels.pop(device, None)

    def take(self, device: str) -> list[str]:
        """What waits for this device, once."""
        labels = self._labels.pop(device, [])
        if labels:
            self._changed(device, [])
        return labels
