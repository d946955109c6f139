"""Conversations with both services, on their strict fakes. What a fake finds wrong fails the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tars.brains import Hearing
from tars.runtime.persona_settings import Persona
from tars.samples import RATE, Samples
from tests.brains.conftest import joined, silence
from tests.brains.realtime.script import Call, Heard, Say, Stall, Words
from tests.brains.realtime.services import (
    NOON,
    answered,
    asked,
    expected,
    hears,
    is_same,
    running,
    spoken,
    talking,
    until,
)

# --- sound -------------------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_and_no_sample_is_lost_on_either_way(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            reply = await asked(conversation, question)
            assert is_same(await spoken(reply), answered(24_000))
            assert is_same(service.questions, expected(question, service.rate))
            assert len(service.connections) == 2, "the one that was kept, and the next one"

    asyncio.run(main())


@pytest.mark.parametrize("size", [1, 77, 4_096, 1_000_000])
def test_no_sample_is_lost_where_sound_is_cut(name: str, question: Samples, size: int) -> None:
    async def main() -> None:
        async with talking(name, [Say(4_801, sizes=(1, 3, 2, 4_097))]) as (service, conversation):
            conversation.begin(0)
            assert await hears(conversation, question, size) is Hearing.COMPLETE
            assert is_same(await spoken(await conversation.answer()), answered(4_801))
            assert is_same(service.questions, expected(question, service.rate))

    asyncio.run(main())


def test_words_that_are_spoken_before_the_connection_is_open_are_not_lost(name: str, question: Samples) -> None:
    async def main() -> None:
        gate = asyncio.Event()
        async with running(name, NOON, set_up=[gate]) as service:
            conversation = await service.opened()
            conversation.begin(0)
            assert await hears(conversation, question) is Hearing.COMPLETE
            assert len(service.fake.heard) == 0
            answer = asyncio.create_task(conversation.answer())
            gate.set()
            assert is_same(await spoken(await answer), answered(24_000))
            assert is_same(service.questions, expected(question, service.rate))
            await conversation.close()

    asyncio.run(main())


def test_sound_is_sent_while_the_user_speaks(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            conversation.begin(0)
            half = len(question) // 2
            assert await hears(conversation, question[:half]) is Hearing.SPEECH
            await until(lambda: len(service.fake.heard) > RATE // 4)

    asyncio.run(main())


def test_silence_and_a_wake_word_alone_leave_the_house_at_no_time(name: str, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            woken = joined(silence(0.3), say("Hey Jarvis"))
            conversation.begin(len(woken))
            assert await hears(conversation, joined(woken, silence(3))) is Hearing.SILENCE
            conversation.begin(0)
            assert await hears(conversation, silence(91)) is Hearing.COMPLETE
            reply = await conversation.answer()
            assert (reply.heard, reply.text, len(await spoken(reply))) == ("", "", 0)
            assert await conversation.words() == ""
            assert len(service.fake.heard) == 0

    asyncio.run(main())


def test_a_wake_word_is_sent_with_the_command_that_follows_at_once(name: str, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            woken = joined(silence(0.3), say("Hey Jarvis"))
            sound = joined(woken, say("What time is it in London?"), silence(1))
            await spoken(await asked(conversation, sound, wake=len(woken)))
            assert len(service.questions) * RATE // service.rate > len(sound) - RATE
            assert is_same(service.questions, expected(sound, service.rate, wake=len(woken)))

    asyncio.run(main())


# --- words -------------------------------------------------------------------------------------------------------------------


def test_the_words_of_an_utterance_are_told_without_an_answer(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Heard("Half past seven."), Call("set_timer", {"seconds": 5}), *NOON]) as (service, conversation):
            conversation.begin(0)
            assert await hears(conversation, question) is Hearing.COMPLETE
            words = asyncio.create_task(conversation.words())
            if name == "openai":  # it writes down what it hears without being asked for an answer
                await until(lambda: bool(service.connections[0].turns))
                await service.connections[0]._transcribe("Half past seven.")
            assert await words == "Half past seven."
            assert conversation._answers[0].exchange.actions == (), "no tool is called"

    asyncio.run(main())


def test_what_the_server_says_first_is_spoken_on_this_machine(name: str) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            assert sum([len(block) async for block in conversation.say("Dinner is ready.")]) == 16_000
            assert service.speak.said == ["Dinner is ready."]
            assert len(service.sent(service.connections[0])) == 1, "the set-up"

    asyncio.run(main())


# --- barge-in ----------------------------------------------------------------------------------------------------------------


def test_an_interrupted_answer_is_remembered_as_far_as_it_was_heard(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [*NOON, Stall()], NOON) as (service, conversation):
            reply = await asked(conversation, question)
            await anext(reply.speech)
            await until(lambda: conversation._answers[0]._items[0][1] == 24_000)
            conversation.interrupted(RATE // 2)
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            if name == "openai":
                (milliseconds,) = service.connections[0].truncated.values()
                assert milliseconds == 500
                assert "response.cancel" in [event.type for event in service.connections[0].events]
            assert conversation._answers[0].exchange.said == "It is"

    asyncio.run(main())


@pytest.mark.parametrize("heard", [0, 10_000_000])
def test_an_answer_may_be_interrupted_at_any_sample_and_the_next_one_is_whole(name: str, question: Samples, heard: int) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (_service, conversation):
            for _ in range(3):
                reply = await asked(conversation, question)
                await anext(reply.speech)
                conversation.interrupted(heard)
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))

    asyncio.run(main())


def test_an_answer_that_has_not_begun_may_be_interrupted(name: str, question: Samples) -> None:
    async def main() -> None:
        gate = asyncio.Event()
        async with talking(name, [gate, *NOON], [Words("Yes."), Say(2_400)]) as (_, conversation):
            conversation.begin(0)
            await hears(conversation, question)
            answer = asyncio.create_task(conversation.answer())
            await until(lambda: conversation._line is not None and conversation._line.number == 1)
            answer.cancel()
            await asyncio.wait([answer])
            conversation.interrupted(0)
            gate.set()
            assert is_same(await spoken(await asked(conversation, question)), answered(2_400))

    asyncio.run(main())


# --- the end -----------------------------------------------------------------------------------------------------------------


def test_the_model_ends_the_conversation(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Words("Goodbye."), Say(2_400), Call("end_conversation")]) as (service, conversation):
            reply = await asked(conversation, question)
            assert len(await spoken(reply)) == len(answered(2_400))
            assert reply.ends
            assert service.speak.said == []

    asyncio.run(main())


def test_a_model_that_ends_the_conversation_without_a_word_has_the_farewell_spoken(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Call("end_conversation")], personas=[Persona("TARS", farewell="So long.")]) as (service, conversation):
            reply = await asked(conversation, question)
            assert len(await spoken(reply)) == 8_000
            assert reply.ends
            assert service.speak.said == ["So long."]

    asyncio.run(main())


def test_an_end_phrase_ends_the_conversation(name: str, question: Samples) -> None:
    async def main() -> None:
        jarvis = Persona("Jarvis", wake_words=("hey jarvis",), end_phrases=("that will be all",))
        script = [Words("Very good."), Say(2_400), Heard("That will be all, Jarvis.")]
        async with running(name, script, personas=[jarvis]) as service:
            conversation = await service.opened("hey jarvis")
            reply = await asked(conversation, question)
            await spoken(reply)
            assert reply.ends
            await conversation.close()

    asyncio.run(main())
