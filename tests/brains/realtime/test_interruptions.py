"""What is said over an answer of either service, on their strict fakes. What a fake finds wrong fails the test."""

from __future__ import annotations

import asyncio

from tars.brains import Hearing
from tars.samples import RATE, Samples
from tars.server.interruption import Meaning, meaning_of
from tests.brains.conftest import joined
from tests.brains.realtime.script import Stall
from tests.brains.realtime.services import NOON, answered, asked, expected, hears, history, is_same, running, spoken, talking


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
