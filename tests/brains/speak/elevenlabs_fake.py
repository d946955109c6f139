"""A strict fake of ElevenLabs, made from its documentation. It checks each request, and answers as the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tests.brains.http_fake import HttpFake, HttpStep, begin_chunks, send_chunk, send_json

KEY = "sk_right"
VOICES = (ElevenLabsSettings.voice, "21m00Tcm4TlvDq8ikWAM")
MODELS = ("eleven_flash_v2_5", "eleven_multilingual_v2", "eleven_v3")
QUERY = {"output_format", "enable_logging", "optimize_streaming_latency"}
BODY = {
    *("text", "model_id", "language_code", "voice_settings", "pronunciation_dictionary_locators", "seed", "previous_text", "next_text"),
    *("previous_request_ids", "next_request_ids", "use_pvc_as_ivc", "apply_text_normalization", "apply_language_text_normalization"),
}
LONGEST = 40_000
"""Characters of a text."""


@dataclass(frozen=True)
class Status:
    """The request is refused."""

    code: int
    name: str = "system_busy"
    message: str = "no"


@dataclass(frozen=True)
class Page:
    """Something else answers, such as the page of a hotel that wants a room number."""

    text: str = "<html>"


Step = bytes | Status | Page | HttpStep
"""A piece of the sound; or what happens instead."""


class FakeElevenLabs(HttpFake):
    """The service. Each text is answered by the next script; the last one is repeated."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        super().__init__()
        self.scripts = list(scripts)
        self.said: list[tuple[str, str]] = []
        """The voice and the text of each request for sound."""

    def settings(self, **changes: Any) -> ElevenLabsSettings:
        """What reaches it."""
        return ElevenLabsSettings(**{"url": self.address, "key": KEY, **changes})

    async def answer(self, head: dict[str, str], body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        method, target, _ = head[":path"].split()
        address = urlsplit(target)
        parts = [unquote(part) for part in address.path.split("/")]
        if head.get("xi-api-key") != KEY:
            return _refuse(writer, Status(401, "invalid_api_key", "Invalid API key"))
        match [method, *parts]:
            case ["GET", "", "v1", "voices", voice]:
                if voice in VOICES:
                    send_json(writer, {"voice_id": voice, "name": "George", "category": "premade"})
                    return True
                return _refuse(writer, Status(400, "voice_not_found", f"A voice with the voice_id {voice} was not found."))
            case ["POST", "", "v1", "text-to-speech", voice, "stream"]:
                return await self._speak(voice, self._checked(head, parse_qs(address.query), body), reader, writer)
        self.problems.append(f"unknown request {head[':path']}")
        return _refuse(writer, Status(404, "not_found"))

    def _checked(self, head: dict[str, str], query: dict[str, list[str]], body: bytes) -> dict[str, Any]:
        """The request, after a look at all of it."""
        try:
            request = json.loads(body)
            assert head.get("content-type") == "application/json", "the body is not said to be JSON"
            assert not (unknown := set(query) - QUERY), f"unknown parameters {unknown}"
            assert not (unknown := set(request) - BODY), f"unknown fields {unknown}"
            assert query.get("output_format") == ["pcm_16000"], f"the format is {query.get('output_format')}"
            assert isinstance(request["text"], str), "the text is none"
            assert 0 < len(request["text"].strip()) <= LONGEST, "the text has a wrong length"
        except (AssertionError, ValueError, KeyError, TypeError) as error:
            self.problems.append(f"{type(error).__name__}: {error}")
            return {}
        checked: dict[str, Any] = request
        return checked

    async def _speak(self, voice: str, request: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if not request:
            return _refuse(writer, Status(422))
        if voice not in VOICES:
            return _refuse(writer, Status(404, "voice_not_found", f"A voice with the voice_id {voice} was not found."))
        if request.get("model_id", "eleven_multilingual_v2") not in MODELS:
            return _refuse(writer, Status(400, "model_not_found", "A model with that ID does not exist."))
        self.said.append((voice, request["text"]))
        script = self.scripts[min(len(self.said), len(self.scripts)) - 1]
        if script and isinstance(script[0], Status):
            return _refuse(writer, script[0])
        begin_chunks(writer, "text/html" if script and isinstance(script[0], Page) else "audio/pcm")
        for step in script:
            match step:
                case bytes():
                    send_chunk(writer, step)
                case Page(text):
                    send_chunk(writer, text.encode())
                case _ if not await self.happens(step, reader, writer):
                    return False
            await writer.drain()
        send_chunk(writer, b"")
        return True


def _refuse(writer: asyncio.StreamWriter, status: Status) -> bool:
    detail: object = {"status": status.name, "message": status.message}
    if status.code == 422:
        detail = [{"loc": ["body", "text"], "msg": status.message, "type": "value_error"}]
    send_json(writer, {"detail": detail}, status.code)
    return True
