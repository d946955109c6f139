"""Runs the event loop of a program."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class _Threads(ThreadPoolExecutor):
    """The loop's threads. The end of the loop waits for none of them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work."""
        super().shutdown(wait=False, cancel_futures=True)


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """`asyncio.run`, which does not wait for threads at its end."""

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(_Threads(thread_name_prefix="work"))
        await main

    asyncio.run(run())
