"""What other systems and the predecessor got wrong, each seen or reported there, told as a story that must end well here."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Control
from tars.core.effects import BeginTurn, CloseBrain, OpenBrain
from tars.generated.device import events as device_events
from tars.generated.device.outputs import Microphone
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE, to_pcm
from tars.testing import ScriptedBrain, Turn
from tests.greeting import greeting
from tests.in_process import device, server, until
from tests.pair import NO_RESUME, RESUME, Pair
from tests.scenarios.telling import TURNS, brains, cues, hear_reply, kind, reach, sent, sound_in, utterances
from tests.sounds import noise

BLOCK_SECONDS = BLOCK / RATE


@pytest.fixture(params=[NO_RESUME, RESUME], ids=["without resume", "with resume"])
def pair(request: pytest.FixtureRequest) -> Pair:
    """What went wrong elsewhere must go well whether sessions are resumed or not."""
    return Pair(limits=request.param)


# --- the predecessor, provoked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", TURNS)
def test_a_reset_in_a_conversation_leaves_no_side_in_it_and_no_dead_hotword(state: str) -> None:
    """There: device active, server passive, hotword dead; and the microphone off until a button was pressed."""
    pair = Pair()
    reach(pair, state)
    pair.cut()
    pair.pass_time(5)
    assert pair.states("session") == ("LISTENING", "LISTENING")
    assert pair.device.microphone is Microphone.WAKE_WORD
    session = pair.converse()
    said = pair.speak(5)
    pair.carry()
    assert utterances(pair)[session, 1].endswith(said)


def test_a_hotword_into_a_link_that_is_dead_is_heard_all_the_same(pair: Pair) -> None:
    """There: the device was active for 49.7 s, and the server never knew."""
    pair.start()
    before = pair.speak(25)
    pair.cut(noticed=False)
    session = pair.hotword()
    said = b""
    for _ in range(14):
        said += pair.speak(1)
        pair.pass_time(BLOCK_SECONDS)
    assert pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED"), "after little more than a second"
    pair.at_server(server_events.BrainReady(session))
    pair.carry()
    assert utterances(pair) == {(session, 1): before + said}, "with all that was said into the dead link"


def test_a_user_who_ends_the_conversation_during_a_cut_ends_it_on_the_server_too(pair: Pair) -> None:
    """There: the server was active for 49 s."""
    reach(pair, "USER_TURN")
    pair.cut(noticed=False)
    pair.button()
    assert pair.device.states.session.state == "LISTENING"
    pair.pass_time(6)
    assert pair.states("session") == ("LISTENING", "LISTENING")
    assert brains(pair) == (1, 1)


def test_who_starts_and_ends_and_starts_again_has_one_brain(pair: Pair) -> None:
    """There: two brains, and the first one leaked."""
    pair.start()
    for _ in range(3):
        pair.hotword()
        pair.carry()
        pair.button()
        pair.carry()
    session = pair.hotword()
    pair.carry()
    open_brains = 0
    for effect in (effect for _, effect in pair.effects):
        open_brains += isinstance(effect, OpenBrain) - isinstance(effect, CloseBrain)
        assert open_brains in (0, 1)
    pair.at_server(server_events.BrainReady("s1"))
    assert pair.server.states.session.state == "HOTWORD_DETECTED", "the brain of a conversation that is over"
    pair.at_server(server_events.BrainReady(session))
    assert pair.server.states.session.state == "ACTIVE_SESSION"


def test_a_conversation_that_ends_while_the_brain_opens_is_over_on_the_server_at_once(pair: Pair) -> None:
    """There: the server was active for 31 s."""
    reach(pair, "HOTWORD_DETECTED")
    pair.button()
    pair.carry()
    assert pair.server.states.session.state == "LISTENING"
    assert brains(pair) == (1, 1)


def test_the_end_of_an_answer_never_overtakes_its_sound_on_a_slow_link() -> None:
    """There: it overtook 633 frames."""

    async def story() -> None:
        answer = noise(15)
        async with server(ScriptedBrain(Turn(sound=answer))) as tars, connect(tars.url, max_queue=1, compression=None) as old_device:
            await old_device.send(json.dumps({"type": "hotword_detected"}))
            await old_device.send(to_pcm(noise(1.2)))
            await tars.steps.states("legacy.1", turn="DRAINING")  # said whole, long before it is read
            received: list[str | bytes] = []
            while not received or kind(received[-1]) != "tts_stream_end":
                received.append(await old_device.recv())
            assert kind(received[0]) == "start_of_tts_stream"
            assert b"".join(frame for frame in received if isinstance(frame, bytes)) == to_pcm(answer)

    asyncio.run(story())


def hello(name: str) -> str:
    """The greeting of a device."""
    (frame,) = V1("server").encode(Control(greeting(name), None, 0))
    return str(frame)


def test_a_device_that_lost_power_is_welcome_at_once_when_it_is_back() -> None:
    """There: refused for 19.3 s, after a silent loss for 50.2 s. The old connection still stands when the new one comes."""

    async def story() -> None:
        offered = [Subprotocol(SUBPROTOCOL)]
        async with server() as tars, connect(tars.url, subprotocols=offered) as old, connect(tars.url, subprotocols=offered) as new:
            for connection in (old, new):
                await connection.send(hello("kitchen"))
                assert kind(await connection.recv()) == "welcome"
            await old.wait_closed()
            assert (old.close_code, old.close_reason) == (1001, "the device has come back on a newer connection")
            await new.send(json.dumps({"type": "ping", "t": 1, "ack": 0}))
            assert kind(await new.recv()) == "pong"

    asyncio.run(story())


def test_a_second_device_is_served_like_the_first() -> None:
    """There: accepted and dropped for ever."""

    async def story() -> None:
        async with server() as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.is_called()
            await bedroom.is_called()
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(story())


# --- what users of other systems report ------------------------------------------------------------------------------------------


def test_the_wake_word_hears_again_after_the_link_died_in_a_conversation() -> None:
    async def story() -> None:
        async with server(resume="off") as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            rearmed, fed = kitchen.wake.rearmed, len(kitchen.wake.fed)
            await kitchen.hears(noise(0.4))
            assert len(kitchen.wake.fed) == fed, "in his turn the user is heard by the brain alone"
            kitchen.device_runner.sockets[kitchen.device_runner.core.link.generation].abort()
            await kitchen.steps.states(session="LISTENING")
            assert kitchen.wake.rearmed == rearmed + 1
            await kitchen.hears(noise(0.4))
            assert len(kitchen.wake.fed) == fed + 5
            await kitchen.is_called()

    asyncio.run(story())


def test_a_second_hotword_during_an_answer_needs_no_restart(pair: Pair) -> None:
    session = reach(pair, "SPEAKING")
    pair.hotword()
    pair.hotword()
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    pair.reply(session, 2, bytes(3200))
    pair.carry()
    hear_reply(pair)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")


def test_the_microphone_lives_after_an_answer() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=noise(1)))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            for turn in range(1, 6):
                await kitchen.hears(noise(1.6, seed=turn))
                await kitchen.plays_to_the_end()
                await until(lambda turn=turn: len(brain.conversations[0].wakes) == turn + 1)  # type: ignore[misc]

    asyncio.run(story())


def test_a_long_answer_is_finished_when_its_last_sample_was_heard_and_not_before(pair: Pair) -> None:
    session = reach(pair, "THINKING")
    pair.reply(session, 1, bytes(2 * 60 * RATE))
    pair.pass_time(60 / 8)
    assert pair.device.downlink is not None
    for seconds in range(60):
        pair.heard(pair.device.downlink.stream, seconds * RATE)
        pair.pass_time(0.4)
        assert pair.device.states.turn.state == "DRAINING"
    pair.heard(pair.device.downlink.stream, 60 * RATE - 1)
    assert "playback_complete" not in sent(pair, "device")
    pair.heard(pair.device.downlink.stream, 60 * RATE)
    assert "playback_complete" in sent(pair, "device")


def test_an_answer_played_slowly_is_not_a_dead_link(pair: Pair) -> None:
    session = reach(pair, "THINKING")
    pair.reply(session, 1, bytes(2 * 20 * RATE))
    pair.carry()
    pair.pass_time(25)
    assert pair.states("turn") == ("DRAINING", "DRAINING")
    assert len(pair.dials) == 1


def test_what_the_speaker_says_is_not_taken_for_the_user(pair: Pair) -> None:
    session = reach(pair, "DRAINING")
    echo = pair.speak(20)  # the microphone hears the answer
    hear_reply(pair)
    pair.speak(1)
    pair.carry()
    assert echo[-2 * BLOCK :] not in utterances(pair)[session, 2]


def test_an_empty_answer_takes_no_word_from_the_user(pair: Pair) -> None:
    session = reach(pair, "USER_TURN")
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.carry()
    said = pair.speak(4)
    pair.reply(session, 1, b"")
    said += pair.speak(4)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert utterances(pair)[session, 2] == said
    pair.pass_time(10)
    assert len(pair.dials) == 1, "a short turn does not look like a dead link"


def test_no_sample_belongs_to_two_utterances_even_when_hotwords_follow_each_other_closely(pair: Pair) -> None:
    pair.start()
    everything = pair.speak(30)
    for _ in range(4):
        pair.converse()
        everything += pair.speak(5)
        pair.carry()
        pair.button()
        pair.carry()
        everything += pair.speak(3)
    pair.converse()
    starts = [effect.at for effect in pair.done("server", BeginTurn) if isinstance(effect, BeginTurn)]
    end = 0
    for at, pcm in zip(starts, utterances(pair).values(), strict=True):
        assert at >= end
        assert everything[2 * at :].startswith(pcm)
        end = at + len(pcm) // 2


def test_a_hotword_that_could_not_be_sent_does_not_leave_the_device_listening_to_nobody(pair: Pair) -> None:
    pair.start()
    pair.network = False
    pair.cut(noticed=False)
    pair.hotword()
    pair.pass_time(13)
    assert pair.device.states.session.state == "LISTENING"
    assert pair.device.microphone is Microphone.WAKE_WORD
    assert cues(pair) == ["chime", "error"]


def test_a_device_that_cannot_reach_its_server_can_still_be_stopped() -> None:
    async def story() -> None:
        async with server() as gone:
            url = gone.url
        async with device(url) as kitchen:
            await kitchen.steps.event("failed", 5)
            kitchen.stop()
            await kitchen.steps.states(connection="DISCONNECTED")

    asyncio.run(story())


def test_the_first_words_arrive_first(pair: Pair) -> None:
    pair.start()
    before = pair.speak(25)
    pair.hotword()
    frames = [frame for _, sender, frame in pair.wire if sender == "device"]
    position = [kind(frame) for frame in frames].index("hotword_detected")
    assert sound_in(frames[position + 1 :]) == before, "two seconds from before the hotword, in the same breath"


def test_late_news_of_an_older_conversation_touches_nothing(pair: Pair) -> None:
    old = reach(pair, "DRAINING")
    pair.at_server(server_events.EndPhrase(old))
    pair.carry()
    new = pair.converse()
    before = pair.states("session"), pair.states("turn")
    for event in (
        server_events.BrainFailed(old, "late"),
        server_events.EndPhrase(old),
        server_events.UserSilent(old, 1),
        server_events.SpeechEnded(old, 1),
        server_events.ReplyStarted(old, 1),
        server_events.ReplyEnded(old, 1),
    ):
        pair.at_server(event)
    pair.at_device(device_events.Drained(old, 1))
    pair.carry()
    assert (pair.states("session"), pair.states("turn")) == before
    assert pair.server.machines["session"].context.session == new
