"""What only the server's core knows: what goes to the brain, what waits for it, what is dropped, and which socket counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tars.core.arbitration import Call
from tars.core.close_codes import NORMAL
from tars.core.codec import V1, Audio, Control
from tars.core.effects import (
    BeginInterruption,
    BeginTurn,
    Called,
    CancelReply,
    CloseBrain,
    CloseSocket,
    Effect,
    Feed,
    Gap,
    OpenBrain,
    ReplyHeard,
    Traced,
)
from tars.core.held_speech import HELD_SECONDS
from tars.core.liveness import HEARTBEAT, SESSION_HEARTBEAT
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ANNOUNCEMENT
from tars.generated import messages as m
from tars.generated.device import events as device_events
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import Pair
from tests.scenarios.telling import announce, reach

SECOND = bytes(2 * RATE)


def hello(name: str = "kitchen") -> str:
    (frame,) = V1("server").encode(Control(m.Hello(1, name, "b2", False, "", "", "", 0, {}, {}, {}), None, 0))
    assert isinstance(frame, str)
    return frame


def from_device(pair: Pair, message: m.Message, ahead: int = 1) -> list[Effect]:
    (frame,) = V1("server").encode(Control(message, pair.server.link.outbox.applied + ahead, 0))
    return pair.server.receive(pair.server.link.generation, frame, pair.now)


def closed(effects: list[Effect]) -> CloseSocket:
    (close,) = (effect for effect in effects if isinstance(effect, CloseSocket))
    return close


def speaking(pair: Pair) -> str:
    """A session whose reply of a second is under way."""
    session = pair.converse()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair._collect("server", pair.server.speak(session, 1, SECOND, pair.now))
    return session


def test_the_brain_is_told_what_woke_it_and_a_barge_in_does_not_change_that() -> None:
    pair = Pair().start()
    pair.button()
    pair.carry()
    assert [effect.woken_by for effect in pair.done("server", OpenBrain) if isinstance(effect, OpenBrain)] == ["button"]
    again = Pair().start()
    speaking(again)
    again.carry()
    again.hotword()
    again.carry()
    assert again.server.woken_by == "hey_jarvis"


def test_the_brain_is_told_which_word_has_interrupted() -> None:
    pair = Pair().start()
    speaking(pair)
    pair.carry()
    pair.hotword()
    pair.carry()
    assert [begun.called_by for begun in pair.done("server", BeginTurn) if isinstance(begun, BeginTurn)] == ["", "hey_jarvis"]


def test_a_brain_that_has_to_speak_first_is_told_so() -> None:
    pair = Pair().start()
    session = announce(pair)
    assert pair.done("server", OpenBrain) == [OpenBrain(session, woken_by=ANNOUNCEMENT, announces=True)]


def test_a_wake_word_is_compared_with_those_of_other_devices_by_its_model_and_its_distance_from_the_noise() -> None:
    pair = Pair().start()
    effects = from_device(pair, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9, "24.5"))
    assert [effect for effect in effects if isinstance(effect, Called)] == [Called(Call("kitchen", "s1", "hey_jarvis", 24.5))]


@pytest.mark.parametrize(("model", "word"), [("alexa", "alexa"), ("", "hey_jarvis")])
def test_one_that_interrupts_keeps_its_session_and_counts_as_the_one_before_if_the_device_does_not_name_it(model: str, word: str) -> None:
    pair = Pair().start()
    session = speaking(pair)
    effects = from_device(pair, m.BargeIn(session, 2, 0, 0, 2, 0, 0, model))
    assert [effect for effect in effects if isinstance(effect, Called)] == [Called(Call("kitchen", session, word, keeps=True))]


def test_the_brain_is_told_where_speech_over_its_reply_begins() -> None:
    pair = Pair()
    session = reach(pair, "SPEAKING")
    effects = from_device(pair, m.Interruption(session, 1, 1, 0, 2, 7000, 0))
    assert [effect for effect in effects if isinstance(effect, BeginInterruption)] == [BeginInterruption(session, 2, 7000)]


def test_sound_waits_while_the_brain_opens_and_comes_first_when_it_has() -> None:
    pair = Pair().start()
    session = pair.hotword()
    said = pair.speak(20)
    pair.carry()
    assert pair.done("server", OpenBrain) == [OpenBrain(session, woken_by="hey_jarvis")]
    assert pair.done("server", Feed) == []
    pair.at_server(server_events.BrainReady(session))
    kinds = [type(effect) for side, effect in pair.effects if side == "server" and isinstance(effect, BeginTurn | Feed)]
    assert kinds[0] is BeginTurn
    assert b"".join(effect.pcm for effect in pair.done("server", Feed) if isinstance(effect, Feed)) == said


def test_sound_after_the_end_of_the_utterance_is_dropped_and_counted() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.speak(5)
    pair.carry()
    assert pair.done("server", Feed) == []
    assert pair.server.dropped == 5 * BLOCK


def test_sound_is_acknowledged_with_the_last_block_before_that_is_due() -> None:
    pair = Pair().start()
    pair.converse()
    pair.pass_time(1)
    acks = []
    for block, after in enumerate((0, 0.2, 0.45, 0.46)):
        frame = V1("server").encode_audio(Audio(1, block * BLOCK, bytes(2 * BLOCK)))
        pair.server.receive(pair.server.link.generation, frame, pair.now + after)
        acks.append([json.loads(frame)["received"] for _, frame in pair.server.outgoing() if isinstance(frame, str)])
    assert acks == [[], [], [{"1": 3 * BLOCK}], []]


def test_in_a_session_the_device_is_expected_to_be_heard_from_as_soon_as_it_begins() -> None:
    pair = Pair().start()
    pair.pass_time(5)
    assert pair.server.link.liveness.ping_due == pair.now - 5 + HEARTBEAT
    from_device(pair, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9))
    assert pair.server.link.liveness.ping_due == pair.now + SESSION_HEARTBEAT


def test_more_sound_than_a_device_can_have_kept_is_refused() -> None:
    pair = Pair().start()
    pair.hotword()
    pair.carry()
    for start in range(0, (HELD_SECONDS + 1) * RATE, RATE):
        frame = V1("server").encode_audio(Audio(1, start, SECOND))
        effects = pair.server.receive(pair.server.link.generation, frame, pair.now)
        if closes := [effect for effect in effects if isinstance(effect, CloseSocket)]:
            assert closes[0].reason == f"more than {HELD_SECONDS} s of sound before the brain has opened"
            return
    pytest.fail("the server would hold sound for ever")


def test_what_the_device_hears_of_a_cancelled_reply_is_told_to_the_brain() -> None:
    pair = Pair().start()
    session = speaking(pair)
    pair.carry()
    pair.heard(1, 4000)
    pair.hotword()
    pair.carry()
    assert pair.done("server", CancelReply) == [CancelReply(session, 4000)]
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_the_brain_is_told_how_much_of_its_reply_was_heard_each_time_that_it_is_more() -> None:
    pair = Pair().start()
    session = speaking(pair)
    pair.at_server(server_events.ReplyEnded(session, 1))
    pair.carry()
    for samples in (4000, 4000, 9000, RATE):
        pair.heard(1, samples)
        pair.pass_time(0.3)
    assert pair.done("server", ReplyHeard) == [ReplyHeard(session, 1, samples) for samples in (4000, 9000, RATE)]
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_what_was_heard_of_a_reply_that_is_over_is_no_news() -> None:
    pair = Pair().start()
    session = speaking(pair)
    pair.carry()
    pair.at_server(server_events.EndPhrase(session))
    pair.heard(1, 4000)
    pair.pass_time(1)
    pair.converse()
    from_device(pair, m.Ack({}, {}, {"1": 8000}), 0)
    assert pair.done("server", ReplyHeard) == []


@pytest.mark.parametrize("old", [False, True])
def test_only_an_old_device_does_not_say_what_was_heard(old: bool) -> None:
    pair = Pair(legacy_server=old).start()
    pair.hotword()
    pair.carry()
    assert [effect.reports_heard for effect in pair.done("server", OpenBrain) if isinstance(effect, OpenBrain)] == [not old]


def test_sound_for_an_older_turn_is_not_sent() -> None:
    pair = Pair().start()
    session = speaking(pair)
    pair.carry()
    pair.hotword()
    pair.carry()
    pair.down.clear()
    pair._collect("server", pair.server.speak(session, 1, SECOND, pair.now))
    assert pair.down == []


def test_one_brain_is_opened_and_closed_once_a_session() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.BrainFailed(session, "fell over"))
    pair.at_server(server_events.BrainFailed(session, "fell over again"))
    pair.carry()
    assert pair.done("server", CloseBrain) == [CloseBrain(session)]
    assert pair.states("session") == ("LISTENING", "LISTENING")


def test_a_outdated_message_is_acknowledged_counted_and_dropped() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.EndPhrase(session))
    pair.at_device(device_events.Button("s9", 0))
    pair.carry()
    assert pair.server.outdated == 1, "both ended it at once"
    assert pair.states("session") == ("LISTENING", "LISTENING")
    pair.pass_time(5)
    assert pair.device.states.connection.state == "CONNECTED", "what is outdated is still acknowledged"


def test_a_device_that_comes_back_replaces_its_older_socket_which_is_fenced() -> None:
    pair = Pair().start()
    pair.converse()
    older = pair.server.link.generation
    effects = pair.server.greeted(99, V1("device"), hello(), ResumeToken("sid99", "tok99"), pair.now)
    assert closed(effects) == CloseSocket(older, 1001, "the device has come back on a newer connection")
    assert pair.server.states.continuity.state == "LINKED"
    assert pair.server.states.session.state == "LISTENING", "its session could not be resumed"
    assert pair.server.receive(older, "garbage", pair.now) == []
    pair.server.handle(server_events.Lost(older, "late news"), pair.now)
    assert pair.server.states.continuity.state == "LINKED"
    welcome = next(json.loads(frame) for generation, frame in pair.server.outgoing() if generation == 99)
    assert (welcome["type"], welcome["resumed"], welcome["reason"], welcome["gen"]) == ("welcome", False, "new", 99)


@pytest.mark.parametrize(
    ("message", "ahead", "reason"),
    [
        (m.PlaybackComplete("s1", 2, 1, 0, 2, 0, 0), 1, "event playback_complete is forbidden in USER_TURN"),
        (m.HotwordDetected("s2", 2, 0, 0, "hey_jarvis", 0.9), 1, "event hotword_detected is forbidden in ACTIVE_SESSION"),
        (m.HotwordDetected("s2", 2, 0, 10**9, "hey_jarvis", 0.9), 1, "preroll is 1000000000 samples; at most 960000 are allowed"),
        (m.SessionEnd("s1", "button"), 2, "a message is missing"),
    ],
)
def test_what_a_device_may_not_say_closes_its_link_with_the_reason(message: m.Message, ahead: int, reason: str) -> None:
    pair = Pair().start()
    pair.converse()
    close = closed(from_device(pair, message, ahead))
    assert close.code == 1008
    assert reason in close.reason


def test_a_second_hello_on_the_same_socket_closes_it_with_a_reason() -> None:
    pair = Pair().start()
    pair.converse()
    close = closed(pair.server.receive(pair.server.link.generation, hello(), pair.now))
    assert close.reason == "hello came twice; it is the first message on a connection, and only that"
    assert pair.server.status(pair.now).refused == 1


def test_after_goodbye_nothing_is_known_of_the_device() -> None:
    pair = Pair().start()
    pair.converse()
    pair.at_device(device_events.Stop())
    pair.carry()
    assert pair.done("server", CloseSocket) == [CloseSocket(1, NORMAL, "goodbye")]
    assert pair.server.gone
    assert pair.server.states.session.state == "IDLE"
    assert pair.server.deadline is None


def test_the_first_sample_of_an_utterance_is_marked_in_the_trace() -> None:
    pair = Pair().start()
    pair.speak(50)
    pair.converse()
    marks = [effect for effect in pair.done("server", Traced) if isinstance(effect, Traced) and effect.event == "first_sample_received"]
    assert [(mark.payload["stream"], mark.payload["at"]) for mark in marks] == [(1, 50 * BLOCK - 2 * RATE)]


def test_samples_that_are_declared_lost_are_counted_marked_and_told_to_the_brain() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.speak(5)
    pair.carry()
    at = 5 * BLOCK
    effects: list[Effect] = []
    for start, samples, reason in ((at, 100, "overflow"), (at + 50, 100, "microphone"), (at, 10, "overflow")):
        (frame,) = V1("server").encode(Control(m.Gap(1, start, samples, reason), None, 0))
        effects += pair.server.receive(pair.server.link.generation, frame, pair.now)
    assert [effect for effect in effects if isinstance(effect, Gap)] == [Gap(session, 1, at, 100), Gap(session, 1, at + 100, 50)]
    assert [(effect.event, effect.payload) for effect in effects if isinstance(effect, Traced)] == [
        ("gap", {"stream": 1, "at": at, "samples": 100, "reason": "overflow"}),
        ("gap", {"stream": 1, "at": at + 100, "samples": 50, "reason": "microphone"}),
    ]
    assert pair.server.status(pair.now).lost_samples == 150


def test_the_status_of_a_device_that_never_came() -> None:
    status = Pair().server.status(5.0)
    assert (status.link_age, status.last_frame, status.round_trip) == (None, None, None)
    assert (status.unacknowledged, status.reply_waits, status.speech_waits) == (0, 0, 0)


def test_the_status_says_how_long_ago_and_how_much() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.reply(session, 1, SECOND)
    waiting = pair.server.status(pair.now)
    assert (waiting.unacknowledged, waiting.reply_waits) == (4, RATE), "with session_started"
    pair.carry()
    pair.now += 0.5
    pair._collect("device", pair.device.tick(pair.now))
    pair.carry()
    pair.now += 0.25
    status = pair.server.status(pair.now)
    assert (status.unacknowledged, status.reply_waits) == (0, 0)
    assert (status.link_age, status.last_frame) == (0.75, 0.25)


def test_what_it_says_of_itself_is_a_welcome_anybody_can_read() -> None:
    pair = Pair().start()
    welcome: dict[str, Any] = next(
        json.loads(frame) for frame in _downlink(Pair()) if isinstance(frame, str) and json.loads(frame)["type"] == "welcome"
    )
    assert welcome["state"] == {"session": "IDLE", "id": "", "interruptions": True, "status": True}, "before the greeting"
    assert welcome["limits"] == {"uplink_ms": 40_000, "grace_s": 0, "heartbeat_s": 30, "ack_ms": 500}
    assert pair.device.limits.device_grace == 0


def _downlink(pair: Pair) -> list[Any]:
    """What a fresh server sends, before anything is carried."""
    pair.at_device(device_events.Start())
    pair._dial()
    while pair.up:
        pair._carry_one()
    return pair.down


def test_of_a_reply_to_an_old_device_nothing_is_kept() -> None:
    pair = Pair(legacy_server=True).start()
    pair.hotword()
    pair.speak(3)
    pair.carry()
    session = pair.server.machines["session"].context.session
    pair.at_server(server_events.BrainReady(session))
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair.says(session, 1, bytes(2 * RATE))
    assert (pair.server.reply.sent, pair.server.status(pair.now).reply_waits) == (RATE, 0), "it acknowledges nothing"
