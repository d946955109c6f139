"""What every microphone does: one that is a file, the fake, and PortAudio's on a virtual sound card."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tars.device.audio import Captured, FromMicrophone, Microphone
from tars.device.audio.files import FileMicrophone
from tars.device.audio.microphone import PortAudioMicrophone
from tars.samples import BLOCK, RATE, Samples, to_pcm, to_samples
from tars.testing import FakeMicrophone
from tests.device.audio.manual_clock import ManualClock
from tests.device.audio.sound_card import say
from tests.device.audio.test_files import noise, write


@dataclass
class Bench:
    """A microphone under test."""

    microphone: Microphone
    speak: Callable[[Bench], Awaitable[None]]
    """Let it hear what it is to hear; returns when all of that has been posted."""
    posted: list[FromMicrophone] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def post(self, what: FromMicrophone) -> None:
        self.posted.append(what)
        self.threads.add(threading.get_ident())
        self.arrived.set()


@asynccontextmanager
async def fake(samples: Samples, _: Path) -> AsyncIterator[Bench]:
    microphone = FakeMicrophone()

    async def speak(_: Bench) -> None:
        microphone.hear(samples)

    yield Bench(microphone, speak)
    microphone.hear(samples)


@asynccontextmanager
async def file(samples: Samples, folder: Path) -> AsyncIterator[Bench]:
    time = ManualClock()
    path = await asyncio.to_thread(write, folder / "in.wav", to_pcm(samples))
    microphone = await asyncio.to_thread(FileMicrophone, path, time)

    async def speak(_: Bench) -> None:
        await time.advance(len(samples) / RATE + 0.1)

    yield Bench(microphone, speak)


@asynccontextmanager
async def portaudio(samples: Samples, _: Path) -> AsyncIterator[Bench]:
    async def speak(bench: Bench) -> None:
        await say(samples)
        enough = len(bench.posted) + 6
        while len(bench.posted) < enough:
            bench.arrived.clear()
            await bench.arrived.wait()

    yield Bench(PortAudioMicrophone(), speak)


Kind = Callable[[Samples, Path], AbstractAsyncContextManager[Bench]]


@pytest.fixture(params=[fake, file, portaudio], ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param is portaudio:
        request.getfixturevalue("virtual_sound_card")
    made: Kind = request.param
    return made


def test_what_is_said_is_captured_bit_by_bit_in_blocks_on_the_event_loop(kind: Kind, tmp_path: Path) -> None:
    said = noise(2 * RATE)

    async def run() -> Bench:
        async with kind(said, tmp_path) as bench:
            bench.microphone.start(bench.post)
            await bench.speak(bench)
            await bench.microphone.close()
            closed_after = len(bench.posted)
            await bench.microphone.close()
        assert len(bench.posted) == closed_after
        return bench

    bench = asyncio.run(run())
    blocks = [posted.pcm for posted in bench.posted if isinstance(posted, Captured)]
    assert {len(pcm) for pcm in blocks} == {2 * BLOCK}
    assert bench.threads == {threading.get_ident()}
    captured = to_samples(b"".join(blocks))
    first = int(np.flatnonzero(captured)[0]) - int(np.flatnonzero(said)[0])
    assert (captured[first : first + len(said)] == said).all()
    assert not captured[first + len(said) :].any()


def test_a_microphone_can_be_closed_unopened(kind: Kind, tmp_path: Path) -> None:
    async def run() -> None:
        async with kind(noise(1), tmp_path) as bench:
            await bench.microphone.close()
        assert bench.posted == []

    asyncio.run(run())
