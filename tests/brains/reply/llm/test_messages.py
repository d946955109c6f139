"""Conversations as messages, and how many tokens they are."""

from __future__ import annotations

from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart, ToolReturnPart, UserPromptPart

from tars.brains.parts import Action, Exchange
from tars.brains.reply.llm.messages import NOTHING_HEARD, estimate, history, newest


def test_a_turn_is_a_question_its_calls_and_what_was_heard() -> None:
    messages = history([Exchange("Light", "It is", [Action("on", {"room": "bath"}, "done")]), Exchange("And", "")])
    shape = [(type(message), type(message.parts[0])) for message in messages]
    assert shape == [
        (ModelRequest, UserPromptPart),
        (ModelResponse, ToolCallPart),
        (ModelRequest, ToolReturnPart),
        (ModelResponse, TextPart),
        (ModelRequest, UserPromptPart),
        (ModelResponse, TextPart),
    ]
    assert messages[-1].parts[0] == TextPart(NOTHING_HEARD)


def test_each_call_has_its_result() -> None:
    turn = Exchange("Light", "", [Action("on", {}, "1"), Action("on", {}, "2")])
    parts = [message.parts[0] for message in history([turn, turn])]
    calls = [part.tool_call_id for part in parts if isinstance(part, ToolCallPart)]
    results = [part.tool_call_id for part in parts if isinstance(part, ToolReturnPart)]
    assert calls == results
    assert len(set(calls)) == 4


def test_the_newest_turns_that_fit() -> None:
    turns = [Exchange(f"{number}" * 30, "") for number in range(5)]
    one = estimate("0" * 30, "")
    assert newest(turns, 2 * one) == turns[3:]
    assert newest(turns, 2 * one - 1) == turns[4:]
    assert newest(turns, 99 * one) == turns
    assert newest(turns, -1) == newest([], 99) == []


def test_what_tools_return_counts() -> None:
    turn = Exchange("", "", [Action("look", {}, "long " * 100)])
    assert list(newest([turn], 150)) == []
