"""`python -m tests.bench.counting`: the server that is measured, which counts what it does: what guards the cost on any machine.

SIGUSR1 begins, SIGUSR2 ends and writes a line of JSON: `callbacks` of the event loop, a step of a task is one; `calls` of functions, those
of C included; `left`, containers that were made and are still there, or wait for the collector. CPython does not count what it allocates.
"""

from __future__ import annotations

import asyncio
import gc
import json
import signal
import sys
from typing import Any

from tars.brains.registry import BRAINS
from tars.server.__main__ import main
from tests.bench.brain import NAME, CountingBrain

COUNTED = "counted"
"""Begins the line."""


class Counter:
    """Counts while it is told to."""

    def __init__(self) -> None:
        self.callbacks = self.calls = self.containers = 0

    def watch_callbacks(self) -> None:
        """Note each callback of every event loop of asyncio."""
        run = asyncio.Handle._run

        def counted(handle: asyncio.Handle) -> None:
            self.callbacks += 1
            run(handle)

        vars(asyncio)["Handle"]._run = counted

    def begin(self, *_: object) -> None:
        """Count from now on."""
        gc.collect()
        gc.disable()
        self.callbacks = self.calls = 0
        self.containers = gc.get_count()[0]
        sys.setprofile(self._count)

    def end(self, *_: object) -> None:
        """Say what was counted."""
        sys.setprofile(None)
        counted = {"callbacks": self.callbacks, "calls": self.calls, "left": gc.get_count()[0] - self.containers}
        gc.enable()
        sys.stdout.write(f"{COUNTED} {json.dumps(counted)}\n")
        sys.stdout.flush()

    def _count(self, frame: Any, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            self.calls += 1


if __name__ == "__main__":
    BRAINS[NAME] = f"{CountingBrain.__module__}:{CountingBrain.__name__}"
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # what its loop does cannot be counted
    counter = Counter()
    counter.watch_callbacks()
    signal.signal(signal.SIGUSR1, counter.begin)
    signal.signal(signal.SIGUSR2, counter.end)
    main()
