"""Tools of both services, on their strict fakes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tars.brains.reply.llm import failures
from tars.brains.tools import ToolContext
from tars.samples import Samples
from tests.brains.realtime.gemini_fake import CancelCalls
from tests.brains.realtime.script import Call, Cut, Heard, Say, Words
from tests.brains.realtime.services import (
    NOON,
    answered,
    asked,
    history,
    is_same,
    spoken,
    talking,
    until,
)


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
            (action,) = conversation._answers[0].exchange.actions
            assert action.result == "interrupted; it is not known whether it was done"

    asyncio.run(main())


@pytest.mark.parametrize("withdrawn", [True, False], ids=["withdrawn", "interrupted"])
def test_a_call_that_waits_for_another_one_is_never_made_if_nobody_wants_it(
    question: Samples, monkeypatch: pytest.MonkeyPatch, withdrawn: bool
) -> None:
    """Gemini may send a second message with calls while the first one runs."""
    begun: list[str] = []

    async def unlock(door: str) -> str:
        """Unlock a door."""
        begun.append(door)
        await asyncio.Event().wait()
        return ""

    with_tool(monkeypatch, unlock)

    async def main() -> None:
        script = [Words("Never mind."), Say(2_400), Call("unlock", {"door": "front"}), Say(2_400)]
        async with talking("gemini", script, NOON) as (service, conversation):
            reply = await asked(conversation, question)
            (first, *_) = service.connections
            await until(lambda: bool(begun))
            second = first.spawn(first._call(Call("unlock", {"door": "back"}, id="call_2")))
            await until(lambda: len(conversation._tools._wanted) == 2)
            if withdrawn:
                await first.act(CancelCalls())
                assert len(await spoken(reply)) == len(answered(4_800))
            else:
                conversation.interrupted(100)
                assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            await second
            await until(lambda: not conversation._tools._tasks or len(begun) > 1)
            assert begun == ["front"]
            (action,) = conversation._answers[0].exchange.actions
            assert action.result == "interrupted; it is not known whether it was done"

    asyncio.run(main())


def test_a_model_that_calls_one_tool_after_the_other_is_stopped(name: str, question: Samples) -> None:
    async def main() -> None:
        calls = [Call("current_time", id=f"call_{number}") for number in range(8)]
        scripts = [[call] for call in calls] if name == "openai" else [calls]
        async with talking(name, *scripts) as (_, conversation):
            assert (await asked(conversation, question)).text == failures.BROKEN

    asyncio.run(main())


def test_a_connection_that_is_lost_while_a_tool_runs_is_told_again_and_not_resumed(
    name: str, question: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handle from before the call would lead to a conversation that waits for its result."""
    begun = asyncio.Event()

    async def dawdle() -> str:
        """Take long."""
        begun.set()
        await asyncio.Event().wait()
        return ""

    with_tool(monkeypatch, dawdle)

    async def main() -> None:
        async with talking(name, [Heard("Do it."), Call("dawdle")], NOON) as (service, conversation):
            answer = asyncio.create_task(asked(conversation, question))
            await begun.wait()
            await service.connections[0].act(Cut())
            assert (await answer).text == failures.STOPPED
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            new = service.connections[-1]
            assert "Do it." in history(service, new)
            assert "interrupted; it is not known whether it was done" in repr(service.sent(new))

    asyncio.run(main())
