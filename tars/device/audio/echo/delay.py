"""How much later the microphone hears what the speaker plays, and by how much the clocks of the two differ."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np

from tars.samples import RATE, Samples

STANDS_OUT = 20.0
"""How many times higher than the root mean square of the rest a likeness must be. An echo has 40 to 100, other talk up to 10."""
JUMP = RATE // 1000
"""Samples, 1 ms, by which a measured delay may differ from what the ones before say. Otherwise the delay is another one."""
MEASUREMENTS = 60
"""The last so many tell how the clocks differ."""
ENOUGH = 3
"""Measurements from which on they tell, if there is a second between the first and the last."""
MOST_DRIFT = 500e-6
"""Clocks of sound cards differ by 100 millionths at most; more is a mistake."""


class Likeness(NamedTuple):
    """Where one sound is in another."""

    lag: float
    """Samples."""
    height: float
    """How many times higher it is than the root mean square of the rest."""


def find(heard: Samples, played: Samples) -> Likeness:
    """Where in `played`, which is longer, what was heard begins. Each pitch counts about equally, so that the place is sharp."""
    size = 1 << (len(played) - 1).bit_length()
    spectrum, other = np.fft.rfft(played, size), np.fft.rfft(heard, size)
    cross = spectrum * np.conj(other)
    weight = np.abs(cross)
    cross /= weight + 0.01 * weight.mean() + 1
    like = np.abs(np.fft.irfft(cross, size)[: len(played) - len(heard) + 1])
    at = int(like.argmax())
    height = float(like[at] / np.sqrt(np.square(like).mean() + 1e-30))
    if not 0 < at < len(like) - 1:
        return Likeness(at, height)
    before, peak, after = like[at - 1 : at + 2]
    return Likeness(at + 0.5 * float((before - after) / (before - 2 * peak + after)), height)


class Delay:
    """From which sample of the speaker the microphone's sample comes, as far as it was measured."""

    def __init__(self) -> None:
        """Nothing was measured yet."""
        self.drift = 0.0
        """By how much the delay grows with each sample: 0.0001 is 100 millionths."""
        self._measured: deque[tuple[int, float]] = deque(maxlen=MEASUREMENTS)
        """The sample of the microphone, and the delay there."""
        self._unlike: float | None = None
        """A measured delay that is another one than before."""
        self.changes = 0
        """Times that it was another one than before, the first one included."""

    @property
    def known(self) -> bool:
        """It was measured."""
        return bool(self._measured)

    def at(self, sample: int) -> float:
        """The delay at this sample of the microphone, in samples."""
        times, delays = np.array(self._measured).T
        return float(delays.mean() + self.drift * (sample - times.mean()))

    def measured(self, sample: int, delay: float) -> None:
        """The delay was measured there. Another one than before counts when it is measured twice."""
        if self.known and abs(delay - self.at(sample)) > JUMP:
            again = self._unlike is not None and abs(delay - self._unlike) <= JUMP
            self._unlike = delay
            if not again:
                return
            self._measured.clear()
        self._unlike = None
        self.changes += not self._measured
        self._measured.append((sample, delay))
        times, delays = np.array(self._measured).T
        if len(times) >= ENOUGH and times[-1] - times[0] >= RATE:
            slope = float(np.polyfit(times - times.mean(), delays - delays.mean(), 1)[0])
            self.drift = float(np.clip(slope, -MOST_DRIFT, MOST_DRIFT))

    def forget(self) -> None:
        """One of the devices was opened anew. How the clocks differ stays known."""
        self._measured.clear()
        self._unlike = None
