"""What only the Live API of Gemini has."""

from __future__ import annotations

from google.genai.types import FunctionDeclaration

from tars.brains.realtime.gemini import _function
from tars.brains.realtime.line import Offer


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
