"""How far a wake word stands out of the noise. Other than loudness, this does not depend on the gain of a microphone."""

from __future__ import annotations

import math

import numpy as np

from tars.errors import RemoteError
from tars.samples import RATE, to_samples

FRAME = RATE // 50
"""Samples of 20 ms, whose power is taken together."""
LOUD, QUIET = 5, 10
"""The loudest fifth of the frames is speech, the quietest tenth noise."""
LEAST = 20
"""Frames that are needed to say anything: 0.4 s."""


def signal_to_noise(pcm: bytes) -> float | None:
    """Decibels from the noise up to the speech in this sound, PCM16; None if it is too short.

    Frames of nothing but zeros are left out: nothing was captured then.
    """
    samples = to_samples(pcm)
    frames = samples[len(samples) % FRAME :].reshape(len(samples) // FRAME, FRAME)
    power = np.sort(np.square(frames, dtype=np.float64).sum(axis=1))
    power = power[power > 0]
    if len(power) < LEAST:
        return None
    return 10 * math.log10(power[-(len(power) // LOUD) :].mean() / power[: len(power) // QUIET].mean())


def as_text(snr: float | None) -> str:
    """As `hotword_detected` carries it; empty if it is not known."""
    return "" if snr is None else f"{snr:.1f}"


def from_text(snr: str) -> float | None:
    """What `hotword_detected` says; None if it says nothing, as a device of an earlier version does. Raises RemoteError."""
    if not snr:
        return None
    try:
        number = float(snr)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RemoteError(f"hotword_detected.snr must be decibels, such as '24.5', or empty, not {snr!r}")
    return number
