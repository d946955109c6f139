"""Simulated devices: each sends and gets the frames of `tars.v1` over a raw asyncio protocol, so that thousands of them fit on one core.

They talk to tars-server, and with the same bytes to a bare server, which sends back what is text: then the question itself is the answer.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from collections.abc import Awaitable, Mapping
from typing import Any

from tars.core.codec import HEADER, MAGIC, SUBPROTOCOL
from tars.generated.messages import PROTOCOL
from tars.runtime import clock
from tars.samples import BLOCK
from tests.bench.frames import BINARY, CLOSE, TEXT, Reader, frame, header, request

HOST = "127.0.0.1"
LIMIT = 30.0
"""Seconds in which an answer has come."""
PCM = random.Random(1).randbytes(2 * BLOCK)
"""A block of sound that cannot be compressed."""
_AUDIO = header(BINARY, HEADER.size + len(PCM))
UPGRADED, SOUND = "upgraded", "sound"
"""What a device can wait for besides messages."""

ANSWERS = {"hello": "welcome", "hotword_detected": "session_started", "ping": "pong"}
"""What tars-server says to a message."""
ECHO = {question: question for question in ANSWERS}
"""What a bare server says to it."""


Answer = tuple[float, dict[str, Any]]
"""When it came in, and its fields."""


class LinkLostError(OSError):
    """The connection of a simulated device has ended, or could not be opened."""


class SimulatedDevice(asyncio.Protocol):
    """One device, with one connection after the other. Answers are timed when they come in, not when somebody looks."""

    def __init__(self, name: str, answers: Mapping[str, str] = ANSWERS) -> None:
        """`answers`: ANSWERS for tars-server, ECHO for a bare server."""
        self.name = name
        self.connected = False
        self.not_resumed = ""
        """Why the last greeting has not resumed, in the server's words; empty if it has."""
        self.lost: asyncio.Future[None] | None = None
        """Done when the connection has ended."""
        self.acknowledged = 0
        """Before this offset all sound has come in."""
        self.probes: list[float] = []
        """Seconds from each probe, when it was due, to its answer."""
        self.probing: deque[float] = deque()
        """When the probes without an answer were due."""
        self.waiting: deque[tuple[float, bool]] = deque()
        """Blocks that are due and not sent, with the moment and whether a probe follows: the connection takes no more."""
        self._answers = answers
        self._transport: asyncio.Transport | None = None
        self._reader = Reader()
        self._paused = False
        self._awaited: dict[str, asyncio.Future[Answer]] = {}
        self._welcome: dict[str, Any] = {}
        self._sent = self._applied = 0
        self._session, self._sessions = "", 0
        self._stream = self._at = 0
        self._replied = False
        """Whether the reply of this session has begun: sound of an earlier one may still come in."""

    # --- what it does --------------------------------------------------------------------------------------------------------

    async def connect(self, port: int, *, dialling: float = 0.0) -> float:
        """Dial, upgrade and greet; the seconds that it took. Offers to resume if there was a session. Raises LinkLostError, TimeoutError.

        `dialling`: seconds that TCP takes, for a relay that accepts at once.
        """
        began = clock.now()
        loop = asyncio.get_running_loop()
        self._reader, self._paused, self.lost = Reader(), False, loop.create_future()
        upgraded = self._answer(UPGRADED)
        try:
            await loop.create_connection(lambda: self, HOST, port)
        except OSError as error:
            raise LinkLostError(str(error)) from None
        await clock.sleep_until(clock.now() + dialling)
        self._write(request(port, SUBPROTOCOL))
        await asyncio.wait_for(upgraded, LIMIT)
        at, welcome = await self._ask("hello", numbered=False, **self._greeting())
        self.not_resumed = welcome.get("reason", "")
        if self.not_resumed:
            self._sent = self._applied = 0
            self._session = ""
        self._welcome = welcome
        return at - began

    def _greeting(self) -> dict[str, Any]:
        known = self._welcome
        state = {"session": "ACTIVE_SESSION" if self._session else "LISTENING", "id": self._session}
        record = {name: known.get(name, "") for name in ("sid", "token", "epoch")}
        offer = {"resume": bool(record["token"]), **record, "sent": self._sent, "received": {}, "heard": {}}
        return {"proto": PROTOCOL, "device": self.name, "boot": "bench", **offer, "state": state}

    async def begin_session(self) -> float:
        """Press the button; the seconds until the session is active."""
        began = clock.now()
        at, _ = await self._press_button()
        return at - began

    async def ask_for_reply(self) -> tuple[float, float]:
        """Press the button and speak one block; the seconds until the session is active, and until the first sample of the reply."""
        began = clock.now()
        started, sounded = self._press_button(), self._answer(SOUND)
        self.send_block()
        return (await started)[0] - began, (await asyncio.wait_for(sounded, LIMIT))[0] - began

    @property
    def in_session(self) -> bool:
        """Whether a session is active, or was when the connection was lost."""
        return bool(self._session)

    def _press_button(self) -> Awaitable[Answer]:
        self._sessions += 1
        self._stream += 1
        self._session, self._replied = f"{self.name}-{self._sessions}", False
        fields = {"uplink": self._stream, "at": self._at, "preroll": 0, "model": "button", "score": 0.0}
        return self._ask("hotword_detected", numbered=True, session=self._session, **fields)

    def end_session(self) -> None:
        """The user ends it."""
        session, self._session = self._session, ""
        self._say("session_end", numbered=True, session=session, reason="button")

    async def echo(self) -> float:
        """Ping; the seconds until the answer."""
        began = clock.now()
        self.probing.append(began)
        at, _ = await self._ask("ping", numbered=False, t=1)
        return at - began

    def offer_block(self, due: float, *, probe: bool = False) -> None:
        """A block of sound was captured at that moment: send it as soon as the connection takes it. `probe`: and a ping behind it."""
        self.waiting.append((due, probe))
        self._send_waiting()

    def send_block(self) -> None:
        """Send a block of sound now."""
        self._write(b"".join((_AUDIO, HEADER.pack(MAGIC, 0, self._stream, self._at), PCM)))
        self._at += BLOCK

    def hang_up(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    # --- the connection ------------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.connected = transport, True

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self.connected = False
        for waiting in self._awaited.values():
            if not waiting.done():
                waiting.set_exception(LinkLostError(f"{self.name}: {exc or 'closed'}"))
        self._awaited.clear()
        if self.lost is not None and not self.lost.done():
            self.lost.set_result(None)

    def pause_writing(self) -> None:
        """The connection takes no more."""
        self._paused = True

    def resume_writing(self) -> None:
        """It does again."""
        self._paused = False
        self._send_waiting()

    def data_received(self, data: bytes) -> None:
        """Something has come in."""
        now = clock.now()
        for opcode, payload in self._reader.feed(data):
            match opcode:
                case 0:
                    self._tell(UPGRADED, now, {"answer": payload})
                case 1:
                    self._take_message(payload, now)
                case 2:
                    self._take_sound(payload, now)
                case 8 if self._transport is not None:
                    self._write(frame(CLOSE, payload))

    def _take_message(self, payload: bytes, now: float) -> None:
        message = json.loads(payload)
        kind = message["type"]
        if kind == self._answers["ping"]:
            if self.probing:
                self.probes.append(now - self.probing.popleft())
        elif kind == "ping":
            self._say("pong", numbered=False, t=message["t"])
        elif kind == "start_of_tts_stream":
            self._replied = message["session"] == self._session
        elif kind == "ack":
            self.acknowledged = message["received"].get(str(self._stream), self.acknowledged)
        if self._answers is ANSWERS and "seq" in message:
            self._applied = message["seq"]
            self._say("ack", numbered=False, received={}, committed={}, heard={})
        self._tell(kind, now, message)

    def _take_sound(self, payload: bytes, now: float) -> None:
        _, _, stream, at = HEADER.unpack_from(payload)
        marks = {str(stream): at + (len(payload) - HEADER.size) // 2}
        self._say("ack", numbered=False, received=marks, committed={}, heard=marks)
        if self._replied:
            self._tell(SOUND, now, {})

    def _send_waiting(self) -> None:
        while self.waiting and not self._paused and self.connected:
            due, probe = self.waiting.popleft()
            self.send_block()
            if probe:
                self.probing.append(due)
                self._say("ping", numbered=False, t=1)

    # --- messages ------------------------------------------------------------------------------------------------------------

    def _answer(self, kind: str) -> asyncio.Future[Answer]:
        """The next message of that kind, and when it comes in."""
        return self._awaited.setdefault(kind, asyncio.get_running_loop().create_future())

    def _ask(self, kind: str, *, numbered: bool, **fields: Any) -> Awaitable[Answer]:
        """Send a message; its answer. Raises LinkLostError at once, or when awaited, and TimeoutError."""
        answer = self._answer(self._answers[kind])
        self._say(kind, numbered=numbered, **fields)
        return asyncio.wait_for(answer, LIMIT)

    def _tell(self, kind: str, now: float, message: dict[str, Any]) -> None:
        waiting = self._awaited.pop(kind, None)
        if waiting is not None and not waiting.done():
            waiting.set_result((now, message))

    def _say(self, kind: str, *, numbered: bool, **fields: Any) -> None:
        envelope: dict[str, Any] = {"type": kind}
        if numbered:
            self._sent += 1
            envelope["seq"] = self._sent
        self._write(frame(TEXT, json.dumps(envelope | {"ack": self._applied} | fields, separators=(",", ":")).encode()))

    def _write(self, data: bytes) -> None:
        if self._transport is None or not self.connected:
            raise LinkLostError(f"{self.name} has no connection")
        self._transport.write(data)
