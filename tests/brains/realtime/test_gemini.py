"""What only the Live API of Gemini has."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.genai.types import FunctionDeclaration
from pydantic_ai import Tool

from tars.brains.realtime.gemini import _function
from tars.brains.realtime.line import Offer
from tars.brains.reply.llm.calls import Run
from tars.errors import ConfigError
from tars.samples import RATE, Samples
from tests.brains.realtime.script import Cut, Heard, Say, Words
from tests.brains.realtime.services import NOON, answered, asked, hears, is_same, running, spoken, talking, until
from tests.loops import pass_time, run


def test_the_parameters_of_a_tool_have_only_words_that_the_service_knows() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "room": {"type": "string", "description": "Which", "examples": ["kitchen"], "x-order": 1},
            "lamps": {"type": "array", "items": {"type": "integer", "$comment": "from 1"}},
            "level": {"anyOf": [{"type": "number", "deprecated": True}, {"type": "null"}], "default": None},
        },
        "required": ["room"],
    }
    told = _function(Offer("switch_light", "Switch a light.", schema))
    parameters = FunctionDeclaration.model_validate(told).parameters
    assert parameters is not None
    assert parameters.properties is not None
    assert list(parameters.properties) == ["room", "lamps", "level"]
    assert parameters.properties["level"].nullable
    assert "x-order" not in repr(told)
    assert "$" not in repr(told)
    assert "deprecated" not in repr(told)


def test_a_tool_without_parameters_has_no_schema() -> None:
    assert "parameters" not in _function(Offer("current_time", "Tell the time.", {"type": "object", "properties": {}}))


NODE = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "object", "properties": {"list": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": NODE}}, "Recursive `$ref`s"),
        ({"type": "object", "properties": {"list": {"$ref": "#/$defs/gone"}}}, "Could not find $ref definition for gone"),
        (
            {"type": "object", "properties": {"pair": {"type": "array", "items": [{"type": "string"}]}}},
            "is no schema that the service knows",
        ),
    ],
)
def test_a_tool_that_the_service_cannot_be_told_of_is_named_at_the_start(
    schema: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(*_: object) -> list[Tool[Run]]:
        return [Tool.from_schema(print, "fetch_list", "Fetch.", schema)]

    monkeypatch.setattr("tars.brains.realtime.tools.all_tools", found)

    async def main() -> None:
        with pytest.raises(ConfigError, match=r"the tool 'fetch_list' \(.*gemini_live\.mcp, or set gemini_live\.tools to off") as raised:
            async with running("gemini"):
                raise AssertionError("it is warm")
        assert reason in str(raised.value)

    asyncio.run(main())


def test_a_parameter_that_may_be_anything_is_told() -> None:
    told = _function(Offer("note", "Note it.", {"type": "object", "properties": {"what": True}}))
    assert told["parameters"]["properties"] == {"what": {}}


def test_words_that_are_recognised_while_the_user_speaks_belong_to_this_question(question: Samples) -> None:
    async def main() -> None:
        async with talking("gemini", [Heard("First."), Say(2_400)], [Heard("it?"), Say(2_400)]) as (service, conversation):
            await spoken(await asked(conversation, question))
            sent = len(service.connections[0].heard)
            conversation.begin(0)
            await hears(conversation, question[: len(question) // 2])
            await until(lambda: len(service.connections[0].heard) > sent)
            await service.connections[0]._send(server_content={"input_transcription": {"text": "What time is "}})
            await hears(conversation, question[len(question) // 2 :])
            await spoken(await conversation.answer())
            assert [answer.question for answer in conversation._answers] == ["First.", "What time is it?"]

    asyncio.run(main())


def test_the_words_of_a_question_that_is_asked_once_more_are_told_once(question: Samples) -> None:
    async def main() -> None:
        async with talking("gemini", [Heard("What time "), Cut()], NOON) as (_, conversation):
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            assert conversation._answers[0].question == "What time is it?"

    asyncio.run(main())


def test_the_words_of_a_question_may_come_after_the_sound_of_an_answer_that_nobody_wants(question: Samples) -> None:
    async def main() -> None:
        script = [Words("Half past "), Say(2_400), Heard("Half past "), Words("seven."), Say(2_400), Heard("seven.")]
        async with talking("gemini", script, NOON) as (_, conversation):
            conversation.begin(0)
            await hears(conversation, question)
            assert await conversation.words() == "Half past seven."
            assert is_same(await spoken(await asked(conversation, question)), answered(24_000))
            first, _ = conversation._exchanges()
            assert (first.asked, first.said) == ("Half past seven.", ""), "nobody has heard an answer"

    asyncio.run(main())


def test_words_that_come_after_the_sound_are_remembered_though_the_answer_is_interrupted_then(question: Samples) -> None:
    async def main() -> None:
        async with talking("gemini", [Heard("What time is it?"), Words("It is exactly "), Say(24_000)]) as (service, conversation):
            reply = await asked(conversation, question)
            await anext(reply.speech)
            await until(lambda: conversation._answers[0].complete)
            conversation.interrupted(RATE // 2)
            await service.connections[0]._send(server_content={"output_transcription": {"text": "high noon."}})
            await until(lambda: "high noon" in conversation._answers[0].text)
            assert '"It is exactly"' not in conversation.memory()
            assert '"said": "It is"' in conversation.memory(), "half of the words that were said"
            assert [block async for block in reply.speech] == [], "what was not heard is not kept"

    asyncio.run(main())


def test_a_service_that_goes_on_is_waited_for_though_only_the_words_are_wanted(question: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    gates = [asyncio.Event(), asyncio.Event()]

    async def main() -> None:
        script = [gates[0], Say(2_400), Heard("Half past "), gates[1], Heard("seven.")]
        async with talking("gemini", script, timeout=10) as (_, conversation):
            conversation.begin(0)
            await hears(conversation, question)
            words = asyncio.create_task(conversation.words())
            await until(lambda: conversation._line is not None and conversation._line.number == 1)
            await pass_time(6)
            gates[0].set()
            await until(lambda: conversation._answers[0].question == "Half past ")
            await pass_time(6)
            gates[1].set()
            assert await words == "Half past seven."

    run(main(), monkeypatch)
