"""A stream of samples that is received: each sample once, without a hole."""

from __future__ import annotations

from tars.core.codec import Audio
from tars.core.held_speech import HELD_SECONDS
from tars.core.signal_to_noise import from_text
from tars.errors import RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import BargeIn, HotwordDetected, Interruption, PlaybackComplete
from tars.samples import RATE, WIDTH


class InboundStream:
    """A stream as it is received: contiguous, each sample once. Overlap is trimmed, a hole is an error."""

    __slots__ = ("called_by", "received", "snr", "start", "stream")

    def __init__(self, stream: int, at: int, called_by: str = "", snr: float | None = None) -> None:
        """`called_by`: the model of the wake word that has interrupted with it; empty: none, or a device of an earlier version.

        `snr`: how far the wake word that has opened the session stands out of the noise, in decibels; None: that is not known.
        """
        self.called_by = called_by
        self.snr = snr
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

    def check_length(self, limits: Limits) -> None:
        """No user's turn is longer on the device, and none can have kept more from before. All of it is in memory. Raises RemoteError."""
        longest = int(limits.device_user_turn_limit + HELD_SECONDS) * RATE
        if self.received - self.start > longest:
            raise RemoteError(f"stream {self.stream} has {self.received - self.start} samples; at most {longest} are allowed")


def opened_by(message: HotwordDetected | PlaybackComplete | BargeIn | Interruption) -> InboundStream:
    """The utterance that a device announces."""
    match message:
        case HotwordDetected(snr=snr):
            return InboundStream(message.uplink, message.at, snr=from_text(snr))
        case BargeIn(model=model):
            return InboundStream(message.uplink, message.at, model)
    return InboundStream(message.uplink, message.at)
