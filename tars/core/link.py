"""One side's end of a connection: frames in and out, message numbers, acknowledgements. It knows no machine and no buffer.

Liveness is in liveness.py, the rate of audio in pacing.py, what is not yet acknowledged in outbox.py.
"""

from __future__ import annotations

from tars.core.codec import MAX_CHUNK, Audio, Codec, Control, Frame, Incoming
from tars.core.liveness import Liveness
from tars.core.outbox import Outbox, QueuedAudio, QueuedMessage
from tars.core.pacing import Pacing
from tars.errors import RemoteError
from tars.generated.messages import Ack, Gap, Hello, HotwordDetected, Message, Ping, Pong, Welcome

ACK_DELAY = 0.5
"""Seconds after which received audio is acknowledged at the latest."""


class Link:
    """Frames out in order, new messages and audio in, in order.

    Everything that is numbered leaves through the outbox. So a message never overtakes audio, and everything that was sent is kept until
    it is acknowledged. Each frame carries the generation of the socket that it is meant for.
    """

    __slots__ = (
        "_ack_due",
        "_answers",
        "_expecting",
        "_greeted",
        "_outgoing",
        "codec",
        "duplicates",
        "generation",
        "liveness",
        "opened_at",
        "outbox",
        "pacing",
        "refusal",
    )

    def __init__(self) -> None:
        self.generation = 0
        self.codec: Codec | None = None
        self.outbox = Outbox()
        self.liveness = Liveness(0.0)
        self.pacing = Pacing(0.0)
        self.opened_at: float | None = None
        self.duplicates = 0
        """Messages dropped because they had come before."""
        self.refusal: str | None = None
        """Why this side closes the socket, if the other side did what the protocol does not allow."""
        self._expecting = False
        self._greeted = False
        self._ack_due: float | None = None
        self._outgoing: list[tuple[int, Frame]] = []
        self._answers: list[Message] = []

    # --- the socket ----------------------------------------------------------------------------------------------------------

    @property
    def numbered(self) -> bool:
        """Whether there is a socket whose dialect has numbers and acknowledgements."""
        return self.codec is not None and self.codec.numbered

    def expects(self, generation: int) -> bool:
        """Whether this socket is the current one: from the moment it is dialled until it is given up."""
        return self._expecting and generation == self.generation

    def dial(self) -> int:
        """A new socket is being opened; its generation."""
        self.close()
        self.generation += 1
        self._expecting, self.refusal = True, None
        return self.generation

    def open(self, generation: int, codec: Codec, now: float) -> None:
        """A socket is up. Nothing that was known of an older one counts for it."""
        self.generation, self.codec, self.opened_at = generation, codec, now
        self.liveness = Liveness(now, self.liveness.round_trip)
        self.pacing = Pacing(now)
        self._expecting, self.refusal = True, None
        self._greeted, self._ack_due = False, None

    def close(self) -> None:
        """The socket is given up: nothing more is queued for it, nothing is expected from it. Frames already queued still leave."""
        self.codec, self._expecting, self.opened_at = None, False, None

    # --- out -----------------------------------------------------------------------------------------------------------------

    def send(self, message: Message) -> None:
        """Send a message. A numbered one is queued and kept until it is acknowledged. Any other leaves at once, or never."""
        if message.numbered:
            self.outbox.add_message(message)
        elif self.codec is not None:
            self._put(Control(message, None, self.outbox.applied), self.codec)

    def next_audio(self, now: float) -> QueuedAudio | None:
        """Transmit the queued messages up to the first audio that has not gone out; that audio, or None if there is none."""
        if self.codec is None:
            return None
        self.pacing.due = None
        for item in self.outbox.items:
            if isinstance(item, QueuedMessage):
                self._transmit_message(item, self.codec, now)
            elif item.transmitted < item.end:
                return item
        if not self.codec.numbered:
            self.outbox.acknowledge_all()
        return None

    def allowed(self, samples: int, now: float) -> int:
        """How many of these samples may be given to `send_audio` now: at most one frame. If none, `deadline` says when."""
        wanted = min(samples, MAX_CHUNK)
        return self.pacing.allow(wanted, now) if self.numbered else wanted

    def send_audio(self, queued: QueuedAudio, audio: Audio) -> None:
        """Transmit the next samples of queued audio."""
        if self.codec is not None:
            self._outgoing.append((self.generation, self.codec.encode_audio(audio)))
            queued.transmitted = audio.end

    def send_gap(self, queued: QueuedAudio, end: int, reason: str) -> None:
        """Declare the next samples of queued audio, up to before `end`, lost for good."""
        self.send(Gap(queued.stream, queued.transmitted, end - queued.transmitted, reason))
        queued.transmitted = end

    def outgoing(self) -> list[tuple[int, Frame]]:
        """Everything to send, in order, once: (generation of the socket, frame)."""
        frames, self._outgoing = self._outgoing, []
        return frames

    def answers(self) -> list[Message]:
        """What the other side would have said in reply, where its dialect does not say it; once."""
        if not self._answers:
            return []
        answers, self._answers = self._answers, []
        return answers

    def _transmit_message(self, queued: QueuedMessage, codec: Codec, now: float) -> None:
        if queued.transmitted:
            return
        queued.transmitted = True
        self._put(Control(queued.message, queued.number if codec.numbered else None, self.outbox.applied), codec)
        self.liveness.message_sent(queued.number, now, is_hotword=isinstance(queued.message, HotwordDetected))

    def _put(self, control: Control, codec: Codec) -> None:
        self._outgoing += [(self.generation, frame) for frame in codec.encode(control)]
        self._answers += codec.answers()

    # --- in ------------------------------------------------------------------------------------------------------------------

    def receive(self, frame: Frame, now: float) -> list[Incoming]:
        """The messages and the audio of a frame that are new. Raises RemoteError for what the protocol does not allow."""
        if self.codec is None:
            return []
        self.liveness.frame_received(now)
        return [incoming for incoming in self.codec.decode(frame) if self._is_new(incoming, now)]

    def _is_new(self, incoming: Incoming, now: float) -> bool:
        if isinstance(incoming, Audio):
            self.owe_ack(now)
            return True
        message = incoming.message
        if isinstance(message, Ping):
            self.send(Pong(message.t))
        elif isinstance(message, Pong):
            self.liveness.pong_received(message.t / 1000, now)
        if isinstance(message, Hello | Welcome):
            self._greet_once(message)
        else:
            self.outbox.acknowledge(incoming.applied)
            self.liveness.acknowledged(incoming.applied, now)
        if isinstance(message, Ack):
            self.outbox.acknowledge_audio(message.received)
        return incoming.number is None or self._is_next(incoming.number, message, now)

    def _greet_once(self, greeting: Message) -> None:
        if self._greeted:
            raise RemoteError(f"{greeting.type} came twice; it is the first message on a connection, and only that")
        self._greeted = True

    def _is_next(self, number: int, message: Message, now: float) -> bool:
        if number <= self.outbox.applied:
            self.duplicates += 1
            return False
        if number != self.outbox.applied + 1:
            raise RemoteError(f"{message.type} has number {number}, but {self.outbox.applied + 1} comes next: a message is missing")
        self.outbox.applied = number
        self.owe_ack(now, 0)
        return True

    # --- acknowledgements and deadlines --------------------------------------------------------------------------------------

    def owe_ack(self, now: float, delay: float = ACK_DELAY) -> None:
        """There is something to acknowledge within `delay` seconds."""
        if self.numbered and (self._ack_due is None or now + delay < self._ack_due):
            self._ack_due = now + delay

    @property
    def ack_due(self) -> float | None:
        """When `send_ack` must be called at the latest; None: there is nothing to acknowledge."""
        return self._ack_due

    def ack_is_due(self, now: float) -> bool:
        """Whether `send_ack` must be called now."""
        return self._ack_due is not None and self._ack_due <= now

    def send_ack(self, ack: Ack) -> None:
        """Say how far this side has come."""
        self._ack_due = None
        self.send(ack)

    def watch(self, now: float, *, in_session: bool) -> None:
        """In a session, and while something is unacknowledged, the other side must be heard from all the time."""
        self.liveness.watch(now, urgent=in_session or self.outbox.awaits_acknowledgement)

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do."""
        if not self.numbered:
            return None
        due = self.liveness.deadline
        if self._ack_due is not None and self._ack_due < due:
            due = self._ack_due
        if self.pacing.due is not None and self.pacing.due < due:
            due = self.pacing.due
        return due

    def tick(self, now: float) -> str | None:
        """Send a ping when it is due. Returns why the link is dead, None if it is not."""
        if not self.numbered:
            return None
        if reason := self.liveness.why_dead(now):
            return reason
        if self.liveness.ping_due is not None and self.liveness.ping_due <= now:
            self.liveness.ping_sent(now)
            self.send(Ping(int(now * 1000)))
        return None
