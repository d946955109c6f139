"""The device's side, pure: its four machines, its link, what was captured and what was heard."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from typing import Any

from tars.core import effects as do
from tars.core.audio_buffers import PREROLL, CaptureRing, InboundStream, Stretch
from tars.core.codec import FLAG_PREROLL, SUBPROTOCOL, V1, Audio, Codec, Control, checked
from tars.core.effects import Effect
from tars.core.endpoint import Endpoint
from tars.core.legacy import LegacyServer
from tars.core.resume_tokens import ResumeToken
from tars.engine import Event
from tars.errors import RemoteError
from tars.generated.device import events
from tars.generated.device.connection import Connection, ConnectionContext
from tars.generated.device.outputs import MICROPHONE, UNANSWERED, Microphone
from tars.generated.device.session import Session, SessionContext, SessionState
from tars.generated.device.turn import TurnState
from tars.generated.device.wiring import WIRING, Actions
from tars.generated.limits import Limits
from tars.generated.messages import PROTOCOL, Ack, StartOfTtsStream, TtsStreamEnd, Welcome
from tars.samples import RATE

BUTTON = "button"
"""The `model` of a conversation that was opened by hand."""


class Uplink:
    """The stream of the utterance that is being sent. Offsets count captured samples."""

    def __init__(self) -> None:
        self.session = ""
        self.stream = 0
        self.committed = 0
        """Before this the server needs nothing of the stream any more: from here it is told again, should the server have crashed."""
        self.preroll_end = 0
        self.end = 0
        """After the last sample given to the link, in this stream or an earlier one."""
        self.overflown = False
        """The oldest of it is gone before the server has got it."""


class DeviceEndpoint(Endpoint, Actions):
    """One device. Besides the verbs of a side: `captured` and `missed` for the microphone, `heard` for the speaker's progress."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        spread: random.Random,
        *,
        boot: str,
        persistent: bool = True,
        max_attempts: int = 0,
        gaps: bool = False,
    ) -> None:
        """`boot`: unlike at any other start. `gaps`: speech that an outage outlasts is declared lost, instead of ending the session."""
        connection = Connection(ConnectionContext(persistent=persistent, max_attempts=max_attempts))
        super().__init__(WIRING, name, limits, spread, [connection, Session(SessionContext(gaps=gaps))])
        self.boot = boot
        self.ticket, self.epoch = ResumeToken(), ""
        """From the last welcome: what to show to have the session resumed."""
        self.ring = CaptureRing()
        self.uplink = Uplink()
        self.downlink: InboundStream | None = None
        self.reply_length: int | None = None
        self.reply_heard = 0
        self.microphone = Microphone.CLOSED
        """Where a captured block goes: generated from the states of session and turn."""
        self._grace = limits.device_grace
        self.resumes = 0
        self._wake = 0
        self._wake_model = ""
        self._wake_score = 0.0

    # --- verbs ---------------------------------------------------------------------------------------------------------------

    def captured(self, pcm: bytes, now: float) -> list[Effect]:
        """One microphone block, PCM16: kept, and sent while the microphone goes to the server."""
        self.ring.append(pcm)
        oldest, uplink = self.link.record.oldest_sound, self.uplink
        overflown = oldest is not None and self.ring.outlasted(oldest)
        if overflown and not uplink.overflown:
            self.post(events.Overflow(), now)
        uplink.overflown = overflown
        return self.settled(now)

    def missed(self, samples: int, now: float) -> list[Effect]:
        """The microphone was away for so many samples: of an utterance they are declared lost."""
        self.ring.skip(samples)
        return self.settled(now)

    def heard(self, stream: int, samples: int, now: float) -> list[Effect]:
        """So many samples of that reply have left the speaker."""
        if self.downlink is not None and stream == self.downlink.stream:
            self.reply_heard = max(self.reply_heard, min(samples, self.downlink.received))
            self.link.owe_ack(now)
            self._finish_reply(now)
        return self.settled(now)

    def socket_opened(self, generation: int, subprotocol: str | None, now: float) -> list[Effect]:
        """The socket is up; what the server chose decides the dialect."""
        if self.link.expects(generation):
            codec: Codec = V1("server") if subprotocol == SUBPROTOCOL else LegacyServer()
            self.link.open(generation, codec, now)
        return self.handle(events.SocketOpened(generation), now)

    # --- sound ---------------------------------------------------------------------------------------------------------------

    def gather(self, now: float) -> None:
        """The wake word is armed anew whenever the microphone returns to it; what is captured for the server is said."""
        before, self.microphone = self.microphone, MICROPHONE[SessionState(self.state("session")), TurnState(self.state("turn"))]
        if self.microphone is not before and self.microphone is Microphone.WAKE_WORD:
            self.effects.append(do.RearmWakeWord())
        if self.microphone is not Microphone.SERVER:
            self.link.record.forget_sound()
        elif not self.gone and self.uplink.end < self.ring.end:
            self.link.record.sound(self.uplink.stream, self.uplink.end, self.ring.end)
            self.uplink.end = self.ring.end

    def stretch(self, stream: int, start: int, end: int) -> Stretch:
        """What an outage has outlasted is gone, and what no microphone has heard was never there."""
        return self.ring.stretch(start, end)

    def recall(self, stream: int, start: int, end: int) -> Audio:
        """From the ring."""
        return Audio(stream, start, self.ring.read(start, end), FLAG_PREROLL if end <= self.uplink.preroll_end else 0)

    def _open_uplink(self, start: int, session: str) -> dict[str, int]:
        """A new stream from `start`, but never with samples that an earlier stream carried: recordings do not overlap.

        But for a session that must be told again: the server has lost what was sent for it, and gets all that it was not finished with.
        """
        uplink = self.uplink
        again = session == uplink.session and self.state("session") == "HOTWORD_DETECTED"
        start = uplink.committed if again else max(start, uplink.end, self.ring.start)
        self.link.record.forget_sound()
        uplink.session, uplink.stream = session, uplink.stream % 0xFFFF + 1
        uplink.committed = uplink.end = start
        uplink.overflown = False
        uplink.preroll_end = max(self._wake, start)
        return {"uplink": uplink.stream, "at": start, "preroll": uplink.preroll_end - start}

    def _utterance_start(self) -> int:
        return self._wake - (0 if self._wake_model == BUTTON else PREROLL)

    def sound(self, audio: Audio, now: float) -> None:
        """A piece of the reply; of an older reply it is dropped."""
        self.link.owe_ack(now)
        if self.downlink is None or audio.stream != self.downlink.stream:
            return
        if self.downlink.received == self.downlink.start and audio.pcm:
            self.mark("first_reply_sample", stream=audio.stream)
        fresh = self.downlink.take(audio)
        if self.reply_length is not None and self.downlink.received > self.reply_length:
            raise RemoteError(f"stream {audio.stream} has {self.downlink.received} samples, but ended at {self.reply_length}")
        if fresh and self.state("turn") == "SPEAKING":
            self.effects.append(do.Play(audio.stream, fresh))

    def _finish_reply(self, now: float) -> None:
        """Finished means that every sample of the reply was heard."""
        if self.state("turn") == "DRAINING" and self.reply_length is not None and self.reply_heard >= self.reply_length:
            session, turn = self.machines["session"].context.session, self.machines["turn"].context.turn
            self.post(events.Drained(session, turn), now)

    def progress(self) -> Ack:
        """What was received and heard of the reply."""
        received, heard = dict[str, int](), dict[str, int]()
        if self.downlink is not None:
            received[str(self.downlink.stream)] = self.downlink.received
            heard[str(self.downlink.stream)] = self.reply_heard
        return Ack(received, {}, heard)

    def acknowledged(self, ack: Ack, now: float) -> None:
        """How much of the utterance the server has, and is finished with."""
        self._note_uplink(ack.received, ack.committed)

    def _note_uplink(self, received: dict[str, int], commits: dict[str, int]) -> None:
        stream, uplink = str(self.uplink.stream), self.uplink
        committed = commits.get(stream, 0)
        if (furthest := max(received.get(stream, 0), committed)) > uplink.end:
            raise RemoteError(f"sample {furthest} of stream {stream} is acknowledged, but only {uplink.end} were sent")
        if not self._unanswered:  # the server may crash before it says that it has answered
            uplink.committed = max(uplink.committed, committed)

    @property
    def _unanswered(self) -> bool:
        """Whether the utterance may have to be told again: its reply has not begun here."""
        return UNANSWERED[SessionState(self.state("session")), TurnState(self.state("turn"))]

    # --- messages ------------------------------------------------------------------------------------------------------------

    def stamp(self, message: str) -> dict[str, Any]:
        """What the rows leave to the core."""
        session = self.machines["session"].context.session
        if message == "hello":
            return self._hello(session)
        if message == "hotword_detected":
            opened = self._open_uplink(self._utterance_start(), session)
            return {"session": session, "model": self._wake_model, "score": self._wake_score, **opened}
        if message == "barge_in":
            return {"session": session, **self._reply(), **self._open_uplink(self._utterance_start(), session)}
        if message == "playback_complete":
            # What was said while nothing played still belongs to the user's turn; what was said over the reply does not.
            start = self.ring.end if self.reply_heard else self.uplink.end
            self._wake = start
            return {"session": session, **self._reply(), **self._open_uplink(start, session)}
        return {"session": session}

    def _reply(self) -> dict[str, int]:
        return {"stream": self.downlink.stream if self.downlink else 0, "heard": self.reply_heard}

    def _hello(self, session: str) -> dict[str, Any]:
        record, progress, offered = self.link.record, self.progress(), self._offered()
        offer = asdict(offered) | {"epoch": self.epoch if offered.sid else ""}
        state: dict[str, object] = {"session": self.state("session"), "id": session}
        here = {"proto": PROTOCOL, "device": self.device, "boot": self.boot, "state": state}
        return here | offer | {"resume": bool(offered.sid), "sent": record.sent, "received": progress.received, "heard": progress.heard}

    def _offered(self) -> ResumeToken:
        """What this device can show; of a record that is gone or broken, nothing."""
        return self.ticket if self.state("continuity") == "INTERRUPTED" and not self.link.record.broken else ResumeToken()

    def derived(self, control: Control) -> dict[str, Any]:
        """Whether a restarted server can be told of the running utterance again: all of it is still here, or its gap may be declared."""
        if not isinstance(control.message, Welcome):
            return {}
        uplink, gaps = self.uplink, self.machines["session"].context.gaps
        unanswered = self._unanswered and uplink.committed < uplink.end
        return {"utterance": unanswered and (gaps or not self.ring.outlasted(uplink.committed))}

    def noted(self, control: Control, now: float) -> None:
        """What the machines do not keep of a message."""
        message = control.message
        if isinstance(message, Welcome):
            self._welcomed(message, control.applied)
        elif isinstance(message, StartOfTtsStream):
            if message.rate != RATE:
                raise RemoteError(f"start_of_tts_stream.rate is {message.rate}; this device plays {RATE}")
            self.downlink, self.reply_length, self.reply_heard = InboundStream(message.stream, message.at), None, 0
        elif isinstance(message, TtsStreamEnd):
            self.reply_length = message.samples

    def _welcomed(self, welcome: Welcome, applied: int) -> None:
        if welcome.proto != PROTOCOL:
            raise RemoteError(f"welcome.proto is {welcome.proto}; this device speaks {PROTOCOL}")
        offered = self._offered()
        if welcome.resumed and (not offered.sid or (welcome.sid, welcome.epoch) != (offered.sid, self.epoch)):
            raise RemoteError("welcome.resumed is true, but this device has not offered that session")
        grace = max(0.0, checked("welcome", "limits.grace_s", "float", welcome.limits.get("grace_s", 0)))
        self.limits = replace(self.limits, device_grace=min(self._grace, grace))
        self.ticket, self.epoch = ResumeToken(welcome.sid, welcome.token), welcome.epoch
        if welcome.resumed:
            self.link.record.acknowledge(applied)
            self.link.record.acknowledge_sound(welcome.received)
            self._note_uplink(welcome.received, welcome.committed)

    def message(self, control: Control, now: float) -> None:
        """A reply may have been heard to its end before the message that says where its end is."""
        super().message(control, now)
        self._finish_reply(now)

    def lost(self, reason: str, now: float) -> None:
        """The link is dead."""
        self.post(events.Lost(self.link.generation, reason), now)

    # --- actions -------------------------------------------------------------------------------------------------------------

    def open_socket(self, cause: Event) -> None:
        """Dial."""
        self.effects.append(do.OpenSocket(self.link.dial()))

    def give_up(self, cause: Event) -> None:
        """The configured number of attempts is used up."""
        failures = self.machines["connection"].context.failures
        self.effects.append(do.GiveUp(f"{failures} attempts in a row have failed"))

    def new_record(self, cause: Event) -> None:
        """Start numbering anew. The server may number its replies anew as well: nothing is said of an old one."""
        super().new_record(cause)
        self.downlink, self.reply_length = None, None

    def send_unacknowledged_again(self, cause: Event) -> None:
        """After a resume: whatever the server has not got."""
        self.link.record.rewind()
        self.resumes += 1

    def begin_utterance(self, cause: Event) -> None:
        """Note where the wake word or the button was: the utterance begins there, or some pre-roll before it."""
        if isinstance(cause, events.Hotword):
            self._wake, self._wake_model, self._wake_score = cause.at, cause.model, cause.score
        elif isinstance(cause, events.Button):
            self._wake, self._wake_model, self._wake_score = cause.at, BUTTON, 1.0

    def chime(self, cause: Event) -> None:
        """The user has the floor."""
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

    def stop_speaker(self, cause: Event) -> None:
        """Silence at once."""
        self.effects.append(do.StopSpeaker())

    def finish_speaker(self, cause: Event) -> None:
        """Play what is there; the shell bounds it."""
        self.effects.append(do.FinishSpeaker())
