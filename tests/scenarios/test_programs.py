"""What TARS promises, told again with both programs and real connections. Sound, wake word and brain are the test's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tars.brains import Caller, Reply
from tars.device.audio import Missed
from tars.errors import BrainError
from tars.generated.limits import Limits
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tars.server.reply_pace import AHEAD
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import RunningDevice, device, server, until
from tests.sounds import noise

ANSWER = noise(0.5, seed=9)
LONG_ANSWER = noise(5, seed=10)


class MendedBrain(ScriptedBrain):
    """Fails to open once."""

    def __init__(self) -> None:
        super().__init__()
        self.mended = False

    async def open(self, caller: Caller) -> ScriptedConversation:
        if self.mended:
            return await super().open(caller)
        self.mended = True
        raise BrainError("its model is missing")


def heard_in(kitchen: RunningDevice, sound: Samples) -> bool:
    """Whether the speaker has played exactly this, in one piece."""
    return to_pcm(sound) in to_pcm(kitchen.speaker.played)


def plays_something(kitchen: RunningDevice) -> bool:
    """Let the speaker play for a moment; whether anything has come out of it so far."""
    kitchen.speaker.pass_time(0.1)
    return bool(kitchen.speaker.played.any())


def test_the_device_is_linked_before_anybody_speaks() -> None:
    async def story() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(connection="CONNECTED", session="LISTENING")
            await tars.steps.states(continuity="LINKED", session="LISTENING")
            assert kitchen.speaker.played.size == 0

    asyncio.run(story())


def test_many_conversations_take_one_connection_and_one_capture_stream() -> None:
    async def story() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(connection="CONNECTED")
            for _ in range(10):
                await kitchen.is_called()
                await kitchen.hears(noise(1.5))
                await kitchen.plays_to_the_end()
                kitchen.press_enter()
                await kitchen.steps.states(session="LISTENING")
                await tars.steps.states(session="LISTENING")
            assert len(kitchen.steps.of("welcome")) == 1
            assert len(tars.steps.of("hello")) == 1
            assert kitchen.microphone.opened == 1
            assert heard_in(kitchen, ANSWER)

    asyncio.run(story())


def test_the_brain_hears_the_two_seconds_before_the_hotword_and_every_sample_after_it() -> None:
    async def story() -> None:
        opens = asyncio.Event()
        brain = ScriptedBrain(Turn(speech=30 * RATE), opens=opens)
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(connection="CONNECTED")
            before, after, later = noise(3.2, seed=2), noise(1.6, seed=3), noise(0.8, seed=4)
            await kitchen.hears(before)
            kitchen.wake.detect()
            await kitchen.steps.states(session="HOTWORD_DETECTED")
            await kitchen.hears(after)
            await tars.steps.event("first_sample_received")
            assert tars.steps.state("session") == "HOTWORD_DETECTED", "it is all sent before the brain is ready"
            opens.set()
            await kitchen.hears(later)
            everything = to_pcm(before[-2 * RATE :]) + to_pcm(after) + to_pcm(later)
            await until(lambda: brain.conversations and brain.conversations[0].heard == [everything])
            assert brain.conversations[0].wakes == [2 * RATE]

    asyncio.run(story())


def test_a_follow_up_question_needs_no_second_hotword() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER), Turn(sound=ANSWER[::-1].copy()))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(1.6, seed=2))
            await kitchen.plays_to_the_end()
            await kitchen.hears(noise(1.6, seed=3))
            await kitchen.plays_to_the_end()
            assert len(brain.conversations) == 1
            await until(lambda: len(brain.conversations[0].wakes) == 3)
            assert heard_in(kitchen, ANSWER)
            assert heard_in(kitchen, ANSWER[::-1])

    asyncio.run(story())


def test_a_goodbye_is_heard_to_its_end_before_the_conversation_is_over() -> None:
    async def story() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER, ends=True))) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(1.6))
            await kitchen.steps.states(turn="DRAINING")
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"
            await kitchen.plays_to_the_end()
            await kitchen.steps.states(session="LISTENING")
            assert kitchen.steps.of("session_end")[-1].payload["reason"] == "end_phrase"
            assert heard_in(kitchen, ANSWER)
            assert kitchen.steps.state("connection") == "CONNECTED"

    asyncio.run(story())


def test_a_conversation_ends_after_thirty_silent_seconds_of_sound_however_fast_they_come() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(silence=99 * RATE))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(27))
            assert tars.steps.state("session") == "ACTIVE_SESSION"
            await kitchen.hears(noise(3))
            await kitchen.steps.states(session="LISTENING")
            assert kitchen.steps.of("session_end")[-1].payload["reason"] == "timeout"
            assert kitchen.steps.state("connection") == "CONNECTED"

    asyncio.run(story())


def test_the_session_timeout_can_be_configured() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(silence=99 * RATE))
        async with server(brain, limits=Limits(session_timeout=5)) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(5.2))
            await kitchen.steps.states(session="LISTENING")

    asyncio.run(story())


class StoryTeller(ScriptedBrain):
    """Answers with five minutes, and knows how many samples it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.story, self.asked = noise(300, seed=12), 0

    async def open(self, caller: Caller) -> ScriptedConversation:
        self.conversations.append(Telling(caller, self))
        return self.conversations[-1]

    async def speech(self) -> AsyncIterator[Samples]:
        for at in range(0, len(self.story), BLOCK):
            self.asked += BLOCK
            yield self.story[at : at + BLOCK]


class Telling(ScriptedConversation):
    """Answers with the whole story."""

    def __init__(self, caller: Caller, teller: StoryTeller) -> None:
        super().__init__(caller, (Turn(),))
        self.teller = teller

    async def answer(self) -> Reply:
        return Reply("a question", "a story", self.teller.speech())


def has_arrived(kitchen: RunningDevice, samples: float) -> bool:
    """Whether so much of the reply is at the device."""
    reply = kitchen.device_runner.core.downlink
    return reply is not None and reply.received >= samples


def test_an_answer_of_five_minutes_plays_without_a_pause_and_is_made_as_it_is_heard() -> None:
    async def story() -> None:
        brain = StoryTeller()
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            core, speaker = kitchen.device_runner.core, kitchen.speaker
            speaker.pass_time(1)  # the chime
            await kitchen.hears(noise(1.6))
            for heard in range(0, len(brain.story), 15 * RATE):
                allowed = min(heard + AHEAD * RATE, len(brain.story))
                await until(partial(has_arrived, kitchen, allowed))
                assert core.downlink is not None
                assert core.downlink.heard == heard
                for steps in (tars.steps, kitchen.steps):
                    await steps.states(turn="SPEAKING" if allowed < len(brain.story) else "DRAINING")
                assert brain.asked < allowed + BLOCK
                speaker.pass_time(15)
            await kitchen.plays_to_the_end()
            assert heard_in(kitchen, brain.story)
            assert (speaker.underruns, speaker.dropped) == (0, 0)
            await tars.steps.states(turn="USER_TURN")

    asyncio.run(story())


def test_an_interrupted_answer_stops_at_once_and_the_brain_learns_how_much_was_heard() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=LONG_ANSWER), Turn(speech=99 * RATE))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(1.6))
            await kitchen.steps.states(turn="DRAINING")
            kitchen.speaker.pass_time(2)
            await kitchen.hears(noise(0.08, seed=3))
            kitchen.wake.detect()
            await kitchen.steps.states(turn="USER_TURN")
            played = len(kitchen.speaker.played)
            kitchen.speaker.pass_time(3)
            await tars.steps.event("barge_in")
            await until(lambda: brain.conversations[0].interruptions)
            assert brain.conversations[0].wake_words == ["", "fake"], "and which word has interrupted"
            (heard,) = brain.conversations[0].interruptions
            assert 1.5 * RATE < heard <= 2 * RATE
            assert not heard_in(kitchen, LONG_ANSWER)
            assert to_pcm(LONG_ANSWER[heard + RATE : heard + RATE + 100]) not in to_pcm(kitchen.speaker.played[played:])
            interruption = noise(0.8, seed=4)
            await kitchen.hears(interruption)
            await until(lambda: brain.conversations[0].heard[-1].endswith(to_pcm(interruption)))

    asyncio.run(story())


def test_a_timer_rings_in_a_conversation_between_conversations_and_when_the_device_is_back() -> None:
    async def story() -> None:
        brain = ScriptedBrain()
        async with server(brain) as tars:
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
                ring = brain.conversations[0].caller.ring
                ring("in")
                await kitchen.steps.event("ring", 1)
                kitchen.press_enter()
                await tars.steps.states(session="LISTENING")
                ring("between")
                await kitchen.steps.event("ring", 2)
            await tars.steps.states(session="IDLE")
            ring("away")
            async with device(tars.url) as kitchen:
                step = await kitchen.steps.event("ring")
                assert step.payload == {"label": "away"}
                assert step.effects == ("play_alarm",)
                await until(lambda: plays_something(kitchen))

    asyncio.run(story())


def test_a_brain_that_fails_to_open_is_heard_and_the_next_conversation_is_not_spoilt() -> None:
    async def story() -> None:
        async with server(MendedBrain()) as tars, device(tars.url) as kitchen:
            await kitchen.hears(noise(0.08))
            kitchen.wake.detect()
            refused = await kitchen.steps.event("session_refused")
            assert refused.payload["reason"] == "its model is missing"
            assert "play_error" in refused.effects
            await tars.steps.states(session="LISTENING")
            await kitchen.is_called()

    asyncio.run(story())


def test_two_devices_at_once_do_not_disturb_each_other() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with server(brain, one_answer="off") as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.steps.states(connection="CONNECTED")
            await bedroom.steps.states("bedroom", connection="CONNECTED")
            await kitchen.is_called()
            await bedroom.is_called()
            await asyncio.gather(kitchen.hears(noise(1.6, seed=5)), bedroom.hears(noise(1.6, seed=6)))
            await asyncio.gather(kitchen.plays_to_the_end(), bedroom.plays_to_the_end())
            words = {conversation.caller.device: conversation.heard[0] for conversation in brain.conversations}
            assert to_pcm(noise(0.8, seed=5)) in words["kitchen"]
            assert to_pcm(noise(0.8, seed=6)) in words["bedroom"]
            bedroom.stop()
            await tars.steps.states("bedroom", session="IDLE")
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"
            await kitchen.hears(noise(1.6, seed=7))
            await kitchen.plays_to_the_end()

    asyncio.run(story())


def test_a_device_that_connects_for_each_conversation_says_goodbye_after_it() -> None:
    async def story() -> None:
        async with server() as tars, device(tars.url, connection="per_session") as kitchen:
            for number in range(1, 4):
                await kitchen.is_called()
                kitchen.press_enter()
                await kitchen.steps.states(connection="DISCONNECTED")
                await tars.steps.states(continuity="UNLINKED")
                assert len(tars.steps.of("hello")) == number
                assert len(tars.steps.of("goodbye")) == number

    asyncio.run(story())


def test_the_device_comes_back_by_itself_after_the_server_was_restarted() -> None:
    async def story() -> None:
        async with server() as first, device(first.url) as kitchen:
            await kitchen.is_called()
            await first.stop()
            await kitchen.steps.states(connection="BACKOFF")
            async with server(port=first.port) as second:  # with a state folder of its own: it knows nothing
                await kitchen.steps.states(connection="CONNECTED", session="HOTWORD_DETECTED")
                await kitchen.steps.states(session="ACTIVE_SESSION")
                assert second.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(story())


@pytest.mark.parametrize("state", ["LISTENING", "HOTWORD_DETECTED", "USER_TURN", "THINKING", "SPEAKING"])
@pytest.mark.parametrize("who", ["device", "server"])
def test_a_stop_is_graceful_in_every_state(who: str, state: str) -> None:
    async def story() -> None:
        opens, thought = asyncio.Event(), asyncio.Event()
        if state != "HOTWORD_DETECTED":
            opens.set()
        if state != "THINKING":
            thought.set()
        brain = ScriptedBrain(Turn(sound=LONG_ANSWER, thought=thought), opens=opens)
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(connection="CONNECTED")
            if state == "HOTWORD_DETECTED":
                kitchen.press_enter()
                await tars.steps.states(session=state)
            elif state != "LISTENING":
                await kitchen.is_called()
            if state in ("THINKING", "SPEAKING"):
                await kitchen.hears(noise(1.6))
                await kitchen.steps.states(turn="DRAINING" if state == "SPEAKING" else state)
            if who == "server":
                before = kitchen.steps.state("session"), kitchen.steps.state("turn")
                await tars.stop()
                await kitchen.steps.states(continuity="INTERRUPTED")
                assert kitchen.steps.of("going_away")
                assert (kitchen.steps.state("session"), kitchen.steps.state("turn")) == before, "it goes on in the next server"
            else:
                kitchen.stop()
                await kitchen.steps.states(session="IDLE", connection="DISCONNECTED")
                await tars.steps.states(session="IDLE", continuity="UNLINKED")
                assert tars.steps.of("goodbye")
            await until(lambda: all(conversation.closed for conversation in brain.conversations))
        assert brain.closed

    asyncio.run(story())


def test_a_microphone_that_is_away_for_longer_than_the_ring_is_long_ends_no_conversation() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=99 * RATE))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(0.4))
            await until(lambda: not kitchen.device_runner.core.link.outbox.items)  # while it is away, all that was heard is acknowledged
            kitchen.device_runner.post(Missed(45 * RATE))
            await until(lambda: kitchen.device_runner.core.ring.end > 45 * RATE)
            await kitchen.hears(noise(0.8, seed=5))
            await tars.steps.event("gap")
            await until(lambda: brain.conversations[0].heard[-1].endswith(to_pcm(noise(0.8, seed=5))))
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"
            (gap,) = tars.steps.of("gap")
            assert (gap.payload["samples"], gap.payload["reason"]) == (45 * RATE, "microphone")

    asyncio.run(story())
