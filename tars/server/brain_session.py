"""One session's brain at work: what it hears, when it answers, how its answer is paced. Posts what happens to the server's queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tars.brains import Brain, Caller, Conversation, Hearing, Reply
from tars.core.effects import BeginTurn, CancelReply, Feed, Gap, ReplyHeard
from tars.errors import BrainError
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.command import leaves
from tars.runtime.log import log
from tars.samples import BLOCK, RATE, WIDTH, to_pcm, to_samples
from tars.server.recordings import recording_path, write_recording

AHEAD = 20.0
"""Seconds that a reply may be made and sent ahead of its being heard."""
HEARD_GAP = RATE // 4
"""Samples of silence at most that stand for a gap: it divides two words, and no brain takes it for the end of an utterance."""
SUSPEND_LIMIT = 0.5
"""Seconds that a reply is given to be made to its end when its talk is suspended."""

Told = BeginTurn | Feed | Gap | ReplyHeard | CancelReply
"""What the core tells a talk."""


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


@dataclass(frozen=True)
class BrainSnapshot:
    """What another talk needs to go on with a session."""

    turn: int
    """0: none has begun."""
    wake: int
    """Its first samples that may hold the wake word."""
    utterance: bytes
    """All that the brain was given in it, PCM16; empty once the reply has begun: there is nothing to hear again."""
    complete: bool
    """The utterance is over: it is being answered, or was."""
    silent: int = 0
    """Samples in which the user was silent up to now."""
    ends: bool = False
    """The conversation is over once the reply has been heard."""


def record(path: Path, pcm: bytes) -> None:
    """Write an utterance that is over; a disk that does not take it costs the recording and nothing else."""
    try:
        write_recording(path, pcm)
    except OSError as error:
        log.error("cannot record", file=path, reason=error.strerror)


class BrainSession:
    """Runs one session: opens the brain, feeds it, lets it answer. One task reads the inbox; an answer is a task of its own."""

    def __init__(
        self,
        brain: Brain,
        caller: Caller,
        post: Callable[[object], None],
        *,
        session_timeout: float,
        record: Path | None,
        reports_heard: bool = True,
        resumed: BrainSnapshot | None = None,
    ) -> None:
        """`reports_heard`: replies keep pace with ReplyHeard; else with the clock. `resumed`: where an earlier talk stopped."""
        self.caller = caller
        self._brain = brain
        self._post = post
        self._timeout = int(session_timeout * RATE)
        self._record = record
        self._reports_heard = reports_heard
        self._inbox: asyncio.Queue[Told | None] = asyncio.Queue()
        """None: suspended, there is nothing more to take."""
        self._task: asyncio.Task[None] | None = None
        self._open = False
        self._suspended = False

        before = resumed or BrainSnapshot(turn=0, wake=0, utterance=b"", complete=False)
        self._turn, self._wake = before.turn, before.wake
        self._given = [before.utterance] if before.utterance else []
        """The sound of the utterance: until its reply has begun, and longer if it will be recorded."""
        self._silent = before.silent
        self._listening = before.turn > 0 and not before.complete
        self._complete = before.complete
        self._replied = before.complete and not before.utterance
        """The reply has begun."""
        self._ending = before.ends

        self._answering: asyncio.Task[None] | None = None
        self._sent = self._heard = 0
        """Samples of the reply."""
        self._progress = asyncio.Event()
        """More was heard, or it no longer matters how much."""

    def tell(self, effect: Told) -> None:
        """What the core wants of the brain, in order."""
        self._inbox.put_nowait(effect)

    async def run(self) -> None:
        """Hold the conversation until it is suspended, or until this task is cancelled, which ends it."""
        self._task = asyncio.current_task()
        try:
            conversation = await self._brain.open(self.caller)
            self._open = True
            self._post(events.BrainReady(self.caller.session))
            try:
                async with asyncio.TaskGroup() as tasks:
                    await self._hear_again(conversation, tasks)
                    while (effect := await self._inbox.get()) is not None:
                        await self._take(conversation, effect, tasks)
                    await self._rest()
            finally:
                await conversation.close()
        except Exception as error:  # noqa: BLE001 - a brain is foreign code: what it raises ends this session and no other
            self._fail(error)
        finally:
            if not self._suspended:
                await self._save()

    async def suspend(self) -> BrainSnapshot:
        """Come to rest, instead of being cancelled; returns what was told up to then, for the talk that goes on with the session.

        A reply under way is made to its end without waiting for the ear, and cut if that takes more than SUSPEND_LIMIT; it ends with
        ReplyEnded either way. An utterance whose answer has not begun will be answered by the next talk.
        """
        self._suspended = True
        self._progress.set()
        await clock.sleep_until(0)  # a task that was made just now gets to begin
        if self._task is not None:
            if self._open:
                self._inbox.put_nowait(None)
            else:
                self._task.cancel()
            await asyncio.wait([self._task])
        if self._replied:
            await self._save()
        # From here to the return nothing may wait once the inbox is empty: whatever was told is in what is returned.
        while not self._inbox.empty():
            if (effect := self._inbox.get_nowait()) is not None:
                await self._keep(effect)
        utterance = b"" if self._replied else b"".join(self._given)
        return BrainSnapshot(self._turn, self._wake, utterance, self._complete, self._silent, self._ending)

    async def _rest(self) -> None:
        """End the answer that is under way, a reply at its end if that is near; what was said of it has an end."""
        answering = self._answering
        if answering is not None and self._replied:
            await asyncio.wait([answering], timeout=SUSPEND_LIMIT)
        if answering is None or answering.done():
            return
        answering.cancel()
        await asyncio.wait([answering])
        if self._replied:
            names = {"device": self.caller.device, "session": self.caller.session, "turn": self._turn}
            log.warning("reply cut short: the server stops", **names, samples=self._sent)
            self._post(events.ReplyEnded(self.caller.session, self._turn))

    def _fail(self, error: Exception) -> None:
        causes = list(leaves(error)) if isinstance(error, ExceptionGroup) else [error]
        reason = "; ".join(str(cause) or type(cause).__name__ for cause in causes)
        # What a brain says of itself is enough; of anything else somebody must see where it came from.
        origin = {} if all(isinstance(cause, BrainError) for cause in causes) else {"error": error}
        log.error("brain failed", device=self.caller.device, session=self.caller.session, reason=reason, **origin)
        self._post(events.BrainFailed(self.caller.session, reason))

    # --- what the core tells -------------------------------------------------------------------------------------------------

    async def _take(self, conversation: Conversation, effect: Told, tasks: asyncio.TaskGroup) -> None:
        match effect:
            case BeginTurn():
                await self._begin(effect)
                self._give_floor(conversation)
            case Feed(turn=turn, pcm=pcm) if self._hears(turn):
                self._hear(conversation, pcm, tasks)
            case Gap(turn=turn, samples=samples) if self._hears(turn):
                await self._hear_uncounted(conversation, bytes(min(samples, HEARD_GAP) * WIDTH), tasks)
            case ReplyHeard(turn=turn, heard=heard) if turn == self._turn:
                self._heard = heard
                self._progress.set()
            case CancelReply(heard=heard):
                if self._answering is not None:
                    self._answering.cancel()
                    await asyncio.wait([self._answering])
                self._ending = False
                conversation.interrupted(heard)

    async def _keep(self, effect: Told) -> None:
        """Take what came too late for this talk's brain; the next one will hear it."""
        match effect:
            case BeginTurn():
                await self._begin(effect)
            case Feed(turn=turn, pcm=pcm) if self._hears(turn):
                self._given.append(pcm)
            case Gap(turn=turn, samples=samples) if self._hears(turn):
                self._given.append(bytes(min(samples, HEARD_GAP) * WIDTH))
            case CancelReply():
                self._ending = False

    def _hears(self, turn: int) -> bool:
        return self._listening and turn == self._turn

    async def _begin(self, effect: BeginTurn) -> None:
        await self._save()
        self._turn, self._wake = effect.turn, effect.wake
        # What was heard before the wake word is nobody's silence.
        self._silent = -effect.wake
        self._listening, self._complete, self._replied = True, False, False

    def _give_floor(self, conversation: Conversation) -> None:
        if self._ending:
            self._post(events.EndPhrase(self.caller.session))
        conversation.begin(self._wake)

    # --- the utterance -------------------------------------------------------------------------------------------------------

    def _hear(self, conversation: Conversation, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        """Everything here is counted in samples received, so that an outage spends neither patience nor speech."""
        self._given.append(pcm)
        hearing = conversation.hear(to_samples(pcm))
        self._silent = self._silent + len(pcm) // WIDTH if hearing is Hearing.SILENCE else 0
        if hearing is Hearing.COMPLETE:
            self._finish_utterance(conversation, tasks)
        elif self._silent >= self._timeout:
            self._listening = False
            self._post(events.UserSilent(self.caller.session, self._turn))

    async def _hear_uncounted(self, conversation: Conversation, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        """Sound that says nothing of the user's patience: what is lost, and what was counted before. Others run in between."""
        for at in range(0, len(pcm), BLOCK * WIDTH):
            block = pcm[at : at + BLOCK * WIDTH]
            self._given.append(block)
            if conversation.hear(to_samples(block)) is Hearing.COMPLETE:
                self._finish_utterance(conversation, tasks)
                break
            await clock.sleep_until(0)

    async def _hear_again(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        """Bring a new conversation to where the earlier one was."""
        if self._turn == 0 or self._replied:
            return
        utterance, self._given = b"".join(self._given), []
        complete, self._complete = self._complete, False
        self._give_floor(conversation)
        await self._hear_uncounted(conversation, utterance, tasks)
        if complete and not self._complete:
            # The user has been told that it is over, whatever this conversation thinks of it.
            self._finish_utterance(conversation, tasks)

    def _finish_utterance(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        self._listening, self._complete = False, True
        self._post(events.SpeechEnded(self.caller.session, self._turn))
        self._answering = tasks.create_task(self._answer(conversation, self._turn))

    async def _save(self) -> None:
        """Write the utterance that is over, off the loop."""
        given, self._given = self._given, []
        if given and self._record is not None:
            path = recording_path(self._record, self.caller.device, self.caller.session, self._turn)
            writing = asyncio.get_running_loop().run_in_executor(None, record, path, b"".join(given))
            await asyncio.shield(writing)  # a session that ends at this moment loses no recording

    # --- the reply -----------------------------------------------------------------------------------------------------------

    async def _answer(self, conversation: Conversation, turn: int) -> None:
        session = self.caller.session
        reply = await conversation.answer()
        names = {"device": self.caller.device, "session": session, "turn": turn}
        log.info("heard", **names, text=reply.heard)
        log.info("answers", **names, text=reply.text)
        self._post(Note("answered", {"turn": turn, "heard": reply.heard, "text": reply.text, "stages": reply.stages}))
        self._ending = reply.ends
        await self._speak(reply, turn)

    async def _speak(self, reply: Reply, turn: int) -> None:
        """Send the reply as it is made; no more of it is asked for than the user will hear within AHEAD seconds."""
        session = self.caller.session
        self._post(events.ReplyStarted(session, turn))
        self._replied = True
        if self._record is None:
            self._given = []
        self._sent = self._heard = 0
        began = clock.now()
        async for block in reply.speech:
            self._post(Speak(session, turn, to_pcm(block)))
            self._sent += len(block)
            await self._room(began)
        self._post(events.ReplyEnded(session, turn))

    async def _room(self, began: float) -> None:
        """Wait until more of the reply may be made. A device that does not say what was heard is taken to play in time."""
        if not self._reports_heard:
            await clock.sleep_until(began + self._sent / RATE - AHEAD)
            return
        await clock.sleep_until(0)  # others run, also when speech comes without waiting
        while self._sent - self._heard >= AHEAD * RATE and not self._suspended:
            self._progress.clear()
            await self._progress.wait()
