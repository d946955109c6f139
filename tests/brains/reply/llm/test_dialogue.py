"""The part `llm` in a session, against a strict fake of its server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from tars.brains import BrainSettings, Caller
from tars.brains.parts import Action, Exchange, Question, TextReply
from tars.brains.reply.llm import failures
from tars.brains.reply.llm.dialogue import LlmDialogue
from tars.brains.reply.llm.part import Llm
from tars.brains.reply.timers import Timers
from tars.errors import ReplyError
from tars.runtime.llm_settings import LlmSettings
from tests.brains.http_fake import Cut, Stall
from tests.brains.reply.llm.fake_openai import KEY, MODEL, Call, FakeOpenAI, Raw, Status, Step

SETTINGS = LlmSettings(model=MODEL, key=KEY, timeout=60)


class Bench:
    """A dialogue with a fake server."""

    def __init__(self, fake: FakeOpenAI, part: Llm) -> None:
        self.fake, self.part = fake, part
        self.timers = Timers()
        self.actions: list[Action] = []
        """Those of the last question."""
        self.dialogue = self.open()

    def open(self, device: str = "kitchen") -> LlmDialogue:
        return self.part.open(Caller(device, "session", print), self.timers)

    async def ask(self, text: str, *exchanges: Exchange, turn: int = 1) -> TextReply:
        question = Question(text, exchanges, f"session/{turn}")
        self.actions = question.actions
        return await self.dialogue.reply(question)

    async def answer(self, text: str, *exchanges: Exchange) -> str:
        return (await read(await self.ask(text, *exchanges))).strip()

    def sent(self, number: int = -1) -> list[Any]:
        """The messages of a request: role and content."""
        return [(message["role"], message.get("content")) for message in self.fake.requests[number]["messages"]]


async def read(reply: TextReply) -> str:
    assert not isinstance(reply.text, str)
    return "".join([piece async for piece in reply.text])


@asynccontextmanager
async def bench(*scripts: Sequence[Step], **settings: Any) -> AsyncIterator[Bench]:
    async with FakeOpenAI(*scripts).running() as fake:
        part = Llm(BrainSettings(llm=replace(SETTINGS, url=settings.pop("url", fake.url), **settings)))
        await part.warm()
        running = Bench(fake, part)
        try:
            yield running
        finally:
            running.timers.close()
            await running.dialogue.close()
            await part.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(within())


def test_pieces_come_while_the_model_goes_on() -> None:
    async def main() -> None:
        more = asyncio.Event()
        async with bench(["The moon. ", more, "It is *far*."]) as llm:
            reply = await llm.ask("What is that?")
            assert not isinstance(reply.text, str)
            assert (await anext(reply.text)).strip() == "The moon."
            more.set()
            assert "".join([piece async for piece in reply.text]) == "It is far."

    run(main)


def test_the_model_is_told_who_it_is_and_what_was_heard_and_done_before() -> None:
    async def main() -> None:
        done = Action("set_timer", {"seconds": 60}, "it runs")
        async with bench(["Yes."]) as llm:
            await llm.answer("Now?", Exchange("A minute, please", "It runs", [done]), Exchange("And", ""))
            (role, prompt), *rest = llm.sent()
            assert role == "system"
            assert prompt.startswith("You are TARS")
            assert rest == [
                ("user", "A minute, please"),
                ("assistant", None),
                ("tool", "it runs"),
                ("assistant", "It runs"),
                ("user", "And"),
                ("assistant", "…"),
                ("user", "Now?"),
            ]
        async with bench(["Yes."], prompt="You are a parrot.") as llm:
            await llm.answer("Now?")
            assert llm.sent() == [("system", "You are a parrot."), ("user", "Now?")]

    run(main)


def test_the_oldest_turns_are_left_out_where_they_are_too_much() -> None:
    async def main() -> None:
        turns = [Exchange(f"question {number} " + "long " * 100, "short") for number in range(20)]
        async with bench(["Yes."], context_tokens=1_000, answer_tokens=100) as llm:
            await llm.answer("Now?", *turns)
            asked = [content for role, content in llm.sent() if role == "user"]
            assert 2 <= len(asked) < 6
            assert asked[-2].startswith("question 19")
            assert llm.fake.requests[0]["max_tokens"] == 100

    run(main)


def test_a_tool_is_called_and_the_model_told_what_came_of_it() -> None:
    async def main() -> None:
        script: list[Step] = ["I do. ", Call("set_timer", '{"seconds": 600, "label": "pasta"}')]
        async with bench(script, ["Ten minutes."]) as llm:
            reply = await llm.ask("Boil pasta")
            assert await read(reply) == " I do.  Ten minutes."
            (timer,) = llm.timers.running()
            assert (timer.label, timer.seconds) == ("pasta", 600)
            assert llm.actions == [Action("set_timer", {"seconds": 600, "label": "pasta"}, "the pasta timer runs for 600 seconds")]
            assert llm.sent()[-1] == ("tool", "the pasta timer runs for 600 seconds")
            tools = {tool["function"]["name"]: tool["function"] for tool in llm.fake.requests[0]["tools"]}
            assert set(tools["set_timer"]["parameters"]["properties"]) == {"seconds", "label"}
            assert tools["set_timer"]["parameters"]["properties"]["label"]["description"] == 'What it is for, such as "pasta".'

    run(main)


def test_without_tools_none_are_offered() -> None:
    async def main() -> None:
        async with bench(["Yes."], tools="off") as llm:
            await llm.answer("Now?", Exchange("A", "B"))
            assert "tools" not in llm.fake.requests[0]

    run(main)


def test_a_tool_that_is_called_wrongly_can_be_called_again() -> None:
    async def main() -> None:
        script: list[list[Step]] = [[Call("set_timer", '{"minutes": 10}')], [Call("set_timer", '{"seconds": 600}')], ["Done."]]
        async with bench(*script) as llm:
            assert await llm.answer("Ten minutes") == "Done."
            assert [timer.seconds for timer in llm.timers.running()] == [600]

    run(main)


FAILURES: list[tuple[list[Step], str, str]] = [
    ([Status(401)], "correct llm.key", failures.REFUSED),
    ([Status(404)], "is there a model 'small'? correct llm.url or llm.model", failures.NOT_THERE),
    ([Status(429)], "the server limits how much is asked", failures.SPENT),
    ([Status(500)], "500", failures.BROKEN),
    ([Status(400, {"error": {"message": "too long", "code": "context_length_exceeded"}})], "lower llm.context_tokens", failures.TOO_LONG),
    ([Cut()], "is the server running, and llm.url right?", failures.NOT_THERE),
    ([Raw(b"data: {nonsense\n\n")], "", failures.BROKEN),
    ([Raw(b'data: {"error": {"message": "out of memory"}}\n\n')], "out of memory", failures.BROKEN),
    ([Call("set_timer", "{}")], "", failures.BROKEN),
    (["The moon. ", "It ", Cut()], "", failures.STOPPED),
    (["The moon. ", "It ", Raw(b"data: {nonsense\n\n")], "", failures.STOPPED),
    (["The moon. ", "It ", Raw(b'data: {"error": {"message": "out of memory"}}\n\n')], "out of memory", failures.STOPPED),
]


@pytest.mark.parametrize(("script", "reason", "spoken"), FAILURES, ids=range(len(FAILURES)))
def test_what_goes_wrong_is_explained(script: list[Step], reason: str, spoken: str) -> None:
    async def main() -> None:
        async with bench(script) as llm:
            with pytest.raises(ReplyError) as failed:
                await llm.answer("What is that?")
            assert llm.fake.url in str(failed.value)
            assert reason in str(failed.value)
            assert failed.value.spoken == spoken
            if isinstance(script[0], Status):
                assert len(llm.fake.requests) == 1, "a user does not wait for a second try"

    run(main)


def test_a_server_that_is_not_there() -> None:
    async def main() -> None:
        async with FakeOpenAI([]).running() as gone:
            pass
        async with bench(["Never."], url=gone.url) as llm:
            with pytest.raises(ReplyError, match=r"is the server running, and llm\.url right") as failed:
                await llm.answer("Hello?")
            assert failed.value.spoken == failures.NOT_THERE

    run(main)


@pytest.mark.parametrize("pieces", [[], ["The moon. "]], ids=["at_once", "in_mid_answer"])
def test_a_model_that_stalls_is_given_up_and_its_connection_closed(pieces: list[Step]) -> None:
    async def main() -> None:
        async with bench([*pieces, Stall()], timeout=1.0) as llm:
            with pytest.raises(ReplyError, match=r"raise llm.timeout") as failed:
                await llm.answer("Hello?")
            assert failed.value.spoken == failures.LATE
            await llm.fake.gone.wait()

    run(main)


def test_when_nobody_wants_the_rest_the_server_is_told() -> None:
    async def main() -> None:
        async with bench(["The moon. ", Stall()]) as llm:
            reply = await llm.ask("What is that?")
            assert not isinstance(reply.text, str)
            await anext(reply.text)
            llm.dialogue.stop()
            await llm.fake.gone.wait()

    run(main)


def test_a_device_that_has_used_its_tokens_waits_for_the_next_day() -> None:
    async def main() -> None:
        async with bench(["Yes."], tokens_a_day=150) as llm:
            assert await llm.answer("Now?") == "Yes."
            assert await llm.answer("Now?") == "Yes.", "it has used 120"
            with pytest.raises(ReplyError, match="has used its 150 tokens of today") as failed:
                await llm.ask("Now?")
            assert failed.value.spoken == failures.SPENT
            llm.dialogue = llm.open("bath")
            assert await llm.answer("Now?") == "Yes."

    run(main)


def test_an_answer_that_is_not_read_to_its_end_is_counted_too() -> None:
    async def main() -> None:
        async with bench(["The moon. ", Stall()], tokens_a_day=30) as llm:
            reply = await llm.ask("What is that? " * 20)
            assert not isinstance(reply.text, str)
            await anext(reply.text)
            await llm.dialogue.close()
            with pytest.raises(ReplyError, match="has used its 30 tokens"):
                await llm.ask("Now?")

    run(main)


def test_a_server_that_does_not_end_an_answer_is_given_up() -> None:
    async def main() -> None:
        async with bench(["word " * 40, Stall()], answer_tokens=16) as llm:
            with pytest.raises(ReplyError, match=r"does not keep to llm\.answer_tokens") as failed:
                await llm.answer("Hello?")
            assert failed.value.spoken == failures.STOPPED
            await llm.fake.gone.wait()

    run(main)
