"""What the microphone captured, addressed by sample offset."""

from __future__ import annotations

from collections import deque

from tars.core.audio_source import Stretch
from tars.samples import RATE, WIDTH

RING_SECONDS = 40
"""Captured audio that is kept: the backoff ladder of 31 s, a handshake, and a margin."""
PREROLL = 2 * RATE
"""Samples before the hotword that belong to the utterance."""


class CaptureRing:
    """The last 40 s of captured audio, 1.28 MB, allocated once. Offsets count samples since the device started.

    While there was no microphone there is a hole. Its samples have offsets, so that offsets still measure time, but no content.
    """

    def __init__(self, seconds: int = RING_SECONDS) -> None:
        self._bytes = bytearray(seconds * RATE * WIDTH)
        self._holes: deque[tuple[int, int]] = deque()
        self._forgotten = 0
        """Before this offset nothing is kept any more."""
        self.end = 0

    @property
    def start(self) -> int:
        """The oldest offset that is still here."""
        oldest = self.end - len(self._bytes) // WIDTH
        return max(oldest, self._forgotten)

    def append(self, pcm: bytes) -> None:
        """The next samples, after `end`."""
        size, length = len(self._bytes), len(pcm)
        at = self.end * WIDTH % size
        if at + length <= size:
            self._bytes[at : at + length] = pcm
        else:
            self._bytes[at:] = pcm[: size - at]
            self._bytes[: at + length - size] = pcm[size - at :]
        self.end += length // WIDTH

    def skip(self, samples: int) -> None:
        """So many samples after `end` were not captured. Holes in a row are one."""
        begins = self._holes.pop()[0] if self._holes and self._holes[-1][1] == self.end else self.end
        self._holes.append((begins, self.end + samples))
        # The old bytes there are overwritten with zeros: they must not be read as new samples.
        left = min(samples, len(self._bytes) // WIDTH)
        self.end += samples - left
        self.append(bytes(left * WIDTH))
        # A hole is remembered for twice the length of the ring: samples of it that are not yet acknowledged are no overflow.
        while self._holes and self._holes[0][1] <= self.start - len(self._bytes) // WIDTH:
            self._holes.popleft()

    def forget(self) -> None:
        """Keep nothing of what was captured up to now. Offsets go on."""
        self._bytes[:] = bytes(len(self._bytes))
        self._forgotten = self.end

    def stretch(self, start: int, end: int) -> Stretch:
        """The samples from `start` to before `end` that are still here, up to the next hole."""
        limit = end
        for begins, ends in self._holes:
            if begins <= start < ends:
                return Stretch(min(ends, end), end, "microphone")
            if start < begins:
                limit = min(begins, end)
                break
        if start < self.start:
            return Stretch(min(self.start, limit), end, "overflow")
        return Stretch(start, limit)

    def outlasted(self, offset: int) -> bool:
        """Whether samples that were captured from `offset` on are no longer here."""
        return self.after_hole(offset) < self.start

    def after_hole(self, offset: int) -> int:
        """The end of the hole in which this offset lies; the offset itself, if it lies in none."""
        return next((ends for begins, ends in self._holes if begins <= offset < ends), offset)

    def before(self, end: int, samples: int) -> bytes:
        """So many samples before the offset `end`, or as many of them as are here."""
        end = min(end, self.end)
        start = max(end - samples, self.start)
        return self.read(start, end) if start < end else b""

    def read(self, start: int, end: int) -> bytes:
        """Samples from `start` to before `end`; both must lie in the ring."""
        if not self.start <= start <= end <= self.end:
            raise ValueError(f"samples {start} to {end} are not in the ring, which holds {self.start} to {self.end}")
        size, length = len(self._bytes), (end - start) * WIDTH
        at = start * WIDTH % size
        with memoryview(self._bytes) as kept:
            if at + length <= size:
                return bytes(kept[at : at + length])
            return b"".join((kept[at:], kept[: at + length - size]))
