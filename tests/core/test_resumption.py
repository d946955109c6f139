"""What the server resumes and what not, and how far it believes what a device says of both directions."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tars.core.codec import V1, Audio, Control
from tars.core.effects import CancelReply, CloseSocket, Cue, Feed, Gap, ReplyHeard
from tars.core.resume_tokens import ResumeToken
from tars.core.snapshot import restore_record, take_snapshot
from tars.generated import messages as m
from tars.generated.device import events as device_events
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.core.test_server import SECOND, closed, from_device
from tests.pair import RESUME, Pair
from tests.scenarios.telling import reach


def offer(pair: Pair, **changes: Any) -> dict[str, Any]:
    """The welcome to a greeting that offers to resume what is kept here, but for these changes."""
    device = pair.device
    said = device._hello() | {"resume": True, "state": {"session": device.states.session.state.value, "id": "s1"}}
    said |= {
        "sid": device.resume_token.sid,
        "token": device.resume_token.token,
        "epoch": device.epoch,
        "applied": device.link.outbox.applied,
    }
    said |= changes
    applied = said.pop("applied")
    (frame,) = V1("server").encode(Control(m.Hello(**said), None, applied))
    pair.server.outgoing()
    greeted = pair.server.greeted(50, V1("device"), frame, ResumeToken("sid50", "tok50"), pair.now)
    pair.effects += [("server", effect) for effect in greeted]
    return next(json.loads(frame) for _, frame in pair.server.outgoing() if isinstance(frame, str))


def resuming(state: str = "USER_TURN") -> Pair:
    """A pair whose link has just broken."""
    pair = Pair(limits=RESUME)
    reach(pair, state)
    pair.pass_time(1)
    pair.cut()
    return pair


def test_the_exact_offer_is_resumed_with_a_new_token() -> None:
    pair = resuming()
    welcome = offer(pair)
    assert (welcome["resumed"], welcome["reason"], welcome["sid"], welcome["token"]) == (True, "", pair.device.resume_token.sid, "tok50")
    assert welcome["received"] == {"1": 5 * BLOCK}
    assert welcome["committed"] == {"1": 0}, "not answered yet"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"resume": False}, "new"),
        ({"epoch": "e0"}, "epoch_changed"),
        ({"sid": "another"}, "unknown_session"),
        ({"token": "guessed"}, "bad_token"),
        ({"token": ""}, "bad_token"),
        ({"applied": 99}, "gap"),
        ({"applied": 0}, "gap"),
        ({"sent": 0}, "gap"),
        ({"state": {"session": "LISTENING", "id": "s1"}}, "state_conflict"),
        ({"state": {"session": "ACTIVE_SESSION", "id": "s7"}}, "state_conflict"),
        ({"state": {"session": ["nonsense"]}}, "state_conflict"),
        ({"state": {"session": "ACTIVE_SESSION", "id": "s1", "acknowledged": 2}}, "gap"),
        ({"state": {"session": "ACTIVE_SESSION", "id": "s1", "acknowledged": "1"}}, "gap"),
        ({"state": {"session": "ACTIVE_SESSION", "id": "s1", "released": 5 * BLOCK + 1}}, "gap"),
    ],
)
def test_any_other_offer_starts_anew_with_the_reason_and_is_counted(changes: dict[str, Any], reason: str) -> None:
    pair = resuming()
    welcome = offer(pair, **changes)
    assert (welcome["resumed"], welcome["reason"]) == (False, reason)
    assert (welcome["sid"], welcome["received"]) == ("sid50", {})
    assert pair.server.states.session.state == "LISTENING", "the session of the other record is over"
    assert pair.server.status(pair.now).not_resumed == ({} if reason == "new" else {reason: 1})


def test_between_two_sessions_it_does_not_matter_which_was_the_last() -> None:
    assert offer(resuming("LISTENING"), state={"session": "LISTENING", "id": "s7"})["resumed"]


def test_a_device_of_an_earlier_version_does_not_say_what_it_keeps_no_more_and_is_resumed() -> None:
    """Also if nothing of the utterance has arrived yet."""
    pair = resuming("HOTWORD_DETECTED")
    assert pair.server.inbound is not None
    assert pair.server.inbound.received == 0
    assert offer(pair, state={"session": "HOTWORD_DETECTED", "id": "s1"})["reason"] == ""


def test_each_offer_that_starts_anew_is_counted_by_its_reason_and_marked_in_the_trace() -> None:
    pair = resuming()
    for _ in range(3):
        offer(pair, token="guessed")
    assert pair.server.not_resumed == {"bad_token": 1, "unknown_session": 2}
    marks = [effect.payload for effect in pair.trace() if effect.event == "not_resumed"]
    assert marks == [{"reason": reason} for reason in ("bad_token", "unknown_session", "unknown_session")]


def falls_back(pair: Pair, record: dict[str, Any]) -> None:
    """The link is lost, and the next server has only this record of another one."""
    pair.cut(noticed=False)
    pair.server = restore_record(record, "kitchen", RESUME, random.Random(1), epoch="e1", now=pair.now)
    pair.device_lost()


def welcomes(pair: Pair) -> list[tuple[bool, str]]:
    """What each welcome says."""
    said = [json.loads(frame) for _, side, frame in pair.wire if side == "server" and isinstance(frame, str)]
    return [(welcome["resumed"], welcome["reason"]) for welcome in said if welcome["type"] == "welcome"]


@pytest.mark.not_replayed("the server that is told of is another one")
@pytest.mark.parametrize("lost", [False, True])
def test_an_utterance_of_which_a_record_lacks_sound_is_announced_again_whole(*, lost: bool) -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "USER_TURN")
    record = take_snapshot(pair.server)
    said = pair.speak(10)
    pair.pass_time(1)
    assert pair.device.link.outbox.oldest_sample is None, "all of it is acknowledged"
    falls_back(pair, record)
    if lost:
        pair._dial()
        pair._carry_one()  # the greeting; its answer is lost
        pair.cut()
    pair.pass_time(4)
    assert welcomes(pair)[1:] == [(False, "epoch_changed")] * (1 + lost)
    assert pair.server.not_resumed["epoch_changed"] == 1 + lost
    before = len(pair.done("server", Feed))
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    heard = b"".join(feed.pcm for feed in pair.done("server", Feed)[before:] if isinstance(feed, Feed))
    assert heard[-len(said) :] == said
    assert len(heard) == 2 * 15 * BLOCK, "from its beginning, once"
    assert (pair.device.refused, pair.server.refused) == (0, 0)
    assert [cue.sound for cue in pair.done("device", Cue) if isinstance(cue, Cue)] == ["chime"]


@pytest.mark.not_replayed("the server that is told of is another one")
def test_a_record_that_lacks_what_the_device_was_acknowledged_last_is_not_resumed() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    record = take_snapshot(pair.server)
    pair.at_device(device_events.Button("s2", pair.device.ring.end))
    pair.pass_time(1)
    assert (pair.device.states.session.state, pair.device.link.outbox.items) == ("LISTENING", []), "it has ended, and the server knows"
    falls_back(pair, record)
    pair.pass_time(4)
    assert welcomes(pair)[-1] == (False, "epoch_changed")
    pair.converse()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert (pair.device.refused, pair.server.refused) == (0, 0)


@pytest.mark.not_replayed("the server that is told of is another one")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"resume": False}, "new"),
        ({"sid": "another"}, "epoch_changed"),
        ({"token": "not yet given when it was written"}, "epoch_changed"),
        ({"applied": 99}, "epoch_changed"),
        ({"state": {"session": "LISTENING", "id": "s1"}}, "epoch_changed"),
    ],
)
def test_what_does_not_fit_a_record_of_another_server_is_answered_as_after_a_crash(changes: dict[str, Any], reason: str) -> None:
    pair = resuming()
    pair.server.may_be_old = True
    welcome = offer(pair, **changes)
    assert (welcome["reason"], welcome["epoch"] != "e1") == (reason, reason == "epoch_changed")
    if not reason:
        assert offer(pair, token="guessed")["reason"] == "bad_token", "only at the first greeting"


@pytest.mark.not_replayed("the server that is told of is another one")
def test_neither_a_copied_token_nor_a_poisoned_session_is_taken_for_an_old_record() -> None:
    pair = resuming()
    copied = pair.device.resume_token.token
    pair.pass_time(4)
    pair.server.may_be_old = True
    assert offer(pair, token=copied)["reason"] == "used_token"
    pair = resuming()
    pair.server.link.outbox.broken = "garbage"
    pair.server.may_be_old = True
    assert offer(pair)["reason"] == "gap"


@pytest.mark.parametrize("mark", ["received", "heard"])
def test_an_offer_that_has_more_of_the_answer_than_was_sent_starts_anew(mark: str) -> None:
    assert offer(resuming("SPEAKING"), **{mark: {"1": 10**9}})["reason"] == "gap"


def test_a_token_that_is_used_up_revokes_the_session_that_it_belonged_to() -> None:
    pair = resuming()
    copied = pair.device.resume_token.token
    pair.pass_time(4)
    assert pair.server.resumes == 1
    assert offer(pair, token=copied)["reason"] == "used_token"
    assert pair.server.states.session.state == "LISTENING"
    assert pair.server.not_resumed == {"used_token": 1}


@pytest.mark.not_replayed("the server gets a frame that no device has sent, and the device is not told")
def test_a_record_that_somebody_found_wrong_is_never_resumed_again() -> None:
    pair = resuming()
    pair.pass_time(2)
    pair.server.receive(pair.server.link.generation, "garbage", pair.now)
    pair.pass_time(5)
    assert pair.device.states.connection.state == "CONNECTED"
    assert pair.server.not_resumed == {"gap": 1}
    assert pair.states("session") == ("LISTENING", "LISTENING")


def test_without_resume_no_ticket_is_given() -> None:
    pair = Pair().start()
    assert (pair.device.resume_token.sid, pair.device.resume_token.token) == ("", "")


@pytest.mark.not_replayed("what the device says is forged")
def test_an_offer_that_says_nothing_of_the_answer_before_is_not_sent_it_again() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "DRAINING")
    pair.device.link.codec = None  # nothing of it is acknowledged
    applied = pair.server.link.outbox.applied
    from_device(pair, m.PlaybackComplete(session, 2, 1, RATE, 2, 5 * BLOCK, 0))
    pair.reply(session, 2, bytes(200))
    pair.at_server(server_events.Lost(pair.server.link.generation, "cut"))
    said = pair.device._hello() | {"resume": True, "sent": applied + 1, "received": {}, "heard": {}}
    said |= {"sid": pair.device.resume_token.sid, "token": pair.device.resume_token.token, "epoch": "e1"}
    (frame,) = V1("server").encode(Control(m.Hello(**said), None, pair.server.link.outbox.acknowledged))
    pair.server.outgoing()
    pair.server.greeted(50, V1("device"), frame, ResumeToken("sid50", "tok50"), pair.now)
    sound = [frame for _, frame in pair.server.outgoing() if isinstance(frame, bytes)]
    assert sound == [V1("device").encode_audio(Audio(2, 0, bytes(200)))]


def test_more_than_a_user_can_say_in_a_turn_cannot_be_declared_lost() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    (frame,) = V1("server").encode(Control(m.Gap(1, 5 * BLOCK, 10**12, "overflow"), None, 0))
    close = closed(pair.server.receive(pair.server.link.generation, frame, pair.now))
    assert close.reason == f"stream 1 has {10**12 + 5 * BLOCK} samples; at most {310 * RATE} are allowed"
    assert not pair.done("server", Gap)


def test_nor_can_more_be_sent() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    for second in range(312):
        frame = V1("server").encode_audio(Audio(1, 5 * BLOCK + second * RATE, SECOND))
        effects = pair.server.receive(pair.server.link.generation, frame, pair.now)
        if any(isinstance(effect, CloseSocket) for effect in effects):
            break
    assert second == 310 - 1
    assert "are allowed" in closed(effects).reason


def acknowledged(pair: Pair, **marks: dict[str, int]) -> str:
    """Why the link was closed over this ack."""
    ack = m.Ack(**{"received": {}, "committed": {}, "heard": {}} | marks)
    (frame,) = V1("server").encode(Control(ack, None, 0))
    return closed(pair.server.receive(pair.server.link.generation, frame, pair.now)).reason


@pytest.mark.parametrize("state", ["SPEAKING", "DRAINING"])
def test_nobody_has_received_or_heard_more_of_a_reply_than_was_said(state: str) -> None:
    pair = Pair(limits=RESUME)
    for mark, verb in (("received", "acknowledged"), ("heard", "heard")):
        pair = Pair(limits=RESUME)
        reach(pair, state)
        reason = acknowledged(pair, **{mark: {"1": RATE + 1}})
        assert verb in reason
        assert f"but only {RATE} were sent" in reason
        assert pair.done("server", ReplyHeard) == []


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (m.PlaybackComplete("s1", 3, 1, RATE, 2, 0, 0), "playback_complete.turn is 3, but 2 comes next"),
        (m.BargeIn("s1", 1, 1, 0, 2, 0, 0), "barge_in.turn is 1, but 2 comes next"),
        (m.PlaybackComplete("s1", 2, 1, RATE - 1, 2, 0, 0), "says that 15999 of stream 1 were heard; complete is 16000 of stream 1"),
        (m.PlaybackComplete("s1", 2, 7, RATE, 2, 0, 0), "says that 16000 of stream 7 were heard; complete is 16000 of stream 1"),
        (m.BargeIn("s1", 2, 1, RATE + 1, 2, 0, 0), "16001 samples of stream 1 were heard, but only 16000 were sent"),
    ],
)
def test_the_next_turn_follows_the_one_before(message: m.Message, reason: str) -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "DRAINING")
    assert reason in closed(from_device(pair, message)).reason


def test_what_was_heard_of_the_answer_before_is_not_taken_for_this_one() -> None:
    """The user interrupts before the device has heard of the new answer."""
    pair = Pair(limits=RESUME)
    session = reach(pair, "DRAINING")
    pair.heard(1, RATE)
    pair.carry()
    pair.at_server(server_events.SpeechEnded(session, 2))
    pair.carry()
    pair.at_server(server_events.ReplyStarted(session, 2))
    pair.says(session, 2, SECOND)
    pair.down.clear()
    pair.hotword()
    pair.carry()
    assert pair.done("server", CancelReply) == [CancelReply(session, 0)]
    assert pair.done("server", ReplyHeard) == [ReplyHeard(session, 1, RATE)]


def test_the_status_says_what_a_person_asks_first() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    pair.cut()
    pair.pass_time(4)
    status = pair.server.status(pair.now)
    assert status.states == {"continuity": "LINKED", "session": "ACTIVE_SESSION", "turn": "SPEAKING", "announcement": "NO_ANNOUNCEMENT"}
    assert (status.session, status.resumes, status.lost_samples) == ("s1", 1, 0)
    assert status.link_age is not None
    assert 3 < status.link_age <= 4, "dialled at once"
    assert status.last_frame is not None
    assert status.round_trip is not None
    assert status.round_trip < 0.001, "this wire takes no time"
