"""One side's end of the link: message numbers, acknowledgements, liveness, and the one outgoing queue. Knows no machine."""

from __future__ import annotations

from typing import Protocol

from tars.core.audio_buffers import Stretch
from tars.core.codec import MAX_CHUNK, Audio, Codec, Control, Frame, Incoming
from tars.core.outbox import Outbox, QueuedAudio, QueuedMessage
from tars.errors import RemoteError
from tars.generated.messages import Ack, Gap, Hello, HotwordDetected, Message, Ping, Pong, Welcome
from tars.samples import BLOCK, RATE

HEARTBEAT = 30.0
"""Seconds without an inbound frame before a ping goes out."""
PONG_LIMIT = 10.0
"""Seconds in which anything must come in after a ping."""
SILENCE_LIMIT = 3.0
"""Seconds without an inbound frame, in a session or while something is unacknowledged, until the link counts as dead: a ping went
unanswered."""
SESSION_HEARTBEAT = SILENCE_LIMIT / 2
"""Seconds without an inbound frame before a ping goes out, in a session or while something is unacknowledged."""
HOTWORD_LIMIT = 1.0
"""Seconds in which a hotword must be acknowledged: it is a liveness probe."""
ACK_DELAY = 0.25
"""Seconds after which received audio is acknowledged at the latest."""
REPLAY_RATE = 8 * RATE
"""Samples a second at most: what has waited for a link does not crowd out everything else."""
REPLAY_BURST = 4 * RATE
"""Samples that may go out at once: a hotword with its pre-roll never waits."""


class Samples(Protocol):
    """Where the samples are that the outbox names by offset."""

    def stretch(self, stream: int, start: int, end: int) -> Stretch:
        """Which samples from `start` to before `end` can be sent next, without a hole."""

    def recall(self, stream: int, start: int, end: int) -> Audio:
        """The samples from `start` to before `end`."""


class Link:
    """Frames out in order, messages in in order, and the news when nobody answers any more.

    Everything that is numbered leaves through the record's outbox, so that control can never overtake audio and nothing is said that
    is not kept. Each frame carries the generation of the socket it was meant for.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.refusal: str | None = None
        self.codec: Codec | None = None
        self.record = Outbox()
        self.duplicates = 0
        self.opened_at: float | None = None
        self.last_in = 0.0
        self.round_trip: float | None = None
        """Seconds from the last message that was timed to its acknowledgement."""
        self._expecting = False
        self._outgoing: list[tuple[int, Frame]] = []
        self._answers: list[Message] = []
        self._watched = False
        self._fresh()

    def _fresh(self) -> None:
        """What is known of one connection only."""
        self._greeted = False
        self._urgent_since: float | None = None
        self._pinged_at: float | None = None
        self._hotword: tuple[int, float] | None = None
        self._timed: tuple[int, float] | None = None
        self._ack_due: float | None = None
        self._allowance, self._allowed_at = float(REPLAY_BURST), 0.0
        self._sound_due: float | None = None

    @property
    def numbered(self) -> bool:
        """Whether there is a socket whose dialect has numbers and acknowledgements."""
        return self.codec is not None and self.codec.numbered

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
        self._fresh()
        self.generation, self.codec, self.last_in, self.opened_at = generation, codec, now, now
        self._expecting, self.refusal = True, None
        self._allowed_at = now

    def close(self) -> None:
        """The socket is given up: nothing more is queued for it, nothing is expected from it. What is queued goes out still."""
        self.codec, self._expecting, self.opened_at = None, False, None
        self._fresh()

    # --- out -----------------------------------------------------------------------------------------------------------------

    def send(self, message: Message, now: float) -> None:
        """Say a message. What is numbered is kept until it is acknowledged; anything else goes out at once, or never."""
        if message.numbered:
            self.record.say(message)
        elif self.codec is not None:
            self._queue(self.codec.encode(Control(message, None, self.record.applied)))
            self._answers += self.codec.answers()

    def transmit(self, samples: Samples, now: float) -> None:
        """Queue what waits in the outbox, in order, as fast as is allowed."""
        if self.codec is None:
            return
        self._sound_due = None
        for item in self.record.outbox:
            if isinstance(item, QueuedMessage):
                self._put_message(item, self.codec, now)
            elif not self._put_sound(item, self.codec, samples, now):
                break
        if not self.codec.numbered:
            self.record.outbox.clear()
            self.record.acknowledged = self.record.sent

    def _put_message(self, said: QueuedMessage, codec: Codec, now: float) -> None:
        if said.passed:
            return
        said.passed = True
        self._queue(codec.encode(Control(said.message, said.number if codec.numbered else None, self.record.applied)))
        self._answers += codec.answers()
        self._timed = self._timed or (said.number, now)
        if isinstance(said.message, HotwordDetected):
            self._hotword = (said.number, now + HOTWORD_LIMIT)

    def _put_sound(self, sound: QueuedAudio, codec: Codec, samples: Samples, now: float) -> bool:
        """False if some of it has to wait."""
        while sound.passed < sound.end:
            next_one = samples.stretch(sound.stream, sound.passed, sound.end)
            if next_one.start > sound.passed:
                self.send(Gap(sound.stream, sound.passed, next_one.start - sound.passed, next_one.why), now)
                sound.passed = next_one.start
                continue
            count = min(next_one.end - sound.passed, MAX_CHUNK)
            if codec.numbered and (count := self._allowed(count, now)) == 0:
                return False
            self._queue([codec.encode_audio(samples.recall(sound.stream, sound.passed, sound.passed + count))])
            sound.passed += count
        return True

    def _allowed(self, wanted: int, now: float) -> int:
        """How many of these samples may go out now; if none, `deadline` says when."""
        self._allowance = min(REPLAY_BURST, self._allowance + (now - self._allowed_at) * REPLAY_RATE)
        self._allowed_at = now
        if self._allowance < min(wanted, BLOCK):
            self._sound_due = now + (BLOCK + 1 - self._allowance) / REPLAY_RATE  # one more: rounding must not make it due for ever
            return 0
        count = min(wanted, int(self._allowance))
        self._allowance -= count
        return count

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

    # --- in ------------------------------------------------------------------------------------------------------------------

    def receive(self, frame: Frame, now: float) -> list[Incoming]:
        """What a frame says and is still to be applied. Raises RemoteError for what the protocol does not allow."""
        if self.codec is None:
            return []
        self.last_in, self._pinged_at = now, None
        return [incoming for incoming in self.codec.decode(frame) if self._accept(incoming, now)]

    def _accept(self, incoming: Incoming, now: float) -> bool:
        if isinstance(incoming, Audio):
            return True
        message = incoming.message
        if isinstance(message, Ping):
            self.send(Pong(message.t), now)
        elif isinstance(message, Pong):
            self.round_trip = max(0.0, now - message.t / 1000)
        if isinstance(message, Hello | Welcome):
            self._greet_once(message)
        else:
            self._acknowledged(incoming.applied, now)
        if isinstance(message, Ack):
            self.record.acknowledge_sound(message.received)
        return incoming.number is None or self._in_order(incoming.number, message)

    def _greet_once(self, greeting: Message) -> None:
        if self._greeted:
            raise RemoteError(f"{greeting.type} came twice; it is the first message on a connection, and only that")
        self._greeted = True

    def _in_order(self, number: int, message: Message) -> bool:
        if number <= self.record.applied:
            self.duplicates += 1
            return False
        if number != self.record.applied + 1:
            raise RemoteError(f"{message.type} has number {number}, but {self.record.applied + 1} comes next: a message is missing")
        self.record.applied = number
        return True

    def _acknowledged(self, number: int, now: float) -> None:
        self.record.acknowledge(number)
        if self._hotword is not None and self._hotword[0] <= number:
            self._hotword = None
        if self._timed is not None and self._timed[0] <= number:
            self.round_trip, self._timed = now - self._timed[1], None

    # --- acknowledging and liveness ------------------------------------------------------------------------------------------

    def owe_ack(self, now: float, delay: float = ACK_DELAY) -> None:
        """Something has come in that must be acknowledged within `delay` seconds."""
        if self.numbered:
            self._ack_due = min(self._ack_due, now + delay) if self._ack_due is not None else now + delay

    def ack_is_due(self, now: float) -> bool:
        """Whether the side must send its `ack` now."""
        return self._ack_due is not None and self._ack_due <= now

    def send_ack(self, ack: Ack, now: float) -> None:
        """Say how far we have come."""
        self._ack_due = None
        self.send(ack, now)

    def watch(self, now: float, *, in_session: bool) -> None:
        """In a session, and while something is unacknowledged, the other side is expected to be heard of all the time."""
        if not (in_session or self.record.awaits):
            self._urgent_since = None
        elif self._urgent_since is None:
            self._urgent_since = now

    @property
    def _ping_due(self) -> float | None:
        if self._pinged_at is not None:
            return None
        if self._urgent_since is None:
            return self.last_in + HEARTBEAT
        return max(self.last_in, self._urgent_since) + SESSION_HEARTBEAT

    @property
    def _dead_at(self) -> float | None:
        """Only a ping that is not answered makes a link dead: after a long sleep of this program the answer may be waiting."""
        if self._pinged_at is None:
            return None
        if self._urgent_since is None:
            return self._pinged_at + PONG_LIMIT
        return max(self._pinged_at, self._urgent_since) + SILENCE_LIMIT - SESSION_HEARTBEAT

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do."""
        if not self.numbered:
            return None
        hotword_due = self._hotword[1] if self._hotword else None
        moments = (self._ack_due, self._sound_due, hotword_due, self._ping_due, self._dead_at)
        return min(moment for moment in moments if moment is not None)

    def tick(self, now: float) -> str | None:
        """Send the heartbeat when it is time; the reason why the link counts as dead, if it does."""
        if not self.numbered:
            return None
        if self._hotword is not None and self._hotword[1] <= now:
            return f"the hotword was not acknowledged within {HOTWORD_LIMIT:g} s"
        if self._dead_at is not None and self._dead_at <= now:
            if self._urgent_since is None:
                return f"no answer to the heartbeat within {PONG_LIMIT:g} s"
            return f"nothing came in for {SILENCE_LIMIT:g} s in a session, or while something was unacknowledged"
        if self._ping_due is not None and self._ping_due <= now:
            self._pinged_at = now
            self.send(Ping(int(now * 1000)), now)
        return None
