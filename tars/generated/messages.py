# Written by `python -m codegen` from machines/messages.yaml; do not edit.
"""Every message of `tars.v1`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

PROTOCOL = 1


@dataclass(frozen=True, slots=True)
class Message:
    """Base of every message: what the core must know of its kind."""

    type: ClassVar[str]
    sender: ClassVar[str]
    """device, server, or both."""
    numbered: ClassVar[bool]
    """Part of the exactly-once order."""
    correlation: ClassVar[tuple[str, ...]]
    """The fields that must equal the receiver's own, else the message is outdated."""
    fields: ClassVar[dict[str, str]]
    """field -> its type in messages.yaml."""
    largest: ClassVar[dict[str, int]]
    """field -> the most characters of its text, or entries of its object."""
    optional: ClassVar[dict[str, str]]
    """field -> its value where a sender of an earlier version leaves it out."""


@dataclass(frozen=True, slots=True)
class Hello(Message):  # messages.yaml:15
    """first on every socket; nothing else is sent before its answer. Offers to resume, and says how far the device has come: `ack`, and received and heard as in ack; `sent` is its own last number"""

    type: ClassVar[str] = "hello"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"proto": "int", "device": "id", "boot": "str", "resume": "bool", "sid": "str", "token": "str", "epoch": "str", "sent": "int", "received": "marks", "heard": "marks", "state": "object"}
    largest: ClassVar[dict[str, int]] = {"boot": 64, "sid": 64, "token": 128, "epoch": 64, "received": 8, "heard": 8, "state": 8}
    optional: ClassVar[dict[str, str]] = {}
    proto: int
    device: str
    boot: str
    resume: bool
    sid: str
    token: str
    epoch: str
    sent: int
    received: dict[str, int]
    heard: dict[str, int]
    state: dict[str, object]


@dataclass(frozen=True, slots=True)
class Welcome(Message):  # messages.yaml:22
    """the answer; reason is empty when resumed. Says how far the server has come: `ack`, and received and committed as in ack"""

    type: ClassVar[str] = "welcome"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"proto": "int", "resumed": "bool", "reason": "str", "sid": "str", "token": "str", "epoch": "str", "gen": "int", "received": "marks", "committed": "marks", "state": "object", "limits": "object"}
    largest: ClassVar[dict[str, int]] = {"reason": 200, "sid": 64, "token": 128, "epoch": 64, "received": 8, "committed": 8, "state": 8, "limits": 16}
    optional: ClassVar[dict[str, str]] = {}
    proto: int
    resumed: bool
    reason: str
    sid: str
    token: str
    epoch: str
    gen: int
    received: dict[str, int]
    committed: dict[str, int]
    state: dict[str, object]
    limits: dict[str, object]


@dataclass(frozen=True, slots=True)
class Probe(Message):  # messages.yaml:29
    """first on a socket, in place of hello: asks whether the server answers, as the doctor of a device does; no link of any device is touched"""

    type: ClassVar[str] = "probe"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"proto": "int", "device": "id"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    proto: int
    device: str


@dataclass(frozen=True, slots=True)
class Probed(Message):  # messages.yaml:36
    """the answer to probe; the server closes the socket after it"""

    type: ClassVar[str] = "probed"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"proto": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    proto: int


@dataclass(frozen=True, slots=True)
class PairRequest(Message):  # messages.yaml:43
    """first on a socket of the subprotocol `tars.pair.v1`, and only there, as are the other messages of a pairing: the device's element of SPAKE2 in hexadecimal, and the name that it would like to have"""

    type: ClassVar[str] = "pair_request"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"proto": "int", "device": "id", "element": "str"}
    largest: ClassVar[dict[str, int]] = {"element": 66}
    optional: ClassVar[dict[str, str]] = {}
    proto: int
    device: str
    element: str


@dataclass(frozen=True, slots=True)
class PairChallenge(Message):  # messages.yaml:50
    """the server's element of SPAKE2. The try is counted by then"""

    type: ClassVar[str] = "pair_challenge"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"element": "str"}
    largest: ClassVar[dict[str, int]] = {"element": 66}
    optional: ClassVar[dict[str, str]] = {}
    element: str


@dataclass(frozen=True, slots=True)
class PairProof(Message):  # messages.yaml:57
    """the proof that the device knows the digits and sees the server's own certificate"""

    type: ClassVar[str] = "pair_proof"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"proof": "str"}
    largest: ClassVar[dict[str, int]] = {"proof": 64}
    optional: ClassVar[dict[str, str]] = {}
    proof: str


@dataclass(frozen=True, slots=True)
class Paired(Message):  # messages.yaml:64
    """what the device is given; `proof` is that of the server, over all other fields. `ca` is the certificate that the device trusts from now on, as PEM; empty without encryption"""

    type: ClassVar[str] = "paired"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"server": "str", "device": "id", "key": "str", "ca": "str", "proof": "str"}
    largest: ClassVar[dict[str, int]] = {"server": 64, "key": 64, "ca": 16000, "proof": 64}
    optional: ClassVar[dict[str, str]] = {}
    server: str
    device: str
    key: str
    ca: str
    proof: str


@dataclass(frozen=True, slots=True)
class Authorities(Message):  # messages.yaml:71
    """the certificate authorities that the device trusts from now on, as PEM, in place of those that it has: to a device that said `Tars-Authorities` in its request, and has others"""

    type: ClassVar[str] = "authorities"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"ca": "str"}
    largest: ClassVar[dict[str, int]] = {"ca": 16000}
    optional: ClassVar[dict[str, str]] = {}
    ca: str


@dataclass(frozen=True, slots=True)
class AuthoritiesKept(Message):  # messages.yaml:78
    """the device has saved what `authorities` brought: the SHA-256 of each, in hexadecimal, sorted, separated by commas"""

    type: ClassVar[str] = "authorities_kept"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"sha256": "str"}
    largest: ClassVar[dict[str, int]] = {"sha256": 600}
    optional: ClassVar[dict[str, str]] = {}
    sha256: str


@dataclass(frozen=True, slots=True)
class Watch(Message):  # messages.yaml:85
    """somebody looks at the device: for so many seconds the server wants to be told its machine steps and how loud it is there. Only to a device whose hello says that it can be watched"""

    type: ClassVar[str] = "watch"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"seconds": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    seconds: int


@dataclass(frozen=True, slots=True)
class MachineStep(Message):  # messages.yaml:92
    """what a machine of the device has done, while it is watched: 20 a second at most, the rest is left out. With an empty event: the state in which the machine is. `row` is its place in the definitions"""

    type: ClassVar[str] = "machine_step"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"machine": "str", "event": "str", "source": "str", "target": "str", "outcome": "str", "row": "str"}
    largest: ClassVar[dict[str, int]] = {"machine": 64, "event": 64, "source": 64, "target": 64, "outcome": 16, "row": 64}
    optional: ClassVar[dict[str, str]] = {}
    machine: str
    event: str
    source: str
    target: str
    outcome: str
    row: str


@dataclass(frozen=True, slots=True)
class SoundLevel(Message):  # messages.yaml:99
    """how loud it was at the device in the last second, in dB below full scale, while it is watched; and the wake word that came nearest in that time, its score, and the score from which it counts. An empty `model`: none listens"""

    type: ClassVar[str] = "sound_level"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"level": "float", "model": "str", "score": "float", "threshold": "float"}
    largest: ClassVar[dict[str, int]] = {"model": 255}
    optional: ClassVar[dict[str, str]] = {}
    level: float
    model: str
    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class DeviceStatus(Message):  # messages.yaml:106
    """whether the device is muted, and what it has counted of its sound since its start, in the words of its log: for people who look at the server. After `welcome`, at a change of mute, and each minute if something has changed. Only to a server whose welcome says that it takes it"""

    type: ClassVar[str] = "device_status"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"muted": "bool", "counts": "object"}
    largest: ClassVar[dict[str, int]] = {"counts": 16}
    optional: ClassVar[dict[str, str]] = {}
    muted: bool
    counts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Goodbye(Message):  # messages.yaml:113
    """the device stops; it will not come back for this session"""

    type: ClassVar[str] = "goodbye"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}


@dataclass(frozen=True, slots=True)
class GoingAway(Message):  # messages.yaml:118
    """the server stops; dial again after the first step of the ladder"""

    type: ClassVar[str] = "going_away"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}


@dataclass(frozen=True, slots=True)
class HotwordDetected(Message):  # messages.yaml:123
    """opens a session and its first turn, or announces the same session again after the server has lost it; audio follows at once, from sample `at` of stream `uplink`; the first `preroll` samples were captured before the wake word was certain, and `snr` is how far they stand out of the noise, in decibels"""

    type: ClassVar[str] = "hotword_detected"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"session": "id", "uplink": "int", "at": "int", "preroll": "int", "model": "str", "score": "float", "snr": "str"}
    largest: ClassVar[dict[str, int]] = {"model": 255, "snr": 8}
    optional: ClassVar[dict[str, str]] = {"snr": ""}
    session: str
    uplink: int
    at: int
    preroll: int
    model: str
    score: float
    snr: str = ""


@dataclass(frozen=True, slots=True)
class SessionStarted(Message):  # messages.yaml:129
    """the brain is ready"""

    type: ClassVar[str] = "session_started"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session",)
    fields: ClassVar[dict[str, str]] = {"session": "id"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str


@dataclass(frozen=True, slots=True)
class SessionRefused(Message):  # messages.yaml:135
    """there will be no session; the device plays its error cue"""

    type: ClassVar[str] = "session_refused"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session",)
    fields: ClassVar[dict[str, str]] = {"session": "id", "reason": "str"}
    largest: ClassVar[dict[str, int]] = {"reason": 200}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionEnd(Message):  # messages.yaml:141
    """the session is over; there is no answer. Both sides may send it at the same time"""

    type: ClassVar[str] = "session_end"
    sender: ClassVar[str] = "both"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session",)
    fields: ClassVar[dict[str, str]] = {"session": "id", "reason": "str"}
    largest: ClassVar[dict[str, int]] = {"reason": 200}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class UserTurnEnd(Message):  # messages.yaml:147
    """the user's utterance is complete; the microphone returns to the wake word"""

    type: ClassVar[str] = "user_turn_end"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session", "turn")
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class StartOfTtsStream(Message):  # messages.yaml:153
    """the reply begins; its audio follows in stream `stream` from sample `at`, `rate` samples a second"""

    type: ClassVar[str] = "start_of_tts_stream"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session", "turn")
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter", "stream": "int", "at": "int", "rate": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int
    stream: int
    at: int
    rate: int


@dataclass(frozen=True, slots=True)
class TtsStreamEnd(Message):  # messages.yaml:159
    """the reply is complete and has `samples` samples; it is finished when that many were heard"""

    type: ClassVar[str] = "tts_stream_end"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session", "turn")
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter", "stream": "int", "samples": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int
    stream: int
    samples: int


@dataclass(frozen=True, slots=True)
class PlaybackComplete(Message):  # messages.yaml:165
    """the reply was heard to its end; opens the next turn, whose audio follows as after hotword_detected"""

    type: ClassVar[str] = "playback_complete"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session",)
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter", "stream": "int", "heard": "int", "uplink": "int", "at": "int", "preroll": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int
    stream: int
    heard: int
    uplink: int
    at: int
    preroll: int


@dataclass(frozen=True, slots=True)
class BargeIn(Message):  # messages.yaml:171
    """the user interrupts after `heard` samples of the reply, with the wake word `model`; opens the next turn, whose audio follows as after hotword_detected"""

    type: ClassVar[str] = "barge_in"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session",)
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter", "stream": "int", "heard": "int", "uplink": "int", "at": "int", "preroll": "int", "model": "str"}
    largest: ClassVar[dict[str, int]] = {"model": 255}
    optional: ClassVar[dict[str, str]] = {"model": ""}
    session: str
    turn: int
    stream: int
    heard: int
    uplink: int
    at: int
    preroll: int
    model: str = ""


@dataclass(frozen=True, slots=True)
class Interruption(Message):  # messages.yaml:178
    """somebody speaks over the reply to that turn after `heard` samples of it, which may open the next turn; the audio follows as after hotword_detected. The device plays nothing until it gets reply_cut or reply_resumes. Only to a server whose welcome says that it takes interruptions"""

    type: ClassVar[str] = "interruption"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session", "turn")
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter", "stream": "int", "heard": "int", "uplink": "int", "at": "int", "preroll": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int
    stream: int
    heard: int
    uplink: int
    at: int
    preroll: int


@dataclass(frozen=True, slots=True)
class ReplyCut(Message):  # messages.yaml:184
    """the user has interrupted the reply to that turn, whose rest is dropped; the next turn is open, with the audio that follows interruption"""

    type: ClassVar[str] = "reply_cut"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session", "turn")
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReplyResumes(Message):  # messages.yaml:190
    """nobody has interrupted the reply to that turn; it is played on from where it was paused"""

    type: ClassVar[str] = "reply_resumes"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ("session", "turn")
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Ring(Message):  # messages.yaml:196
    """a timer of this device is due; in or out of a session"""

    type: ClassVar[str] = "ring"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"label": "str"}
    largest: ClassVar[dict[str, int]] = {"label": 200}
    optional: ClassVar[dict[str, str]] = {}
    label: str


@dataclass(frozen=True, slots=True)
class AnnouncementWaits(Message):  # messages.yaml:201
    """the server has something to say, in a session of that id. Only to a device whose hello says that it takes announcements"""

    type: ClassVar[str] = "announcement_waits"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"session": "id"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str


@dataclass(frozen=True, slots=True)
class QuestionWaits(Message):  # messages.yaml:205
    """the server has something to ask; the user has the floor after it. Otherwise as announcement_waits"""

    type: ClassVar[str] = "question_waits"
    sender: ClassVar[str] = "server"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"session": "id"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str


@dataclass(frozen=True, slots=True)
class AnnouncementWanted(Message):  # messages.yaml:209
    """opens the session that the server has asked for, in which the server speaks first"""

    type: ClassVar[str] = "announcement_wanted"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = True
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"session": "id", "turn": "counter"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Ack(Message):  # messages.yaml:214
    """how far the sender has come: `ack` in the envelope; per stream the samples received (received), needed no more (committed, from the server), and heard (from the device)"""

    type: ClassVar[str] = "ack"
    sender: ClassVar[str] = "both"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"received": "marks", "committed": "marks", "heard": "marks"}
    largest: ClassVar[dict[str, int]] = {"received": 8, "committed": 8, "heard": 8}
    optional: ClassVar[dict[str, str]] = {}
    received: dict[str, int]
    committed: dict[str, int]
    heard: dict[str, int]


@dataclass(frozen=True, slots=True)
class Gap(Message):  # messages.yaml:221
    """from capture offset `at` of the stream, `samples` samples are lost for good; later audio continues after the gap. Declared again after a link is lost, if the server has not got it"""

    type: ClassVar[str] = "gap"
    sender: ClassVar[str] = "device"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"stream": "int", "at": "int", "samples": "int", "reason": "str"}
    largest: ClassVar[dict[str, int]] = {"reason": 200}
    optional: ClassVar[dict[str, str]] = {}
    stream: int
    at: int
    samples: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ping(Message):  # messages.yaml:228
    """the heartbeat, sent when no frame has come in for a while"""

    type: ClassVar[str] = "ping"
    sender: ClassVar[str] = "both"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"t": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    t: int


@dataclass(frozen=True, slots=True)
class Pong(Message):  # messages.yaml:235
    """the answer to ping, with its t"""

    type: ClassVar[str] = "pong"
    sender: ClassVar[str] = "both"
    numbered: ClassVar[bool] = False
    correlation: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[dict[str, str]] = {"t": "int"}
    largest: ClassVar[dict[str, int]] = {}
    optional: ClassVar[dict[str, str]] = {}
    t: int


MESSAGES: dict[str, type[Message]] = {
    "hello": Hello,
    "welcome": Welcome,
    "probe": Probe,
    "probed": Probed,
    "pair_request": PairRequest,
    "pair_challenge": PairChallenge,
    "pair_proof": PairProof,
    "paired": Paired,
    "authorities": Authorities,
    "authorities_kept": AuthoritiesKept,
    "watch": Watch,
    "machine_step": MachineStep,
    "sound_level": SoundLevel,
    "device_status": DeviceStatus,
    "goodbye": Goodbye,
    "going_away": GoingAway,
    "hotword_detected": HotwordDetected,
    "session_started": SessionStarted,
    "session_refused": SessionRefused,
    "session_end": SessionEnd,
    "user_turn_end": UserTurnEnd,
    "start_of_tts_stream": StartOfTtsStream,
    "tts_stream_end": TtsStreamEnd,
    "playback_complete": PlaybackComplete,
    "barge_in": BargeIn,
    "interruption": Interruption,
    "reply_cut": ReplyCut,
    "reply_resumes": ReplyResumes,
    "ring": Ring,
    "announcement_waits": AnnouncementWaits,
    "question_waits": QuestionWaits,
    "announcement_wanted": AnnouncementWanted,
    "ack": Ack,
    "gap": Gap,
    "ping": Ping,
    "pong": Pong,
}
