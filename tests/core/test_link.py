"""Numbers, acknowledgements, order, and the news when nobody answers any more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tars.core.codec import V1, Audio, Control
from tars.core.legacy import LegacyServer
from tars.core.link import ACK_DELAY, HEARTBEAT, HOTWORD_LIMIT, PONG_LIMIT, SILENCE_LIMIT, Link
from tars.errors import RemoteError
from tars.generated import messages as m

START = 100.0
HOTWORD = m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9)
END = m.SessionEnd("s1", "button")


@pytest.fixture
def link() -> Link:
    """A device's link, just opened."""
    link = Link()
    link.open(1, V1("server"), START)
    return link


def sent(link: Link) -> list[dict[str, Any]]:
    return [json.loads(frame) for _, frame in link.outgoing() if isinstance(frame, str)]


def say(message: m.Message, number: int | None, applied: int = 0) -> str:
    (frame,) = V1("device").encode(Control(message, number, applied))
    assert isinstance(frame, str)
    return frame


def test_messages_are_numbered_from_one_and_leave_once_in_order(link: Link) -> None:
    link.send(HOTWORD, START)
    link.send_audio(Audio(1, 0, b"\0\0"), START)
    link.send(END, START)
    frames = link.outgoing()
    assert [frame[0] if isinstance(frame, bytes) else json.loads(frame)["s"] for _, frame in frames] == [1, 0xA1, 2]
    assert link.outgoing() == []


def test_frames_carry_the_generation_of_their_socket(link: Link) -> None:
    link.send(END, START)
    link.open(2, V1("server"), START)
    link.send(END, START)
    assert [generation for generation, _ in link.outgoing()] == [1, 2]


def test_what_was_applied_is_said_with_every_message(link: Link) -> None:
    link.receive(say(m.SessionStarted("s1"), 1), START)
    link.send(END, START)
    assert sent(link)[0]["a"] == 1


def test_a_message_that_comes_twice_is_taken_once(link: Link) -> None:
    assert len(link.receive(say(m.SessionStarted("s1"), 1), START)) == 1
    assert link.receive(say(m.SessionStarted("s1"), 1), START) == []
    assert link.duplicates == 1


def test_a_missing_message_is_noticed(link: Link) -> None:
    with pytest.raises(RemoteError, match="session_started has number 3, but 1 comes next"):
        link.receive(say(m.SessionStarted("s1"), 3), START)


def test_nobody_acknowledges_what_was_not_sent(link: Link) -> None:
    with pytest.raises(RemoteError, match="message 5 is acknowledged, but only 0 were sent"):
        link.receive(say(m.SessionStarted("s1"), 1, applied=5), START)


def test_a_closed_link_says_and_hears_nothing(link: Link) -> None:
    link.close()
    assert link.send(END, START) is None
    link.send_audio(Audio(1, 0, b"\0\0"), START)
    assert link.outgoing() == []
    assert link.receive(say(m.SessionStarted("s1"), 1), START) == []
    assert link.deadline is None
    assert not link.expects(1)


def test_only_the_newest_socket_is_expected(link: Link) -> None:
    generation = link.dial()
    assert generation == 2
    assert link.expects(2)
    assert not link.expects(1)


# --- liveness ---------------------------------------------------------------------------------------------------------------------


def test_an_idle_link_is_pinged_after_thirty_seconds_and_dead_after_ten_more(link: Link) -> None:
    assert link.deadline == START + HEARTBEAT
    assert link.tick(START + HEARTBEAT) is None
    assert [message["type"] for message in sent(link)] == ["ping"]
    assert link.deadline == START + HEARTBEAT + PONG_LIMIT
    assert link.tick(START + HEARTBEAT + PONG_LIMIT) == "no answer to the heartbeat within 10 s"


def test_any_frame_answers_the_heartbeat(link: Link) -> None:
    link.tick(START + HEARTBEAT)
    link.receive(say(m.SessionStarted("s1"), 1), START + HEARTBEAT + 1)
    assert link.tick(START + HEARTBEAT + PONG_LIMIT) is None
    assert link.deadline == START + HEARTBEAT + 1 + HEARTBEAT


def test_a_ping_is_answered_with_its_own_time(link: Link) -> None:
    link.receive(say(m.Ping(123), None), START)
    assert [(message["type"], message["t"]) for message in sent(link)] == [("pong", 123)]


def test_silence_with_something_unacknowledged_is_death_after_three_seconds(link: Link) -> None:
    link.send(END, START)
    assert link.tick(START + SILENCE_LIMIT - 0.01) is None
    assert link.tick(START + SILENCE_LIMIT) == "nothing came in for 3 s while something was unacknowledged"


def test_while_frames_come_in_the_link_lives(link: Link) -> None:
    link.send(END, START)
    link.receive(say(m.Pong(1), None), START + 2)
    assert link.tick(START + SILENCE_LIMIT) is None
    assert link.deadline == START + 2 + SILENCE_LIMIT


def test_an_acknowledged_message_is_not_waited_for(link: Link) -> None:
    link.send(END, START)
    link.receive(say(m.Ack({}, {}, {}), None, applied=1), START + 1)
    assert link.tick(START + SILENCE_LIMIT + 1) is None


@pytest.mark.parametrize(("received", "waits"), [(99, True), (100, False), (150, False)])
def test_sound_is_waited_for_until_its_last_sample_has_arrived(link: Link, received: int, waits: bool) -> None:
    link.send_audio(Audio(1, 0, bytes(200)), START)
    link.receive(say(m.Ack({"1": received}, {}, {}), None), START + 1)
    assert (link.tick(START + 1 + SILENCE_LIMIT) is not None) == waits


def test_a_hotword_that_is_not_acknowledged_within_a_second_means_a_dead_link(link: Link) -> None:
    link.send(HOTWORD, START)
    link.receive(say(m.Pong(1), None), START + 0.9)
    assert link.deadline == START + HOTWORD_LIMIT
    assert link.tick(START + HOTWORD_LIMIT) == "the hotword was not acknowledged within 1 s"


def test_an_acknowledged_hotword_is_fine(link: Link) -> None:
    link.send(HOTWORD, START)
    link.receive(say(m.Ack({}, {}, {}), None, applied=1), START + 0.5)
    assert link.tick(START + HOTWORD_LIMIT) is None


def test_received_sound_is_acknowledged_within_a_quarter_second_control_at_once(link: Link) -> None:
    link.owe_ack(START)
    assert not link.ack_is_due(START)
    assert link.ack_is_due(START + ACK_DELAY)
    link.owe_ack(START, 0)
    assert link.ack_is_due(START)
    link.send_ack(m.Ack({}, {}, {}), START)
    assert not link.ack_is_due(START + 10)


def test_an_old_server_is_neither_numbered_nor_watched() -> None:
    link = Link()
    link.open(1, LegacyServer(), START)
    assert link.send(HOTWORD, START) is None
    assert sent(link) == [{"type": "hotword_detected"}]
    link.owe_ack(START)
    assert link.deadline is None
    assert link.tick(START + 1000) is None
    assert link.outgoing() == []
