"""`python -m tests.e2e.hanging WHAT PROGRAM OPTIONS`: a program in which something never returns, or takes its time, and says so."""

from __future__ import annotations

import atexit
import importlib.abc
import os
import socket
import sys
import threading
from typing import Any, NoReturn

from tars.runtime import entry

NEVER = threading.Event()


def hang(*_: Any, **__: Any) -> NoReturn:
    """Say so, and never return."""
    sys.stderr.write("hanging\n")
    sys.stderr.flush()
    while True:
        NEVER.wait()


class SlowImport(importlib.abc.MetaPathFinder):
    """The first import of the program takes for ever."""

    def find_spec(self, name: str, *_: object) -> None:
        """Importlib asks whether it is here."""
        if name in ("tars.device.main", "tars.server.main"):
            hang()


def lookup() -> None:
    """A name server that does not answer."""
    socket.getaddrinfo = hang


def model() -> None:
    """A model that never finishes loading."""
    from tars.brains.hear import recogniser

    recogniser.Recogniser.__init__ = hang  # type: ignore[method-assign]


def recording() -> None:
    """A disk that waits when a recording is written."""
    from tars.server import recordings

    recordings.record = hang


def trace() -> None:
    """A disk that waits when the trace says that the server stops: the loop itself waits."""
    from tars.runtime import trace as module

    written = module.Trace.write

    def write(self: Any, traced: Any) -> None:
        if traced.event == "suspend":
            hang()
        written(self, traced)

    module.Trace.write = write  # type: ignore[method-assign]


def importing() -> None:
    """The program's own imports."""
    sys.meta_path.insert(0, SlowImport())


def leaving() -> None:
    """The last moments of the process, after everything is closed; also if it leaves a thread behind."""
    ends_now = os._exit

    def leave() -> None:
        sys.stderr.write("leaving\n")
        sys.stderr.flush()
        NEVER.wait(0.5)

    def leave_threads(status: int) -> NoReturn:
        leave()
        ends_now(status)

    atexit.register(leave)
    os._exit = leave_threads


if __name__ == "__main__":
    what, program = sys.argv[1:3]
    del sys.argv[1:3]
    globals()[what]()
    entry.start(f"tars.{program}")
