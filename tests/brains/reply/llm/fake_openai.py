"""A strict fake of the chat interface of OpenAI. It checks each request with the vendor's own types, and answers as the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta, ChoiceDeltaToolCall, ChoiceDeltaToolCallFunction
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from pydantic import TypeAdapter

from tests.brains.http_fake import HttpFake, HttpStep, begin_chunks, send_chunk, send_json

REQUEST: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsStreaming)
KNOWN = set(CompletionCreateParamsStreaming.__annotations__) | {"model", "messages", "max_tokens", "tools", "tool_choice", "stream_options"}
MODEL = "small"
KEY = "sk-right"


@dataclass(frozen=True)
class Call:
    """The model calls a tool."""

    tool: str
    arguments: str
    """JSON."""


@dataclass(frozen=True)
class Status:
    """The request is refused."""

    code: int
    body: dict[str, Any] = field(default_factory=lambda: {"error": {"message": "no", "type": "error", "code": None}})


@dataclass(frozen=True)
class Raw:
    """These bytes, whatever they are."""

    content: bytes


Step = str | Call | Status | Raw | HttpStep
"""A piece of the answer; or what happens instead."""


class FakeOpenAI(HttpFake):
    """The server. Each request is answered by the next script; the last one is repeated."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        super().__init__()
        self.scripts = list(scripts)
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """The base of the interface."""
        return f"{self.address}/v1"

    async def answer(self, head: dict[str, str], body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = json.loads(body)
        self._check(head, request)
        self.requests.append(request)
        return await self._answer(self.scripts[min(len(self.requests), len(self.scripts)) - 1], request, reader, writer)

    def _check(self, head: dict[str, str], body: dict[str, Any]) -> None:
        try:
            REQUEST.validate_python(body)
            _check_order(body["messages"], bool(body.get("tools")))
            assert not (unknown := set(body) - KNOWN), f"unknown fields {unknown}"
            assert head[":path"] == "POST /v1/chat/completions HTTP/1.1", head[":path"]
            assert head["authorization"] == f"Bearer {KEY}", "wrong key"
            assert body["model"] == MODEL
            assert body["stream"] is True
        except (AssertionError, ValueError, KeyError) as error:
            self.problems.append(f"{type(error).__name__}: {error}")

    async def _answer(
        self, script: Sequence[Step], body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Follow the script; whether the connection goes on."""
        if isinstance(refusal := script[0], Status):
            send_json(writer, refusal.body, refusal.code)
            return True
        begin_chunks(writer, "text/event-stream")
        calls = [step for step in script if isinstance(step, Call)]
        for step in script:
            match step:
                case str():
                    send_chunk(writer, _chunk(ChoiceDelta(content=step)))
                case Call():
                    send_chunk(writer, _chunk(_called(step, calls.index(step))))
                case Raw(content):
                    send_chunk(writer, content)
                case _ if not await self.happens(step, reader, writer):
                    return False
            await writer.drain()
        send_chunk(writer, _chunk(ChoiceDelta(), "tool_calls" if calls else "stop"))
        if body.get("stream_options", {}).get("include_usage"):
            usage = CompletionUsage(prompt_tokens=100, completion_tokens=20, total_tokens=120)
            send_chunk(writer, _chunk(None, usage=usage))
        send_chunk(writer, b"data: [DONE]\n\n")
        send_chunk(writer, b"")
        return True


def _check_order(messages: Sequence[dict[str, Any]], has_tools: bool) -> None:
    """Roles in the order that strict servers want, and a result for each call."""
    assert messages[0]["role"] in ("system", "developer"), "no instructions"
    waiting: list[str] = []
    before = "assistant"
    for message in messages[1:]:
        role = message["role"]
        if role == "tool":
            assert has_tools, "a result, but no tools"
            assert message["tool_call_id"] == waiting.pop(0), "a result of another call"
        else:
            assert not waiting, f"no result of {waiting}"
            assert role in ("user", "assistant"), role
            assert role == "assistant" or before == "assistant", "two questions in a row"
            waiting = [call["id"] for call in message.get("tool_calls") or ()]
            before = role
    assert messages[-1]["role"] in ("user", "tool"), "nothing is asked"


def _chunk(delta: ChoiceDelta | None, finish: Any = None, usage: CompletionUsage | None = None) -> bytes:
    choices = [Choice(index=0, delta=delta, finish_reason=finish)] if delta is not None else []
    chunk = ChatCompletionChunk(id="1", choices=choices, created=0, model=MODEL, object="chat.completion.chunk", usage=usage)
    return f"data: {chunk.model_dump_json()}\n\n".encode()


def _called(call: Call, number: int) -> ChoiceDelta:
    function = ChoiceDeltaToolCallFunction(name=call.tool, arguments=call.arguments)
    return ChoiceDelta(tool_calls=[ChoiceDeltaToolCall(index=number, id=f"id{number}", type="function", function=function)])
