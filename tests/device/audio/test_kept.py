"""A device that goes away, played by the test."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from tars.device.audio import SoundFailed, kept
from tars.device.audio.kept import Kept
from tars.errors import ConfigError
from tars.runtime import clock
from tests.in_process import until


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


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LOOK", 0.001)
    monkeypatch.setattr(kept, "RETRY", 0.001)
    monkeypatch.setattr(kept, "HANGS", 0.05)
    monkeypatch.setattr(kept, "look_again", lambda: None)


@pytest.mark.parametrize("how", ["it stops", "it stands still"])
def test_a_device_that_is_gone_is_opened_again_when_it_is_back(how: str, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)
        (first,) = device.streams
        device.there = False
        if how == "it stops":
            first.over = True
        else:
            first.called = clock.now() - kept.STALLED
        await until(lambda: first.closed)
        device.there = True
        await until(lambda: len(caplog.messages) == 2)
        await holding.close()
        assert device.streams[1].closed
        await holding.close()

    asyncio.run(run())
    assert [message.split(" after")[0] for message in caplog.messages] == [
        "the microphone has stopped; it is tried again until it is back",
        "the microphone is back",
    ]


def test_a_device_that_cannot_even_be_closed_ends_the_program_aloud() -> None:
    told: list[SoundFailed] = []

    async def run() -> None:
        device = Device()
        holding = Kept("speaker", device.open, told.append)
        device.streams[0].lets_go.clear()
        device.streams[0].over = True
        await until(lambda: told)
        device.streams[0].lets_go.set()
        await holding.close()

    asyncio.run(run())
    assert told == [SoundFailed("the speaker has failed: its device hangs: it could not be closed within 0.05 s")]


def test_a_device_that_hangs_while_it_is_opened_ends_the_program_aloud() -> None:
    told: list[SoundFailed] = []
    lets_go = Event()

    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, told.append)

        def hang() -> FakeStream:
            lets_go.wait()
            return FakeStream()

        holding._open = hang
        device.streams[0].over = True
        await until(lambda: told)
        lets_go.set()
        await holding.close()

    asyncio.run(run())
    assert told == [SoundFailed("the microphone has failed: its device hangs: it could not be opened within 0.05 s")]


def test_a_device_that_opens_and_stays_dead_is_not_back(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)
        device.streams[0].over = True
        await until(lambda: len(device.streams) == 2)
        device.streams[1].alive = False
        device.streams[1].called = clock.now() - kept.STALLED
        await until(lambda: len(device.streams) > 2)
        await until(lambda: len(caplog.messages) >= 2)
        await holding.close()

    asyncio.run(run())
    assert [message.split(" after")[0] for message in caplog.messages] == [
        "the microphone has stopped; it is tried again until it is back",
        "the microphone is back",
    ], "once each"


def test_why_it_cannot_be_opened_is_said_when_that_is_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "tars.device.audio.kept")

    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)
        device.there = False
        device.streams[0].over = True
        await until(lambda: "there is none" in caplog.messages)
        device.there = True
        await until(lambda: len(device.streams) == 2)
        await holding.close()

    asyncio.run(run())
    assert caplog.messages.count("there is none") == 1


def test_it_is_closed_while_it_is_away() -> None:
    async def run() -> None:
        device = Device()
        holding = Kept("speaker", device.open, lambda _: None)
        device.there = False
        device.streams[0].over = True
        await until(lambda: device.streams[0].closed)
        await holding.close()
        assert len(device.streams) == 1

    asyncio.run(run())


def test_a_device_that_is_not_there_at_the_start_is_an_error() -> None:
    device = Device()
    device.there = False

    async def run() -> None:
        with pytest.raises(ConfigError, match="there is none"):
            Kept("speaker", device.open, lambda _: None)

    asyncio.run(run())
