"""Frames of the wire: `tars.v1` text and audio, to and from messages. The legacy dialect is in legacy.py."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tars.engine import values_of
from tars.errors import RemoteError
from tars.generated.messages import MESSAGES, Message
from tars.samples import WIDTH

SUBPROTOCOL = "tars.v1"
PAIRING = "tars.pair.v1"
"""What a device offers, and nothing else, on a connection for a pairing. Only the messages of a pairing come on it."""

NAME_HEADER = "Tars-Device"
"""The header in which a server that knows the key says, with its answer to the request, what it calls the device."""
AUTHORITIES_HEADER = "Tars-Authorities"
"""The header in which a device says, with its request, which certificate authorities it has saved: as `authorities_kept` does. A device
that keeps none, or cannot take others, does not send it."""
AUTHORITIES = re.compile(r"[0-9a-f]{64}(,[0-9a-f]{64}){0,7}")
"""What that header says."""

MAGIC = 0xA1
FLAG_PREROLL = 2
"""These samples were captured before the wake word was certain."""
HEADER = struct.Struct(">BBHQ")
"""Magic, flags, stream, offset of the first sample."""

MAX_FRAME = 64 * 1024
"""Bytes; a longer frame is refused before it is read whole."""
MAX_CHUNK = 16_000
"""Samples in one audio frame at most: a second."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The names that a device and a session may have: they become parts of file names and of log lines."""

Frame = str | bytes

_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(slots=True)
class Audio:
    """Audio on the wire: stream, capture or reply offset of its first sample, PCM16 little-endian."""

    stream: int
    at: int
    pcm: bytes
    flags: int = 0

    @property
    def end(self) -> int:
        """The offset after the last sample."""
        return self.at + len(self.pcm) // WIDTH


@dataclass(slots=True)
class Control:
    """A message with its envelope. `number` is None for messages outside the order."""

    message: Message
    number: int | None
    applied: int


Incoming = Control | Audio


class Codec(Protocol):
    """One dialect of the wire, on one connection."""

    numbered: bool
    """Whether this dialect carries numbers and acknowledgements."""

    def encode(self, control: Control) -> list[Frame]:
        """A message as frames; none where the dialect cannot say it."""

    def encode_audio(self, audio: Audio) -> Frame:
        """Audio as one frame."""

    def decode(self, frame: Frame) -> list[Incoming]:
        """The messages and the audio of a frame. Raises RemoteError, which names what is wrong and what is allowed."""

    def answers(self) -> list[Message]:
        """The messages that the other side would have sent, where the dialect leaves them out; once."""


class V1:
    """`tars.v1`: JSON with an envelope, audio with a header of 12 bytes. It keeps nothing, so connections may share one."""

    __slots__ = ("sender",)
    numbered = True

    def __init__(self, sender: str) -> None:
        """`sender` is the role of the other side: only its messages are accepted."""
        self.sender = sender

    def encode(self, control: Control) -> list[Frame]:
        """One text frame: type, seq, ack, then the fields of the message. A text that is too long for its field is cut."""
        envelope: dict[str, Any] = {"type": control.message.type}
        if control.number is not None:
            envelope["seq"] = control.number
        envelope["ack"] = control.applied
        return [_ENCODER.encode(envelope | fitted(control.message))]

    def encode_audio(self, audio: Audio) -> Frame:
        """Header, then the samples."""
        return HEADER.pack(MAGIC, audio.flags, audio.stream, audio.at) + audio.pcm

    def decode(self, frame: Frame) -> list[Incoming]:
        """Exactly one message or piece of audio."""
        return [decode_audio(frame) if isinstance(frame, bytes) else self._decode_text(frame)]

    def answers(self) -> list[Message]:
        """None: this dialect leaves nothing out."""
        return []

    def _decode_text(self, text: str) -> Control:
        data = load_object(text)
        name = data.get("type")
        kind = MESSAGES.get(name) if isinstance(name, str) else None
        if kind is None or kind.sender not in (self.sender, "both"):
            allowed = ", ".join(name for name, known in MESSAGES.items() if known.sender in (self.sender, "both"))
            raise RemoteError(f"a {self.sender} may not send type {_shown(name)}; allowed: {allowed}")
        missing, largest = kind.optional.get, kind.largest.get
        values = [checked(kind.type, name, wanted, data.get(name, missing(name)), largest(name)) for name, wanted in kind.fields.items()]
        number = checked(kind.type, "seq", "counter", data.get("seq")) if kind.numbered else None
        return Control(kind(*values), number, checked(kind.type, "ack", "int", data.get("ack", 0)))


def fitted(message: Message) -> dict[str, Any]:
    """The fields of a message, each text cut to what its field may hold, such as the reason of a brain that has failed."""
    values = values_of(message)
    for name, largest in message.largest.items():
        if message.fields[name] == "str" and len(values[name]) > largest:
            values[name] = f"{values[name][: largest - 3]}..."
    return values


def _refuse_constant(name: str) -> None:
    """Python would take NaN and Infinity, which are not JSON."""
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def load_object(text: str) -> dict[str, Any]:
    """The JSON object in a text frame. Raises RemoteError for anything else."""
    try:
        data = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise RemoteError(f"a text frame is not JSON: {text[:40]!r}") from None
    if not isinstance(data, dict):
        raise RemoteError(f"a text frame is {type(data).__name__}; it must be a JSON object with a type")
    return data


_LARGEST = 2**63 - 1
_SURROGATES = re.compile("[\ud800-\udfff]")
"""JSON can escape halves of a character. Such a text cannot be hashed, saved or sent."""
_ALLOWED = {
    "int": "a whole number from 0 to 2^63 - 1",
    "counter": "a whole number from 1 to 2^63 - 1",
    "float": "a number",
    "str": "a text of whole characters",
    "id": "1 to 64 letters, digits, - or _",
    "bool": "true or false",
    "marks": "an object of whole numbers from 0 to 2^63 - 1",
    "object": "an object",
}


def checked(message: str, name: str, wanted: str, value: Any, largest: int | None = None) -> Any:
    """The value if it has the type, and at most the size, that messages.yaml gives the field. Raises RemoteError."""
    if not _FITS[wanted](value):
        raise RemoteError(f"{message}.{name} must be {_ALLOWED[wanted]}, not {_shown(value)}")
    if largest is not None and (size := len(value)) > largest:
        what = "characters" if wanted == "str" else "entries"
        raise RemoteError(f"{message}.{name} has {size} {what}; at most {largest} are allowed")
    return value


def _is_int(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST  # a bool is no number here


def _is_float(value: Any) -> bool:
    return math.isfinite(value) if isinstance(value, float) else type(value) is int and abs(value) <= _LARGEST


def _is_str(value: Any) -> bool:
    return isinstance(value, str) and _SURROGATES.search(value) is None


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


_FITS: dict[str, Callable[[Any], bool]] = {
    "int": _is_int,
    "counter": lambda value: _is_int(value) and value > 0,
    "float": _is_float,
    "str": _is_str,
    "id": lambda value: isinstance(value, str) and NAME.fullmatch(value) is not None,
    "bool": lambda value: isinstance(value, bool),
    "marks": lambda value: _is_object(value) and all(map(_is_int, value.values())),
    "object": _is_object,
}
"""The types of messages.yaml."""


def _shown(value: object) -> str:
    """A value from the other side for an error text, 40 characters at most. Nested values may be too deep to be shown."""
    return f"a {type(value).__name__}" if isinstance(value, dict | list) else repr(value if value is None else str(value)[:40])


def decode_audio(frame: bytes) -> Audio:
    """A binary frame of `tars.v1`. Raises RemoteError."""
    if len(frame) < HEADER.size or frame[0] != MAGIC:
        raise RemoteError(f"a binary frame must begin with 0x{MAGIC:X} and {HEADER.size} bytes of header; this one has {len(frame)} bytes")
    if (len(frame) - HEADER.size) % WIDTH:
        raise RemoteError("a binary frame holds half a sample; PCM16 has 2 bytes each")
    _, flags, stream, at = HEADER.unpack_from(frame)
    if at > _LARGEST:
        raise RemoteError(f"the offset {at} of stream {stream} is beyond 2^63")
    return Audio(stream, at, frame[HEADER.size :], flags)
