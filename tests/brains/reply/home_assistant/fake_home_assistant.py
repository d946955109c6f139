"""A strict fake of the WebSocket API of Home Assistant, made from its documentation and the schemas of its commands.

It refuses what Home Assistant refuses: ids that do not increase, unknown fields, unknown assistants. Between its answers it
sends what a client must ignore.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TOKEN = "ey.right"
LAMP = "0123456789abcdef0123456789abcdef"
PIPELINES = {"Home Assistant": "01hpreferred", "Deutsch": "01hdeutsch"}
RUN = {"id", "type", "start_stage", "end_stage", "input", "pipeline", "conversation_id", "device_id", "timeout"}
NOISE: tuple[str | bytes, ...] = (
    "no JSON",
    "[]",
    "17",
    b"\x01\x02",
    "{}",
    '{"type": "pong"}',
    '{"id": 987654, "type": "result", "success": true, "result": null}',
    '{"id": 987654, "type": "event", "event": {"type": "intent-end", "data": {"intent_output": {"response": {}}}}}',
    '{"id": [1], "type": "event"}',
    '{"id": null, "type": "event", "event": null}',
)
"""Messages that answer no command."""


@dataclass(frozen=True)
class Said:
    """What the assistant says: the result of a run."""

    text: str = "Turned on the light"
    kind: str = "action_done"
    data: dict[str, Any] = field(default_factory=lambda: {"targets": [], "success": [], "failed": []})

    def output(self) -> dict[str, Any]:
        speech = {"plain": {"speech": self.text, "extra_data": None}} if self.text else {}
        return {"response": {"speech": speech, "card": {}, "language": "en", "response_type": self.kind, "data": self.data}}


def not_understood() -> Said:
    return Said("Sorry, I couldn't understand that", "error", {"code": "no_intent_match"})


@dataclass(frozen=True)
class Failed:
    """The run fails: before it begins, which is a result, or later, which is an event."""

    code: str
    begun: bool = True


@dataclass(frozen=True)
class Event:
    """Any event of the run."""

    event: Any


@dataclass(frozen=True)
class Delta:
    """A piece of the chat log, as an agent that streams makes it."""

    content: str | None = None
    role: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        said = {"role": self.role, "content": self.content}
        return {"chat_log_delta": {name: value for name, value in said.items() if value is not None} | self.more}


class Cut:
    """The connection is cut."""


class Stall:
    """Nothing more comes, and the connection stays."""


Step = Said | Delta | Failed | Event | Cut | Stall | asyncio.Event
"""What happens in a run. At an asyncio.Event the fake waits for the test."""


class FakeHomeAssistant:
    """The server. Each run is answered by the next script; the last one is repeated."""

    def __init__(self, *scripts: Sequence[Step], greeting: str | None = '{"type": "auth_required", "ha_version": "2026.11.1"}') -> None:
        """`greeting`: what it says first; None: nothing."""
        self.scripts, self._greeting = list(scripts), greeting
        self.runs: list[dict[str, Any]] = []
        self.connections = self.refused = 0
        self.problems: list[str] = []
        """What was wrong with messages. `running` raises them."""
        self.url = ""
        self.asked = asyncio.Event()
        """A run has begun."""
        self._conversations = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeHomeAssistant]:
        """Serve on loopback meanwhile."""
        quiet = logging.getLogger("tests.fake_home_assistant")
        quiet.setLevel(logging.CRITICAL)
        async with serve(self._serve, "127.0.0.1", 0, logger=quiet) as self._server:
            self.url = f"http://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"
            yield self
            for connection in self._server.connections:
                connection.transport.abort()
        assert self.problems == []

    async def close_connections(self) -> None:
        """As when Home Assistant is restarted."""
        for connection in self._server.connections:
            await connection.close()

    async def _serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        try:
            await self._talk(socket)
        except ConnectionClosed:
            pass
        except (AssertionError, ValueError, KeyError) as error:
            self.problems.append(f"{type(error).__name__}: {error}")

    async def _talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        assert socket.request.path == "/api/websocket"
        if self._greeting is None:
            await socket.wait_closed()
            return
        await socket.send(self._greeting)
        auth = json.loads(await socket.recv())
        assert set(auth) == {"type", "access_token"}
        assert auth["type"] == "auth"
        if auth["access_token"] != TOKEN:
            self.refused += 1
            await socket.send('{"type": "auth_invalid", "message": "Invalid access token or password"}')
            return
        await socket.send('{"type": "auth_ok", "ha_version": "2026.11.1"}')
        last = 0
        async with asyncio.TaskGroup() as tasks:
            async for text in socket:
                command = json.loads(text)
                assert isinstance(command["id"], int)
                assert command["id"] > last, "id_reuse: Identifier values have to increase."
                last = command["id"]
                tasks.create_task(self._answer(socket, command))

    async def _answer(self, socket: ServerConnection, command: dict[str, Any]) -> None:
        number = command["id"]
        if command["type"] == "assist_pipeline/pipeline/list":
            assert set(command) == {"id", "type"}
            found = {"pipelines": [{"name": name, "id": its} for name, its in PIPELINES.items()], "preferred_pipeline": "01hpreferred"}
            await _send(socket, number, "result", success=True, result=found)
            return
        self._check(command)
        self.runs.append(command)
        self.asked.set()
        script = self.scripts[min(len(self.runs), len(self.scripts)) - 1]
        if isinstance(refusal := script[0], Failed) and not refusal.begun:
            await _send(socket, number, "result", success=False, error={"code": refusal.code, "message": "no"})
            return
        await _send(socket, number, "result", success=True, result=None)
        for name in ("run-start", "intent-start", "intent-progress"):
            await _send(socket, number, "event", event={"type": name, "data": {}, "timestamp": "2026-11-30T17:00:00+00:00"})
            for noise in NOISE:
                await socket.send(noise)
        conversation = command.get("conversation_id") or f"01h{self._conversations}"
        self._conversations += 1
        for step in script:
            match step:
                case Said():
                    output = step.output() | {"conversation_id": conversation, "continue_conversation": False}
                    data = {"processed_locally": True, "intent_output": output}
                    await _send(socket, number, "event", event={"type": "intent-end", "data": data})
                case Delta():
                    await _send(socket, number, "event", event={"type": "intent-progress", "data": step.data()})
                case Failed(code):
                    await _send(socket, number, "event", event={"type": "error", "data": {"code": code, "message": "no"}})
                case Event(event):
                    await _send(socket, number, "event", event=event)
                case asyncio.Event():
                    await step.wait()
                case Cut():
                    socket.transport.abort()
                    return
                case Stall():
                    await socket.wait_closed()
                    return
        await _send(socket, number, "event", event={"type": "run-end", "data": None})

    def _check(self, command: dict[str, Any]) -> None:
        assert command["type"] == "assist_pipeline/run", command["type"]
        assert not (unknown := set(command) - RUN), f"extra keys not allowed: {unknown}"
        assert (command["start_stage"], command["end_stage"]) == ("intent", "intent")
        assert set(command["input"]) == {"text"}
        assert command["input"]["text"]
        assert command.get("device_id", LAMP) == LAMP
        assert command.get("pipeline", "01hpreferred") in PIPELINES.values(), "pipeline-not-found"
        known = [f"01h{number}" for number in range(self._conversations)]
        assert command.get("conversation_id") in [None, *known], "a conversation that Home Assistant has not begun"


async def _send(socket: ServerConnection, number: int, kind: str, **rest: Any) -> None:
    await socket.send(json.dumps({"id": number, "type": kind, **rest}))
