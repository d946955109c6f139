"""How much the server's core takes from a device and sends to it, at most and exactly."""

from __future__ import annotations

import pytest

from tars.core.codec import V1, Audio, Control
from tars.core.effects import CloseSocket, Effect, Gap
from tars.core.held_speech import HELD_SECONDS
from tars.core.outbox import MOST_MESSAGES
from tars.generated import messages as m
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.core.test_server import SECOND, from_device
from tests.pair import RESUME, Pair
from tests.scenarios.telling import reach

LONGEST = 310 * RATE
"""Samples of one utterance: a user's turn, and what the device can have kept from before."""


def reasons(effects: list[Effect]) -> list[str]:
    """Why the link was closed."""
    return [effect.reason for effect in effects if isinstance(effect, CloseSocket)]


def unnumbered(pair: Pair, message: m.Message) -> list[Effect]:
    """A message outside the order comes in."""
    (frame,) = V1("server").encode(Control(message, None, 0))
    return pair.server.receive(pair.server.link.generation, frame, pair.now)


@pytest.mark.parametrize("more", [0, 1])
def test_an_utterance_has_at_most_so_many_samples_wherever_it_begins(more: int) -> None:
    pair = Pair(limits=RESUME).start()
    pair.speak(100)
    session = pair.converse()
    inbound = pair.server.inbound
    assert inbound is not None
    assert inbound.start == 100 * BLOCK - 2 * RATE
    left = inbound.start + LONGEST - inbound.received + more
    effects = unnumbered(pair, m.Gap(1, inbound.received, left, "overflow"))
    if more:
        assert reasons(effects) == [f"stream 1 has {LONGEST + 1} samples; at most {LONGEST} are allowed"]
    else:
        assert effects[-1] == Gap(session, 1, inbound.received - left, left)


def test_exactly_so_much_sound_is_held_until_the_brain_opens() -> None:
    pair = Pair(limits=RESUME).start()
    pair.hotword()
    pair.carry()
    effects: list[Effect] = []
    for second in range(HELD_SECONDS):
        frame = V1("server").encode_audio(Audio(1, second * RATE, SECOND))
        effects += pair.server.receive(pair.server.link.generation, frame, pair.now)
    assert reasons(effects) == []
    assert pair.server.status(pair.now).speech_waits == HELD_SECONDS * RATE
    frame = V1("server").encode_audio(Audio(1, HELD_SECONDS * RATE, b"ab"))
    effects = pair.server.receive(pair.server.link.generation, frame, pair.now)
    assert reasons(effects) == [f"more than {HELD_SECONDS} s of sound before the brain has opened"]


def test_exactly_so_much_pre_roll_is_taken() -> None:
    pair = Pair(limits=RESUME).start()
    effects = from_device(pair, m.HotwordDetected("s1", 1, 0, HELD_SECONDS * RATE, "hey_jarvis", 0.9))
    assert reasons(effects) == []
    assert pair.server.wake == HELD_SECONDS * RATE


@pytest.mark.not_replayed("the device is not told that its link is closed")
def test_a_device_that_acknowledges_nothing_is_refused() -> None:
    pair = Pair(limits=RESUME).start()
    effects: list[Effect] = []
    for _ in range(MOST_MESSAGES + 1):
        assert reasons(effects) == []
        effects = pair.server.handle(server_events.TimerDue("tea"), pair.now)
    assert reasons(effects) == [f"more than {MOST_MESSAGES} messages are unacknowledged"]
    assert pair.server.states.continuity.state == "INTERRUPTED"


def test_sound_of_older_streams_is_counted_as_dropped() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    for _ in range(3):
        pair.server.receive(pair.server.link.generation, V1("server").encode_audio(Audio(7, 0, SECOND)), pair.now)
    assert pair.server.status(pair.now).dropped_samples == 3 * RATE


def test_no_more_of_a_reply_is_acknowledged_than_was_sent_also_when_nothing_waits_any_more() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "DRAINING")
    pair.pass_time(1)
    assert pair.server.link.outbox.items == []
    effects = unnumbered(pair, m.Ack({"1": RATE + 1}, {}, {}))
    assert reasons(effects) == [f"sample {RATE + 1} of stream 1 is acknowledged, but only {RATE} were sent"]


@pytest.mark.parametrize("state", ["THINKING", "SPEAKING"])
def test_the_brain_speaks_in_a_reply_that_has_begun_and_for_its_own_turn_only(state: str) -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, state)
    sent = pair.server.reply.sent
    pair.server.speak(session, 1 if state == "THINKING" else 2, SECOND, pair.now)
    pair.server.speak("s0", 1, SECOND, pair.now)
    pair.server.speak(session, 1, b"", pair.now)
    assert pair.server.reply.sent == sent


@pytest.mark.parametrize(("state", "committed"), [("USER_TURN", 0), ("THINKING", 0), ("SPEAKING", 5 * BLOCK), ("DRAINING", 5 * BLOCK)])
def test_an_utterance_is_committed_once_its_reply_has_begun(state: str, committed: int) -> None:
    pair = Pair(limits=RESUME)
    reach(pair, state)
    assert pair.server.progress() == m.Ack({"1": 5 * BLOCK}, {"1": committed}, {})


def test_replies_are_numbered_from_1_to_65535_and_again() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "THINKING")
    pair.server.reply.stream = 0xFFFF
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair.carry()
    assert pair.device.downlink is not None
    assert (pair.server.reply.stream, pair.device.downlink.stream) == (1, 1)
