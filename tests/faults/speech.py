"""What the microphone of a lab hears: no sample is zero and no part is like another, so a lost, doubled or shifted sample shows.

Quiet, then the utterance that a fault may meet, then short utterances with quiet between them for as long as a row may last. Exact zeros
are left for the silence that stands for a gap, and for pauses of a speaker.
"""

from __future__ import annotations

import numpy as np

from tars.samples import RATE, Samples

BEGINS = 3.0
"""Seconds after the microphone opened at which the utterance begins: both programs have long been linked."""
LENGTH = 300
"""Seconds of the whole file."""
GAP = 0.3
"""Seconds between the wake word and the utterance."""
SHORT = 0.6
QUIET = 2.0


def speech(seconds: float, wake: Samples | None = None) -> Samples:
    """A user's part in which the first utterance takes so many seconds, and follows this wake word."""
    chance = np.random.default_rng(round(seconds * 1000))
    samples = chance.integers(-20, 20, LENGTH * RATE)
    loud = chance.integers(-8000, 8000, LENGTH * RATE)
    at = BEGINS
    for part in [seconds] + [SHORT] * int(LENGTH / (SHORT + QUIET)):
        first, last = round(at * RATE), round((at + part) * RATE)
        samples[first:last] = loud[first:last]
        at += part + QUIET
    if wake is not None:
        last = round((BEGINS - GAP) * RATE)
        samples[last - len(wake) : last] = wake
    return (samples | 1).astype(np.int16)  # odd, so never zero
