"""Buffers addressed by sample offset: what was captured on the device, what the server answers, and how far each stream has come."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from tars.core.codec import Audio
from tars.errors import RemoteError
from tars.samples import RATE, WIDTH

RING_SECONDS = 40
"""Capture that is kept: the backoff ladder of 31 s, a handshake, and a margin."""
PREROLL = 2 * RATE
"""Samples before the hotword that belong to the utterance."""


class Stretch(NamedTuple):
    """The next samples of a stream that can be sent: from `start` to before `end`. What lies before `start` is lost for good."""

    start: int
    end: int
    why: str = "overflow"
    """Why something is lost, if anything is."""


class CaptureRing:
    """The last 40 s that the microphone heard, 1.28 MB, allocated once. Offsets count samples since the device started.

    Where there was no microphone, there is a hole: its samples have offsets, so that offsets still measure time, but no content.
    """

    def __init__(self, seconds: int = RING_SECONDS) -> None:
        self._bytes = bytearray(seconds * RATE * WIDTH)
        self._holes: deque[tuple[int, int]] = deque()
        self.end = 0

    @property
    def start(self) -> int:
        """The oldest offset that is still here."""
        return max(0, self.end - len(self._bytes) // WIDTH)

    def append(self, pcm: bytes) -> None:
        """The next samples, after `end`."""
        size = len(self._bytes)
        at = self.end * WIDTH % size
        first = min(len(pcm), size - at)
        self._bytes[at : at + first] = pcm[:first]
        self._bytes[: len(pcm) - first] = pcm[first:]
        self.end += len(pcm) // WIDTH

    def skip(self, samples: int) -> None:
        """So many samples after `end` were not captured."""
        self._holes.append((self.end, self.end + samples))
        # What stood there before is older than the ring is long, and may not be read as if it were new.
        left = min(samples, len(self._bytes) // WIDTH)
        self.end += samples - left
        self.append(bytes(left * WIDTH))
        # A hole is remembered beyond the ring: what is still to be acknowledged of it was not captured and then lost.
        while self._holes and self._holes[0][1] <= self.start - len(self._bytes) // WIDTH:
            self._holes.popleft()

    def stretch(self, start: int, end: int) -> Stretch:
        """What is here of the samples from `start` to before `end`, up to the next hole."""
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
        """Whether anything that was captured from `offset` on is no longer here."""
        for begins, ends in self._holes:
            if begins <= offset < ends:
                offset = ends
        return offset < self.start

    def read(self, start: int, end: int) -> bytes:
        """Samples from `start` to before `end`; both must lie in the ring."""
        if not self.start <= start <= end <= self.end:
            raise ValueError(f"samples {start} to {end} are not in the ring, which holds {self.start} to {self.end}")
        size = len(self._bytes)
        at, length = start * WIDTH % size, (end - start) * WIDTH
        first = min(length, size - at)
        return bytes(self._bytes[at : at + first] + self._bytes[: length - first])


class InboundStream:
    """A stream as it is received: contiguous, each sample once. Overlap is trimmed, a hole is refused."""

    def __init__(self, stream: int, at: int) -> None:
        self.stream = stream
        self.start = at
        self.received = at

    def take(self, audio: Audio) -> bytes:
        """The samples that are new. Raises RemoteError for a hole: a gap is filled or declared, never spliced."""
        if audio.at > self.received:
            missing = audio.at - self.received
            raise RemoteError(f"stream {self.stream} goes on at sample {audio.at}, but {self.received} comes next: {missing} are missing")
        fresh = audio.pcm[(self.received - audio.at) * WIDTH :]
        self.received += len(fresh) // WIDTH
        return fresh

    def skip(self, at: int, samples: int) -> int:
        """So many samples from `at` are lost; how many of them had not been received. Raises RemoteError for a hole."""
        if at > self.received:
            raise RemoteError(f"stream {self.stream} has a gap at sample {at}, but {self.received} comes next")
        before, self.received = self.received, max(self.received, at + samples)
        return self.received - before


class OutboundReply:
    """A reply as it is sent: kept from what the device has received to what was said."""

    def __init__(self, stream: int = 0) -> None:
        self.stream = stream
        self.sent = 0
        self.received = 0
        self.heard = 0
        """Samples that have left the device's speaker."""
        self._pcm = bytearray()

    def add(self, pcm: bytes) -> None:
        """More of it."""
        self._pcm += pcm
        self.sent += len(pcm) // WIDTH

    def read(self, start: int, end: int) -> bytes:
        """Samples from `start` to before `end`; both must lie between `received` and `sent`."""
        if not self.received <= start <= end <= self.sent:
            raise ValueError(f"samples {start} to {end} are not kept of the reply, of which {self.received} to {self.sent} are")
        return bytes(self._pcm[(start - self.received) * WIDTH : (end - self.received) * WIDTH])

    def release(self, received: int) -> None:
        """The device has all before this offset."""
        if received > self.received:
            del self._pcm[: (received - self.received) * WIDTH]
            self.received = received
