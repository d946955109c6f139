"""The cues: sounds of our own, made of numbers. 16 kHz; quiet enough that a microphone beside the speaker still hears the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tars.samples import RATE, Samples

FADE = 0.012
"""Seconds in which a note rises, and in which the last of it falls to nothing: no clicks."""


def note(pitch: float, duration: float, level: float) -> Samples:
    """A soft bell: `pitch` in Hz with a fainter octave, dying away over `duration` seconds from `level` (1 is full scale)."""
    time = np.arange(round(duration * RATE)) / RATE
    wave = np.sin(2 * np.pi * pitch * time) + 0.25 * np.sin(4 * np.pi * pitch * time)
    envelope = np.minimum(1, time / FADE) * np.minimum(1, (duration - time) / FADE) * np.exp(-3 * time / duration)
    return np.asarray(wave * envelope * level / 1.25 * 32767, np.int16)


def melody(notes: Sequence[tuple[float, Samples]]) -> Samples:
    """Each sound from its second on; they may overlap."""
    ends = [round(start * RATE) + len(sound) for start, sound in notes]
    mixed = np.zeros(max(ends), np.int32)
    for end, (_, sound) in zip(ends, notes, strict=True):
        mixed[end - len(sound) : end] += sound
    return np.clip(mixed, -32768, 32767).astype(np.int16)


CHIME: Final = melody([(0.0, note(880, 0.12, 0.2)), (0.07, note(1320, 0.15, 0.2))])
"""Listening: a rising fifth, 0.22 s, over before the user has drawn breath."""

SHORT_CHIME: Final = note(1320, 0.06, 0.12)
"""Listening, for those who want to hear little of it: one faint note, 0.06 s."""

ERROR: Final = melody([(0.0, note(330, 0.2, 0.35)), (0.18, note(262, 0.32, 0.35))])
"""That did not work: two low falling notes, 0.5 s."""

_BELLS = melody([(0.0, note(988, 0.3, 0.5)), (0.15, note(1319, 0.3, 0.5)), (0.3, note(988, 0.3, 0.5))])

ALARM: Final = melody([(0.75 * bar, _BELLS) for bar in range(4)])
"""A timer is due: three bells, four times, 2.85 s."""

CUES: Final = {"chime": CHIME, "error": ERROR, "alarm": ALARM}
"""By the names that the core gives them."""
