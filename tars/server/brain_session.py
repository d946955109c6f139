"""Runs the brain of one voice session: gives it the utterances, has it answer, and posts what happens to the device's runner."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tars.brains import Brain, Caller, Conversation, Hearing, Reply, sound, spoken
from tars.core.effects import BeginInterruption, BeginTurn, CancelReply, Feed, Gap, ReplyHeard
from tars.engine import Event
from tars.errors import BrainError
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.command import leaves
from tars.runtime.log import log
from tars.samples import BLOCK, RATE, WIDTH, to_pcm, to_samples
from tars.server.brain_posts import ReplyAudio, TraceMark
from tars.server.interruption import Interruption, Meaning
from tars.server.phase import Phase, first_phase
from tars.server.push.announcements import TURN, Announcement
from tars.server.reply_pace import ReplyPace
from tars.server.snapshots import BrainSnapshot
from tars.server.utterance import Utterance, silence_for_gap

REPLY_LIMIT = 0.5
"""Seconds that a reply under way has to be generated to its end when its session is suspended."""

BrainEffect = BeginTurn | BeginInterruption | Feed | Gap | ReplyHeard | CancelReply
"""The effects of the core that a brain session carries out."""


@dataclass(frozen=True)
class _Fault:
    """What the brain raised when it heard speech at once."""

    error: Exception


class BrainSession:
    """One task reads the inbox. An answer is a task of its own, which the first one owns."""

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
        announcing: Announcement | None = None,
        awaits_answer: Callable[[], bool] = lambda: False,
        before_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`session_timeout`: seconds of silence that end the session. `record`: the folder of recordings. `resumed`: what to continue.

        `announcing`: what the server says first. `awaits_answer`: whether the user answers a question of the server. `before_answer` is
        waited for before each answer: another server may have the device.
        """
        self.caller = caller
        self.task: asyncio.Task[None] | None = None
        self._brain = brain
        self._post = post
        self._timeout = int(session_timeout * RATE)
        self.record = record
        self._inbox: asyncio.Queue[BrainEffect | _Fault | None] = asyncio.Queue()
        """None: the session is suspended; nothing after it is taken."""
        self._conversation: Conversation | None = None
        self._idle: asyncio.TaskGroup | None = None
        """The owner of answers, while the task waits for the next effect: then speech is heard at once."""
        self._answering: asyncio.Task[None] | None = None
        self._pace = ReplyPace(reports_heard=reports_heard)
        self._before_answer = before_answer

        first = 0 if announcing is None else TURN
        before = resumed or BrainSnapshot(turn=first, wake=0, utterance=b"", complete=False)
        self._announcing = announcing
        self._awaits_answer = awaits_answer
        self._announces_now = announcing is not None and before.turn == TURN and not before.complete
        self._phase = Phase.WAITING if self._announces_now else first_phase(before)
        self._utterance = Utterance(before.turn, before.wake, before.utterance, before.silent, before.at)
        self.reply_ends = before.ends
        """The conversation is over once the last reply has been heard."""
        self._interruption: Interruption | None = None
        """What is heard over the reply; None: nothing."""
        if before.interruption is not None:
            self._interruption = Interruption(caller, post, before.turn + 1, before.interruption_at, before.interruption)

    # --- start and end -------------------------------------------------------------------------------------------------------

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Run in a task of the group, until it is suspended or ended."""
        self.task = tasks.create_task(self.run())

    def post(self, effect: BrainEffect) -> None:
        """Carry out this effect after those that were posted before. Speech needs no turn of the event loop if nothing else waits."""
        if self._idle is not None and self._conversation is not None and isinstance(effect, Feed) and self._inbox.empty():
            if self._hears(effect.turn) or self._overhears(effect.turn):
                try:
                    self._hear(self._conversation, effect.pcm, self._idle)
                except Exception as error:  # noqa: BLE001 - a fault of the brain ends its session, not the runner that posts
                    self._inbox.put_nowait(_Fault(error))
        else:
            self._inbox.put_nowait(effect)

    def end(self) -> None:
        """The voice session is over: cancel the task, which writes the recording and closes the brain's conversation."""
        if self.task is not None:
            self.task.cancel()

    async def run(self) -> None:
        """Hold the conversation until it is suspended or cancelled. A fault of the brain is posted as BrainFailed, never raised."""
        try:
            conversation = self._conversation = await self._brain.open(self.caller)
            if self._announcing is None:
                self._post(events.BrainReady(self.caller.session))
            try:
                async with asyncio.TaskGroup() as tasks:
                    if self._announcing is not None and self._announces_now:
                        self._answering = tasks.create_task(self._announce(conversation, self._announcing))
                    await self._hear_again(conversation, tasks)
                    while (effect := await self._next(tasks)) is not None:
                        await self._take(conversation, effect, tasks)
                    await self._finish_answer()
            finally:
                await conversation.close()
        except Exception as error:  # noqa: BLE001 - a brain is foreign code: what it raises ends this session and no other
            self._fail(error)
            await self._utterance.save(self.record, self.caller)
        except asyncio.CancelledError:
            await self._utterance.save(self.record, self.caller)
            raise

    async def suspend(self) -> BrainSnapshot:
        """End the task, and return all that a new brain session needs to continue.

        A reply under way is generated to its end without waiting for its playback. After REPLY_LIMIT it is cut. ReplyEnded is posted
        in both cases. An answer that has not begun is cancelled; the new brain session gives it.
        """
        self._pace.release()
        await clock.sleep_until(0)  # a task that was created just now begins first
        if self.task is not None:
            if self._conversation is not None:
                self._inbox.put_nowait(None)
                await asyncio.wait([self.task])
            else:
                pcm = self._utterance.take()  # not over: it is not recorded here
                self.task.cancel()
                await asyncio.wait([self.task])
                self._utterance.add(pcm)
        if self._phase is Phase.SPEAKING:
            await self._utterance.save(self.record, self.caller)
        # Once the inbox is empty, nothing may be awaited before the return: every effect posted so far is in the snapshot.
        while not self._inbox.empty():
            effect = self._inbox.get_nowait()
            if effect is not None and not isinstance(effect, _Fault):
                await self._keep(effect)
        spoken = self._phase is Phase.SPEAKING
        complete = spoken or self._phase is Phase.THINKING
        pcm = b"" if spoken else self._utterance.pcm
        utterance, over = self._utterance, self._utterance_of(self._utterance.turn + 1)
        snapshot = BrainSnapshot(
            utterance.turn, utterance.wake, pcm, complete, utterance.silent, self.reply_ends, utterance.at, self.memory
        )
        return snapshot if over is None else replace(snapshot, interruption=over.pcm, interruption_at=over.at)

    @property
    def memory(self) -> str:
        """What the brain remembers of the session."""
        return self.caller.memory if self._conversation is None else self._conversation.memory()

    @property
    def is_stopped(self) -> bool:
        """What is heard over the reply stops it, and wants no answer."""
        return self._interruption is not None and self._interruption.meaning is Meaning.STOP

    async def _finish_answer(self) -> None:
        """Let a reply under way end, within REPLY_LIMIT. Cancel an answer that has not begun. Decide no interruption any more."""
        if self._interruption is not None:
            await self._interruption.cancel()
        answering = self._answering
        if answering is not None and self._phase is Phase.SPEAKING:
            await asyncio.wait([answering], timeout=REPLY_LIMIT)
        if answering is None or answering.done():
            return
        answering.cancel()
        await asyncio.wait([answering])
        if self._phase is Phase.SPEAKING:
            log.warning("reply cut short: the server stops", **self._names(self._utterance.turn), samples=self._pace.sent)
            if self._announcing is not None and self._utterance.turn == TURN:  # it will be said whole, not cut
                self._post(events.BrainFailed(self.caller.session, "the server stops"))
            else:
                self._post(events.ReplyEnded(self.caller.session, self._utterance.turn))

    def _fail(self, error: Exception) -> None:
        causes = list(leaves(error)) if isinstance(error, ExceptionGroup) else [error]
        reason = "; ".join(str(cause) or type(cause).__name__ for cause in causes)
        # A BrainError explains itself. Any other error is logged with its traceback.
        origin = {} if all(isinstance(cause, BrainError) for cause in causes) else {"error": error}
        log.error("brain failed", device=self.caller.device, session=self.caller.session, reason=reason, **origin)
        self._post(events.BrainFailed(self.caller.session, reason))

    # --- effects of the core -------------------------------------------------------------------------------------------------

    async def _next(self, tasks: asyncio.TaskGroup) -> BrainEffect | None:
        """The next effect; None: the session is suspended. Raises what the brain raised when it heard speech at once."""
        self._idle = tasks
        try:
            effect = await self._inbox.get()
        finally:
            self._idle = None
        if isinstance(effect, _Fault):
            raise effect.error
        return effect

    async def _take(self, conversation: Conversation, effect: BrainEffect, tasks: asyncio.TaskGroup) -> None:
        match effect:
            case BeginTurn():
                if (interruption := await self._begin(effect)) is None:
                    self._begin_conversation_turn(conversation, spoken(effect.called_by))
                elif interruption.meaning is Meaning.STOP:
                    conversation.begin(0, self._utterance.at)
                elif interruption.complete:
                    self._complete(conversation, tasks)
            case BeginInterruption(turn=turn, at=at):
                self._interruption = Interruption(self.caller, self._post, turn, at)
                conversation.overhear(at)
            case Feed(turn=turn, pcm=pcm) if self._hears(turn) or self._overhears(turn):
                self._hear(conversation, pcm, tasks)
            case Gap(turn=turn, samples=samples) if self._overhears(turn):
                self._hear(conversation, silence_for_gap(samples), tasks)
            case Gap(turn=turn, samples=samples) if self._hears(turn):
                await self._hear_uncounted(conversation, silence_for_gap(samples), tasks)
            case ReplyHeard(turn=turn, heard=heard) if turn == self._utterance.turn:
                self._pace.heard(heard)
            case CancelReply(heard=heard):
                if self._answering is not None:
                    self._answering.cancel()
                    await asyncio.wait([self._answering])
                self.reply_ends = False
                conversation.interrupted(heard)

    async def _keep(self, effect: BrainEffect) -> None:
        """Note an effect that came too late for this brain; the next one hears it."""
        match effect:
            case BeginTurn():
                await self._begin(effect)
            case BeginInterruption(turn=turn, at=at):
                self._interruption = Interruption(self.caller, self._post, turn, at)
            case Feed(turn=turn, pcm=pcm) if (utterance := self._utterance_of(turn)) is not None:
                utterance.add(pcm)
            case Gap(turn=turn, samples=samples) if (utterance := self._utterance_of(turn)) is not None:
                utterance.add(silence_for_gap(samples))
            case CancelReply(heard=heard):
                self.reply_ends = False
                if self._conversation is not None:
                    self._conversation.interrupted(heard)

    def _utterance_of(self, turn: int) -> Utterance | None:
        if self._overhears(turn) and self._interruption is not None:
            return self._interruption.utterance
        return self._utterance if self._hears(turn) else None

    def _overhears(self, turn: int) -> bool:
        return self._interruption is not None and self._interruption.goes_on(turn)

    def _hears(self, turn: int) -> bool:
        return self._phase is Phase.LISTENING and turn == self._utterance.turn

    async def _begin(self, effect: BeginTurn) -> Interruption | None:
        """The user has the floor. The interruption that has opened this turn, if one has."""
        await self._utterance.save(self.record, self.caller)
        interruption, self._interruption = self._interruption, None
        if interruption is not None:
            await interruption.cancel()
        opened = interruption if interruption is not None and interruption.opens(effect.turn) else None
        self._utterance = Utterance(effect.turn, effect.wake, silent=-effect.wake, at=effect.at)
        if opened is not None:
            self._utterance = opened.utterance
            if opened.meaning is Meaning.STOP:
                await self._utterance.save(self.record, self.caller)  # what follows is another utterance of this turn
        self._phase = Phase.LISTENING
        self._interrupted = False
        return opened

    def _begin_conversation_turn(self, conversation: Conversation, wake_word: str = "") -> None:
        if self.reply_ends:
            self._post(events.EndPhrase(self.caller.session))
        conversation.begin(self._utterance.wake, self._utterance.at, wake_word)

    # --- the utterance -------------------------------------------------------------------------------------------------------

    def _hear(self, conversation: Conversation, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        if self._interruption is not None:
            self._interruption.hear(conversation, pcm, tasks)
            return
        self._utterance.add(pcm)
        hearing = conversation.hear(to_samples(pcm))
        silent = self._utterance.count(pcm, hearing)
        if hearing is Hearing.COMPLETE:
            self._complete(conversation, tasks)
        elif silent >= self._timeout:
            self._phase = Phase.WAITING
            self._post(events.UserSilent(self.caller.session, self._utterance.turn))

    async def _hear_uncounted(self, conversation: Conversation, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        """Hear samples that do not count towards the silence timeout: a gap, or samples that were counted before."""
        for at in range(0, len(pcm), BLOCK * WIDTH):
            block = pcm[at : at + BLOCK * WIDTH]
            self._utterance.add(block)
            if conversation.hear(to_samples(block)) is Hearing.COMPLETE:
                self._complete(conversation, tasks)
                break
            await clock.sleep_until(0)  # other tasks run

    async def _hear_again(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        """Give a new conversation what the earlier one was given of an utterance that is not answered, or of one over a reply."""
        if self._interruption is not None:
            await self._interruption.hear_again(conversation, tasks)
        if self._phase not in (Phase.LISTENING, Phase.THINKING):
            return
        was_complete = self._phase is Phase.THINKING
        self._phase = Phase.LISTENING
        self._begin_conversation_turn(conversation)
        await self._hear_uncounted(conversation, self._utterance.take(), tasks)
        if was_complete and self._phase is Phase.LISTENING:
            # SpeechEnded was posted before, so the utterance is over even if this brain would hear more.
            self._complete(conversation, tasks)

    def _complete(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        self._phase, turn = Phase.THINKING, self._utterance.turn
        self._post(events.SpeechEnded(self.caller.session, turn))
        self._answering = tasks.create_task(self._answer(conversation, turn))

    # --- the reply -----------------------------------------------------------------------------------------------------------

    async def _answer(self, conversation: Conversation, turn: int) -> None:
        if self._before_answer is not None:
            await self._before_answer()
        if self._awaits_answer():
            await self._take_answer(conversation, turn)
            return
        reply = await conversation.answer()
        if reply.heard or not reply.text:
            log.info("heard", **self._names(turn), text=reply.heard)
        if reply.text or not reply.heard:
            log.info("answers", **self._names(turn), text=reply.text)
        self._post(TraceMark("answered", {"turn": turn, "heard": reply.heard, "text": reply.text, "stages": reply.stages, "by": reply.by}))
        self.reply_ends = reply.ends
        await self._speak(reply, turn)
        self.reply_ends = reply.ends  # some brains know it only now

    async def _take_answer(self, conversation: Conversation, turn: int) -> None:
        """The utterance answers a question of the server. One without words gives the floor back."""
        if words := await conversation.words():
            log.info("heard", **self._names(turn), text=words)
            self._post(events.QuestionAnswered(self.caller.session, turn, words))
        else:
            await self._speak(Reply(heard="", text="", speech=sound(np.zeros(0, np.int16))), turn)

    async def _announce(self, conversation: Conversation, announcing: Announcement) -> None:
        """Speak first."""
        text, session = announcing.text, self.caller.session
        log.info("announces", **self._names(TURN), text=text)
        self._post(TraceMark("announced", {"turn": TURN, "text": text}))
        begins = events.QuestionStarted(session, TURN) if announcing.asks else events.AnnouncementStarted(session, TURN)
        await self._speak(Reply(heard="", text=text, speech=conversation.say(text)), TURN, begins)

    async def _speak(self, reply: Reply, turn: int, begins: Event | None = None) -> None:
        """Send the reply as it is generated, no faster than ReplyPace allows. `begins`: the event of its beginning, if it is no answer."""
        self._post(begins or events.ReplyStarted(self.caller.session, turn))
        self._phase = Phase.SPEAKING
        if self.record is None:
            self._utterance.take()
        self._pace.begin()
        async for block in reply.speech:
            self._post(ReplyAudio(self.caller.session, turn, to_pcm(block)))
            await self._pace.more_wanted(len(block))
        self._post(events.ReplyEnded(self.caller.session, turn))

    def _names(self, turn: int) -> dict[str, Any]:
        return {"device": self.caller.device, "session": self.caller.session, "turn": turn}
