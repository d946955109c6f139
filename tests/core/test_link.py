"""One connection: numbers, order, acknowledgements, liveness and pacing together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tars.core.audio_source import Stretch
from tars.core.codec import HEADER, V1, Audio, Control, decode_audio
from tars.core.endpoint import transmit
from tars.core.legacy import LegacyServer
from tars.core.link import ACK_DELAY, Link
from tars.core.liveness import HEARTBEAT, HOTWORD_LIMIT, PONG_LIMIT, SESSION_HEARTBEAT, SILENCE_LIMIT
from tars.core.outbox import MOST_MESSAGES
from tars.core.pacing import REPLAY_BURST, REPLAY_RATE
from tars.errors import RemoteError
from tars.generated import messages as m
from tars.samples import RATE

START = 100.0
HOTWORD = m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9)
END = m.SessionEnd("s1", "button")


@pytest.fixture
def link() -> Link:
    """A device's link, just opened."""
    link = Link()
    link.open(1, V1("server"), START)
    return link


class Zeros:
    """Every sample is zero, and the oldest are gone."""

    def __init__(self, oldest: int = 0) -> None:
        self.oldest = oldest

    def stretch(self, start: int, end: int) -> Stretch:
        return Stretch(max(start, min(self.oldest, end)), end)

    def read_samples(self, stream: int, start: int, end: int) -> Audio:
        return Audio(stream, start, bytes(2 * (end - start)))


def out(link: Link, now: float = START, oldest: int = 0) -> list[Any]:
    """What leaves now."""
    transmit(link, Zeros(oldest), now)
    return link.outgoing()


def sent(link: Link) -> list[dict[str, Any]]:
    return [json.loads(frame) for _, frame in out(link) if isinstance(frame, str)]


def say(message: m.Message, number: int | None, applied: int = 0) -> str:
    (frame,) = V1("device").encode(Control(message, number, applied))
    assert isinstance(frame, str)
    return frame


def test_messages_are_numbered_from_one_and_leave_once_in_order(link: Link) -> None:
    link.send(HOTWORD)
    link.outbox.add_audio(1, 0, 10)
    link.send(END)
    frames = out(link)
    assert [frame[0] if isinstance(frame, bytes) else json.loads(frame)["seq"] for _, frame in frames] == [1, 0xA1, 2]
    assert out(link) == []


def test_frames_carry_the_generation_of_their_socket(link: Link) -> None:
    link.send(END)
    (first,) = out(link)
    link.open(2, V1("server"), START)
    link.send(END)
    (second,) = out(link)
    assert (first[0], second[0]) == (1, 2)


def test_what_was_applied_is_said_with_every_message(link: Link) -> None:
    link.receive(say(m.SessionStarted("s1"), 1), START)
    link.send(END)
    assert sent(link)[0]["ack"] == 1


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
    link.send(END)
    link.send(m.Ping(1))
    assert out(link) == []
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
    link.receive(say(m.Pong(1), None), START + HEARTBEAT + 1)
    assert link.tick(START + HEARTBEAT + PONG_LIMIT) is None
    assert link.deadline == START + HEARTBEAT + 1 + HEARTBEAT


def test_a_ping_is_answered_with_its_own_time(link: Link) -> None:
    link.receive(say(m.Ping(123), None), START)
    assert [(message["type"], message["t"]) for message in sent(link)] == [("pong", 123)]


DEAD = "nothing came in for 3 s in a session, or while something was unacknowledged"


def says_the_message(link: Link, *, in_session: bool = False) -> None:
    link.send(END)
    out(link)
    link.watch(START, in_session=in_session)


def test_silence_with_something_unacknowledged_is_death_after_three_seconds(link: Link) -> None:
    says_the_message(link)
    assert link.tick(START + SESSION_HEARTBEAT) is None
    assert [message["type"] for message in sent(link)] == ["ping"]
    assert link.tick(START + SILENCE_LIMIT - 0.01) is None
    assert link.tick(START + SILENCE_LIMIT) == DEAD


def test_silence_in_a_session_is_death_after_three_seconds_although_nothing_is_unacknowledged(link: Link) -> None:
    link.watch(START, in_session=True)
    assert link.deadline == START + SESSION_HEARTBEAT
    link.tick(START + SESSION_HEARTBEAT)
    assert link.deadline == START + SILENCE_LIMIT
    assert link.tick(START + SILENCE_LIMIT) == DEAD


def test_a_program_that_slept_asks_before_it_gives_a_link_up(link: Link) -> None:
    says_the_message(link)
    assert link.tick(START + 60) is None
    assert link.deadline == START + 60 + SILENCE_LIMIT - SESSION_HEARTBEAT


def test_while_frames_come_in_the_link_lives(link: Link) -> None:
    says_the_message(link)
    link.receive(say(m.Pong(1), None), START + 1)
    assert link.tick(START + SESSION_HEARTBEAT) is None
    assert link.deadline == START + 1 + SESSION_HEARTBEAT


def test_an_acknowledged_message_is_not_waited_for(link: Link) -> None:
    says_the_message(link)
    link.receive(say(m.Ack({}, {}, {}), None, applied=1), START + 1)
    link.watch(START + 1, in_session=False)
    assert link.deadline == START + 1 + HEARTBEAT


@pytest.mark.parametrize(("received", "waits"), [(99, True), (100, False)])
def test_sound_is_waited_for_until_its_last_sample_has_arrived(link: Link, received: int, waits: bool) -> None:
    link.outbox.add_audio(1, 0, 100)
    out(link)
    link.watch(START, in_session=False)
    link.receive(say(m.Ack({"1": received}, {}, {}), None), START + 1)
    link.watch(START + 1, in_session=False)
    assert link.deadline == START + 1 + (SESSION_HEARTBEAT if waits else HEARTBEAT)


def test_the_round_trip_is_measured_by_messages_and_by_heartbeats(link: Link) -> None:
    says_the_message(link)
    link.receive(say(m.Ack({}, {}, {}), None, applied=1), START + 0.25)
    assert link.liveness.round_trip == 0.25
    link.receive(say(m.Pong(int(START * 1000)), None), START + 0.5)
    assert link.liveness.round_trip == 0.5


def test_a_hotword_that_is_not_acknowledged_within_a_second_means_a_dead_link(link: Link) -> None:
    link.send(HOTWORD)
    out(link)
    link.receive(say(m.Pong(1), None), START + 0.9)
    assert link.deadline == START + HOTWORD_LIMIT
    assert link.tick(START + HOTWORD_LIMIT) == "the hotword was not acknowledged within 1 s"


def test_an_acknowledged_hotword_is_fine(link: Link) -> None:
    link.send(HOTWORD)
    out(link)
    link.receive(say(m.Ack({}, {}, {}), None, applied=1), START + 0.5)
    assert link.tick(START + HOTWORD_LIMIT) is None


def test_received_sound_is_acknowledged_within_a_quarter_second_control_at_once(link: Link) -> None:
    link.owe_ack(START)
    assert not link.ack_is_due(START)
    assert link.ack_is_due(START + ACK_DELAY)
    link.owe_ack(START, 0)
    assert link.ack_is_due(START)
    link.send_ack(m.Ack({}, {}, {}))
    assert not link.ack_is_due(START + 10)


def test_audio_is_acknowledged_later_a_message_at_once_and_a_repeated_message_not_again(link: Link) -> None:
    link.receive(V1("server").encode_audio(Audio(1, 0, bytes(20))), START)
    assert not link.ack_is_due(START)
    assert link.ack_is_due(START + ACK_DELAY)
    link.receive(say(m.SessionStarted("s1"), 1), START)
    assert link.ack_is_due(START)
    link.send_ack(m.Ack({}, {}, {}))
    link.receive(say(m.SessionStarted("s1"), 1), START)
    assert not link.ack_is_due(START + 10)


# --- a new connection: nothing that was pending on the older one counts, whether that was closed or not ----------------------------


def reopened(link: Link, now: float) -> Link:
    link.open(2, V1("server"), now)
    return link


def test_a_hotword_of_an_older_connection_does_not_end_the_new_one(link: Link) -> None:
    link.send(HOTWORD)
    out(link)
    assert reopened(link, START + 0.5).tick(START + HOTWORD_LIMIT) is None


def test_a_ping_of_an_older_connection_does_not_end_the_new_one(link: Link) -> None:
    link.tick(START + HEARTBEAT)
    later = START + HEARTBEAT + PONG_LIMIT - 1
    assert reopened(link, later).tick(later + 1) is None
    assert link.deadline == later + HEARTBEAT


def test_a_session_on_an_older_connection_does_not_make_the_new_one_urgent(link: Link) -> None:
    link.watch(START, in_session=True)
    assert reopened(link, START + 1).deadline == START + 1 + HEARTBEAT


def test_an_acknowledgement_owed_on_an_older_connection_is_not_owed_on_the_new_one(link: Link) -> None:
    link.owe_ack(START)
    assert not reopened(link, START + 1).ack_is_due(START + 1)
    assert link.deadline == START + 1 + HEARTBEAT


def test_a_message_timed_on_an_older_connection_measures_nothing_on_the_new_one(link: Link) -> None:
    link.send(END)
    out(link)
    link.receive(say(m.Ack({}, {}, {}), None, applied=1), START + 0.25)
    link.send(END)
    out(link)
    reopened(link, START + 5).receive(say(m.Ack({}, {}, {}), None, applied=2), START + 5)
    assert link.liveness.round_trip == 0.25, "the last one that was measured"


def test_each_connection_is_greeted_once(link: Link) -> None:
    welcome = say(m.Welcome(1, False, "new", "", "", "", 0, {}, {}, {}, {}), None)
    link.receive(welcome, START)
    with pytest.raises(RemoteError, match="welcome came twice"):
        link.receive(welcome, START)
    assert len(reopened(link, START + 1).receive(welcome, START + 1)) == 1


def test_a_new_connection_has_its_whole_allowance_and_no_audio_that_waits(link: Link) -> None:
    link.outbox.add_audio(1, 0, 40 * RATE)
    assert samples(out(link)) == REPLAY_BURST
    assert samples(out(link)) == 0
    link.outbox.drop_audio()
    assert reopened(link, START).deadline == START + HEARTBEAT
    link.outbox.add_audio(2, 0, 40 * RATE)
    assert samples(out(link)) == REPLAY_BURST


def test_an_old_server_is_neither_numbered_nor_watched() -> None:
    link = Link()
    link.open(1, LegacyServer(), START)
    link.send(HOTWORD)
    assert sent(link) == [{"type": "hotword_detected"}]
    link.owe_ack(START)
    assert link.deadline is None
    assert link.tick(START + 1000) is None
    assert out(link) == []
    assert link.outbox.items == [], "what nobody acknowledges is not kept"


def test_an_old_server_may_be_told_as_much_as_one_likes() -> None:
    link = Link()
    link.open(1, LegacyServer(), START)
    for _ in range(2 * MOST_MESSAGES):
        link.send(END)
        out(link)
    assert link.outbox.broken == ""


# --- replay -----------------------------------------------------------------------------------------------------------------------


def samples(frames: list[Any]) -> int:
    return sum((len(frame) - HEADER.size) // 2 for _, frame in frames if isinstance(frame, bytes))


def test_all_that_is_unacknowledged_goes_out_again_in_order_on_the_next_socket(link: Link) -> None:
    link.send(HOTWORD)
    link.outbox.add_audio(1, 0, 1000)
    link.send(END)
    out(link)
    link.receive(say(m.Ack({"1": 400}, {}, {}), None, applied=1), START)
    link.close()
    link.open(2, V1("server"), START)
    link.outbox.rewind()
    (_, sound), (_, end) = out(link)
    assert (decode_audio(sound).at, decode_audio(sound).end) == (400, 1000)
    assert json.loads(end)["seq"] == 2


def test_what_has_waited_goes_out_at_eight_times_real_time_and_control_behind_it_waits_its_turn(link: Link) -> None:
    link.outbox.add_audio(1, 0, 40 * RATE)
    link.send(END)
    assert samples(out(link)) == REPLAY_BURST
    now, total, kinds = START, REPLAY_BURST, [str]
    while total < 40 * RATE:
        assert link.deadline is not None
        now = max(now + 0.001, link.deadline)
        frames = out(link, now)
        total += samples(frames)
        kinds = [type(frame) for _, frame in frames]
        link.liveness.last_in = now  # the other side is there
    assert total == 40 * RATE
    assert now - START == pytest.approx((40 * RATE - REPLAY_BURST) / REPLAY_RATE, abs=0.05)
    assert kinds[-1] is str


def test_samples_that_are_gone_are_declared_in_front_of_those_that_follow(link: Link) -> None:
    link.outbox.add_audio(1, 0, 1000)
    (_, gap), (_, sound) = out(link, oldest=300)
    assert isinstance(gap, str)
    assert isinstance(sound, bytes)
    assert {key: json.loads(gap)[key] for key in ("type", "stream", "at", "samples")} == {
        "type": "gap",
        "stream": 1,
        "at": 0,
        "samples": 300,
    }
    assert (decode_audio(sound).at, decode_audio(sound).end) == (300, 1000)


def test_a_gap_of_minutes_is_one_message_and_does_not_wait() -> None:
    link = Link()
    link.open(1, V1("server"), START)
    link.outbox.add_audio(1, 0, 300 * RATE)
    (_, gap), *sound = out(link, oldest=290 * RATE)
    assert json.loads(gap)["samples"] == 290 * RATE
    assert samples(sound) == REPLAY_BURST
