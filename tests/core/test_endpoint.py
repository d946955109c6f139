"""The way of a message between link and machines, the same on both sides."""

from __future__ import annotations

import json

import pytest

from tars.core.close_codes import POLICY_VIOLATION
from tars.core.codec import V1, Control
from tars.core.effects import AbortSocket, BeWatched, CloseSocket, Cue, DeviceTold, KeepAuthorities, Play, Traced
from tars.core.legacy import LegacyDevice
from tars.generated import messages as m
from tars.generated.device import events as device_events
from tars.generated.limits import Limits
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair


def test_a_conversation_between_two_of_us_over_the_old_protocol() -> None:
    pair = Pair(legacy_server=True).start()
    assert pair.states("continuity") == ("LINKED", "LINKED")
    pair.hotword()
    said = pair.speak(10)
    assert pair.states("session")[0] == "ACTIVE_SESSION", "an old server's consent is taken for granted"
    assert all(isinstance(frame, bytes) or set(json.loads(frame)) == {"type"} for frame in pair.up), "no envelope, no header"
    pair.carry()
    session = pair.server.machines["session"].context.session
    pair.at_server(server_events.BrainReady(session))
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.reply(session, 1, said)
    pair.carry()
    assert b"".join(effect.pcm for effect in pair.done("device", Play) if isinstance(effect, Play)) == said
    pair.heard(1, len(said) // 2)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    pair.button()
    pair.carry()
    assert pair.states("session") == ("LISTENING", "LISTENING")
    assert pair.states("continuity") == ("LINKED", "LINKED"), "the end of a session keeps the link"


def test_before_the_welcome_numbered_messages_are_dropped() -> None:
    pair = Pair()
    pair.at_device(device_events.Start())
    pair._collect("device", pair.device.socket_opened(1, "tars.v1", pair.now))
    (ring,) = V1("device").encode(Control(m.Ring("tea"), 1, 0))
    pair._collect("device", pair.device.receive(1, ring, pair.now))
    assert pair.done("device", Cue) == []
    assert pair.device.states.connection.state == "CONNECTING"


def test_nothing_but_hello_leaves_before_the_welcome() -> None:
    pair = Pair()
    pair.at_device(device_events.Start())
    pair.hotword()
    pair.speak(5)
    pair._dial()
    pair.speak(5)
    assert [json.loads(frame)["type"] for frame in pair.up] == ["hello"]


def test_a_server_cannot_resume_what_was_not_offered() -> None:
    pair = Pair(limits=Limits()).start()
    pair.cut()
    assert pair.device.states.continuity.state == "INTERRUPTED"
    pair.pass_time(0.1)
    pair.device.tick(pair.now + 1.5)
    generation = pair.device.link.generation
    pair.device.socket_opened(generation, "tars.v1", pair.now)
    (welcome,) = V1("device").encode(Control(m.Welcome(1, True, "", "other", "", "e1", 2, {}, {}, {}, {"grace_s": 100}), None, 0))
    effects = pair.device.receive(generation, welcome, pair.now)
    assert [effect.reason for effect in effects if isinstance(effect, CloseSocket)] == [
        "welcome.resumed is true, but this device has not offered that session"
    ]


def test_a_silent_link_is_dropped_by_both_sides_and_dialled_again() -> None:
    pair = Pair().start()
    pair.converse()
    pair.socket = None  # a black hole: nobody is told anything
    pair.speak(5)
    pair.pass_time(3.1)
    assert pair.done("device", AbortSocket)
    assert pair.states("session")[0] == "LISTENING"
    assert Cue("error") in pair.done("device", Cue), "never silence"


def test_a_hotword_into_a_dead_link_is_noticed_within_a_second_and_loses_nothing() -> None:
    pair = Pair().start()
    before = pair.speak(25)
    pair.socket = None
    pair.hotword()
    after = pair.speak(10)
    pair.pass_time(1.1)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    assert pair.server.inbound is not None
    assert pair.server.inbound.received - pair.server.inbound.start == len(before[-4 * RATE :] + after) // 2


@pytest.mark.not_replayed("both sides get frames that are none")
@pytest.mark.parametrize("side", ["device", "server"])
def test_each_frame_that_is_none_closes_its_link_with_the_reason_and_is_counted(side: str) -> None:
    pair = Pair(limits=RESUME).start()
    pair.converse()
    endpoint = pair.device if side == "device" else pair.server
    for count in (1, 2):
        generation = endpoint.link.generation
        assert endpoint.broken(generation - 1, "a frame is too long", pair.now) == [], "of an older socket"
        effects = endpoint.broken(generation, f"frame {count} is too long", pair.now)
        assert CloseSocket(generation, POLICY_VIOLATION, f"frame {count} is too long") in effects
        marks = [(effect.event, effect.payload) for effect in effects if isinstance(effect, Traced) and effect.machine is None]
        assert marks[:1] == [("refused", {"reason": f"frame {count} is too long"})]
        assert endpoint.refused == count
        pair._collect(side, effects)
        pair.pass_time(4)
        assert pair.states("continuity") == ("LINKED", "LINKED")
        assert pair.states("session") == ("LISTENING", "LISTENING"), "the record is not resumed"


def test_every_outdated_message_is_counted_and_marked_in_the_trace() -> None:
    pair = Pair().start()
    pair.converse()
    number = pair.device.link.outbox.applied
    effects = []
    for more in (1, 2):
        (frame,) = V1("device").encode(Control(m.SessionEnd("s0", "timeout"), number + more, 0))
        effects += pair.device.receive(pair.device.link.generation, frame, pair.now)
    marks = [(effect.event, effect.payload) for effect in effects if isinstance(effect, Traced)]
    assert marks == [("outdated_message", {"type": "session_end", "number": number + more}) for more in (1, 2)]
    assert pair.device.outdated == 2


def test_a_program_can_put_marks_into_the_trace() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.server.mark("words", text="hello", words=1)
    (mark,) = pair.server.take_effects()
    assert isinstance(mark, Traced)
    assert (mark.machine, mark.event, mark.payload, mark.session) == (None, "words", {"text": "hello", "words": 1}, session)


def test_an_idle_link_lives_on_heartbeats() -> None:
    pair = Pair().start()
    pair.pass_time(3600)
    assert pair.device.states.connection.state == "CONNECTED"
    assert pair.generations == 1
    heartbeats = [frame for _, _, frame in pair.wire if isinstance(frame, str) and json.loads(frame)["type"] == "ping"]
    assert 100 <= len(heartbeats) <= 240


@pytest.mark.parametrize("side", ["device", "server"])
def test_nothing_is_acknowledged_while_nothing_is_owed(side: str) -> None:
    pair = Pair().start()
    pair.pass_time(1)
    endpoint = pair.device if side == "device" else pair.server
    endpoint.tick(pair.now)
    assert endpoint.outgoing() == []


@pytest.mark.parametrize("side", ["device", "server"])
def test_acknowledgements_keep_a_long_utterance_alive(side: str) -> None:
    pair = Pair().start()
    pair.converse()
    for _ in range(100):
        pair.speak(1)
        pair.pass_time(BLOCK / RATE)
        pair.carry()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert not pair.done(side, AbortSocket)


def test_both_sides_may_end_a_session_at_once() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.button()
    pair.at_server(server_events.EndPhrase(session))
    pair.carry()
    assert pair.states("session") == ("LISTENING", "LISTENING")
    assert (pair.device.outdated, pair.server.outdated) == (1, 1)
    pair.pass_time(60)
    assert pair.generations == 1, "and neither side holds it against the other"


def test_stopping_says_the_last_words_before_the_link_closes() -> None:
    pair = Pair().start()
    pair.converse()
    pair.at_device(device_events.Stop())
    frames = [json.loads(frame)["type"] for _, side, frame in pair.wire if isinstance(frame, str) and side == "device"]
    assert frames[-2:] == ["session_end", "goodbye"]
    closes = [effect for effect in pair.done("device", CloseSocket) if isinstance(effect, CloseSocket)]
    assert [(close.code, close.reason) for close in closes] == [(1001, "the device needs this link no more")]


def test_a_stopping_server_says_that_it_goes_away_and_the_device_comes_back() -> None:
    pair = Pair().start()
    pair.converse()
    pair.at_server(server_events.Stop())
    pair.carry()
    assert pair.device.states.connection.state == "BACKOFF"
    assert pair.device.states.session.state == "LISTENING"
    pair.pass_time(3)
    assert pair.states("continuity") == ("LINKED", "LINKED")


def test_authorities_what_became_of_them_and_the_status_of_a_device_cross_a_link_and_concern_no_machine() -> None:
    pair = Pair().start()
    before = pair.states("continuity"), pair.states("session"), pair.device.link.outbox.applied
    pair._collect("server", pair.server.tell(pair.server.link.generation, m.Authorities("PEM")))
    pair.carry()
    assert pair.done("device", KeepAuthorities) == [KeepAuthorities(pair.device.link.generation, "PEM")]
    told = [m.AuthoritiesKept("5c1e09"), m.DeviceStatus(True, {"gaps": 1})]
    assert pair.device.takes_status
    for message in told:
        pair._collect("device", pair.device.tell(pair.device.link.generation, message))
    pair.carry()
    assert pair.done("server", DeviceTold) == [DeviceTold(pair.server.link.generation, message) for message in told]
    assert (pair.states("continuity"), pair.states("session"), pair.device.link.outbox.applied) == before


def test_a_device_is_watched_and_tells_without_a_word_of_it_reaching_a_machine() -> None:
    pair = Pair().start()
    assert "watch" in pair.server.abilities
    before = pair.states("continuity"), pair.states("session"), pair.server.link.outbox.applied
    pair._collect("server", pair.server.tell(pair.server.link.generation, m.Watch(30)))
    pair.carry()
    assert pair.done("device", BeWatched) == [BeWatched(pair.device.link.generation, 30)]
    told = [m.MachineStep("turn", "drained", "DRAINING", "USER_TURN", "taken", "turn.yaml:96"), m.SoundLevel(-32.5, "hey_tars", 0.4, 0.9)]
    for message in told:
        pair._collect("device", pair.device.tell(pair.device.link.generation, message))
    pair.carry()
    assert pair.done("server", DeviceTold) == [DeviceTold(pair.server.link.generation, message) for message in told]
    assert (pair.states("continuity"), pair.states("session"), pair.server.link.outbox.applied) == before


def test_nothing_is_told_on_another_link_than_the_one_it_is_meant_for() -> None:
    pair = Pair().start()
    generation = pair.server.link.generation
    pair.cut()
    assert pair.server.tell(generation, m.Authorities("PEM")) == []
    assert pair.server.outgoing() == []
    pair.pass_time(5)
    assert pair.server.link.generation != generation
    pair._collect("server", pair.server.tell(generation, m.Authorities("PEM")))
    pair.carry()
    assert pair.done("device", KeepAuthorities) == []


def test_an_old_device_is_told_nothing_that_it_does_not_know() -> None:
    assert LegacyDevice("legacy.1").encode(Control(m.Authorities("PEM"), None, 0)) == []
