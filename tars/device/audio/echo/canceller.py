"""Takes the echo of the speaker out of the microphone's blocks. A block comes in, a block of the same length goes out."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass

import numpy as np

from tars.device.audio.echo.delay import STANDS_OUT, Delay, find
from tars.device.audio.echo.played import Played
from tars.device.audio.echo.sample_clock import SampleClock
from tars.device.audio.echo.speex import FRAME, LATE, TAIL, Speex
from tars.samples import BLOCK, RATE, Samples

log = logging.getLogger(__name__)

LEAD = RATE // 50
"""Samples, 20 ms, that the canceller is given a sound before the microphone hears it."""
EARLIEST, LATEST = RATE // 250, RATE // 16
"""Samples, 4 and 62 ms, between which that time may be before it is set anew. The rest of TAIL is for the room."""
LESS, MORE = RATE // 5, RATE * 4 // 5
"""Samples, 0.2 and 0.8 s, by which the delay may be less and more than the clocks say. A speaker without a wire has its own buffer."""
WINDOW = 12
"""Blocks, 0.96 s, in which the echo is looked for."""
EVERY = 6
"""Blocks, 0.48 s, from one look to the next."""
TAPS = np.arange(-15, 17)
"""Samples of which one between two others is made."""
REMEMBERED = 500
"""Blocks, 40 s of sound that was played, that the suppression is measured in."""


@dataclass(frozen=True)
class EchoState:
    """What is known of the echo."""

    delay: float | None
    """Milliseconds between a sample's turn at the speaker and at the microphone, beyond what the devices say of themselves; None: no echo
    was found yet."""
    drift: float
    """Millionths by which the microphone's clock is faster than the speaker's."""
    suppression: float | None
    """Decibels by which the sound was lowered while something was played, half of the time at least; None: nothing was played yet."""


class EchoCanceller:
    """One microphone and one speaker. While nothing is played, and was not just before, blocks pass bit for bit."""

    def __init__(self, played: Played, speex: Speex) -> None:
        """`played`: what the speaker notes."""
        self._played, self._speex = played, speex
        self._clock = SampleClock()
        self.captured = 0
        """Samples so far, those that were missed included: the capture offset."""
        self._heard: deque[Samples] = deque([np.zeros(BLOCK, np.int16)], maxlen=WINDOW)
        """The last blocks as they were captured, and one of silence before the first."""
        self._delay = Delay()
        self._lead: float | None = None
        """The delay in use at the sample `_since`, shorter than the real one by about LEAD; None before the first sound."""
        self._since, self._drift = 0, 0.0
        self._place: float | None = None
        """Samples between a sound in the reference and its echo, as the canceller has learnt it; None: not known."""
        self._active = 0
        """Blocks since there was something to cancel, without a pause."""
        self._suppressed: deque[float] = deque(maxlen=REMEMBERED)
        self.reference: Samples | None = None
        """What was played about LEAD before the last block was heard; None: nothing."""

    @property
    def state(self) -> EchoState:
        """What is known now."""
        suppression = float(np.median(self._suppressed)) if self._suppressed else None
        delay = None
        if self._delay.known and (expected := self._expected()) is not None:
            delay = 1000 * (self._delay.at(self.captured) - expected) / RATE
        return EchoState(delay, 1e6 * self._drift, suppression)

    @property
    def knows_delay(self) -> bool:
        """The echo was found."""
        return self._delay.known

    def missed(self, samples: int) -> None:
        """So many samples were not captured. The device may have been opened anew: the delay is measured again."""
        self.captured += samples
        self._heard.clear()
        self._heard.append(np.zeros(BLOCK, np.int16))
        self._begin_anew()

    def _begin_anew(self) -> None:
        """What was known of the place of the echo does not hold any more."""
        self._delay.forget()
        self._lead = self._place = self.reference = None
        self._active = 0

    def clean(self, block: Samples, at: float) -> Samples:
        """BLOCK samples without the echo in them. `at`: when the last of them was captured, in seconds of the speaker's `note`."""
        start = self.captured
        self.captured += len(block)
        self._clock.note(self.captured, at)
        self._played.update()
        before = self._heard[-1]
        self._heard.append(block)
        if self._is_lost(start):
            self._begin_anew()
        if not self._is_echoing(start):
            return self._stop(block, start)
        if not self._active:
            self._settle(start)
            self._speex.clean(before[-LATE:], self._reference(start - LATE, LATE))
        self.reference = reference = self._reference(start, len(block))
        cleaned = self._speex.clean(block, reference)
        if not self._active:
            cleaned[:LATE] = _fade(block[:LATE], cleaned[:LATE])
        self._active += 1
        self._measure_suppression(block, cleaned, reference)
        if self._active % EVERY == 0 and len(self._heard) == WINDOW:
            self._measure_delay()
        return cleaned

    def _stop(self, block: Samples, start: int) -> Samples:
        """Nothing is to be cancelled any more."""
        if not self._active:
            return block
        self._active, self.reference = 0, None
        last = self._speex.clean(block[:LATE], self._reference(start, LATE))
        return np.concatenate([_fade(last, block[:LATE]), block[LATE:]])

    # --- the delay -----------------------------------------------------------------------------------------------------------

    def _expected(self) -> float | None:
        """The delay in samples by what the devices and the clock say."""
        heard, played = self._clock.start, self._played.clock.start
        return None if heard is None or played is None else (played - heard) * RATE

    def _in_use(self, sample: int) -> float:
        """The delay with which the reference is read at that sample of the microphone."""
        assert self._lead is not None
        return self._lead + self._drift * (sample - self._since)

    def _is_lost(self, start: int) -> bool:
        """Whether the delay in use cannot be right: the speaker was away, or the clocks differ otherwise than was measured."""
        if self._lead is None or (expected := self._expected()) is None:
            return False
        return not -LESS <= self._in_use(start) - (expected - LEAD) <= MORE

    def _is_echoing(self, start: int) -> bool:
        """Whether anything was played that may be heard in the block which begins there."""
        if (expected := self._expected()) is None:
            return False
        delay = expected - LEAD if self._lead is None else self._in_use(start)
        return bool(self._played.read(round(start - delay) - TAIL, TAIL + BLOCK).any())

    def _settle(self, sample: int) -> None:
        """Choose the delay in use: so that the echo is where the canceller has learnt that it is, or else by the clocks."""
        if self._delay.known:
            delay = self._delay.at(sample)
            if self._place is None:
                self._place = LEAD if self._lead is None else delay - self._in_use(sample)
                if not EARLIEST <= self._place <= LATEST:
                    self._place = LEAD
                    self._speex.forget()
            self._lead = delay - self._place
        else:
            expected = self._expected()
            assert expected is not None
            self._lead = float(round(expected - LEAD))
        self._since, self._drift = sample, self._delay.drift

    def _measure_delay(self) -> None:
        """Look for what was played in what was heard in the last second."""
        expected = self._expected()
        assert expected is not None
        heard = np.concatenate(self._heard)
        start, center = self.captured - len(heard), round(expected)
        played = self._played.read(start - center - MORE, len(heard) + MORE + LESS)
        if not played.any():
            return
        found = find(heard, played)
        if found.height >= STANDS_OUT:
            before = self._delay.changes
            self._delay.measured(start + len(heard) // 2, center + MORE - found.lag)
            if self._delay.changes != before and self._delay.changes.bit_count() == 1:  # 1, 2, 4, 8, ...
                told = "the microphone hears the speaker %.0f ms later than the devices say; found %d times so far"
                log.info(told, self.state.delay, self._delay.changes)
        if self._delay.known:
            self._settle(self.captured)

    # --- sound ---------------------------------------------------------------------------------------------------------------

    def _reference(self, start: int, count: int) -> Samples:
        """What was played when these samples of the microphone were captured, LEAD earlier."""
        return np.concatenate([self._between(at - self._in_use(at)) for at in range(start, start + count, FRAME)])

    def _between(self, place: float) -> Samples:
        """FRAME samples of what was played. The place may be between two samples."""
        whole = int(np.floor(place))
        part = place - whole
        if not part:
            return self._played.read(whole, FRAME)
        around = self._played.read(whole + int(TAPS[0]), FRAME + len(TAPS) - 1)
        if not around.any():
            return around[:FRAME]
        taps = np.sinc(TAPS - part) * np.cos((TAPS - part) * np.pi / (len(TAPS) + 2)) ** 2
        return np.convolve(around, taps[::-1], "valid").clip(-32768, 32767).round().astype(np.int16)

    def _measure_suppression(self, block: Samples, cleaned: Samples, reference: Samples) -> None:
        if reference.any():
            before, after = (float(np.square(samples, dtype=np.float64).mean()) + 1 for samples in (block, cleaned))
            self._suppressed.append(10 * np.log10(before / after))


def _fade(first: Samples, second: Samples) -> Samples:
    """From one sound to another."""
    share = (np.arange(len(first)) + 0.5) / len(first)
    return np.asarray((first * (1 - share) + second * share).round(), np.int16)
