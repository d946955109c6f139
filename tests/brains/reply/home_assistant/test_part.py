"""The part `home-assistant`, against a strict fake."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tars.brains import BrainSettings, Caller
from tars.brains.parts import Question
from tars.brains.reply.home_assistant import connection
from tars.brains.reply.home_assistant import part as home_assistant
from tars.brains.reply.home_assistant.part import Assist, HomeAssistant, HomeAssistantDialogue
from tars.brains.reply.timers import Timers
from tars.errors import ConfigError, ReplyError
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tests.brains.reply.home_assistant.fake_home_assistant import (
    LAMP,
    TOKEN,
    Cut,
    Delta,
    Event,
    Failed,
    FakeHomeAssistant,
    Said,
    Stall,
    Step,
    not_understood,
)
from tests.loops import pass_time, run

Talk = Callable[[HomeAssistant, FakeHomeAssistant], Awaitable[None]]


def talk(main: Talk, *scripts: list[Step], greeting: Any = ..., **settings: Any) -> FakeHomeAssistant:
    """Run `main` with the part and a Home Assistant that answers so; the latter."""
    fake = FakeHomeAssistant(*scripts) if greeting is ... else FakeHomeAssistant(*scripts, greeting=greeting)

    async def run() -> None:
        async with fake.running(), ready(**{"url": fake.url, "token": TOKEN, **settings}) as part:
            await main(part, fake)

    asyncio.run(run())
    return fake


@asynccontextmanager
async def ready(**settings: Any) -> AsyncIterator[HomeAssistant]:
    part = HomeAssistant(BrainSettings(home_assistant=HomeAssistantSettings(**settings)))
    await part.warm()
    yield part
    await part.close()
    await part.close()


def opened(part: HomeAssistant, device: str = "kitchen") -> HomeAssistantDialogue:
    return part.open(Caller(device, "session", print), Timers())


async def said(dialogue: HomeAssistantDialogue, text: str = "turn on the light") -> object:
    reply = await dialogue.reply(Question(text, (), "session/0"))
    return None if reply is None else reply.text


async def failure(dialogue: HomeAssistantDialogue) -> tuple[str, str]:
    """The reason for the log, and what the user hears."""
    with pytest.raises(ReplyError) as failed:
        await said(dialogue)
    return str(failed.value), failed.value.spoken


def test_one_connection_serves_all_devices_and_each_session_keeps_its_conversation() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        kitchen, bath = opened(part), opened(part, "bath")
        for dialogue in (kitchen, bath, kitchen, bath):
            assert await said(dialogue) == "Turned on the light"
        assert fake.connections == 1
        assert [run.get("conversation_id") for run in fake.runs] == [None, None, "01h0", "01h1"]
        assert [run["input"]["text"] for run in fake.runs] == ["turn on the light"] * 4

    talk(main, [Said()])


def test_a_device_with_a_room_passes_it_on() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        await said(opened(part))
        await said(opened(part, "bath"))
        assert [run.get("device_id") for run in fake.runs] == [LAMP, None]

    talk(main, [Said()], devices={"kitchen": LAMP})


def test_answers_that_come_in_another_order_reach_those_who_asked() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        first = asyncio.create_task(said(opened(part)))
        await fake.asked.wait()
        assert await said(opened(part, "bath")) == "second"
        late.set()
        assert await first == "first"

    late = asyncio.Event()
    talk(main, [late, Said("first")], [Said("second")])


async def pieces(dialogue: HomeAssistantDialogue) -> AsyncIterator[str]:
    """Those of an answer that is streamed."""
    reply = await dialogue.reply(Question("tell me a story", (), "session/0"))
    assert reply is not None
    assert not isinstance(reply.text, str)
    return reply.text


STORY: list[Step] = [
    Delta(role="assistant"),
    Delta("Let me "),
    Delta("see.", more={"thinking_content": "hm"}),
    Delta(more={"tool_calls": [{"id": "1", "tool_name": "GetTime", "tool_args": {}}]}),
    Delta("not spoken", "tool_result", {"tool_call_id": "1", "tool_result": {}}),
    Delta("Once ", "assistant"),
]


def test_the_answer_of_an_agent_that_streams_is_read_while_it_is_made() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        answer = await pieces(dialogue)
        assert [await anext(answer) for _ in range(3)] == [" Let me ", "see.", " Once "], "before it is complete"
        go_on.set()
        assert [piece async for piece in answer] == ["upon a time."]
        await said(dialogue)
        assert fake.runs[1]["conversation_id"] == "01h0"

    go_on = asyncio.Event()
    talk(main, [*STORY, go_on, Delta("upon a time."), Said("Once upon a time.", "query_answer")], [Said()])


def test_an_agent_that_says_nothing_before_the_end_is_heard_at_the_end() -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        assert await said(opened(part)) == "Turned on the light"
        assert await said(opened(part)) is None

    silent: list[Step] = [
        Delta(role="assistant"),
        Delta(""),
        Delta(more={"tool_calls": []}),
        Event({"type": "intent-progress", "data": {"x": 1}}),
    ]
    talk(main, [*silent, Said()], [*silent, not_understood()])


@pytest.mark.parametrize(
    ("end", "spoken"),
    [
        (Failed("intent-failed"), home_assistant.BROKEN),
        (Said("The agent is not there.", "error", {"code": "unknown"}), "The agent is not there."),
        (Cut(), connection.LOST),
        (Stall(), home_assistant.LATE),
    ],
    ids=["error", "error_answer", "cut", "stall"],
)
def test_what_goes_wrong_in_the_middle_of_an_answer_is_said(end: Step, spoken: str) -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        answer = await pieces(opened(part))
        with pytest.raises(ReplyError) as failed:
            [piece async for piece in answer]
        assert failed.value.spoken == spoken

    talk(main, [*STORY, end], timeout=3)


def test_who_interrupts_a_streamed_answer_stays_in_the_conversation() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        await anext(await pieces(dialogue))
        dialogue.stop()
        go_on.set()
        await asyncio.wait(list(dialogue._running))
        await said(dialogue)
        assert fake.runs[1]["conversation_id"] == "01h0"
        await anext(await pieces(dialogue))
        await dialogue.close()
        assert not dialogue._running

    go_on = asyncio.Event()
    talk(main, [*STORY, go_on, Said()], [Said()], [*STORY, Stall()])


def test_what_is_not_understood_is_left_to_the_next_part() -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        assert await said(dialogue) is None
        assert await said(dialogue) == "Turned on the light"

    talk(main, [not_understood()], [Said()])


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        (Said("Sorry, I am not aware of any device called moon", "error", {"code": "no_valid_targets"}), "Sorry, I am not aware of any"),
        (Said("It is 20 degrees", "query_answer"), "It is 20 degrees"),
        (Said(""), "Done."),
        (Said(" "), "Done."),
    ],
)
def test_what_was_understood_is_answered_even_if_it_cannot_be_done(result: Said, answer: str) -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        assert str(await said(opened(part))).startswith(answer)

    talk(main, [result])


def test_the_assistant_is_found_by_its_name_once_on_each_connection() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        for _ in range(2):
            await said(dialogue)
        await failure(dialogue)
        await said(dialogue)
        assert {run["pipeline"] for run in fake.runs} == {"01hdeutsch"}
        assert [run["id"] for run in fake.runs] == [2, 3, 4, 6]

    talk(main, [Said()], [Said()], [Cut()], [Said()], assistant="Deutsch")


def test_an_assistant_that_is_not_there_is_answered_with_those_that_are() -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        reason, spoken = await failure(opened(part))
        assert "there is no assistant 'English'; correct home_assistant.assistant; there are: Deutsch, Home Assistant" in reason
        assert spoken == home_assistant.BROKEN

    talk(main, [Said()], assistant="English")


@pytest.mark.parametrize(
    ("script", "reason", "spoken"),
    [
        ([Cut()], "closed the connection before it answered", connection.LOST),
        ([Stall()], "no answer within 3 s; raise home_assistant.timeout", home_assistant.LATE),
        ([Failed("intent-failed")], "intent-failed: no", home_assistant.BROKEN),
        ([Failed("pipeline-not-found", begun=False)], "pipeline-not-found: no", home_assistant.BROKEN),
        ([Event(None)], "it ended without an answer", home_assistant.BROKEN),
        ([Event(None), Event(7), Event({"type": "intent-end", "data": 3})], "it ended without an answer", home_assistant.BROKEN),
        ([Event({"type": "intent-end", "data": {"intent_output": {"response": 3}}})], "has no text", home_assistant.BROKEN),
        ([Event({"type": "error", "data": "no"})], "no", home_assistant.BROKEN),
    ],
)
def test_what_goes_wrong_is_told_and_the_next_question_is_answered(script: list[Step], reason: str, spoken: str) -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        told = await failure(dialogue)
        assert reason in told[0]
        assert told[1] == spoken
        assert len(fake.runs) == 1, "what may have been done is not asked again"
        assert await said(dialogue) == "Turned on the light"

    talk(main, script, [Said()], timeout=3.0 if isinstance(script[0], Stall) else 20.0)


def test_a_connection_that_was_lost_while_nobody_spoke_is_opened_again() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        await said(dialogue)
        await fake.close_connections()
        assert await said(dialogue) == "Turned on the light"
        assert fake.connections == 2

    talk(main, [Said()])


def test_who_waits_for_an_answer_may_leave() -> None:
    async def main(part: HomeAssistant, fake: FakeHomeAssistant) -> None:
        dialogue = opened(part)
        waiting = asyncio.create_task(said(dialogue))
        await fake.asked.wait()
        waiting.cancel()
        await asyncio.wait([waiting])
        late.set()
        assert await said(dialogue) == "Second"
        assert fake.connections == 1
        assert (await part._assist.connection.opened())._waiting == {}, "what nobody waits for is not kept"

    late = asyncio.Event()
    talk(main, [late, Said("First")], [Said("Second")])


def test_a_refused_token_is_sent_once_and_told_each_time(caplog: pytest.LogCaptureFixture) -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        for _ in range(3):
            reason, spoken = await failure(opened(part))
            assert reason.endswith("refuses the token: make a new one for home_assistant.token, and restart TARS")
            assert spoken == connection.REFUSED
            assert "wrong-token" not in reason

    with caplog.at_level(logging.DEBUG):
        assert talk(main, [Said()], token="wrong-token").refused == 1
    assert "wrong-token" not in caplog.text


def test_a_server_that_is_not_there_is_told() -> None:
    async def main() -> None:
        async with ready(url="http://127.0.0.1:1", token=TOKEN) as part:
            reason, spoken = await failure(opened(part))
            assert reason.endswith("is Home Assistant running, and home_assistant.url right?")
            assert spoken == connection.NOT_THERE

    asyncio.run(main())


@pytest.mark.parametrize(
    ("greeting", "reason", "timeout"),
    [
        (None, "no answer within 0.3 s: is Home Assistant running", 0.3),
        ("hello", "is no Home Assistant: correct home_assistant.url", 20.0),
        ('["auth_required"]', "is no Home Assistant: correct home_assistant.url", 20.0),
    ],
)
def test_a_server_that_is_something_else_is_told(greeting: str | None, reason: str, timeout: float) -> None:
    async def main(part: HomeAssistant, _fake: FakeHomeAssistant) -> None:
        told, spoken = await failure(opened(part))
        assert reason in told
        assert spoken == connection.NOT_THERE

    talk(main, [Said()], greeting=greeting, timeout=timeout)


def test_without_a_token_the_server_does_not_start() -> None:
    with pytest.raises(ConfigError, match=r"home_assistant.token is missing: make a long-lived access token"):
        asyncio.run(HomeAssistant(BrainSettings()).warm())


def test_an_answer_that_is_streamed_may_take_longer_than_the_timeout_of_each_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[dict[str, Any]] = [{"type": "intent-progress", "data": Delta(word, "assistant").data()} for word in ("a", "b", "c")]
    events.append({"type": "intent-end", "data": {"intent_output": Said().output()}})

    class Paced:
        """A run with an event every 6 s."""

        @asynccontextmanager
        async def sent(self, command: object) -> AsyncIterator[Callable[[], Awaitable[object]]]:
            left = iter(events)

            async def read() -> object:
                await pass_time(6)
                return {"type": "event", "event": next(left)}

            yield read

    async def opened() -> Paced:
        return Paced()

    async def main() -> None:
        assist, words = Assist(HomeAssistantSettings(token=TOKEN, timeout=10)), list[str]()
        monkeypatch.setattr(assist.connection, "opened", opened)
        output = await assist.ask("tell me a story", None, "", words.append)
        assert output["response"]["response_type"] == "action_done"
        assert words == [" a", " b", " c"]

    run(main(), monkeypatch)
