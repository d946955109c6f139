"""How loud sound is, and what is wrong with a microphone that delivers it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tars.samples import Samples

FULL_SCALE = 32768
"""The largest magnitude of a sample; its level is 0 dBFS."""

CLIPPED = 0.01
"""The part of the samples at full scale from which on a microphone is clipped: speech that is 6 to 10 dB too loud."""

QUIET = -60.0
"""The peak in dBFS below which even the noise of a room is missing."""

SILENT, CONSTANT, LOUD, FAINT = "silent", "constant", "clipped", "very quiet"

ADVICE = {
    SILENT: "only zeros. It is muted, its gain is 0, or a noise gate closes it while nobody speaks: look into `alsamixer` or `pavucontrol`",
    CONSTANT: "the same value all the time. No sound comes from it: plug it in again, or choose another microphone",
    LOUD: "clipped. It is too loud to be understood: lower its gain in `alsamixer` or `pavucontrol`",
    FAINT: "very quiet. If somebody spoke, raise its gain in `alsamixer` or `pavucontrol`, or go nearer",
}
"""What is wrong -> what it means and what to do."""


@dataclass(frozen=True)
class Level:
    """How loud a piece of sound is, in dBFS: 0 is full scale, silence is minus infinity."""

    peak: float
    rms: float

    def __str__(self) -> str:
        return f"peak {self.peak:.1f} dBFS, rms {self.rms:.1f} dBFS"


def level_of(samples: Samples) -> Level:
    """The level of one channel, int16; that of no samples is silence."""
    if not len(samples):
        return Level(-math.inf, -math.inf)
    wide = samples.astype(np.float64)
    return Level(_decibels(np.abs(wide).max()), _decibels(np.sqrt(np.square(wide).mean())))


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(amplitude / FULL_SCALE) if amplitude else -math.inf


def problem_of(samples: Samples) -> str | None:
    """What is wrong with the microphone that has delivered this, one of the keys of ADVICE; None if nothing is."""
    if not len(samples) or not samples.any():
        return SILENT
    lowest, highest = int(samples.min()), int(samples.max())
    if lowest == highest:
        return CONSTANT
    if np.mean((samples >= FULL_SCALE - 1) | (samples <= -FULL_SCALE)) >= CLIPPED:
        return LOUD
    return FAINT if _decibels((highest - lowest) / 2) < QUIET else None


def describe(sound: NDArray[np.int16]) -> tuple[bool, str]:
    """Whether a microphone can be used, and the level of each channel with what is wrong. `sound` has the shape (samples, channels).

    It can be used if one channel can. What is very quiet can be: perhaps nobody has spoken.
    """
    found = [(str(level_of(channel)), problem_of(channel)) for channel in sound.T]
    usable = any(problem in (None, FAINT) for _, problem in found)
    alike: dict[str, list[str]] = {}
    for number, (level, problem) in enumerate(found, 1):
        alike.setdefault(f"{level}: {ADVICE[problem]}" if problem else level, []).append(str(number))
    if len(found) == 1:
        return usable, next(iter(alike))
    return usable, "; ".join(f"channel {', '.join(numbers)}: {text}" for text, numbers in alike.items())
