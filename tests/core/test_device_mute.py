"""A muted microphone: what was captured before is gone, what is captured is dropped, and no turn of the user lasts."""

from __future__ import annotations

import pytest

from tars.core.effects import RearmWakeWord
from tars.generated.device import outputs
from tars.generated.device.session import SessionState
from tars.generated.server import events as server_events
from tars.samples import BLOCK, WIDTH
from tests.pair import RESUME, Pair
from tests.scenarios.telling import announce, cues, hear_reply, listening, reach, sound_in


def mute(pair: Pair, muted: bool = True) -> None:
    pair._collect("device", pair.device.mute(muted, pair.now))


def speech(pair: Pair) -> bytes:
    """All speech that the device has sent so far."""
    return sound_in([frame for _, side, frame in pair.wire if side == "device"])


def test_nothing_that_was_captured_before_a_mute_or_during_it_is_sent_after_it() -> None:
    pair = Pair(limits=RESUME).start()
    before = pair.speak(10)
    mute(pair)
    during = pair.speak(10)
    mute(pair, muted=False)
    after = pair.speak(2)
    assert pair.device.ring.end == 22 * BLOCK, "offsets still measure time"
    pair.hotword()
    pair.pass_time(1)
    assert speech(pair) == after
    assert pair.device.uplink.start == 20 * BLOCK
    kept = bytes(pair.device.ring._bytes)
    assert after in kept
    assert before[: 2 * WIDTH * 4] not in kept
    assert during[: 2 * WIDTH * 4] not in kept


@pytest.mark.parametrize("state", ["HOTWORD_DETECTED", "USER_TURN", "PAUSED"])
def test_a_mute_ends_the_utterance_and_drops_what_was_not_sent_of_it(state: str) -> None:
    pair = Pair(limits=RESUME)
    reach(pair, state)
    pair.pass_time(1)
    sent = speech(pair)
    pair.network = False
    pair.cut()
    pair.speak(20)
    mute(pair)
    assert pair.device.machines["session"].state is SessionState.LISTENING
    pair.network = True
    pair.pass_time(8)
    assert listening(pair)
    assert speech(pair) == sent
    assert "error" not in cues(pair)


def test_what_waits_to_be_sent_at_the_mute_is_not_sent_and_is_no_lost_speech() -> None:
    """After an outage what was kept leaves at eight times the speed of speech."""
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    pair.network = False
    pair.cut()
    pair.speak(200)
    pair.network = True
    pair.pass_time(1)
    assert pair.states("continuity") == ("LINKED", "LINKED")
    assert pair.device.link.outbox.oldest_sample is not None
    sent = speech(pair)
    mute(pair)
    pair.pass_time(8)
    assert listening(pair)
    assert speech(pair) == sent
    assert [step.event for step in pair.trace() if step.event == "gap"] == []


@pytest.mark.parametrize("state", ["SPEAKING", "DRAINING"])
def test_an_answer_is_heard_to_its_end_while_muted_and_then_the_session_ends(state: str) -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, state)
    mute(pair)
    assert pair.states("turn") == (state, state)
    if state == "SPEAKING":
        pair.at_server(server_events.ReplyEnded(session, 1))
        pair.carry()
    sent = speech(pair)
    hear_reply(pair)
    pair.speak(3)
    pair.pass_time(1)
    assert listening(pair)
    assert speech(pair) == sent


def test_a_question_to_a_muted_device_is_heard_and_its_session_ends() -> None:
    pair = Pair(limits=RESUME).start()
    mute(pair)
    session = announce(pair, asks=True)
    pair.reply(session, 1, bytes(2 * BLOCK))
    pair.carry()
    hear_reply(pair)
    pair.pass_time(1)
    assert listening(pair)


def test_a_question_that_a_new_server_would_need_again_is_not_sent_again_after_a_mute() -> None:
    for unmuted in (False, True):
        pair = Pair(limits=RESUME)
        reach(pair, "THINKING")
        mute(pair)
        sent = speech(pair)
        if unmuted:
            mute(pair, muted=False)
        pair.crash()
        pair.pass_time(8)
        assert listening(pair)
        assert speech(pair) == sent
        assert cues(pair)[-1] == "error", "an answer that does not come is not silence"


def test_the_wake_word_forgets_what_it_was_fed_when_the_microphone_is_muted_and_when_it_is_back() -> None:
    pair = Pair().start()
    for muted in (True, True, False, False):
        mute(pair, muted)
    assert len(pair.done("device", RearmWakeWord)) == 1 + 2, "and once when the device started"
    assert [step.payload["muted"] for step in pair.trace() if step.event == "mute"] == [True, False]


def test_wherever_speech_goes_to_the_server_the_button_ends_the_session() -> None:
    """On this a mute relies."""
    for (session, turn), route in outputs.MICROPHONE.items():
        if route is outputs.Microphone.SERVER:
            state = turn.value if session is SessionState.ACTIVE_SESSION else session.value
            pair = Pair()
            reach(pair, state)
            pair.button()
            assert pair.device.machines["session"].state is SessionState.LISTENING, state
