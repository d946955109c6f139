"""The link breaks in the middle of a conversation, and the conversation goes on: nothing lost, nothing doubled, in either direction."""

from __future__ import annotations

import pytest

from tars.core.effects import AbortSocket, CancelReply, CloseBrain, OpenBrain, Play, StopSpeaker
from tars.generated.device import events as device_events
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import STATES, TURNS, begin_reply, brains, cues, reach, reasons, sent, utterances
from tests.sounds import noise


def pair() -> Pair:
    return Pair(limits=RESUME)


def played(pair: Pair) -> bytes:
    """What the device's speaker was given."""
    return b"".join(effect.pcm for effect in pair.done("device", Play) if isinstance(effect, Play))


def speaks_through(pair: Pair, seconds: float) -> bytes:
    """The user speaks while time passes; what was said."""
    said = b""
    for _ in range(round(seconds * RATE / BLOCK)):
        said += pair.speak(1)
        pair.pass_time(BLOCK / RATE)
    return said


# A hotword waits for 12 s at most; a brain thinks, and the rest of an answer plays, for less than 30 s.
@pytest.mark.parametrize(
    ("state", "outage"),
    [(state, outage) for state in STATES[1:] for outage in (0, 2, 10, 25) if outage < 10 or state != "HOTWORD_DETECTED"],
)
def test_an_outage_in_any_state_changes_nothing_but_the_connection(state: str, outage: int) -> None:
    story = pair()
    session = reach(story, state)
    before = story.states("session"), story.states("turn")
    story.network = outage == 0
    story.cut()
    story.pass_time(outage)
    story.network = True
    story.pass_time(1.5 if state != "LISTENING" else 20)  # with nobody waiting, the ladder is climbed
    assert (story.states("session"), story.states("turn")) == before
    assert story.device.resumes == story.server.resumes == 1
    assert story.device.machines["session"].context.session == session
    assert brains(story) == (int(state != "LISTENING"), 0), "the same brain"
    assert "error" not in cues(story)


def test_what_is_said_during_an_outage_reaches_the_brain_whole() -> None:
    story = pair().start()
    session = story.converse()
    said = speaks_through(story, 2)
    story.network = False
    story.cut()
    said += speaks_through(story, 30)
    story.network = True
    said += speaks_through(story, 8)
    assert utterances(story)[session, 1] == said


def test_what_was_swallowed_by_a_dead_link_before_anybody_noticed_reaches_the_brain() -> None:
    story = pair().start()
    session = story.converse()
    said = speaks_through(story, 2)
    story.cut(noticed=False)
    said += speaks_through(story, 8)
    assert utterances(story)[session, 1] == said
    assert story.server.resumes == 1


@pytest.mark.parametrize("silent", [False, True])
def test_an_answer_is_heard_whole_although_the_link_breaks_in_it(silent: bool) -> None:
    story = pair()
    session = reach(story, "THINKING")
    answer = noise(6).tobytes()
    story.at_server(server_events.ReplyStarted(session, 1))
    story.says(session, 1, answer[: 2 * RATE])
    story.carry()
    story.cut(noticed=not silent)
    story.says(session, 1, answer[2 * RATE : 4 * RATE])
    story.pass_time(3)
    story.says(session, 1, answer[4 * RATE :])
    story.at_server(server_events.ReplyEnded(session, 1))
    story.pass_time(6)
    assert played(story) == answer
    assert story.states("turn") == ("DRAINING", "DRAINING")


def test_a_session_ended_during_an_outage_is_ended_on_the_other_side_too() -> None:
    story = pair()
    reach(story, "USER_TURN")
    story.cut()
    story.button()
    story.pass_time(2)
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert brains(story) == (1, 1)
    assert story.server.resumes == 1


def test_an_interruption_during_an_outage_reaches_the_brain_with_what_was_heard() -> None:
    story = pair()
    reach(story, "SPEAKING")
    story.cut()
    story.heard(1, 4000)
    story.hotword()
    said = speaks_through(story, 3)
    assert story.states("turn") == ("USER_TURN", "USER_TURN")
    assert [effect.heard for effect in story.done("server", CancelReply) if isinstance(effect, CancelReply)] == [4000]
    assert utterances(story)["s1", 2].endswith(said)
    assert StopSpeaker() in story.done("device", StopSpeaker)


def test_an_answer_heard_to_its_end_during_an_outage_opens_the_next_turn_when_the_link_is_back() -> None:
    story = pair()
    reach(story, "DRAINING")
    story.cut()
    story.heard(1, RATE)
    said = speaks_through(story, 3)
    assert story.states("turn") == ("USER_TURN", "USER_TURN")
    assert utterances(story)["s1", 2] == said


def test_an_outage_that_lasts_too_long_ends_the_session_audibly_and_both_sides_agree_when_it_is_over() -> None:
    story = pair()
    reach(story, "THINKING")
    story.network = False
    story.cut(noticed=False)
    story.pass_time(70)
    assert story.device.states.session.state == "LISTENING"
    assert cues(story)[-1] == "error"
    story.network = True
    story.pass_time(20)
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert brains(story) == (1, 1)


@pytest.mark.parametrize("state", TURNS)
def test_a_welcome_that_is_lost_costs_an_attempt_and_not_the_session(state: str) -> None:
    """Until it has come the device says nothing at all: whatever it said would tell the server that it has come."""
    story = pair()
    session = reach(story, state)
    story.cut()
    while story.device.states.connection.state != "CONNECTING":
        story.now = story.device.deadline or story.now
        story._collect("device", story.device.tick(story.now))
    story._dial()
    story._carry_one()
    story.down.clear()
    story.heard(1, 100)
    story.speak(3)
    while story.device.states.connection.state == "CONNECTING":
        assert story.up == []
        story.now = story.device.deadline or story.now
        story._collect("device", story.device.tick(story.now))
    story.pass_time(3)
    assert story.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert story.server.machines["session"].context.session == session
    assert story.server.not_resumed == {}


# --- the ring ------------------------------------------------------------------------------------------------------------------------


def test_speech_that_outlasts_the_ring_ends_the_session_audibly() -> None:
    story = pair().start()
    story.converse()
    story.network = False
    story.cut()
    speaks_through(story, 39.5)
    assert story.device.states.session.state == "ACTIVE_SESSION"
    speaks_through(story, 1)
    assert story.device.states.session.state == "LISTENING"
    assert cues(story)[-1] == "error"
    story.network = True
    story.pass_time(18)
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert brains(story) == (1, 1)


def test_or_the_gap_is_declared_in_samples_and_the_conversation_goes_on() -> None:
    story = Pair(limits=RESUME, gaps=True).start()
    session = story.converse()
    said = speaks_through(story, 2)
    story.network = False
    story.cut()
    said += speaks_through(story, 50)
    story.network = True
    said += speaks_through(story, 10)
    lost = story.server.lost_samples
    assert 10 * RATE <= lost <= 12.5 * RATE
    given = utterances(story)[session, 1]
    gap = given.index(bytes(2 * lost))
    assert given[:gap] == said[:gap]
    assert given[gap + 2 * lost :] == said[gap + 2 * lost :]
    assert len(given) == len(said)


def test_speech_that_outlasts_the_ring_while_a_session_is_announced_again_ends_it_audibly_too() -> None:
    story = pair().start()
    story.converse()
    speaks_through(story, 33)
    story.crash()
    speaks_through(story, 6)
    assert story.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    story.crash()
    speaks_through(story, 6)
    story.pass_time(18)
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert cues(story)[-1] == "error"


def test_a_long_utterance_is_told_again_after_a_crash_with_its_gap() -> None:
    story = Pair(limits=RESUME, gaps=True).start()
    session = story.converse()
    said = speaks_through(story, 100)
    story.crash()
    said += speaks_through(story, 6)
    assert story.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    story.at_server(server_events.BrainReady(session))
    said += speaks_through(story, 8)
    given = utterances(story)[session, 1]
    assert given == bytes(2 * story.server.lost_samples) + said[2 * story.server.lost_samples :]
    assert not reasons(story, "server")


# --- the server goes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["HOTWORD_DETECTED", "USER_TURN", "THINKING"])
def test_a_server_that_crashes_before_it_has_answered_is_told_again(state: str) -> None:
    story = pair()
    session = reach(story, state)
    said = story.speak(5) if state != "THINKING" else b""
    before = b"".join(utterances(story).values())
    story.crash()
    story.pass_time(6)
    assert story.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    story.at_server(server_events.BrainReady(session))
    story.carry()
    assert utterances(story)[session, 1].startswith(before + said), "all of it, from its beginning"
    assert "error" not in cues(story)


@pytest.mark.parametrize("state", ["SPEAKING", "DRAINING"])
def test_a_server_that_crashes_in_its_answer_ends_the_session_audibly_for_it_has_answered(state: str) -> None:
    story = pair()
    reach(story, state)
    story.heard(1, 100)
    story.pass_time(0.3)
    story.crash()
    story.pass_time(6)
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert cues(story)[-1] == "error"


@pytest.mark.parametrize("state", STATES[1:])
def test_a_server_that_is_replaced_in_good_order_goes_on_where_it_was(state: str) -> None:
    story = pair()
    session = reach(story, state)
    before = story.states("session"), story.states("turn")
    story.replace()
    story.pass_time(1.5)
    assert (story.states("session"), story.states("turn")) == before
    assert story.server.resumes == 1
    if state in TURNS:
        assert story.device.machines["session"].context.session == session
        story.button()
        story.carry()
        story.button()
        story.carry()
        device, server = story.states("session")
        assert device == server


def test_an_answer_goes_on_in_the_next_server_sample_by_sample() -> None:
    story = pair()
    session = reach(story, "THINKING")
    answer = noise(6).tobytes()
    story.at_server(server_events.ReplyStarted(session, 1))
    story.says(session, 1, answer[: 2 * RATE])
    story.carry()
    story.cut()
    story.says(session, 1, answer[2 * RATE :])
    story.at_server(server_events.ReplyEnded(session, 1))
    story.replace()
    story.pass_time(6)
    assert played(story) == answer


def test_going_away_is_dialled_again_after_the_first_step_of_the_ladder() -> None:
    story = pair()
    reach(story, "LISTENING")
    story.pass_time(60)
    story.replace()
    story.pass_time(1.3)
    assert story.device.states.connection.state == "CONNECTED"
    assert "going_away" in sent(story, "server")


# --- both sides notice -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES[2:])
def test_a_dead_link_is_noticed_by_both_sides_within_four_seconds_in_a_session(state: str) -> None:
    story = pair()
    reach(story, state)
    story.network = False
    story.socket = None  # a black hole: nobody is told anything
    story.pass_time(4)
    assert story.states("continuity") == ("INTERRUPTED", "INTERRUPTED")
    assert story.done("device", AbortSocket)
    assert story.done("server", AbortSocket)


def test_a_dead_link_is_noticed_by_both_sides_within_forty_seconds_when_idle() -> None:
    story = pair()
    reach(story, "LISTENING")
    story.pass_time(100)
    story.network = False
    story.socket = None
    story.pass_time(40)
    assert story.states("continuity") == ("INTERRUPTED", "INTERRUPTED")


def test_nothing_is_resumed_for_a_device_that_was_restarted() -> None:
    story = pair()
    reach(story, "USER_TURN")
    story.reboot()
    story.cut(noticed=False)
    story.at_device(device_events.Start())
    story.carry()
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert len(story.done("server", OpenBrain)) == len(story.done("server", CloseBrain)) == 1


def test_an_answer_begun_into_a_dead_link_is_begun_once() -> None:
    story = pair()
    session = reach(story, "THINKING")
    story.cut(noticed=False)
    begin_reply(story, session, 1)
    story.pass_time(8)
    assert sent(story, "server").count("start_of_tts_stream") == 1
    assert played(story) == bytes(2 * RATE)
    assert story.server.link.duplicates == 0


@pytest.mark.parametrize("restarted", [False, True])
def test_a_timer_that_is_due_in_an_outage_rings_although_nothing_is_resumed_after_it(restarted: bool) -> None:
    story = pair()
    reach(story, "LISTENING")
    story.network = False
    story.cut()
    story.at_server(server_events.TimerDue("tea"))
    story.pass_time(70)  # longer than the device keeps anything
    if restarted:
        story.reboot()
        story.at_device(device_events.Start())
    assert cues(story) == []
    story.network = True
    story.pass_time(20)
    assert cues(story) == ["alarm"]
    assert story.server.unrung == []


def test_a_server_that_has_crashed_numbers_its_answers_anew_and_they_are_heard_whole() -> None:
    story = pair()
    session = reach(story, "DRAINING")
    story.heard(1, RATE)
    story.carry()
    story.speak(3)
    story.crash()
    story.pass_time(6)
    story.at_server(server_events.BrainReady(session))
    story.at_server(server_events.SpeechEnded(session, 1))
    story.carry()
    story.cut(noticed=False)  # nothing of the answer arrives before the link is found dead
    answer = noise(3).tobytes()
    story.reply(session, 1, answer)
    before = len(played(story))
    story.pass_time(8)
    assert played(story)[before:] == answer


def test_of_an_answer_that_nobody_waits_for_nothing_is_kept() -> None:
    story = pair()
    reach(story, "SPEAKING")
    story.network = False
    story.cut()
    story.says("s1", 1, noise(10).tobytes())
    story.pass_time(70)
    story.network = True
    story.pass_time(20)
    assert story.server.status(story.now).reply_waits == 0
