"""An answer as it comes. The conversations with both services try the rest."""

from __future__ import annotations

import asyncio

import pytest

from tars.brains import Caller
from tars.brains.realtime.answer import Answer
from tars.brains.reply.llm.calls import Run
from tars.brains.reply.timers import Timers


async def work(answer: Answer) -> None:
    """A task works for it, and fails."""

    async def fail() -> None:
        raise RuntimeError("a fault of TARS")

    task = asyncio.create_task(fail())
    task.add_done_callback(answer.look_at)
    await asyncio.wait([task])


def test_a_fault_is_raised_where_the_answer_is_read_or_logged_if_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        answer = Answer(1, Run(Caller("kitchen", "session", print), Timers(), "key", [], 1), 1)
        await work(answer)
        with pytest.raises(RuntimeError, match="a fault of TARS"):
            await answer.first()
        assert caplog.records == []
        await work(answer)
        assert caplog.messages == ["a fault after the end of an answer"]

    asyncio.run(main())
