"""What is said over an answer of either service, on their strict fakes. What a fake finds wrong fails the test."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tars.brains import Hearing
from tars.brains.realtime.conversation import OVERHEARD
from tars.samples import RATE, Samples
from tars.server.interruption import Meaning, meaning_of
from tests.brains.conftest import joined
from tests.brains.realtime.script import Heard, Say, Stall, Words
from tests.brains.realtime.services import NOON, answered, asked, expected, hears, history, is_same, running, spoken, talking, until


def test_what_is_no_interruption_is_not_sent_and_the_answer_goes_on(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, NOON, NOON) as (service, conversation):
            reply = await asked(conversation, question)
            first = await anext(reply.speech)
            conversation.overhear(7)
            await hears(conversation, question)
            assert is_same(joined(first, *[block async for block in reply.speech]), answered(24_000))
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            wanted = expected(question, service.rate)
            assert is_same(service.questions, joined(wanted, wanted)), "of three utterances two"

    asyncio.run(main())


def test_what_interrupts_is_sent_whole_and_answered(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [*NOON, Stall()], NOON) as (service, conversation):
            reply = await asked(conversation, question)
            await anext(reply.speech)
            conversation.overhear(7)
            assert await hears(conversation, question) is Hearing.COMPLETE
            assert meaning_of(await conversation.words()) is Meaning.SPEECH
            conversation.interrupted(RATE // 2)
            assert is_same(await spoken(await conversation.answer()), answered(24_000))
            wanted = expected(question, service.rate)
            assert is_same(service.questions, joined(wanted, wanted))

    asyncio.run(main())


def test_stop_leaves_the_house_at_no_time(name: str, question: Samples) -> None:
    """It has interrupted the answer, and is no question. A wake word over an answer is none either."""

    async def main() -> None:
        async with talking(name, [*NOON, Stall()], NOON) as (service, conversation):
            reply = await asked(conversation, question)
            await anext(reply.speech)
            conversation.overhear(7)
            await hears(conversation, question)
            await conversation.words()
            conversation.interrupted(RATE // 2)
            await until(lambda: conversation._cut is None)
            await service.expire(service.connections[0])  # it is replaced, so all that was sent has arrived
            await service.ready(3)
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            wanted = expected(question, service.rate)
            assert is_same(service.questions, joined(wanted, wanted))
            assert len(service.fake.heard) == len(service.questions)

    asyncio.run(main())


def test_what_interrupts_a_question_of_the_server_is_its_answer(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Heard("Half past seven."), Say(2_400)]) as (service, conversation):
            await anext(conversation.say("When shall I wake you?"))
            conversation.overhear(7)
            await hears(conversation, question)
            assert await conversation.words() == OVERHEARD
            conversation.interrupted(100)
            words = asyncio.create_task(conversation.words())
            if name == "openai":
                await until(lambda: bool(service.connections[0].turns))
                await service.connections[0]._transcribe("Half past seven.")
            assert await words == "Half past seven."

    asyncio.run(main())


def test_words_that_are_recognised_after_an_interruption_are_remembered_and_told_to_the_log(
    question: Samples, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with talking("openai", [Words("It is exactly high noon."), Say(24_000), Stall()]) as (service, conversation):
            reply = await asked(conversation, question)
            await anext(reply.speech)
            await reply.speech.aclose()  # type: ignore[attr-defined]  # it is a generator
            conversation.interrupted(RATE // 2)
            await service.connections[0]._transcribe("What time is it?")
            await until(lambda: "What time is it?" in conversation.memory())
            assert "It is" in conversation.memory()

    with caplog.at_level(logging.INFO):
        asyncio.run(main())
    heard = [vars(record)["values"]["text"] for record in caplog.records if record.message == "heard"]
    assert heard == ["What time is it?"]


def test_a_cough_has_no_words(name: str) -> None:
    async def main() -> None:
        async with talking(name) as (_, conversation):
            conversation.overhear(7)
            assert await conversation.words() == ""

    asyncio.run(main())


def test_the_next_server_tells_the_service_what_was_said(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (_, conversation):
            await spoken(await asked(conversation, question))
            memory = conversation.memory()
        async with running(name, NOON) as service:
            following = await service.opened(memory=memory)
            assert is_same(await spoken(await asked(following, question)), answered(24_000))
            assert ["What time is it?", "It is exactly high noon."] in [history(service, each) for each in service.connections]
            await following.close()

    asyncio.run(main())
