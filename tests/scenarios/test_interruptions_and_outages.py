"""Stories in which a link, a server or a decision goes missing while a reply is paused."""

from __future__ import annotations

import pytest

from tars.core.device import LEAD
from tars.core.effects import Cue, PauseSpeaker
from tars.generated.server import events
from tests.pair import RESUME, Pair
from tests.scenarios.interrupting import BEFORE, false, meant, numbers, paused
from tests.scenarios.telling import cues, listening, reach, utterances


def test_an_outage_loses_nothing_of_what_is_said_over_a_reply() -> None:
    pair, session = paused()
    first = pair.speak(2)
    pair.cut()
    second = pair.speak(5)
    pair.pass_time(3)
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    meant(pair, session)
    assert utterances(pair)[session, 2].endswith(first + second)
    assert numbers(pair) == (2, 2)


def test_an_interruption_that_an_outage_swallows_arrives_after_it() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "SPEAKING")
    pair.cut(noticed=False)
    pair.speaks_over()
    said = pair.speak(2)
    pair.device_lost()
    pair.pass_time(3)
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    assert utterances(pair)[session, 2].endswith(said)


@pytest.mark.parametrize("decide", [meant, false])
def test_a_decision_that_an_outage_swallows_arrives_after_it(decide: object) -> None:
    pair, session = paused()
    pair.cut()
    decide(pair, session)  # type: ignore[operator]
    pair.pass_time(3)
    assert pair.states("turn") == (("USER_TURN",) * 2 if decide is meant else ("SPEAKING",) * 2)


def test_without_a_link_speech_pauses_nothing_for_nobody_decides() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "DRAINING")
    pair.network = False
    pair.cut()
    pair.speaks_over()
    assert pair.states("turn")[0] == "DRAINING"
    assert not pair.done("device", PauseSpeaker)


@pytest.mark.parametrize("decide", [meant, false])
@pytest.mark.parametrize("state", BEFORE)
def test_a_server_that_hands_over_to_the_next_leaves_the_decision_to_it(state: str, decide: object) -> None:
    pair, session = paused(state)
    said = pair.speak(2)
    pair.carry()
    pair.replace()
    pair.pass_time(3)
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    decide(pair, session)  # type: ignore[operator]
    assert pair.states("turn") == (("USER_TURN",) * 2 if decide is meant else (state,) * 2)
    assert utterances(pair)[session, 2].endswith(said)


def test_after_a_crash_of_the_server_what_was_said_over_the_reply_is_announced_again_from_its_beginning() -> None:
    pair, session = paused()
    said = pair.speak(3)
    pair.carry()
    pair.crash()
    pair.device_lost()
    pair.pass_time(3)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    pair.at_server(events.BrainReady(session))
    pair.carry()
    spoken = utterances(pair)[session, 1]
    assert spoken.endswith(said)
    assert len(spoken) == len(said) + 2 * LEAD


def test_a_false_interruption_is_not_announced_again_after_a_crash() -> None:
    pair, session = paused()
    pair.speak(3)
    pair.carry()
    false(pair, session)
    pair.crash()
    pair.device_lost()
    pair.pass_time(3)
    assert listening(pair)
    assert cues(pair) == ["chime", "error"], "as after any crash in the middle of a reply"


def test_a_device_that_gives_its_server_up_says_so_and_keeps_silent() -> None:
    pair, _ = paused()
    pair.network = False
    pair.cut()
    pair.pass_time(RESUME.device_grace + 1)
    assert pair.device.states.session.state == "LISTENING"
    assert cues(pair) == ["chime", "error"]


def test_a_server_that_never_decides_ends_the_conversation_within_its_limit() -> None:
    pair, _ = paused()
    pair.pass_time(RESUME.server_interruption_limit + 1)
    assert listening(pair)


def test_a_device_does_not_wait_for_ever_either() -> None:
    pair, _ = paused()
    pair.now += RESUME.device_interruption_limit - 1
    pair.device.tick(pair.now)
    assert pair.states("turn")[0] == "PAUSED"
    effects = pair.device.tick(pair.now + 1)
    assert pair.states("session")[0] == "LISTENING"
    assert Cue("error") in effects
