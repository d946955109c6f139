"""What only the device's core knows: where captured sound goes, where an utterance begins, and when a reply has been heard."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tars.core.capture_ring import PREROLL
from tars.core.codec import V1, Control
from tars.core.effects import (
    BeginTurn,
    CloseSocket,
    Cue,
    Feed,
    FinishSpeaker,
    GiveUp,
    OpenSocket,
    OpenSpeaker,
    Play,
    RearmWakeWord,
    StopSpeaker,
)
from tars.core.link import ACK_DELAY
from tars.generated import messages as m
from tars.generated.device import events as device_events
from tars.generated.device.outputs import Microphone
from tars.generated.limits import Limits
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import Pair

SECOND = bytes(2 * RATE)


def texts(frames: list[Any]) -> list[dict[str, Any]]:
    return [json.loads(frame) for frame in frames if isinstance(frame, str)]


def given_to_brain(pair: Pair) -> bytes:
    return b"".join(effect.pcm for effect in pair.done("server", Feed) if isinstance(effect, Feed))


def begun(pair: Pair) -> list[BeginTurn]:
    return [effect for effect in pair.done("server", BeginTurn) if isinstance(effect, BeginTurn)]


def test_sound_follows_the_hotword_at_once_two_seconds_of_pre_roll_first() -> None:
    pair = Pair().start()
    before = pair.speak(50)
    pair.up.clear()
    pair.hotword()
    message, *audio = pair.up
    assert isinstance(message, str)
    said = json.loads(message)
    assert (said["type"], said["at"], said["preroll"]) == ("hotword_detected", 50 * BLOCK - PREROLL, PREROLL)
    sound = b"".join(V1("device").decode(frame)[0].pcm for frame in audio)  # type: ignore[union-attr]
    assert sound == before[-2 * PREROLL :], "nobody waits for an answer"


def test_the_brain_gets_exactly_what_was_captured_once() -> None:
    pair = Pair().start()
    before = pair.speak(30)
    session = pair.hotword()
    after = pair.speak(10)
    pair.pass_time(1)
    after += pair.speak(10)
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    after += pair.speak(10)
    pair.carry()
    assert given_to_brain(pair) == before[-2 * PREROLL :] + after


def test_no_sound_leaves_outside_a_session() -> None:
    pair = Pair().start()
    pair.speak(100)
    assert pair.up == []
    assert pair.device.microphone is Microphone.WAKE_WORD


def test_a_hotword_without_a_link_is_announced_with_its_whole_utterance_when_there_is_one() -> None:
    pair = Pair(network=False).start()
    before = pair.speak(30)
    session = pair.hotword()
    after = pair.speak(40)
    pair.network = True
    pair.pass_time(6)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    assert pair.server.inbound is not None
    assert pair.server.inbound.stream == 1, "no stream is opened while nothing is kept for the server"
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert given_to_brain(pair) == before[-2 * PREROLL :] + after


@pytest.mark.parametrize("back_after", [0.5, 1, 3, 6, 9])
def test_after_a_long_outage_a_hotword_is_answered_whenever_the_server_returns_in_time(back_after: float) -> None:
    pair = Pair(network=False).start()
    pair.pass_time(600)
    pair.hotword()
    pair.pass_time(back_after)
    pair.network = True
    pair.pass_time(2.6)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED"), "announced, not given up"


def test_once_the_hotword_is_given_up_the_ladder_is_climbed_to_its_end_again() -> None:
    pair = Pair(network=False).start()
    pair.hotword()
    pair.pass_time(200)
    before = len(pair.done("device", OpenSocket))
    pair.pass_time(160)
    assert 8 <= len(pair.done("device", OpenSocket)) - before <= 10, "every 16 s and a little"


def test_announced_again_after_a_lost_link_it_begins_where_it_began() -> None:
    pair = Pair().start()
    before = pair.speak(30)
    session = pair.hotword()
    after = pair.speak(10)
    pair.cut()
    after += pair.speak(10)
    pair.pass_time(2)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert given_to_brain(pair) == before[-2 * PREROLL :] + after


def test_a_button_has_no_pre_roll() -> None:
    pair = Pair().start()
    pair.speak(50)
    pair.button()
    said = texts(pair.up)[-1]
    assert (said["model"], said["score"], said["at"], said["preroll"]) == ("button", 1.0, 50 * BLOCK, 0)
    assert Cue("chime") in pair.done("device", Cue)


def test_a_follow_up_begins_when_the_reply_was_heard() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.speak(10)
    pair.carry()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.reply(session, 1, SECOND)
    pair.carry()
    pair.speak(20)
    pair.heard(1, RATE)
    pair.carry()
    assert begun(pair)[-1] == BeginTurn(session, 2, 30 * BLOCK, 0), "what was said over the reply is no utterance"


def test_an_empty_reply_loses_nothing_of_what_was_said_meanwhile() -> None:
    pair = Pair().start()
    session = pair.converse()
    heard = pair.speak(10)
    pair.carry()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.carry()
    heard += pair.speak(20)
    pair.reply(session, 1, b"")
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert begun(pair)[-1].at == 10 * BLOCK
    assert given_to_brain(pair) == heard


def test_recordings_never_overlap_pre_roll_included() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.speak(10)
    pair.carry()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.carry()
    pair.hotword()
    pair.carry()
    assert begun(pair)[-1] == BeginTurn(session, 2, 10 * BLOCK, 0, "hey_jarvis"), "the pre-roll was sent in the turn before"


def test_a_reply_is_finished_when_its_last_sample_was_heard_and_not_before() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.reply(session, 1, SECOND)
    pair.carry()
    assert list(pair.done("device", OpenSpeaker)) == [OpenSpeaker(1, RATE)]
    assert b"".join(effect.pcm for effect in pair.done("device", Play) if isinstance(effect, Play)) == SECOND
    pair.heard(1, RATE - 1)
    assert pair.device.states.turn.state == "DRAINING"
    pair.heard(1, RATE)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_a_reply_heard_before_its_end_was_announced_is_finished_by_the_announcement() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair._collect("server", pair.server.speak(session, 1, SECOND, pair.now))
    pair.carry()
    pair.heard(1, RATE)
    assert pair.device.states.turn.state == "SPEAKING"
    pair.at_server(server_events.ReplyEnded(session, 1))
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_the_wake_word_is_armed_anew_whenever_the_microphone_returns_to_it() -> None:
    pair = Pair().start()
    assert len(pair.done("device", RearmWakeWord)) == 1
    session = pair.converse()
    assert len(pair.done("device", RearmWakeWord)) == 1
    pair.at_server(server_events.EndPhrase(session))
    pair.carry()
    assert pair.device.microphone is Microphone.WAKE_WORD
    assert len(pair.done("device", RearmWakeWord)) == 2


def test_an_ended_session_lets_the_reply_finish_and_an_interruption_silences_it() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.reply(session, 1, SECOND)
    pair.carry()
    pair.at_server(server_events.EndPhrase(session))
    pair.carry()
    assert pair.states("session") == ("LISTENING", "LISTENING")
    assert len(pair.done("device", FinishSpeaker)) == 1
    stopped = len(pair.done("device", StopSpeaker))
    pair.hotword()
    assert len(pair.done("device", StopSpeaker)) == stopped + 1


def test_a_ring_is_heard_in_and_out_of_a_session() -> None:
    pair = Pair().start()
    pair.at_server(server_events.TimerDue("tea"))
    pair.converse()
    pair.at_server(server_events.TimerDue("pasta"))
    pair.carry()
    assert pair.done("device", Cue).count(Cue("alarm")) == 2


@pytest.mark.parametrize(
    ("message", "ahead", "reason"),
    [
        (m.SessionStarted("s1"), 5, "a message is missing"),
        (m.StartOfTtsStream("s1", 1, 1, 0, 48_000), 1, "start_of_tts_stream.rate is 48000; this device plays 16000"),
        (m.SessionStarted("s1"), 1, "event session_started is forbidden in ACTIVE_SESSION"),
    ],
)
def test_what_a_server_may_not_say_closes_the_link_with_the_reason(message: m.Message, ahead: int, reason: str) -> None:
    pair = Pair().start()
    pair.converse()
    (frame,) = V1("device").encode(Control(message, pair.device.link.outbox.applied + ahead, 0))
    effects = pair.device.receive(pair.device.link.generation, frame, pair.now)
    (closed,) = (effect for effect in effects if isinstance(effect, CloseSocket))
    assert closed.code == 1008
    assert reason in closed.reason
    assert pair.device.states.connection.state == "CONNECTING", "a conversation does not wait"


def refused(pair: Pair, message: m.Message, number: int | None = None) -> str:
    """Why the device closes its link over this."""
    (frame,) = V1("device").encode(Control(message, number, 0))
    (closed,) = (e for e in pair.device.receive(pair.device.link.generation, frame, pair.now) if isinstance(e, CloseSocket))
    assert pair.device.refused == 1
    return closed.reason


def welcome(**values: Any) -> m.Welcome:
    """A server's answer that offers nothing."""
    return replace(m.Welcome(1, False, "new", "", "", "", 1, {}, {}, {}, {}), **values)


def test_nothing_is_resumed_that_was_not_offered() -> None:
    pair = Pair()
    pair.at_device(device_events.Start())
    pair._dial()
    assert refused(pair, welcome(resumed=True)) == "welcome.resumed is true, but this device has not offered that session"
    assert pair.device.states.connection.state == "BACKOFF"


def test_a_second_welcome_closes_the_link() -> None:
    pair = Pair().start()
    assert refused(pair, welcome()) == "welcome came twice; it is the first message on a connection, and only that"


@pytest.mark.parametrize("grace", [True, "60", [60], None])
def test_a_grace_that_is_no_number_closes_the_link(grace: object) -> None:
    pair = Pair()
    pair.at_device(device_events.Start())
    pair._dial()
    assert "welcome.limits.grace_s must be a number" in refused(pair, welcome(limits={"grace_s": grace}))


@pytest.mark.parametrize(("grace", "kept"), [(-5, 0), (0, 0), (7.5, 7.5), (1e308, 60)])
def test_a_grace_lies_between_nothing_and_the_devices_own(grace: float, kept: float) -> None:
    pair = Pair(limits=Limits())
    pair.at_device(device_events.Start())
    pair._dial()
    (frame,) = V1("device").encode(Control(welcome(limits={"grace_s": grace}), None, 0))
    pair.device.receive(pair.device.link.generation, frame, pair.now)
    assert pair.device.limits.device_grace == kept


@pytest.mark.parametrize("mark", ["received", "committed"])
def test_nobody_has_more_of_an_utterance_than_was_sent(mark: str) -> None:
    pair = Pair(limits=Limits()).start()
    pair.converse()
    pair.speak(5)
    pair.pass_time(1)
    ack = m.Ack(**{"received": {}, "committed": {}, "heard": {}} | {mark: {"1": 5 * BLOCK + 1}})
    assert refused(pair, ack) == f"sample {5 * BLOCK + 1} of stream 1 is acknowledged, but only {5 * BLOCK} were sent"


def test_a_server_that_counts_its_replies_anew_after_a_crash_is_not_told_of_the_old_ones() -> None:
    pair = Pair(limits=Limits()).start()
    session = pair.converse()
    pair.speak(5)
    pair.reply(session, 1, SECOND)
    pair.carry()
    pair.heard(1, RATE)
    pair.speak(5)
    pair.carry()
    pair.crash()
    pair.pass_time(6)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    pair.at_server(server_events.BrainReady(session))
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.carry()
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair.says(session, 1, bytes(200))
    pair.hotword()
    pair.pass_time(6)
    assert pair.server.refused == pair.device.refused == 0


def test_news_of_an_older_socket_is_dropped() -> None:
    pair = Pair().start()
    older = pair.device.link.generation
    pair.cut()
    pair.pass_time(2)
    assert pair.device.states.connection.state == "CONNECTED"
    pair.at_device(device_events.Lost(older, "late news"))
    pair.at_device(device_events.Failed(older, "late news"))
    assert pair.device.states.connection.state == "CONNECTED"
    assert pair.device.receive(older, "garbage", pair.now) == []


def test_per_session_dials_for_each_session_and_closes_after_it() -> None:
    pair = Pair(persistent=False).start()
    assert pair.device.states.connection.state == "DISCONNECTED"
    session = pair.converse()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    pair.at_server(server_events.EndPhrase(session))
    pair.carry()
    assert pair.device.states.connection.state == "DISCONNECTED"
    assert pair.states("continuity") == ("UNLINKED", "UNLINKED")
    pair.converse()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


def test_a_device_that_knows_several_servers_dials_the_next_one_at_once() -> None:
    pair = Pair(limits=Limits(), other_servers=True).start()
    pair.replace()
    pair.carry()
    assert pair.device.states.connection.state == "CONNECTED"
    assert pair.dials == [pair.now, pair.now]


def test_after_the_configured_attempts_the_device_gives_up() -> None:
    pair = Pair(network=False, max_attempts=3).start()
    pair.pass_time(100)
    assert pair.device.states.connection.state == "DISCONNECTED"
    done = [effect for _, effect in pair.effects if isinstance(effect, OpenSocket | GiveUp)]
    assert done == [OpenSocket(1), OpenSocket(2), OpenSocket(3), GiveUp("3 attempts in a row have failed")]


def test_the_servers_grace_bounds_the_devices() -> None:
    pair = Pair(limits=Limits(server_grace=0)).start()
    assert pair.device.limits.device_grace == 0


def test_what_was_heard_is_said_within_a_quarter_second_although_nothing_else_happens() -> None:
    pair = Pair().start()
    session = pair.converse()
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair.says(session, 1, bytes(2 * RATE))
    pair.pass_time(1)
    assert pair.server.reply.heard == 0
    pair.heard(1, 100)
    assert pair.device.deadline == pair.now + ACK_DELAY
    pair.pass_time(ACK_DELAY)
    assert pair.server.reply.heard == 100
