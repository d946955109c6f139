"""How conversations go and end, and what becomes of the link meanwhile: the rest of what TARS promises, on a clock that the test moves."""

from __future__ import annotations

from itertools import product

import pytest

from tars.core.effects import (
    AbortSocket,
    CancelReply,
    CloseSocket,
    FinishSpeaker,
    Play,
    RearmWakeWord,
    StopSpeaker,
)
from tars.generated.device.outputs import Microphone
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import Pair
from tests.scenarios.telling import STATES, TURNS, begin_reply, brains, cues, hear_reply, listening, reach, utterances

PREROLL_BYTES = 2 * RATE * 2
BLOCK_SECONDS = BLOCK / RATE


# --- what a conversation is like -------------------------------------------------------------------------------------------------


def test_a_follow_up_question_needs_no_second_hotword() -> None:
    pair = Pair()
    session = reach(pair, "DRAINING")
    pair.speak(3)  # over the answer: not meant for the brain
    hear_reply(pair)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    follow_up = pair.speak(7)
    pair.carry()
    assert utterances(pair)[session, 2] == follow_up


def test_an_end_phrase_ends_the_conversation_on_both_sides() -> None:
    pair = Pair()
    session = reach(pair, "DRAINING")
    hear_reply(pair)
    pair.at_server(server_events.EndPhrase(session))
    pair.carry()
    assert listening(pair)
    assert "error" not in cues(pair), "it is meant to end"


@pytest.mark.parametrize(("call", "state"), [("hotword", "THINKING"), *product(("hotword", "button"), ("SPEAKING", "DRAINING"))])
def test_the_user_can_interrupt(call: str, state: str) -> None:
    pair = Pair()
    session = reach(pair, state)
    heard = 0
    if pair.device.downlink is not None:
        heard = 5000
        pair.heard(pair.device.downlink.stream, heard)
        pair.pass_time(0.3)
    getattr(pair, call)()
    silenced = len(pair.done("device", StopSpeaker)) - 1  # the first was that of the hotword
    assert silenced == (heard > 0), "silence at once, before anybody is asked"
    assert cues(pair) == ["chime", "chime"]
    interruption = pair.speak(4)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert pair.done("server", CancelReply) == [CancelReply(session, heard)]
    assert utterances(pair)[session, 2].endswith(interruption)
    begin_reply(pair, session, 1)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN"), "the old answer is nobody's business any more"


def test_after_an_interruption_nothing_of_the_old_answer_is_played() -> None:
    pair = Pair()
    session = reach(pair, "SPEAKING")
    pair.hotword()
    pair.says(session, 1, bytes(8000))  # on its way when the user interrupts
    heard_so_far = len(pair.done("device", Play))
    pair.carry()
    assert len(pair.done("device", Play)) == heard_so_far


@pytest.mark.parametrize("state", STATES[1:])
def test_a_timer_rings_in_and_out_of_a_conversation(state: str) -> None:
    pair = Pair()
    reach(pair, state)
    before = pair.states("session"), pair.states("turn")
    pair.at_server(server_events.TimerDue("tea"))
    pair.carry()
    assert cues(pair)[-1] == "alarm"
    assert (pair.states("session"), pair.states("turn")) == before


# --- the end of a conversation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", TURNS)
def test_a_link_lost_in_a_conversation_ends_it_audibly_on_the_device_and_at_once_on_the_server(state: str) -> None:
    pair = Pair()
    reach(pair, state)
    pair.network = False
    pair.cut()
    pair.pass_time(0)
    assert pair.device.states.session.state == "LISTENING"
    assert cues(pair)[-1] == "error"
    assert pair.device.microphone is Microphone.WAKE_WORD
    assert pair.server.states.session.state == "IDLE"
    assert brains(pair) == (1, 1)
    pair.network = True
    pair.pass_time(20)
    assert listening(pair)
    pair.converse()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


def end_by_button(pair: Pair, session: str) -> None:
    pair.button()


def end_by_phrase(pair: Pair, session: str) -> None:
    pair.at_server(server_events.EndPhrase(session))


def end_by_silence(pair: Pair, session: str) -> None:
    pair.at_server(server_events.UserSilent(session, 1))


def end_by_failure(pair: Pair, session: str) -> None:
    pair.at_server(server_events.BrainFailed(session, "lost the thread"))


def end_by_length(pair: Pair, session: str) -> None:
    for _ in range(8):  # the user keeps talking
        pair.pass_time(120)
        pair.at_server(server_events.ReplyStarted(session, pair.server.machines["turn"].context.turn))
        pair.at_server(server_events.ReplyEnded(session, pair.server.machines["turn"].context.turn))
        pair.carry()


@pytest.mark.parametrize("end", [end_by_button, end_by_phrase, end_by_silence, end_by_failure, end_by_length])
def test_the_end_of_a_conversation_never_disconnects(end: object) -> None:
    pair = Pair()
    session = reach(pair, "USER_TURN")
    assert callable(end)
    end(pair, session)
    pair.carry()
    assert listening(pair)
    assert brains(pair) == (1, 1)
    assert pair.done("device", RearmWakeWord)
    assert pair.device.states.connection.state == "CONNECTED"
    assert not [effect for _, effect in pair.effects if isinstance(effect, CloseSocket | AbortSocket)]


@pytest.mark.parametrize("state", ["SPEAKING", "DRAINING"])
def test_what_is_being_played_may_finish_when_the_conversation_ends(state: str) -> None:
    pair = Pair()
    session = reach(pair, state)
    pair.at_server(server_events.EndPhrase(session))
    pair.carry()
    assert listening(pair)
    assert pair.done("device", FinishSpeaker)
    assert pair.done("device", StopSpeaker) == [StopSpeaker()], "only that of the hotword"


def test_the_link_may_be_silent_for_hours_and_the_user_may_not() -> None:
    """The session timeout counts samples, in tests/server/test_brain_session.py; here no time ends a session, nor a session a link."""
    pair = Pair().start()
    pair.pass_time(5 * 3600)
    assert pair.device.states.connection.state == "CONNECTED"
    session = pair.converse()
    pair.pass_time(100)
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION"), "no sound has come, so no silence has passed"
    pair.at_server(server_events.UserSilent(session, 1))
    pair.carry()
    assert listening(pair)
    assert len(pair.dials) == 1


# --- a link that nobody uses -----------------------------------------------------------------------------------------------------


def test_an_idle_link_is_tried_every_thirty_seconds() -> None:
    pair = Pair().start()
    began = pair.now
    pair.pass_time(95)
    pings = sorted({round(moment - began, 3) for moment, _, frame in pair.wire if '"ping"' in str(frame)})
    assert pings == [30, 60, 90]


def test_a_dead_link_is_noticed_and_replaced_although_nobody_speaks() -> None:
    pair = Pair().start()
    pair.cut(noticed=False)
    pair.pass_time(45)
    assert pair.device.states.connection.state == "CONNECTED"
    assert len(pair.dials) == 2
    assert listening(pair)
    assert pair.server.states.continuity.state == "LINKED"


def test_a_server_notices_that_a_device_is_gone() -> None:
    pair = Pair().start()
    pair.network = False
    pair.cut(noticed=False)
    pair.pass_time(45)
    assert pair.server.states.session.state == "IDLE"


def test_a_link_that_dies_while_the_user_speaks_is_noticed_within_four_seconds_by_both() -> None:
    pair = Pair()
    reach(pair, "USER_TURN")
    pair.cut(noticed=False)
    pair.network = False
    for _ in range(50):
        pair.speak(1)
        pair.pass_time(BLOCK_SECONDS)
    assert pair.device.states.connection.state != "CONNECTED"
    assert cues(pair)[-1] == "error"
    pair.pass_time(40)
    assert pair.server.states.session.state == "IDLE"


# --- one connection for each conversation, as the old fleet had it -----------------------------------------------------------------


def test_a_device_may_connect_for_each_conversation_and_disconnect_after_it() -> None:
    pair = Pair(persistent=False).start()
    pair.pass_time(100)
    assert pair.dials == []
    for number in range(1, 4):
        before = pair.speak(30)
        session = pair.converse()
        assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
        assert len(pair.dials) == number
        assert utterances(pair)[session, 1] == before[-PREROLL_BYTES:], "connecting costs time, but no word"
        pair.at_server(server_events.EndPhrase(session))
        pair.carry()
        assert pair.device.states.connection.state == "DISCONNECTED"
        assert pair.states("session") == ("LISTENING", "IDLE")
        pair.pass_time(100)
    assert len(pair.dials) == 3
