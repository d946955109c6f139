"""The microphone that does not hear the speaker. What the canceller does is in test_canceller.py."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tars.device.audio import Captured, FromMicrophone, Missed, SpeechNoticed
from tars.device.audio import microphone as portaudio
from tars.device.audio.card import Form
from tars.device.audio.echo.canceller import EchoCanceller
from tars.device.audio.echo.microphone import EchoCancelledMicrophone
from tars.device.audio.echo.played import Played
from tars.device.audio.echo.speex import Speex
from tars.device.audio.microphone import PortAudioMicrophone
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm
from tars.testing import FakeMicrophone
from tests.device.audio.forms import use_streams
from tests.device.audio.test_files import noise


def test_offsets_of_what_is_captured_stay_while_something_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks come out as they come in: as many, equally long, in order, with the same holes."""
    opened: list[Any] = []
    use_streams(monkeypatch, portaudio, opened, Form(RATE, 1))
    monkeypatch.setattr(portaudio, "QUEUE_LIMIT", 2)
    played, posted = Played(), list[FromMicrophone]()
    sound = noise(20 * BLOCK)

    async def run() -> None:
        microphone = EchoCancelledMicrophone(PortAudioMicrophone(), EchoCanceller(played, Speex()))
        microphone.start(posted.append)
        for number in range(20):
            played.note(sound[number * BLOCK :][:BLOCK] if number > 4 else None, BLOCK, rate=RATE, delay=0, at=clock.now())
            opened[0][-1](to_pcm(sound[number * BLOCK :][:BLOCK]), BLOCK, None, SimpleNamespace(input_overflow=False))
            if number != 10:  # at the eleventh block the loop does not get to run
                await asyncio.to_thread(lambda: None)
            if number == 10:
                for _ in range(3):
                    opened[0][-1](bytes(WIDTH * BLOCK), BLOCK, None, SimpleNamespace(input_overflow=False))
        await microphone.close()

    asyncio.run(run())
    lengths = [len(item.pcm) // WIDTH if isinstance(item, Captured) else item for item in posted]
    assert lengths.count(BLOCK) == 20
    assert [item for item in posted if not isinstance(item, Captured)] == [Missed(3 * BLOCK)]
    assert first_blocks(posted, 5) == to_pcm(sound[: 5 * BLOCK]), "nothing is played yet"
    assert first_blocks(posted, 9) != to_pcm(sound[: 9 * BLOCK]), "and then there is"


class Attentive:
    """Notices speech in the third block that it hears, 100 samples before the end of that block."""

    def __init__(self) -> None:
        self.heard = self.paused = 0

    def hear(self, block: Samples, reference: Samples, *, aligned: bool) -> int | None:
        assert not aligned, "no echo was found yet"
        assert len(block) == len(reference)
        self.heard += 1
        return 100 if self.heard == 3 else None

    def pause(self) -> None:
        self.paused += 1


def test_speech_over_what_is_played_is_posted_behind_its_block_with_its_offset() -> None:
    """And after a hole the offset counts what was missed."""
    microphone, played, speech = FakeMicrophone(), Played(), Attentive()
    microphone.delay = 0.0  # type: ignore[attr-defined]
    posted = list[FromMicrophone]()
    cancelled = EchoCancelledMicrophone(cast(Any, microphone), EchoCanceller(played, Speex()), cast(Any, speech))
    cancelled.start(posted.append)
    microphone.hear(noise(BLOCK))
    assert speech.heard == 0
    assert speech.paused == 1
    assert microphone._post is not None
    microphone._post(Missed(5 * BLOCK))
    played.note(noise(RATE), RATE, rate=RATE, delay=0, at=clock.now())
    microphone.hear(noise(4 * BLOCK))
    offset = BLOCK + 5 * BLOCK + 3 * BLOCK
    assert posted[-2] == SpeechNoticed(offset - 100)
    assert [type(item) for item in posted] == [Captured, Missed, Captured, Captured, Captured, SpeechNoticed, Captured]


def first_blocks(posted: list[FromMicrophone], count: int) -> bytes:
    return b"".join(item.pcm for item in posted[:count] if isinstance(item, Captured))


def test_a_mute_reaches_the_device() -> None:
    microphone = FakeMicrophone()
    cancelled = EchoCancelledMicrophone(cast(Any, microphone), EchoCanceller(Played(), Speex()))
    cancelled.mute()
    assert microphone.muted
    cancelled.unmute()
    assert not microphone.muted
