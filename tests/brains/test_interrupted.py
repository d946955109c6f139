"""What is said over an answer: with fakes, and with the models of the offline brain, a real server and a real device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tars.brains import Caller
from tars.brains.composed import ComposedBrain
from tars.brains.parts import Exchange
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.device.audio import SpeechNoticed
from tars.runtime import clock
from tars.samples import Samples
from tests.brains.conftest import Models, hear_to_end, joined, silence
from tests.in_process import LIMIT, RunningDevice, device, server
from tests.sounds import noise

SPOKEN = joined(noise(0.5), silence(1))


async def hears_on(kitchen: RunningDevice, happened: Callable[[], bool]) -> None:
    """The microphone captures silence until then, as fast as a real one: the words are recognised meanwhile."""
    async with asyncio.timeout(LIMIT):
        while not happened():
            await kitchen.hears(silence(0.08))
            await clock.sleep_until(clock.now() + 0.08)


def test_what_was_no_interruption_is_remembered_nowhere_and_the_answer_is_remembered_whole() -> None:
    async def main() -> None:
        hear, reply = FakeHear("moon", "mhm", "sun"), FakeReply({"moon": "It is far.", "sun": "It is hot."})
        conversation = await ComposedBrain(hear, {"part": reply}, FakeSpeak()).open(Caller("kitchen", "session", print))
        conversation.begin(0, 1)
        await hear_to_end(conversation, SPOKEN)
        answer = await conversation.answer()
        first = await anext(answer.speech)
        conversation.overhear(2)
        await hear_to_end(conversation, SPOKEN)
        assert await conversation.words() == "mhm"
        assert len(joined(first, *[block async for block in answer.speech])) == len("It is far.") * 1_000, "it is spoken to its end"
        assert reply.stops == 0
        conversation.begin(0, 3)
        await hear_to_end(conversation, SPOKEN)
        await conversation.answer()
        assert [question.text for question in reply.questions] == ["moon", "sun"]
        assert reply.questions[1].exchanges == (Exchange("moon", "It is far."),)

    asyncio.run(main())


def test_what_interrupts_is_recognised_once_and_the_answer_is_remembered_as_far_as_it_was_heard() -> None:
    async def main() -> None:
        hear, reply = FakeHear("moon", "sun"), FakeReply({"moon": "The moon is far.", "sun": "It is hot."})
        conversation = await ComposedBrain(hear, {"part": reply}, FakeSpeak()).open(Caller("kitchen", "session", print))
        conversation.begin(0, 1)
        await hear_to_end(conversation, SPOKEN)
        answer = await conversation.answer()
        async for _ in answer.speech:
            pass
        conversation.overhear(2)
        await hear_to_end(conversation, SPOKEN)
        assert await conversation.words() == "sun"
        conversation.interrupted(8_000)
        assert (await conversation.answer()).text == "It is hot."
        assert len(hear.given) == 2
        assert (reply.questions[1].exchanges, reply.questions[1].utterance) == ((Exchange("moon", "The moon"),), "session/2")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("words", "decided"),
    [
        ("", "reply_resumes"),
        ("Yeah.", "reply_resumes"),
        ("Okay, right.", "reply_resumes"),
        ("Stop.", "reply_cut"),
        ("What time is it?", "reply_cut"),
    ],
)
def test_the_offline_brain_tells_by_the_words_what_interrupts_it(
    models: Models, say: Callable[[str], Samples], words: str, decided: str
) -> None:
    async def main() -> None:
        async with server(models.brain()) as tars, device(tars.url, interruption="speech") as kitchen:
            core = kitchen.device_runner.core
            await kitchen.is_called()
            await kitchen.hears(joined(silence(0.3), say("Set a timer for ten minutes."), silence(1)))
            await hears_on(kitchen, lambda: kitchen.steps.state("turn") == "DRAINING")
            await kitchen.hears(silence(0.6))
            kitchen.speaker.pass_time(1)
            kitchen.device_runner.post(SpeechNoticed(core.ring.end))
            await kitchen.steps.event("speech_noticed")
            await kitchen.hears(joined(silence(0.1), say(words) if words else noise(0.05), silence(1.6)))
            await hears_on(kitchen, lambda: bool(kitchen.steps.of(decided)))
            answered = "?" in words
            if answered:  # words that were recognised late are answered after the next samples
                await hears_on(kitchen, lambda: kitchen.steps.state("turn") != "USER_TURN")
            if decided == "reply_resumes" or answered:
                await kitchen.plays_to_the_end()
            await kitchen.steps.states(turn="USER_TURN")
            await tars.steps.states(turn="USER_TURN")
            assert core.states.turn.context.turn == (3 if answered else 2)
            answers = [mark.payload["heard"] for mark in tars.steps.of("answered")]
            assert len(answers) == (2 if answered else 1), answers

    asyncio.run(main())
