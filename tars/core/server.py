"""The server's endpoint of one device, pure: its four machines, its link, the utterance that comes in and the reply that goes out."""

from __future__ import annotations

import random
from typing import Any

from tars.core import effects as do
from tars.core.arbitration import Call
from tars.core.close_codes import GOING_AWAY, NORMAL
from tars.core.codec import Audio, Codec, Control, Frame
from tars.core.effects import Effect
from tars.core.endpoint import NOT_ALLOWED, Endpoint
from tars.core.held_speech import HeldSpeech
from tars.core.inbound_stream import InboundStream, opened_by
from tars.core.next_turn import check_first_turn, check_utterance
from tars.core.outbound_reply import OutboundReply
from tars.core.outbox import QueuedMessage
from tars.core.resume_tokens import ResumeToken, ResumeTokens, fingerprint
from tars.core.resumption import OLD_RECORD, why_not_resumed
from tars.core.server_states import ServerStates
from tars.core.status import Status, status_of
from tars.core.welcome import welcome_fields
from tars.engine import Event
from tars.generated import messages as m
from tars.generated.limits import Limits
from tars.generated.server import events
from tars.generated.server.outputs import Reply, Speech
from tars.generated.server.wiring import WIRING, Actions
from tars.samples import BLOCK, RATE, WIDTH

ANNOUNCEMENT = "announcement"
"""`woken_by` of a session in which the server speaks first."""
ABILITIES = ("announcements", "watch")
"""What some devices can and others, of earlier versions, cannot: they say so in `hello.state`."""


class ServerEndpoint(Endpoint, Actions):
    """One device as the server sees it. Verbs of its own: `greeted` for a new socket, `speak` for the brain's audio."""

    def __init__(self, device: str, limits: Limits, spread: random.Random, *, epoch: str, states: ServerStates | None = None) -> None:
        """`states`: the machines as they were in an earlier process."""
        self.states = states or ServerStates()
        super().__init__(WIRING, device, limits, spread, self.states.machines, self.states, events.Lost)
        self.epoch = epoch
        self.resume_tokens = ResumeTokens()
        self.inbound: InboundStream | None = None
        """The utterance."""
        self.wake = 0
        """Samples at the beginning of the utterance that may hold the wake word."""
        self.woken_by = ""
        """The model of the wake word that opened the session, or ANNOUNCEMENT; that of a barge-in is in `inbound`."""
        self.held: HeldSpeech | None = None
        """Audio that is held until the brain is open; None: there is none."""
        self.reply = OutboundReply()
        self.dropped = 0
        """Samples that arrived after their utterance was complete."""
        self.lost_samples = 0
        """Samples that the device has declared lost."""
        self.resumes = 0
        self.not_resumed: dict[str, int] = {}
        """Greetings that offered to resume and could not, by reason."""
        self.abilities: tuple[str, ...] = ()
        """What the device can besides, as its last greeting says: some of ABILITIES."""
        self.may_be_old = False
        """The record is another server's, which may have told the device more since; until the device has greeted."""
        self.unrung: list[m.Ring] = []
        """Timers that were due on a link that is over, and of which the device may not know."""
        self._new_token = ResumeToken()
        self._reason = "new"
        self._older: int | None = None

    # --- verbs ---------------------------------------------------------------------------------------------------------------

    def greeted(self, generation: int, codec: Codec, greeting: Frame | m.Hello, token: ResumeToken, now: float) -> list[Effect]:
        """A new socket has sent hello: its first frame, or the greeting made up for an old device. The newest socket wins.

        `token`: new random texts. The welcome takes from it what this device must show to resume after this link.
        """
        if self.link.expects(self.link.generation):
            self._older = self.link.generation
        self._new_token = token
        self.link.open(generation, codec, now)
        if isinstance(greeting, m.Hello):
            self._take_message(Control(greeting, None, 0), now)
        else:
            self._take_frame(greeting, now)
        return self.finish_step(now)

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        """A frame came in on the socket of that generation. Whoever sends it has received the welcome."""
        if self.link.expects(generation):
            self.resume_tokens.arrived()
            self._take_frame(frame, now)
            if isinstance(frame, bytes) and not self.link.outbox.broken:
                # Sound changes no state: only its acknowledgement has to be sent, now if it would be due before the next block.
                if (due := self.link.ack_due) is not None and now < due <= now + BLOCK / RATE:
                    self.send_due_ack(self.progress(), due)
                return self.take_effects()
        return self.finish_step(now)

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Something happened outside."""
        self.post(event, now)
        return self.finish_step(now)

    def broken(self, generation: int, reason: str, now: float) -> list[Effect]:
        """The socket of that generation was closed over a frame that is none, such as one that is too long."""
        self.refuse_frame(generation, reason, now)
        return self.finish_step(now)

    def speak(self, session: str, turn: int, pcm: bytes, now: float) -> list[Effect]:
        """More of the reply to that turn, PCM16. Audio for an older turn is dropped."""
        if pcm and self.states.reply_grows and (session, turn) == self.states.numbers:
            start = self.reply.sent
            self.reply.add(pcm)
            self.link.outbox.add_audio(self.reply.stream, start, self.reply.sent)
        return self.finish_step(now)

    def tick(self, now: float) -> list[Effect]:
        """A limit of a machine or of the link may have passed."""
        self.pass_limits(now)
        self.send_due_ack(self.progress(), now)
        return self.finish_step(now)

    def finish_step(self, now: float) -> list[Effect]:
        """Send what the new states require, then return all effects."""
        self._transmit(now)
        self.link.watch(now, in_session=self.states.in_session)
        return self.end_step(now)

    @property
    def may_ring(self) -> bool:
        """Whether a timer may ring now; not on a device that was given up."""
        return self.machines.is_timely(events.TimerDue.name)

    @property
    def may_announce(self) -> bool:
        """Whether the device may be told now that something waits to be said."""
        return "announcements" in self.abilities and self.machines.is_timely(events.AnnouncementDue.name)

    @property
    def may_yield(self) -> bool:
        """Whether another device may go on with what this one was called for: there is a session, and no reply has begun."""
        return self.machines.is_timely(events.HeardElsewhere.name)

    def status(self, now: float) -> Status:
        """What is known of this device."""
        return status_of(self, now)

    # --- audio ---------------------------------------------------------------------------------------------------------------

    def _transmit(self, now: float) -> None:
        self.transmit(self.reply, now)
        if self.link.codec is not None and not self.link.codec.numbered:
            self.reply.release(self.reply.sent)  # an old device acknowledges nothing

    def _take_frame(self, frame: Frame, now: float) -> None:
        try:
            for incoming in self.link.receive(frame, now):
                if isinstance(incoming, Audio):
                    self._take_audio(incoming)
                else:
                    self._take_message(incoming, now)
        except NOT_ALLOWED as error:
            self.refuse(str(error), now)

    def _take_audio(self, audio: Audio) -> None:
        """A piece of an utterance. A piece of an older stream is dropped."""
        inbound = self.inbound
        if inbound is None or audio.stream != inbound.stream:
            self.dropped += len(audio.pcm) // WIDTH
            return
        at = max(audio.at, inbound.received)
        first = inbound.received == inbound.start
        fresh = inbound.take(audio)
        inbound.check_length(self.limits)
        if fresh and first:
            self.machines.mark("first_sample_received", stream=audio.stream, at=at)
        if fresh:
            self._use(at, fresh)

    def _take_gap(self, gap: m.Gap) -> None:
        """So many samples are lost for good: they are counted, and the brain is told."""
        inbound = self.inbound
        if inbound is None or gap.stream != inbound.stream:
            return
        at = inbound.received
        if samples := inbound.skip(gap.at, gap.samples):
            inbound.check_length(self.limits)
            self.lost_samples += samples
            self.machines.mark("gap", stream=gap.stream, at=at, samples=samples, reason=gap.reason)
            self._use(at, samples)

    def _use(self, at: int, piece: bytes | int) -> None:
        """New samples from `at`, or the number of those that are lost: to the brain, held, or dropped, as the states say."""
        match self.states.speech:
            case Speech.FEED:
                turn = self.states.spoken_numbers
                self.effects.append(do.Gap(*turn, at, piece) if isinstance(piece, int) else do.Feed(*turn, at, piece))
            case Speech.HOLD:
                self.held = self.held or HeldSpeech(at)
                self.held.add(piece)
            case Speech.DROP if isinstance(piece, bytes):
                self.dropped += len(piece) // WIDTH

    def progress(self) -> m.Ack:
        """How far the utterance was received. It is committed once its reply has begun: until then it can be asked for again."""
        received, committed = dict[str, int](), dict[str, int]()
        if (inbound := self.inbound) is not None:
            received[str(inbound.stream)] = inbound.received
            committed[str(inbound.stream)] = inbound.start if self.states.unanswered else inbound.received
        return m.Ack(received, committed, {})

    def _note_reply(self, received: dict[str, int], heard: dict[str, int], now: float) -> None:
        """How much of the reply was received and heard. Raises RemoteError for samples that were never sent."""
        stream = str(self.reply.stream)
        samples = heard.get(stream, 0)
        # After its turn the brain is not told.
        if self.reply.take_progress(received.get(stream, 0), samples) and self.states.reply is not Reply.NONE:
            self.reply.heard = samples
            self.effects.append(do.ReplyHeard(*self.states.numbers, samples))
            if self.machines.is_timely(events.FirstHeard.name):
                self.post(events.FirstHeard(*self.states.numbers), now)

    # --- messages that come in -----------------------------------------------------------------------------------------------

    def _take_message(self, control: Control, now: float) -> None:
        message = control.message
        if isinstance(message, m.Ack):
            self._note_reply(message.received, message.heard, now)
        elif isinstance(message, m.Gap):
            self._take_gap(message)
        elif isinstance(message, do.TOLD):
            self.effects.append(do.DeviceTold(self.link.generation, message))
        if self.is_for_a_machine(control):
            self.deliver(control, self._note(control, now), now)

    def _note(self, control: Control, now: float) -> dict[str, Any]:
        """Keep what no machine keeps of a message. Returns the facts that its machine needs besides."""
        message = control.message
        if isinstance(message, m.Hello):
            return self._note_hello(message, control.applied, now)
        if isinstance(message, m.HotwordDetected | m.PlaybackComplete | m.BargeIn | m.Interruption):
            check_utterance(message, self.states, self.reply)
            self.inbound, self.wake, self.held = opened_by(message), message.preroll, None
        if isinstance(message, m.HotwordDetected):
            self.woken_by = message.model
        elif isinstance(message, m.PlaybackComplete | m.BargeIn | m.Interruption):
            self._note_reply({}, {str(message.stream): message.heard}, now)
        elif isinstance(message, m.AnnouncementWanted):
            check_first_turn(message)
            self.inbound, self.woken_by = None, ANNOUNCEMENT
        return {}

    def _note_hello(self, hello: m.Hello, applied: int, now: float) -> dict[str, Any]:
        outbox, tokens = self.link.outbox, self.resume_tokens
        self.abilities = tuple(name for name in ABILITIES if hello.state.get(name) is True)
        self._reason = why_not_resumed(
            hello, applied, epoch=self.epoch, states=self.states, outbox=outbox, tokens=tokens, inbound=self.inbound, reply=self.reply
        )
        if self.may_be_old and self._reason in OLD_RECORD and not outbox.broken:
            # As after a crash: the device announces again what is not answered. So it does if this welcome is lost.
            self._reason, self.epoch = "epoch_changed", self._new_token.sid
        self.may_be_old = False
        if not self._reason:
            outbox.acknowledge(applied)
            outbox.acknowledge_audio(hello.received)
            self._note_reply(hello.received, hello.heard, now)
        elif hello.resume:
            self.not_resumed[self._reason] = self.not_resumed.get(self._reason, 0) + 1
            self.machines.mark("not_resumed", reason=self._reason)
        return {"same_epoch": hello.epoch == self.epoch, "same_record": not self._reason}

    # --- messages that go out ------------------------------------------------------------------------------------------------

    def send(self, message: str, emitted: Event, now: float) -> None:
        """Send what a row emits."""
        if not self.drops(message):
            self.link.send(self.message_of(message, self._fields(message), emitted))
            # At once: the same row may drop the outbox.
            self._transmit(now)

    def _fields(self, message: str) -> dict[str, Any]:
        """The fields of a message that no row fills in."""
        session = self.states.session.context.session
        match message:
            case "welcome":
                return welcome_fields(self, self._new_token, self._reason)
            case "start_of_tts_stream":
                return {"session": session, "stream": self.reply.stream, "at": 0, "rate": RATE}
            case "tts_stream_end":
                return {"session": session, "stream": self.reply.stream, "samples": self.reply.sent}
        return {"session": session}

    # --- actions: link -------------------------------------------------------------------------------------------------------

    def new_record(self, cause: Event) -> None:
        """Start numbering anew, with a resume token of its own."""
        super().new_record(cause)
        self.resume_tokens = ResumeTokens(self._new_token.sid, [fingerprint(self._new_token.token)])
        self.inbound = None
        self.reply = OutboundReply(self.reply.stream)  # the device does not want the rest of the old one
        for ring in self.unrung:
            self.link.outbox.add_message(ring)
        self.unrung = []

    def drop_record(self, cause: Event) -> None:
        """Nothing is resumed from here on. A timer still has to ring, when the device is back."""
        items = self.link.outbox.items
        self.unrung += [item.message for item in items if isinstance(item, QueuedMessage) and isinstance(item.message, m.Ring)]
        super().drop_record(cause)

    def leave_timers(self, cause: Event) -> None:
        """Another server has this device: what has not rung is in the record that it has."""
        self.unrung = []

    def send_unacknowledged_again(self, cause: Event) -> None:
        """After a resume: send everything that the device has not got."""
        self.resume_tokens.rotate(self._new_token.token)
        self.link.outbox.rewind()
        self.resumes += 1

    def close_older_socket(self, cause: Event) -> None:
        """The device has come back before its old socket was missed: the old one is fenced and closed."""
        if self._older is not None:
            self.effects.append(do.CloseSocket(self._older, GOING_AWAY, "the device has come back on a newer connection"))
        self._older = None

    def close_socket(self, cause: Event) -> None:
        """The device has said goodbye."""
        self.effects.append(do.CloseSocket(self.link.generation, NORMAL, "goodbye"))
        self.link.close()

    # --- actions: brain and reply --------------------------------------------------------------------------------------------

    def open_brain(self, cause: Event) -> None:
        """A session is wanted."""
        announces = self.woken_by == ANNOUNCEMENT
        self.effects.append(do.OpenBrain(self.states.session.context.session, self.link.numbered, self.woken_by, announces))

    def close_brain(self, cause: Event) -> None:
        """The session is over."""
        self.held = None
        self.link.outbox.drop_audio()
        self.effects.append(do.CloseBrain(self.states.session.context.session))

    def forget_utterance(self, cause: Event) -> None:
        """Another device goes on with it."""
        self.effects.append(do.ForgetUtterance())

    def note_call(self, cause: Event) -> None:
        """A wake word has opened a session, or has interrupted."""
        if (called := self.inbound) is not None:
            word, keeps = called.called_by or self.woken_by, not isinstance(cause, events.HotwordDetected)
            self.effects.append(do.Called(Call(self.device, self.states.numbers[0], word, called.snr, keeps)))

    def look_for_announcements(self, cause: Event) -> None:
        """The device is linked, or its conversation is over."""
        self.effects.append(do.LookForAnnouncements())

    def note_spoken(self, cause: Event) -> None:
        """The announcement was heard."""
        self._end_announcement(do.SPOKEN)

    def note_answered(self, cause: Event) -> None:
        """The question was answered."""
        assert isinstance(cause, events.QuestionAnswered)
        self._end_announcement(do.ANSWERED, cause.recognised)

    def note_unanswered(self, cause: Event) -> None:
        """The question was heard, and the session is over."""
        self._end_announcement(do.UNANSWERED)

    def _end_announcement(self, outcome: str, answer: str = "") -> None:
        self.effects.append(do.AnnouncementEnded(self.states.session.context.session, outcome, answer))

    def begin_turn(self, cause: Event) -> None:
        """The user may speak. What was held while the brain opened goes first."""
        if self.inbound is None:
            return
        self.effects.append(do.BeginTurn(*self.states.numbers, self.inbound.start, self.wake, self.inbound.called_by))
        held, self.held = self.held, None
        for at, piece in held.pieces() if held else ():
            self._use(at, piece)

    def begin_interruption(self, cause: Event) -> None:
        """Somebody speaks over the reply."""
        assert self.inbound is not None  # the message has brought it
        self.effects.append(do.BeginInterruption(*self.states.spoken_numbers, self.inbound.start))

    def open_reply(self, cause: Event) -> None:
        """A reply begins, in a stream of its own. What is not acknowledged of the reply before was heard all the same."""
        self.link.outbox.drop_audio()
        self.reply = OutboundReply(self.reply.stream % 0xFFFF + 1)

    def cancel_reply(self, cause: Event) -> None:
        """The user interrupts."""
        self.link.outbox.drop_audio()
        self.effects.append(do.CancelReply(self.states.session.context.session, self.reply.heard))
