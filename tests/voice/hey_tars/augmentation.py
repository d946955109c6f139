"""What a room, a microphone and other sound do to a sound. The rooms of the figures are others: those of `tests/voice/calls.py`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.fft import next_fast_len

from tars.samples import RATE, Samples
from tests.voice.calls import Sound, pink

Rng = np.random.Generator


def room(sound: Sound, rng: Rng) -> Sound:
    """With an echo that needs 0.15 to 0.9 s to fall by 60 dB, 9 dB weaker to 4 dB stronger than the direct sound."""
    time = np.arange(RATE) / RATE
    echo = rng.normal(size=len(time)) * 10 ** (-3 * time / rng.uniform(0.15, 0.9))
    echo[: round(rng.uniform(0.002, 0.012) * RATE)] = 0
    echo *= 10 ** (rng.uniform(-9, 4) / 20) / np.sqrt((echo**2).sum())
    echo[0] = 1
    size = next_fast_len(len(sound) + len(echo) - 1, real=True)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)[: len(sound)], np.float64)


def microphone(sound: Sound, rng: Rng) -> Sound:
    """With another loudness of each octave, up to 6 dB; one time in four without what a telephone does not carry."""
    size = next_fast_len(len(sound), real=True)
    spectrum = np.fft.rfft(sound, size)
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    octaves = np.log2(np.maximum(frequencies, 20) / 62.5)
    decibels = np.interp(octaves, np.arange(8), rng.uniform(-6, 6, 8))
    if rng.random() < 0.25:
        decibels -= 30 * (frequencies > rng.uniform(3300, 4200))
    decibels -= 30 * (frequencies < rng.uniform(40, 250))
    return np.asarray(np.fft.irfft(spectrum * 10 ** (decibels / 20), size)[: len(sound)], np.float64)


def noise(samples: int, rng: Rng, others: Sequence[Samples]) -> Sound:
    """Pink, white or brown noise, people who talk at once, or one of the other sounds: a background."""
    match rng.integers(5):
        case 0:
            return np.asarray(rng.normal(size=samples), np.float64)
        case 1:
            return pink(samples, rng)
        case 2:
            return np.asarray(np.diff(pink(samples + 1, rng).cumsum()) + pink(samples, rng).cumsum() / 30, np.float64)
        case 3:
            return excerpt(samples, rng, others)
    voices = [excerpt(samples, rng, others) for _ in range(rng.integers(2, 7))]
    return np.asarray(sum(voice / (voice.std() + 1e-9) for voice in voices), np.float64)


def excerpt(samples: int, rng: Rng, others: Sequence[Samples]) -> Sound:
    """A piece of that length: of one of the other sounds, and of those that follow it."""
    parts: list[Samples] = []
    number = int(rng.integers(len(others)))
    while sum(map(len, parts)) < samples + RATE:
        parts.append(others[number % len(others)])
        number += 1
    whole = np.concatenate(parts)
    start = int(rng.integers(len(whole) - samples + 1))
    return np.asarray(whole[start : start + samples] / 32768, np.float64)


def captured(sound: Sound, rng: Rng) -> Samples:
    """As a microphone has it: a peak of 1.5 % to 100 %, in the faint noise of a room, now and then too loud."""
    peak = 10 ** (rng.uniform(-36, 3) / 20)
    scaled = sound / (np.abs(sound).max() + 1e-9) * peak * 32767 + rng.normal(0, rng.uniform(1, 12), len(sound))
    return np.asarray(scaled.round().clip(-32768, 32767), np.int16)


def augmented(sound: Sound, rng: Rng, others: Sequence[Samples], loud: float | None = None) -> Samples:
    """In another room with another microphone and a background, each of them or not. `loud`: the level that noise is compared with."""
    level = loud or float(sound[np.abs(sound) > 0.05 * np.abs(sound).max()].std())
    if rng.random() < 0.55:
        sound = room(sound, rng)
    if rng.random() < 0.75:
        background = noise(len(sound), rng, others)
        sound = sound + background / (background.std() + 1e-9) * level * 10 ** (-rng.uniform(2, 25) / 20)
    if rng.random() < 0.6:
        sound = microphone(sound, rng)
    return captured(sound, rng)
