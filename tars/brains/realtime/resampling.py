"""Converts a stream of samples to another rate. Nothing is lost or added where it is cut into blocks."""

from __future__ import annotations

import numpy as np
import soxr

from tars.samples import Samples

NONE: Samples = np.zeros(0, np.int16)


class Resampler:
    """One stream. Its end must be told, so that the samples that the filter still holds come out."""

    def __init__(self, rate: int, wanted: int) -> None:
        """Samples a second of what is taken, and of what comes out."""
        self._stream = None if rate == wanted else soxr.ResampleStream(rate, wanted, 1, dtype="int16")

    def take(self, samples: Samples) -> Samples:
        """The next samples; what comes out so far."""
        return samples if self._stream is None else self._stream.resample_chunk(samples)

    def end(self) -> Samples:
        """The stream is over; the rest."""
        return NONE if self._stream is None else self._stream.resample_chunk(NONE, last=True)
