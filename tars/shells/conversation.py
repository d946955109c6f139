"""One session's brain at work: what it hears, when it answers, how its answer is paced. Posts what happens to the server's queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tars.core.effects import BeginTurn, CancelReply, Feed
from tars.errors import BrainError
from tars.generated.server import events
from tars.samples import RATE, WIDTH, to_pcm, to_samples
from tars.shells import clock
from tars.shells.brains import Brain, Caller, Conversation, Hearing, Reply
from tars.shells.command import leaves
from tars.shells.log import log
from tars.shells.record import recording_path, write_recording

AHEAD = 20.0
"""Seconds that a reply may be sent ahead of its being heard."""


@dataclass(frozen=True)
class Speak:
    """More of the reply to a turn, PCM16."""

    session: str
    turn: int
    pcm: bytes


@dataclass(frozen=True)
class Note:
    """Something for the trace that no machine sees."""

    name: str
    values: dict[str, Any]


class Talk:
    """Runs one session: opens the brain, feeds it, lets it answer. One task reads the inbox; an answer is a task of its own."""

    def __init__(
        self, brain: Brain, caller: Caller, post: Callable[[object], None], *, session_timeout: float, record: Path | None
    ) -> None:
        self.caller = caller
        self._brain = brain
        self._post = post
        self._timeout = int(session_timeout * RATE)
        self._record = record
        self._inbox: asyncio.Queue[BeginTurn | Feed | CancelReply] = asyncio.Queue()
        self._turn = 0
        self._listening = False
        self._silent = 0
        self._given: list[bytes] = []
        self._ending = False
        self._answering: asyncio.Task[None] | None = None

    def tell(self, effect: BeginTurn | Feed | CancelReply) -> None:
        """What the core wants of the brain, in order."""
        self._inbox.put_nowait(effect)

    async def run(self) -> None:
        """Hold the conversation until this task is cancelled, which ends it."""
        try:
            conversation = await self._brain.open(self.caller)
            self._post(events.BrainReady(self.caller.session))
            try:
                async with asyncio.TaskGroup() as tasks:
                    while True:
                        await self._take(conversation, await self._inbox.get(), tasks)
            finally:
                await conversation.close()
        except Exception as error:  # noqa: BLE001 - a brain is foreign code: what it raises ends this session and no other
            self._fail(error)
        finally:
            await self._save()

    def _fail(self, error: Exception) -> None:
        causes = list(leaves(error)) if isinstance(error, ExceptionGroup) else [error]
        reason = "; ".join(str(cause) or type(cause).__name__ for cause in causes)
        # What a brain says of itself is enough; of anything else somebody must see where it came from.
        origin = {} if all(isinstance(cause, BrainError) for cause in causes) else {"error": error}
        log.error("brain failed", device=self.caller.device, session=self.caller.session, reason=reason, **origin)
        self._post(events.BrainFailed(self.caller.session, reason))

    async def _take(self, conversation: Conversation, effect: BeginTurn | Feed | CancelReply, tasks: asyncio.TaskGroup) -> None:
        match effect:
            case BeginTurn(turn=turn, wake=wake):
                await self._save()
                # What was heard before the wake word is nobody's silence.
                self._turn, self._listening, self._silent = turn, True, -wake
                if self._ending:
                    self._post(events.EndPhrase(self.caller.session))
                conversation.begin(wake)
            case Feed(turn=turn, pcm=pcm) if self._listening and turn == self._turn:
                self._given.append(pcm)
                self._hear(conversation, pcm, tasks)
            case CancelReply(heard=heard):
                if self._answering is not None:
                    self._answering.cancel()
                    await asyncio.wait([self._answering])
                self._ending = False
                conversation.interrupted(heard)

    def _hear(self, conversation: Conversation, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        """Everything here is counted in samples received, so that an outage spends neither patience nor speech."""
        hearing = conversation.hear(to_samples(pcm))
        self._silent = self._silent + len(pcm) // WIDTH if hearing is Hearing.SILENCE else 0
        if hearing is Hearing.COMPLETE:
            self._listening = False
            self._post(events.SpeechEnded(self.caller.session, self._turn))
            self._answering = tasks.create_task(self._answer(conversation, self._turn))
        elif self._silent >= self._timeout:
            self._listening = False
            self._post(events.UserSilent(self.caller.session, self._turn))

    async def _answer(self, conversation: Conversation, turn: int) -> None:
        session = self.caller.session
        reply = await conversation.answer()
        names = {"device": self.caller.device, "session": session, "turn": turn}
        log.info("heard", **names, text=reply.heard)
        log.info("answers", **names, text=reply.text)
        self._post(Note("answered", {"turn": turn, "heard": reply.heard, "text": reply.text, "stages": reply.stages}))
        await self._speak(reply, turn)
        self._ending = reply.ends

    async def _speak(self, reply: Reply, turn: int) -> None:
        """Send the reply as it is made, at most AHEAD seconds before it can be heard."""
        session = self.caller.session
        self._post(events.ReplyStarted(session, turn))
        began, sent = clock.now(), 0
        async for block in reply.speech:
            self._post(Speak(session, turn, to_pcm(block)))
            sent += len(block)
            await clock.sleep_until(began + sent / RATE - AHEAD)
        self._post(events.ReplyEnded(session, turn))

    async def _save(self) -> None:
        """Write the utterance that is over, off the loop."""
        given, self._given = self._given, []
        if given and self._record is not None:
            path = recording_path(self._record, self.caller.device, self.caller.session, self._turn)
            try:
                await asyncio.to_thread(write_recording, path, b"".join(given))
            except OSError as error:
                log.error("cannot record", file=path, reason=error.strerror)
