"""How loud the device is: its volume, and the quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from tars.device.audio.sounds import CUES, SHORT_CHIME
from tars.device.quiet_hours import QuietHours
from tars.runtime import clock
from tars.samples import Samples


def gain_of(percent: int) -> float:
    """The factor of each sample at this volume, 0 to 100 %: its third power, for loudness is heard by ratios. 50 % is 18 dB less."""
    return (percent / 100) ** 3


def scaled(samples: Samples, gain: float) -> Samples:
    """The samples, each multiplied by `gain`, 0 to 1; with 1 they are the same bits."""
    if gain == 1:
        return samples
    return np.asarray(np.rint(samples * np.float32(gain)), np.int16)


class Loudness:
    """The volume of one device. `volume`, in percent, can be set at any time; a sound that has begun may keep what it had."""

    def __init__(
        self,
        chime: str = "normal",
        quiet_hours: QuietHours | None = None,
        quiet_volume: int = 100,
        local_time: Callable[[], datetime] = clock.local_time,
    ) -> None:
        """As the settings of these names say. `local_time`: the time of day."""
        self.volume = 100
        self._chime, self._quiet_hours, self._quiet_volume = chime, quiet_hours, quiet_volume
        self._local_time = local_time

    @property
    def is_quiet(self) -> bool:
        """Whether these are quiet hours."""
        return self._quiet_hours is not None and self._quiet_hours.hold(self._local_time().time())

    @property
    def gain(self) -> float:
        """The factor of the samples of a reply."""
        return gain_of(min(self.volume, self._quiet_volume) if self.is_quiet else self.volume)

    def cue(self, sound: str) -> Samples | None:
        """The samples of a cue as they are played now, 16 kHz; None: it is not played. An alarm does not know quiet hours."""
        if sound == "alarm":
            return scaled(CUES[sound], gain_of(self.volume))
        if sound == "chime":
            if self._chime == "off" or self.is_quiet:
                return None
            return scaled(SHORT_CHIME if self._chime == "short" else CUES[sound], self.gain)
        return scaled(CUES[sound], self.gain)
