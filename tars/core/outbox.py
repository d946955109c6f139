"""What must survive a connection for a session to be resumed: numbers, and everything said that is not yet acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tars.errors import RemoteError
from tars.generated.messages import Message

MOST_MESSAGES = 1000
"""Messages that may wait for an acknowledgement. They come at the pace of people and timers; more means that something is broken."""


@dataclass
class QueuedMessage:
    """A numbered message."""

    number: int
    message: Message
    passed: bool = False
    """It went out on this connection."""


@dataclass
class QueuedAudio:
    """Samples `start` to before `end` of a stream. Who sends them keeps them, by offset; here is only which."""

    stream: int
    start: int
    end: int
    passed: int
    """What lies before this went out on this connection."""


@dataclass
class Outbox:
    """One side's numbers, and its outbox: what the other side has not acknowledged, in the order in which it was said."""

    sent: int = 0
    """The number of the last message said."""
    acknowledged: int = 0
    """The highest number of ours that the other side has applied."""
    applied: int = 0
    """The highest number of theirs that we have applied."""
    outbox: list[QueuedMessage | QueuedAudio] = field(default_factory=list)
    broken: str = ""
    """Why nothing can be resumed from this record, if nothing can: the next greeting starts anew."""

    def say(self, message: Message) -> None:
        """Number a message and put it behind everything said before. A broken record takes nothing more."""
        if self.broken:
            return
        self.sent += 1
        self.outbox.append(QueuedMessage(self.sent, message))
        if self.sent - self.acknowledged > MOST_MESSAGES:
            self.broken = f"more than {MOST_MESSAGES} messages are unacknowledged"

    def sound(self, stream: int, start: int, end: int) -> None:
        """Put samples behind everything said before."""
        last = self.outbox[-1] if self.outbox else None
        if isinstance(last, QueuedAudio) and (last.stream, last.end) == (stream, start):
            last.end = end
        else:
            self.outbox.append(QueuedAudio(stream, start, end, start))

    def forget_sound(self) -> None:
        """Nobody needs the sound any more that is still here: its stream is over."""
        self.outbox = [item for item in self.outbox if isinstance(item, QueuedMessage)]

    @property
    def oldest_sound(self) -> int | None:
        """The first offset that the other side has not acknowledged."""
        return next((item.start for item in self.outbox if isinstance(item, QueuedAudio)), None)

    @property
    def awaits(self) -> bool:
        """Whether something went out on this connection that is not acknowledged."""
        return any(item.passed if isinstance(item, QueuedMessage) else item.passed > item.start for item in self.outbox)

    def acknowledge(self, number: int) -> None:
        """The other side has applied messages up to this number. Raises RemoteError for a number that was never sent."""
        if number > self.sent:
            raise RemoteError(f"message {number} is acknowledged, but only {self.sent} were sent")
        self.acknowledged = max(self.acknowledged, number)
        self.outbox = [item for item in self.outbox if isinstance(item, QueuedAudio) or item.number > number]

    def acknowledge_sound(self, received: Mapping[str, int]) -> None:
        """The other side has the samples before these offsets, by stream. Raises RemoteError for samples that were never sent."""
        for item in [item for item in self.outbox if isinstance(item, QueuedAudio)]:
            offset = received.get(str(item.stream))
            if offset is None or offset <= item.start:
                continue
            if offset > item.end and not self._continued(item):
                raise RemoteError(f"sample {offset} of stream {item.stream} is acknowledged, but only {item.end} were sent")
            item.start = min(offset, item.end)
            item.passed = max(item.passed, item.start)
            if item.start == item.end:
                self.outbox.remove(item)

    def _continued(self, sound: QueuedAudio) -> bool:
        return any(isinstance(item, QueuedAudio) and item.stream == sound.stream and item.start >= sound.end for item in self.outbox)

    def rewind(self) -> None:
        """There is a new connection: all of it goes out again."""
        for item in self.outbox:
            if isinstance(item, QueuedMessage):
                item.passed = False
            else:
                item.passed = item.start
