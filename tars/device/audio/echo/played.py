"""What the speaker plays, at 16 kHz: exactly the samples that were given to the device, each at its place in time."""

from __future__ import annotations

from collections import deque
from math import gcd
from typing import NamedTuple

import numpy as np
import soxr

from tars.device.audio.echo.sample_clock import SampleClock
from tars.samples import RATE, Samples

WAITING = 250
"""Pieces, 10 s, that wait to be read. Then nobody reads: the oldest are dropped."""
KEPT = 12 * RATE
"""Samples that can still be read: the microphone's blocks may have waited for 10 s too."""
FLUSH = RATE // 10
"""Samples of silence after a sound, so that nothing of it is left in the resampler."""


class _Written(NamedTuple):
    """What the device took at one time."""

    start: int
    """Samples of the device's own before it."""
    size: int
    samples: Samples | None
    """None: silence."""
    rate: int
    delay: int
    """Samples between the device and the air."""
    at: float
    """When."""


class Played:
    """The last 12 s. `note` may be called from a thread of its own; everything else is for one thread."""

    def __init__(self) -> None:
        """Nothing was played yet."""
        self.clock = SampleClock()
        """When which sample, at 16 kHz, leaves the speaker."""
        self._waiting: deque[_Written] = deque(maxlen=WAITING)
        self._noted = 0
        self._pieces: deque[tuple[int, Samples]] = deque()
        """What was played, and where it begins. Between two pieces there is silence."""
        self._resampler: soxr.ResampleStream | None = None
        self._converted_to = 0
        """Where the next samples of the resampler belong."""
        self._end = 0
        """Where in the device's own samples the sound that the resampler was given ends."""
        self._quiet_for = 0
        """Samples of silence that the resampler was given after the last sound."""

    def note(self, samples: Samples | None, count: int, *, rate: int, delay: int, at: float) -> None:
        """The device has taken so many samples, of its own rate, at this time; None: of silence. They sound `delay` samples later."""
        self._waiting.append(_Written(self._noted, count, samples, rate, delay, at))
        self._noted += count

    def update(self) -> None:
        """Take in what was noted."""
        while self._waiting:
            written = self._waiting.popleft()
            self.clock.note(written.start * RATE / written.rate, written.at + written.delay / written.rate)
            if written.samples is not None and written.samples.any():
                self._add(written, written.samples)
            elif self._resampler is not None:
                self._add(written, np.zeros(written.size, np.int16))
        while self._pieces and self._pieces[0][0] < self.sounded_until - KEPT:
            self._pieces.popleft()

    @property
    def sounded_until(self) -> int:
        """The first sample after the last sound."""
        return self._pieces[-1][0] + len(self._pieces[-1][1]) if self._pieces else -KEPT

    def read(self, start: int, count: int) -> Samples:
        """So many samples from there on; zeros where nothing was played, or is not known any more."""
        samples = np.zeros(count, np.int16)
        for begins, piece in reversed(self._pieces):
            first, last = max(begins, start), min(begins + len(piece), start + count)
            if first < last:
                samples[first - start : last - start] = piece[first - begins : last - begins]
            if begins <= start:
                break
        return samples

    def _add(self, written: _Written, samples: Samples) -> None:
        """At 16 kHz. A stretch of sound begins where a sample of the device is one of 16 kHz too."""
        if self._resampler is None or written.start != self._end:
            before = written.start % (written.rate // gcd(written.rate, RATE))
            self._resampler = soxr.ResampleStream(written.rate, RATE, 1, dtype="float32")  # in int16 it would add noise to silence
            self._converted_to = (written.start - before) * RATE // written.rate
            samples = np.concatenate([np.zeros(before, np.int16), samples])
        self._end = written.start + written.size
        self._quiet_for = 0 if samples.any() else self._quiet_for + written.size
        converted = self._resampler.resample_chunk(samples.astype(np.float32)).round().clip(-32768, 32767).astype(np.int16)
        if len(converted):
            self._pieces.append((self._converted_to, converted))
            self._converted_to += len(converted)
        if self._quiet_for * RATE >= FLUSH * written.rate:
            self._resampler = None
