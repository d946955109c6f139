"""Serves a fake beside a test that has no event loop, or another one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from threading import Thread
from typing import Any, Protocol

from tests.programs import PATIENCE


class Fake(Protocol):
    """What can serve."""

    def running(self) -> AbstractAsyncContextManager[Any]: ...


@contextmanager
def in_thread(fake: Fake) -> Iterator[None]:
    """The fake serves meanwhile, in an event loop of its own."""
    loop, running = asyncio.new_event_loop(), fake.running()
    thread = Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(PATIENCE)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(running.__aexit__(None, None, None), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
