"""The part `wyoming` that speaks: a Wyoming service makes the sound."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import soxr
from wyoming.audio import AudioChunk
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeVoice

from tars.brains import BrainSettings
from tars.brains.speak.sentences import sentences
from tars.brains.wyoming_service import Service
from tars.errors import BrainError, ConfigError
from tars.samples import RATE, WIDTH, Samples

LONGEST = 120
"""Seconds of sound of one sentence. A service that sends more does not end it."""

RATES = range(4_000, 192_001)
"""Samples a second that a service may send."""


class Wyoming:
    """Each sentence is a request of its own. The service need not be there when TARS starts."""

    languages = ()
    """Those of the service."""

    def __init__(self, settings: BrainSettings) -> None:
        """The service is not asked."""
        self._service = Service(settings.wyoming.speak, "wyoming.speak", settings.wyoming.timeout)
        self._voice = settings.wyoming.voice

    async def warm(self) -> None:
        """It has nothing to load."""

    async def load(self, voice: str) -> None:
        """Ask the service whether it has the voice. One that is not there now may have it later. Raises ConfigError."""
        if not voice:
            return
        try:
            async with self._service.asked([Describe().event()]) as read:
                info = Info.from_event(await read("info"))
        except BrainError:
            return
        known = sorted(each.name for program in info.tts for each in program.voices)
        if voice not in known:
            raise ConfigError(f"voice {voice!r} is unknown; the service has: {', '.join(known) or 'none'}")

    def sentences(self, text: str) -> list[str]:
        """The sentences of the text."""
        return sentences(text)

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """The samples, as the service sends them. Raises BrainError."""
        name = voice or self._voice
        wanted = Synthesize(text=sentence, voice=SynthesizeVoice(name=name) if name else None)
        async with self._service.asked([wanted.event()]) as read:
            sound = Sound()
            while AudioChunk.is_type((event := await read("audio-chunk", "audio-stop")).type):
                if len(samples := sound.take(AudioChunk.from_event(event))):
                    yield samples
            if len(samples := sound.end()):
                yield samples

    async def close(self) -> None:
        """It has nothing to end."""


class Sound:
    """The sound of a sentence, converted to samples of TARS as it comes."""

    def __init__(self) -> None:
        self._resample: soxr.ResampleStream | None = None
        self._rate = 0
        self._seconds = 0.0

    def take(self, chunk: AudioChunk) -> Samples:
        """The next samples. Raises ValueError or TypeError for sound that is none."""
        if chunk.width != WIDTH:
            raise ValueError(f"samples of {chunk.width} bytes instead of {WIDTH}")
        if chunk.rate not in RATES or (self._resample is not None and chunk.rate != self._rate):
            raise ValueError(f"a rate of {chunk.rate} Hz")
        if self._resample is None:
            self._rate = chunk.rate
            self._resample = soxr.ResampleStream(chunk.rate, RATE, 1, dtype="int16")
        given = np.frombuffer(chunk.audio, "<i2").reshape(-1, chunk.channels).mean(axis=1).astype(np.int16)
        self._seconds += len(given) / chunk.rate
        if self._seconds > LONGEST:
            raise ValueError(f"more than {LONGEST} s of sound for one sentence")
        samples: Samples = self._resample.resample_chunk(given)
        return samples

    def end(self) -> Samples:
        """The last samples."""
        rest = np.zeros(0, np.int16)
        return rest if self._resample is None else self._resample.resample_chunk(rest, last=True)
