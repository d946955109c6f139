"""What the core asks its runner to do. Effects are data; the runner carries them out and posts events back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tars.core.arbitration import Call
from tars.engine import Outcome
from tars.generated.messages import AuthoritiesKept, DeviceStatus, MachineStep, Message, SoundLevel

SPOKEN, ANSWERED, UNANSWERED = "spoken", "answered", "unanswered"
"""What may become of what the server says or asks first, in its session."""


@dataclass(slots=True)
class Effect:
    """Base of all effects."""


@dataclass(slots=True)
class Sound(Effect):
    """Base of the effects by which sound is passed on: no machine has moved for it."""


@dataclass(slots=True)
class Traced(Effect):
    """One event of one machine, for the trace, the log and the coverage report."""

    node: str
    device: str
    machine: str | None
    """None: no machine takes it; a mark, such as the first sample of an utterance."""
    event: str
    payload: Mapping[str, Any]
    source: str | None = None
    target: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    row: str | None = None
    effects: tuple[str, ...] = ()
    session: str | None = None
    message: int | None = None
    """The number of the message that brought the event."""


# --- the socket; `generation` numbers the sockets of one device, and what an older one says is dropped -------------------------


@dataclass(slots=True)
class OpenSocket(Effect):
    """Dial. Answer with socket_opened or failed."""

    generation: int


@dataclass(slots=True)
class AbortSocket(Effect):
    """Drop the socket at once, without a closing handshake."""

    generation: int


@dataclass(slots=True)
class CloseSocket(Effect):
    """Send what `outgoing` still holds, then close with this reason."""

    generation: int
    code: int
    reason: str


# --- the authorities that a device trusts --------------------------------------------------------------------------------------


@dataclass(slots=True)
class KeepAuthorities(Effect):
    """Trust these certificate authorities (PEM) from now on, if those that protect this link were saved here."""

    generation: int
    ca: str


# --- what one side tells the other outside of any conversation -------------------------------------------------------------------

TOLD = (AuthoritiesKept, DeviceStatus, MachineStep, SoundLevel)
"""What a device tells, and neither a machine nor the link of the server takes."""


@dataclass(slots=True)
class DeviceTold(Effect):
    """The device tells one of TOLD."""

    generation: int
    message: Message


@dataclass(slots=True)
class BeWatched(Effect):
    """Tell the server for so many seconds what the machines do and how loud it is."""

    generation: int
    seconds: int


# --- the device's speaker ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class OpenSpeaker(Effect):
    """A reply begins."""

    stream: int
    rate: int


@dataclass(slots=True)
class Play(Sound):
    """More of the reply: PCM16 little-endian."""

    stream: int
    pcm: bytes


@dataclass(slots=True)
class PauseSpeaker(Effect):
    """Silence at once. What is not played of the reply is kept, and so is what arrives of it."""


@dataclass(slots=True)
class ResumeSpeaker(Effect):
    """Play the reply on, from the sample at which it was paused."""


@dataclass(slots=True)
class StopSpeaker(Effect):
    """Silence at once."""


@dataclass(slots=True)
class FinishSpeaker(Effect):
    """Play what is there, but not longer than the limit of the runner. A reply that is paused is not played."""


@dataclass(slots=True)
class Cue(Effect):
    """One of our own sounds: `chime`, `error` or `alarm`."""

    sound: str


@dataclass(slots=True)
class RearmWakeWord(Effect):
    """The microphone has returned to the wake word: audio from before must not trigger it."""


@dataclass(slots=True)
class GiveUp(Effect):
    """The configured number of attempts has failed."""

    reason: str


# --- the server's brain --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class OpenBrain(Effect):
    """Open the brain for this session. Answer with brain_ready or brain_failed."""

    session: str
    reports_heard: bool = True
    """Whether the device says how much of a reply was heard; an old one does not."""
    woken_by: str = ""
    """The model of the wake word that opened the session, `button`, or empty where it is not known."""
    announces: bool = False
    """The server speaks first in this session: answer with announcement_started or question_started instead of brain_ready."""


@dataclass(slots=True)
class CloseBrain(Effect):
    """The session is over for the brain."""

    session: str


@dataclass(slots=True)
class Called(Effect):
    """A wake word was heard: compare it with what other devices have heard. Post heard_elsewhere to the one that does not go on."""

    call: Call


@dataclass(slots=True)
class ForgetUtterance(Effect):
    """Nothing of what the brain was given is kept: another device goes on with it."""


@dataclass(slots=True)
class LookForAnnouncements(Effect):
    """The device may be told of what waits to be said: post announcement_due or question_due if anything does."""


@dataclass(slots=True)
class AnnouncementEnded(Effect):
    """What the server has said or asked first in this session has come to this."""

    session: str
    outcome: str
    """SPOKEN, ANSWERED or UNANSWERED."""
    answer: str = ""
    """The words that were recognised."""


@dataclass(slots=True)
class BeginTurn(Effect):
    """The user may speak: an utterance begins at capture offset `at`. Its first `wake` samples may hold the wake word."""

    session: str
    turn: int
    at: int
    wake: int
    called_by: str = ""
    """The model of the wake word with which the user has interrupted; empty: none, or a device of an earlier version."""


@dataclass(slots=True)
class BeginInterruption(Effect):
    """Somebody speaks over the reply, from capture offset `at`: the utterance of turn `turn`, if it is meant for TARS.

    Answer with interruption_meant or interruption_false, which name the turn before, that of the reply.
    """

    session: str
    turn: int
    at: int


@dataclass(slots=True)
class Feed(Sound):
    """More of the utterance: PCM16 little-endian, from capture offset `at`, without a hole."""

    session: str
    turn: int
    at: int
    pcm: bytes


@dataclass(slots=True)
class Gap(Effect):
    """`samples` of the utterance, from capture offset `at`, are lost for good."""

    session: str
    turn: int
    at: int
    samples: int


@dataclass(slots=True)
class ReplyHeard(Effect):
    """`heard` samples of the reply to this turn have left the speaker."""

    session: str
    turn: int
    heard: int


@dataclass(slots=True)
class CancelReply(Effect):
    """Stop the answer or the reply; the user heard `heard` samples of it."""

    session: str
    heard: int
