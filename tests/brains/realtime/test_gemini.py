"""What only the Live API of Gemini has."""

from __future__ import annotations

import asyncio

from google.genai.types import FunctionDeclaration

from tars.brains.realtime.gemini import _function
from tars.brains.realtime.line import Offer
from tars.samples import Samples
from tests.brains.realtime.script import Heard, Say
from tests.brains.realtime.services import asked, hears, spoken, talking, until


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
