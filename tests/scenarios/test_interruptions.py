"""Stories in which somebody speaks over a reply, and the server decides whether that interrupts it."""

from __future__ import annotations

import random

import pytest

from tars.core.device import LEAD
from tars.core.effects import (
    BeginInterruption,
    BeginTurn,
    CancelReply,
    OpenSpeaker,
    PauseSpeaker,
    RearmWakeWord,
    ResumeSpeaker,
    StopSpeaker,
)
from tars.generated.device.outputs import Microphone
from tars.generated.server import events
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.interrupting import BEFORE, false, meant, numbers, paused, played
from tests.scenarios.telling import announce, begin_reply, cues, hear_reply, listening, reach, sent, utterances

BYTES = 2 * BLOCK


@pytest.mark.parametrize("state", BEFORE)
def test_whoever_speaks_over_a_reply_is_heard_from_before_the_speech_and_the_reply_is_silent(state: str) -> None:
    pair, session = paused(state)
    said = pair.speak(3)
    pair.carry()
    assert pair.done("device", PauseSpeaker)
    assert (cues(pair), len(pair.done("device", StopSpeaker))) == (["chime"], 1), "those of the wake word, with which it all began"
    (begun,) = pair.done("server", BeginInterruption)
    spoken = utterances(pair)[session, 2]
    assert begun == BeginInterruption(session, 2, pair.device.ring.end - len(spoken) // 2)
    assert spoken.endswith(said)
    assert len(spoken) == len(said) + 2 * LEAD
    assert pair.server.reply.heard == RATE // 2


@pytest.mark.parametrize("state", BEFORE)
def test_what_is_meant_cuts_the_reply_on_both_sides_and_is_the_next_turn(state: str) -> None:
    pair, session = paused(state)
    said = pair.speak(3)
    pair.carry()
    meant(pair, session)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert numbers(pair) == (2, 2)
    assert pair.done("server", CancelReply) == [CancelReply(session, RATE // 2)]
    before = len(played(pair))
    pair.says(session, 1, bytes(RATE))
    pair.at_server(events.ReplyEnded(session, 1))
    pair.carry()
    assert len(played(pair)) == before
    assert not pair.done("device", ResumeSpeaker)
    assert len(pair.done("device", StopSpeaker)) == 2, "one of them is the wake word's"
    assert cues(pair) == ["chime"], "the user speaks already"
    more = pair.speak(2)
    pair.carry()
    assert utterances(pair)[session, 2].endswith(said + more), "one utterance, without a hole"
    assert pair.done("server", BeginTurn)[-1].turn == 2  # type: ignore[attr-defined]
    pair.at_server(events.SpeechEnded(session, 2))
    pair.carry()
    assert pair.states("turn") == ("THINKING", "THINKING")


@pytest.mark.parametrize("state", BEFORE)
def test_after_a_false_interruption_the_reply_goes_on_and_every_sample_of_it_is_played_once(state: str) -> None:
    pair, session = paused(state)
    cough = pair.speak(2)
    pair.carry()
    false(pair, session)
    assert pair.states("turn") == (state, state)
    assert pair.done("device", ResumeSpeaker)
    assert pair.device.microphone is Microphone.WAKE_WORD
    if state == "SPEAKING":
        pair.says(session, 1, b"ab" * RATE)
        pair.at_server(events.ReplyEnded(session, 1))
        pair.carry()
    reply = pair.device.downlink
    assert reply is not None
    assert len(played(pair)) == 2 * reply.received == 2 * (reply.length or 0)
    assert len(pair.done("device", OpenSpeaker)) == 1
    hear_reply(pair)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert numbers(pair) == (2, 2)
    said = pair.speak(3)
    pair.carry()
    assert utterances(pair)[session, 2] == said, "the cough belongs to no turn"
    assert cough
    assert not pair.done("server", CancelReply)


def test_a_reply_whose_end_arrives_while_it_is_paused_is_played_to_that_end() -> None:
    pair, session = paused()
    pair.says(session, 1, b"ab" * RATE)
    pair.at_server(events.ReplyEnded(session, 1))
    pair.at_server(events.ReplyEnded(session, 1))
    pair.carry()
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    assert sent(pair, "server").count("tts_stream_end") == 1
    false(pair, session)
    assert pair.states("turn") == ("DRAINING", "DRAINING")
    hear_reply(pair)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_a_reply_whose_last_samples_are_heard_while_it_is_paused_is_over_when_it_resumes() -> None:
    pair, session = paused("DRAINING")
    hear_reply(pair)
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    false(pair, session)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_a_reply_can_be_interrupted_again() -> None:
    pair, session = paused()
    false(pair, session)
    pair.speak(20)
    pair.speaks_over()
    said = pair.speak(2)
    pair.carry()
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    meant(pair, session)
    assert numbers(pair) == (2, 2)
    assert utterances(pair)[session, 2].endswith(said)


def test_speech_that_is_noticed_again_changes_nothing() -> None:
    pair, _ = paused()
    pair.speaks_over()
    pair.carry()
    assert len(pair.done("device", PauseSpeaker)) == 1
    assert sent(pair, "device").count("interruption") == 1


@pytest.mark.parametrize("state", ["LISTENING", "HOTWORD_DETECTED", "USER_TURN", "THINKING", "ANNOUNCEMENT"])
def test_speech_is_no_interruption_while_nothing_is_played(state: str) -> None:
    pair = Pair(limits=RESUME)
    reach(pair, state)
    pair.speaks_over()
    pair.carry()
    assert not pair.done("device", PauseSpeaker)
    assert "interruption" not in sent(pair, "device")


# --- the wake word and the button ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", BEFORE)
def test_the_wake_word_over_a_paused_reply_needs_no_decision_and_nothing_said_with_it_is_lost(state: str) -> None:
    pair, session = paused(state)
    called = pair.speak(5)
    pair.carry()
    pair.hotword()
    said = pair.speak(2)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert numbers(pair) == (3, 3)
    assert cues(pair) == ["chime", "chime"]
    assert utterances(pair)[session, 3].endswith(called + said), "also what was heard by then, as what it was not known"
    assert pair.done("server", CancelReply) == [CancelReply(session, RATE // 2)]


def test_the_button_over_a_paused_reply_needs_no_decision() -> None:
    pair, session = paused()
    pair.speak(5)
    pair.button()
    said = pair.speak(2)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert utterances(pair)[session, 3] == said


def test_the_wake_word_hears_on_while_a_reply_is_paused() -> None:
    pair, session = paused()
    assert pair.device.microphone is Microphone.BOTH
    rearmed = len(pair.done("device", RearmWakeWord))
    false(pair, session)
    assert len(pair.done("device", RearmWakeWord)) == rearmed, "a word that has begun is heard to its end"


def test_a_wake_word_that_crosses_the_decision_that_it_was_nothing_wins() -> None:
    pair, session = paused()
    pair.at_server(events.InterruptionFalse(session, 1))
    pair.hotword()
    said = pair.speak(1)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert numbers(pair) == (3, 3)
    assert utterances(pair)[session, 3].endswith(said)
    assert not pair.done("device", ResumeSpeaker)


@pytest.mark.parametrize("came", [0, 1, 2, 3])
def test_a_wake_word_that_crosses_what_was_meant_and_its_answer_wins(came: int) -> None:
    """The server may have decided, heard the utterance to its end, and answered."""
    pair, session = paused()
    pair.at_server(events.InterruptionMeant(session, 1))
    if came > 0:
        pair.at_server(events.SpeechEnded(session, 2))
    if came > 1:
        begin_reply(pair, session, 2)
    if came > 2:
        pair.at_server(events.ReplyEnded(session, 2))
    pair.hotword()
    said = pair.speak(1)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert numbers(pair) == (3, 3)
    assert utterances(pair)[session, 3].endswith(said)
    assert len(pair.done("device", OpenSpeaker)) == 1, "nothing of the crossing answer is played"
    pair.at_server(events.SpeechEnded(session, 2))
    assert pair.states("turn") == ("USER_TURN", "USER_TURN"), "it is outdated"


# --- announcements -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asks", [False, True])
def test_an_announcement_that_nobody_interrupts_stays_one(asks: bool) -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair, asks=asks)
    pair.reply(session, 1, bytes(2 * RATE))
    pair.carry()
    pair.speaks_over()
    pair.carry()
    false(pair, session)
    hear_reply(pair)
    assert listening(pair) is not asks
    assert pair.states("turn") == (("USER_TURN", "USER_TURN") if asks else ("NO_TURN", "NO_TURN"))


def test_whoever_interrupts_an_announcement_has_the_floor_and_a_conversation() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    begin_reply(pair, session, 1)
    pair.carry()
    pair.speaks_over()
    pair.carry()
    meant(pair, session)
    pair.at_server(events.SpeechEnded(session, 2))
    pair.reply(session, 2, bytes(2 * RATE))
    pair.carry()
    hear_reply(pair)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN"), "and the floor again after the answer"


# --- old devices and old servers -----------------------------------------------------------------------------------------------------


def test_an_old_server_is_never_told_of_an_interruption() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    pair.device.takes_interruptions = False  # as after the welcome of one
    pair.speaks_over()
    pair.carry()
    assert pair.states("turn") == ("SPEAKING", "SPEAKING")
    assert not pair.done("device", PauseSpeaker)


def test_nor_is_one_that_speaks_the_old_protocol() -> None:
    pair = Pair(legacy_server=True)
    pair.start()
    pair.hotword()
    pair.carry()
    assert not pair.device.takes_interruptions


# --- at random -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_whatever_people_brain_and_network_do_both_sides_agree_in_the_end(seed: int) -> None:
    chance = random.Random(seed)
    pair = Pair(limits=RESUME, seed=seed)
    session = reach(pair, "SPEAKING")
    for _ in range(30):
        turn = pair.server.states.turn.context.turn
        act = chance.choice(["over", "speak", "meant", "false", "carry", "carry", "hear", "end", "cut", "hotword", "says", "answer"])
        if act == "over":
            pair.speaks_over()
        elif act == "speak":
            pair.speak(chance.randint(1, 3))
        elif act == "meant":
            pair.at_server(events.InterruptionMeant(session, turn))
        elif act == "false":
            pair.at_server(events.InterruptionFalse(session, turn))
        elif act == "carry":
            pair.carry()
        elif act == "hear" and pair.device.downlink is not None:
            pair.heard(pair.device.downlink.stream, pair.device.downlink.received)
        elif act == "end":
            pair.at_server(events.ReplyEnded(session, turn))
        elif act == "cut":
            pair.cut()
        elif act == "hotword" and pair.device.states.turn.state == "PAUSED":
            pair.hotword()
        elif act == "says":
            pair.says(session, turn, bytes(BYTES))
        elif act == "answer":
            pair.at_server(events.SpeechEnded(session, turn))
            pair.at_server(events.ReplyStarted(session, turn))
    pair.pass_time(3)
    assert len(set(pair.states("turn"))) == 1
    assert len(set(numbers(pair))) == 1
    assert (pair.server.refused, pair.device.refused) == (0, 0)
