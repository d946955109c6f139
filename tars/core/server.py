"""The server's side of one device, pure: its three machines, its link, the utterance that comes in and the reply that goes out."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from tars.core import effects as do
from tars.core.audio_buffers import RING_SECONDS, InboundStream, OutboundReply, Stretch
from tars.core.codec import Audio, Codec, Control, Frame
from tars.core.effects import Effect
from tars.core.endpoint import Endpoint
from tars.core.outbox import QueuedMessage
from tars.core.resume_tokens import ResumeToken, ResumeTokens, fingerprint
from tars.core.status import Status
from tars.engine import Event
from tars.errors import RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import PROTOCOL, Ack, BargeIn, Gap, Hello, HotwordDetected, PlaybackComplete, Ring
from tars.generated.server import events
from tars.generated.server.outputs import FEEDS_BRAIN, UNANSWERED
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tars.generated.server.wiring import WIRING, Actions
from tars.samples import RATE, WIDTH

HELD_SECONDS = RING_SECONDS + 20
"""Sound that waits for a brain, at most: all that a device can have kept, and what comes while the brain opens."""


class ServerEndpoint(Endpoint, Actions):
    """One device as the server sees it. Besides the verbs of a side: `greeted` for a new socket, `speak` for the brain's sound."""

    def __init__(self, device: str, limits: Limits, spread: random.Random, *, epoch: str) -> None:
        super().__init__(WIRING, device, limits, spread)
        self.epoch = epoch
        self.tickets = ResumeTokens()
        self.intake: InboundStream | None = None
        self.wake = 0
        """Samples at the beginning of the utterance that may hold the wake word."""
        self.woken_by = ""
        """The model of the wake word that opened the session; a barge-in tells none."""
        self.held: list[tuple[int, bytes | int]] = []
        """Sound that waits for the brain, each with its offset; a number stands for so many samples that are lost."""
        self.reply = OutboundReply()
        self.dropped = 0
        """Samples that arrived after their utterance was complete."""
        self.lost_samples = 0
        """Samples that the device has declared lost."""
        self.resumes = 0
        self.not_resumed: Counter[str] = Counter()
        """Greetings that offered to resume and could not, by reason."""
        self.unrung: list[Ring] = []
        """Timers that were due on a link that is over, and of which the device may not know."""
        self._fresh = ResumeToken("", "")
        self._reason = "new"
        self._older: int | None = None

    # --- verbs ---------------------------------------------------------------------------------------------------------------

    def greeted(self, generation: int, codec: Codec, greeting: Frame | Hello, ticket: ResumeToken, now: float) -> list[Effect]:
        """A new socket has said hello: its first frame, or the greeting made up for an old device. The newest socket wins.

        `ticket`: new random texts; the welcome takes from it what this device must show to resume after this link.
        """
        if self.link.expects(self.link.generation):
            self._older = self.link.generation
        self._fresh = ticket
        self.link.open(generation, codec, now)
        if isinstance(greeting, Hello):
            self.message(Control(greeting, None, 0), now)
            return self.settled(now)
        return super().receive(generation, greeting, now)

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        """A frame from the socket of that generation: whoever sends it has got the welcome."""
        if self.link.expects(generation):
            self.tickets.arrived()
        return super().receive(generation, frame, now)

    def speak(self, session: str, turn: int, pcm: bytes, now: float) -> list[Effect]:
        """More of the reply to that turn, PCM16; sound for an older turn is dropped."""
        own = (self.machines["session"].context.session, self.machines["turn"].context.turn)
        if pcm and self.state("turn") == "SPEAKING" and own == (session, turn):
            start = self.reply.sent
            self.reply.add(pcm)
            self.link.record.sound(self.reply.stream, start, self.reply.sent)
        return self.settled(now)

    @property
    def feeds_brain(self) -> bool:
        """Whether sound goes to the brain: generated from the states of session and turn."""
        return FEEDS_BRAIN[SessionState(self.state("session")), TurnState(self.state("turn"))]

    def status(self, now: float) -> Status:
        """What is known of this device."""
        link = self.link
        return Status(
            device=self.device,
            states={name: machine.state_name for name, machine in self.machines.items()},
            session=self.machines["session"].context.session,
            link_age=now - link.opened_at if link.opened_at is not None else None,
            last_frame=now - link.last_in if link.last_in else None,
            round_trip=link.round_trip,
            unacknowledged=link.record.sent - link.record.acknowledged,
            reply_waits=self.reply.sent - self.reply.received,
            speech_waits=sum(len(piece) // WIDTH for _, piece in self.held if isinstance(piece, bytes)),
            resumes=self.resumes,
            not_resumed=dict(self.not_resumed),
            refused=self.refused,
            lost_samples=self.lost_samples,
            dropped_samples=self.dropped,
            outdated=self.outdated,
            duplicates=link.duplicates,
        )

    # --- sound ---------------------------------------------------------------------------------------------------------------

    def sound(self, audio: Audio, now: float) -> None:
        """A piece of an utterance: to the brain, or held while it opens. Of an older stream it is dropped."""
        self.link.owe_ack(now)
        if self.intake is None or audio.stream != self.intake.stream:
            self.dropped += len(audio.pcm) // WIDTH
            return
        at = max(audio.at, self.intake.received)
        first = self.intake.received == self.intake.start
        fresh = self.intake.take(audio)
        self._check_length(self.intake)
        if fresh and first:
            self.mark("first_sample_received", stream=audio.stream, at=at)
        if fresh:
            self._use(at, fresh)

    def lost_sound(self, gap: Gap, now: float) -> None:
        """So many samples are lost for good: counted, and passed on to the brain as what they are."""
        if self.intake is None or gap.stream != self.intake.stream:
            return
        at = self.intake.received
        if samples := self.intake.skip(gap.at, gap.samples):
            self._check_length(self.intake)
            self.lost_samples += samples
            self.mark("gap", stream=gap.stream, at=at, samples=samples, reason=gap.reason)
            self._use(at, samples)

    def _check_length(self, intake: InboundStream) -> None:
        """No device is in its user's turn for longer, and none can have kept more from before: all of it is held in memory."""
        longest = int(self.limits.device_user_turn_limit + HELD_SECONDS) * RATE
        if intake.received - intake.start > longest:
            raise RemoteError(f"stream {intake.stream} has {intake.received - intake.start} samples; at most {longest} are allowed")

    def _use(self, at: int, piece: bytes | int) -> None:
        """Samples, or the number of those that are lost."""
        if self.feeds_brain:
            session, turn = self.machines["session"].context.session, self.machines["turn"].context.turn
            self.effects.append(do.Gap(session, turn, at, piece) if isinstance(piece, int) else do.Feed(session, turn, at, piece))
        elif self.state("session") == "HOTWORD_DETECTED":
            self.held.append((at, piece))
            if sum(len(piece) for _, piece in self.held if isinstance(piece, bytes)) > HELD_SECONDS * RATE * WIDTH:
                raise RemoteError(f"more than {HELD_SECONDS} s of sound before the brain has opened")
        elif isinstance(piece, bytes):
            self.dropped += len(piece) // WIDTH

    def stretch(self, stream: int, start: int, end: int) -> Stretch:
        """The rest of a reply is kept until it is received."""
        return Stretch(max(start, self.reply.received), end)

    def recall(self, stream: int, start: int, end: int) -> Audio:
        """From the reply."""
        pcm = self.reply.read(start, end)
        if not self.link.numbered:
            self.reply.release(end)
        return Audio(stream, start, pcm)

    def progress(self) -> Ack:
        """What was received of the utterance. It is finished with once its reply has begun: until then it can be asked for again."""
        received, committed = dict[str, int](), dict[str, int]()
        if (intake := self.intake) is not None:
            needed = UNANSWERED[SessionState(self.state("session")), TurnState(self.state("turn"))]
            received[str(intake.stream)] = intake.received
            committed[str(intake.stream)] = intake.start if needed else intake.received
        return Ack(received, committed, {})

    def acknowledged(self, ack: Ack, now: float) -> None:
        """How much of the reply was received and heard."""
        self._note_reply(ack.received, ack.heard)

    def _note_reply(self, received: dict[str, int], heard: dict[str, int]) -> None:
        stream, reply = str(self.reply.stream), self.reply
        if (offset := received.get(stream, 0)) > reply.sent:
            raise RemoteError(f"sample {offset} of stream {stream} is acknowledged, but only {reply.sent} were sent")
        reply.release(offset)
        self._note_heard(reply.stream, heard.get(stream, 0))

    def _note_heard(self, stream: int, samples: int) -> None:
        """So much of that reply has left the speaker. What comes after its turn is no news for the brain. Raises RemoteError."""
        if stream != self.reply.stream:
            return
        if samples > self.reply.sent:
            raise RemoteError(f"{samples} samples of stream {stream} were heard, but only {self.reply.sent} were sent")
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
        if message == "start_of_tts_stream":
            self.link.record.forget_sound()  # what is not acknowledged of the reply before was heard all the same
            self.reply = OutboundReply(self.reply.stream % 0xFFFF + 1)
            return {"session": session, "stream": self.reply.stream, "at": 0, "rate": RATE}
        if message == "tts_stream_end":
            return {"session": session, "stream": self.reply.stream, "samples": self.reply.sent}
        return {"session": session}

    def _welcome(self, session: str) -> dict[str, Any]:
        limits: dict[str, object] = {
            "uplink_ms": RING_SECONDS * 1000,
            "grace_s": self.limits.server_grace,
            "heartbeat_s": 30,
            "ack_ms": 250,
        }
        progress = self.progress()
        state: dict[str, object] = {"session": self.state("session"), "id": session}
        here = {"proto": PROTOCOL, "epoch": self.epoch, "gen": self.link.generation, "state": state, "limits": limits}
        # Who keeps nothing gives no ticket: nothing can be offered then.
        ticket = {"sid": self.tickets.sid, "token": self._fresh.token} if self.limits.server_grace else {"sid": "", "token": ""}
        return here | ticket | {"reason": self._reason, "received": progress.received, "committed": progress.committed}

    def derived(self, control: Control) -> dict[str, Any]:
        """Whether a greeting offers exactly what is kept here."""
        if not isinstance(control.message, Hello):
            return {}
        return {"same_epoch": control.message.epoch == self.epoch, "same_record": not self._reason}

    def noted(self, control: Control, now: float) -> None:
        """A greeting's offer; a message that opens a stream of sound, and what of the last reply was heard."""
        message = control.message
        if isinstance(message, Hello):
            self._note_greeting(message, control.applied)
        if isinstance(message, PlaybackComplete | BargeIn):
            self._check_turn(message)
            self._note_heard(message.stream, message.heard)
        if isinstance(message, HotwordDetected | PlaybackComplete | BargeIn):
            if message.preroll > HELD_SECONDS * RATE:
                raise RemoteError(f"{message.type}.preroll is {message.preroll} samples; at most {HELD_SECONDS * RATE} are allowed")
            self.intake = InboundStream(message.uplink, message.at)
            self.wake = message.preroll
            self.held = []
        if isinstance(message, HotwordDetected):
            self.woken_by = message.model

    def _check_turn(self, message: PlaybackComplete | BargeIn) -> None:
        """Turns are counted, and a reply is complete when all of it was heard. Raises RemoteError."""
        turn = self.machines["turn"].context.turn + 1
        if message.turn != turn:
            raise RemoteError(f"{message.type}.turn is {message.turn}, but {turn} comes next")
        draining = isinstance(message, PlaybackComplete) and self.state("turn") == "DRAINING"
        if draining and (message.stream, message.heard) != (self.reply.stream, self.reply.sent):
            have, wanted = f"{message.heard} of stream {message.stream}", f"{self.reply.sent} of stream {self.reply.stream}"
            raise RemoteError(f"{message.type} says that {have} were heard; complete is {wanted}")

    def _note_greeting(self, hello: Hello, applied: int) -> None:
        self._reason = self._why_not_resumed(hello, applied)
        if not self._reason:
            self.link.record.acknowledge(applied)
            self.link.record.acknowledge_sound(hello.received)
            self._note_reply(hello.received, hello.heard)
        elif hello.resume:
            self.not_resumed[self._reason] += 1
            self.mark("not_resumed", reason=self._reason)

    def _why_not_resumed(self, hello: Hello, applied: int) -> str:
        """Empty if the session goes on: the device offers exactly the record that is kept here, and may."""
        record, here = self.link.record, {"session": self.state("session"), "id": self.machines["session"].context.session}
        if not hello.resume:
            return "new"
        if hello.epoch != self.epoch:
            return "epoch_changed"
        if self.gone or hello.sid != self.tickets.sid:
            return "unknown_session"
        if not self.tickets.admits(hello.token):
            return "used_token" if self.tickets.is_retired(hello.token) else "bad_token"
        stream = str(self.reply.stream)
        reachable = self.reply.received <= hello.received.get(stream, self.reply.received) <= self.reply.sent
        reachable = reachable and hello.heard.get(stream, 0) <= self.reply.sent
        if record.broken or not (record.acknowledged <= applied <= record.sent and record.applied <= hello.sent and reachable):
            return "gap"
        in_flight = applied < record.sent or hello.sent > record.applied
        named = ("session",) if here["session"] == "LISTENING" else ("session", "id")
        if not in_flight and any(hello.state.get(name) != here[name] for name in named):
            return "state_conflict"
        return ""

    def lost(self, reason: str, now: float) -> None:
        """The link is dead."""
        self.post(events.Lost(self.link.generation, reason), now)

    # --- actions -------------------------------------------------------------------------------------------------------------

    def new_record(self, cause: Event) -> None:
        """Start numbering anew, with a ticket of its own."""
        super().new_record(cause)
        self.tickets = ResumeTokens(self._fresh.sid, [fingerprint(self._fresh.token)])
        self.intake = None
        self.reply = OutboundReply(self.reply.stream)  # its rest is for nobody
        for ring in self.unrung:
            self.link.record.say(ring)
        self.unrung = []

    def drop_record(self, cause: Event) -> None:
        """Nothing is resumed from here on. A timer still has to ring, when the device is back."""
        self.unrung += [
            item.message for item in self.link.record.outbox if isinstance(item, QueuedMessage) and isinstance(item.message, Ring)
        ]
        super().drop_record(cause)

    def send_unacknowledged_again(self, cause: Event) -> None:
        """After a resume: whatever the device has not got."""
        self.tickets.rotate(self._fresh.token)
        self.link.record.rewind()
        self.resumes += 1

    def close_older_socket(self, cause: Event) -> None:
        """The device has come back before its old socket was missed: the old one is fenced and closed."""
        if self._older is not None:
            self.effects.append(do.CloseSocket(self._older, 1001, "the device has come back on a newer connection"))
        self._older = None

    def close_socket(self, cause: Event) -> None:
        """The device has said goodbye."""
        self.effects.append(do.CloseSocket(self.link.generation, 1000, "goodbye"))
        self.link.close()

    def open_brain(self, cause: Event) -> None:
        """A conversation is wanted."""
        self.effects.append(do.OpenBrain(self.machines["session"].context.session, self.link.numbered, self.woken_by))

    def close_brain(self, cause: Event) -> None:
        """The conversation is over."""
        self.held = []
        self.link.record.forget_sound()
        self.effects.append(do.CloseBrain(self.machines["session"].context.session))

    def begin_turn(self, cause: Event) -> None:
        """The user has the floor; what was held while the brain opened goes first."""
        if self.intake is None:
            return
        session, turn = self.machines["session"].context.session, self.machines["turn"].context.turn
        self.effects.append(do.BeginTurn(session, turn, self.intake.start, self.wake))
        held, self.held = self.held, []
        for at, piece in held:
            self._use(at, piece)

    def cancel_reply(self, cause: Event) -> None:
        """The user interrupts."""
        self.link.record.forget_sound()
        self.effects.append(do.CancelReply(self.machines["session"].context.session, self.reply.heard))
