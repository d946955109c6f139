"""A strict fake of the chat interface of OpenAI. It checks each request with the vendor's own types, and answers as the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta, ChoiceDeltaToolCall, ChoiceDeltaToolCallFunction
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from pydantic import TypeAdapter

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


class Cut:
    """The connection is closed at once."""


class Stall:
    """Nothing more comes, and the connection stays."""


Step = str | Call | Status | Raw | Cut | Stall | asyncio.Event
"""A piece of the answer; or what happens instead. At an event the fake waits for the test."""


class FakeOpenAI:
    """The server. Each request is answered by the next script; the last one is repeated."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self.scripts = list(scripts)
        self.requests: list[dict[str, Any]] = []
        self.problems: list[str] = []
        """What was wrong with requests. `running` raises them."""
        self.gone = asyncio.Event()
        """The other side has closed a connection before the answer was over."""
        self.url = ""
        self._serving: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeOpenAI]:
        """Serve on loopback meanwhile."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        try:
            yield self
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
        assert self.problems == []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while head := await _head(reader):
                body = json.loads(await reader.readexactly(int(head["content-length"])))
                self._check(head, body)
                self.requests.append(body)
                script = self.scripts[min(len(self.requests), len(self.scripts)) - 1]
                if not await self._answer(script, body, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.gone.set()
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            self._serving.discard(task)
            writer.close()

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
            text = json.dumps(refusal.body).encode()
            headers = f"content-type: application/json\r\ncontent-length: {len(text)}"
            writer.write(f"HTTP/1.1 {refusal.code} No\r\n{headers}\r\n\r\n".encode() + text)
            return True
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        calls = [step for step in script if isinstance(step, Call)]
        for step in script:
            match step:
                case str():
                    _send(writer, _chunk(ChoiceDelta(content=step)))
                case Call():
                    _send(writer, _chunk(_called(step, calls.index(step))))
                case Raw(content):
                    _send(writer, content)
                case asyncio.Event():
                    await step.wait()
                case Cut():
                    await writer.drain()
                    return False
                case Stall():
                    if not await reader.read(1):
                        self.gone.set()
                    return False
            await writer.drain()
        _send(writer, _chunk(ChoiceDelta(), "tool_calls" if calls else "stop"))
        if body.get("stream_options", {}).get("include_usage"):
            usage = CompletionUsage(prompt_tokens=100, completion_tokens=20, total_tokens=120)
            _send(writer, _chunk(None, usage=usage))
        _send(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        return True


async def _head(reader: asyncio.StreamReader) -> dict[str, str]:
    """The lines of a request before its body; empty: there is no further request."""
    lines = []
    while line := (await reader.readline()).decode().rstrip():
        lines.append(line)
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    if authorization := next((line for line in lines if line.lower().startswith("authorization")), ""):
        headers["authorization"] = authorization.split(": ", 1)[1]
    return {":path": lines[0], **headers} if lines else {}


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


def _send(writer: asyncio.StreamWriter, content: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(content), content))
