"""A stream of samples that is received: each sample once, without a hole."""

from __future__ import annotations

from tars.core.codec import Audio
from tars.errors import RemoteError
from tars.generated.messages import BargeIn, HotwordDetected, Interruption, PlaybackComplete
from tars.samples import WIDTH


class InboundStream:
    """A stream as it is received: contiguous, each sample once. Overlap is trimmed, a hole is an error."""

    __slots__ = ("called_by", "received", "start", "stream")

    def __init__(self, stream: int, at: int, called_by: str = "") -> None:
        """`called_by`: the model of the wake word that has interrupted with it; empty: none, or a device of an earlier version."""
        self.called_by = called_by
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


def opened_by(message: HotwordDetected | PlaybackComplete | BargeIn | Interruption) -> InboundStream:
    """The utterance that a device announces."""
    return InboundStream(message.uplink, message.at, message.model if isinstance(message, BargeIn) else "")
