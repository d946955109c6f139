"""A strict fake of Gemini's Live interface. It checks each message with the vendor's own types, and the order of messages.

What is wrong is kept in `problems`, and answered as the vendor answers it: the connection is closed. `running` raises the problems at its
end. The sound of the microphone is 16 kHz, that of the answers 24 kHz.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import trustme
from google.genai.types import (
    ActivityHandling,
    Blob,
    LiveClientMessage,
    LiveClientRealtimeInput,
    LiveClientSetup,
    LiveClientToolResponse,
    LiveServerMessage,
    Modality,
    RealtimeInputConfig,
)
from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from tars.samples import RATE, Samples
from tests.brains.realtime.connection import Connection, Service
from tests.brains.realtime.gemini_messages import INVALID, WrongError, read_message
from tests.brains.realtime.script import Call, Close, Cut, Heard, LoudnessDetector, Say, Step, Words, pieces, tone

KEY = "AIza-right"
MODEL = "gemini-3.8-live"
SERVICE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SOUND = f"audio/pcm;rate={RATE}"


@dataclass(frozen=True)
class GoAway:
    """The service says in how many seconds it closes the connection."""

    seconds: int


@dataclass(frozen=True)
class CancelCalls:
    """The model does not want the results of its calls any more."""


GeminiStep = Step | GoAway | CancelCalls
"""A piece of the answer; or what happens instead."""


@dataclass
class Conversation:
    """What the service keeps over connections."""

    turns: int = 0
    """How many answers were complete."""
    handles: list[str] = field(default_factory=list)
    """Those that were given out, the newest last."""
    socket: ServerConnection | None = None
    was_cut: bool = False
    """The last connection ended in such a way that the client may have missed the newest handle."""


class FakeGeminiLive(Service):
    """The service."""

    def __init__(self, *scripts: Sequence[GeminiStep], set_up: Sequence[Step] = (), key: str = KEY, tls: bool = False) -> None:
        """`set_up`: what happens between `setup` and `setupComplete`, on each connection. `key`: the one that is right.

        `tls`: the vendor's client speaks nothing else.
        """
        super().__init__(scripts, set_up)
        self.key = key
        authority = trustme.CA() if tls else None
        self.trusting: ssl.SSLContext | None = None
        """For a client that trusts the certificate of this service."""
        self._tls: ssl.SSLContext | None = None
        if authority is not None:
            self.trusting, self._tls = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.configure_trust(self.trusting)
            authority.issue_cert("127.0.0.1").configure_cert(self._tls)
        self.connections: list[LiveConnection] = []
        """Those that were let in, the newest last."""
        self.handles: dict[str, Conversation] = {}
        """The handles that resume a conversation. Clear it, and the service has forgotten them."""
        self.issued: set[str] = set()
        """All handles that were ever given out."""
        self.url = ""
        """The base of the interface: http://HOST:PORT, or https://..."""

    @property
    def heard(self) -> Samples:
        """All samples that came in, on all connections, in the order in which the connections were made."""
        return np.frombuffer(b"".join(bytes(connection.heard) for connection in self.connections), "<i2")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeGeminiLive]:
        """Serve on loopback meanwhile."""
        async with self.serving(ssl=self._tls) as address:
            self.url = f"{'https' if self._tls else 'http'}://{address}"
            yield self

    async def now(self, *steps: GeminiStep) -> None:
        """These happen at once, on the newest connection, also between answers."""
        for step in steps:
            await self.connections[-1].act(step)

    async def admit(self, socket: ServerConnection) -> LiveConnection | None:
        assert socket.request is not None
        target = urlsplit(socket.request.path)
        key = socket.request.headers.get("x-goog-api-key") or parse_qs(target.query).get("key", [""])[0]
        if key != self.key:
            await socket.recv()
            await socket.close(INVALID, "API key not valid. Please pass a valid API key.")
            return None
        if target.path.replace("//", "/") != SERVICE:
            self.problems.append(f"unknown path {target.path}")
            await socket.close(1008, "no such method")
            return None
        self.connections.append(LiveConnection(self, socket, len(self.connections) + 1))
        return self.connections[-1]


class LiveConnection(Connection):
    """One connection."""

    def __init__(self, fake: FakeGeminiLive, socket: ServerConnection, number: int) -> None:
        super().__init__(fake, socket, number)
        self._fake = fake
        self.messages: list[LiveClientMessage] = []
        """The valid messages of the client."""
        self.setup: LiveClientSetup | None = None
        self.input: RealtimeInputConfig = RealtimeInputConfig()
        """How turns are told apart."""
        self.ready = asyncio.Event()
        """The set-up is complete."""
        self.resumed = False
        """The conversation has come from an earlier connection."""
        self.conversation = Conversation()
        self._active = False
        """The user speaks, by the client's word."""
        self._vad: LoudnessDetector | None = None
        self._pending: dict[str, asyncio.Event] = {}
        """Calls whose results are missing."""
        self._cancelled: set[str] = set()
        self._answering: asyncio.Task[None] | None = None
        self._spoken = 0

    async def act(self, step: GeminiStep) -> None:
        match step:
            case GoAway(seconds):
                await self._send(go_away={"time_left": f"{seconds}s"})
            case CancelCalls():
                await self._cancel_calls()
            case _:
                self.conversation.was_cut = self.conversation.was_cut or isinstance(step, Close | Cut)
                await super().act(step)

    async def _send(self, **fields: Any) -> None:
        """Send a message of the server, which must be one of the vendor's. The vendor sends JSON as binary messages."""
        message = LiveServerMessage.model_validate(fields).model_dump(by_alias=True, exclude_none=True)
        await self.socket.send(json.dumps(message, default=lambda data: base64.b64encode(data).decode()).encode())

    # --- messages of the client ----------------------------------------------------------------------------------------------

    async def take(self, frame: str | bytes) -> None:
        try:
            await self._obey(frame)
        except WrongError as wrong:
            if wrong.fault:
                self.problem(str(wrong))
            await self.socket.close(wrong.code, str(wrong))

    async def _obey(self, frame: str | bytes) -> None:
        message, config = read_message(frame)
        self.messages.append(message)
        if (self.setup is None) != (message.setup is not None):
            raise WrongError("setup must be the first message and only the first")
        if message.setup is not None:
            self.setup, self.input = message.setup, config
            self._resume(message.setup)
            self._check_setup(message.setup)
            self.spawn(self._set_up())
            return
        if not self.ready.is_set():
            self.problem("a message before the set-up is complete")
        if message.realtime_input is not None:
            await self._listen(message.realtime_input)
        elif message.client_content is not None:
            if any(turn.role not in ("user", "model") or not turn.parts for turn in message.client_content.turns or ()):
                raise WrongError("Please use a valid role: user, model.")
            if message.client_content.turn_complete:
                await self._interrupt()
                self._answer()
        elif message.tool_response is not None:
            self._return(message.tool_response)
        else:
            raise WrongError("Request contains an invalid argument.")

    def _check_setup(self, setup: LiveClientSetup) -> None:
        if setup.model != f"models/{MODEL}":
            raise WrongError(f"{setup.model} is not found for API version v1beta, or is not supported for bidiGenerateContent.", 1008)
        if setup.generation_config is None or setup.generation_config.response_modalities != [Modality.AUDIO]:
            raise WrongError("generationConfig.responseModalities must be AUDIO alone")
        detection = self.input.automatic_activity_detection
        if detection is None or not detection.disabled:
            silence = 800 if detection is None or detection.silence_duration_ms is None else detection.silence_duration_ms
            self._vad = LoudnessDetector(silence * RATE // 1_000)

    def _resume(self, setup: LiveClientSetup) -> None:
        """Take up the conversation of a handle."""
        handle = setup.session_resumption.handle if setup.session_resumption is not None else None
        if handle is None:
            self.conversation.socket = self.socket
            return
        known = self._fake.handles.get(handle)
        if known is None:
            raise WrongError("BidiGenerateContent session not found", 1008, fault=handle not in self._fake.issued)
        if known.socket is not None and known.socket.state not in (State.CLOSING, State.CLOSED):
            raise WrongError("The session is in use: its earlier connection is still open.", 1011)
        if handle != known.handles[-1] and not known.was_cut:
            raise WrongError("BidiGenerateContent session not found: a newer handle was given out", 1008)
        known.socket, known.was_cut = self.socket, False
        self.conversation, self.resumed = known, True

    async def _set_up(self) -> None:
        for step in self._fake.set_up:
            await self.act(step)
        self.ready.set()
        await self._send(setup_complete={})
        await self._give_handle()

    async def _give_handle(self) -> None:
        """A handle for what the conversation is now, if the client wants some. There is none while a tool is called."""
        if self.setup is None or self.setup.session_resumption is None:
            return
        if self._pending:
            await self._send(session_resumption_update={"resumable": False})
            return
        handle = f"handle-{len(self._fake.issued) + 1}"
        self._fake.issued.add(handle)
        self._fake.handles[handle] = self.conversation
        self.conversation.handles.append(handle)
        await self._send(session_resumption_update={"new_handle": handle, "resumable": True})

    # --- sound ---------------------------------------------------------------------------------------------------------------

    async def _listen(self, given: LiveClientRealtimeInput) -> None:
        if len(given.model_fields_set) != 1 or given.media_chunks is not None:
            raise WrongError("realtimeInput must have one of audio, video, text, activityStart, activityEnd, audioStreamEnd")
        if given.audio is not None:
            await self._hear(given.audio)
        elif given.activity_start is not None or given.activity_end is not None:
            begins = given.activity_start is not None
            if self._vad is not None:
                raise WrongError("Explicit activity control is not supported when automatic activity detection is enabled.")
            if begins == self._active:
                raise WrongError("activityStart and activityEnd must take turns")
            self._active = begins
            await (self._interrupt() if begins else self._turn_is_over())
        elif given.audio_stream_end is not None:
            if self._vad is None:
                raise WrongError("audioStreamEnd is only for automatic activity detection.")
            if self._vad.feed(np.zeros(60 * RATE, np.int16)) is False:
                await self._turn_is_over()
        elif given.text is not None:
            await self._interrupt()
            self._answer()

    async def _hear(self, audio: Blob) -> None:
        if audio.mime_type != SOUND or not audio.data or len(audio.data) % 2:
            raise WrongError(f"{len(audio.data or b'')} bytes of {audio.mime_type} are not samples of {SOUND}")
        self.heard += audio.data
        if self._vad is None:
            if not self._active:
                self.problem("sound outside of an activity, which is not heard")
            return
        change = self._vad.feed(np.frombuffer(audio.data, "<i2"))
        if change is True:
            await self._interrupt()
        elif change is False:
            await self._turn_is_over()

    async def _turn_is_over(self) -> None:
        if self._pending:
            self.problem("a turn of the user while the result of a tool is missing")
        self._answer()

    def _handling(self) -> ActivityHandling | None:
        return self.input.activity_handling

    # --- answers -------------------------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        self._spoken = 0
        self._answering = self.spawn(self._run(self._fake.next_script()))

    async def _run(self, script: list[GeminiStep]) -> None:
        for step in script:
            match step:
                case Say(samples, sizes):
                    await self._say(samples, sizes)
                case Words(text):
                    if self.setup is not None and self.setup.output_audio_transcription is not None:
                        await self._send(server_content={"output_transcription": {"text": text}})
                case Heard(text):
                    if self.setup is not None and self.setup.input_audio_transcription is not None:
                        await self._send(server_content={"input_transcription": {"text": text}})
                case Call():
                    await self._call(step)
                case _:
                    await self.act(step)
        await self._send(server_content={"generation_complete": True})
        self.conversation.turns += 1
        usage = {"prompt_token_count": 20, "response_token_count": 10, "total_token_count": 30}
        await self._send(server_content={"turn_complete": True}, usage_metadata=usage)
        await self._give_handle()

    async def _say(self, samples: int, sizes: Sequence[int]) -> None:
        sound = tone(self._spoken + samples)[self._spoken :].tobytes()
        self._spoken += samples
        for piece in pieces(sound, sizes):
            data = {"inline_data": {"mime_type": "audio/pcm;rate=24000", "data": base64.b64encode(piece).decode()}}
            await self._send(server_content={"model_turn": {"parts": [data]}})

    async def _call(self, call: Call) -> None:
        """Call a tool, and wait for its result."""
        self._pending[call.id] = returned = asyncio.Event()
        await self._send(tool_call={"function_calls": [{"id": call.id, "name": call.name, "args": call.arguments}]})
        await self._give_handle()
        await returned.wait()

    def _return(self, response: LiveClientToolResponse) -> None:
        for each in response.function_responses or ():
            if each.id in self._cancelled:
                continue  # the result and its cancellation have met on their way
            if each.id is None or each.id not in self._pending or not each.name or each.response is None:
                raise WrongError(f"a result of the call {each.id!r} of {each.name!r}, which is not waited for")
            self._pending.pop(each.id).set()

    async def _cancel_calls(self) -> None:
        ids = list(self._pending)
        self._cancelled.update(ids)
        for name in ids:
            self._pending.pop(name).set()
        if ids:
            await self._send(tool_call_cancellation={"ids": ids})

    async def _interrupt(self) -> None:
        """The user speaks: the answer is over, if there is one."""
        if self._answering is None or self._answering.done() or self._handling() is ActivityHandling.NO_INTERRUPTION:
            return
        self._answering.cancel()
        await asyncio.gather(self._answering, return_exceptions=True)
        await self._cancel_calls()
        await self._send(server_content={"interrupted": True})
        await self._send(server_content={"turn_complete": True})
        await self._give_handle()
