"""The tools of a speech-to-speech model: those of a language model, and one that ends the conversation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError
from pydantic_ai import RunContext, Tool
from pydantic_ai.models.test import TestModel
from pydantic_ai.usage import RunUsage

from tars.brains.realtime.line import Call, Offer
from tars.brains.reply.llm.calls import Run, all_tools, as_tools, noted
from tars.runtime.realtime_settings import RealtimeSettings

MOST_ROUNDS = 5
"""How often the model may want tools for one answer."""


def end_conversation() -> str:
    """End the conversation. Call it when the user says goodbye, or wants nothing more. Say goodbye first, in the same answer."""
    return "the conversation is over"


END = end_conversation.__name__


@dataclass(frozen=True)
class Toolbox:
    """The tools by name."""

    tools: dict[str, Tool[Run]]

    @property
    def offers(self) -> Sequence[Offer]:
        """What the model is told of them."""
        return [Offer(tool.name, tool.description or "", tool.function_schema.json_schema) for tool in self.tools.values()]

    async def call(self, run: Run, call: Call) -> str:
        """What a tool returns, or a sentence for the model if there is none of this name, or its arguments are wrong."""
        tool = self.tools.get(call.name)
        if tool is None:
            return await noted(run, call.name, {}, partial(_fail, f"there is no tool {call.name!r}"))
        schema = tool.function_schema
        given = call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)
        try:
            arguments: dict[str, Any] = schema.validator.validate_json(given or "{}")
        except ValidationError as error:
            return await noted(run, call.name, {}, partial(_fail, "; ".join(f"{each['loc']}: {each['msg']}" for each in error.errors())))
        return str(await schema.call(arguments, RunContext(deps=run, model=TestModel(), usage=RunUsage())))


async def make_toolbox(settings: RealtimeSettings) -> Toolbox:
    """All tools that the settings allow. Raises ConfigError."""
    found = await all_tools(settings.group, settings.mcp, settings.timeout) if settings.tools == "on" else []
    return Toolbox({tool.name: tool for tool in [*found, *as_tools({END: end_conversation})]})


async def _fail(reason: str) -> str:
    raise ValueError(reason)
