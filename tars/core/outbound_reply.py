"""The reply that the server sends, kept until the device has received it."""

from __future__ import annotations

from tars.core.audio_source import Stretch
from tars.core.codec import Audio
from tars.errors import RemoteError
from tars.samples import WIDTH


class OutboundReply:
    """A reply as it is sent. Its samples are kept until the device has received them."""

    __slots__ = ("_pcm", "heard", "received", "sent", "stream")

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
        with memoryview(self._pcm) as kept:
            return bytes(kept[(start - self.received) * WIDTH : (end - self.received) * WIDTH])

    def take_progress(self, received: int, heard: int) -> bool:
        """How much of it the device has received and heard; whether more was heard. Raises RemoteError for samples that were never sent."""
        if received > self.sent:
            raise RemoteError(f"sample {received} of stream {self.stream} is acknowledged, but only {self.sent} were sent")
        self.release(received)
        if heard > self.sent:
            raise RemoteError(f"{heard} samples of stream {self.stream} were heard, but only {self.sent} were sent")
        return heard > self.heard

    def release(self, received: int) -> None:
        """The device has received all samples before this offset."""
        if received > self.received:
            del self._pcm[: (received - self.received) * WIDTH]
            self.received = received
