"""What others got wrong when a link breaks or a session is resumed, named after its report, told as a story that must end well."""

from __future__ import annotations

import json

import pytest

from tars.core.codec import V1, Audio, Control
from tars.core.effects import BeginTurn, CancelReply, Cue, ReplyHeard
from tars.generated.device import events as device_events
from tars.generated.device.outputs import Microphone
from tars.generated.messages import SessionEnd
from tars.generated.server import events as server_events
from tars.samples import RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import STATES, TURNS, begin_reply, brains, cues, reach, sent, utterances


def pair() -> Pair:
    return Pair(limits=RESUME)


def welcomes(story: Pair) -> list[tuple[bool, str]]:
    """Whether each welcome resumed, and why not."""
    said = [json.loads(frame) for _, sender, frame in story.wire if sender == "server" and isinstance(frame, str)]
    return [(message["resumed"], message["reason"]) for message in said if message["type"] == "welcome"]


def test_a_link_on_which_nothing_was_said_yet_is_resumed_like_any_other() -> None:
    """socket.io#5538: recovery was refused when no message had been sent yet. Position 0 is a valid position."""
    story = pair().start()
    assert (story.device.link.outbox.sent, story.server.link.outbox.sent) == (0, 0)
    for _ in range(3):
        story.cut()
        story.pass_time(6)
    assert welcomes(story) == [(False, "new"), *[(True, "")] * 3]


def test_the_numbers_of_both_sides_never_drift_apart() -> None:
    """dotnet/aspnetcore#55575: both sides counted for themselves, and drifted. Here each message carries its number."""
    story = pair().start()
    for noticed in (True, False, True):
        session = story.converse()
        story.speak(3)
        story.at_server(server_events.TimerDue("tea"))
        story.cut(noticed=noticed)  # the ring is lost on its way
        story.at_server(server_events.EndPhrase(session))
        story.button()  # both end it at once: what crosses is outdated, and counted all the same
        story.pass_time(8)
        story.speak(3)
        device, server = story.device.link.outbox, story.server.link.outbox
        assert (device.sent, device.applied) == (server.applied, server.sent)
        assert (device.acknowledged, server.acknowledged) == (device.sent, server.sent)
        assert device.items == server.items == []
    assert story.done("device", Cue).count(Cue("alarm")) == 3
    assert story.server.outdated == 3
    assert (False, "gap") not in welcomes(story)


def test_what_is_said_while_the_link_is_greeted_again_arrives_once_and_in_order() -> None:
    """dotnet/aspnetcore#50409: a race dropped all messages after a reconnect."""
    story = pair()
    reach(story, "USER_TURN")
    story.cut()
    story.at_device(device_events.Redial())
    story._dial()  # hello is on its way
    story.button()
    story.at_server(server_events.TimerDue("tea"))
    story._carry_one()  # welcome is on its way
    story.at_server(server_events.TimerDue("eggs"))
    story.hotword()
    story.carry()
    assert welcomes(story)[-1] == (True, "")
    assert story.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    assert cues(story) == ["chime", "chime", "alarm", "alarm"]
    assert brains(story) == (2, 1)
    assert (story.server.refused, story.device.refused) == (0, 0)


@pytest.mark.parametrize("state", STATES[2:])
def test_what_an_earlier_server_did_not_acknowledge_is_not_replayed_into_the_next_one(state: str) -> None:
    """replit/river#405: an unacknowledged client replayed into a restarted server."""
    story = pair()
    reach(story, state)
    story.crash()
    story.button()
    if story.device.states.session.state != "LISTENING":
        story.button()
    before = len(story.wire)
    story.pass_time(8)
    after = [json.loads(frame) for _, side, frame in story.wire[before:] if side == "device" and isinstance(frame, str)]
    assert [message["type"] for message in after if "seq" in message] == []
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert story.server.link.outbox.applied == 0
    assert welcomes(story)[-1] == (False, "epoch_changed")


@pytest.mark.parametrize("who", ["device", "server"])
def test_a_poisoned_session_is_not_resumed_for_ever(who: str) -> None:
    """replit/river#368: what broke the session was replayed with it, again and again."""
    story = pair()
    session = reach(story, "USER_TURN")
    if who == "device":
        (poison,) = V1("server").encode(Control(SessionEnd(session, "x"), 99, 0))
        story._collect("server", story.server.receive(story.server.link.generation, poison, story.now))
    else:
        poison = V1("device").encode_audio(Audio(1, 0, b""))[:3]
        story._collect("device", story.device.receive(story.device.link.generation, poison, story.now))
    story.pass_time(60)
    assert story.server.refused + story.device.refused == 1
    assert len(story.dials) == 2
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert cues(story)[-1] == "error", "never silence"
    story.converse()
    assert story.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


@pytest.mark.parametrize("outage", [5, 70, 200])
def test_a_reply_lost_with_its_link_is_not_remembered_as_spoken(outage: int) -> None:
    """pipecat#5305. The brain's memory of its answer is cut at what was heard."""
    story = pair()
    session = reach(story, "SPEAKING")
    story.heard(1, 4000)
    story.pass_time(0.3)
    story.network = False
    story.cut(noticed=False)
    story.says(session, 1, bytes(2 * 3 * RATE))
    story.pass_time(outage)
    assert [effect.heard for effect in story.done("server", ReplyHeard) if isinstance(effect, ReplyHeard)] == [4000]
    story.network = True
    story.hotword()
    story.pass_time(4)
    cancelled = [effect.heard for effect in story.done("server", CancelReply) if isinstance(effect, CancelReply)]
    assert cancelled == ([4000] if outage == 5 else []), "or the conversation was over, and only so much was heard of it"
    assert story.states("session")[0] == story.states("session")[1]


@pytest.mark.parametrize("state", ["HOTWORD_DETECTED", *TURNS])
def test_a_session_is_resumed_or_told_again_and_never_both(state: str) -> None:
    """livekit/agents#5985: the model was resumed and seeded again as well, in an endless loop."""
    story = pair()
    reach(story, state)
    begun = len(story.done("server", BeginTurn))
    for _ in range(5):
        story.cut()
        story.pass_time(1.4)
    opening = "announcement_wanted" if state == "ANNOUNCEMENT" else "hotword_detected"
    assert sent(story, "device").count(opening) == 1
    assert brains(story) == (1, 0)
    assert len(story.done("server", BeginTurn)) == begun
    assert story.device.resumes == story.server.resumes == 5


@pytest.mark.parametrize("state", ["HOTWORD_DETECTED", "USER_TURN", "THINKING"])
def test_a_session_that_is_told_again_is_told_once(state: str) -> None:
    """livekit/agents#5985, after a crash."""
    story = pair()
    session = reach(story, state)
    story.crash()
    story.pass_time(8)
    assert sent(story, "device").count("hotword_detected") == 2
    story.at_server(server_events.BrainReady(session))
    story.carry()
    before = utterances(story)
    story.pass_time(20)
    assert utterances(story) == before
    assert len(story.dials) == 2


@pytest.mark.parametrize("state", STATES[1:])
def test_a_greeting_that_is_never_answered_does_not_freeze_the_device(state: str) -> None:
    """ebongard/renfield PR #755: an unbounded greeting froze the device in CONNECTING."""
    story = pair()
    reach(story, state)
    story.cut()
    story.at_device(device_events.Redial())
    story._dial()
    story.up.clear()  # the server is there and does not answer
    story.socket = None
    story.pass_time(5)
    assert story.device.states.connection.state != "CONNECTING" or len(story.dials) > 2
    story.pass_time(3)
    assert story.device.states.connection.state == "CONNECTED"
    assert welcomes(story)[-1] == (True, "")


def test_a_hotword_that_nobody_could_be_told_of_leaves_nobody_listening() -> None:
    """xiaozhi-esp32#892: stuck in listening when the hotword could not be sent. Here the link dies with a record that is kept."""
    story = pair().start()
    story.network = False
    story.cut(noticed=False)
    story.hotword()
    story.speak(5)
    story.pass_time(13)
    assert story.device.states.session.state == "LISTENING"
    assert story.device.microphone is Microphone.WAKE_WORD
    assert cues(story) == ["chime", "error"]
    story.network = True
    story.pass_time(20)
    assert story.states("session") == ("LISTENING", "LISTENING")
    assert utterances(story) == {}, "nobody answers a question that was given up"
    story.converse()
    assert story.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")


@pytest.mark.parametrize("resumes", [True, False])
def test_a_brain_that_does_not_open_leaves_no_device_streaming_to_nobody(resumes: bool) -> None:
    """The predecessor: the device streamed to nobody for ever. Here also if the news of it is lost with the link."""
    story = pair().start()
    session = story.hotword()
    story.carry()
    story.network = resumes
    story.cut(noticed=False)
    story.at_server(server_events.BrainFailed(session, "its model is missing"))
    story.pass_time(14)
    assert story.device.states.session.state == "LISTENING"
    assert story.device.microphone is Microphone.WAKE_WORD
    assert cues(story) == ["chime", "error"]
    assert brains(story) == (1, 1)


@pytest.mark.parametrize("state", TURNS)
def test_a_reset_in_a_conversation_leaves_a_hotword_that_works(state: str) -> None:
    """The predecessor: device active, server passive, hotword dead; or the microphone off until a button was pressed."""
    story = pair()
    session = reach(story, state)
    for _ in range(3):
        story.cut()
        story.pass_time(2)
    story.hotword()
    story.carry()
    assert story.states("turn") == ("USER_TURN", "USER_TURN")
    turn = story.server.machines["turn"].context.turn
    said = story.speak(5)
    story.carry()
    assert utterances(story)[session, turn].endswith(said)


def test_an_end_of_an_answer_does_not_overtake_its_sound_on_a_new_link() -> None:
    """The predecessor, on a slow link: it overtook 633 frames."""
    story = pair()
    session = reach(story, "THINKING")
    story.cut()
    begin_reply(story, session, 1)
    story.says(session, 1, bytes(2 * 18 * RATE))
    story.at_server(server_events.ReplyEnded(session, 1))
    story.pass_time(5)
    after = sent(story, "server")
    assert after[after.index("start_of_tts_stream") :].index("tts_stream_end") > 1
    assert story.states("turn") == ("DRAINING", "DRAINING")
    assert (story.device.refused, story.server.refused) == (0, 0)
