"""The old protocol, adapted so that the same machines speak it. Over a real socket: tests/scenarios/test_legacy.py."""

from __future__ import annotations

import json

import pytest

from tars.core.codec import Audio, Control, Incoming
from tars.core.legacy import ECHO_WINDOW, PREROLL, LegacyDevice, LegacyServer
from tars.generated import messages as m
from tars.samples import RATE


def text(kind: str) -> str:
    return json.dumps({"type": kind})


def messages(incoming: list[Incoming]) -> list[m.Message]:
    return [item.message for item in incoming if isinstance(item, Control)]


def out(codec: LegacyDevice | LegacyServer, message: m.Message) -> list[str]:
    return [json.loads(frame)["type"] for frame in codec.encode(Control(message, None, 0))]


# --- an old device, as the server sees it -------------------------------------------------------------------------------------------


def test_an_old_device_is_greeted_for_with_its_name_and_offers_nothing_to_resume() -> None:
    greeting = LegacyDevice("legacy.1").greeting()
    assert greeting == m.Hello(1, "legacy.1", "", resume=False, sid="", token="", epoch="", sent=0, received={}, heard={}, state={})


def test_what_an_old_device_says_has_no_number_and_acknowledges_nothing() -> None:
    device = LegacyDevice("old")
    said = [*device.decode(text("hotword_detected"))]
    out(device, m.StartOfTtsStream("old-1", 1, 1, 0, RATE))
    out(device, m.TtsStreamEnd("old-1", 1, 1, 0))
    said += [*device.decode(text("playback_complete")), *device.decode(text("session_end"))]
    assert said == [
        Control(m.HotwordDetected("old-1", 1, 0, 0, "legacy", 1.0), None, 0),
        Control(m.PlaybackComplete("old-1", 2, 1, 0, 2, 0, 0), None, 0),
        Control(m.SessionEnd("old-1", "device"), None, 0),
    ]


@pytest.mark.parametrize("end", ["device", "server", "said twice"])
def test_a_reply_is_heard_to_its_end_once_and_in_its_session_only(end: str) -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    out(device, m.StartOfTtsStream("old-1", 1, 1, 0, RATE))
    out(device, m.TtsStreamEnd("old-1", 1, 1, 0))
    if end == "device":
        device.decode(text("session_end"))
    elif end == "server":
        out(device, m.SessionEnd("old-1", "timeout"))
    else:
        device.decode(text("playback_complete"))
    assert device.decode(text("playback_complete")) == []


def test_after_its_own_end_an_old_device_is_between_two_sessions() -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    device.decode(text("session_end"))
    assert device.decode(b"\1\1") == [], "kept as pre-roll"
    assert messages(device.decode(text("hotword_detected"))) == [m.HotwordDetected("old-2", 2, 0, 1, "legacy", 1.0)]


def test_a_conversation_with_an_old_device() -> None:
    device = LegacyDevice("legacy.1")
    assert messages(device.decode(text("hotword_detected"))) == [m.HotwordDetected("legacy.1-1", 1, 0, 0, "legacy", 1.0)]
    assert device.decode(bytes(2560)) == [Audio(1, 0, bytes(2560))]
    assert device.decode(bytes(2560)) == [Audio(1, 1280, bytes(2560))]
    assert out(device, m.SessionStarted("legacy.1-1")) == []
    assert out(device, m.UserTurnEnd("legacy.1-1", 1)) == []
    assert out(device, m.StartOfTtsStream("legacy.1-1", 1, 1, 0, RATE)) == ["start_of_tts_stream"]
    assert device.encode_audio(Audio(1, 0, b"\1\2")) == b"\1\2"
    assert out(device, m.TtsStreamEnd("legacy.1-1", 1, 1, 1)) == ["tts_stream_end"]
    assert messages(device.decode(text("playback_complete"))) == [m.PlaybackComplete("legacy.1-1", 2, 1, 1, 2, 2560, 0)]
    assert messages(device.decode(text("session_end"))) == [m.SessionEnd("legacy.1-1", "device")]


def test_sound_ahead_of_the_hotword_is_kept_as_pre_roll_but_not_more_than_two_seconds() -> None:
    device = LegacyDevice("old")
    device.decode(bytes(2 * 3 * RATE))
    control, sound = device.decode(text("hotword_detected"))
    assert isinstance(control, Control)
    assert control.message == m.HotwordDetected("old-1", 1, RATE, PREROLL, "legacy", 1.0)
    assert sound == Audio(1, RATE, bytes(2 * PREROLL))
    assert device.decode(b"\1\1") == [Audio(1, 3 * RATE, b"\1\1")], "contiguous"


@pytest.mark.parametrize("into", [0, ECHO_WINDOW])
def test_the_echo_of_an_end_does_not_end_the_next_session(into: int) -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    assert out(device, m.SessionEnd("old-1", "timeout")) == ["session_end"]
    device.decode(text("hotword_detected"))
    device.decode(bytes(2 * into))
    assert device.decode(text("session_end")) == []
    assert messages(device.decode(text("session_end"))) == [m.SessionEnd("old-2", "device")], "the second one is meant"


def test_a_device_that_does_not_echo_can_still_end_its_next_session() -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    out(device, m.SessionEnd("old-1", "timeout"))
    device.decode(text("hotword_detected"))
    device.decode(bytes(2 * (ECHO_WINDOW + 1)))
    assert messages(device.decode(text("session_end"))) == [m.SessionEnd("old-2", "device")]


def test_a_session_that_follows_an_end_at_once_has_no_pre_roll() -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    out(device, m.SessionEnd("old-1", "timeout"))
    assert device.decode(text("hotword_detected")) == [Control(m.HotwordDetected("old-2", 2, 0, 0, "legacy", 1.0), None, 0)]


def test_what_was_still_in_flight_when_a_session_ended_does_not_begin_the_next() -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    out(device, m.SessionEnd("old-1", "timeout"))
    device.decode(bytes(2560))
    device.decode(text("session_end"))
    assert messages(device.decode(text("hotword_detected"))) == [m.HotwordDetected("old-2", 2, 1280, 0, "legacy", 1.0)]


def test_a_refused_old_device_is_told_the_end_so_that_it_streams_to_nobody_no_more() -> None:
    device = LegacyDevice("old")
    device.decode(text("hotword_detected"))
    assert out(device, m.SessionRefused("old-1", "brain_failed")) == ["session_end"]


def test_unknown_words_repeated_hotwords_and_half_samples_harm_nothing() -> None:
    device = LegacyDevice("old")
    assert device.decode(text("telemetry")) == []
    assert device.decode(text("playback_complete")) == []
    assert device.decode(text("session_end")) == []
    device.decode(text("hotword_detected"))
    assert device.decode(text("hotword_detected")) == []
    assert device.decode(b"\1\2\3") == [Audio(1, 0, b"\1\2")]


# --- an old server, as the device sees it -------------------------------------------------------------------------------------------


def test_a_conversation_with_an_old_server() -> None:
    server = LegacyServer()
    hello = m.Hello(1, "kitchen", "", False, "", "", "", 0, {}, {}, {})
    assert out(server, hello) == []
    assert server.answers() == [m.Welcome(1, False, "new", "", "", "", 0, {}, {}, {}, {"grace_s": 0})], "it resumes nothing"
    assert out(server, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 1.0)) == ["hotword_detected"]
    assert server.answers() == [m.SessionStarted("s1")], "an old server never consents; it is taken for granted"
    assert server.answers() == []
    assert server.encode_audio(Audio(1, 0, b"\1\2")) == b"\1\2"
    assert messages(server.decode(text("start_of_tts_stream"))) == [m.StartOfTtsStream("s1", 1, 1, 0, RATE)]
    assert server.decode(bytes(2000)) == [Audio(1, 0, bytes(2000))]
    assert messages(server.decode(text("tts_stream_end"))) == [m.TtsStreamEnd("s1", 1, 1, 1000)]
    assert out(server, m.PlaybackComplete("s1", 2, 1, 1000, 2, 5000, 0)) == ["playback_complete"]
    assert messages(server.decode(text("session_end"))) == [m.SessionEnd("s1", "server")]


def test_what_an_old_server_says_has_no_number_and_acknowledges_nothing() -> None:
    server = LegacyServer()
    out(server, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 1.0))
    said = [*server.decode(text("start_of_tts_stream")), *server.decode(text("tts_stream_end")), *server.decode(text("session_end"))]
    assert said == [
        Control(m.StartOfTtsStream("s1", 1, 1, 0, RATE), None, 0),
        Control(m.TtsStreamEnd("s1", 1, 1, 0), None, 0),
        Control(m.SessionEnd("s1", "server"), None, 0),
    ]


@pytest.mark.parametrize("end", ["device", "server"])
def test_after_the_end_of_a_session_an_old_server_is_not_heard_until_the_next(end: str) -> None:
    server = LegacyServer()
    out(server, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 1.0))
    if end == "device":
        out(server, m.SessionEnd("s1", "button"))
    else:
        server.decode(text("session_end"))
    assert server.decode(text("start_of_tts_stream")) == []
    assert server.decode(text("session_end")) == []


def test_after_an_interruption_the_rest_of_the_old_reply_is_dropped() -> None:
    server = LegacyServer()
    out(server, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 1.0))
    server.decode(text("start_of_tts_stream"))
    server.decode(bytes(2000))
    assert out(server, m.BargeIn("s1", 2, 1, 500, 2, 5000, 0)) == ["playback_complete"]
    assert server.decode(bytes(2000)) == []
    assert server.decode(text("tts_stream_end")) == []


def test_an_old_server_has_no_word_for_the_rest() -> None:
    server = LegacyServer()
    assert out(server, m.Goodbye()) == []
    assert out(server, m.Ack({}, {}, {})) == []
    assert server.decode(text("start_of_tts_stream")) == []
    assert server.decode(text("anything")) == []
    assert server.decode(bytes(100)) == []
