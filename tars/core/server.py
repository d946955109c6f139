"""The server's side of one device, pure: its three machines, its link, the utterance that comes in and the reply that goes out."""

from __future__ import annotations

import random
from typing import Any

from tars.core import effects as do
from tars.core.codec import MAX_CHUNK, Audio, Codec, Frame
from tars.core.effects import Effect
from tars.core.resume import RING_SECONDS, Intake
from tars.core.side import Side
from tars.engine import Event
from tars.errors import RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import PROTOCOL, Ack, BargeIn, Hello, HotwordDetected, Message, PlaybackComplete
from tars.generated.server import events
from tars.generated.server.means import FEEDS_BRAIN
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tars.generated.server.wiring import WIRING, Actions
from tars.samples import RATE, WIDTH

HELD_SECONDS = RING_SECONDS
"""Sound that waits for a brain, at most: all that a device can have kept."""
REDIAL_IN_MS = 1500
"""What a stopping server tells its devices to wait."""


class Reply:
    """The reply that is being sent: its stream, the samples sent, and how many of them the user has heard."""

    def __init__(self) -> None:
        self.stream = 0
        self.sent = 0
        self.heard = 0


class Server(Side, Actions):
    """One device as the server sees it. Besides the verbs of a side: `greeted` for a new socket, `speak` for the brain's sound."""

    def __init__(self, device: str, limits: Limits, spread: random.Random, *, epoch: str) -> None:
        super().__init__(WIRING, device, limits, spread)
        self.epoch = epoch
        self.intake: Intake | None = None
        self.reply = Reply()
        self.dropped = 0
        """Samples that arrived after their utterance was complete."""
        self._wake = 0
        self._held: list[tuple[int, bytes]] = []
        self._held_bytes = 0
        self._committed = 0
        self._older: int | None = None
        self._passed: dict[str, object] = {}
        """The last other stream, over or never opened by a message, and how far it came: acknowledged all the same, it arrived."""

    # --- verbs ---------------------------------------------------------------------------------------------------------------

    def greeted(self, generation: int, codec: Codec, greeting: Frame | Hello, now: float) -> list[Effect]:
        """A new socket has said hello: its first frame, or the greeting made up for an old device. The newest socket wins."""
        if self.link.expects(self.link.generation):
            self._older = self.link.generation
        self.link.open(generation, codec, now)
        if isinstance(greeting, Hello):
            return self._greet(greeting, now)
        return self.receive(generation, greeting, now)

    def speak(self, session: str, turn: int, pcm: bytes, now: float) -> list[Effect]:
        """More of the reply to that turn, PCM16; sound for an older turn is dropped."""
        own = (self.machines["session"].context.session, self.machines["turn"].context.turn)
        if self.state("turn") == "SPEAKING" and own == (session, turn):
            for start in range(0, len(pcm), MAX_CHUNK * WIDTH):
                chunk = pcm[start : start + MAX_CHUNK * WIDTH]
                self.link.send_audio(Audio(self.reply.stream, self.reply.sent, chunk), now)
                self.reply.sent += len(chunk) // WIDTH
        return self.settled(now)

    @property
    def feeds_brain(self) -> bool:
        """Whether sound goes to the brain: generated from the states of session and turn."""
        return FEEDS_BRAIN[SessionState(self.state("session")), TurnState(self.state("turn"))]

    @property
    def gone(self) -> bool:
        """Whether nothing is known of this device any more."""
        return self.state("continuity") == "UNLINKED"

    # --- sound ---------------------------------------------------------------------------------------------------------------

    def sound(self, audio: Audio, now: float) -> None:
        """A piece of an utterance: to the brain, or held while it opens. Of an older stream it is dropped."""
        self.link.owe_ack(now)
        if self.intake is None or audio.stream != self.intake.stream:
            self.dropped += len(audio.pcm) // WIDTH
            self._passed = {str(audio.stream): audio.end}
            return
        at = max(audio.at, self.intake.received)
        first = self.intake.received == self.intake.start
        fresh = self.intake.take(audio)
        if fresh and first:
            self.mark("first_sample_received", stream=audio.stream, at=at)
        self._use(at, fresh)

    def _use(self, at: int, pcm: bytes) -> None:
        if not pcm:
            return
        if self.feeds_brain:
            session, turn = self.machines["session"].context.session, self.machines["turn"].context.turn
            self.effects.append(do.Feed(session, turn, at, pcm))
            self._committed = at + len(pcm) // WIDTH
        elif self.state("session") == "HOTWORD_DETECTED":
            self._held.append((at, pcm))
            self._held_bytes += len(pcm)
            if self._held_bytes > HELD_SECONDS * RATE * WIDTH:
                raise RemoteError(f"more than {HELD_SECONDS} s of sound before the brain has opened")
        else:
            self.dropped += len(pcm) // WIDTH

    def progress(self) -> Ack:
        """What was received of the utterance, and what the brain has got of it."""
        received, committed = dict(self._passed), dict[str, object]()
        if self.intake is not None:
            received[str(self.intake.stream)] = self.intake.received
            committed[str(self.intake.stream)] = self._committed
        return Ack(received, committed, {})

    def acknowledged(self, ack: Ack, now: float) -> None:
        """How much of the reply was heard."""
        heard = ack.heard.get(str(self.reply.stream))
        if isinstance(heard, int) and heard <= self.reply.sent:
            self._note_heard(heard)

    def _note_heard(self, samples: int) -> None:
        """So much of the reply has left the speaker. What comes after its turn is no news for the brain."""
        if samples > self.reply.heard and self.state("turn") in ("SPEAKING", "DRAINING"):
            self.reply.heard = samples
            session, turn = self.machines["session"].context.session, self.machines["turn"].context.turn
            self.effects.append(do.ReplyHeard(session, turn, samples))

    # --- messages ------------------------------------------------------------------------------------------------------------

    def stamp(self, message: str) -> dict[str, Any]:
        """What the rows leave to the core."""
        session = self.machines["session"].context.session
        if message == "welcome":
            return self._welcome(session)
        if message == "going_away":
            return {"in_ms": REDIAL_IN_MS}
        if message == "start_of_tts_stream":
            stream = self.reply.stream % 0xFFFF + 1
            self.reply = Reply()
            self.reply.stream = stream
            return {"session": session, "stream": stream, "at": 0, "rate": RATE}
        if message == "tts_stream_end":
            return {"session": session, "stream": self.reply.stream, "samples": self.reply.sent}
        return {"session": session}

    def _welcome(self, session: str) -> dict[str, Any]:
        nothing: dict[str, object] = {}
        limits: dict[str, object] = {
            "uplink_ms": RING_SECONDS * 1000,
            "grace_s": self.limits.server_grace,
            "heartbeat_s": 30,
            "ack_ms": 250,
        }
        state: dict[str, object] = {"session": self.state("session"), "id": session}
        here = {"proto": PROTOCOL, "epoch": self.epoch, "gen": self.link.generation, "state": state, "limits": limits}
        return here | {"reason": "new", "sid": "", "tok": "", "rx": nothing}

    def derived(self, message: Message) -> dict[str, Any]:
        """Whether a greeting offers what is kept here. Nothing is kept before sessions can be resumed."""
        if isinstance(message, Hello):
            return {"same_epoch": message.epoch == self.epoch, "same_record": False}
        return {}

    def noted(self, message: Message, now: float) -> None:
        """A message that opens a stream of sound, and what of the last reply was heard."""
        if isinstance(message, PlaybackComplete | BargeIn):
            self._note_heard(min(message.heard, self.reply.sent))
        if isinstance(message, HotwordDetected | PlaybackComplete | BargeIn):
            if message.preroll > HELD_SECONDS * RATE:
                raise RemoteError(f"{message.type}.preroll is {message.preroll} samples; at most {HELD_SECONDS * RATE} are allowed")
            if self.intake is not None:
                self._passed = {str(self.intake.stream): self.intake.received}
            self.intake = Intake(message.uplink, message.at)
            self._committed = message.at
            self._wake = message.preroll
            self._held, self._held_bytes = [], 0

    def _greet(self, greeting: Hello, now: float) -> list[Effect]:
        values = {"resume": greeting.resume, **self.derived(greeting)}
        self.deliver(greeting.type, values, now, None)
        return self.settled(now)

    def lost(self, reason: str, now: float) -> None:
        """The link is dead."""
        self.post(events.Lost(self.link.generation, reason), now)

    # --- actions -------------------------------------------------------------------------------------------------------------

    def close_older_socket(self, cause: Event) -> None:
        """The device has come back before its old socket was missed: the old one is fenced and closed."""
        if self._older is not None:
            self.effects.append(do.CloseSocket(self._older, 1001, "the device has come back on a newer connection"))
        self._older = None

    def close_socket(self, cause: Event) -> None:
        """The device has said goodbye."""
        self.effects.append(do.CloseSocket(self.link.generation, 1000, "goodbye"))
        self.link.close()

    def send_unacknowledged_again(self, cause: Event) -> None:
        """After a resume; no greeting is resumable yet, so no row asks for it."""
        raise RemoteError("sessions cannot be resumed yet")

    def open_brain(self, cause: Event) -> None:
        """A conversation is wanted."""
        reports_heard = self.link.codec is not None and self.link.codec.numbered
        self.effects.append(do.OpenBrain(self.machines["session"].context.session, reports_heard))

    def close_brain(self, cause: Event) -> None:
        """The conversation is over."""
        self._held, self._held_bytes = [], 0
        self.effects.append(do.CloseBrain(self.machines["session"].context.session))

    def begin_turn(self, cause: Event) -> None:
        """The user has the floor; what was held while the brain opened goes first."""
        if self.intake is None:
            return
        session, turn = self.machines["session"].context.session, self.machines["turn"].context.turn
        self.effects.append(do.BeginTurn(session, turn, self.intake.start, self._wake))
        held, self._held, self._held_bytes = self._held, [], 0
        for at, pcm in held:
            self._use(at, pcm)

    def cancel_reply(self, cause: Event) -> None:
        """The user interrupts."""
        self.effects.append(do.CancelReply(self.machines["session"].context.session, self.reply.heard))
