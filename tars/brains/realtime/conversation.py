"""One session with a speech-to-speech service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tars.brains import Caller, Hearing, Reply, sound
from tars.brains.end_of_speech import UtteranceToPause
from tars.brains.hear.silero import FRAME, Silero, SileroModel
from tars.brains.memory import Memory, recalled
from tars.brains.parts import Exchange, SpeakPart
from tars.brains.personas import is_end_phrase
from tars.brains.realtime.answer import Answer
from tars.brains.realtime.line import Calls, Done, Event, Failed, Heard, Line, Lost, Past, Said, Sound, Withdrawn
from tars.brains.realtime.resampling import NONE
from tars.brains.realtime.reserve import LONGEST_PAUSE, SHORTEST_PAUSE, Reserve
from tars.brains.realtime.tool_calls import ToolCalls
from tars.brains.realtime.tools import Toolbox
from tars.brains.realtime.uplink import Uplink
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.llm.calls import Run
from tars.brains.reply.llm.failures import STOPPED
from tars.brains.reply.timers import Timers
from tars.brains.speech import Speech
from tars.errors import ReplyError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.persona_settings import Persona
from tars.samples import Samples

PAUSE = 20 * FRAME
"""Samples of silence that end an utterance: 0.64 s."""
OVERHEARD = "speech"
"""The words of what is said over an answer: they are not known. So every utterance interrupts, and a cough does not."""


class RealtimeConversation:
    """A task holds a line. It sends the utterance as it is heard, and replaces the line between two answers.

    An utterance is kept until it is answered. So a new line gets all of it, and nothing is lost while no line is open.
    """

    def __init__(
        self,
        reserve: Reserve,
        toolbox: Toolbox,
        speak: SpeakPart,
        silero: SileroModel,
        caller: Caller,
        timers: Timers,
        persona: Persona,
        names: Names,
        limit: float,
    ) -> None:
        """`reserve`: where lines come from. `speak`: says what the service cannot. `limit`: seconds without anything new."""
        self._reserve, self._tools, self._speak, self._silero = reserve, ToolCalls(toolbox), speak, silero
        self._caller, self._timers, self._persona, self._names, self._limit = caller, timers, persona, names, limit
        self._earlier = recalled(caller.memory, **self._log_names()).exchanges
        """What was said before a restart of the server."""
        self._answers: list[Answer] = []
        """All of the session; the number of each is its place, from 1."""
        self._answer: Answer | None = None
        """The newest, from the end of its question until the next turn begins."""
        self._cut: Answer | None = None
        """It was interrupted, and the line is not told yet."""
        self._line: Line | None = None
        self._handle = ""
        self._overhears = False
        """The utterance may be no turn."""
        self._withheld = False
        """Nothing of the utterance is sent before its answer or its words are wanted."""
        self._changed = asyncio.Event()
        """There may be something to send, or the line may have to be replaced."""
        self.begin(0)
        self._holding = asyncio.create_task(self._hold())
        self._holding.add_done_callback(self._look_at)

    # --- what a conversation does --------------------------------------------------------------------------------------------

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """A turn begins. The persona stays: it belongs to the line."""
        self._end_answer()
        self._listen(wake, at)
        self._changed.set()

    def overhear(self, at: int) -> None:
        """Nothing of it is sent before it is known to be a turn: the service would take it as one, and end its answer.

        When it has interrupted the answer, it still may be "stop", or a wake word may begin another turn.
        """
        self._listen(0, at)
        self._overhears = self._withheld = True

    def hear(self, samples: Samples) -> Hearing:
        """The next samples. They are sent from the moment at which the user certainly speaks, with those before."""
        self._changed.set()
        return self._utterance.hear(samples)

    async def answer(self) -> Reply:
        """Wait for the first sound of the answer. The rest comes while the speech is read."""
        if not self._utterance.is_of_user:
            return Reply(heard="", text="", speech=sound(NONE))
        began = clock.now()
        try:
            answer, first = await self.ask()
        except ReplyError as error:
            log.warning("reply failed", **self._log_names(), reason=str(error))
            return Reply(self._answers[-1].question, error.spoken, Speech(self._speak, error.spoken).blocks())
        reply = Reply(answer.question, answer.text.strip(), sound(NONE), answer.ends, {"reply": clock.now() - began})
        reply.speech = self._speech(answer, first, reply)
        answer.untold = not reply.heard
        return reply

    async def ask(self) -> tuple[Answer, Samples]:
        """The answer to the utterance, and its first samples. Raises ReplyError."""
        answer = self._begin_answer(wanted=True)
        try:
            return answer, await answer.first()
        except ReplyError:
            await self._give_up(answer)
            raise

    async def words(self) -> str:
        """What the service has understood. Raises ReplyError."""
        if not self._utterance.is_of_user:
            return ""
        if self._overhears:
            return OVERHEARD
        answer = self._begin_answer(wanted=False)
        known, failed = asyncio.create_task(answer.words_known.wait()), asyncio.create_task(answer.first())
        try:
            await asyncio.wait([known, failed], return_when=asyncio.FIRST_COMPLETED)
            if not answer.words_known.is_set():
                await failed
        finally:
            known.cancel()
            failed.cancel()
            await asyncio.wait([known, failed])
            if not failed.cancelled():
                failed.exception()
        return answer.question.strip()

    def say(self, text: str) -> AsyncIterator[Samples]:
        """The voice on this machine says it: no service says a text word for word."""
        return Speech(self._speak, text).blocks()

    def interrupted(self, heard: int) -> None:
        """Only what was heard is remembered, if the service can be told."""
        if self._answer is not None:
            self._answer.interrupted(heard)
            self._tools.stop()
            self._cut = self._answer
        if self._overhears:
            self._end_answer()
            self._overhears = False
        self._changed.set()

    def memory(self) -> str:
        """What was said."""
        return Memory(self._persona.name, self._exchanges()).to_text()

    async def close(self) -> None:
        """Close the line."""
        self._tools.stop()
        self._holding.cancel()
        await asyncio.wait([self._holding])
        await self._tools.close()

    # --- the answer ----------------------------------------------------------------------------------------------------------

    def _listen(self, wake: int, at: int) -> None:
        self._utterance = UtteranceToPause(Silero(self._silero), PAUSE, wake)
        self._at = at
        self._overhears = self._withheld = False

    def _end_answer(self) -> None:
        if self._answer is not None:
            self._answer.over = True
        self._answer = None

    def _exchanges(self) -> list[Exchange]:
        """What was said, as far as it is known. The question that waits for its answer is asked again."""
        known = [answer for answer in self._answers if answer.begun or (answer.question and answer is not self._answer)]
        return [*self._earlier, *(answer.exchange for answer in known)]

    def _begin_answer(self, *, wanted: bool) -> Answer:
        run = Run(self._caller, self._timers, f"{self._caller.session}/{self._at}", [], self._limit / 2)
        self._answer = Answer(len(self._answers) + 1, run, self._limit, wanted=wanted)
        self._answers.append(self._answer)
        self._withheld = False
        if self._holding.done():
            self._look_at(self._holding)
        self._changed.set()
        return self._answer

    async def _speech(self, answer: Answer, first: Samples, reply: Reply) -> AsyncIterator[Samples]:
        """The samples of the answer. What was not known when it began is told to the log, also if it is interrupted."""
        try:
            if len(first):
                yield first
            async for samples in answer.rest():
                yield samples
        except ReplyError as error:
            log.warning("reply stopped in the middle", **self._log_names(), reason=str(error))
            await self._give_up(answer)
            async for samples in Speech(self._speak, error.spoken).blocks():
                yield samples
        finally:
            self._tell_question(answer)
            if answer.text.strip() != reply.text:
                log.info("answers", **self._log_names(), text=answer.text.strip())
        if answer.ends and not answer.text and not len(first):
            async for samples in Speech(self._speak, self._persona.farewell).blocks():
                yield samples
        reply.ends = answer.ends or is_end_phrase(self._persona, answer.question, self._names)

    def _tell_question(self, answer: Answer) -> None:
        """Tell the log what was asked, once, if it was not known when the answer began."""
        if answer.untold and answer.question.strip():
            log.info("heard", **self._log_names(), text=answer.question.strip())
            answer.untold = False

    async def _give_up(self, answer: Answer) -> None:
        """Nothing more of it is wanted, and its line may be the reason."""
        answer.over = True
        self._tools.stop()
        if self._line is not None:
            await self._line.close()

    # --- the line ------------------------------------------------------------------------------------------------------------

    async def _hold(self) -> None:
        """Open a line, use it, and open the next one."""
        pause = SHORTEST_PAUSE
        while True:
            while self._answer is not None and (self._answer.begun or self._answer.over):
                await self._change()  # what was heard of it is not known yet
            try:
                line = await self._open()
            except ReplyError as error:
                if self._answer is not None:
                    self._answer.fail(error)
                else:
                    log.warning("no connection to the realtime service", **self._log_names(), reason=str(error))
                    await self._wait_for_question(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            opened = clock.now()
            try:
                await self._use(line)
            finally:
                self._line = None
                self._handle = line.handle
                await line.close()
            if line.due or clock.now() - opened >= LONGEST_PAUSE:
                pause = SHORTEST_PAUSE
            else:
                await self._wait_for_question(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _open(self) -> Line:
        past = Past(self._exchanges(), self._handle)
        if not past.exchanges:
            return await self._reserve.opened()
        began = clock.now()
        try:
            line = await self._reserve.dial(past)
        except ReplyError as error:
            if not past.handle:
                raise
            log.warning("the conversation is not resumed, but told again", **self._log_names(), reason=str(error))
            self._handle = ""
            line = await self._reserve.dial(Past(past.exchanges))
        log.info("realtime connection replaced", **self._log_names(), seconds=round(clock.now() - began, 3))
        return line

    async def _use(self, line: Line) -> None:
        """Send what there is to send, until the line is lost, or due between two answers."""
        self._line = line
        line.notify = self._changed.set
        reading = asyncio.create_task(self._read(line))
        reading.add_done_callback(lambda _: self._changed.set())
        uplink = Uplink(line, self._utterance)
        try:
            while not (line.lost or reading.done() or (line.due and self._answer is None)):
                self._changed.clear()
                if uplink.utterance is not self._utterance:
                    uplink = Uplink(line, self._utterance)
                await self._send(line, uplink)
                await self._changed.wait()
            if line.lost:
                await reading
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def _send(self, line: Line, uplink: Uplink) -> None:
        if (cut := self._cut) is not None:
            self._cut = None
            if cut.number == line.number:
                await line.cut(cut.cut_items)
        if self._withheld:
            return
        answer = self._answer
        await uplink.send()
        if answer is not None and not answer.over and not uplink.complete and uplink.utterance is self._utterance:
            answer.asked += 1
            answer.question = ""  # a line that was lost may have told some of it; this one tells all
            await uplink.end()
            await line.ask(answer.number, answered=answer.wanted)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _wait_for_question(self, seconds: float) -> None:
        """Return when an answer is wanted, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while self._answer is None:
                    await self._change()
        except TimeoutError:
            return

    # --- what comes ----------------------------------------------------------------------------------------------------------

    async def _read(self, line: Line) -> None:
        while True:
            number, event = await line.events.get()
            if isinstance(event, Lost):
                self._lose(event)
                return
            if isinstance(event, Heard):
                self._note_words(event)
            elif isinstance(event, Said) and number:
                self._answers[number - 1].add_words(event.text)
            elif (answer := self._answer) is not None and answer.number == number and not answer.over:
                self._take(line, answer, event)

    def _take(self, line: Line, answer: Answer, event: Event) -> None:
        match event:
            case Sound(pcm=pcm, item=item):
                answer.add_sound(pcm, item)
            case Calls() if not answer.wanted:
                answer.words_known.set()
            case Calls(calls=calls):
                self._tools.begin(line, answer, calls)
            case Withdrawn(ids=ids):
                self._tools.withdraw(ids)
            case Done():
                answer.finish()
            case Failed(error=error):
                answer.fail(error)

    def _note_words(self, event: Heard) -> None:
        answer = self._answers[event.number - 1]
        answer.question += event.text
        if event.final:
            answer.words_known.set()
            self._tell_question(answer)

    def _lose(self, event: Lost) -> None:
        """An answer that has begun ends here. One that has not is asked for once more."""
        answer = self._answer
        if answer is not None and not answer.over and (answer.begun or answer.asked > 1):
            self._tools.stop()
            answer.fail(ReplyError(f"the connection was lost: {event.reason}", STOPPED))

    def _look_at(self, done: asyncio.Task[None]) -> None:
        """A fault is raised where the answer is read."""
        if self._answer is not None:
            self._answer.look_at(done)
        elif not done.cancelled() and (error := done.exception()) is not None:
            log.error("a fault between two answers", **self._log_names(), reason=repr(error), error=error)

    def _log_names(self) -> dict[str, object]:
        return {"device": self._caller.device, "session": self._caller.session}
