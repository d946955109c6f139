"""A strict fake of OpenAI's Realtime interface. It checks each event with the vendor's own types, and the order of events.

What is wrong is kept in `problems`, and answered as the vendor answers it. `running` raises the problems at its end.
"""

from __future__ import annotations

import asyncio
import base64
import http
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from openai.types.realtime import (
    ConversationItemCreateEvent,
    ConversationItemDeleteEvent,
    ConversationItemRetrieveEvent,
    ConversationItemTruncateEvent,
    InputAudioBufferAppendEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
    RealtimeSessionCreateRequest,
    ResponseCancelEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
)
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tars.samples import Samples
from tests.brains.realtime.connection import Connection, Service
from tests.brains.realtime.openai_answer import Answer, ErrorEvent, OpenAIStep
from tests.brains.realtime.openai_events import (
    SERVER,
    RefusedError,
    merged,
    read_event,
    read_json,
    session_changes,
    silence_that_ends_a_turn,
    unknown_fields,
)
from tests.brains.realtime.script import LoudnessDetector, Step

KEY = "sk-right"
MODEL = "gpt-realtime"
RATE = 24_000
SHORTEST = RATE // 10
"""Samples: 100 ms, the least that can be committed."""
LARGEST = 15 * 1024 * 1024
"""Bytes of one piece of sound."""


class FakeOpenAIRealtime(Service):
    """The service."""

    def __init__(
        self, *scripts: Sequence[OpenAIStep], set_up: Sequence[Step | ErrorEvent] = (), key: str = KEY, transcript: str = ""
    ) -> None:
        """`set_up`: what happens between `session.update` and `session.updated`, on each connection. `key`: the one that is right.

        `transcript`: of each turn of the user, when it is committed. Empty: only a script has transcripts.
        """
        super().__init__(scripts, set_up)
        self._key = key
        self.transcript = transcript
        self.sessions: list[Session] = []
        """One for each connection that was let in, the newest last."""
        self.url = ""
        """The base of the interface: http://HOST:PORT/v1."""

    @property
    def heard(self) -> Samples:
        """All samples that came in, on all connections, in the order in which the connections were made."""
        return np.frombuffer(b"".join(bytes(session.heard) for session in self.sessions), "<i2")

    @property
    def committed(self) -> Samples:
        """The samples that became turns of the user, on all connections."""
        return np.frombuffer(b"".join(b"".join(session.turns) for session in self.sessions), "<i2")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeOpenAIRealtime]:
        """Serve on loopback meanwhile."""
        async with self.serving(process_request=self._greet) as address:
            self.url = f"http://{address}/v1"
            yield self

    async def now(self, *steps: OpenAIStep) -> None:
        """These happen at once, on the newest connection, also between answers."""
        for step in steps:
            await self.sessions[-1].act(step)

    async def admit(self, socket: ServerConnection) -> Session:
        self.sessions.append(Session(self, socket, len(self.sessions) + 1))
        return self.sessions[-1]

    def _greet(self, connection: ServerConnection, request: Request) -> Response | None:
        target = urlsplit(request.path)
        if request.headers.get("Authorization") != f"Bearer {self._key}":
            error = {"message": "Incorrect API key provided.", "type": "invalid_request_error", "code": "invalid_api_key"}
            return connection.respond(http.HTTPStatus.UNAUTHORIZED, json.dumps({"error": error}))
        if "OpenAI-Beta" in request.headers:
            self.problems.append("the header OpenAI-Beta asks for the interface before GA, which is switched off")
        if target.path != "/v1/realtime":
            self.problems.append(f"unknown path {target.path}")
            return connection.respond(http.HTTPStatus.NOT_FOUND, "no such path")
        if parse_qs(target.query).get("model") != [MODEL]:
            self.problems.append(f"unknown model in {target.query!r}")
            return connection.respond(http.HTTPStatus.NOT_FOUND, "model_not_found")
        return None


class Session(Connection):
    """One connection."""

    _service: FakeOpenAIRealtime

    def __init__(self, service: Service, socket: ServerConnection, number: int) -> None:
        super().__init__(service, socket, number)
        self.events: list[Any] = []
        """The valid events of the client."""
        self.turns: list[bytes] = []
        """The PCM of each turn of the user."""
        self.items: dict[str, dict[str, Any]] = {}
        """The items of the conversation, by id, in order."""
        self.truncated: dict[str, int] = {}
        """Milliseconds that were heard of an item, by its id."""
        self.updated = asyncio.Event()
        """The set-up is complete."""
        self._config: dict[str, Any] = {"type": "realtime", "model": MODEL, "output_modalities": ["audio"]}
        self._set_up_begun = False
        self._buffer = bytearray()
        self._spoken: dict[str, int] = {}
        self._calls: set[str] = set()
        self._answered_calls: set[str] = set()
        self._news = False
        """There is something that no response has answered yet."""
        self._answer: Answer | None = None
        self._answering: asyncio.Task[None] | None = None
        self._vad: LoudnessDetector | None = None
        self._names = count(1)

    @property
    def config(self) -> RealtimeSessionCreateRequest:
        """The effective configuration."""
        return RealtimeSessionCreateRequest.model_validate(self._config)

    async def begin(self) -> None:
        await self.send("session.created", session={**self._config, "id": f"sess_{self._number}", "object": "realtime.session"})

    async def send(self, type: str, **fields: Any) -> None:
        """Send an event of the server, which must be one of the vendor's."""
        event = SERVER[type].model_validate({"type": type, "event_id": f"event_{next(self._names)}", **fields})
        assert (unknown := next(unknown_fields(event), None)) is None or type == "session.created", f"{type} has no {unknown}"
        await self.socket.send(event.model_dump_json(exclude_unset=True))

    async def act(self, step: OpenAIStep) -> None:
        if isinstance(step, ErrorEvent):
            error = {"type": step.type, "code": step.code, "message": step.message, "param": None, "event_id": None}
            await self.send("error", error=error)
        else:
            await super().act(step)

    # --- events of the client ------------------------------------------------------------------------------------------------

    async def take(self, frame: str | bytes) -> None:
        event_id = None
        try:
            raw = read_json(frame)
            event_id = raw.get("event_id")
            event = read_event(raw)
            self.events.append(event)
            self._check_order(event)
            await self._obey(event)
        except RefusedError as refused:
            if refused.fault:
                self.problem(f"{refused} ({refused.code})")
            error = {"type": "invalid_request_error", "code": refused.code, "message": str(refused), "param": refused.param}
            await self.send("error", error={**error, "event_id": event_id})

    def _check_order(self, event: Any) -> None:
        """What the vendor takes, and what is a mistake nevertheless."""
        if not self._set_up_begun and not isinstance(event, SessionUpdateEvent):
            self.problem(f"{event.type} before session.update")
        elif not self.updated.is_set() and not isinstance(event, SessionUpdateEvent | ConversationItemCreateEvent):
            self.problem(f"{event.type} before the session is ready")

    async def _obey(self, event: Any) -> None:
        match event:
            case SessionUpdateEvent():
                self._update(event)
            case InputAudioBufferAppendEvent():
                await self._append(event.audio)
            case InputAudioBufferCommitEvent():
                await self._commit()
            case InputAudioBufferClearEvent():
                self._buffer.clear()
                await self.send("input_audio_buffer.cleared")
            case ResponseCreateEvent():
                self._create(event)
            case ResponseCancelEvent():
                await self._cancel(event.response_id)
            case ConversationItemCreateEvent():
                await self._add(event)
            case ConversationItemTruncateEvent():
                await self._truncate(event)
            case ConversationItemDeleteEvent(item_id=item_id):
                self._known(item_id)
                del self.items[item_id]
                await self.send("conversation.item.deleted", item_id=item_id)
            case ConversationItemRetrieveEvent(item_id=item_id):
                await self.send("conversation.item.retrieved", item=self._known(item_id))
            case _:
                raise RefusedError("invalid_value", f"{event.type} is only for WebRTC and SIP", "type")

    def _update(self, event: SessionUpdateEvent) -> None:
        changes = session_changes(event, MODEL, RATE)
        sound = changes.get("audio") or {}
        voice = ((self._config.get("audio") or {}).get("output") or {}).get("voice")
        if self._spoken and (sound.get("output") or {}).get("voice", voice) != voice:
            raise RefusedError(
                "cannot_update_voice", "Cannot update a conversation's voice if assistant audio is present.", "session.audio"
            )
        self._set_up_begun = True
        self._config = merged(self._config, changes)
        self._vad = self._detector()
        self.spawn(self._set_up())

    async def _set_up(self) -> None:
        if not self.updated.is_set():
            for step in self._service.set_up:
                await self.act(step)
        self.updated.set()
        await self.send("session.updated", session=self._config)

    def _detector(self) -> LoudnessDetector | None:
        """What ends turns: nothing, if the client does."""
        silence = silence_that_ends_a_turn(self._config)
        return None if silence is None else LoudnessDetector(silence * RATE // 1_000)

    # --- sound ---------------------------------------------------------------------------------------------------------------

    async def _append(self, audio: str) -> None:
        try:
            pcm = base64.b64decode(audio, validate=True)
        except ValueError as error:
            raise RefusedError("invalid_value", f"Invalid 'audio'. Expected base64-encoded audio bytes: {error}", "audio") from error
        if not pcm or len(pcm) % 2 or len(pcm) > LARGEST:
            raise RefusedError("invalid_value", f"{len(pcm)} bytes are not samples of 16 bits, of at most 15 MiB", "audio")
        self.heard += pcm
        self._buffer += pcm
        change = self._vad.feed(np.frombuffer(pcm, "<i2")) if self._vad is not None else None
        at = len(self.heard) * 1_000 // (2 * RATE)
        if change is True:
            await self.send("input_audio_buffer.speech_started", audio_start_ms=at, item_id=f"item_user_{len(self.turns) + 1}")
            if self._detection("interrupt_response"):
                await self._stop("turn_detected")
        elif change is False:
            await self.send("input_audio_buffer.speech_stopped", audio_end_ms=at, item_id=f"item_user_{len(self.turns) + 1}")
            await self._commit()
            if self._detection("create_response") and self._answering_is_over():
                self._respond()

    def _detection(self, name: str) -> bool:
        """An option of the turn detection. Without a word it is on."""
        detection = getattr(self.config.audio and self.config.audio.input, "turn_detection", None)
        return getattr(detection, name, None) is not False

    async def _commit(self) -> None:
        if len(self._buffer) < 2 * SHORTEST:
            have = f"buffer only has {len(self._buffer) * 500 / RATE:.2f}ms of audio"
            message = f"Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but {have}."
            raise RefusedError("input_audio_buffer_commit_empty", message)
        self.turns.append(bytes(self._buffer))
        self._buffer.clear()
        name, before = f"item_user_{len(self.turns)}", next(reversed(self.items), None)
        content = [{"type": "input_audio", "transcript": None}]
        self.items[name] = item = {"id": name, "type": "message", "role": "user", "status": "completed", "content": content}
        self._news = True
        await self.send("input_audio_buffer.committed", item_id=name, previous_item_id=before)
        await self.send("conversation.item.added", item=item, previous_item_id=before)
        await self.send("conversation.item.done", item=item, previous_item_id=before)
        if self._service.transcript:
            await self._transcribe(self._service.transcript)

    async def _transcribe(self, text: str) -> None:
        """The transcript of the last turn of the user, if the client wants one."""
        if self.config.audio is None or self.config.audio.input is None or self.config.audio.input.transcription is None:
            return
        names = {"item_id": f"item_user_{len(self.turns)}", "content_index": 0}
        usage = {"type": "duration", "seconds": 1.0}
        await self.send("conversation.item.input_audio_transcription.delta", **names, delta=text)
        await self.send("conversation.item.input_audio_transcription.completed", **names, transcript=text, usage=usage)

    # --- items ---------------------------------------------------------------------------------------------------------------

    def _known(self, name: str) -> dict[str, Any]:
        if name not in self.items:
            raise RefusedError("item_not_found", f"the item {name!r} does not exist", "item_id")
        return self.items[name]

    async def _add(self, event: ConversationItemCreateEvent) -> None:
        item = {"id": f"item_added_{next(self._names)}", **event.item.model_dump(exclude_unset=True)}
        if item["id"] in self.items:
            raise RefusedError("item_create_duplicate_id", f"the item {item['id']!r} exists already", "item.id")
        if event.previous_item_id not in (None, "root"):
            self._known(event.previous_item_id)
        if item["type"] == "function_call":
            self._calls.add(item["call_id"])
        elif item["type"] == "function_call_output":
            if item["call_id"] not in self._calls:
                message = f"Tool call ID '{item['call_id']}' not found in conversation."
                raise RefusedError("invalid_tool_call_id", message, "item.call_id")
            if item["call_id"] in self._answered_calls:
                self.problem(f"a second result of the call {item['call_id']}")
            self._answered_calls.add(item["call_id"])
        before = next(reversed(self.items), None)
        self.items[item["id"]] = item
        self._news = self._news or item.get("role") != "assistant"
        await self.send("conversation.item.added", item=item, previous_item_id=before)
        await self.send("conversation.item.done", item=item, previous_item_id=before)

    async def _truncate(self, event: ConversationItemTruncateEvent) -> None:
        if self._known(event.item_id).get("role") != "assistant":
            raise RefusedError("invalid_value", "Only model output audio messages can be truncated", "item_id")
        sent = self._spoken.get(event.item_id, 0) * 1_000 // RATE
        if event.content_index != 0 or event.audio_end_ms < 0:
            raise RefusedError("invalid_value", f"there is no content {event.content_index} at {event.audio_end_ms} ms", "content_index")
        if event.audio_end_ms > sent:
            raise RefusedError("invalid_value", f"Audio content of {sent}ms is already shorter than {event.audio_end_ms}ms", "audio_end_ms")
        self.truncated[event.item_id] = event.audio_end_ms
        names = {"item_id": event.item_id, "content_index": 0, "audio_end_ms": event.audio_end_ms}
        await self.send("conversation.item.truncated", **names)

    # --- responses -----------------------------------------------------------------------------------------------------------

    def _answering_is_over(self) -> bool:
        return self._answering is None or self._answering.done()

    def _create(self, event: ResponseCreateEvent) -> None:
        if not self._answering_is_over():
            active = self._answer.id if self._answer else ""
            message = f"Conversation already has an active response in progress: {active}. Wait until the response is finished."
            raise RefusedError("conversation_already_has_active_response", message, fault=self._vad is None)
        own = event.response is not None and bool(event.response.instructions or event.response.input)
        if waiting := self._calls - self._answered_calls:
            self.problem(f"response.create without the results of {sorted(waiting)}")
        if self._vad is None and self._buffer:
            self.problem(f"response.create, but {len(self._buffer) // 2} samples are not committed")
        elif not self._news and not own:
            self.problem("response.create with nothing new to answer")
        self._respond()

    def _respond(self) -> None:
        self._news = False
        script = self._service.next_script()
        self._answer = Answer(self._service.answers, self.send, self.act, self.items)
        self._answering = self.spawn(self._run(self._answer, script))

    async def _run(self, answer: Answer, script: list[OpenAIStep]) -> None:
        try:
            await answer.run(script, self._spoken, self._transcribe)
        finally:
            self._calls.update(answer.calls)

    async def _cancel(self, name: str | None) -> None:
        if self._answer is None or name not in (None, self._answer.id):
            raise RefusedError("response_cancel_not_active", "Cancellation failed: no active response found", fault=True)
        if self._answering_is_over():  # its last event and the request may have met on their way
            raise RefusedError("response_cancel_not_active", "Cancellation failed: no active response found", fault=False)
        await self._stop("client_cancelled")

    async def _stop(self, reason: str) -> None:
        if self._answer is None or self._answering is None or self._answering.done():
            return
        self._answering.cancel()
        await asyncio.gather(self._answering, return_exceptions=True)
        await self._answer.finish("cancelled", {"type": "cancelled", "reason": reason})
