"""A room that is computed: what its microphone hears of the loudspeaker and of who speaks in it, and the two devices with their clocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from tars.demo.voice import say
from tars.device.audio.card import SPEAKER_RATE
from tars.device.audio.echo.canceller import EchoCanceller
from tars.device.audio.echo.played import Played
from tars.device.audio.echo.speex import Speex
from tars.samples import BLOCK, RATE, Samples

Sound = np.ndarray[tuple[int], np.dtype[np.float64]]
"""From -1 to 1, 16 kHz."""

STEP = 0.04
"""Seconds of sound that the speaker takes at a time."""
BUFFER = 0.08
"""Seconds between the speaker's buffer and the air. The device says so."""
REPLY = (
    "Bananas grow on plants that look like trees but are really giant herbs. The weather tomorrow will be mostly cloudy with some sunshine "
    "in the afternoon, and temperatures will reach about eighteen degrees. Your timer for the pasta has twelve minutes left."
)


def reply(seconds: float, begin: float = 0.0) -> Sound:
    """TARS talks for so long; a peak of 0.7."""
    sound = say(REPLY) / 32768
    return np.resize(np.roll(sound * 0.7 / np.abs(sound).max(), -round(begin * RATE)), round(seconds * RATE))


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE))


@dataclass(frozen=True)
class Room:
    """The way from the loudspeaker to the microphone."""

    delay: float = 0.05
    """Seconds more than the devices say."""
    reverberation: float = 0.3
    """Seconds in which the echo falls by 60 dB."""
    direct: float = 2.0
    """How much stronger than the echo the direct sound is."""
    loudest: float = 0.35
    """The loudspeaker distorts, and gives no more than this."""
    noise: float = 8.0
    """Of the room: root mean square in steps of 16 bit."""
    ppm: float = 0.0
    """Millionths by which the microphone's clock is faster than the speaker's."""
    gain: float = 1.0
    """Of the microphone."""

    def way(self, seed: int) -> Sound:
        """The impulse response from one place in it to the microphone."""
        time = np.arange(round(self.reverberation * RATE)) / RATE
        way = np.random.default_rng(seed).normal(size=len(time)) * 10 ** (-3 * time / self.reverberation)
        way[: RATE // 1000] = 0
        way /= np.sqrt((way**2).sum()) * self.direct
        way[0] = 1
        return np.asarray(way, np.float64)

    def distorted(self, played: Sound) -> Sound:
        """What the loudspeaker makes of it."""
        return np.asarray(self.loudest * np.tanh(played / self.loudest), np.float64)

    def said(self, sound: Sound, seed: int = 7) -> Sound:
        """What is said somewhere in this room, at the microphone."""
        size = len(sound) + round(self.reverberation * RATE)
        spectrum = np.fft.rfft(sound, size) * np.fft.rfft(self.way(seed), size)
        return np.asarray(np.fft.irfft(spectrum, size)[: len(sound)], np.float64)

    def echo(self, played: Sound) -> Sound:
        """What is played, at the microphone, in the microphone's own time."""
        late = np.concatenate([silence(self.delay + BUFFER), self.said(self.distorted(played), 3)])[: len(played)]
        if not self.ppm:
            return late
        fine = soxr.resample(late, 1, 8)
        warped = np.interp(np.arange(len(late)) * (1 - self.ppm * 1e-6) * 8, np.arange(len(fine)), fine)
        return np.asarray(warped, np.float64)

    def captured(self, around: Sound, seed: int = 5) -> Samples:
        """What the microphone makes of the sound around it."""
        noisy = around * self.gain * 32767 + np.random.default_rng(seed).normal(0, self.noise, len(around))
        return noisy.clip(-32768, 32767).round().astype(np.int16)


class Devices:
    """A speaker and a microphone whose callbacks come somewhat late, and the canceller between them."""

    def __init__(self, room: Room, rate: int = SPEAKER_RATE) -> None:
        self.played = Played()
        self.canceller = EchoCanceller(self.played, Speex())
        self._random = np.random.default_rng(1)
        self._room, self._rate = room, rate
        self._steps = self._blocks = 0
        self._away = 0.0
        """Seconds in which the speaker was away."""

    def miss(self, samples: int) -> None:
        """So many samples, whole blocks, are not captured, and nothing is played meanwhile."""
        self._blocks += samples // BLOCK
        size = round(STEP * self._rate)
        for _ in range(round(samples / RATE / STEP)):
            self._note(None, size)
        self.canceller.missed(samples)

    def lose_speaker(self, captured: Samples) -> None:
        """The speaker is away while this is captured, whole blocks: it takes nothing, not even silence."""
        for start in range(0, len(captured), BLOCK):
            self._clean(captured[start : start + BLOCK])
        self._away += len(captured) / RATE

    def _note(self, part: Samples | None, size: int) -> None:
        """The speaker takes its next samples."""
        at = self._steps * STEP + self._away + self._late()
        self.played.note(part, size, rate=self._rate, delay=round(BUFFER * self._rate), at=at)
        self._steps += 1

    def _until(self, block: int) -> float:
        """When the last sample of the microphone's block with this number, from 1, is captured."""
        return block * BLOCK / RATE * (1 - self._room.ppm * 1e-6)

    def _clean(self, block: Samples) -> Samples:
        """The microphone's next block."""
        self._blocks += 1
        return self.canceller.clean(block, self._until(self._blocks) + self._late())

    def _late(self) -> float:
        return 0.01 * float(self._random.random())

    def hear(self, captured: Samples, played: Sound) -> Samples:
        """What comes out of the canceller while this is captured and this is played, whole blocks."""
        sound = (soxr.resample(played, RATE, self._rate) * 32767).clip(-32768, 32767).astype(np.int16)
        size, first = round(STEP * self._rate), self._steps
        cleaned = []
        for start in range(0, len(captured) - BLOCK + 1, BLOCK):
            while self._steps * STEP + self._away < self._until(self._blocks + 1):
                part = sound[(self._steps - first) * size :][:size]
                self._note(part if part.any() else None, size)
            cleaned.append(self._clean(captured[start : start + BLOCK]))
        return np.concatenate(cleaned)


def decibels(before: Samples, after: Samples, first: float, last: float) -> float:
    """By how much the sound was lowered between two seconds."""
    part = slice(round(first * RATE), round(last * RATE))
    powers = [float(np.square(sound[part], dtype=np.float64).mean()) + 1e-9 for sound in (before, after)]
    return float(10 * np.log10(powers[0] / powers[1]))
