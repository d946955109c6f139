"""What a tool is given, and what comes of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tars.brains.parts import Exchange
from tars.brains.tools import ToolContext
from tars.errors import ReplyError
from tests.brains.reply.llm.fake_openai import Call
from tests.brains.reply.llm.test_dialogue import bench, read, run


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Functions that are the only tools."""

    def offer(*functions: Callable[..., Any]) -> None:
        monkeypatch.setattr("tars.brains.reply.llm.calls.find_tools", lambda: {function.__name__: function for function in functions})

    return offer


def test_a_tool_gets_the_device_and_a_key_that_is_the_same_after_a_crash(offer: Callable[..., None]) -> None:
    got: list[tuple[str, str, str]] = []

    def light(context: ToolContext, room: str) -> str:
        """Switch on the light."""
        got.append((context.device, context.key, room))
        return "on"

    async def main() -> None:
        script = [Call("light", '{"room": "kitchen"}'), Call("light", '{"room": "bath"}')]
        async with bench(script, ["Done."]) as llm:
            await read(await llm.ask("Light", turn=3))
        async with bench(script, ["Done."]) as llm:  # another process
            await read(await llm.ask("Light", turn=3))
            await read(await llm.ask("Light", turn=4))

    offer(light)
    run(main)
    assert got[:2] == got[2:4] == [("kitchen", "session/3/light/1", "kitchen"), ("kitchen", "session/3/light/2", "bath")]
    assert got[4:] == []


def test_a_plain_function_runs_off_the_event_loop_and_a_coroutine_on_it(offer: Callable[..., None]) -> None:
    threads: dict[str, int] = {}

    def plain() -> None:
        """Plain."""
        threads["plain"] = threading.get_ident()

    async def on_loop() -> None:
        """On the loop."""
        threads["on_loop"] = threading.get_ident()

    async def main() -> None:
        async with bench([Call("plain", "{}"), Call("on_loop", "{}")], ["Done."]) as llm:
            assert await llm.answer("Both") == "Done."

    offer(plain, on_loop)
    run(main)
    assert threads["plain"] != threads["on_loop"] == threading.get_ident()


def test_a_tool_that_fails_or_is_too_slow_ends_no_conversation(offer: Callable[..., None]) -> None:
    def broken() -> str:
        """Broken."""
        raise OSError("no such lamp")

    async def slow() -> None:
        """Slow."""
        await asyncio.Event().wait()

    async def main() -> None:
        async with bench([Call("broken", "{}")], [Call("slow", "{}")], ["It does not work."], timeout=4.0) as llm:
            reply = await llm.ask("Both")
            assert (await read(reply)).strip() == "It does not work."
            results = [action.result for action in llm.actions]
            assert results == ["failed: no such lamp", "failed: no result within 2 s"]

    offer(broken, slow)
    run(main)


def test_a_tool_that_was_interrupted_is_remembered(offer: Callable[..., None]) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        """Slow."""
        begun.set()
        await asyncio.Event().wait()

    async def main() -> None:
        async with bench([Call("slow", "{}")], ["Perhaps."]) as llm:
            await llm.ask("Slow")
            await begun.wait()
            await llm.dialogue.close()
            (action,) = llm.actions
            assert action.result == "interrupted; it is not known whether it was done"
            assert await llm.answer("Did you?", Exchange("Slow", "", tuple(llm.actions))) == "Perhaps."
            assert ("tool", action.result) in llm.sent()

    offer(slow)
    run(main)


def test_a_model_that_never_stops_calling_tools_is_given_up(offer: Callable[..., None]) -> None:
    def again() -> str:
        """Again."""
        return "again"

    async def main() -> None:
        async with bench([Call("again", "{}")]) as llm:
            with pytest.raises(ReplyError, match="the model calls one tool after the other"):
                await llm.answer("Again")
            assert len(llm.fake.requests) == 5

    offer(again)
    run(main)
