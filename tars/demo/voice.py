"""Synthetic speech for the demo and the tests: what a user says to the microphone, the wake word included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import soxr

from tars.errors import ConfigError
from tars.samples import RATE, Samples

if TYPE_CHECKING:
    from hibari import Hibari

LOUDNESS = 0.5
"""The highest peak of a phrase; 1 is full scale. Loud speech at about 1 m from the microphone."""

QUIET = 0.01
"""Sound below this part of the peak is cut off before the first and after the last word."""

ROOM = 8.0
"""Root mean square of the room's noise, in steps of 16 bit: -72 dB. A real microphone never delivers exact zeros."""


@dataclass(frozen=True)
class Phrase:
    """A text to be spoken."""

    text: str
    pause: float = 0.5
    """Seconds of silence before it."""


@dataclass(frozen=True)
class Spoken:
    """The place of a phrase in the sound: from its first audible sample, `start`, to before `end`."""

    text: str
    start: int
    end: int


def speak(phrases: Sequence[Phrase], *, room: float = ROOM) -> tuple[Samples, list[Spoken]]:
    """The phrases one after another with their pauses, in the noise of a room: 16 kHz, the same at every call. Raises ConfigError."""
    parts: list[Samples] = []
    spoken: list[Spoken] = []
    end = 0
    for phrase in phrases:
        voice = say(phrase.text)
        start = end + round(phrase.pause * RATE)
        parts += [np.zeros(start - end, np.int16), voice]
        end = start + len(voice)
        spoken.append(Spoken(phrase.text, start, end))
    noise = np.random.default_rng(seed=1).normal(0, room, end).round().astype(np.int16)
    return np.concatenate(parts) + noise, spoken


@cache
def say(text: str) -> Samples:
    """One phrase without silence around it, int16 at 16 kHz. "Hey Jarvis." scores above 0.99 with hey_jarvis. Raises ConfigError."""
    sound = soxr.resample(_voice()(text, seed=1), _voice().sample_rate, RATE)
    level = np.abs(sound) / np.abs(sound).max()
    audible = np.flatnonzero(level > QUIET)
    trimmed = sound[audible[0] : audible[-1] + 1]
    return np.asarray(trimmed / np.abs(trimmed).max() * LOUDNESS * 32767, np.int16)


@cache
def _voice() -> Hibari:
    try:
        from hibari import Hibari
    except ImportError as error:
        raise ConfigError("the voice is not installed: pip install -e '.[server]' in the TARS folder") from error
    return Hibari()
