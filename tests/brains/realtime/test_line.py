"""Connections that fail, and connections that are replaced, with both services."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from tars.brains import Hearing
from tars.brains.reply.llm import failures
from tars.runtime.persona_settings import Persona
from tars.samples import RATE, Samples
from tests.brains.conftest import joined
from tests.brains.realtime.openai_answer import ResponseFailed
from tests.brains.realtime.script import Close, Cut, Stall
from tests.brains.realtime.services import (
    NOON,
    answered,
    asked,
    expected,
    hears,
    history,
    is_same,
    running,
    spoken,
    talking,
    until,
)

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


def test_a_server_that_speaks_another_protocol_is_said_with_what_to_do(name: str, question: Samples) -> None:
    async def babble(socket: ServerConnection) -> None:
        await socket.send("[1, 2]")
        await socket.wait_closed()

    async def main() -> None:
        async with serve(babble, "127.0.0.1", 0) as server:
            url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            async with running(name, NOON, url=url) as service:
                conversation = await service.opened()
                assert (await asked(conversation, question)).text == failures.NOT_THERE
                await conversation.close()

    asyncio.run(main())
