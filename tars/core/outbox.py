"""What must survive a connection for a session to be resumed: message numbers, and everything that is not yet acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tars.errors import RemoteError
from tars.generated.messages import Message

MOST_MESSAGES = 1000
"""Messages that may wait for an acknowledgement. They come at the pace of people and timers; more means that something is broken."""


@dataclass(slots=True)
class QueuedMessage:
    """A numbered message."""

    number: int
    message: Message
    transmitted: bool = False
    """It went out on this connection."""


@dataclass(slots=True)
class QueuedAudio:
    """Samples `start` to before `end` of a stream. The samples themselves are in a buffer; here are only their offsets."""

    stream: int
    start: int
    end: int
    transmitted: int
    """The samples before this offset went out on this connection."""


def _is_sent(item: QueuedMessage | QueuedAudio) -> bool:
    return item.transmitted if isinstance(item, QueuedMessage) else item.transmitted > item.start


@dataclass(slots=True)
class Outbox:
    """The message numbers of both directions, and what the other side has not acknowledged, in order."""

    sent: int = 0
    """The number of the last message queued."""
    acknowledged: int = 0
    """The highest number of ours that the other side has applied."""
    applied: int = 0
    """The highest number of theirs that we have applied."""
    items: list[QueuedMessage | QueuedAudio] = field(default_factory=list)
    broken: str = ""
    """Why nothing can be resumed from this outbox, if nothing can: the next greeting starts anew."""

    # --- queueing ------------------------------------------------------------------------------------------------------------

    def add_message(self, message: Message) -> None:
        """Number a message and queue it last. A broken outbox takes nothing more."""
        if self.broken:
            return
        self.sent += 1
        self.items.append(QueuedMessage(self.sent, message))
        if self.sent - self.acknowledged > MOST_MESSAGES:
            self.broken = f"more than {MOST_MESSAGES} messages are unacknowledged"

    def add_audio(self, stream: int, start: int, end: int) -> None:
        """Queue samples last."""
        last = self.items[-1] if self.items else None
        if isinstance(last, QueuedAudio) and (last.stream, last.end) == (stream, start):
            last.end = end
        else:
            self.items.append(QueuedAudio(stream, start, end, start))

    def drop_audio(self) -> None:
        """Forget all samples that are queued: their stream is over."""
        if self.oldest_sample is not None:
            self.items = [item for item in self.items if isinstance(item, QueuedMessage)]

    # --- reading -------------------------------------------------------------------------------------------------------------

    @property
    def oldest_sample(self) -> int | None:
        """The first offset that the other side has not acknowledged; None: no samples are queued."""
        for item in self.items:
            if isinstance(item, QueuedAudio):
                return item.start
        return None

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether something went out on this connection that is not acknowledged."""
        return bool(self.items) and any(map(_is_sent, self.items))

    # --- acknowledgements ----------------------------------------------------------------------------------------------------

    def acknowledge(self, number: int) -> None:
        """The other side has applied messages up to this number. Raises RemoteError for a number that was never sent."""
        if number > self.sent:
            raise RemoteError(f"message {number} is acknowledged, but only {self.sent} were sent")
        if number > self.acknowledged:
            self.acknowledged = number
            self.items = [item for item in self.items if isinstance(item, QueuedAudio) or item.number > number]

    def acknowledge_audio(self, received: Mapping[str, int]) -> None:
        """The other side has the samples before these offsets, by stream. Raises RemoteError for samples that were never sent."""
        for item in [item for item in self.items if isinstance(item, QueuedAudio)]:
            offset = received.get(str(item.stream))
            if offset is None or offset <= item.start:
                continue
            if offset > item.end and not self._continued(item):
                raise RemoteError(f"sample {offset} of stream {item.stream} is acknowledged, but only {item.end} were sent")
            item.start = min(offset, item.end)
            item.transmitted = max(item.transmitted, item.start)
            if item.start == item.end:
                self.items.remove(item)

    def acknowledge_all(self) -> None:
        """Everything went out, and the other side's dialect has no acknowledgements."""
        self.items.clear()
        self.acknowledged = self.sent

    def _continued(self, audio: QueuedAudio) -> bool:
        return any(isinstance(item, QueuedAudio) and item.stream == audio.stream and item.start >= audio.end for item in self.items)

    def rewind(self) -> None:
        """There is a new connection: everything goes out again."""
        for item in self.items:
            if isinstance(item, QueuedMessage):
                item.transmitted = False
            else:
                item.transmitted = item.start
