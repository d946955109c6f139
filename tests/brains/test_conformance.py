"""The contract of every brain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from tars.brains import Brain, BrainSettings, Caller, Conversation, Hearing, Reply
from tars.brains.echo import EchoBrain
from tars.brains.realtime.brain import RealtimeBrain
from tars.brains.realtime.gemini import GeminiLine
from tars.brains.realtime.openai import OpenAiLine
from tars.brains.registry import BRAINS, PRESETS
from tars.brains.reply.home_assistant.part import HomeAssistant
from tars.brains.reply.llm.part import Llm
from tars.brains.speak.elevenlabs import ElevenLabs
from tars.brains.speak.hibari import Hibari
from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.samples import RATE, Samples
from tars.testing import ScriptedBrain, Turn
from tests.brains.conftest import Models, feed, hear_to_end, joined, silence
from tests.brains.realtime.gemini_fake import FakeGeminiLive
from tests.brains.realtime.openai_fake import FakeOpenAIRealtime
from tests.brains.realtime.script import Heard, Say, Words
from tests.brains.realtime.services import settings_for
from tests.in_thread import in_thread

NOT_THERE = ElevenLabsSettings(url="http://127.0.0.1:9", key="not asked")
"""Nobody listens on this port: the voice that stands in speaks."""

CALLER = Caller("kitchen", "session", print)

MAKERS: dict[str, Callable[[Models], Brain]] = {
    "echo": lambda _: EchoBrain(BrainSettings()),
    "offline": lambda models: models.brain(),
    "llm": lambda models: models.brain(llm=Llm(BrainSettings(llm=LlmSettings(model="not asked")))),
    "home-assistant": lambda models: models.brain(
        **{"home-assistant": HomeAssistant(BrainSettings(home_assistant=HomeAssistantSettings(token="not asked")))}
    ),
    "gemini-elevenlabs": lambda models: models.brain(
        {"elevenlabs": ElevenLabs(BrainSettings(elevenlabs=NOT_THERE))}, llm=Llm(BrainSettings(llm=LlmSettings(model="not asked")))
    ),
    "scripted": lambda _: ScriptedBrain(Turn(silence=RATE // 10, speech=RATE)),
}


NOON = (Heard("What time is it?"), Words("It is noon."), Say(24_000))


@pytest.fixture(params=[*MAKERS, "openai-realtime", "gemini-live"])
def brain(request: pytest.FixtureRequest, models: Models) -> Iterator[Brain]:
    if request.param in MAKERS:
        yield MAKERS[request.param](models)
        return
    speak = Hibari(BrainSettings(), models.voice)
    fake = FakeOpenAIRealtime(NOON, transcript="What time is it?") if request.param == "openai-realtime" else FakeGeminiLive(NOON)
    with in_thread(fake):
        yield RealtimeBrain(OpenAiLine if isinstance(fake, FakeOpenAIRealtime) else GeminiLine, settings_for(fake), speak)


@pytest.fixture(scope="module")
def question(say: Callable[[str], Samples]) -> Samples:
    return joined(silence(0.3), say("What time is it?"), silence(1))


async def spoken(reply: Reply) -> list[Samples]:
    return [block async for block in reply.speech]


async def answered(conversation: Conversation, question: Samples) -> Reply:
    conversation.begin(0)
    await hear_to_end(conversation, question)
    return await conversation.answer()


def test_every_brain_is_tried_here() -> None:
    assert {*MAKERS, "openai-realtime", "gemini-live"} == {*BRAINS, *PRESETS, "scripted"}


def test_a_question_is_heard_and_answered(brain: Brain, question: Samples) -> None:
    async def main() -> None:
        await brain.warm()
        conversation = await brain.open(CALLER)
        conversation.begin(0)
        heard = feed(conversation.hear, question)
        assert heard[0] is Hearing.SILENCE
        assert Hearing.SPEECH in heard
        if heard[-1] is not Hearing.COMPLETE:
            await hear_to_end(conversation, silence(0))
        reply = await conversation.answer()
        assert reply.heard
        assert reply.text
        blocks = await spoken(reply)
        assert all(block.dtype == np.int16 and block.ndim == 1 and len(block) for block in blocks)
        assert sum(map(len, blocks)) > RATE // 2
        assert all(seconds >= 0 for seconds in reply.stages.values())
        await conversation.close()
        await brain.close()

    asyncio.run(main())


def test_a_conversation_has_many_turns_and_may_be_interrupted_anywhere(brain: Brain, question: Samples) -> None:
    async def main() -> None:
        conversation = await brain.open(CALLER)
        for heard in (0, 10_000_000):
            reply = await answered(conversation, question)
            await anext(reply.speech)
            conversation.interrupted(heard)
        await conversation.close()
        await brain.close()

    asyncio.run(main())


def test_a_text_is_spoken_and_the_words_of_an_utterance_are_told_without_an_answer(brain: Brain, question: Samples) -> None:
    async def main() -> None:
        conversation = await brain.open(CALLER)
        speech = [block async for block in conversation.say("Shall I wait for you?")]
        assert all(block.dtype == np.int16 and block.ndim == 1 and len(block) for block in speech)
        assert sum(map(len, speech)) > RATE // 2
        conversation.interrupted(RATE)
        conversation.begin(0)
        await hear_to_end(conversation, question)
        assert await conversation.words()
        assert await spoken(await answered(conversation, question)), "it goes on"
        await conversation.close()
        await brain.close()

    asyncio.run(main())


def test_a_conversation_that_has_not_answered_yet_may_be_interrupted_and_goes_on(brain: Brain, question: Samples) -> None:
    """After a restart in the middle of a reply, which another conversation gave."""

    async def main() -> None:
        untouched = await brain.open(CALLER)
        untouched.interrupted(RATE)
        await untouched.close()
        conversation = await brain.open(CALLER)
        conversation.interrupted(RATE)
        assert await spoken(await answered(conversation, question))
        await conversation.close()
        await brain.close()

    asyncio.run(main())


def test_closing_is_safe_at_any_time(brain: Brain, question: Samples) -> None:
    async def main() -> None:
        untouched = await brain.open(CALLER)
        await untouched.close()

        listening = await brain.open(CALLER)
        listening.begin(RATE)
        feed(listening.hear, question[: RATE // 2])
        await listening.close()
        await listening.close()

        answering = await brain.open(CALLER)
        answer = asyncio.create_task(answered(answering, question))
        await asyncio.wait([answer], timeout=0)
        answer.cancel()
        await answering.close()
        with suppress(asyncio.CancelledError):
            await answer
        await answering.close()

        speaking = await brain.open(CALLER)
        reply = await answered(speaking, question)
        await anext(reply.speech)
        speech = asyncio.create_task(spoken(reply))
        await asyncio.wait([speech], timeout=0)
        speech.cancel()
        await speaking.close()
        with suppress(asyncio.CancelledError):
            await speech
        await brain.close()
        await brain.close()

    asyncio.run(main())


@pytest.mark.parametrize("memory", ["", "of another brain", "{}"])
def test_a_conversation_goes_on_with_the_memory_of_the_one_before_or_of_another_brain(brain: Brain, question: Samples, memory: str) -> None:
    async def main() -> None:
        before = await brain.open(replace(CALLER, memory=memory))
        await spoken(await answered(before, question))
        await before.close()
        after = await brain.open(replace(CALLER, memory=before.memory()))
        after.interrupted(0)
        await spoken(await answered(after, question))
        await after.close()
        await brain.close()

    asyncio.run(main())


def test_conversations_share_no_samples(brain: Brain, question: Samples) -> None:
    async def main() -> None:
        kitchen = await brain.open(CALLER)
        bath = await brain.open(Caller("bath", "another", print))
        kitchen.begin(0)
        bath.begin(0)
        for at in range(0, len(question), 1280):
            assert bath.hear(silence(0.001)) is Hearing.SILENCE
            if kitchen.hear(question[at : at + 1280]) is Hearing.COMPLETE:
                break
        else:
            await hear_to_end(kitchen, silence(0))
        await kitchen.close()
        await bath.close()
        await brain.close()

    asyncio.run(main())
