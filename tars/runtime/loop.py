"""Runs the event loop of a program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class _Threads(ThreadPoolExecutor):
    """The loop's threads. The end of the loop waits for none of them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work."""
        super().shutdown(wait=False, cancel_futures=True)


def run_loop(main: Coroutine[Any, Any, None], *, uvloop: bool = False) -> None:
    """`asyncio.run`, which does not wait for threads at its end. `uvloop`: on that faster loop, where it is installed."""

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(_Threads(thread_name_prefix="work"))
        await main

    with asyncio.Runner(loop_factory=_uvloop() if uvloop else None) as runner:
        runner.run(run())


def _uvloop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes a loop of uvloop; None: it is not installed."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop
