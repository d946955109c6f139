"""Long work on all cores, in processes beside this one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Literal


@contextmanager
def on_all_cores(made: Literal["fork", "spawn"], begin: Callable[..., None] | None = None, *given: Any) -> Iterator[ProcessPoolExecutor]:
    """One process for each core; each calls `begin(*given)` first. At the end of the block what has not begun is not done.

    "fork": each has what this process has, however large. "spawn": each has only what is sent to it; for a process that may have threads,
    because a copy of it may wait for a lock that none of its own threads releases.

    Raises SystemExit with a sentence if one of them is killed.
    """
    cores = multiprocessing.cpu_count()
    workers = ProcessPoolExecutor(cores, multiprocessing.get_context(made), begin, given)
    try:
        yield workers
    except BrokenProcessPool:
        raise SystemExit(
            f"one of {cores} processes was killed before it was done, often because the machine has too little memory: "
            "walking these machines takes up to 2 GB for each core"
        ) from None
    finally:
        workers.shutdown(cancel_futures=True)
