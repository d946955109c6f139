"""What every speaker does: one in a file, one that nobody hears, the fake, and PortAudio's on a virtual sound card."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soxr

from tars.device.audio import FromSpeaker, Heard, Speaker
from tars.device.audio.card import SPEAKER_RATE
from tars.device.audio.files import FileSpeaker, NullSpeaker
from tars.device.audio.speaker import PortAudioSpeaker
from tars.samples import RATE, Samples, to_samples
from tars.testing import FakeSpeaker
from tests.device.audio.manual_clock import ManualClock
from tests.device.audio.sound_card import listen
from tests.device.audio.test_files import read, tone


@dataclass
class Bench:
    """A speaker under test."""

    speaker: Speaker
    pass_time: Callable[[float], Awaitable[None]]
    """Seconds."""
    heard: list[Heard] = field(default_factory=list)
    rate: int = RATE
    """Of `played`."""
    played: Samples | None = None
    """All that came out; known when the speaker is closed."""
    delay: float = 0.1
    """Seconds from the call until something comes out, at most."""

    def hear(self, news: FromSpeaker) -> None:
        """A speaker under test does not fail."""
        assert isinstance(news, Heard)
        self.heard.append(news)


@asynccontextmanager
async def fake(_: Path) -> AsyncIterator[Bench]:
    speaker = FakeSpeaker()

    async def pass_time(seconds: float) -> None:
        speaker.pass_time(seconds)

    bench = Bench(speaker, pass_time)
    speaker.start(bench.hear)
    yield bench
    await speaker.close()
    bench.played = speaker.played


@asynccontextmanager
async def null(_: Path) -> AsyncIterator[Bench]:
    time = ManualClock()
    bench = Bench(NullSpeaker(time), time.advance)
    bench.speaker.start(bench.hear)
    yield bench
    await bench.speaker.close()


@asynccontextmanager
async def file(folder: Path) -> AsyncIterator[Bench]:
    time = ManualClock()
    bench = Bench(FileSpeaker(folder / "out.wav", time), time.advance)
    bench.speaker.start(bench.hear)
    yield bench
    await bench.speaker.close()
    bench.played = await asyncio.to_thread(read, folder / "out.wav")


@asynccontextmanager
async def portaudio(_: Path) -> AsyncIterator[Bench]:
    listener = await listen()
    assert listener.stdout is not None
    output, played = listener.stdout, bytearray()

    async def pass_time(seconds: float) -> None:
        played.extend(await output.readexactly(2 * round(seconds * SPEAKER_RATE)))

    bench = Bench(PortAudioSpeaker(), pass_time, rate=SPEAKER_RATE, delay=0.3)
    bench.speaker.start(bench.hear)
    yield bench
    await bench.speaker.close()
    listener.terminate()
    await listener.communicate()
    bench.played = to_samples(bytes(played))


Kind = Callable[[Path], AbstractAsyncContextManager[Bench]]


@pytest.fixture(params=[fake, null, file, portaudio], ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param is portaudio:
        request.getfixturevalue("virtual_sound_card")
    made: Kind = request.param
    return made


def tell(kind: Kind, folder: Path, story: Callable[[Bench], Awaitable[None]]) -> Bench:
    async def run() -> Bench:
        async with kind(folder) as bench:
            await story(bench)
        return bench

    return asyncio.run(run())


def sounding(bench: Bench) -> Samples | None:
    """From the first sound to the last, gaps included; None where nobody can know."""
    if bench.played is None:
        return None
    loud = np.flatnonzero(np.abs(bench.played.astype(int)) > 20)
    return bench.played[loud[0] : loud[-1] + 1] if len(loud) else bench.played[:0]


def seconds(bench: Bench) -> float | None:
    """How long it sounds."""
    sound = sounding(bench)
    return None if sound is None else len(sound) / bench.rate


@pytest.mark.parametrize("rate", [16_000, 24_000])
def test_a_reply_is_played_and_heard_to_its_last_sample(kind: Kind, tmp_path: Path, rate: int) -> None:
    reply = tone(0.5, rate)

    async def story(bench: Bench) -> None:
        bench.speaker.open(7, rate)
        for start in range(0, len(reply), rate // 10):
            bench.speaker.play(7, reply[start : start + rate // 10])
        await bench.pass_time(0.6 + bench.delay)

    bench = tell(kind, tmp_path, story)
    counts = [0, *(heard.samples for heard in bench.heard)]
    assert {heard.stream for heard in bench.heard} == {7}
    assert counts[-1] == len(reply)
    assert all(0 <= after - before <= rate / 10 for before, after in pairwise(counts))
    if (sound := sounding(bench)) is not None:
        expected = soxr.resample(reply, rate, bench.rate)
        assert len(sound) == pytest.approx(len(expected), abs=bench.rate / 1000)
        best = np.correlate(sound.astype(float), expected[100:-100].astype(float)).max()
        assert best == pytest.approx(np.square(expected[100:-100].astype(float)).sum(), rel=0.02)


def test_another_streams_samples_are_not_played(kind: Kind, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        bench.speaker.play(1, tone(0.2))
        bench.speaker.open(2, RATE)
        bench.speaker.play(1, tone(0.2))
        await bench.pass_time(0.2 + bench.delay)

    bench = tell(kind, tmp_path, story)
    assert bench.heard == []
    assert seconds(bench) in (0, None)


def test_a_cue_comes_after_the_reply_and_is_not_counted(kind: Kind, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        bench.speaker.open(1, RATE)
        bench.speaker.play(1, tone(0.3))
        bench.speaker.cue(tone(0.2))
        await bench.pass_time(0.6 + bench.delay)

    bench = tell(kind, tmp_path, story)
    assert bench.heard[-1] == Heard(1, round(0.3 * RATE))
    assert seconds(bench) in (None, pytest.approx(0.5, abs=0.01))


def test_stop_is_silence_at_once_and_the_rest_of_the_reply_is_not_played(kind: Kind, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        bench.speaker.open(1, RATE)
        bench.speaker.play(1, tone(2.0))
        await bench.pass_time(0.5)
        bench.speaker.stop()
        bench.speaker.play(1, tone(1.0))
        await bench.pass_time(0.5)

    bench = tell(kind, tmp_path, story)
    assert 0.5 - bench.delay < bench.heard[-1].samples / RATE < 0.5 + bench.delay
    assert seconds(bench) in (None, pytest.approx(0.5, abs=bench.delay))


def test_stop_can_let_a_moment_play_on(kind: Kind, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        bench.speaker.open(1, RATE)
        bench.speaker.play(1, tone(2.0))
        bench.speaker.stop(keep=0.3)
        await bench.pass_time(0.4 + bench.delay)

    bench = tell(kind, tmp_path, story)
    # A real device may have taken its first block between `play` and `stop`.
    assert 0 <= bench.heard[-1].samples - round(0.3 * RATE) <= round(bench.delay * RATE)
    assert seconds(bench) in (None, pytest.approx(0.3, abs=0.01 + bench.delay))


def test_a_speaker_can_be_closed_twice(kind: Kind, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.speaker.close()

    tell(kind, tmp_path, story)


@pytest.mark.parametrize("make", [FakeSpeaker, NullSpeaker, PortAudioSpeaker, lambda: FileSpeaker(Path("never-opened.wav"))])
def test_a_speaker_can_be_closed_unopened(make: Callable[[], Speaker]) -> None:
    asyncio.run(make().close())
    assert not Path("never-opened.wav").exists()
