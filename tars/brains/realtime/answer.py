"""A question, and the answer to it as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tars.brains.parts import Exchange
from tars.brains.realtime.line import OUTPUT_RATE
from tars.brains.realtime.resampling import NONE, Resampler
from tars.brains.reply.llm.calls import Run
from tars.brains.reply.llm.failures import LATE, STOPPED
from tars.brains.speech import NO_ANSWER
from tars.errors import ReplyError
from tars.runtime.log import log
from tars.samples import RATE, Samples, to_samples

FIRST_SOUND_LIMIT = 20.0
"""Seconds until the first sound of an answer. They must fit into the limit `server_thinking_limit`."""


class Answer:
    """Its sound is put in as it comes, and read at the same time. It is kept for what it says of the conversation."""

    def __init__(self, number: int, run: Run, limit: float, *, wanted: bool = True) -> None:
        """`limit`: seconds without anything new after which it is given up. `wanted`: False if only the words of the question are.

        Nothing is kept of an answer that is not wanted, but it shows that the service goes on: the words of the question may come later.
        """
        self.number, self.run, self.wanted = number, run, wanted
        self.asked = 0
        """How often it was asked for."""
        self.rounds = 0
        """How often the model wanted tools."""
        self.begun = False
        """Some of it has come, or a tool was called: it is not asked for again."""
        self.over = False
        """Nothing more of it will come, but perhaps words of what has come."""
        self.complete = False
        """All of its sound has come."""
        self.ends = False
        """The conversation is over once it was played."""
        self.question = self.text = ""
        """The words of both, as far as they are known."""
        self.untold = False
        """The log is not told yet what was asked."""
        self.words_known = asyncio.Event()
        """The words of the question are complete."""
        self._limit = limit
        self._inbox: asyncio.Queue[Samples | Exception | None] = asyncio.Queue()
        self._odd = b""
        """The first byte of a sample that was cut in two."""
        self._resampler = Resampler(OUTPUT_RATE, RATE)
        self._items: list[tuple[str, int]] = []
        """The items of the answer, and the samples of each at OUTPUT_RATE."""
        self._heard: int | None = None
        """The samples that were heard, if it was interrupted."""

    # --- what comes ----------------------------------------------------------------------------------------------------------

    def add_sound(self, pcm: bytes, item: str) -> None:
        """More of it: PCM16 at OUTPUT_RATE, cut anywhere."""
        if not self.wanted:
            self.goes_on()
            return
        self.begun = True
        pcm = self._odd + pcm
        whole = len(pcm) // 2 * 2
        samples, self._odd = to_samples(pcm[:whole]), pcm[whole:]
        if self._items and self._items[-1][0] == item:
            self._items[-1] = (item, self._items[-1][1] + len(samples))
        else:
            self._items.append((item, len(samples)))
        self._inbox.put_nowait(self._resampler.take(samples))

    def add_words(self, text: str) -> None:
        """More of its words. They may come later than the sound."""
        if not self.wanted:
            self.goes_on()
        elif self.complete or not self.over:
            self.text += text

    def goes_on(self) -> None:
        """There is something new that is no sound."""
        self._inbox.put_nowait(NONE)

    def finish(self) -> None:
        """It is complete."""
        self.over = self.complete = True
        self._inbox.put_nowait(self._resampler.end())
        self._inbox.put_nowait(None)

    def fail(self, error: Exception) -> None:
        """There will be no more of it."""
        self.over = True
        self._inbox.put_nowait(self._resampler.end())
        self._inbox.put_nowait(error)

    def look_at(self, done: asyncio.Task[None]) -> None:
        """A task that works for it has ended. A fault is raised where the answer is read, or logged if nothing more of it is read."""
        if done.cancelled() or (error := done.exception()) is None:
            return
        if self.over:
            log.error("a fault after the end of an answer", reason=repr(error), error=error)
        else:
            self.fail(error if isinstance(error, Exception) else RuntimeError(str(error)))

    # --- what is read --------------------------------------------------------------------------------------------------------

    async def first(self) -> Samples:
        """The first samples; none if it ends the conversation without a word. Raises ReplyError."""
        try:
            async with asyncio.timeout(FIRST_SOUND_LIMIT):
                samples = await self._next(LATE)
        except TimeoutError:
            raise ReplyError(f"there was no sound within {FIRST_SOUND_LIMIT:g} s", LATE) from None
        if samples is None and not self.ends:
            raise ReplyError("it answered nothing", NO_ANSWER)
        return NONE if samples is None else samples

    async def rest(self) -> AsyncIterator[Samples]:
        """The samples after the first ones. Raises ReplyError."""
        while (samples := await self._next(STOPPED)) is not None:
            yield samples

    async def _next(self, late: str) -> Samples | None:
        """The next samples; None behind the last ones. `late`: what the user hears if nothing comes."""
        while True:
            try:
                async with asyncio.timeout(self._limit):
                    item = await self._inbox.get()
            except TimeoutError:
                if not self.asked:
                    continue  # a connection is being opened, which has a limit of its own
                raise ReplyError(f"nothing came for {self._limit:g} s", late) from None
            if isinstance(item, Exception):
                raise item
            if item is None:
                self._inbox.put_nowait(None)
                return None
            if len(item):
                return item

    # --- what is remembered --------------------------------------------------------------------------------------------------

    def interrupted(self, heard: int) -> None:
        """Only the first `heard` samples of it were heard. The others are not kept."""
        self.over, self._heard = True, heard
        while not self._inbox.empty():
            self._inbox.get_nowait()
        self._inbox.put_nowait(None)

    @property
    def cut_items(self) -> list[tuple[str, int]]:
        """The items that were not heard to their end, and the milliseconds that were heard of each."""
        cut, begin = [], 0
        for item, samples in self._items:
            length = samples * 1000 // OUTPUT_RATE
            heard = max(0, (self._heard or 0) * 1000 // RATE - begin)
            if heard < length:
                cut.append((item, heard))
            begin += length
        return cut

    @property
    def exchange(self) -> Exchange:
        """What is remembered. The words of an answer are taken to be equally long."""
        words = self.text.split()
        if self._heard is not None:
            all_of_it = sum(samples for _, samples in self._items) * RATE // OUTPUT_RATE
            words = words[: len(words) * min(self._heard, all_of_it) // max(1, all_of_it)]
        return Exchange(self.question, " ".join(words), tuple(self.run.actions))
