"""OpenAI Realtime, and servers that are like it. See https://platform.openai.com/docs/guides/realtime.

The end of a question is told by TARS and not found by the service. An hour is the longest life of a connection, and nothing resumes it:
a new one is told the words of the conversation.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from typing_extensions import override

from tars.brains import BrainSettings
from tars.brains.parts import Exchange
from tars.brains.realtime.brain import VOICE, RealtimeBrain
from tars.brains.realtime.line import Call, Calls, Done, Event, Failed, Heard, Line, Message, Offer, Past, Said, SetUp, Sound
from tars.brains.registry import make_part
from tars.brains.reply.llm.calls import INTERRUPTED
from tars.brains.reply.llm.failures import BROKEN, SPENT
from tars.brains.reply.llm.messages import NOTHING_HEARD
from tars.errors import ReplyError
from tars.runtime.log import log
from tars.runtime.realtime_settings import RealtimeSettings

TRANSCRIBER = "gpt-4o-mini-transcribe"
"""The model that writes down what the user says."""

LIMITS = ("rate_limit_exceeded", "insufficient_quota")
"""The codes of errors that say: too much, or no money."""

PCM = {"type": "audio/pcm", "rate": 24_000}


class OpenAiLine(Line):
    """One connection. Each question has one response, or several if tools are called."""

    rate: ClassVar[int] = 24_000
    lifetime: ClassVar[float] = 55 * 60

    _response = ""
    """The id of the response to it that is under way; empty: there is none, or it has not begun."""
    _is_open = False
    """The newest question is to be answered, and is not yet."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._wanted: deque[int] = deque()
        """The questions of the responses that were asked for and have not begun."""
        self._committed: deque[int] = deque()
        """The questions whose sound is complete, and has no item yet."""
        self._questions: dict[str, int] = {}
        """The question of each item with its sound."""
        self._calls: list[Call] = []
        """Those without a result."""

    @classmethod
    @override
    def address(cls, settings: RealtimeSettings) -> str:
        return f"{settings.url}?{urlencode({'model': settings.model})}"

    @classmethod
    @override
    def headers(cls, settings: RealtimeSettings) -> dict[str, str]:
        return {"Authorization": f"Bearer {settings.key}"}

    @override
    async def set_up(self, wanted: SetUp, past: Past) -> None:
        await self._receive("session.created")
        transcription = {"model": TRANSCRIBER} | ({"language": wanted.language} if wanted.language else {})
        hears = {"format": PCM, "turn_detection": None, "transcription": transcription}
        speaks: dict[str, Any] = {"format": PCM} | ({"voice": wanted.voice} if wanted.voice else {})
        session = {
            "type": "realtime",
            "instructions": wanted.prompt,
            "output_modalities": ["audio"],
            "audio": {"input": hears, "output": speaks},
            "tools": [_tool(offer) for offer in wanted.tools],
        }
        await self.send({"type": "session.update", "session": session})
        await self._receive("session.updated")
        await self.send(*(_create(item) for number, exchange in enumerate(past.exchanges) for item in _items(number, exchange)))

    async def _receive(self, kind: str) -> None:
        """Wait for this event. Raises ReplyError if the service reports an error."""
        while (event := await self.receive()).get("type") != kind:
            if event.get("type") == "error":
                raise self._failure(event["error"])

    # --- what comes ----------------------------------------------------------------------------------------------------------

    @override
    def take(self, message: Message) -> Iterable[Event]:
        match message["type"]:
            case "input_audio_buffer.committed" if self._committed:
                self._questions[message["item_id"]] = self._committed.popleft()
            case "conversation.item.input_audio_transcription.completed" if message["item_id"] in self._questions:
                yield Heard(self._questions[message["item_id"]], message["transcript"].strip(), final=True)
            case "conversation.item.input_audio_transcription.failed" if message["item_id"] in self._questions:
                yield Heard(self._questions[message["item_id"]], "", final=True)
            case "response.created" if self._wanted:
                if self._wanted.popleft() == self.number and self._is_open:
                    self._response = message["response"]["id"]
            case "response.output_audio.delta" if self._is_current(message["response_id"]):
                yield Sound(base64.b64decode(message["delta"]), message["item_id"])
            case "response.output_audio_transcript.delta" if self._is_current(message["response_id"]):
                yield Said(message["delta"])
            case "response.done" if self._is_current(message["response"]["id"]):
                yield from self._ended(message["response"])
            case "error":
                yield from self._wrong(message["error"])

    def _is_current(self, response: str) -> bool:
        return self._is_open and response == self._response

    def _ended(self, response: Message) -> Iterator[Event]:
        self._response = ""
        details = response.get("status_details") or {}
        calls = [item for item in response["output"] if item["type"] == "function_call"]
        self._calls = [Call(call["call_id"], call["name"], call["arguments"]) for call in calls]
        if response["status"] == "failed":
            self._is_open = False
            yield Failed(self._failure(details.get("error") or {}))
        elif self._calls and response["status"] == "completed":
            yield Calls(self._calls)
        else:
            if response["status"] == "incomplete":
                log.warning("answer is incomplete", reason=details.get("reason"))
            self._is_open = False
            yield Done()

    def _wrong(self, error: Message) -> Iterator[Event]:
        """An error is the end of an answer only if it is one of the request for it."""
        failure = self._failure(error)
        asked = (error.get("event_id") or "").split("-")
        if error.get("code") == "session_expired":
            self.expires()
        elif asked[0] == "ask" and int(asked[1]) in self._wanted:
            self._wanted.remove(int(asked[1]))
            if int(asked[1]) == self.number:
                self._is_open = False
                yield Failed(failure)
        elif error.get("code") != "response_cancel_not_active":  # it was complete when it was cancelled
            log.warning("realtime service reports an error", reason=str(failure))

    def _failure(self, error: Message) -> ReplyError:
        reason = f"{self.settings.url}: {error.get('message') or 'no reason given'} ({error.get('code') or error.get('type')})"
        return ReplyError(reason, SPENT if error.get("code") in LIMITS else BROKEN)

    # --- what goes -----------------------------------------------------------------------------------------------------------

    @override
    async def send_sound(self, pcm: bytes) -> None:
        await self.send({"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()})

    @override
    async def ask(self, number: int, *, answered: bool) -> None:
        self.number, self._is_open, self._response = number, answered, ""
        self._committed.append(number)
        await self.send({"type": "input_audio_buffer.commit"})
        if answered:
            await self._have_answered()

    async def _have_answered(self) -> None:
        self._wanted.append(self.number)
        await self.send({"type": "response.create", "event_id": f"ask-{self.number}-{len(self._calls)}"})

    @override
    async def give(self, results: Sequence[tuple[Call, str]], *, goes_on: bool) -> None:
        await self.send(*(_create(_result(call.id, text)) for call, text in results))
        self._calls = []
        self._is_open = self._is_open and goes_on
        if self._is_open:
            await self._have_answered()

    @override
    async def cut(self, heard: Sequence[tuple[str, int]]) -> None:
        if self._is_open and (self._response or self._wanted):
            await self.send({"type": "response.cancel"} | ({"response_id": self._response} if self._response else {}))
        self._is_open, self._response = False, ""
        for item, milliseconds in heard:
            await self.send({"type": "conversation.item.truncate", "item_id": item, "content_index": 0, "audio_end_ms": milliseconds})
        await self.send(*(_create(_result(call.id, INTERRUPTED)) for call in self._calls))
        self._calls = []


def _tool(offer: Offer) -> Message:
    return {"type": "function", "name": offer.name, "description": offer.description, "parameters": offer.parameters}


def _create(item: Message) -> Message:
    return {"type": "conversation.item.create", "item": item}


def _result(call: str, text: str) -> Message:
    return {"type": "function_call_output", "call_id": call, "output": text}


def _items(number: int, exchange: Exchange) -> Iterator[Message]:
    """An earlier turn as items of a conversation."""
    yield _text("user", "input_text", exchange.asked)
    for count, action in enumerate(exchange.actions):
        call = f"call_{number}_{count}"
        yield {"type": "function_call", "call_id": call, "name": action.tool, "arguments": json.dumps(action.arguments)}
        yield _result(call, action.result)
    yield _text("assistant", "output_text", exchange.said)


def _text(role: str, kind: str, text: str) -> Message:
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text or NOTHING_HEARD}]}


def make_brain(settings: BrainSettings) -> RealtimeBrain:
    """The brain, without a connection."""
    return RealtimeBrain(OpenAiLine, settings.openai_realtime, make_part("speak", VOICE, settings), settings.personas)
