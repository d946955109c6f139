"""Somebody speaks over an answer, told with both programs and real connections. Sound, wake word and brain are the test's."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tars.device.audio import SpeechNoticed
from tars.samples import RATE, Samples, to_pcm
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, device, server, until
from tests.scenarios.test_restart import next_server, settings
from tests.sounds import noise

ANSWER = noise(5, seed=10)
QUESTION = Turn(sound=ANSWER)
OVER = noise(1, seed=4)


def answered_with(words: str) -> ScriptedBrain:
    """A brain that recognises this over its answer."""
    return ScriptedBrain(QUESTION, Turn(speech=RATE // 2, heard=words, sound=noise(1, seed=11)), Turn(speech=99 * RATE))


async def speaks_over(kitchen: RunningDevice) -> Samples:
    """Somebody speaks over the answer, two seconds of which were played; what was played."""
    await kitchen.is_called()
    await kitchen.hears(noise(1.6))
    await kitchen.steps.states(turn="DRAINING")
    kitchen.speaker.pass_time(2)
    before = kitchen.speaker.played
    kitchen.device_runner.post(SpeechNoticed(kitchen.device_runner.core.ring.end))
    await kitchen.steps.states(turn="PAUSED")
    kitchen.speaker.pass_time(0.2)
    assert not kitchen.speaker.played[len(before) :].any(), "silence at once"
    return before


def test_after_a_sound_of_assent_the_answer_goes_on_with_the_very_next_sample() -> None:
    async def story() -> None:
        async with server(answered_with("Mm-hmm.")) as tars, device(tars.url, interruption="speech") as kitchen:
            before = await speaks_over(kitchen)
            paused = len(kitchen.speaker.played)
            await kitchen.hears(OVER)
            await kitchen.steps.event("reply_resumes")
            await kitchen.plays_to_the_end()
            heard = to_pcm(np.concatenate([before, kitchen.speaker.played[paused:]]))
            assert to_pcm(ANSWER) in heard, "in one piece, but for the pause"
            await tars.steps.states(turn="USER_TURN")
            assert kitchen.speaker.underruns == 0

    asyncio.run(story())


def test_after_a_question_the_answer_is_dropped_on_both_sides_and_the_brain_knows_how_much_was_heard() -> None:
    async def story() -> None:
        brain = answered_with("what time is it")
        async with server(brain) as tars, device(tars.url, interruption="speech") as kitchen:
            before = await speaks_over(kitchen)
            await kitchen.hears(OVER)
            await kitchen.steps.event("reply_cut")
            await kitchen.plays_to_the_end()
            (heard,) = brain.conversations[0].interruptions
            assert 1.5 * RATE < heard <= 2 * RATE
            played = to_pcm(kitchen.speaker.played)
            assert to_pcm(noise(1, seed=11)) in played, "the other answer"
            assert to_pcm(ANSWER[heard + RATE : heard + RATE + 100]) not in played[2 * len(before) :]
            assert tars.steps.of("reply_started")[-1].payload["turn"] == 2

    asyncio.run(story())


def test_stop_leaves_the_floor_to_the_user_without_a_word() -> None:
    async def story() -> None:
        brain = answered_with("Stop.")
        async with server(brain) as tars, device(tars.url, interruption="speech") as kitchen:
            await speaks_over(kitchen)
            played = len(kitchen.speaker.played)
            await kitchen.hears(OVER)
            await kitchen.steps.states(turn="USER_TURN")
            await tars.steps.states(turn="USER_TURN")
            said = noise(0.8, seed=6)
            await kitchen.hears(said)
            await until(lambda: brain.conversations[0].heard[-1].endswith(to_pcm(said)))
            kitchen.speaker.pass_time(1)
            assert not kitchen.speaker.played[played:].any()
            assert len(tars.steps.of("reply_started")) == 1

    asyncio.run(story())


@pytest.mark.parametrize("interruption", ["wake-word", "speech"])
def test_speech_interrupts_only_a_device_that_is_set_so(interruption: str) -> None:
    async def story() -> None:
        async with server(answered_with("stop")) as tars, device(tars.url, interruption=interruption) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(1.6))
            await kitchen.steps.states(turn="DRAINING")
            kitchen.device_runner.post(SpeechNoticed(kitchen.device_runner.core.ring.end))
            await kitchen.hears(OVER)
            assert bool(kitchen.steps.of("speech_noticed")) is (interruption == "speech")

    asyncio.run(story())


def test_the_wake_word_is_heard_over_a_paused_answer() -> None:
    async def story() -> None:
        async with server(answered_with("mhm")) as tars, device(tars.url, interruption="speech") as kitchen:
            await speaks_over(kitchen)
            fed = len(kitchen.wake.fed)
            await kitchen.hears(noise(0.16, seed=7))
            assert len(kitchen.wake.fed) > fed
            kitchen.wake.detect()
            await kitchen.steps.states(turn="USER_TURN")
            await tars.steps.event("barge_in")
            assert kitchen.device_runner.core.states.turn.context.turn == 3

    asyncio.run(story())


@pytest.mark.parametrize("words", ["mhm", "what time is it"])
def test_the_next_server_decides_what_is_not_decided_when_a_server_stops(words: str, tmp_path: Path) -> None:
    async def story() -> None:
        never = ScriptedBrain(QUESTION, Turn(speech=99 * RATE))
        async with server(never, **settings(tmp_path)) as tars, device(tars.url, interruption="speech") as kitchen:
            await speaks_over(kitchen)
            await kitchen.hears(OVER)
            await until(lambda: never.conversations[0].heard[1:] and len(never.conversations[0].heard[1]) >= 2 * len(OVER))
            brain = ScriptedBrain(Turn(speech=RATE // 2, heard=words))
            async with next_server(tars, kitchen, tmp_path, brain) as successor:
                await kitchen.steps.event("reply_resumes" if words == "mhm" else "reply_cut")
                await kitchen.plays_to_the_end()
                await successor.steps.states(turn="USER_TURN")

    asyncio.run(story())
