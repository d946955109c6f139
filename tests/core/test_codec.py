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

FITS: dict[str, object] = {"int": 1, "counter": 1, "float": 1, "str": "", "id": "x", "bool": True, "marks": {}, "object": {}}
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


def test_a_device_of_an_earlier_version_does_not_say_which_word_has_interrupted() -> None:
    earlier = {
        "type": "barge_in",
        "seq": 7,
        "ack": 3,
        "session": "s1",
        "turn": 2,
        "stream": 6,
        "heard": 9,
        "uplink": 4,
        "at": 5,
        "preroll": 0,
    }
    assert V1("device").decode(json.dumps(earlier)) == [Control(m.BargeIn("s1", 2, 6, 9, 4, 5, 0, ""), 7, 3)]
    (said,) = V1("device").decode(json.dumps(earlier | {"model": "okay_nabu"}))
    assert isinstance(said, Control)
    assert said.message == m.BargeIn("s1", 2, 6, 9, 4, 5, 0, "okay_nabu")
    with pytest.raises(RemoteError, match=r"barge_in\.model must be a text"):
        V1("device").decode(json.dumps(earlier | {"model": None}))


def test_the_envelope_is_part_of_the_json_object() -> None:
    (frame,) = V1("device").encode(Control(m.SessionStarted("s1"), 43, 18))
    assert json.loads(frame) == {"type": "session_started", "seq": 43, "ack": 18, "session": "s1"}


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
        ("[1]", "a text frame is list; it must be a JSON object with a type"),
        ('{"seq": 1}', "may not send type None; allowed: hello"),
        ('{"type":"welcome"}', "may not send type 'welcome'"),
        ('{"type":"hotword_detected","ack":0}', "hotword_detected.session must be 1 to 64 letters, digits, - or _"),
        ('{"type":"session_end","session":"x","reason":"y","ack":0}', "session_end.seq must be a whole number from 1"),
        ('{"type":"session_end","session":"x","reason":"y","seq":true,"ack":0}', "session_end.seq must be a whole number from 1"),
        ('{"type":"session_end","session":"x","reason":"y","seq":0,"ack":0}', "session_end.seq must be a whole number from 1"),
        ('{"type":"session_end","session":"x","reason":"y","seq":-1,"ack":0}', "session_end.seq must be a whole number from 1"),
        (
            '{"type":"session_end","session":"x","reason":"y","seq":1,"ack":99999999999999999999}',
            "session_end.ack must be a whole number from 0",
        ),
        ('{"type":"hotword_detected","seq":1,"ack":0,"session":"../../etc/cron"}', "session must be 1 to 64 letters, digits, - or _"),
        (b"", "must begin with 0xA1"),
        (b"\xa1\x00\x00", "must begin with 0xA1"),
        (HEADER.pack(0xA2, 0, 1, 0), "must begin with 0xA1"),
        (HEADER.pack(MAGIC, 0, 1, 0) + b"\x00", "a binary frame holds half a sample; PCM16 has 2 bytes each"),
        (HEADER.pack(MAGIC, 0, 1, 2**63), "the offset 9223372036854775808 of stream 1 is beyond 2^63"),
    ],
)
def test_what_is_not_allowed_is_named(frame: str | bytes, says: str) -> None:
    with pytest.raises(RemoteError) as error:
        V1("device").decode(frame)
    assert says in str(error.value)
    assert len(str(error.value)) < 600


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("token", "\ud800", "token must be a text of whole characters"),
        ("token", None, "token must be a text of whole characters, not None"),
        ("boot", [["deep"]], "boot must be a text of whole characters, not a list"),
        ("sent", True, "sent must be a whole number from 0 to 2^63 - 1, not 'True'"),
        ("sent", 10**400, "sent must be a whole number from 0 to 2^63 - 1, not '1000000000"),
        ("sent", 1.0, "sent must be a whole number from 0 to 2^63 - 1, not '1.0'"),
        ("resume", 1, "resume must be true or false, not '1'"),
        ("received", {"1": True}, "received must be an object of whole numbers from 0 to 2^63 - 1, not a dict"),
        ("received", {"1": -1}, "received must be an object of whole numbers"),
        ("received", {"1": 2**63}, "received must be an object of whole numbers"),
        ("heard", {"1": {"2": 3}}, "heard must be an object of whole numbers"),
        ("heard", [], "heard must be an object of whole numbers from 0 to 2^63 - 1, not a list"),
        ("state", "LISTENING", "state must be an object, not 'LISTENING'"),
        ("type", ["hello"], "a device may not send type a list"),
        ("type", "x" * 50_000, "a device may not send type 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; allowed"),
    ],
)
def test_a_field_of_another_kind_is_named(field: str, value: object, says: str) -> None:
    (frame,) = V1("device").encode(Control(EXAMPLES[0], None, 0))
    with pytest.raises(RemoteError) as error:
        V1("device").decode(json.dumps(json.loads(frame) | {field: value}))
    assert says in str(error.value)
    assert len(str(error.value)) < 400


SIZED = [(kind, name) for kind in m.MESSAGES.values() for name in kind.largest]


def of_size(kind: str, size: int) -> object:
    """A text of so many characters, or an object of so many entries."""
    return "\N{SNOWMAN}" * size if kind == "str" else {str(number): number for number in range(size)}


@pytest.mark.parametrize(("kind", "name"), SIZED, ids=lambda part: part if isinstance(part, str) else part.type)
def test_a_text_or_an_object_has_at_most_the_size_of_its_field(kind: type[m.Message], name: str) -> None:
    role = "server" if kind.sender == "server" else "device"
    of, largest = kind.fields[name], kind.largest[name]
    whole = {"type": kind.type, "seq": 1, "ack": 0} | {field: FITS[wanted] for field, wanted in kind.fields.items()}
    (taken,) = V1(role).decode(json.dumps(whole | {name: of_size(of, largest)}))
    assert isinstance(taken, Control)
    assert getattr(taken.message, name) == of_size(of, largest)
    with pytest.raises(RemoteError) as error:
        V1(role).decode(json.dumps(whole | {name: of_size(of, largest + 1)}))
    what = "characters" if of == "str" else "entries"
    assert str(error.value) == f"{kind.type}.{name} has {largest + 1} {what}; at most {largest} are allowed"


def test_every_text_and_every_object_has_a_largest_size() -> None:
    for kind in m.MESSAGES.values():
        assert set(kind.largest) == {name for name, of in kind.fields.items() if of in ("str", "marks", "object")}


def test_a_text_of_ours_that_is_too_long_is_cut_to_what_the_other_side_takes() -> None:
    for length in (200, 201, 60_000):
        (frame,) = V1("device").encode(Control(m.SessionEnd("s1", "x" * length), 1, 0))
        (got,) = V1("server").decode(frame)
        assert isinstance(got, Control)
        assert got.message == m.SessionEnd("s1", "x" * 200 if length == 200 else "x" * 197 + "...")


@pytest.mark.parametrize("role", ["device", "server"])
def test_who_sends_what_does_not_exist_is_told_what_does(role: str) -> None:
    with pytest.raises(RemoteError) as error:
        V1(role).decode('{"type":"nonsense"}')
    allowed = ", ".join(name for name, kind in m.MESSAGES.items() if kind.sender in (role, "both"))
    assert str(error.value) == f"a {role} may not send type 'nonsense'; allowed: {allowed}"


def test_a_frame_without_ack_acknowledges_nothing() -> None:
    assert V1("device").decode('{"type":"goodbye"}') == [Control(m.Goodbye(), None, 0)]


def test_the_largest_number_is_taken() -> None:
    largest = 2**63 - 1
    (frame,) = V1("device").encode(Control(m.SessionEnd("s1", "button"), largest, largest))
    assert V1("device").decode(frame) == [Control(m.SessionEnd("s1", "button"), largest, largest)]
    (frame,) = V1("device").encode(Control(m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", largest), 1, 0))
    assert V1("device").decode(frame) == [Control(m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", largest), 1, 0)]
    sound = Audio(4, largest, b"")
    assert V1("device").decode(V1("device").encode_audio(sound)) == [sound]


@pytest.mark.parametrize("score", ["NaN", "Infinity", "-Infinity", "1e999", "true", '"0.9"', "1" + "0" * 400])
def test_a_number_is_one_that_can_be_reckoned_with(score: str) -> None:
    (frame,) = V1("device").encode(Control(EXAMPLES[1], 1, 0))
    with pytest.raises(RemoteError, match=r"score must be a number|is not JSON"):
        V1("device").decode(str(frame).replace("0.83", score))


def decodes(frame: str | bytes) -> None:
    """It is a message or sound, or it is refused with a reason that can be sent and logged."""
    for role in ("device", "server"):
        with contextlib.suppress(RemoteError):
            (incoming,) = V1(role).decode(frame)
            assert V1(role).encode(incoming) if isinstance(incoming, Control) else V1(role).encode_audio(incoming)


@given(st.binary() | st.text())
def test_garbage_is_refused_and_nothing_else_happens(frame: str | bytes) -> None:
    decodes(frame)


FRAMES = [frame for number, message in enumerate(EXAMPLES, 1) for frame in V1("device").encode(Control(message, number, 3))]
FRAMES.append(V1("device").encode_audio(Audio(4, 96000, b"\x01\x00\x02\x00", flags=2)))
JUNK = st.sampled_from(['"', "\\", "{", "}", "[", "]", ":", ",", "-", "9", "e9", "null", "true", "NaN", "\\ud800", '{"":'])


@given(
    st.sampled_from(FRAMES),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 8), JUNK, st.binary(max_size=4)), min_size=1, max_size=4),
)
def test_a_frame_that_was_damaged_is_taken_or_refused(frame: str | bytes, damage: list[tuple[int, int, str, bytes]]) -> None:
    for at, count, text, data in damage:
        at %= len(frame) + 1
        frame = frame[:at] + text + frame[at + count :] if isinstance(frame, str) else frame[:at] + data + frame[at + count :]
    decodes(frame)


@pytest.mark.parametrize("depth", [*range(900, 1010), 5000, 30_000])
def test_however_deep_an_object_is_it_is_taken_or_refused(depth: int) -> None:
    (frame,) = V1("device").encode(Control(EXAMPLES[0], None, 0))
    for field in ("state", "received", "token", "type", "sent"):
        shallow = json.dumps(json.loads(frame) | {field: "HERE"})
        for deep in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
            with contextlib.suppress(RemoteError):
                V1("device").decode(shallow.replace('"HERE"', deep))


KINDS: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = sorted({"seq", "ack", *(name for kind in m.MESSAGES.values() for name in kind.fields)})


@given(st.sampled_from(sorted(m.MESSAGES)), st.dictionaries(st.sampled_from(FIELDS), KINDS, max_size=4))
def test_fields_of_any_kind_are_taken_or_refused(kind: str, fields: dict[str, object]) -> None:
    whole = {name: FITS[of] for name, of in m.MESSAGES[kind].fields.items()}
    decodes(json.dumps({"type": kind, "seq": 1, "ack": 0} | whole | fields))
