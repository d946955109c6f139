"""The device's two streams: the utterance that it sends, out of the capture ring, and the reply that it receives."""

from __future__ import annotations

from tars.core.audio_source import Stretch
from tars.core.capture_ring import CaptureRing
from tars.core.codec import FLAG_PREROLL, Audio
from tars.core.inbound_stream import InboundStream
from tars.errors import RemoteError


class Uplink:
    """The stream of the utterance that is being sent. Offsets count captured samples."""

    def __init__(self, ring: CaptureRing) -> None:
        self.session = ""
        self.stream = 0
        self.start = 0
        self.committed = 0
        """The server needs no sample before this offset any more. After a crash of the server, the utterance is sent again from here."""
        self.preroll_end = 0
        self.acknowledged = 0
        """The server has said that it has the samples of this stream before this offset; 0: it has said nothing."""
        self.end = 0
        """After the last sample given to the outbox, in this stream or an earlier one."""
        self._withdrawn = False
        self.overflown = False
        """The oldest unacknowledged sample is no longer in the ring."""
        self._ring = ring

    def open(self, session: str, start: int, wake: int) -> None:
        """A new stream from `start`, but never with samples of an earlier utterance: recordings do not overlap.

        It does not begin in a hole. Pre-roll ends at `wake`.
        """
        used = self.start if self._withdrawn else self.end
        self._begin(session, self._ring.after_hole(max(start, used, self._ring.start)), wake)

    def reopen(self, wake: int) -> None:
        """The same utterance in a new stream: the server has lost it, and gets every sample that it had not committed."""
        self._begin(self.session, self.committed, wake)

    def withdraw(self) -> None:
        """It was no utterance: its samples may belong to the next one."""
        self._withdrawn = True

    def _begin(self, session: str, start: int, wake: int) -> None:
        self.session, self.stream = session, self.stream % 0xFFFF + 1
        self.start = self.committed = self.end = start
        self.acknowledged = 0
        self.overflown = self._withdrawn = False
        self.preroll_end = max(wake, start)

    def stretch(self, start: int, end: int) -> Stretch:
        """Which samples from `start` to before `end` are in the ring, up to the next hole."""
        return self._ring.stretch(start, end)

    def read_samples(self, stream: int, start: int, end: int) -> Audio:
        """The samples from `start` to before `end`, as a piece of that stream."""
        return Audio(stream, start, self._ring.read(start, end), FLAG_PREROLL if end <= self.preroll_end else 0)

    def take_progress(self, received: dict[str, int], committed: dict[str, int], *, unanswered: bool) -> None:
        """How far the server has come. `unanswered`: nothing is committed yet. Raises RemoteError for samples that were never sent."""
        stream = str(self.stream)
        offset = committed.get(stream, 0)
        if (furthest := max(received.get(stream, 0), offset)) > self.end:
            raise RemoteError(f"sample {furthest} of stream {stream} is acknowledged, but only {self.end} were sent")
        self.acknowledged = max(self.acknowledged, received.get(stream, 0))
        if not unanswered:  # the server may crash before it says that it has answered
            self.committed = max(self.committed, offset)

    def survives(self, *, gaps: bool) -> bool:
        """Whether the utterance can be announced again: its samples are still in the ring, or a gap may be declared."""
        return self.committed < self.end and (gaps or not self._ring.outlasted(self.committed))


class InboundReply(InboundStream):
    """The reply as the device receives it."""

    __slots__ = ("heard", "length")

    def __init__(self, stream: int, at: int) -> None:
        super().__init__(stream, at)
        self.length: int | None = None
        """How many samples it has; None: its end has not come."""
        self.heard = 0
        """Samples that have left the speaker."""

    def note_heard(self, samples: int) -> None:
        """So many samples have left the speaker."""
        self.heard = max(self.heard, min(samples, self.received))

    @property
    def heard_to_its_end(self) -> bool:
        """Whether every sample of the reply was heard."""
        return self.length is not None and self.heard >= self.length
