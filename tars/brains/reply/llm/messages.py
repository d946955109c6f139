"""What the model is told of a conversation: what was asked, what the tools did, and what was heard of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, ToolReturnPart, UserPromptPart

from tars.brains.parts import Exchange

LETTERS_A_TOKEN = 3
"""Fewer than a token has in English, so that an estimate is rather too high."""

TOKENS_A_MESSAGE = 8
"""Tokens that a message has besides its text."""

NOTHING_HEARD = "…"
"""In the place of an answer of which nothing was heard: some models want each question to have one."""


def estimate(*texts: str) -> int:
    """About how many tokens messages with these texts are."""
    return sum(len(text) // LETTERS_A_TOKEN + TOKENS_A_MESSAGE for text in texts)


def newest(exchanges: Sequence[Exchange], tokens: int) -> Sequence[Exchange]:
    """The newest turns that are about so many tokens."""
    count = 0
    for exchange in reversed(exchanges):
        tokens -= estimate(*_texts(exchange))
        if tokens < 0:
            break
        count += 1
    return exchanges[len(exchanges) - count :]


def _texts(exchange: Exchange) -> Iterable[str]:
    yield exchange.asked
    for action in exchange.actions:
        yield f"{action.tool}{action.arguments}"
        yield action.result
    yield exchange.said


def history(exchanges: Iterable[Exchange]) -> list[ModelMessage]:
    """These turns as the messages of pydantic-ai."""
    messages: list[ModelMessage] = []
    for turn, exchange in enumerate(exchanges):
        messages.append(ModelRequest([UserPromptPart(exchange.asked)]))
        for number, action in enumerate(exchange.actions):
            call = f"call_{turn}_{number}"
            messages.append(ModelResponse([ToolCallPart(action.tool, action.arguments, tool_call_id=call)]))
            messages.append(ModelRequest([ToolReturnPart(action.tool, action.result, tool_call_id=call)]))
        messages.append(ModelResponse([TextPart(exchange.said or NOTHING_HEARD)]))
    return messages
