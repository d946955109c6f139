"""The answers of the fake of OpenAI's Realtime interface: the events of one response, in the order of the vendor."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.brains.realtime.script import Call, Close, Cut, Heard, Say, Stall, Step, Words, pieces, tone

Send = Callable[..., Awaitable[None]]
"""`send(type, **fields)` sends an event of the server."""


@dataclass(frozen=True)
class ErrorEvent:
    """The service reports an error. The session goes on."""

    code: str
    message: str = "it failed"
    type: str = "server_error"


@dataclass(frozen=True)
class ResponseFailed:
    """The response ends, as it does without money or beyond a limit."""

    code: str = "rate_limit_exceeded"
    message: str = "Rate limit reached."


OpenAIStep = Step | ErrorEvent | ResponseFailed
"""A piece of the answer; or what happens instead."""

OVER = "Your session hit the maximum duration of 60 minutes."
HOUR_OVER: tuple[OpenAIStep, ...] = (ErrorEvent("session_expired", OVER, "invalid_request_error"), Close(1001, OVER))
"""How the service ends a session that is one hour old."""


class Answer:
    """One response. Its items are added to those of the session."""

    def __init__(self, number: int, send: Send, act: Callable[[Step | ErrorEvent], Awaitable[None]], items: dict[str, Any]) -> None:
        """`act` does what is no part of a response. `items`: those of the conversation, by their id."""
        self.id = f"resp_{number}"
        self._send, self._act, self._items = send, act, items
        self._item: dict[str, Any] | None = None
        self._output: list[dict[str, Any]] = []
        self.calls: list[str] = []
        """The ids of the calls of tools."""
        self._spoken = 0
        self._said = ""

    async def run(self, script: list[OpenAIStep], spoken: dict[str, int], heard: Callable[[str], Awaitable[None]]) -> None:
        """Follow the script. `spoken`: samples sent, by item. `heard`: sends the transcript of the user."""
        await self._send("response.created", response=self._response("in_progress"))
        for step in script:
            match step:
                case Say(samples, sizes):
                    await self._say(samples, list(sizes), spoken)
                case Words(text):
                    await self._words(text)
                case Heard(text):
                    await heard(text)
                case Call():
                    await self._call(step)
                case asyncio.Event():
                    await step.wait()
                case Stall():
                    await asyncio.Event().wait()
                case ResponseFailed(code, message):
                    error = {"type": "failed", "error": {"type": "server_error", "code": code, "message": message}}
                    await self.finish("failed", error)
                    return
                case Close() | Cut() | ErrorEvent():
                    await self._act(step)
        await self.finish("completed", None)

    async def finish(self, status: str, details: dict[str, Any] | None) -> None:
        """The last events. `status`: of the response."""
        if self._item is not None:
            await self._close_message("completed" if status == "completed" else "incomplete")
        await self._send("response.done", response=self._response(status, details))
        if status == "completed":
            await self._send("rate_limits.updated", rate_limits=[{"name": "tokens", "limit": 9, "remaining": 8, "reset_seconds": 1.0}])

    def _response(self, status: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        usage = {"total_tokens": 30, "input_tokens": 20, "output_tokens": 10}
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": status,
            "status_details": details,
            "output": self._output,
            "output_modalities": ["audio"],
            "usage": None if status == "in_progress" else usage,
        }

    def _names(self, item: dict[str, Any]) -> dict[str, Any]:
        return {"response_id": self.id, "item_id": item["id"], "output_index": len(self._output)}

    async def _begin(self, item: dict[str, Any]) -> None:
        before = next(reversed(self._items), None)
        self._items[item["id"]] = item
        await self._send("response.output_item.added", response_id=self.id, output_index=len(self._output), item=item)
        await self._send("conversation.item.added", previous_item_id=before, item=item)

    async def _end(self, item: dict[str, Any], status: str) -> None:
        item["status"] = status
        await self._send("response.output_item.done", response_id=self.id, output_index=len(self._output), item=item)
        await self._send("conversation.item.done", previous_item_id=None, item=item)
        self._output.append(item)

    async def _message(self) -> dict[str, Any]:
        """The spoken message, which begins with its first words or samples."""
        if self._item is None:
            name = f"item_{self.id}_{len(self._output)}"
            self._item = {"id": name, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
            await self._begin(self._item)
            part = {"type": "audio", "transcript": ""}
            await self._send("response.content_part.added", **self._names(self._item), content_index=0, part=part)
        return self._item

    async def _close_message(self, status: str) -> None:
        item = await self._message()
        names = {**self._names(item), "content_index": 0}
        await self._send("response.output_audio.done", **names)
        await self._send("response.output_audio_transcript.done", **names, transcript=self._said)
        await self._send("response.content_part.done", **names, part={"type": "audio", "transcript": self._said})
        item["content"] = [{"type": "output_audio", "transcript": self._said}]
        await self._end(item, status)
        self._item, self._said, self._spoken = None, "", 0

    async def _say(self, samples: int, sizes: list[int], spoken: dict[str, int]) -> None:
        item = await self._message()
        sound = tone(self._spoken + samples)[self._spoken :].tobytes()
        self._spoken += samples
        sent = spoken.setdefault(item["id"], 0) * 2
        for piece in pieces(sound, sizes):
            delta = base64.b64encode(piece).decode()
            sent += len(piece)
            spoken[item["id"]] = sent // 2
            await self._send("response.output_audio.delta", **self._names(item), content_index=0, delta=delta)

    async def _words(self, text: str) -> None:
        item = await self._message()
        self._said += text
        await self._send("response.output_audio_transcript.delta", **self._names(item), content_index=0, delta=text)

    async def _call(self, call: Call) -> None:
        if self._item is not None:
            await self._close_message("completed")
        arguments = json.dumps(call.arguments)
        named = {"type": "function_call", "name": call.name, "call_id": call.id}
        item: dict[str, Any] = {"id": f"item_{call.id}", "status": "in_progress", "arguments": "", **named}
        await self._begin(item)
        names = {**self._names(item), "call_id": call.id}
        await self._send("response.function_call_arguments.delta", **names, delta=arguments)
        await self._send("response.function_call_arguments.done", **names, name=call.name, arguments=arguments)
        item["arguments"] = arguments
        await self._end(item, "completed")
        self.calls.append(call.id)
