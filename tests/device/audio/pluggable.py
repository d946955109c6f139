"""A device that the test plugs in and out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from tars.errors import ConfigError
from tars.runtime import clock


class Device:
    """Can be plugged in and out."""

    def __init__(self) -> None:
        self.there = True
        self.streams: list[FakeStream] = []

    def open(self) -> FakeStream:
        if not self.there:
            raise ConfigError("there is none")
        self.streams.append(FakeStream())
        return self.streams[-1]


class FakeStream:
    def __init__(self) -> None:
        self.over = False
        self.alive = True
        self.called = clock.now() + 3600
        self.closed = False
        self.lets_go = Event()
        self.lets_go.set()

    def close(self) -> None:
        self.lets_go.wait()
        self.closed = True


def opens_after(lets_go: Event, device: Device) -> tuple[Callable[[], FakeStream], Event]:
    """What opens a device when `lets_go` is set, and an event that is set when that has begun."""
    begun = Event()

    def open_it() -> FakeStream:
        begun.set()
        lets_go.wait()
        return device.open()

    return open_it, begun
