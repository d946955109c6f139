"""Buffers addressed by sample offset: captured audio, received streams, and the reply that is sent."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Protocol

from tars.core.codec import Audio
from tars.errors import RemoteError
from tars.samples import RATE, WIDTH

RING_SECONDS = 40
"""Captured audio that is kept: the backoff ladder of 31 s, a handshake, and a margin."""
PREROLL = 2 * RATE
"""Samples before the hotword that belong to the utterance."""


class Stretch(NamedTuple):
    """The next samples of a stream that can be sent: from `start` to before `end`. The samples before `start` are lost for good."""

    start: int
    end: int
    why: str = "overflow"
    """Why samples are lost, if any are."""


class AudioSource(Protocol):
    """A buffer with the samples that an outbox names by offset."""

    def stretch(self, start: int, end: int) -> Stretch:
        """Which samples from `start` to before `end` can be sent next, without a hole."""

    def read_samples(self, stream: int, start: int, end: int) -> Audio:
        """The samples from `start` to before `end`, as a piece of that stream."""


class CaptureRing:
    """The last 40 s of captured audio, 1.28 MB, allocated once. Offsets count samples since the device started.

    While there was no microphone there is a hole. Its samples have offsets, so that offsets still measure time, but no content.
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
        # The old bytes there are overwritten with zeros: they must not be read as new samples.
        left = min(samples, len(self._bytes) // WIDTH)
        self.end += samples - left
        self.append(bytes(left * WIDTH))
        # A hole is remembered for twice the length of the ring: samples of it that are not yet acknowledged are no overflow.
        while self._holes and self._holes[0][1] <= self.start - len(self._bytes) // WIDTH:
            self._holes.popleft()

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
    """A stream as it is received: contiguous, each sample once. Overlap is trimmed, a hole is an error."""

    def __init__(self, stream: int, at: int) -> None:
        self.stream = stream
        self.start = at
        self.received = at

    def take(self, audio: Audio) -> bytes:
        """The samples that are new, as PCM16. Raises RemoteError for a hole: lost samples must be declared with a gap."""
        if audio.at > self.received:
            missing = audio.at - self.received
            raise RemoteError(f"stream {self.stream} goes on at sample {audio.at}, but {self.received} comes next: {missing} are missing")
        fresh = audio.pcm[(self.received - audio.at) * WIDTH :]
        self.received += len(fresh) // WIDTH
        return fresh

    def skip(self, at: int, samples: int) -> int:
        """`samples` from `at` on are lost; returns how many of them had not been received. Raises RemoteError for a hole."""
        if at > self.received:
            raise RemoteError(f"stream {self.stream} has a gap at sample {at}, but {self.received} comes next")
        before, self.received = self.received, max(self.received, at + samples)
        return self.received - before


class OutboundReply:
    """A reply as it is sent. Its samples are kept until the device has received them."""

    def __init__(self, stream: int = 0) -> None:
        self.stream = stream
        self.sent = 0
        self.received = 0
        self.heard = 0
        """Samples that have left the device's speaker."""
        self._pcm = bytearray()

    def add(self, pcm: bytes) -> None:
        """More of it, PCM16."""
        self._pcm += pcm
        self.sent += len(pcm) // WIDTH

    def stretch(self, start: int, end: int) -> Stretch:
        """The samples from `start` to before `end` that the device has not received: all of them are kept."""
        return Stretch(max(start, self.received), end)

    def read_samples(self, stream: int, start: int, end: int) -> Audio:
        """The samples from `start` to before `end`, as a piece of that stream."""
        return Audio(stream, start, self.read(start, end))

    def read(self, start: int, end: int) -> bytes:
        """Samples from `start` to before `end`, PCM16; both must lie between `received` and `sent`."""
        if not self.received <= start <= end <= self.sent:
            raise ValueError(f"samples {start} to {end} are not kept of the reply, of which {self.received} to {self.sent} are")
        return bytes(self._pcm[(start - self.received) * WIDTH : (end - self.received) * WIDTH])

    def release(self, received: int) -> None:
        """The device has received all samples before this offset."""
        if received > self.received:
            del self._pcm[: (received - self.received) * WIDTH]
            self.received = received
