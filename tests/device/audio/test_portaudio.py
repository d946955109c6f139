"""What is PortAudio's alone; what it shares with others is in test_microphones.py and test_speakers.py."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tars.device.audio import Captured, FromMicrophone, FromSpeaker, Heard, Missed, portaudio
from tars.device.audio.card import SPEAKER_RATE, Form
from tars.device.audio.portaudio import PortAudioMicrophone, PortAudioSpeaker
from tars.runtime import clock
from tars.samples import BLOCK, RATE, Samples, to_samples
from tests.device.audio.sound_card import listen, say
from tests.in_process import until
from tests.sounds import noise


def use_streams(monkeypatch: pytest.MonkeyPatch, opened: list[Any], form: Form) -> None:
    """Streams that only note with what they are opened, on a device that has this form."""

    def stream(*arguments: Any) -> SimpleNamespace:
        opened.append(arguments)
        return SimpleNamespace(delay=0, over=False, alive=True, called=clock.now() + 3600, close=lambda: None)

    monkeypatch.setattr(portaudio, "Stream", stream)
    monkeypatch.setattr(portaudio, "form_of", lambda *_, **__: form)


def test_blocks_lost_to_a_busy_loop_are_declared_missing_and_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, opened, Form(RATE, 1))
    monkeypatch.setattr(portaudio, "QUEUE_LIMIT", 2)
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


def test_a_program_too_slow_for_its_speaker_is_counted_and_said_now_and_then(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[Any] = []
    use_streams(monkeypatch, opened, Form(SPEAKER_RATE, 1))

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


# --- devices that are not as they are wanted -----------------------------------------------------------------------------------


def forced(form: Form) -> Any:
    """Whatever a real device could do, it is opened in this form."""
    return lambda *_, **__: form


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


def likeness(heard: Samples, said: Samples) -> float:
    """How much some part of what was heard is like what was said: 1 if it is the same but for its loudness."""
    size = len(heard) + len(said)
    match = np.fft.irfft(np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(said.astype(float), size)), size)
    at = int(match[: len(heard) - len(said)].argmax())
    part = heard[at : at + len(said)].astype(float)
    return float(match[at] / np.sqrt((part @ part) * (said.astype(float) @ said.astype(float))))


def slow_noise(seconds: float, seed: int) -> Samples:
    """Noise below 4 kHz: what every rate can carry."""
    rough = np.random.default_rng(seed).normal(0, 1, round(seconds * RATE))
    return np.asarray(np.convolve(rough, np.hanning(9), "same") * 2000, np.int16)


@pytest.mark.usefixtures("virtual_sound_card")
@pytest.mark.parametrize("form", [Form(48_000, 1), Form(44_100, 2), Form(48_000, 6), Form(32_000, 8), Form(96_000, 1)])
def test_a_microphone_of_any_form_is_heard_at_16_khz(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "form_of", forced(form))
    speech = slow_noise(1.0, seed=4)
    heard = asyncio.run(hear("default", 1, speech))
    assert len(heard) % BLOCK == 0
    assert likeness(heard, speech) > 0.98


@pytest.mark.usefixtures("virtual_sound_card")
@pytest.mark.parametrize("channel", [1, 4, 6])
def test_the_channel_that_is_wanted_is_heard_and_no_other(channel: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "form_of", forced(Form(44_100, 6)))
    channels = [slow_noise(1.0, seed=number) for number in range(6)]
    spoken = np.stack(channels, axis=1).reshape(-1)
    heard = asyncio.run(hear("pulse:array", channel, spoken, feed="array_feed", channels=6))
    assert likeness(heard, channels[channel - 1]) > 0.95
    assert likeness(heard, channels[channel % 6]) < 0.2


@pytest.mark.usefixtures("virtual_sound_card")
def test_a_speaker_of_another_form_plays_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "form_of", forced(Form(44_100, 2)))
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
