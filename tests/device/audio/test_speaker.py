"""What is PortAudio's speaker's alone; what it shares with others is in test_speakers.py."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tars.device.audio import FromSpeaker, Heard
from tars.device.audio import speaker as module
from tars.device.audio.card import SPEAKER_RATE, Form
from tars.device.audio.echo.played import Played
from tars.device.audio.speaker import PortAudioSpeaker
from tars.samples import RATE, Samples, to_pcm, to_samples
from tests.device.audio.forms import forced, likeness, slow_noise, use_streams
from tests.device.audio.sound_card import listen
from tests.in_process import until
from tests.sounds import noise


def test_a_program_too_slow_for_its_speaker_is_counted_and_said_now_and_then(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(SPEAKER_RATE, 1))

    async def run() -> None:
        speaker = PortAudioSpeaker()
        speaker.start(lambda _: None)
        render = opened[0][-1]
        for _ in range(5):
            render(bytearray(20), 10, None, SimpleNamespace(output_underflow=True))
        await asyncio.to_thread(lambda: None)
        assert speaker.late == 5
        await speaker.close()

    asyncio.run(run())
    assert [message.split("device ")[1] for message in caplog.messages] == ["1 times so far", "2 times so far", "4 times so far"]


def test_before_between_and_after_sounds_every_channel_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(RATE, 2))
    heard: list[FromSpeaker] = []
    sound = noise(0.4)

    async def run() -> bytes:
        speaker = PortAudioSpeaker()
        speaker.start(heard.append)
        played = b""

        def render(seconds: float) -> None:
            nonlocal played
            for _ in range(round(seconds / 0.02)):
                out = bytearray(b"?" * (2 * 2 * RATE // 50))
                opened[0][-1](out, RATE // 50, None, SimpleNamespace(output_underflow=False))
                played += out

        render(0.1)
        speaker.open(1, RATE)
        speaker.play(1, sound)
        render(0.5)
        speaker.stop()
        render(0.1)
        speaker.cue(sound)
        render(0.5)
        await asyncio.to_thread(lambda: None)
        await speaker.close()
        return played

    expected = np.concatenate([quiet_for(0.1), sound, quiet_for(0.2), sound, quiet_for(0.1)])
    assert asyncio.run(run()) == to_pcm(np.repeat(expected, 2))
    assert heard[-1] == Heard(1, len(sound))


def test_everything_that_the_device_is_given_is_noted_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, module, opened, Form(RATE, 2))
    noted, sound = Played(), noise(0.4)

    async def run() -> None:
        speaker = PortAudioSpeaker("default", noted)
        speaker.start(lambda _: None)

        def render(seconds: float) -> None:
            for _ in range(round(seconds / 0.02)):
                opened[0][-1](bytearray(2 * 2 * RATE // 50), RATE // 50, None, SimpleNamespace(output_underflow=False))

        render(0.1)
        speaker.cue(sound)
        render(1.0)
        speaker.cue(sound)
        render(0.6)
        await speaker.close()

    asyncio.run(run())
    noted.update()
    expected = np.concatenate([quiet_for(0.1), sound, quiet_for(0.6), sound, quiet_for(0.1)])
    assert (noted.read(0, len(expected)) == expected).all()
    assert noted.clock.start is not None


def quiet_for(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


@pytest.mark.usefixtures("virtual_sound_card")
def test_a_speaker_of_another_form_plays_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "form_of", forced(Form(44_100, 2)))
    speech = slow_noise(1.0, seed=5)
    told: list[FromSpeaker] = []

    async def run() -> Samples:
        recorder = await listen()
        assert recorder.stdout is not None
        recording = asyncio.create_task(recorder.stdout.read())
        speaker = PortAudioSpeaker()
        speaker.start(told.append)
        speaker.open(1, RATE)
        speaker.play(1, speech)
        await until(lambda: Heard(1, RATE) in told)
        speaker.cue(noise(0.3))
        await until(lambda: not speaker._pieces)
        await speaker.close()
        recorder.terminate()
        played = await recording
        await recorder.wait()
        return to_samples(played[: len(played) // 2 * 2])[::3]

    played = asyncio.run(run())
    quarters = [speech[at : at + RATE // 4] for at in range(0, RATE, RATE // 4)]
    assert max(likeness(played, quarter) for quarter in quarters) > 0.9, "a busy machine tears holes, but not into all of it"
