"""Calls the tools that a speech-to-speech model wants."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tars.brains.realtime.answer import Answer
from tars.brains.realtime.line import Call, Line
from tars.brains.realtime.tools import END, MOST_ROUNDS, Toolbox
from tars.brains.reply.llm.failures import BROKEN
from tars.errors import ReplyError


class ToolCalls:
    """One call runs at a time, in the order in which the model wanted them. The results are given to the model."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._lock = asyncio.Lock()
        """Held while the calls of one message run."""
        self._tasks: set[asyncio.Task[None]] = set()
        """One for each message of the model."""
        self._wanted: set[str] = set()
        """The ids of the calls that have not ended and were not withdrawn."""
        self._running: tuple[str, asyncio.Task[str]] | None = None
        """The id of the call that runs, and its task."""

    def begin(self, line: Line, answer: Answer, calls: Sequence[Call]) -> None:
        """Call these, after those that were wanted before."""
        answer.begun = True
        answer.rounds += 1
        if answer.rounds > MOST_ROUNDS:
            answer.fail(ReplyError("the model calls one tool after the other", BROKEN))
            return
        self._wanted |= {call.id for call in calls}
        task = asyncio.create_task(self._call_all(line, answer, calls))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(answer.look_at)

    def withdraw(self, ids: Sequence[str]) -> None:
        """The model does not want these any more. One that runs is stopped, and one that waits is not called."""
        self._wanted -= set(ids)
        if self._running is not None and self._running[0] in ids:
            self._running[1].cancel()

    def stop(self) -> None:
        """Nobody wants any of them any more."""
        self._wanted = set()
        for task in self._tasks:
            if not task.cancelling():  # it waits for the end of its call
                task.cancel()

    async def close(self) -> None:
        """Stop, and wait until nothing runs. Safe to call more than once."""
        self.stop()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _call_all(self, line: Line, answer: Answer, calls: Sequence[Call]) -> None:
        async with self._lock:
            results = []
            for call in calls:
                answer.goes_on()
                if (result := await self._call(answer, call)) is not None:
                    results.append((call, result))
            answer.goes_on()
            answer.ends = answer.ends or any(call.name == END for call, _ in results)
            if answer.ends and not answer.over:
                answer.finish()
            await line.give(results, goes_on=not answer.ends)

    async def _call(self, answer: Answer, call: Call) -> str | None:
        """What it returns; None: it was withdrawn."""
        if call.id not in self._wanted:
            return None
        task = asyncio.create_task(self._toolbox.call(answer.run, call))
        self._running = (call.id, task)
        try:
            await asyncio.wait([task])
        finally:
            self._running = None
            task.cancel()
            await asyncio.wait([task])  # it lets go of what it holds, and is noted
        self._wanted.discard(call.id)
        return None if task.cancelled() else task.result()
