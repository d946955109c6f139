"""Frames to messages and back; what the protocol does not allow gets a clear error."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tars.core.codec import HEADER, MAGIC, V1, Audio, Control, decode_audio
from tars.errors import RemoteError
from tars.generated import messages as m

EXAMPLES: list[m.Message] = [
    m.Hello(1, "kitchen", "9f2c", True, "s", "t", "e", 4, {"1": 5}, {}, {"session": "LISTENING"}),
    m.HotwordDetected("s1", 3, 96000, 32000, "hey_jarvis", 0.83),
    m.PlaybackComplete("s1", 2, 6, 71680, 4, 128000, 0),
    m.Goodbye(),
    m.Ack({"6": 71680}, {}, {"6": 38400}),
    m.Ping(123),
]


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.type)
def test_a_message_survives_the_wire(message: m.Message) -> None:
    number = 7 if message.numbered else None
    (frame,) = V1("device").encode(Control(message, number, 3))
    assert V1("device").decode(frame) == [Control(message, number, 3)]


def test_the_envelope_is_part_of_the_json_object() -> None:
    (frame,) = V1("device").encode(Control(m.SessionStarted("s1"), 43, 18))
    assert json.loads(frame) == {"type": "session_started", "s": 43, "a": 18, "session": "s1"}


def test_sound_has_a_header_of_twelve_bytes() -> None:
    frame = V1("device").encode_audio(Audio(4, 96000, b"\x01\x00\x02\x00", flags=2))
    assert frame == bytes.fromhex("a102 0004 0000000000017700".replace(" ", "")) + b"\x01\x00\x02\x00"
    assert decode_audio(bytes(frame)) == Audio(4, 96000, b"\x01\x00\x02\x00", 2)
    assert decode_audio(bytes(frame)).end == 96002


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ("nonsense", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "must be a JSON object"),
        ('{"s": 1}', "may not send type None; allowed: hello"),
        ('{"type":"welcome"}', "may not send type 'welcome'"),
        ('{"type":"hotword_detected","a":0}', "hotword_detected.session must be 1 to 64 letters, digits, - or _"),
        ('{"type":"session_end","session":"x","reason":"y","a":0}', "session_end.s must be a whole number from 1"),
        ('{"type":"session_end","session":"x","reason":"y","s":true,"a":0}', "session_end.s must be a whole number from 1"),
        ('{"type":"session_end","session":"x","reason":"y","s":-1,"a":0}', "session_end.s must be a whole number from 1"),
        ('{"type":"session_end","session":"x","reason":"y","s":1,"a":99999999999999999999}', "session_end.a must be a whole number from 0"),
        ('{"type":"hotword_detected","s":1,"a":0,"session":"../../etc/cron"}', "session must be 1 to 64 letters, digits, - or _"),
        (b"", "must begin with 0xA1"),
        (b"\xa1\x00\x00", "must begin with 0xA1"),
        (HEADER.pack(0xA2, 0, 1, 0), "must begin with 0xA1"),
        (HEADER.pack(MAGIC, 0, 1, 0) + b"\x00", "half a sample"),
        (HEADER.pack(MAGIC, 0, 1, 2**64 - 1), "beyond 2^63"),
    ],
)
def test_what_is_not_allowed_is_named(frame: str | bytes, says: str) -> None:
    with pytest.raises(RemoteError) as error:
        V1("device").decode(frame)
    assert says in str(error.value)
    assert len(str(error.value)) < 600


@given(st.binary() | st.text())
def test_garbage_is_refused_and_nothing_else_happens(frame: str | bytes) -> None:
    with contextlib.suppress(RemoteError):
        V1("device").decode(frame)


KINDS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dictionaries(st.text(), st.integers(), max_size=2))


@given(
    st.sampled_from(sorted(m.MESSAGES)),
    st.dictionaries(st.sampled_from(["s", "a", "session", "turn", "uplink", "at", "heard", "t", "au"]), KINDS),
)
def test_fields_of_any_kind_are_taken_or_refused(kind: str, fields: dict[str, object]) -> None:
    with contextlib.suppress(RemoteError):
        V1("device").decode(json.dumps({"type": kind} | fields))
