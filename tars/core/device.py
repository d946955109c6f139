"""The device's endpoint, pure: its four machines, its link, what was captured and what was heard."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from typing import Any

from tars.core import effects as do
from tars.core.capture_ring import PREROLL, CaptureRing
from tars.core.codec import SUBPROTOCOL, V1, Audio, Codec, Control, Frame, checked
from tars.core.device_states import DeviceStates
from tars.core.device_streams import InboundReply, Uplink
from tars.core.effects import Effect
from tars.core.endpoint import NOT_ALLOWED, Endpoint
from tars.core.legacy import LegacyServer
from tars.core.resume_tokens import ResumeToken
from tars.core.signal_to_noise import as_text, signal_to_noise
from tars.engine import Event
from tars.errors import RemoteError
from tars.generated.device import events
from tars.generated.device.connection import Connection, ConnectionContext
from tars.generated.device.outputs import Microphone, Reply
from tars.generated.device.session import Session, SessionContext
from tars.generated.device.wiring import WIRING, Actions
from tars.generated.limits import Limits
from tars.generated.messages import PROTOCOL, Ack, Authorities, StartOfTtsStream, TtsStreamEnd, Watch, Welcome
from tars.samples import RATE, WIDTH

LEAD = RATE // 2
"""Samples before noticed speech that belong to it: words begin softly."""
BUTTON = "button"
"""The `model` of a session that was opened by the button."""


class DeviceEndpoint(Endpoint, Actions):
    """One device. Verbs of its own: `captured` and `missed` for the microphone, `heard` for the speaker, `socket_opened`."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        spread: random.Random,
        *,
        boot: str,
        persistent: bool = True,
        other_servers: bool = False,
        max_attempts: int = 0,
        gaps: bool = False,
    ) -> None:
        """`boot`: unlike at any other start. `other_servers`: they go on with what one has begun. `gaps`: speech that an outage outlasts is
        declared lost, instead of ending the session.
        """
        connection = Connection(ConnectionContext(persistent=persistent, other_servers=other_servers, max_attempts=max_attempts))
        self.states = DeviceStates(connection=connection, session=Session(SessionContext(gaps=gaps)))
        super().__init__(WIRING, name, limits, spread, self.states.machines, self.states, events.Lost)
        self.boot = boot
        self.resume_token, self.epoch = ResumeToken(), ""
        """From the last welcome: what to show to have the session resumed."""
        self.ring = CaptureRing()
        self.uplink = Uplink(self.ring)
        self.downlink: InboundReply | None = None
        self.microphone = Microphone.CLOSED
        """Where a captured block goes, as it was at the end of the last step."""
        self.muted = False
        """Nothing that is captured is kept. Only `mute` changes it."""
        self.resumes = 0
        self.takes_interruptions = False
        """Whether the server decides what speech over a reply means, as its last welcome says."""
        self.takes_status = False
        """Whether the server wants `device_status`, as its last welcome says."""
        self._grace = limits.device_grace
        self._utterance_start = 0
        self._wake = 0
        self._wake_model = ""
        self._wake_score = 0.0
        self._wake_snr = ""

    # --- verbs ---------------------------------------------------------------------------------------------------------------

    def captured(self, pcm: bytes, now: float) -> list[Effect]:
        """One microphone block, PCM16: kept in the ring, and sent while the microphone goes to the server. While muted, it is dropped."""
        if self.muted:
            return self.missed(len(pcm) // WIDTH, now)
        self.ring.append(pcm)
        oldest, uplink = self.link.outbox.oldest_sample, self.uplink
        overflown = oldest is not None and self.ring.outlasted(oldest)
        if overflown and not uplink.overflown:
            self.machines.post(events.Overflow(), now)
        uplink.overflown = overflown
        return self.finish_step(now)

    def missed(self, samples: int, now: float) -> list[Effect]:
        """The microphone was away for so many samples. Those of an utterance are declared lost."""
        self.ring.skip(samples)
        return self.finish_step(now)

    def mute(self, muted: bool, now: float) -> list[Effect]:
        """Keep nothing that is captured from now on, and forget what was captured before: none of it is sent any more. Or keep it again.

        While muted, a turn of the user ends as soon as it begins, as if by the button. What the server says is still heard.
        """
        if muted != self.muted:
            self.muted = muted
            self.machines.mark("mute", muted=muted)
            self.effects.append(do.RearmWakeWord())
            if muted:
                self.link.outbox.drop_audio()
                self.ring.forget()
        return self.finish_step(now)

    def heard(self, stream: int, samples: int, now: float) -> list[Effect]:
        """So many samples of that reply have left the speaker."""
        if self.downlink is not None and stream == self.downlink.stream:
            self.downlink.note_heard(samples)
            self.link.owe_ack(now)
            self._finish_reply(now)
        return self.finish_step(now)

    def speech_noticed(self, at: int, now: float) -> list[Effect]:
        """Somebody speaks, from capture offset `at`. Nothing happens if no reply is played, or if there is no server that decides."""
        if self.takes_interruptions:
            self.machines.post(events.SpeechNoticed(self.states.session.context.session, at), now)
        return self.finish_step(now)

    def socket_opened(self, generation: int, subprotocol: str | None, now: float) -> list[Effect]:
        """The socket is up. The subprotocol that the server chose decides the dialect."""
        if self.link.expects(generation):
            codec: Codec = V1("server") if subprotocol == SUBPROTOCOL else LegacyServer()
            self.link.open(generation, codec, now)
        return self.handle(events.SocketOpened(generation), now)

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Something happened outside."""
        self.post(event, now)
        return self.finish_step(now)

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        """A frame came in on the socket of that generation. What the protocol does not allow closes that link with a reason."""
        if self.link.expects(generation):
            try:
                for incoming in self.link.receive(frame, now):
                    if isinstance(incoming, Audio):
                        self._take_audio(incoming)
                    else:
                        self._take_message(incoming, now)
            except NOT_ALLOWED as error:
                self.refuse(str(error), now)
        return self.finish_step(now)

    def broken(self, generation: int, reason: str, now: float) -> list[Effect]:
        """The socket of that generation was closed over a frame that is none, such as one that is too long."""
        self.refuse_frame(generation, reason, now)
        return self.finish_step(now)

    def tick(self, now: float) -> list[Effect]:
        """A limit of a machine or of the link may have passed."""
        self.pass_limits(now)
        self.send_due_ack(self.progress(), now)
        return self.finish_step(now)

    def finish_step(self, now: float) -> list[Effect]:
        """Send what the new states require, then return all effects."""
        self._send_waiting(now)
        # What an old server does not say is delivered as if it had said it.
        while answers := self.link.answers():
            for answer in answers:
                self._take_message(Control(answer, None, 0), now)
            self._send_waiting(now)
        return self.end_step(now)

    # --- audio ---------------------------------------------------------------------------------------------------------------

    def _send_waiting(self, now: float) -> None:
        # The first press ends a reply that somebody speaks over, and gives the user the floor; the next one ends the session.
        for route in (Microphone.BOTH, Microphone.SERVER):
            if self.muted and self.states.microphone is route:
                self.machines.post(events.Button(self.states.session.context.session, self.ring.end), now)
        self.queue_audio()
        self.transmit(self.uplink, now)
        self.link.watch(now, in_session=self.states.in_session)

    def queue_audio(self) -> None:
        """Queue new samples for the server while the microphone goes there. Rearm the wake word when the microphone returns to it."""
        before, self.microphone = self.microphone, self.states.microphone
        if self.microphone is Microphone.WAKE_WORD and before not in (Microphone.WAKE_WORD, Microphone.BOTH):
            self.effects.append(do.RearmWakeWord())
        if self.microphone not in (Microphone.SERVER, Microphone.BOTH):
            self.link.outbox.drop_audio()
        elif not self.gone and self.uplink.end < self.ring.end:
            self.link.outbox.add_audio(self.uplink.stream, self.uplink.end, self.ring.end)
            self.uplink.end = self.ring.end

    def _take_audio(self, audio: Audio) -> None:
        """A piece of the reply. A piece of an older reply is dropped."""
        reply = self.downlink
        if reply is None or audio.stream != reply.stream:
            return
        if reply.received == reply.start and audio.pcm:
            self.machines.mark("first_reply_sample", stream=audio.stream)
        fresh = reply.take(audio)
        if reply.length is not None and reply.received > reply.length:
            raise RemoteError(f"stream {audio.stream} has {reply.received} samples, but ended at {reply.length}")
        if fresh and self.states.reply in (Reply.OPEN, Reply.PAUSED):
            self.effects.append(do.Play(audio.stream, fresh))

    def _finish_reply(self, now: float) -> None:
        """A reply is finished when every sample of it was heard."""
        if self.downlink is not None and self.downlink.heard_to_its_end and self.states.reply is Reply.COMPLETE:
            session, turn = self.states.session.context.session, self.states.turn.context.turn
            self.machines.post(events.Drained(session, turn), now)

    def progress(self) -> Ack:
        """How many samples of the reply were received and heard."""
        received, heard = dict[str, int](), dict[str, int]()
        if (reply := self.downlink) is not None:
            received[str(reply.stream)] = reply.received
            heard[str(reply.stream)] = reply.heard
        return Ack(received, {}, heard)

    # --- messages that come in -----------------------------------------------------------------------------------------------

    def _take_message(self, control: Control, now: float) -> None:
        message = control.message
        if isinstance(message, Ack):
            self.uplink.take_progress(message.received, message.committed, unanswered=self.states.unanswered)
        elif isinstance(message, Authorities):
            self.effects.append(do.KeepAuthorities(self.link.generation, message.ca))
        elif isinstance(message, Watch):
            self.effects.append(do.BeWatched(self.link.generation, message.seconds))
        if self.is_for_a_machine(control):
            self.deliver(control, self._note(control), now)
        # A reply may have been heard to its end before the message that says where its end is.
        self._finish_reply(now)

    def _note(self, control: Control) -> dict[str, Any]:
        """Keep what no machine keeps of a message. Returns the facts that its machine needs besides."""
        message = control.message
        if isinstance(message, Welcome):
            return self._note_welcome(message, control.applied)
        if isinstance(message, StartOfTtsStream):
            if message.rate != RATE:
                raise RemoteError(f"start_of_tts_stream.rate is {message.rate}; this device plays {RATE}")
            self.downlink = InboundReply(message.stream, message.at)
        elif isinstance(message, TtsStreamEnd) and self.downlink is not None:
            self.downlink.length = message.samples
        return {}

    def _note_welcome(self, welcome: Welcome, applied: int) -> dict[str, Any]:
        if welcome.proto != PROTOCOL:
            raise RemoteError(f"welcome.proto is {welcome.proto}; this device speaks {PROTOCOL}")
        offered = self._offered()
        if welcome.resumed and (not offered.sid or (welcome.sid, welcome.epoch) != (offered.sid, self.epoch)):
            raise RemoteError("welcome.resumed is true, but this device has not offered that session")
        grace = max(0.0, checked("welcome", "limits.grace_s", "float", welcome.limits.get("grace_s", 0)))
        self.machines.limits = replace(self.limits, device_grace=min(self._grace, grace))
        self.resume_token, self.epoch = ResumeToken(welcome.sid, welcome.token), welcome.epoch
        self.takes_interruptions = welcome.state.get("interruptions") is True
        self.takes_status = welcome.state.get("status") is True
        if welcome.resumed:
            self.link.outbox.acknowledge(applied)
            self.link.outbox.acknowledge_audio(welcome.received)
            self.uplink.take_progress(welcome.received, welcome.committed, unanswered=self.states.unanswered)
        return {"utterance": self.states.unanswered and self.uplink.survives(gaps=self.states.session.context.gaps)}

    def _offered(self) -> ResumeToken:
        """What this device can show. Of an outbox that is gone or broken: nothing."""
        return self.resume_token if self.states.interrupted and not self.link.outbox.broken else ResumeToken()

    # --- messages that go out ------------------------------------------------------------------------------------------------

    def send(self, message: str, emitted: Event, now: float) -> None:
        """Send what a row emits."""
        if not self.drops(message):
            self.link.send(self.message_of(message, self._fields(message), emitted))
            # At once: the same row may drop the outbox.
            self.transmit(self.uplink, now)

    def _fields(self, message: str) -> dict[str, Any]:
        """The fields of a message that no row fills in."""
        session = {"session": self.states.session.context.session}
        match message:
            case "hello":
                return self._hello()
            case "hotword_detected":
                return session | self._utterance() | {"model": self._wake_model, "score": self._wake_score, "snr": self._wake_snr}
            case "barge_in" | "playback_complete" | "interruption":
                reply = {"stream": self.downlink.stream, "heard": self.downlink.heard} if self.downlink else {"stream": 0, "heard": 0}
                return session | self._utterance() | reply | {"model": self._wake_model}  # of a message that has this field
        return session

    def _utterance(self) -> dict[str, int]:
        uplink = self.uplink
        return {"uplink": uplink.stream, "at": uplink.start, "preroll": uplink.preroll_end - uplink.start}

    def _hello(self) -> dict[str, Any]:
        progress, offered = self.progress(), self._offered()
        offer = asdict(offered) | {"epoch": self.epoch if offered.sid else ""}
        state: dict[str, object] = {"session": self.states.session.state.value, "id": self.states.session.context.session}
        state["announcements"] = state["watch"] = True  # this device can be spoken to and watched; an older one does not say so
        # What it was told that the server has. A server whose record has less does not resume from it.
        state |= {"acknowledged": self.link.outbox.acknowledged, "released": self.uplink.acknowledged}
        here = {"proto": PROTOCOL, "device": self.device, "boot": self.boot, "state": state}
        how_far = {"sent": self.link.outbox.sent, "received": progress.received, "heard": progress.heard}
        return here | offer | {"resume": bool(offered.sid)} | how_far

    # --- actions: link -------------------------------------------------------------------------------------------------------

    def open_socket(self, cause: Event) -> None:
        """Dial."""
        self.effects.append(do.OpenSocket(self.link.dial()))

    def give_up(self, cause: Event) -> None:
        """The configured number of attempts is used up."""
        failures = self.states.connection.context.failures
        self.effects.append(do.GiveUp(f"{failures} attempts in a row have failed"))

    def new_record(self, cause: Event) -> None:
        """Start numbering anew. The server may number its replies anew as well, so nothing is said of an old one."""
        super().new_record(cause)
        self.downlink = None

    def send_unacknowledged_again(self, cause: Event) -> None:
        """After a resume: send everything that the server has not got."""
        self.link.outbox.rewind()
        self.resumes += 1

    # --- actions: audio ------------------------------------------------------------------------------------------------------

    def begin_utterance(self, cause: Event) -> None:
        """Note where the utterance begins: two seconds before the wake word, at the button, at speech, or where the reply has ended."""
        match cause:
            case events.Hotword():
                self._wake, self._wake_model, self._wake_score = cause.at, cause.model, cause.score
                self._utterance_start = cause.at - PREROLL
                self._wake_snr = as_text(signal_to_noise(self.ring.before(cause.at, PREROLL)))
            case events.Button():
                self._wake, self._wake_model, self._wake_score, self._wake_snr = cause.at, BUTTON, 1.0, ""
                self._utterance_start = cause.at
            case events.SpeechNoticed():
                self._wake = self._utterance_start = cause.at - LEAD
            case events.Drained():
                # What was said while nothing played belongs to the user's turn. What was said over the reply does not.
                # Before the first utterance of a session in which the server spoke first, nothing does.
                played = self.downlink is not None and self.downlink.heard
                spoke = self.uplink.session == self.states.session.context.session
                self._wake = self._utterance_start = self.uplink.end if spoke and not played else self.ring.end

    def open_uplink(self, cause: Event) -> None:
        """Open a stream for the utterance that begins. While nothing is kept for the server, the announcement opens it later."""
        if not self.gone:
            self.link.outbox.drop_audio()
            self.uplink.open(self.states.session.context.session, self._utterance_start, self._wake)

    def reopen_uplink(self, cause: Event) -> None:
        """Open a new stream for the utterance that is announced now: again from the committed offset, or for the first time."""
        if self.uplink.session == self.states.session.context.session:
            self.uplink.reopen(self._wake)
        else:
            self.open_uplink(cause)

    def withdraw_utterance(self, cause: Event) -> None:
        """What was said over the reply is the utterance of no turn."""
        self.uplink.withdraw()

    def chime(self, cause: Event) -> None:
        """The user may speak."""
        self.effects.append(do.Cue("chime"))

    def play_error(self, cause: Event) -> None:
        """Something failed; never silence."""
        self.effects.append(do.Cue("error"))

    def play_alarm(self, cause: Event) -> None:
        """A timer is due."""
        self.effects.append(do.Cue("alarm"))

    def open_speaker(self, cause: Event) -> None:
        """A reply begins."""
        if self.downlink is not None:
            self.effects.append(do.OpenSpeaker(self.downlink.stream, RATE))

    def pause_speaker(self, cause: Event) -> None:
        """Silence at once; the reply is kept."""
        self.effects.append(do.PauseSpeaker())

    def resume_speaker(self, cause: Event) -> None:
        """Play the reply on."""
        self.effects.append(do.ResumeSpeaker())

    def stop_speaker(self, cause: Event) -> None:
        """Silence at once."""
        self.effects.append(do.StopSpeaker())

    def finish_speaker(self, cause: Event) -> None:
        """Play what is there; the runner limits how much."""
        self.effects.append(do.FinishSpeaker())
