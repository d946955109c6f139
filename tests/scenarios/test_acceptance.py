"""What TARS promises, one promise a test. Time passes on a clock that the test moves; nothing here has a socket or a task.

The same promises with the real programs are in test_programs.py and in tests/e2e.
"""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from tars.core.effects import (
    AbortSocket,
    BeginTurn,
    CancelReply,
    CloseSocket,
    FinishSpeaker,
    GiveUp,
    OpenSocket,
    Play,
    RearmWakeWord,
    StopSpeaker,
)
from tars.core.node import JITTER
from tars.generated.device import events as device_events
from tars.generated.device.means import Microphone
from tars.generated.limits import Limits
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import Pair
from tests.scenarios.telling import STATES, TURNS, begin_reply, brains, cues, hear_reply, reach, reasons, sent, utterances

LADDER = Limits().backoff
PREROLL_BYTES = 2 * RATE * 2
BLOCK_SECONDS = BLOCK / RATE


def listening(pair: Pair) -> bool:
    """Whether both sides wait for a wake word, and the device's microphone goes to it."""
    return pair.states("session") == ("LISTENING", "LISTENING") and pair.device.microphone is Microphone.WAKE_WORD


# --- the connection --------------------------------------------------------------------------------------------------------------


def test_the_connection_is_made_at_start() -> None:
    pair = Pair().start()
    assert pair.device.state("connection") == "CONNECTED"
    assert listening(pair)


def test_one_connection_survives_many_sessions() -> None:
    pair = Pair().start()
    for _ in range(20):
        session = pair.converse()
        pair.speak(10)
        pair.reply(session, 1, bytes(3200))
        pair.carry()
        hear_reply(pair)
        pair.pass_time(5)
        pair.button()
        pair.carry()
        assert listening(pair)
        pair.pass_time(300)
    assert pair.device.state("connection") == "CONNECTED"
    assert len(pair.dials) == 1
    assert brains(pair) == (20, 20)


def test_the_connection_comes_back_by_itself_after_every_interruption() -> None:
    pair = Pair().start()
    for interruption in range(1, 6):
        pair.cut()
        pair.pass_time(60)
        assert pair.device.state("connection") == "CONNECTED"
        assert len(pair.dials) == 1 + interruption
        session = pair.converse()
        assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
        pair.at_server(server_events.EndPhrase(session))
        pair.carry()
        assert listening(pair)


def waits(pair: Pair) -> list[float]:
    """The seconds between attempts to connect."""
    return [later - earlier for earlier, later in pairwise(pair.dials)]


def test_attempts_to_connect_come_after_1_2_4_8_16_and_then_every_16_seconds_with_jitter() -> None:
    for seed in range(5):
        pair = Pair(network=False, seed=seed).start()
        pair.pass_time(300)
        promised = [*LADDER, *[LADDER[-1]] * 20]
        assert len(pair.dials) > 12
        for waited, step in zip(waits(pair), promised, strict=False):
            assert step <= waited <= step * (1 + JITTER)


def test_devices_that_lost_the_same_server_do_not_come_back_together() -> None:
    moments = set()
    for seed in range(50):
        pair = Pair(seed=seed).start()
        pair.cut()
        pair.pass_time(3)
        moments.add(round(pair.dials[1] - pair.now, 2))
    assert len(moments) > 15


def test_the_ladder_starts_over_only_after_ten_stable_seconds() -> None:
    pair = Pair(network=False).start()
    pair.pass_time(40)
    pair.network = True

    def wait_after(stable: float) -> float:
        """The seconds without a link after one that lasted so long."""
        while pair.device.state("connection") != "CONNECTED":
            pair.pass_time(0.05)
        pair.pass_time(stable)
        pair.cut()
        lost, before = pair.now, len(pair.dials)
        while len(pair.dials) == before:
            pair.pass_time(0.05)
        return pair.dials[-1] - lost

    assert wait_after(stable=5) >= LADDER[-1]
    assert wait_after(stable=9) >= LADDER[-1]
    assert wait_after(stable=11) <= LADDER[0] * (1 + JITTER)


@pytest.mark.parametrize("call", ["hotword", "button"])
def test_whoever_calls_tars_does_not_wait_for_the_ladder(call: str) -> None:
    pair = Pair(network=False).start()
    pair.pass_time(100)
    pair.network = True
    pair.pass_time(0.1)
    assert pair.device.state("connection") == "BACKOFF"
    session = getattr(pair, call)()
    pair.carry()
    assert pair.device.state("connection") == "CONNECTED"
    assert pair.server.state("session") == "HOTWORD_DETECTED"
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


def test_a_device_with_a_maximum_number_of_attempts_gives_up_and_says_so() -> None:
    pair = Pair(network=False, max_attempts=3).start()
    pair.pass_time(100)
    assert pair.done("device", GiveUp) == [GiveUp("3 attempts in a row have failed")]
    assert len(pair.dials) == 3
    assert pair.device.state("connection") == "DISCONNECTED"


# --- the beginning of a conversation ---------------------------------------------------------------------------------------------


def test_nothing_is_set_up_when_a_conversation_starts() -> None:
    pair = Pair().start()
    before = pair.speak(40)
    pair.hotword()
    during = pair.speak(5)
    assert len(pair.dials) == 1, "no new connection"
    assert [kind for kind in sent(pair, "device") if kind != "hello"] == ["hotword_detected", "sound"]
    assert pair.up, "nobody has answered yet, nothing was carried"
    session = "s1"
    pair.carry()
    pair.at_server(server_events.BrainReady(session))
    assert utterances(pair) == {(session, 1): before[-PREROLL_BYTES:] + during}


def test_what_is_said_while_the_brain_opens_is_not_lost() -> None:
    pair = Pair().start()
    before = pair.speak(25)
    session = pair.hotword()
    said = b""
    for _ in range(70):
        said += pair.speak(1)
        pair.pass_time(BLOCK_SECONDS)
    pair.at_server(server_events.BrainReady(session))
    assert utterances(pair) == {(session, 1): before + said}
    more = pair.speak(3)
    pair.carry()
    assert utterances(pair) == {(session, 1): before + said + more}


def test_a_hotword_without_a_connection_is_answered_and_loses_nothing_if_the_link_returns_in_time() -> None:
    pair = Pair().start()
    pair.network = False
    pair.cut()
    before = pair.speak(30)
    session = pair.hotword()
    assert cues(pair) == ["chime"]
    said = b""
    for block in range(135):
        said += pair.speak(1)
        pair.pass_time(BLOCK_SECONDS)
        pair.network = block >= 120
    pair.at_device(device_events.Redial())
    pair.pass_time(0.5)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert utterances(pair) == {(session, 1): before[-PREROLL_BYTES:] + said}
    assert cues(pair) == ["chime"]


def test_a_hotword_is_told_by_itself_when_the_next_attempt_to_connect_succeeds() -> None:
    pair = Pair().start()
    pair.network = False
    pair.cut()
    pair.hotword()
    pair.carry()
    pair.network = True
    pair.pass_time(4)
    assert pair.server.state("session") == "HOTWORD_DETECTED"


def test_a_hotword_without_a_connection_fails_audibly_after_twelve_seconds() -> None:
    pair = Pair(network=False).start()
    pair.hotword()
    pair.pass_time(11.9)
    assert cues(pair) == ["chime"]
    pair.pass_time(0.2)
    assert cues(pair) == ["chime", "error"]
    pair.network = True
    pair.pass_time(60)
    assert listening(pair)
    assert brains(pair) == (0, 0), "an older command is stale"
    pair.converse()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


def test_a_brain_that_fails_to_open_leaves_both_sides_listening_and_the_user_hears_it() -> None:
    pair = Pair().start()
    session = pair.hotword()
    pair.carry()
    pair.at_server(server_events.BrainFailed(session, "its model is missing"))
    pair.carry()
    assert listening(pair)
    assert cues(pair) == ["chime", "error"]
    assert brains(pair) == (1, 1)
    pair.converse()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION"), "the next one is not spoilt"


def test_a_brain_that_opens_too_late_leaves_both_sides_listening_and_the_user_hears_it() -> None:
    pair = Pair().start()
    session = pair.hotword()
    pair.pass_time(Limits().brain_limit + 0.1)
    assert listening(pair)
    assert cues(pair) == ["chime", "error"]
    assert brains(pair) == (1, 1)
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert listening(pair), "too late is too late"


# --- the end of a conversation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", TURNS)
def test_a_link_lost_in_a_conversation_ends_it_audibly_on_the_device_and_at_once_on_the_server(state: str) -> None:
    pair = Pair()
    reach(pair, state)
    pair.cut()
    pair.pass_time(0)
    assert pair.device.state("session") == "LISTENING"
    assert cues(pair)[-1] == "error"
    assert pair.device.microphone is Microphone.WAKE_WORD
    assert pair.server.state("session") == "IDLE"
    assert brains(pair) == (1, 1)
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
    assert pair.device.state("connection") == "CONNECTED"
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
    """The session timeout counts samples, in tests/shells/test_conversation.py; here no time ends a session, nor a session a link."""
    pair = Pair().start()
    pair.pass_time(5 * 3600)
    assert pair.device.state("connection") == "CONNECTED"
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
    assert pair.device.state("connection") == "CONNECTED"
    assert len(pair.dials) == 2
    assert listening(pair)
    assert pair.server.state("continuity") == "LINKED"


def test_a_server_notices_that_a_device_is_gone() -> None:
    pair = Pair().start()
    pair.network = False
    pair.cut(noticed=False)
    pair.pass_time(45)
    assert pair.server.state("session") == "IDLE"


def test_a_link_that_dies_while_the_user_speaks_is_noticed_within_four_seconds_by_both() -> None:
    pair = Pair()
    reach(pair, "USER_TURN")
    pair.cut(noticed=False)
    pair.network = False
    for _ in range(50):
        pair.speak(1)
        pair.pass_time(BLOCK_SECONDS)
    assert pair.device.state("connection") != "CONNECTED"
    assert cues(pair)[-1] == "error"
    pair.pass_time(40)
    assert pair.server.state("session") == "IDLE"


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
        assert pair.device.state("connection") == "DISCONNECTED"
        assert pair.states("session") == ("LISTENING", "IDLE")
        pair.pass_time(100)
    assert len(pair.dials) == 3


# --- shutdown --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_device_stops_gracefully_in_every_state(state: str) -> None:
    pair = Pair()
    reach(pair, state)
    pair.at_device(device_events.Stop())
    pair.carry()
    assert pair.device.state("session") == "IDLE"
    assert pair.device.state("connection") == "DISCONNECTED"
    assert pair.server.state("session") == "IDLE", "the server knows"
    opened, closed = brains(pair)
    assert opened == closed
    if state != "IDLE":
        assert reasons(pair, "device") == ["the device needs this link no more"]
        assert sent(pair, "device")[-1] == "goodbye"
        assert ("session_end" in sent(pair, "device")) == (state != "LISTENING")
    pair.pass_time(100)
    assert len(pair.dials) == (state != "IDLE"), "who has stopped does not come back"
    assert "error" not in cues(pair)


@pytest.mark.parametrize("after", [0.0, 0.5, 20.0])
def test_a_device_without_a_link_stops_gracefully(after: float) -> None:
    pair = Pair(network=False).start()
    pair.pass_time(after)
    before = len(pair.dials)
    pair.at_device(device_events.Stop())
    pair.pass_time(100)
    assert pair.device.state("connection") == "DISCONNECTED"
    assert len(pair.dials) == before


def test_a_device_stops_gracefully_while_it_is_being_greeted() -> None:
    pair = Pair()
    pair.at_device(device_events.Start())
    assert pair.device.state("connection") == "CONNECTING"
    pair.at_device(device_events.Stop())
    pair.carry()
    pair.pass_time(100)
    assert pair.states("session") == ("IDLE", "IDLE")
    assert len(pair.dials) <= 1


@pytest.mark.parametrize("state", STATES)
def test_a_server_stops_gracefully_in_every_state(state: str) -> None:
    pair = Pair()
    reach(pair, state)
    pair.at_server(server_events.Stop())
    pair.carry()
    assert pair.server.state("session") == "IDLE"
    opened, closed = brains(pair)
    assert opened == closed
    if state == "IDLE":
        return
    assert sent(pair, "server")[-1] == "going_away"
    assert reasons(pair, "server") == ["the server needs this link no more"]
    assert pair.device.state("session") == "LISTENING", "the device knows"
    assert pair.device.microphone is Microphone.WAKE_WORD
    assert ("session_end" in sent(pair, "server")) == (state in TURNS)
    assert ("error" in cues(pair)) == (state == "HOTWORD_DETECTED"), "who waits for an answer hears that there is none"
    pair.pass_time(10)
    assert listening(pair)
    assert len(pair.dials) == 2, "it comes back as soon as there is a server again"


def test_the_user_can_take_a_call_back() -> None:
    pair = Pair()
    reach(pair, "HOTWORD_DETECTED")
    pair.button()
    pair.carry()
    assert listening(pair)
    assert brains(pair) == (1, 1)
    assert cues(pair) == ["chime"]


def test_each_turn_of_the_user_is_a_turn_of_the_brain() -> None:
    pair = Pair()
    session = reach(pair, "DRAINING")
    for turn in range(2, 6):
        hear_reply(pair)
        pair.at_server(server_events.SpeechEnded(session, turn))
        begin_reply(pair, session, turn)
        pair.at_server(server_events.ReplyEnded(session, turn))
        pair.carry()
    assert [effect.turn for effect in pair.done("server", BeginTurn) if isinstance(effect, BeginTurn)] == [1, 2, 3, 4, 5]
    assert len(pair.done("device", OpenSocket)) == 1
