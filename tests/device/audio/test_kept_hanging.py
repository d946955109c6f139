"""A device that hangs when it is opened or closed, played by the test."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from threading import Event
from types import SimpleNamespace

import pytest

from tars.device.audio import SoundFailed, apart, kept, library_output
from tars.device.audio.apart import Call, left_behind, one_at_a_time
from tars.device.audio.kept import Kept
from tars.runtime.signals import STOP_LIMIT
from tests.device.audio.pluggable import Device, FakeStream, opens_after
from tests.in_process import until

pytestmark = pytest.mark.usefixtures("short_pauses")

CLOSED_WITHIN = 2 * (kept.STOPPING + apart.HALTING)
"""Seconds after which both devices are closed or left behind, one after the other."""


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


def test_a_device_that_hangs_when_it_is_released_is_not_said_to_be_closed(
    never: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever mutes is not told that the microphone is closed while it may still be open."""

    async def run() -> None:
        device = Device()
        holding = Kept("microphone", device.open, lambda _: None)
        monkeypatch.setattr(kept, "CLOSING", 0.01)
        device.streams[0].lets_go = never
        holding.release()
        await until(lambda: left_behind)
        monkeypatch.setattr(kept, "CLOSING", 3600)
        holding.reopen()
        await until(lambda: "the microphone is open" in caplog.messages)
        await holding.close()

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(run())
    assert caplog.messages == [
        "the microphone hangs: it could not be closed within 0.01 s; that call is left behind",
        "the microphone is open",
    ]


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
from tests.device.audio.pluggable import Device

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
