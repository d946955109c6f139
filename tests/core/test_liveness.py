"""Heartbeat, deadlines, and when a link is dead. How they meet frames is in test_link.py."""

from __future__ import annotations

from tars.core.liveness import HEARTBEAT, HOTWORD_LIMIT, PONG_LIMIT, SESSION_HEARTBEAT, SILENCE_LIMIT, Liveness

START = 100.0


def test_an_idle_connection_is_pinged_and_dead_when_nothing_answers() -> None:
    liveness = Liveness(START)
    assert (liveness.ping_due, liveness.deadline) == (START + HEARTBEAT, START + HEARTBEAT)
    assert liveness.why_dead(START + 1000) is None, "nothing was asked"
    liveness.ping_sent(START + HEARTBEAT)
    assert (liveness.ping_due, liveness.deadline) == (None, START + HEARTBEAT + PONG_LIMIT)
    assert liveness.why_dead(START + HEARTBEAT + PONG_LIMIT - 0.01) is None
    assert liveness.why_dead(START + HEARTBEAT + PONG_LIMIT) == "no answer to the heartbeat within 10 s"


def test_any_frame_answers_a_ping() -> None:
    liveness = Liveness(START)
    liveness.ping_sent(START)
    liveness.frame_received(START + 1)
    assert liveness.why_dead(START + PONG_LIMIT) is None
    assert liveness.deadline == START + 1 + HEARTBEAT


def test_an_urgent_connection_is_dead_after_three_seconds() -> None:
    liveness = Liveness(START)
    liveness.watch(START, urgent=True)
    assert liveness.deadline == START + SESSION_HEARTBEAT
    liveness.ping_sent(START + SESSION_HEARTBEAT)
    assert liveness.why_dead(START + SILENCE_LIMIT - 0.01) is None
    assert liveness.why_dead(START + SILENCE_LIMIT) == "nothing came in for 3 s in a session, or while something was unacknowledged"


def test_urgency_counts_from_its_beginning_and_ends() -> None:
    liveness = Liveness(START)
    liveness.watch(START + 10, urgent=True)
    liveness.watch(START + 20, urgent=True)
    assert liveness.ping_due == START + 10 + SESSION_HEARTBEAT
    liveness.watch(START + 20, urgent=False)
    assert liveness.ping_due == START + HEARTBEAT


def test_a_hotword_must_be_acknowledged_within_a_second() -> None:
    liveness = Liveness(START)
    liveness.message_sent(7, START, is_hotword=True)
    liveness.frame_received(START + 0.9)
    liveness.acknowledged(6, START + 0.9)
    assert liveness.deadline == START + HOTWORD_LIMIT
    assert liveness.why_dead(START + HOTWORD_LIMIT) == "the hotword was not acknowledged within 1 s"
    liveness.acknowledged(7, START + HOTWORD_LIMIT)
    assert liveness.why_dead(START + HOTWORD_LIMIT) is None


def test_the_oldest_unacknowledged_message_measures_the_round_trip() -> None:
    liveness = Liveness(START)
    liveness.message_sent(1, START, is_hotword=False)
    liveness.message_sent(2, START + 1, is_hotword=False)
    liveness.acknowledged(1, START + 2)
    assert liveness.round_trip == 2
    liveness.acknowledged(2, START + 9)
    assert liveness.round_trip == 2, "one at a time"
    liveness.pong_received(START + 9, START + 9.5)
    assert liveness.round_trip == 0.5
    liveness.pong_received(START + 10, START + 9)
    assert liveness.round_trip == 0


def test_only_the_answer_to_a_later_ping_shows_that_the_other_side_is_there_later() -> None:
    liveness = Liveness(START)
    liveness.frame_received(START + 5)
    assert liveness.shown_at == START, "it may have been under way for long"
    liveness.pong_received(START + 2, START + 6)
    assert liveness.shown_at == START + 2
