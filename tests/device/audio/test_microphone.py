"""What is PortAudio's microphone's alone; what it shares with others is in test_microphones.py."""

from __future__ import annotations

import asyncio
from threading import Thread
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tars.device.audio import Captured, FromMicrophone, Missed
from tars.device.audio import microphone as module
from tars.device.audio.card import Form
from tars.device.audio.microphone import PortAudioMicrophone
from tars.runtime import clock
from tars.samples import BLOCK, RATE, Samples, to_samples
from tests.device.audio.forms import forced, likeness, slow_noise, use_streams
from tests.device.audio.sound_card import say
from tests.in_process import until


def test_blocks_lost_to_a_busy_loop_are_declared_missing_and_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(RATE, 1))
    monkeypatch.setattr(module, "QUEUE_LIMIT", 2)
    posted: list[FromMicrophone] = []
    blocks = [bytes([number]) * 2 * BLOCK for number in range(6)]

    async def run() -> None:
        microphone = PortAudioMicrophone()
        microphone.start(posted.append)
        capture = opened[0][-1]
        for number in range(5):  # the loop does not get to run
            capture(blocks[number], BLOCK, None, SimpleNamespace(input_overflow=number == 4))
        await asyncio.to_thread(lambda: None)
        capture(blocks[5], BLOCK, None, SimpleNamespace(input_overflow=False))
        await asyncio.to_thread(lambda: None)
        assert (microphone.lost, microphone.overruns) == (3, 1)
        await microphone.close()

    asyncio.run(run())
    assert posted == [Captured(blocks[0]), Captured(blocks[1]), Missed(3 * BLOCK), Captured(blocks[5])]
    assert caplog.messages == ["microphone: so far this program, busy, lost 3 blocks, and the system lost sound 1 times"]


def test_no_block_is_lost_while_the_event_loop_stands_still_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does while a trace waits for its disk. PortAudio's thread waits for nobody."""
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(RATE, 1))
    posted: list[FromMicrophone] = []
    blocks = [bytes([number]) * 2 * BLOCK for number in range(round(10 * RATE / BLOCK))]

    def capture() -> None:
        for block in blocks:
            opened[0][-1](block, BLOCK, None, SimpleNamespace(input_overflow=False))

    async def run() -> None:
        microphone = PortAudioMicrophone()
        microphone.start(posted.append)
        portaudio = Thread(target=capture, daemon=True)
        portaudio.start()
        portaudio.join(10)  # the loop does not get to run
        assert not portaudio.is_alive()
        assert posted == []
        await until(lambda: len(posted) == len(blocks))
        await microphone.close()

    asyncio.run(run())
    assert posted == [Captured(block) for block in blocks]


async def hear(name: str, channel: int, speech: Samples, **feed: Any) -> Samples:
    """What the microphone captures while this is said into its channel."""
    posted: list[FromMicrophone] = []
    microphone = PortAudioMicrophone(name, channel)
    microphone.start(posted.append)
    await say(speech, **feed)
    enough = len(posted) + 6
    await until(lambda: len(posted) >= enough)
    await microphone.close()
    assert not [item for item in posted if not isinstance(item, Captured)]
    return to_samples(b"".join(item.pcm for item in posted if isinstance(item, Captured)))


@pytest.mark.usefixtures("virtual_sound_card")
@pytest.mark.parametrize("form", [Form(48_000, 1), Form(44_100, 2), Form(48_000, 6), Form(32_000, 8), Form(96_000, 1)])
def test_a_microphone_of_any_form_is_heard_at_16_khz(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "form_of", forced(form))
    speech = slow_noise(1.0, seed=4)
    heard = asyncio.run(hear("default", 1, speech))
    assert len(heard) % BLOCK == 0
    assert likeness(heard, speech) > 0.98


@pytest.mark.usefixtures("virtual_sound_card")
@pytest.mark.parametrize("channel", [1, 4, 6])
def test_the_channel_that_is_wanted_is_heard_and_no_other(channel: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "form_of", forced(Form(44_100, 6)))
    channels = [slow_noise(1.0, seed=number) for number in range(6)]
    spoken = np.stack(channels, axis=1).reshape(-1)
    heard = asyncio.run(hear("pulse:array", channel, spoken, feed="array_feed", channels=6))
    assert likeness(heard, channels[channel - 1]) > 0.95
    assert likeness(heard, channels[channel % 6]) < 0.2


def test_a_muted_microphone_is_closed_and_posts_nothing_that_was_captured_until_it_is_unmuted(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(RATE, 1))
    now = [1000.0]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    posted: list[FromMicrophone] = []

    def capture(number: int) -> None:
        now[0] += module.BLOCK_SECONDS
        opened[-1][-1](bytes([number]) * 2 * BLOCK, BLOCK, None, SimpleNamespace(input_overflow=False))

    async def run() -> None:
        microphone = PortAudioMicrophone()
        microphone.start(posted.append)
        capture(0)
        await asyncio.to_thread(lambda: None)
        capture(1)
        microphone.mute()  # that block waits to be posted
        capture(2)  # the device is not closed yet
        await asyncio.to_thread(lambda: None)
        assert posted == [Captured(bytes(2 * BLOCK))]
        now[0] += 10
        microphone.unmute()
        now[0] -= module.BLOCK_SECONDS / 2
        capture(4)  # half of it was captured before
        await asyncio.to_thread(lambda: None)
        assert len(posted) == 1
        capture(5)
        await asyncio.to_thread(lambda: None)
        await microphone.close()

    asyncio.run(run())
    missed = 10 + 2.5 * module.BLOCK_SECONDS
    assert posted[1:] == [Missed(round(missed * RATE)), Captured(bytes([5]) * 2 * BLOCK)]


def test_a_microphone_that_is_muted_before_its_start_is_opened_when_it_is_unmuted(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(RATE, 1))

    async def run() -> None:
        microphone = PortAudioMicrophone()
        microphone.mute()
        microphone.start(lambda _: None)
        await asyncio.to_thread(lambda: None)
        assert opened == []
        microphone.unmute()
        await until(lambda: opened)
        await microphone.close()

    asyncio.run(run())
