"""A device that goes away, played by the test."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from threading import Event
from types import SimpleNamespace

import pytest

from tars.device.audio import SoundFailed, apart, kept, library_output
from tars.device.audio.apart import Call, left_behind, one_at_a_time
from tars.device.audio.card import NotThereError, StuckError
from tars.device.audio.kept import Kept
from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.signals import STOP_LIMIT
from tests.in_process import until

CLOSED_WITHIN = 2 * (kept.STOPPING + apart.HALTING)
"""Seconds after which both devices are closed or left behind, one after the other."""


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


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter pauses. How long a device may take stays long: no test depends on a thread being fast."""
    monkeypatch.setattr(kept, "LOOK", 0.001)
    monkeypatch.setattr(kept, "RETRY", 0.001)
    monkeypatch.setattr(kept, "CLOSING", 3600)
    monkeypatch.setattr(kept, "OPENING", 3600)
    monkeypatch.setattr(kept, "STOPPING", 3600)
    monkeypatch.setattr(apart, "HALTING", 0)
    monkeypatch.setattr(library_output, "_where", SimpleNamespace(halt=lambda: None, go_on=lambda: None))
    monkeypatch.setattr(kept, "look_again", lambda **_: None)


@pytest.fixture
def never() -> Iterator[Event]:
    """Not set as long as the test lasts."""
    event = Event()
    yield event
    event.set()
    asyncio.run(until(lambda: not left_behind))


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


def test_a_stream_whose_close_never_returns_is_left_behind_and_the_device_is_opened_again(
    never: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[SoundFailed] = []

    async def run() -> None:
        device = Device()
        holding = Kept("speaker", device.open, told.append)
        monkeypatch.setattr(kept, "CLOSING", 0.01)
        device.streams[0].lets_go = never
        device.streams[0].over = True
        await until(lambda: len(caplog.messages) == 3)
        monkeypatch.setattr(kept, "CLOSING", 3600)
        await holding.close()
        assert [stream.closed for stream in device.streams] == [False, True]

    asyncio.run(run())
    assert [message.split(" after")[0] for message in caplog.messages] == [
        "the speaker has stopped; it is tried again until it is back",
        "the speaker hangs: it could not be closed within 0.01 s; that call is left behind",
        "the speaker is back",
    ]
    assert told == []


def test_an_open_that_never_returns_is_left_behind_and_tried_again_and_what_it_opens_too_late_is_closed(
    never: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    late = FakeStream()
    told: list[SoundFailed] = []

    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, told.append)

        def hang() -> FakeStream:
            holding._open = device.open
            never.wait()
            return late

        holding._open = hang
        monkeypatch.setattr(kept, "OPENING", 0.01)
        device.streams[0].over = True
        await until(lambda: left_behind)
        monkeypatch.setattr(kept, "OPENING", 3600)
        await until(lambda: "the microphone is back after" in caplog.text)
        await holding.close()
        assert not late.closed
        assert device.streams[-1].closed
        never.set()
        await until(lambda: not left_behind)

    asyncio.run(run())
    assert "the microphone hangs: it could not be opened within 0.01 s; that call is left behind" in caplog.messages
    assert late.closed
    assert told == []


def test_too_many_calls_that_hang_end_the_program_aloud(never: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[SoundFailed] = []

    async def run() -> None:
        device = Device()
        holding = Kept("speaker", device.open, told.append)
        monkeypatch.setattr(kept, "CLOSING", 0.01)
        for number in range(kept.MOST + 1):
            await until(lambda wanted=number: len(device.streams) > wanted)  # type: ignore[misc]
            assert not told
            device.streams[number].lets_go = never
            device.streams[number].over = True
        await until(lambda: told)
        assert len(device.streams) == kept.MOST + 1
        await holding.close()

    asyncio.run(run())
    assert told == [
        SoundFailed("the speaker has failed: its device hangs: it could not be closed within 0.01 s, and 5 calls before hang still")
    ]


def test_while_one_device_hangs_the_other_waits_and_is_opened_again_too(
    never: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        speakers, microphones = Device(), Device()
        speaker = Kept("speaker", speakers.open, lambda _: None)
        microphone = Kept("microphone", microphones.open, lambda _: None)
        speakers.streams[0].lets_go = never
        monkeypatch.setattr(kept, "CLOSING", 0.01)
        speakers.streams[0].over = True
        await until(lambda: one_at_a_time._holder is not None)
        monkeypatch.setattr(kept, "CLOSING", 3600)
        microphones.streams[0].over = True
        await until(lambda: caplog.text.count("is back after") == 2)
        await speaker.close()
        await microphone.close()

    asyncio.run(run())
    assert caplog.text.count("left behind") == 1


def test_a_thread_that_hangs_is_halted_before_another_call_has_its_turn(never: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is halted, C's standard error is a full pipe: a call that writes there then would never return."""
    order = list[str]()
    where = SimpleNamespace(halt=lambda: order.append("halt"), go_on=lambda: order.append("go on"))
    monkeypatch.setattr(library_output, "_where", where)
    # So long that the next call would begin before, if it could.
    monkeypatch.setattr(apart, "HALTING", 0.2)

    async def run() -> None:
        device = Device()
        holding = Kept("speaker", device.open, lambda _: None)
        device.streams[0].lets_go = never
        monkeypatch.setattr(kept, "CLOSING", 0.01)
        device.streams[0].over = True
        await until(lambda: one_at_a_time._holder is not None)
        await Call(lambda: order.append("next"), closes=False).result(3600)
        await holding.close()

    asyncio.run(run())
    assert order == ["halt", "go on", "next"]


@pytest.mark.parametrize("call", ["opened again", "closed because it is gone", "closed by the stop"])
def test_a_stop_does_not_wait_for_a_call_that_hangs_nor_does_the_other_device(
    call: str, never: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        speakers, microphones = Device(), Device()
        speaker = Kept("speaker", speakers.open, lambda _: None)
        microphone = Kept("microphone", microphones.open, lambda _: None)
        if call == "opened again":
            speaker._open, opening = opens_after(never, speakers)
            speakers.streams[0].over = True
            await until(opening.is_set)
        else:
            speakers.streams[0].lets_go = never
        if call == "closed because it is gone":
            speakers.streams[0].over = True
            await until(lambda: one_at_a_time._holder is not None)
        monkeypatch.setattr(kept, "STOPPING", 0.01)
        await asyncio.wait_for(speaker.close(), 20)
        assert [hanging.closes for hanging in left_behind] == [call != "opened again"]
        monkeypatch.setattr(kept, "STOPPING", 3600)
        await asyncio.wait_for(microphone.close(), 20)
        assert microphones.streams[0].closed
        await speaker.close()

    asyncio.run(run())


def test_a_stop_does_not_wait_for_its_turn_while_the_other_device_hangs(never: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        speakers, microphones = Device(), Device()
        speaker = Kept("speaker", speakers.open, lambda _: None)
        microphone = Kept("microphone", microphones.open, lambda _: None)
        speakers.streams[0].lets_go = never
        speakers.streams[0].over = True
        await until(lambda: one_at_a_time._holder is not None)
        monkeypatch.setattr(kept, "STOPPING", 0.01)
        await asyncio.wait_for(microphone.close(), 20)
        assert not microphones.streams[0].closed
        await asyncio.wait_for(speaker.close(), 20)
        await until(lambda: microphones.streams[0].closed)
        assert not speakers.streams[0].closed, "it hangs still"

    asyncio.run(run())


def test_a_stop_closes_what_is_just_being_opened(never: Event) -> None:
    async def run() -> None:
        device = Device()
        holding = Kept("speaker", device.open, lambda _: None)
        holding._open, opening = opens_after(never, device)
        device.streams[0].over = True
        await until(opening.is_set)
        closing = asyncio.create_task(holding.close())
        await until(holding._watching.cancelling)
        never.set()
        await closing
        assert [stream.closed for stream in device.streams] == [True, True]

    asyncio.run(run())
    assert not left_behind


def test_both_devices_are_closed_within_the_limit_of_a_stop() -> None:
    assert CLOSED_WITHIN < STOP_LIMIT


HANGS_AT_ITS_END = """
import asyncio, atexit, sys, threading, types
from tars.runtime import entry
from tars.device.audio import kept
from tars.device.audio.apart import left_behind
from tars.runtime.loop import run_loop
from tests.in_process import until
from tests.device.audio.test_kept import Device

async def run():
    device = Device()
    holding = kept.Kept("speaker", device.open, print)
    kept.LOOK, kept.CLOSING = 0.001, 0.01
    device.streams[0].lets_go = threading.Event()
    device.streams[0].over = True
    await until(lambda: left_behind)
    kept.CLOSING = 3600
    await holding.close()

def command(words, config):
    atexit.register(threading.Event().wait)
    run_loop(run())
    return 7

sys.modules["program.main"] = types.SimpleNamespace(command=command)
sys.modules["program.settings"] = types.SimpleNamespace(load=lambda argv, environ: ("run", None))
entry.start("program")
"""


def test_a_process_with_a_call_that_hangs_ends() -> None:
    """What is registered for the end of Python would never return, as PortAudio's own end may not."""
    ended = subprocess.run([sys.executable, "-c", HANGS_AT_ITS_END], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 7, ended.stderr


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
