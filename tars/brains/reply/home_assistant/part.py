"""The part `home-assistant`: a voice assistant in Home Assistant answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from tars.brains import BrainSettings, Caller
from tars.brains.parts import Completeness, Question, TextReply
from tars.brains.reply.home_assistant.connection import Connection, Message, OpenConnection
from tars.brains.reply.timers import Timers
from tars.errors import ConfigError, ReplyError
from tars.runtime.home_assistant_settings import HomeAssistantSettings

LATE = "Home Assistant does not answer. I do not know whether it was done."
BROKEN = "Home Assistant has failed."
NOT_UNDERSTOOD = "Home Assistant has not understood that."
DONE = "Done."


class HomeAssistantDialogue:
    """One session. What Home Assistant does not understand is left to the next part.

    A task of each question reads its run to the end, also if nobody wants the rest: Home Assistant acts anyway, and says at the end which
    conversation it was.
    """

    def __init__(self, assist: Assist, device: str) -> None:
        """`device`: the ID in Home Assistant of a device in the same room; empty: it is not known."""
        self._assist, self._device = assist, device
        self._conversation: str | None = None
        self._running: set[asyncio.Task[Message]] = set()

    def completeness(self, text: str) -> Completeness:
        """Only Home Assistant knows its commands."""
        return Completeness.UNKNOWN

    async def reply(self, question: Question) -> TextReply | None:
        """The answer, or its pieces if the agent streams; None if Home Assistant has not understood. Raises ReplyError."""
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        running = asyncio.create_task(self._run(question.text, pieces))
        self._running.add(running)
        running.add_done_callback(self._look_at)
        first = await pieces.get()
        if first is not None:
            return TextReply(_read(first, pieces, running))
        output = await running
        match output:
            case {"response": {"response_type": "error", "data": {"code": "no_intent_match"}}}:
                return None
            case {"response": {"response_type": kind, "speech": {"plain": {"speech": str(text)}}}}:
                return TextReply(text.strip() or (DONE if kind == "action_done" else ""))
            case {"response": {"response_type": "action_done"}}:
                return TextReply(DONE)
        raise ReplyError(f"the answer of Home Assistant has no text: {output}", BROKEN)

    def not_understood(self, text: str) -> str:
        """What the user hears if no part has an answer."""
        return NOT_UNDERSTOOD

    def stop(self) -> None:
        """No effect: Home Assistant is not told to stop."""

    async def close(self) -> None:
        """Read nothing more. The connection stays: it is that of all sessions."""
        for running in self._running:
            running.cancel()
        if self._running:
            await asyncio.wait(list(self._running))

    async def _run(self, text: str, pieces: asyncio.Queue[str | None]) -> Message:
        """Put the pieces of the answer into the queue, then None. What the run has come to. Raises ReplyError."""
        try:
            output = await self._assist.ask(text, self._conversation, self._device, pieces.put_nowait)
            self._conversation = output.get("conversation_id")
            return output
        finally:
            pieces.put_nowait(None)

    def _look_at(self, done: asyncio.Task[Message]) -> None:
        """What went wrong is raised where the answer is read. If nobody reads it any more, that is no fault."""
        self._running.discard(done)
        if not done.cancelled():
            done.exception()


async def _read(first: str, pieces: asyncio.Queue[str | None], running: asyncio.Task[Message]) -> AsyncIterator[str]:
    """The pieces of an answer until None. Raises ReplyError, also if the answer turns out to be an error."""
    yield first
    while (piece := await pieces.get()) is not None:
        yield piece
    await asyncio.wait([running])
    match running.result():
        case {"response": {"response_type": "error", "speech": {"plain": {"speech": str(text)}}}}:
            raise ReplyError(f"Home Assistant has failed in the middle of its answer: {text}", text)


def _spoken_in(delta: Message, role: str) -> str:
    """The words in a piece of the chat log, in which `role` speaks. Tools, their results and thoughts are not spoken."""
    words = delta.get("content")
    return words if role == "assistant" and isinstance(words, str) else ""


class Assist:
    """Runs a voice assistant of Home Assistant from text to text.

    The command is `assist_pipeline/run`: unlike `conversation/process` it takes a device, whose area is where the user is.
    """

    def __init__(self, settings: HomeAssistantSettings) -> None:
        self._settings = settings
        self.connection = Connection(settings)
        self._found: tuple[OpenConnection, str] | None = None
        """A connection, and the id that the assistant has there."""

    async def ask(self, text: str, conversation: str | None, device: str, say: Callable[[str], object]) -> Message:
        """What the run has come to. `say` is called with each piece of the answer, if the agent streams. Raises ReplyError."""
        opened = await self.connection.opened()
        command: dict[str, Any] = {"type": "assist_pipeline/run", "start_stage": "intent", "end_stage": "intent", "input": {"text": text}}
        command |= {"conversation_id": conversation} if conversation else {}
        command |= {"device_id": device} if device else {}
        try:
            async with asyncio.timeout(self._settings.timeout) as waiting:
                command |= {"pipeline": await self._pipeline(opened)} if self._settings.assistant else {}
                return await self._run(opened, command, say, waiting)
        except TimeoutError:
            limit = self._settings.timeout
            raise ReplyError(f"{self._settings.url}: no answer within {limit:g} s; raise home_assistant.timeout", LATE) from None

    async def _run(self, opened: OpenConnection, command: Message, say: Callable[[str], object], waiting: asyncio.Timeout) -> Message:
        role, space = "", ""
        async with opened.sent(command) as read:
            while True:
                match await read():
                    case {"type": "event", "event": {"type": "intent-progress", "data": {"chat_log_delta": dict(delta)}}}:
                        if "role" in delta:
                            role, space = str(delta["role"]), " "
                        if words := _spoken_in(delta, role):
                            say(space + words)
                            space = ""
                        waiting.reschedule(asyncio.get_running_loop().time() + self._settings.timeout)
                    case {"type": "event", "event": {"type": "intent-end", "data": {"intent_output": dict(output)}}}:
                        return output
                    case {"type": "event", "event": {"type": "error", "data": error}}:
                        raise self._failed(error)
                    case {"type": "event", "event": {"type": "run-end"}}:
                        raise self._failed("it ended without an answer")
                    case {"type": "result", "success": False, **rest}:
                        raise self._failed(rest.get("error"))

    async def _pipeline(self, opened: OpenConnection) -> str:
        """The id of the assistant with the configured name; it is looked up once on each connection."""
        if self._found is None or self._found[0] is not opened:
            async with opened.sent({"type": "assist_pipeline/pipeline/list"}) as read:
                match await read():
                    case {"type": "result", "success": True, "result": {"pipelines": list(pipelines)}}:
                        self._found = opened, self._named(pipelines)
                    case message:
                        raise self._failed(message.get("error"))
        return self._found[1]

    def _named(self, pipelines: list[Message]) -> str:
        ids = {str(pipeline.get("name")): str(pipeline.get("id")) for pipeline in pipelines}
        name = self._settings.assistant
        if name not in ids:
            raise self._failed(f"there is no assistant {name!r}; correct home_assistant.assistant; there are: {', '.join(sorted(ids))}")
        return ids[name]

    def _failed(self, error: object) -> ReplyError:
        reason = f"{error.get('code')}: {error.get('message')}" if isinstance(error, dict) else error
        return ReplyError(f"{self._settings.url}: {reason}", BROKEN)


class HomeAssistant:
    """One Home Assistant for all devices. It need not be there when TARS starts."""

    languages = ()
    """Its assistant decides."""

    def __init__(self, settings: BrainSettings) -> None:
        """Nothing is connected yet."""
        self._settings = settings.home_assistant
        self._assist = Assist(self._settings)

    async def warm(self) -> None:
        """Look whether there is a token. Home Assistant is not asked. Raises ConfigError."""
        if not self._settings.token:
            raise ConfigError(
                "home_assistant.token is missing: make a long-lived access token in Home Assistant, on the page of a user under Security"
            )

    def open(self, caller: Caller, timers: Timers) -> HomeAssistantDialogue:
        """A dialogue in the room of the device."""
        return HomeAssistantDialogue(self._assist, self._settings.devices.get(caller.device, ""))

    async def close(self) -> None:
        """Close the connection."""
        await self._assist.connection.close()
