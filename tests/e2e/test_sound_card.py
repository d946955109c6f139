"""The device with a microphone and a speaker of the system: a virtual sound card, spoken into and listened to by other programs."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soxr

from tars.device.audio.sounds import ALARM
from tars.device.control.client import ControlClient
from tars.samples import RATE, WIDTH, Samples, to_pcm, to_samples
from tars.testing import ScriptedBrain
from tests.device.audio.sound_card import SoundCard, listen, say, sound_card
from tests.in_process import server
from tests.programs import Program, read_trace, tars_pi, tars_server
from tests.sounds import noise, quiet, read_wav

SPEAKER_RATE = 48_000


@pytest.fixture(scope="module", autouse=True)
def virtual_sound_card() -> Iterator[SoundCard]:
    with sound_card() as card:
        yield card


@asynccontextmanager
async def listening() -> AsyncIterator[asyncio.StreamReader]:
    """What the speaker plays while it lasts, 48 kHz."""
    recorder = await listen()
    assert recorder.stdout is not None
    try:
        yield recorder.stdout
    finally:
        recorder.terminate()
        await recorder.communicate()


async def speak_and_listen(pi: Program, question: Samples) -> Samples:
    """Say this into the microphone; what the speaker plays from then on until the answer was heard, 48 kHz."""
    recorder = await listen()
    assert recorder.stdout is not None
    recording = asyncio.create_task(recorder.stdout.read())
    await say(np.concatenate([quiet(0.3), question, quiet(1, seed=3)]))
    await asyncio.to_thread(pi.says, "DRAINING -> USER_TURN")
    recorder.terminate()
    heard = np.frombuffer(await recording, np.int16)
    await recorder.wait()
    return heard


def likeness(heard: Samples, said: Samples) -> float:
    """How much some part of what was heard, at 48 kHz, is like what was said: 1 if it is the same."""
    pattern = soxr.resample(said.astype(np.float64), RATE, SPEAKER_RATE)
    size = len(heard) + len(pattern)
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(pattern, size)), size)[: len(heard) - len(pattern)]
    at = int(match.argmax())
    part = heard[at : at + len(pattern)].astype(np.float64)
    return float(match[at] / np.sqrt((part @ part) * (pattern @ pattern)))


def test_the_microphone_is_heard_sample_by_sample_and_the_speaker_answers(tmp_path: Path, trace_dir: Path) -> None:
    question = noise(0.8)
    recordings = tmp_path / "recordings"
    with tars_server("--record", recordings, "--trace", trace_dir / "server.jsonl") as (server, url):
        sound = ["--microphone", "default", "--speaker", "default"]
        # The chime plays when the question begins: with echo cancellation the samples would not be the same.
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl", TARS_ECHO_CANCELLATION="off") as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN")
            heard = asyncio.run(speak_and_listen(pi, question))
            pi.stop()
        server.stop()
    recording = read_wav(next(recordings.glob("*-1.wav")))
    assert to_pcm(question) in to_pcm(recording)
    assert likeness(heard, question) > 0.95


def test_a_conversation_goes_on_when_the_sound_server_is_killed_and_started_again_in_it(
    virtual_sound_card: SoundCard, tmp_path: Path, trace_dir: Path
) -> None:
    with tars_server("--record", tmp_path, "--trace", trace_dir / "server.jsonl") as (server, url):
        sound = ["--microphone", "pulse:virtmic", "--speaker", "pulse:virtspk"]
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl") as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN")
            asyncio.run(say(quiet(1)))  # so that some of it has been heard
            virtual_sound_card.kill()
            pi.says("the microphone 'pulse:virtmic' has stopped; it is tried again until it is back")
            said = len(pi.lines)
            virtual_sound_card.start()
            pi.says("the microphone 'pulse:virtmic' is back")
            assert not [line for line in pi.lines[said:] if "refused" in line], "it is tried again quietly"
            pi.says("the speaker 'pulse:virtspk' is back")
            server.says("reason=microphone")
            asyncio.run(say(np.concatenate([noise(0.8), quiet(1, seed=3)])))
            pi.says("THINKING -> SPEAKING")
            virtual_sound_card.kill()
            pi.says("the speaker 'pulse:virtspk' has stopped", 2)
            virtual_sound_card.start()
            pi.says("DRAINING -> USER_TURN")
            pi.stop()
        server.stop()
    events = [line["event"] for line in read_trace(trace_dir / "server.jsonl")]
    assert events.count("gap") == 1, "the outage in the user's turn is declared; the one in the reply is nobody's speech"
    assert events.count("hotword_detected") == 1, "one session all the time"


def test_a_timer_rings_while_the_microphone_is_gone_and_the_speaker_is_there(virtual_sound_card: SoundCard) -> None:
    async def story() -> Samples:
        brain = ScriptedBrain()
        async with server(brain) as tars:
            with tars_pi(tars.url, "--microphone", "pulse:virtmic", "--speaker", "pulse:virtspk") as pi:
                await asyncio.to_thread(pi.says, "continuity UNLINKED -> LINKED")
                pi.press_enter()
                await asyncio.to_thread(pi.says, "turn NO_TURN -> USER_TURN")
                pi.press_enter()
                await tars.steps.states(session="LISTENING")
                virtual_sound_card.kill()
                await asyncio.to_thread(virtual_sound_card.start, microphones=False)
                await asyncio.to_thread(pi.says, "the speaker 'pulse:virtspk' is back")
                async with listening() as heard:
                    brain.conversations[0].caller.ring("tea")
                    alarm = to_samples(await heard.readexactly(WIDTH * 5 * SPEAKER_RATE))
                assert "the microphone 'pulse:virtmic' is back" not in pi.output
                virtual_sound_card.kill()
                await asyncio.to_thread(virtual_sound_card.start)
                await asyncio.to_thread(pi.says, "the microphone 'pulse:virtmic' is back")
                await asyncio.to_thread(pi.stop)
        return alarm

    first_bells = ALARM[: len(ALARM) // 4]  # heard four times: a busy machine may play one of them with a hole
    assert likeness(asyncio.run(story()), first_bells) > 0.9


def capturing() -> list[str]:
    """What the system says of programs that capture from its microphones."""
    listed = subprocess.run(["pactl", "list", "short", "source-outputs"], check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


def test_while_muted_the_system_shows_that_nobody_captures_and_afterwards_the_microphone_is_heard_again(tmp_path: Path) -> None:
    question = noise(0.8)
    recordings, state = tmp_path / "recordings", tmp_path / "state"
    with (
        tars_server("--record", recordings) as (server, url),
        tars_pi(url, "--microphone", "default", "--state", str(state)) as pi,
    ):
        pi.says("continuity UNLINKED -> LINKED")
        before = capturing()
        with ControlClient(state / "control.sock") as client:
            client.ask("mute")
            pi.says("the microphone 'default' is closed")
            assert len(capturing()) == len(before) - 1
            client.ask("unmute")
            pi.says("the microphone 'default' is open")
            assert len(capturing()) == len(before)
            client.ask("button")
            pi.says("turn NO_TURN -> USER_TURN")
        asyncio.run(say(np.concatenate([quiet(0.3), question, quiet(1, seed=3)])))
        pi.says("turn USER_TURN -> THINKING")
        pi.stop()
        server.stop()
    assert to_pcm(question) in to_pcm(read_wav(next(recordings.glob("*-1.wav"))))
