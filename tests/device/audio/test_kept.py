"""A device that goes away, played by the test; one that hangs is in test_kept_hanging.py."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tars.device.audio import SoundFailed, kept
from tars.device.audio.card import NotThereError, StuckError
from tars.device.audio.kept import Kept
from tars.errors import ConfigError
from tars.runtime import clock
from tests.device.audio.pluggable import Device, FakeStream
from tests.in_process import until

pytestmark = pytest.mark.usefixtures("short_pauses")


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


def test_other_streams_are_closed_for_a_device_that_portaudio_does_not_know_but_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []
    monkeypatch.setattr(kept, "look_again", lambda *, close_others: looked.append(close_others))

    async def run(error: type[ConfigError]) -> list[int]:
        looked.clear()
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)

        def fail() -> FakeStream:
            raise error("it is not there")

        holding._open = fail
        device.streams[0].over = True
        await until(lambda: len(looked) >= 130)
        await holding.close()
        return [number for number, close in enumerate(looked[:130], 1) if close]

    assert asyncio.run(run(NotThereError)) == [2, 4, 8, 16, 32, 64, 128]
    assert asyncio.run(run(ConfigError)) == [], "it is known, and cannot be opened"


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


def test_a_device_that_nobody_can_look_for_ends_the_program_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[SoundFailed] = []

    def cannot(**_: bool) -> None:
        raise StuckError("nobody can look for it")

    monkeypatch.setattr(kept, "look_again", cannot)

    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, told.append)
        device.there = False
        device.streams[0].over = True
        await until(lambda: told)
        await holding.close()

    asyncio.run(run())
    assert told == [SoundFailed("the microphone has failed: nobody can look for it")]


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


def test_a_device_that_is_released_is_closed_and_opened_again_when_it_is_wanted(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)
        for number in range(2):
            holding.release()
            await until(lambda: device.streams[-1].closed)
            device.streams[-1].over = True  # nobody looks after a device that is released
            holding.reopen()
            said = 2 * number + 2
            await until(lambda: len(caplog.messages) == said)  # noqa: B023 - it is used at once
        await holding.close()
        assert device.streams[-1].closed

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(run())
    assert caplog.messages == ["the microphone is closed", "the microphone is open"] * 2


def test_a_device_that_is_released_at_first_is_not_opened_and_one_that_is_away_then_is_waited_for() -> None:
    async def run() -> None:
        device = Device()
        device.there = False
        holding = Kept("microphone", device.open, lambda _: None, released=True)
        assert device.streams == []
        holding.reopen()
        await until(lambda: holding._failures >= 3)
        device.there = True
        await until(lambda: device.streams)
        await holding.close()

    asyncio.run(run())


def test_a_device_that_is_released_while_it_is_away_is_not_tried_any_more(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)
        device.there = False
        device.streams[0].over = True
        await until(lambda: holding._failures >= 3)
        holding.release()
        await until(lambda: "the microphone is closed" in caplog.messages)
        device.there = True
        await holding.close()
        assert len(device.streams) == 1

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(run())
    assert not [message for message in caplog.messages if "is back after" in message]
