"""The preset `llm` as a whole: commands at once, everything else by a language model behind HTTP. Only ear, voice and server are fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tars.brains import BrainSettings, Caller, Reply
from tars.brains.composed import ComposedBrain, ComposedConversation
from tars.brains.reply.intents.part import Intents
from tars.brains.reply.llm import failures
from tars.brains.reply.llm.part import Llm
from tars.brains.testing import FakeHear, FakeSpeak
from tars.runtime.llm_settings import LlmSettings
from tars.samples import RATE
from tests.brains.conftest import Models, feed, joined, silence
from tests.brains.http_fake import Cut
from tests.brains.reply.llm.fake_openai import KEY, MODEL, Call, FakeOpenAI, Status, Step
from tests.brains.test_offline import sound_of
from tests.sounds import noise


class Talk:
    """A conversation: what is said is recognised as these texts."""

    def __init__(self, models: Models, url: str, *texts: str) -> None:
        llm = Llm(BrainSettings(llm=LlmSettings(url=url, model=MODEL, key=KEY, timeout=60)))
        self.voice = FakeSpeak()
        self.brain = ComposedBrain(FakeHear(*texts), {"intents": Intents(BrainSettings(), models.understanding), "llm": llm}, self.voice)
        self.turn = 0

    async def say(self, conversation: ComposedConversation, *, whole: bool = True) -> Reply:
        self.turn += 1
        conversation.begin(0, self.turn)
        feed(conversation.hear, joined(noise(0.5), silence(0.3)))
        reply = await conversation.answer()
        if whole:
            await sound_of(reply)
        return reply


@asynccontextmanager
async def talking(models: Models, fake: FakeOpenAI, *texts: str) -> AsyncIterator[tuple[Talk, ComposedConversation]]:
    async with asyncio.timeout(60), fake.running():
        talk = Talk(models, fake.url, *texts)
        conversation = await talk.brain.open(Caller("kitchen", "session", print))
        try:
            yield talk, conversation
        finally:
            await conversation.close()
            await talk.brain.close()


def asked(fake: FakeOpenAI) -> list[tuple[Any, Any]]:
    """What the model was told last, without its instructions."""
    return [(message["role"], message.get("content")) for message in fake.requests[-1]["messages"][1:]]


def test_the_first_sentence_is_spoken_while_the_model_makes_the_second(models: Models) -> None:
    async def main() -> None:
        more = asyncio.Event()
        async with talking(models, FakeOpenAI(["The moon is far. It", more, " is round."]), "tell me about the moon") as (
            talk,
            conversation,
        ):
            reply = await talk.say(conversation, whole=False)
            assert reply.text == "The moon is far."
            assert len(await anext(reply.speech)) > 0
            more.set()
            await sound_of(reply)
            assert talk.voice.said == ["The moon is far.", "It is round."]

    asyncio.run(main())


def test_commands_do_not_wait_for_the_model(models: Models) -> None:
    async def main() -> None:
        fake = FakeOpenAI([Cut()])
        async with talking(models, fake, "what is seven times eight", "why is the sky blue", "stop") as (talk, conversation):
            assert (await talk.say(conversation)).text.startswith("That is 56.")
            assert fake.requests == []
            assert (await talk.say(conversation)).text == failures.NOT_THERE
            assert (await talk.say(conversation)).ends

    asyncio.run(main())


def test_the_model_is_told_what_was_heard_whoever_has_said_it(models: Models) -> None:
    async def main() -> None:
        fake = FakeOpenAI(["The moon is far. It is round."], ["Yes."])
        said = ("set your humor to 0 percent", "tell me about the moon", "is that so")
        async with talking(models, fake, *said) as (talk, conversation):
            humor = await talk.say(conversation)
            await talk.say(conversation)
            conversation.interrupted(8 * 1_000)  # half of the first sentence
            await talk.say(conversation)
            assert asked(fake) == [
                ("user", "set your humor to 0 percent"),
                ("assistant", humor.text),
                ("user", "tell me about the moon"),
                ("assistant", "The moon"),
                ("user", "is that so"),
            ]

    asyncio.run(main())


def test_what_the_model_said_can_be_repeated_by_a_command(models: Models) -> None:
    async def main() -> None:
        async with talking(models, FakeOpenAI(["The moon is far. It is round."]), "why the moon", "say that again") as (talk, conversation):
            await talk.say(conversation)
            assert (await talk.say(conversation)).text == "The moon is far. It is round."

    asyncio.run(main())


def test_a_timer_of_the_model_is_one_for_commands(models: Models) -> None:
    async def main() -> None:
        script: list[Step] = [Call("set_timer", '{"seconds": 600, "label": "pasta"}')]
        said = ("I am boiling pasta", "cancel the pasta timer")
        async with talking(models, FakeOpenAI(script, ["It runs."]), *said) as (talk, conversation):
            assert (await talk.say(conversation)).text == "It runs."
            assert (await talk.say(conversation)).text.startswith("I cancelled the pasta timer.")

    asyncio.run(main())


def test_what_a_server_says_when_it_refuses_does_not_end_the_conversation(models: Models) -> None:
    async def main() -> None:
        fake = FakeOpenAI([Status(500)], [Status(401)], ["It is far."])
        async with talking(models, fake, "why one", "why two", "why three") as (talk, conversation):
            texts = [(await talk.say(conversation)).text for _ in range(3)]
            assert texts == [failures.BROKEN, failures.REFUSED, "It is far."]
            assert sum(map(len, talk.voice.said)) * 1_000 > RATE

    asyncio.run(main())
