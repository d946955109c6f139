"""Conversations with both services, on their strict fakes. What a fake finds wrong fails the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from tars.brains import Hearing
from tars.brains.realtime.conversation import RealtimeConversation
from tars.brains.reply.llm import failures
from tars.brains.tools import ToolContext
from tars.runtime.persona_settings import Persona
from tars.samples import RATE, Samples
from tests.brains.conftest import joined, silence
from tests.brains.realtime.gemini_fake import CancelCalls
from tests.brains.realtime.openai_answer import ResponseFailed
from tests.brains.realtime.script import Call, Close, Cut, Heard, Say, Stall, Words
from tests.brains.realtime.services import Service, answered, asked, expected, hears, is_same, running, spoken, until

NOON = (Heard("What time is it?"), Words("It is exactly "), Say(12_000), Words("high noon."), Say(12_000))
"""One second of sound."""


@pytest.fixture(params=["openai", "gemini"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def question(say: Callable[[str], Samples]) -> Samples:
    return joined(silence(0.3), say("What time is it?"), silence(1))


@asynccontextmanager
async def talking(name: str, *scripts: Sequence[Any], **settings: Any) -> AsyncIterator[tuple[Service, RealtimeConversation]]:
    """A service, and a conversation on its first connection, with the second one in reserve."""
    async with running(name, *scripts, **settings) as service:
        await service.kept()
        conversation = await service.opened()
        await service.ready(2)
        yield service, conversation
        await conversation.close()


def history(service: Service, connection: Any) -> list[str]:
    """The words that a connection was told of the conversation."""
    if hasattr(connection, "events"):
        items = [event.item for event in connection.events if event.type == "conversation.item.create"]
        return [content.text for item in items if item.type == "message" for content in item.content]
    turns = [turn for message in connection.messages if message.client_content for turn in message.client_content.turns]
    return [part.text for turn in turns for part in turn.parts]


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


# --- tools -------------------------------------------------------------------------------------------------------------------


def with_tool(monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any]) -> None:
    monkeypatch.setattr("tars.brains.reply.llm.calls.find_tools", lambda: {function.__name__: function})


def test_a_tool_is_called_with_the_key_of_the_utterance_and_the_model_goes_on(
    name: str, question: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str, bool]] = []

    def switch_light(context: ToolContext, room: str, on: bool = True) -> str:
        """Switch a light."""
        calls.append((context.key, room, on))
        return "done"

    with_tool(monkeypatch, switch_light)
    script = [Words("One moment. "), Say(2_400), Call("switch_light", {"room": "kitchen"}), Words("Done."), Say(2_400)]
    one, two = (script[:3], script[3:]) if name == "openai" else (script, script)

    async def main() -> None:
        async with talking(name, one, two) as (service, conversation):
            reply = await asked(conversation, question, at=4_711)
            sound = await spoken(reply)
            assert len(sound) in (len(answered(4_800)), 2 * len(answered(2_400)))
            assert calls == [("session/4711/switch_light/1", "kitchen", True)]
            assert conversation._answers[0].exchange.actions[0].result == "done"
            assert any("'done'" in repr(each) for each in service.sent(service.connections[0]))

    asyncio.run(main())


@pytest.mark.parametrize("arguments", [{}, {"seconds": "soon"}])
def test_arguments_that_are_wrong_are_told_to_the_model(name: str, question: Samples, arguments: dict[str, object]) -> None:
    async def main() -> None:
        first = [Call("set_timer", arguments)]
        async with talking(name, first if name == "openai" else [*first, *NOON], NOON) as (_, conversation):
            assert len(await spoken(await asked(conversation, question))) == len(answered(24_000))
            (action,) = conversation._answers[0].exchange.actions
            assert action.result.startswith("failed: ('seconds',)")

    asyncio.run(main())


def test_a_tool_that_does_not_exist_and_one_that_is_too_slow_are_told_to_the_model(
    name: str, question: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dawdle() -> str:
        """Take long."""
        await asyncio.Event().wait()
        return ""

    with_tool(monkeypatch, dawdle)

    async def main() -> None:
        calls = [Call("fly", id="call_1"), Call("dawdle", id="call_2")]
        async with talking(name, calls if name == "openai" else [*calls, *NOON], NOON, timeout=1) as (_, conversation):
            await spoken(await asked(conversation, question))
            results = [action.result for action in conversation._answers[0].exchange.actions]
            assert results == ["failed: there is no tool 'fly'", "failed: no result within 0.5 s"]

    asyncio.run(main())


def test_a_tool_is_stopped_when_the_user_interrupts(name: str, question: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    async def dawdle() -> str:
        """Take long."""
        begun.append("")
        await asyncio.Event().wait()
        return ""

    with_tool(monkeypatch, dawdle)

    async def main() -> None:
        async with talking(name, [Words("Wait. "), Say(2_400), Call("dawdle")], NOON) as (_, conversation):
            reply = await asked(conversation, question)
            await until(lambda: bool(begun))
            conversation.interrupted(100)
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            (action,) = conversation._answers[0].exchange.actions
            assert action.result == "interrupted; it is not known whether it was done"
            assert reply.text == "Wait."

    asyncio.run(main())


def test_a_call_that_the_model_withdraws_is_stopped(question: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def dawdle() -> str:
        """Take long."""
        begun.set()
        await asyncio.Event().wait()
        return ""

    with_tool(monkeypatch, dawdle)

    async def main() -> None:
        async with talking("gemini", [Words("Never mind."), Call("dawdle"), Say(2_400)]) as (service, conversation):
            answer = asyncio.create_task(asked(conversation, question))
            await begun.wait()
            await service.connections[0].act(CancelCalls())
            assert len(await spoken(await answer)) == len(answered(2_400))
            assert not [message for message in service.connections[0].messages if message.tool_response]

    asyncio.run(main())


def test_a_model_that_calls_one_tool_after_the_other_is_stopped(name: str, question: Samples) -> None:
    async def main() -> None:
        calls = [Call("current_time", id=f"call_{number}") for number in range(8)]
        scripts = [[call] for call in calls] if name == "openai" else [calls]
        async with talking(name, *scripts) as (_, conversation):
            assert (await asked(conversation, question)).text == failures.BROKEN

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


# --- failures ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Cut(), Close(1011, "Internal error encountered.")])
def test_a_connection_that_is_lost_in_the_middle_of_an_answer_is_said_and_the_next_one_knows_what_was_said(
    name: str, question: Samples, step: Cut | Close
) -> None:
    async def main() -> None:
        async with talking(name, [*NOON, step], NOON) as (service, conversation):
            sound = await spoken(await asked(conversation, question))
            assert len(sound) == len(answered(24_000)) + 1_000 * len(failures.STOPPED)
            assert service.speak.said == [failures.STOPPED]
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            new = service.connections[-1]
            if name == "openai":
                assert history(service, new) == ["What time is it?", "It is exactly high noon."]
            else:
                assert new.resumed

    asyncio.run(main())


def test_a_question_is_asked_again_if_the_connection_is_lost_before_the_answer(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Cut()], NOON) as (service, conversation):
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            once = expected(question, service.rate)
            assert is_same(service.questions, joined(once, once)), "each connection got it once"

    asyncio.run(main())


def test_a_question_that_costs_two_connections_is_not_asked_again(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Cut()], [Cut()], NOON) as (_service, conversation):
            assert (await asked(conversation, question)).text == failures.STOPPED
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))

    asyncio.run(main())


def test_a_service_that_says_nothing_is_given_up_and_the_conversation_goes_on(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, [Stall()], [*NOON, Stall()], NOON, timeout=0.5) as (service, conversation):
            assert (await asked(conversation, question)).text == failures.LATE
            sound = await spoken(await asked(conversation, question))
            assert service.speak.said == [failures.STOPPED]
            assert 0 < len(sound) - 1_000 * len(failures.STOPPED) <= RATE
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))

    asyncio.run(main())


def test_a_key_that_is_refused_is_said_and_both_listen_again(name: str, question: Samples) -> None:
    async def main() -> None:
        async with running(name, NOON, key="wrong") as service:
            conversation = await service.opened()
            for _ in range(2):
                reply = await asked(conversation, question)
                assert reply.text == failures.REFUSED
                assert len(await spoken(reply)) == 1_000 * len(failures.REFUSED)
            assert not reply.ends
            await conversation.close()

    asyncio.run(main())


def test_a_service_that_does_not_become_ready_is_said(name: str, question: Samples) -> None:
    async def main() -> None:
        async with running(name, NOON, set_up=[Stall()], timeout=0.3) as service:
            conversation = await service.opened()
            assert (await asked(conversation, question)).text == failures.NOT_THERE
            service.fake.set_up = []
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000)), "as soon as it is there again"
            await conversation.close()

    asyncio.run(main())


def test_a_limit_of_the_service_is_said(question: Samples) -> None:
    async def main() -> None:
        async with talking("openai", [ResponseFailed()], [*NOON, ResponseFailed("server_error", "Oh.")]) as (service, conversation):
            assert (await asked(conversation, question)).text == failures.SPENT
            await spoken(await asked(conversation, question))
            assert service.speak.said[-1] == failures.BROKEN

    asyncio.run(main())


def test_an_empty_answer_is_said(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, []) as (_, conversation):
            assert (await asked(conversation, question)).text == "I have no answer to that."

    asyncio.run(main())


# --- a new connection --------------------------------------------------------------------------------------------------------


def test_a_connection_that_expires_is_replaced_between_two_answers(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            await spoken(await asked(conversation, question))
            old = service.connections[0]
            await service.expire(old)
            conversation.begin(0)
            new = await service.ready(3)
            assert old.closed.is_set(), "before the new one was opened"
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            if name == "openai":
                assert history(service, new) == ["What time is it?", "It is exactly high noon."]
            else:
                assert new.resumed
                assert history(service, new) == []
            once = expected(question, service.rate)
            assert is_same(service.questions, joined(once, once))

    asyncio.run(main())


def test_a_connection_that_expires_while_the_user_speaks_is_replaced_and_the_new_one_gets_all_of_it(name: str, question: Samples) -> None:
    async def main() -> None:
        async with talking(name, NOON) as (service, conversation):
            await spoken(await asked(conversation, question))
            old, sent = service.connections[0], len(service.connections[0].heard)
            conversation.begin(0)
            half = len(question) // 2
            await hears(conversation, question[:half])
            await until(lambda: len(old.heard) > sent)
            await service.expire(old)
            new = await service.ready(3)
            assert await hears(conversation, question[half:]) is Hearing.COMPLETE
            assert is_same(await spoken(await conversation.answer()), answered(24_000))
            assert is_same(np.frombuffer(bytes(new.heard), "<i2"), expected(question, service.rate))

    asyncio.run(main())


def test_a_connection_that_expires_during_an_answer_is_kept_until_it_was_heard(name: str, question: Samples) -> None:
    async def main() -> None:
        gate = asyncio.Event()
        first = [*NOON[:3], gate, *NOON[3:]]
        async with talking(name, first, NOON) as (service, conversation):
            reply = await asked(conversation, question)
            await service.expire(service.connections[0])
            gate.set()
            assert is_same(await spoken(reply), answered(24_000))
            assert not service.connections[0].closed.is_set()
            conversation.interrupted(RATE // 2)
            conversation.begin(0)
            new = await service.ready(3)
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            if name == "openai":
                assert history(service, new) == ["What time is it?", "It is"]

    asyncio.run(main())


def test_a_handle_that_is_refused_is_replaced_by_the_words_of_the_conversation(question: Samples) -> None:
    async def main() -> None:
        async with talking("gemini", NOON) as (service, conversation):
            await spoken(await asked(conversation, question))
            service.fake.handles.clear()
            await service.expire(service.connections[0])
            conversation.begin(0)
            new = await service.ready(4)  # the third one is refused
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            assert history(service, new) == ["What time is it?", "It is exactly high noon."]

    asyncio.run(main())


def test_a_connection_in_reserve_that_is_lost_or_expires_is_opened_again(name: str, question: Samples) -> None:
    async def main() -> None:
        async with running(name, NOON) as service:
            await service.kept()
            (first,) = service.connections
            await service.expire(first)
            await first.closed.wait()
            await service.kept()
            second = service.connections[-1]
            conversation = await service.opened()
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            assert is_same(np.frombuffer(bytes(second.heard), "<i2"), expected(question, service.rate))
            await service.kept()
            third = service.connections[-1]
            await third.act(Cut())
            await third.closed.wait()
            another = await service.opened()
            assert is_same(await spoken(await asked(another, question)), answered(24_000))
            await conversation.close()
            await another.close()

    asyncio.run(main())


def test_a_persona_has_its_prompt_and_its_voice(name: str) -> None:
    async def main() -> None:
        jarvis = Persona("Jarvis", wake_words=("hey jarvis",), voice="Puck", prompt="You are a butler.", end_phrases=("you may go",))
        async with running(name, NOON, personas=[jarvis], voice="Kore", prompt="Be brief.") as service:
            await service.ready(2)
            told = [repr(service.sent(connection)[0]) for connection in service.connections]
            (butler,) = [each for each in told if "You are a butler." in each]
            assert "Puck" in butler
            assert "you may go" in butler
            (other,) = [each for each in told if each is not butler]
            assert "Kore" in other
            assert "Be brief." in other

    asyncio.run(main())
