"""What a link owes and measures: when an acknowledgement is due, which message it answers, and how much an old server is sent at once."""

from __future__ import annotations

import json

import pytest

from tars.core.codec import V1, Audio, decode_audio
from tars.core.legacy import LegacyServer
from tars.core.link import ACK_DELAY, Link
from tars.core.liveness import HEARTBEAT
from tars.core.pacing import REPLAY_BURST
from tars.generated import messages as m
from tars.samples import RATE
from tests.core.test_link import START, out, say, sent

SOUND = V1("server").encode_audio(Audio(1, 0, bytes(20)))


@pytest.fixture
def link() -> Link:
    """A device's link, just opened."""
    link = Link()
    link.open(1, V1("server"), START)
    return link


def test_more_audio_does_not_put_its_acknowledgement_off(link: Link) -> None:
    link.receive(SOUND, START)
    assert link.deadline == START + ACK_DELAY
    link.receive(SOUND, START + 0.2)
    assert link.deadline == START + ACK_DELAY
    assert not link.ack_is_due(START + 0.24)
    assert link.ack_is_due(START + ACK_DELAY)


def test_a_message_is_acknowledged_at_once(link: Link) -> None:
    link.receive(say(m.SessionStarted("s1"), 1), START)
    assert link.deadline == START


def test_every_message_that_comes_again_is_counted(link: Link) -> None:
    for _ in range(3):
        link.receive(say(m.SessionStarted("s1"), 1), START)
    assert link.duplicates == 2


def test_a_ping_carries_its_time_in_milliseconds_and_the_answer_measures_the_round_trip(link: Link) -> None:
    link.tick(START + HEARTBEAT)
    (ping,) = sent(link)
    assert (ping["type"], ping["t"]) == ("ping", (START + HEARTBEAT) * 1000)
    link.receive(say(m.Pong(ping["t"]), None), START + HEARTBEAT + 0.5)
    assert link.liveness.round_trip == 0.5


def test_samples_that_are_gone_in_the_middle_are_declared_with_their_offset_and_number(link: Link) -> None:
    link.outbox.add_audio(1, 0, 1000)
    out(link)
    link.outbox.add_audio(1, 1000, 2000)
    (_, gap), (_, sound) = out(link, oldest=1300)
    assert {key: json.loads(gap)[key] for key in ("at", "samples", "reason")} == {"at": 1000, "samples": 300, "reason": "overflow"}
    assert (decode_audio(sound).at, decode_audio(sound).end) == (1300, 2000)


def test_what_an_old_server_would_have_said_is_said_in_order_once() -> None:
    link = Link()
    link.open(1, LegacyServer(), START)
    link.send(m.Hello(1, "kitchen", "", False, "", "", "", 0, {}, {}, {}))
    link.send(m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9))
    out(link)
    assert [answer.type for answer in link.answers()] == ["welcome", "session_started"]
    assert link.answers() == []


def test_what_waits_for_an_old_server_leaves_at_once() -> None:
    link = Link()
    link.open(1, LegacyServer(), START)
    link.send(m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9))
    link.outbox.add_audio(1, 0, 2 * REPLAY_BURST)
    frames = [frame for _, frame in out(link) if isinstance(frame, bytes)]
    assert sum(map(len, frames)) == 2 * 2 * REPLAY_BURST, "it cannot resume, so it has nothing to catch up with"
    assert max(map(len, frames)) == 2 * RATE
