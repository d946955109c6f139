"""Sound for tests: no part of it is like another, so that a misplaced sample shows."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from tars.samples import RATE, Samples, to_pcm


def noise(seconds: float, seed: int = 1) -> Samples:
    """Loud, and like no other part of itself."""
    return np.random.default_rng(seed).integers(-8000, 8000, round(seconds * RATE)).astype(np.int16)


def quiet(seconds: float, seed: int = 2) -> Samples:
    """What a microphone hears in a quiet room: no two parts alike, so that a misplaced sample shows."""
    return np.random.default_rng(seed).integers(-20, 20, round(seconds * RATE)).astype(np.int16)


def write_wav(path: Path, *parts: Samples) -> Samples:
    """A WAV file of ours; its samples."""
    samples = np.concatenate(parts)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(to_pcm(samples))
    return samples


def read_wav(path: Path) -> Samples:
    """The samples of a WAV file of ours."""
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)
