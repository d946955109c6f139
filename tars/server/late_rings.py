"""Timers that are due and have not rung: their device is away, or a crash could still lose what it is told."""

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
        """`changed(device, labels)` is called with what is due on a device, after each change."""
        self._labels: dict[str, list[str]] = {}
        """What waits for a device that is away."""
        self._ringing: dict[str, list[str]] = {}
        """What a device is told now. It is due until that is recorded: a crash before loses no ring."""
        self._changed = changed

    def add(self, device: str, label: str) -> None:
        """A timer of a device that is away is due. Of too many, the oldest of this device or all of the oldest device are given up."""
        self._stop(device, label)  # perhaps it could not be told
        log.warning("timer is due, but the device is away; it rings when it is back", device=device, label=label)
        labels = self._labels.setdefault(device, [])
        labels.append(label)
        if len(labels) > MOST:
            log.warning("too many timers wait for this device; the oldest is given up", device=device, label=labels.pop(0))
        if len(self._labels) > MOST_DEVICES:
            oldest = next(iter(self._labels))
            log.warning("timers wait for too many devices; those of one are given up", device=oldest, timers=len(self._labels.pop(oldest)))
            self._tell(oldest)
        self._tell(device)

    def ring(self, device: str, label: str) -> None:
        """The device is told that a timer is due."""
        log.info("timer is due", device=device, label=label)
        self._ringing.setdefault(device, []).append(label)
        self._tell(device)

    def rung(self, device: str, label: str) -> None:
        """What the device is told is recorded."""
        if self._stop(device, label):
            self._tell(device)

    def ended(self, device: str) -> None:
        """Nothing is told to the device any more. What it does not know yet was handed back, with `add`."""
        if self._ringing.pop(device, None):
            self._tell(device)

    def rename(self, old: str, new: str) -> None:
        """The device has another name."""
        for label in self.take(old):
            self.add(new, label)
        self.ended(old)

    def forget(self, device: str) -> None:
        """Another server has had this device: what waits for it is in the store."""
        self._labels.pop(device, None)
        self._ringing.pop(device, None)

    def take(self, device: str) -> list[str]:
        """What waits for this device, once: it is told now."""
        labels = self._labels.pop(device, [])
        if labels:
            self._ringing.setdefault(device, []).extend(labels)
        return labels

    def _stop(self, device: str, label: str) -> bool:
        """The device is not told this any more, if it was; whether it was."""
        ringing = self._ringing.get(device, [])
        if told := label in ringing:
            ringing.remove(label)
        return told

    def _tell(self, device: str) -> None:
        self._changed(device, self._labels.get(device, []) + self._ringing.get(device, []))
