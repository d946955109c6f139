"""What TARS promises, one promise a test. Time passes on a clock that the test moves; nothing here has a socket or a task.

The same promises with the real programs are in test_programs.py and in tests/e2e.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tars.core.effects import (
    BeginTurn,
    GiveUp,
    OpenSocket,
)
from tars.core.machines import JITTER
from tars.generated.device import events as device_events
from tars.generated.device.outputs import Microphone
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import Pair
from tests.scenarios.telling import STATES, TURNS, begin_reply, brains, cues, hear_reply, listening, reach, reasons, sent, utterances

LADDER = (1, 2, 4, 8, 16)
PREROLL_BYTES = 2 * RATE * 2
BLOCK_SECONDS = BLOCK / RATE


# --- the connection --------------------------------------------------------------------------------------------------------------


def test_the_connection_is_made_at_start() -> None:
    pair = Pair().start()
    assert pair.device.states.connection.state == "CONNECTED"
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
    assert pair.device.states.connection.state == "CONNECTED"
    assert len(pair.dials) == 1
    assert brains(pair) == (20, 20)


def test_the_connection_comes_back_by_itself_after_every_interruption() -> None:
    pair = Pair().start()
    for interruption in range(1, 6):
        pair.cut()
        pair.pass_time(60)
        assert pair.device.states.connection.state == "CONNECTED"
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
        while pair.device.states.connection.state != "CONNECTED":
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
    assert pair.device.states.connection.state == "BACKOFF"
    session = getattr(pair, call)()
    pair.carry()
    assert pair.device.states.connection.state == "CONNECTED"
    assert pair.server.states.session.state == "HOTWORD_DETECTED"
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


def test_a_device_with_a_maximum_number_of_attempts_gives_up_and_says_so() -> None:
    pair = Pair(network=False, max_attempts=3).start()
    pair.pass_time(100)
    assert pair.done("device", GiveUp) == [GiveUp("3 attempts in a row have failed")]
    assert len(pair.dials) == 3
    assert pair.device.states.connection.state == "DISCONNECTED"


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
    assert pair.server.states.session.state == "HOTWORD_DETECTED"


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
    assert brains(pair) == (0, 0), "an older command is outdated"
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
    pair.pass_time(8.1)
    assert listening(pair)
    assert cues(pair) == ["chime", "error"]
    assert brains(pair) == (1, 1)
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert listening(pair), "too late is too late"


# --- shutdown --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_device_stops_gracefully_in_every_state(state: str) -> None:
    pair = Pair()
    reach(pair, state)
    pair.at_device(device_events.Stop())
    pair.carry()
    assert pair.device.states.session.state == "IDLE"
    assert pair.device.states.connection.state == "DISCONNECTED"
    assert pair.server.states.session.state == "IDLE", "the server knows"
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
    assert pair.device.states.connection.state == "DISCONNECTED"
    assert len(pair.dials) == before


def test_a_device_stops_gracefully_while_it_is_being_greeted() -> None:
    pair = Pair()
    pair.at_device(device_events.Start())
    assert pair.device.states.connection.state == "CONNECTING"
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
    assert pair.server.states.session.state == "IDLE"
    opened, closed = brains(pair)
    assert opened == closed
    if state == "IDLE":
        return
    assert sent(pair, "server")[-1] == "going_away"
    assert reasons(pair, "server") == ["the server needs this link no more"]
    assert pair.device.states.session.state == "LISTENING", "the device knows"
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
