"""The calls of tools, without a service. The conversations with both services try the rest."""

from __future__ import annotations

import asyncio
from typing import Any

from tars.brains import Caller
from tars.brains.realtime.answer import Answer
from tars.brains.realtime.line import Call
from tars.brains.realtime.tool_calls import ToolCalls
from tars.brains.realtime.tools import Toolbox
from tars.brains.reply.llm.calls import INTERRUPTED, Run, as_tools
from tars.brains.reply.timers import Timers
from tars.runtime import clock


def test_nothing_runs_after_the_end_and_what_was_called_is_remembered() -> None:
    """A tool that is stopped has to let go of what it holds, such as a connection."""
    let_go: list[str] = []
    line: Any = None  # it is given no result

    async def main() -> None:
        called = asyncio.Event()

        async def dawdle() -> str:
            """Take long."""
            try:
                called.set()
                await asyncio.Event().wait()
            finally:
                for _ in range(5):
                    await clock.sleep_until(0)
                let_go.append("dawdle")
            return ""

        (tool,) = as_tools({"dawdle": dawdle})
        calls = ToolCalls(Toolbox({"dawdle": tool}))
        run = Run(Caller("kitchen", "session", print), Timers(), "key", [], 5)
        calls.begin(line, Answer(1, run, 5), [Call("1", "dawdle", {})])
        await called.wait()
        calls.stop()
        await clock.sleep_until(0)  # it is being stopped when the end comes
        await calls.close()
        assert (let_go, [action.result for action in run.actions]) == (["dawdle"], [INTERRUPTED])

    asyncio.run(main())
