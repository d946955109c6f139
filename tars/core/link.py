"""One side's end of the link: message numbers, acknowledgements, liveness, and the one outgoing queue. Knows no machine."""

from __future__ import annotations

from dataclasses import dataclass

from tars.core.codec import Audio, Codec, Control, Frame, Incoming
from tars.errors import RemoteError
from tars.generated.messages import Ack, Hello, HotwordDetected, Message, Ping, Pong, Welcome

HEARTBEAT = 30.0
"""Seconds without an inbound frame before a ping goes out."""
PONG_LIMIT = 10.0
"""Seconds in which anything must come in after a ping."""
SILENCE_LIMIT = 3.0
"""Seconds without an inbound frame, while something is unacknowledged, until the link counts as dead."""
HOTWORD_LIMIT = 1.0
"""Seconds in which a hotword must be acknowledged: it is a liveness probe."""
ACK_DELAY = 0.25
"""Seconds after which received audio is acknowledged at the latest."""


@dataclass
class Record:
    """What must survive a connection for a session to be resumed: the numbers of both directions."""

    sent: int = 0
    """The number of the last message sent."""
    acknowledged: int = 0
    """The highest number of ours that the other side has applied."""
    applied: int = 0
    """The highest number of theirs that we have applied."""


class Link:
    """Frames out in order, messages in in order, and the news when nobody answers any more.

    Everything that leaves goes through `outgoing`, so that control can never overtake audio. Each frame carries the generation
    of the socket it was meant for.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.refusal: str | None = None
        self._expecting = False
        self.codec: Codec | None = None
        self.record = Record()
        self.duplicates = 0
        self._outgoing: list[tuple[int, Frame]] = []
        self._answers: list[Message] = []
        self._last_in = 0.0
        self._waiting_since: float | None = None
        self._hotword_due: float | None = None
        self._pong_due: float | None = None
        self._ack_due: float | None = None
        self._audio_sent: tuple[int, int] | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a socket to send to."""
        return self.codec is not None

    def expects(self, generation: int) -> bool:
        """Whether news of this socket is still ours: from the moment it is dialled until it is given up."""
        return self._expecting and generation == self.generation

    def dial(self) -> int:
        """A new socket is being opened; its generation."""
        self.close()
        self.generation += 1
        self._expecting, self.refusal = True, None
        return self.generation

    def open(self, generation: int, codec: Codec, now: float) -> None:
        """A socket is up; what an older one still says is no longer ours."""
        self.generation, self.codec, self._last_in = generation, codec, now
        self._expecting, self.refusal = True, None
        self._waiting_since = self._hotword_due = self._pong_due = self._ack_due = self._audio_sent = None

    def close(self) -> None:
        """The socket is given up: nothing goes out to it any more, nothing is expected from it."""
        self.codec, self._expecting = None, False
        self._waiting_since = self._hotword_due = self._pong_due = self._ack_due = self._audio_sent = None

    # --- out -----------------------------------------------------------------------------------------------------------------

    def send(self, message: Message, now: float) -> int | None:
        """Number a message and queue it. Without a socket it is dropped: whoever must say it again learns so from a fresh link."""
        if self.codec is None:
            return None
        number = None
        if message.numbered and self.codec.numbered:
            self.record.sent += 1
            number = self.record.sent
            self._expect_answer(now)
            if isinstance(message, HotwordDetected):
                self._hotword_due = now + HOTWORD_LIMIT
        self._queue(self.codec.encode(Control(message, number, self.record.applied)))
        self._answers += self.codec.answers()
        return number

    def send_audio(self, audio: Audio, now: float) -> None:
        """Queue sound behind everything that is queued already."""
        if self.codec is None:
            return
        self._queue([self.codec.encode_audio(audio)])
        if self.codec.numbered:
            self._audio_sent = (audio.stream, audio.end)
            self._expect_answer(now)

    def outgoing(self) -> list[tuple[int, Frame]]:
        """Everything to send, in order, once: (generation of the socket, frame)."""
        frames, self._outgoing = self._outgoing, []
        return frames

    def answers(self) -> list[Message]:
        """What the other side would have said in reply, where its dialect leaves it unsaid; once."""
        answers, self._answers = self._answers, []
        return answers

    def _queue(self, frames: list[Frame]) -> None:
        self._outgoing += [(self.generation, frame) for frame in frames]

    def _expect_answer(self, now: float) -> None:
        if self._waiting_since is None:
            self._waiting_since = now

    # --- in ------------------------------------------------------------------------------------------------------------------

    def receive(self, frame: Frame, now: float) -> list[Incoming]:
        """What a frame says and is still to be applied. Raises RemoteError for what the protocol does not allow."""
        if self.codec is None:
            return []
        self._last_in, self._pong_due = now, None
        return [incoming for incoming in self.codec.decode(frame) if self._accept(incoming, now)]

    def _accept(self, incoming: Incoming, now: float) -> bool:
        if isinstance(incoming, Audio):
            return True
        message = incoming.message
        if isinstance(message, Ping):
            self.send(Pong(message.t), now)
        if not isinstance(message, Hello | Welcome):
            self._acknowledged(incoming.applied)
        if isinstance(message, Ack):
            self._audio_acknowledged(message)
        if incoming.number is None:
            return True
        return self._in_order(incoming.number, message)

    def _in_order(self, number: int, message: Message) -> bool:
        if number <= self.record.applied:
            self.duplicates += 1
            return False
        if number != self.record.applied + 1:
            raise RemoteError(f"{message.type} has number {number}, but {self.record.applied + 1} comes next: a message is missing")
        self.record.applied = number
        return True

    def _acknowledged(self, number: int) -> None:
        record = self.record
        if number > record.sent:
            raise RemoteError(f"message {number} is acknowledged, but only {record.sent} were sent")
        record.acknowledged = max(record.acknowledged, number)
        if record.acknowledged == record.sent:
            self._hotword_due = None
            if self._audio_sent is None:
                self._waiting_since = None

    def _audio_acknowledged(self, ack: Ack) -> None:
        if self._audio_sent is None:
            return
        stream, end = self._audio_sent
        received = ack.au.get(str(stream))
        if isinstance(received, int) and received >= end:
            self._audio_sent = None
            if self.record.acknowledged == self.record.sent:
                self._waiting_since = None

    # --- acknowledging and liveness ------------------------------------------------------------------------------------------

    def owe_ack(self, now: float, delay: float = ACK_DELAY) -> None:
        """Something has come in that must be acknowledged within `delay` seconds."""
        if self.codec is not None and self.codec.numbered:
            self._ack_due = min(self._ack_due, now + delay) if self._ack_due is not None else now + delay

    def ack_is_due(self, now: float) -> bool:
        """Whether the side must send its `ack` now."""
        return self._ack_due is not None and self._ack_due <= now

    def send_ack(self, ack: Ack, now: float) -> None:
        """Say how far we have come."""
        self._ack_due = None
        self.send(ack, now)

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do."""
        if self.codec is None or not self.codec.numbered:
            return None
        moments = [self._ack_due, self._hotword_due, self._silent_at(), self._pong_due or self._last_in + HEARTBEAT]
        return min(moment for moment in moments if moment is not None)

    def tick(self, now: float) -> str | None:
        """Send the heartbeat when it is time; the reason why the link counts as dead, if it does."""
        if self.codec is None or not self.codec.numbered:
            return None
        if self._hotword_due is not None and self._hotword_due <= now:
            return f"the hotword was not acknowledged within {HOTWORD_LIMIT:g} s"
        silent_at = self._silent_at()
        if silent_at is not None and silent_at <= now:
            return f"nothing came in for {SILENCE_LIMIT:g} s while something was unacknowledged"
        if self._pong_due is not None and self._pong_due <= now:
            return f"no answer to the heartbeat within {PONG_LIMIT:g} s"
        if self._pong_due is None and self._last_in + HEARTBEAT <= now:
            self._pong_due = now + PONG_LIMIT
            self.send(Ping(int(now * 1000)), now)
        return None

    def _silent_at(self) -> float | None:
        if self._waiting_since is None:
            return None
        return max(self._waiting_since, self._last_in) + SILENCE_LIMIT
